//! Tests of `fitbit::user_exercises`.

use super::*;
use crate::fitbit::Name;
use crate::model::{EntryId, Offset};

fn read_rows(rows: &str) -> (Records, Tally) {
    let text = format!(
        "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,log_type,tracker_total_distance_mm,tracker_avg_heart_rate,deletion_reason,events\n{rows}"
    );
    let entry = Entry::new(
        EntryId(0),
        Name::new("userexercises_2024-08-01.csv"),
        text.as_bytes(),
    );
    let (mut records, mut tally) = (Records::default(), Tally::default());
    read(&entry, &Settings::default(), &mut records, &mut tally);
    (records, tally)
}

#[test]
fn utc_and_offset_are_both_taken() {
    let (records, _) = read_rows(
        "9000000000000000001,2024-08-03 19:24:04+0000,2024-08-03 19:54:04+0000,-04:00,Outdoor Run,TRACKER,5000000,0,,\"[{a, b}]\"\n",
    );
    let e = records.exercises.first();
    assert_eq!(
        e.map(|e| (e.workout.duration_ms, e.workout.average_heart_rate)),
        Some((1_800_000, None))
    );
    assert_eq!(
        e.and_then(|e| e.workout.distance).map(Metres::get),
        Some(5000.0)
    );
    assert_eq!(
        records.offsets.first().map(|o| o.offset),
        Some(Offset(-14_400))
    );
}

#[test]
fn rows_that_end_before_they_start_are_rejected() {
    let (records, tally) =
        read_rows("1,2026-10-04T12:54:29Z,2026-10-04T12:54:29Z,+02:00,Walk,AUTO_DETECTED,,,,\n");
    assert!(records.exercises.is_empty() && records.offsets.is_empty());
    assert_eq!(tally.rejected_total(), 1);
}

#[test]
fn only_a_word_for_a_reason_deletes_and_the_offset_counts_all_the_same() {
    let row = |reason: &str| {
        format!(
            "2,2026-10-04T12:54:29Z,2026-10-04T13:54:29Z,+02:00,Walk,AUTO_DETECTED,,,{reason},\n"
        )
    };
    for live in [
        "UNSPECIFIED",
        "DELETION_REASON_UNSPECIFIED",
        "none",
        "null",
        "",
    ] {
        let (records, tally) = read_rows(&row(live));
        assert_eq!(
            (records.exercises.len(), tally.skipped_total()),
            (1, 0),
            "{live}"
        );
    }
    let (records, tally) = read_rows(&row("USER_DELETED"));
    assert_eq!((records.exercises.len(), records.offsets.len()), (0, 1));
    assert_eq!(tally.skipped.get(&Skip::Deleted), Some(&1));
}

#[test]
fn a_pool_is_the_trackers_or_the_typed_one_in_its_own_unit() {
    let pool = |cells: &str| {
        let text = format!(
            "exercise_id,exercise_start,exercise_end,pool_length,pool_length_unit,tracker_pool_length,tracker_pool_length_unit,manually_logged_pool_length,manually_logged_pool_length_unit,tracker_total_distance_mm,tracker_swim_lengths\n1,2026-10-04T12:54:29Z,2026-10-04T13:54:29Z,{cells}\n"
        );
        let (records, _) = crate::fitbit::testing::run(read, "x.csv", &text);
        let pool = records.exercises.first().and_then(|e| e.workout.pool);
        pool.map(|p| (p.length.get(), p.in_yards))
    };
    assert_eq!(pool("25,YARD,0,UNSPECIFIED,,,,"), None);
    assert_eq!(pool("25,METER,25,YARD,,,,"), Some((22.86, true)));
    assert_eq!(
        pool("0,UNSPECIFIED,0,UNSPECIFIED,50,METER,,"),
        Some((50.0, false))
    );
    assert_eq!(pool("0,,25,UNSPECIFIED,,,914400,40"), Some((22.86, true)));
    assert_eq!(pool("0,,25,UNSPECIFIED,,,1000000,40"), Some((25.0, false)));
}

#[test]
fn pauses_leave_the_active_time() {
    let events = |text: &str| {
        let (records, _) = read_rows(&format!(
            "7,2026-05-12T12:00:00Z,2026-05-12T13:00:00Z,+02:00,Outdoor Run,TRACKER,,,,\"{text}\"\n"
        ));
        records
            .exercises
            .first()
            .map(|e| (e.workout.active_ms, e.workout.pauses.len()))
    };
    let pause = "[Type: PAUSE, Timestamp: 2026-05-12T12:10:00Z], [Type: RESUME, Timestamp: 2026-05-12T12:40:00Z]";
    assert_eq!(events(pause), Some((1_800_000, 1)));
    assert_eq!(
        events("[Type: STOP, ElapsedTimeMillis: 3000000]"),
        Some((3_000_000, 0))
    );
    assert_eq!(events(""), Some((3_600_000, 0)));
}

const START: Instant = Instant(1_778_587_200); // 2026-05-12T12:00:00Z

fn told(blob: &str) -> (Vec<(i64, i64)>, Option<u64>) {
    let course = course(blob, START, START.plus(3600));
    let second = |at: Instant| at.0 - START.0;
    let pauses = course.pauses.iter();
    let pauses = pauses.map(|&(a, b)| (second(a), second(b))).collect();
    (pauses, course.active_ms)
}

#[test]
fn pauses_are_read_by_keys_whatever_stands_around_them() {
    let known = "[[ExerciseEventId: 1, Timestamp: 2026-05-12T12:00:00Z, Type: START, AutoCueType: MANUAL, ElapsedTimeMillis: 0], \
        [ExerciseEventId: 2, Timestamp: 2026-05-12T12:10:00Z, Type: PAUSE, AutoCueType: MANUAL, ElapsedTimeMillis: 600000], \
        [ExerciseEventId: 3, Timestamp: 2026-05-12T12:40:00Z, Type: RESUME, AutoCueType: MANUAL, ElapsedTimeMillis: 600000], \
        [ExerciseEventId: 4, Timestamp: 2026-05-12T13:00:00Z, Type: STOP, AutoCueType: MANUAL, ElapsedTimeMillis: 1800000]]";
    let expected = (vec![(600, 2400)], Some(1_800_000));
    assert_eq!(told(known), expected);
    let braces = known.replace('[', "{").replace(']', "}");
    assert_eq!(told(&braces.replace(": ", "=")), expected);
    assert_eq!(told(&known.replace(['[', ']'], "")), expected);
    assert_eq!(told(&known.replace(", ", " ")), expected);
    let quoted = known.replace(" Type: ", " \"Type\": \"");
    assert_eq!(told(&quoted.replace(", Auto", "\", Auto")), expected);
    let spaced = known.replace("12T1", "12 1").replace("Z,", "+0000,");
    assert_eq!(told(&spaced), expected);
}

#[test]
fn automatic_pauses_count_and_one_without_an_end_lasts_to_the_stop() {
    let blob = "[Type: AUTO_PAUSE, Timestamp: 2026-05-12 12:10:00+0000][Type: RESUME, Timestamp: 2026-05-12 12:11:00+0000]\
        [Type: PAUSE, Timestamp: 2026-05-12 12:50:00+0000][Type: STOP, Timestamp: 2026-05-12 13:00:00+0000]";
    assert_eq!(told(blob), (vec![(600, 660), (3000, 3600)], None));
}

#[test]
fn laps_words_unknown_and_times_unsaid_are_no_pauses() {
    assert_eq!(
        told("[{type=START, id=1},{type=STOP, id=2}]"),
        (vec![], None)
    );
    assert_eq!(
        told("[Timestamp: 2026-05-12 12:10:00+0000, Type: SPLIT, ElapsedTimeMillis: 5]"),
        (vec![], None)
    );
    assert_eq!(told("[Type: PAUSE][Type: RESUME]"), (vec![], None));
    assert_eq!(told(""), (vec![], None));
}
