//! Tests of the reader of sleep logs, one per quirk.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::fitbit::testing::run;
use crate::model::records::SleepLevel::{Asleep, Awake, Deep, Light, Restless, Unmeasured, Wake};

/// A log with some fields replaced or added.
fn with(extra: &str) -> String {
    let fields =
        r#""logId":24550716102,"dateOfSleep":"2019-11-07","startTime":"2019-11-06T23:12:00.000""#;
    format!("{{{fields},{extra}}}")
}

const STAGES: &str = r#""endTime":"2019-11-06T23:42:30.000","duration":1800000,"minutesAsleep":19,"minutesAwake":11,
    "type":"stages","mainSleep":true,"levels":{"summary":{"deep":{"count":1,"minutes":9,"thirtyDayAvgMinutes":61},
    "wake":{"minutes":11},"light":{"minutes":10},"rem":{"minutes":0}},
    "data":[{"dateTime":"2019-11-06T23:12:00.000","level":"wake","seconds":600},
    {"dateTime":"2019-11-06T23:22:00.000","level":"light","seconds":630},
    {"dateTime":"2019-11-06T23:32:30.000","level":"deep","seconds":600}],
    "shortData":[{"dateTime":"2019-11-06T23:32:00.000","level":"wake","seconds":60}]}"#;

fn logs(all: &[String]) -> (Vec<SleepLog>, Tally) {
    let (records, tally) = run(
        read,
        "sleep-2019-11-01.json",
        &format!("[{}]", all.join(",")),
    );
    (records.sleep, tally)
}

#[test]
fn data_and_short_data_make_the_hypnogram() {
    let (logs, tally) = logs(&[with(STAGES)]);
    let log = logs.first().unwrap();
    let levels: Vec<_> = log
        .night
        .stages
        .iter()
        .map(|s| (s.level, s.from, s.seconds))
        .collect();
    let expected = [
        (Wake, 0, 600),
        (Light, 600, 600),
        (Wake, 1200, 60),
        (Deep, 1260, 570),
    ];
    assert_eq!(levels, expected);
    assert_eq!(
        log.night.seconds, 1830,
        "the end counts, not the floored duration"
    );
    assert_eq!(
        (log.night.minutes_asleep, log.night.minutes_awake),
        (Some(19), Some(11))
    );
    assert_eq!(
        (log.night.summary.deep, log.night.summary.rem),
        (Some(9), Some(0))
    );
    assert!(log.night.main_sleep);
    assert_eq!(log.start, Stamp::Local(LocalTime(1_573_081_920)));
    assert!(tally.findings.is_empty());
}

#[test]
fn a_classic_log_keeps_its_own_levels_and_has_no_summary() {
    let text = r#""endTime":"2019-11-06T23:42:00.000","type":"classic","mainSleep":false,
        "levels":{"summary":{"asleep":{"minutes":28},"restless":{"minutes":1},"awake":{"minutes":1}},
        "data":[{"dateTime":"2019-11-06T23:12:00.000","level":"asleep","seconds":1680},
        {"dateTime":"2019-11-06T23:40:00.000","level":"restless","seconds":60},
        {"dateTime":"2019-11-06T23:41:00.000","level":"awake","seconds":60}]}"#;
    let (logs, _) = logs(&[with(text)]);
    let log = logs.first().unwrap();
    let levels: Vec<_> = log.night.stages.iter().map(|s| s.level).collect();
    assert_eq!(levels, [Asleep, Restless, Awake]);
    assert_eq!(
        (log.night.minutes_asleep, log.night.minutes_awake),
        (Some(28), Some(2))
    );
    assert_eq!(log.night.summary, SleepSummary::default());
}

#[test]
fn a_log_without_end_takes_its_duration_and_one_without_levels_stays() {
    let text = r#""duration":25020000,"type":"stages","minutesAsleep":"383""#;
    let (found, _) = logs(&[with(text)]);
    let log = found.first().unwrap();
    assert_eq!(
        (log.night.seconds, log.night.minutes_asleep),
        (25_020, Some(383))
    );
    assert!(
        log.night.stages.is_empty() && log.night.minutes_awake.is_none() && !log.night.main_sleep
    );
    let (found, tally) = logs(&[with(r#""type":"stages""#)]);
    assert!(found.is_empty());
    assert_eq!(tally.rejected.get(&Reject::MissingField), Some(&1));
}

#[test]
fn stages_that_cannot_be_read_cost_the_stages_and_not_the_night() {
    for bad in [
        r#"{"dateTime":"2019-11-06T23:12:00.000","level":"astral","seconds":60}"#,
        r#"{"dateTime":"2019-11-06T23:12:00.000","level":"deep","seconds":-60}"#,
        r#"{"dateTime":"2019-11-06T23:12:00.000","level":"deep","seconds":1e300}"#,
        r#"{"dateTime":"never","level":"deep","seconds":60}"#,
        r#"{"level":"deep","seconds":60}"#,
        "17",
    ] {
        let text = format!(
            r#""endTime":"2019-11-07T06:09:30.000","type":"stages","levels":{{"data":[{bad}]}}"#
        );
        let (logs, tally) = logs(&[with(&text)]);
        assert!(logs.first().unwrap().night.stages.is_empty(), "{bad}");
        assert_eq!(
            (tally.rejected_total(), tally.findings.len()),
            (0, 1),
            "{bad}"
        );
    }
}

#[test]
fn stages_with_a_gap_go_on_behind_it_and_say_so() {
    let text = r#""endTime":"2019-11-07T06:09:30.000","type":"stages","levels":{"data":[
        {"dateTime":"2019-11-06T23:12:00.000","level":"light","seconds":600},
        {"dateTime":"2019-11-07T01:00:00.000","level":"deep","seconds":600}]}"#;
    let (logs, tally) = logs(&[with(text)]);
    let levels: Vec<_> = logs
        .first()
        .unwrap()
        .night
        .stages
        .iter()
        .map(|s| s.level)
        .collect();
    assert_eq!(levels, [Light, Unmeasured, Deep]);
    let what = tally.findings.first().map(|f| f.what.as_str());
    assert_eq!(what, Some("the stages cover only 1200 s of 25050 s"));
}

#[test]
fn logs_that_contradict_themselves_are_rejected() {
    let end = |e: &str| with(&format!(r#""endTime":"{e}","type":"stages""#));
    let wrong = |field: &str| {
        let base = r#""endTime":"2019-11-07T06:09:30.000","type":"stages""#;
        with(&format!("{base},{field}"))
    };
    let (found, tally) = logs(&[
        end("2019-11-06T23:12:00.000"),
        end("2019-11-06T22:12:00.000"),
        end("2019-11-09T23:12:00.000"),
        wrong(r#""minutesAsleep":5000"#),
        wrong(r#""minutesAwake":-1"#),
        with(r#""endTime":"2019-11-07T06:09:30.000","type":"lucid""#),
    ]);
    assert!(found.is_empty());
    assert_eq!(tally.rejected.get(&Reject::BadInterval), Some(&3));
    assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&3));
}

#[test]
fn a_start_that_is_no_time_costs_only_its_record() {
    let bad = with(STAGES).replace(
        "2019-11-06T23:12:00.000\",\"endTime",
        "not-a-time\",\"endTime",
    );
    let (found, tally) = logs(&[with(STAGES), bad]);
    assert_eq!(found.len(), 1);
    assert_eq!(tally.rejected.get(&Reject::BadDate), Some(&1));
}

#[test]
fn the_answer_of_the_former_web_service_is_read_too() {
    let text = format!(r#" {{"summary":{{}},"sleep":[{}]}}"#, with(STAGES));
    let (records, tally) = run(read, "sleep-2019-11-01.json", &text);
    assert_eq!((records.sleep.len(), tally.records), (1, 1));
    let (_, tally) = run(read, "sleep-2019-11-01.json", r#"{"heart":[]}"#);
    assert!(tally.is_partial());
}
