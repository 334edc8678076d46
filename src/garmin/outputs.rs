//! The rows of OUTPUTS, in the order in which people read them.

use super::{
    Connect, Output, activity, body, daily, health_daily, hrv, monitoring, sleep, sleep_table,
    weight,
};

/// Every kind of file that comes out.
pub const OUTPUTS: &[Output] = &[
    Output {
        name: "activities",
        kind: "activity",
        files: "import/activities/batch-NNN/YYYYMMDDHHMMSS-SPORT-LOGID.fit",
        connect: Connect::Imports,
        by_default: true,
        plan: activity::plan,
        render: activity::render,
    },
    Output {
        name: "weight",
        kind: "weight",
        files: "import/weight/weight-YYYY-MM[-n].fit",
        connect: Connect::Imports,
        by_default: true,
        plan: weight::plan,
        render: weight::render,
    },
    Output {
        name: "daily",
        kind: "daily",
        files: "import/daily/daily-YYYY-MM.csv",
        connect: Connect::Often,
        by_default: true,
        plan: daily::plan,
        render: daily::render,
    },
    Output {
        name: "body",
        kind: "body",
        files: "import/body/body-YYYY.csv",
        connect: Connect::Imports,
        by_default: false,
        plan: body::plan,
        render: body::render,
    },
    Output {
        name: "monitoring",
        kind: "monitoring",
        files: "archive/monitoring/YYYY/YYYY-MM-DD.fit",
        connect: Connect::Archive,
        by_default: true,
        plan: monitoring::plan,
        render: monitoring::render,
    },
    Output {
        name: "sleep",
        kind: "sleep",
        files: "archive/sleep/YYYY/YYYY-MM-DD[-n].fit",
        connect: Connect::Archive,
        by_default: true,
        plan: sleep::plan,
        render: sleep::render,
    },
    Output {
        name: "hrv",
        kind: "hrv",
        files: "archive/hrv/YYYY/YYYY-MM-DD.fit",
        connect: Connect::Archive,
        by_default: true,
        plan: hrv::plan,
        render: hrv::render,
    },
    Output {
        name: "health",
        kind: "health-daily",
        files: "archive/health-daily.csv",
        connect: Connect::Archive,
        by_default: true,
        plan: health_daily::plan,
        render: health_daily::render,
    },
    Output {
        name: "sleep",
        kind: "sleep-table",
        files: "archive/sleep.csv",
        connect: Connect::Archive,
        by_default: true,
        plan: sleep_table::plan,
        render: sleep_table::render,
    },
];

#[cfg(test)]
mod tests {
    use super::super::specimen;
    use super::*;
    use crate::model::checked::Parts;
    use crate::model::metrics::Day;
    use crate::model::{Checked, Instant};

    #[test]
    fn folders_agree_with_what_garmin_connect_does() {
        for output in OUTPUTS {
            let archive = output.files.starts_with("archive/");
            assert_eq!(
                archive,
                output.connect == Connect::Archive,
                "{}",
                output.kind
            );
            assert!(archive || output.files.starts_with("import/"));
        }
        assert!(OUTPUTS.len() > 7);
    }

    #[test]
    fn kinds_are_told_apart_and_nothing_comes_of_nothing() {
        for (at, output) in OUTPUTS.iter().enumerate() {
            let same = OUTPUTS.iter().skip(at + 1).any(|o| o.kind == output.kind);
            assert!(!same, "{}", output.kind);
            assert!((output.plan)(&Checked::default()).is_empty());
        }
    }

    #[test]
    fn the_same_data_gives_the_same_bytes_whatever_the_buffer_held()
    -> Result<(), crate::fit::EncodeError> {
        let mut parts = Parts::default();
        parts.nights.push(specimen::night());
        parts
            .weights
            .push(specimen::weigh_in(Instant(1_709_278_200), 70.0));
        let day = Day {
            steps: Some(5),
            ..Day::default()
        };
        parts.days.insert(crate::model::LocalDate(19_783), day);
        let checked = Checked::new(parts);
        let mut files = 0;
        for output in OUTPUTS {
            for file in (output.plan)(&checked) {
                let fresh = (output.render)(&checked, false, &file, Vec::new())?;
                let used = (output.render)(&checked, false, &file, vec![0xAB; 5000])?;
                let bytes = fresh.map(|f| f.bytes);
                assert!(bytes.is_some(), "{}", file.path);
                assert!(crate::garmin::is_output(&file.path), "{}", file.path);
                assert_eq!(bytes, used.map(|f| f.bytes));
                files += 1;
            }
        }
        assert_eq!(files, 7);
        Ok(())
    }
}
