//! `sleep.csv`: one row per sleep log, classic logs too.
//!
//! An archive table of our own; Garmin Connect has no import for sleep. Times are ISO with the
//! offset of the log's start, which holds for the whole log. Stage columns are minutes: Fitbit's
//! summary, else the hypnogram's; a classic log has no stages and its cells stay empty.

use super::{PlannedFile, Rendering, cells, runs};
use crate::model::Checked;
use crate::model::checked::Night;
use crate::model::records::{SleepKind, SleepLevel};

const COLUMNS: &[cells::Column<'_, Night>] = &[
    ("log_id", &|n| n.log_id.to_string()),
    ("date_of_sleep", &|n| n.date_of_sleep.to_string()),
    ("start", &|n| {
        format!("{}{}", n.start.at(n.offset), n.offset)
    }),
    ("end", &|n| format!("{}{}", n.end().at(n.offset), n.offset)),
    ("type", &|n| match n.kind {
        SleepKind::Stages => "stages".to_owned(),
        SleepKind::Classic => "classic".to_owned(),
    }),
    ("minutes_asleep", &|n| cells::count(n.minutes_asleep)),
    ("minutes_awake", &|n| cells::count(n.minutes_awake)),
    ("deep", &|n| minutes(n, n.summary.deep, SleepLevel::Deep)),
    ("light", &|n| minutes(n, n.summary.light, SleepLevel::Light)),
    ("rem", &|n| minutes(n, n.summary.rem, SleepLevel::Rem)),
    ("wake", &|n| minutes(n, n.summary.wake, SleepLevel::Wake)),
    ("score", &|n| cells::count(n.score)),
];

pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let nights = (0..).zip(&checked.nights);
    runs(nights.map(|(at, _)| ((), at)), |()| {
        "archive/sleep.csv".to_owned()
    })
}

pub(super) fn render(checked: &Checked, _: bool, file: &PlannedFile, buffer: Vec<u8>) -> Rendering {
    let nights = file.part_of(&checked.nights).iter();
    let rows = nights.map(|night| (night.date_of_sleep, night));
    Ok(cells::table(buffer, "", COLUMNS, rows))
}

/// Minutes of a level: as the summary states them, else the rounded sum of the hypnogram.
fn minutes(night: &Night, stated: Option<u32>, level: SleepLevel) -> String {
    let of_hypnogram = || {
        let same = night.stages.iter().filter(|s| s.level == level);
        let seconds: u32 = same.fold(0, |sum, s| sum.saturating_add(s.seconds));
        (!night.stages.is_empty()).then_some(seconds.saturating_add(30) / 60)
    };
    let has_stages = night.kind == SleepKind::Stages;
    cells::count(stated.or_else(of_hypnogram).filter(|_| has_stages))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::super::specimen::night;
    use super::*;
    use crate::model::Offset;
    use crate::model::checked::Parts;

    fn table(nights: Vec<Night>) -> (String, crate::garmin::Rendered) {
        let parts = Parts {
            nights,
            ..Parts::default()
        };
        let checked = Checked::new(parts);
        let plan = plan(&checked);
        assert_eq!(plan.len(), 1);
        let rendered = render(&checked, false, &plan[0], Vec::new());
        let rendered = rendered.unwrap().unwrap();
        (String::from_utf8(rendered.bytes.clone()).unwrap(), rendered)
    }

    #[test]
    fn a_night_with_stages_and_a_classic_one_have_the_exact_text() {
        let mut classic = night();
        classic.log_id = 7;
        classic.kind = SleepKind::Classic;
        classic.start = classic.start.plus(50_000);
        classic.offset = Offset(-12_600);
        classic.minutes_awake = None;
        classic.score = None;
        let (text, rendered) = table(vec![classic, night()]);
        assert_eq!(
            text,
            "log_id,date_of_sleep,start,end,type,minutes_asleep,minutes_awake,deep,light,rem,wake,score\n\
             26013218219,2024-03-02,2024-03-01T23:30:00+01:00,2024-03-02T00:30:00+01:00,stages,55,5,20,25,10,5,81\n\
             7,2024-03-02,2024-03-02T08:53:20-03:30,2024-03-02T09:53:20-03:30,classic,55,,,,,,\n"
        );
        assert_eq!(
            (rendered.records, rendered.first.as_str()),
            (2, "2024-03-02")
        );
    }

    #[test]
    fn minutes_of_stages_come_from_the_hypnogram_where_no_summary_states_them() {
        let mut bare = night();
        bare.summary = Default::default();
        let (text, _) = table(vec![bare]);
        assert!(text.contains(",55,5,20,25,10,5,81\n"), "{text}");
        let mut empty = night();
        empty.summary = Default::default();
        empty.stages.clear();
        assert!(table(vec![empty]).0.contains(",55,5,,,,,81\n"));
    }

    #[test]
    fn without_nights_there_is_no_file() {
        assert!(plan(&Checked::default()).is_empty());
    }
}
