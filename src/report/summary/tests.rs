//! Tests of the closing lines.
use super::super::testing::{delivered, entry, paris, weights};
use super::lost::{NAMES, SHOWN};
use super::*;
use crate::model::checked::{Parts, Weight};
use crate::model::metrics::Day;
use crate::model::units::Kilograms;
use crate::model::{Checked, EntryId, Instant, LocalDate, Reject, Skip, Tally};

fn checked() -> Checked {
    let first = LocalDate(19_662);
    let mut parts = Parts {
        offsets: paris(),
        ..Parts::default()
    };
    for d in 0..210 {
        parts.days.insert(first.plus(d), Day::default());
    }
    parts.weights = (0..3)
        .filter_map(|n| {
            Some(Weight {
                at: Instant(1_700_000_000 + i64::from(n) * 86_400),
                date: first.plus(13 + n),
                weight: Kilograms::new(80.0).ok()?,
                bmi: None,
                fat: None,
            })
        })
        .collect();
    Checked::new(parts)
}

/// A summary with something of everything.
pub(crate) fn summary() -> Summary {
    let (mut hr, mut cut) = (Tally::default(), Tally::default());
    let weights = weights();
    hr.records = 20_000;
    hr.skip(Skip::LowConfidence, 12_345);
    hr.skip(Skip::Padding, 7);
    hr.skip(Skip::OtherSource, 5);
    cut.fail(EntryId(2), Reject::Truncated, "ends in a \u{1b}string", "");
    let books = [
        entry("Fitbit/heart_rate-2024-01-01.json", "heart_rate", &hr),
        entry("Fitbit/weight-2024-01-01.json", "weight", &weights),
        entry("Fitbit/steps-2024-01-01.json", "steps", &cut),
    ];
    Summary {
        account: Account::new(&checked(), &books, &[], &delivered()),
        task: Task::Convert,
        typed: Typed {
            inputs: vec!["my takeout.zip".to_owned()],
            ..Typed::default()
        },
        out: Some("out".to_owned()),
        report: Some("out/report.html".to_owned()),
        notice: BudgetNotice {
            value: Some(serde_json::json!({"remaining": 97})),
            line: Some("97 of 100 left this month, resets 2024-06-01".to_owned()),
            degraded: None,
        },
        ..Summary::default()
    }
}

#[test]
fn the_last_lines_tell_a_newcomer_everything() {
    let golden = "\
converted   into out; some of the export could not be used, see below
activities  none
weigh-ins   3, 2023-11-14 to 2023-11-16
days        210, 2023-11-01 to 2024-05-28
nights      none
rejected    1 unreadable entry of steps: cut off in the middle (steps-2024-01-01.json: ends in a \\u{1b}string)
            3 records of weight: a value out of range (weight-2024-01-01.json, record 8: weight is -8 lb, expected 2.2 to 1433 lb)
incomplete  steps-2024-01-01.json in takeout-001.zip is damaged: download again before you import
try first   there is no bulk undo in Garmin Connect; convert a few to try:
            trackersync convert 'my takeout.zip' -o out-try --sample 3
import      drop import/activities/batch-001 on https://connect.garmin.com/modern/import-data, then the other folders of import/
page        out/report.html
imports     Garmin Connect takes 3 activities, 1 file of weigh-ins
often       for many people, not for all, it takes 1 month of daily totals
archive     to keep, Garmin Connect refuses these today: 1 sleep file
left out    12,345 records of which the tracker was not sure (--min-confidence): heart rate
            7 duplicates set aside, nothing was lost: heart rate, weight; 1 more reason in the report
time zone   Europe/Paris (bounds of the heart-rate day files), +01:00/+02:00; -05:00 2024-02-03 to 2024-02-12
budget      97 of 100 left this month, resets 2024-06-01";
    assert_eq!(summary_lines(&summary()).join("\n"), golden);
}

#[test]
fn every_unreadable_entry_is_named_as_far_as_there_is_room() {
    let kinds = ["steps", "weight", "sleep", "exercise", "calories"];
    let paths: Vec<String> = kinds.iter().map(|k| format!("Fitbit/{k}-0.json")).collect();
    let tallies: Vec<Tally> = (0..5)
        .map(|n| {
            let mut tally = Tally::default();
            tally.fail(EntryId(n), Reject::Truncated, "ends in a string", "");
            tally
        })
        .collect();
    let rows = kinds.iter().zip(&paths).zip(&tallies);
    let all: Vec<_> = rows.map(|((k, p), t)| entry(p, k, t)).collect();
    let account = Account::new(&Checked::default(), &all, &[], &[]);
    let lines = rejected_lines(&account);
    for kind in kinds {
        let name = format!("{kind}-0.json");
        assert_eq!(lines.join("\n").matches(&name).count(), 1, "{lines:?}");
    }
    let ends = |l: &String| l.ends_with("2 more reasons in the report");
    assert!(
        lines.len() == SHOWN && lines.last().is_some_and(ends),
        "{lines:?}"
    );
    let many: Vec<_> = (0..40).map(|n| format!("Fitbit/steps-{n}.json")).collect();
    let rows = many.iter().zip(tallies.iter().cycle());
    let all: Vec<_> = rows.map(|(p, t)| entry(p, "steps", t)).collect();
    let account = Account::new(&Checked::default(), &all, &[], &[]);
    let line = rejected_lines(&account).join("");
    assert_eq!(line.matches("steps-").count(), 1 + NAMES, "{line}");
    assert!(line.ends_with(" and others"), "{line}");
}

#[test]
fn a_damaged_archive_is_told_although_nothing_in_it_was_lost() {
    let finding = crate::model::Finding {
        entry: None,
        position: crate::model::Position::Entry,
        reject: Some(Reject::Damaged),
        what: "t.zip: the archive is damaged: 1 entry".to_owned(),
        expected: String::new(),
    };
    let account = Account::new(&Checked::default(), &[], &[finding], &[]);
    assert!(account.is_partial());
    let told = ["rejected    t.zip: the archive is damaged: 1 entry"];
    assert_eq!(rejected_lines(&account), told);
}

#[test]
fn the_summary_never_scrolls_away() {
    let mut s = summary();
    s.notice.degraded = Some("the state file is damaged".to_owned());
    s.account.rejected = s
        .account
        .rejected
        .iter()
        .cycle()
        .take(50)
        .cloned()
        .collect();
    let lines = summary_lines(&s);
    assert!(lines.len() <= 20, "{}", lines.join("\n"));
    assert!(
        lines
            .iter()
            .any(|l| l.ends_with("47 more reasons in the report"))
    );
}

#[test]
fn after_a_sample_the_next_step_is_to_look_and_then_to_convert_everything() {
    let s = Summary {
        sample: true,
        ..summary()
    };
    let lines = summary_lines(&s).join("\n");
    assert!(
        lines.contains(
            "and convert everything:\n            trackersync convert 'my takeout.zip' -o garmin"
        ),
        "{lines}"
    );
    assert!(!lines.contains("--sample 3"), "{lines}");
}

#[test]
fn a_zip_is_to_be_unpacked_first_and_what_waits_is_not_imported_yet() {
    let zip = Summary {
        is_zip: true,
        out: Some("my out.zip".to_owned()),
        ..summary()
    };
    let lines = summary_lines(&zip).join("\n");
    assert!(
        lines.contains("unpack my out.zip first; then drop"),
        "{lines}"
    );
    assert!(lines.contains("-o 'my out-try' --sample 3"), "{lines}");
    let waits = Summary {
        waits: true,
        ..summary()
    };
    let lines = summary_lines(&waits).join("\n");
    assert!(lines.contains("nothing was handed over yet"), "{lines}");
    assert!(!lines.contains("\nimport "), "{lines}");
}

#[test]
fn what_was_handed_over_before_is_told() {
    let mut s = summary();
    s.since = true;
    assert!(
        summary_lines(&s)
            .iter()
            .any(|l| l.contains("everything is new"))
    );
    assert!(
        !summary_lines(&s).join("\n").contains("--sample"),
        "tried before"
    );
    s.account.unchanged = super::super::output_kinds(&delivered());
    let all = "3 activities, 1 file of weigh-ins, 1 month of daily totals, 1 sleep file";
    let line = format!("unchanged   {all} were handed over before and are left out");
    assert!(summary_lines(&s).contains(&line), "{:?}", summary_lines(&s));
    s.account.outputs.clear();
    let lines = summary_lines(&s).join("\n");
    assert!(
        lines.contains("unchanged   nothing is new: 3 activities"),
        "{lines}"
    );
    assert!(
        lines.contains("\nimport      nothing: all of it"),
        "{lines}"
    );
    assert!(lines.starts_with("converted   into out"), "{lines}");
}

#[test]
fn what_is_incomplete_is_said_before_the_next_step() {
    let mut s = summary();
    s.account.incomplete = vec!["a-002.zip is missing".to_owned()];
    let lines = summary_lines(&s);
    let at = lines
        .iter()
        .position(|l| l.starts_with("try first"))
        .unwrap_or(0);
    let before = "incomplete  a-002.zip is missing: download again before you import";
    assert_eq!(lines.get(at - 1).map(String::as_str), Some(before));
}

#[test]
fn what_wrote_nothing_names_no_next_step() {
    for (task, label) in [(Task::DryRun, "dry run "), (Task::Validate, "validated ")] {
        let s = Summary {
            task,
            out: None,
            ..summary()
        };
        let lines = summary_lines(&s);
        assert!(
            lines
                .iter()
                .any(|l| l.starts_with(label) && l.contains("nothing was written"))
        );
        assert!(!lines.iter().any(|l| l.starts_with("import ")), "{task:?}");
        let next = "next        trackersync convert 'my takeout.zip'";
        assert!(lines.iter().any(|l| l == next), "{lines:?}");
    }
    let empty = summary_lines(&Summary::default()).join("\n");
    assert!(
        empty.contains("activities  none") && !empty.contains("rejected"),
        "{empty}"
    );
}
