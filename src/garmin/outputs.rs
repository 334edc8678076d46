//! The rows of OUTPUTS, in the order in which people read them.

use super::{
    Connect, Output, activity, body, daily, health_daily, hrv, monitoring, sleep, sleep_table,
    weight,
};

use crate::model::file::Only;

/// Declares the rows: the writer; the name for `--only`, the kind in the manifest, what Garmin Connect
/// does with the files, and whether they are written without being asked for; the pattern of the paths.
macro_rules! outputs {
    ($($writer:ident: $name:ident $kind:literal $connect:ident $by_default:literal, $files:literal;)*) => {
        /// Every kind of file that comes out.
        pub const OUTPUTS: &[Output] = &[$(Output {
            name: Only::$name,
            kind: $kind,
            files: $files,
            connect: Connect::$connect,
            by_default: $by_default,
            plan: $writer::plan,
            render: $writer::render,
        },)*];
    };
}

outputs! {
    activity: Activities "activity" Imports true, "import/activities/batch-NNN/YYYYMMDDHHMMSS-SPORT-LOGID.fit";
    weight: Weight "weight" Imports true, "import/weight/weight-YYYY-MM[-n].fit";
    daily: Daily "daily" Often true, "import/daily/daily-YYYY-MM.csv";
    body: Body "body" Imports false, "import/body/body-YYYY.csv";
    monitoring: Monitoring "monitoring" Archive true, "archive/monitoring/YYYY/YYYY-MM-DD.fit";
    sleep: Sleep "sleep" Archive true, "archive/sleep/YYYY/YYYY-MM-DD[-n].fit";
    hrv: Hrv "hrv" Archive true, "archive/hrv/YYYY/YYYY-MM-DD.fit";
    health_daily: Health "health-daily" Archive true, "archive/health-daily.csv";
    sleep_table: Sleep "sleep-table" Archive true, "archive/sleep.csv";
}

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
