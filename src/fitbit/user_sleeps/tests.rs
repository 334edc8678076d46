//! Tests of `fitbit::user_sleeps`.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::fitbit::hypnogram::of_loose;
use crate::fitbit::testing::{read_as, run};
use crate::model::Instant;
use crate::model::records::{Rank, SleepLevel};

const SLEEPS: &str = "sleep_id,sleep_type,minutes_asleep,minutes_awake,start_utc_offset,sleep_start,end_utc_offset,sleep_end,data_source\n";
const STAGES: &str =
    "sleep_id,sleep_stage_type,start_utc_offset,sleep_stage_start,sleep_stage_end\n";

fn sleeps(rows: &str) -> (Records, Tally) {
    run(read, "x.csv", &format!("{SLEEPS}{rows}\n"))
}

#[test]
fn the_column_of_the_algorithm_tells_utc_and_a_placeholder_is_local() {
    let row = "5000000020070000123,STAGES,400,50,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,FITBIT";
    let (records, _) = sleeps(row);
    let log = records.sleep.first().unwrap();
    assert_eq!(log.start, Stamp::Local(LocalTime(1_777_669_800)));
    assert_eq!(
        (log.night.seconds, log.night.minutes_asleep),
        (27_030, Some(400))
    );
    assert_eq!(log.provider.rank, Rank::Device);
    assert_eq!(log.start_offset, Some(Offset(7200)));
    let header = SLEEPS.replace('\n', ",algorithm_version\n");
    let recent = |row: &str| {
        let text = format!("{header}{row},sleep_session_v1\n");
        let (records, _) = run(read, "x.csv", &text);
        let log = records.sleep.into_iter().next().unwrap();
        (log.start, log.algorithm)
    };
    let (start, algorithm) = recent(row);
    assert_eq!(start, Stamp::Utc(Instant(1_777_669_800)));
    assert_eq!(algorithm.as_deref(), Some("sleep_session_v1"));
    let old = "7,CLASSIC,-1,,+00:00,2016-05-01 23:10:00+0000,+00:00,2016-05-02 06:40:00+0000,";
    assert_eq!(recent(old).0, Stamp::Local(LocalTime(1_462_144_200)));
    let (records, _) = sleeps(old);
    assert_eq!(records.sleep.first().unwrap().night.minutes_asleep, None);
}

#[test]
fn rows_that_cannot_be_meant_are_rejected() {
    let (records, tally) = sleeps(
        "x,STAGES,1,1,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,a\n\
        1,DREAM,1,1,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,a\n\
        1,STAGES,1,1,99,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,a\n\
        1,STAGES,1,1,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-01T20:40:30Z,a",
    );
    assert!(records.sleep.is_empty());
    assert_eq!((tally.rejected_total(), tally.records), (4, 4));
}

#[test]
fn stages_join_their_log_on_the_axis_both_are_written_on() {
    let row = "9,CLASSIC,1,1,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-01T21:20:00Z,a";
    let (logs, _) = sleeps(row);
    let text = format!(
        "{STAGES}9,AWAKE,+02:00,2026-05-01T21:15:00Z,2026-05-01T21:20:00Z\n\
         9,ASLEEP,+02:00,2026-05-01T21:10:00Z,2026-05-01T21:15:00Z\n\
         9,ASLEEP,+02:00,2026-05-01T21:10:00Z,2026-05-01T21:10:00Z\n\
         9,FLYING,+02:00,2026-05-01T21:10:00Z,2026-05-01T21:15:00Z\n"
    );
    let (stages, tally) = run(read_stages, "x.csv", &text);
    assert_eq!(tally.rejected_total(), 2);
    let laid = of_loose(logs.sleep.first().unwrap(), &stages.sleep_stages);
    let levels: Vec<_> = laid.iter().map(|s| (s.level, s.seconds)).collect();
    let expected = [(SleepLevel::Asleep, 300), (SleepLevel::Awake, 300)];
    assert_eq!(levels, expected);
}

#[test]
fn columns_stand_in_either_order_and_the_stamp_is_not_asked() {
    let old = "timestamp,sleep_log_entry_id,overall_score\n2019-11-07T06:09:30Z,24550716102,75\n";
    let new = "sleep_log_entry_id,timestamp,overall_score\n24550716102,never,75\n";
    for text in [old, new] {
        let (records, _) = read_as("sleep_score.csv", text);
        assert!(
            matches!(records.sleep_scores.as_slice(), [s] if (s.log_id, s.overall) == (24_550_716_102, 75))
        );
    }
}

#[test]
fn an_id_that_is_no_number_is_rejected_and_no_score_is_none() {
    let text =
        "sleep_log_entry_id,timestamp,overall_score\nabc,not-a-date,x\n1,,\n2,,101\n+3,,50\n";
    let (records, tally) = read_as("sleep_score.csv", text);
    assert!(records.sleep_scores.is_empty());
    assert_eq!((tally.rejected_total(), tally.skipped_total()), (3, 1));
}

#[test]
fn nineteen_digits_keep_all_their_digits() {
    let text = "sleep_id,sleep_score_id,overall_score\n5000000020070000123,1,76.5\n5000000020070000124,1,-1\n";
    let (records, tally) = read_as("UserSleepScores_2026-01-01.csv", text);
    assert!(
        matches!(records.sleep_scores.as_slice(), [s] if (s.log_id, s.overall) == (5_000_000_020_070_000_123, 77))
    );
    assert_eq!(tally.skipped_total(), 1);
}
