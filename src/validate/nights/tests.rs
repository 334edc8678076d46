//! Tests of `validate::nights`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use std::sync::Arc;

use super::*;
use crate::model::records::{Origin, Provider, SleepKind};
use crate::model::{EntryId, Evidence, Offset};

fn log(entry: u32, id: u64, start: Stamp, rank: Rank) -> SleepLog {
    SleepLog {
        origin: Origin {
            entry: EntryId(entry),
            position: 1,
        },
        date_of_sleep: None,
        start,
        start_offset: None,
        night: Night {
            log_id: id,
            seconds: 8 * 3600,
            kind: SleepKind::Stages,
            minutes_asleep: Some(400),
            ..Night::default()
        },
        algorithm: None,
        provider: Provider {
            rank,
            name: Arc::from(""),
        },
    }
}

fn nights_of(sleep: Vec<SleepLog>, stages: Vec<LooseStage>, tallies: &mut Tallies) -> Vec<Night> {
    let mut records = Records {
        sleep,
        sleep_stages: stages,
        ..Records::default()
    };
    let mut parts = Parts {
        offsets: spring(),
        ..Parts::default()
    };
    resolve(&mut records, &mut parts, tallies);
    parts.nights
}

fn spring() -> Offsets {
    let first = LocalDate::from_ymd(2024, 3, 31).unwrap();
    Offsets::new(
        first,
        &[
            (Offset(3600), Evidence::Profile),
            (Offset(7200), Evidence::Profile),
        ],
        None,
    )
}

#[test]
fn a_night_keeps_the_offset_of_its_start() {
    let midnight = LocalDate::from_ymd(2024, 3, 31).unwrap().midnight();
    let mut tallies = Tallies::new(1);
    let nights = nights_of(
        vec![log(0, 1, Stamp::Local(midnight), Rank::Json)],
        vec![],
        &mut tallies,
    );
    assert_eq!(nights[0].start.0, midnight.0 - 3600);
    assert_eq!(
        nights[0].end().0 - nights[0].start.0,
        8 * 3600,
        "the log knows no missing hour"
    );
    assert!(nights[0].main_sleep);
}

#[test]
fn logs_repeated_at_a_chunk_border_and_told_by_csv_count_once() {
    let midnight = LocalDate::from_ymd(2024, 3, 30).unwrap().midnight();
    let local = Stamp::Local(midnight);
    let utc = Stamp::Utc(Instant(midnight.0 - 3600 + 60));
    let logs = vec![
        log(1, 7, local, Rank::Json),
        log(0, 7, local, Rank::Json),
        log(2, 99, utc, Rank::Device),
    ];
    let mut tallies = Tallies::new(3);
    let nights = nights_of(logs, vec![], &mut tallies);
    assert_eq!(nights.len(), 1);
    assert_eq!(tallies.entries[1].skipped[&Skip::Duplicate], 1);
    assert_eq!(tallies.entries[2].skipped[&Skip::OtherSource], 1);
}

#[test]
fn loose_stages_find_their_log_on_its_own_axis() {
    let start = Instant(1_711_800_000);
    let stage = LooseStage {
        origin: Origin {
            entry: EntryId(1),
            position: 2,
        },
        log_id: 5,
        level: SleepLevel::Deep,
        start: LocalTime(start.0),
        end: LocalTime(start.0 + 300),
    };
    let stray = LooseStage {
        log_id: 6,
        ..stage.clone()
    };
    let mut tallies = Tallies::new(2);
    let nights = nights_of(
        vec![log(0, 5, Stamp::Utc(start), Rank::Device)],
        vec![stage, stray],
        &mut tallies,
    );
    assert_eq!(
        nights[0].stages,
        [SleepStage {
            level: SleepLevel::Deep,
            from: 0,
            seconds: 300
        }]
    );
    assert_eq!(tallies.entries[1].skipped[&Skip::NoOutput], 1);
}

fn device(entry: u32, id: u64, start: i64, algorithm: Option<&str>) -> SleepLog {
    let mut log = log(entry, id, Stamp::Utc(Instant(start)), Rank::Device);
    log.algorithm = algorithm.map(Arc::from);
    log
}

fn kept(sleep: Vec<SleepLog>) -> Vec<u64> {
    let nights = nights_of(sleep, vec![], &mut Tallies::new(9));
    nights.iter().map(|n| n.log_id).collect()
}

#[test]
fn the_first_algorithm_tells_a_night_and_the_second_only_what_it_lacks() {
    let night = 1_711_800_000;
    let (v1, v2) = (Some("sleep_session_v1"), Some("sleep_session_v2"));
    let mut long = device(0, 21, night - 700, v2);
    long.night.seconds = 12 * 3600;
    let mut parts = [
        device(1, 11, night, v1),
        device(1, 12, night + 4 * 3600, v1),
    ];
    parts.iter_mut().for_each(|p| p.night.seconds = 3 * 3600);
    let nap = device(0, 22, night + 40 * 3600, v2);
    let all = [vec![long, nap], parts.to_vec()].concat();
    assert_eq!(kept(all), [11, 12, 22], "v2 is told first in the file");
}

#[test]
fn nights_a_day_apart_are_two_however_alike_and_one_wall_clock_is_one_night() {
    let start = 1_711_800_000;
    let twice = vec![
        device(0, 1, start, None),
        device(0, 2, start + 86_400, None),
    ];
    assert_eq!(kept(twice), [1, 2]);
    // The JSON by the table of offsets and the row by its own, eight hours apart.
    let json = log(0, 3, Stamp::Local(LocalTime(start)), Rank::Json);
    let mut row = device(1, 4, start + 7 * 3600, None);
    row.start_offset = Some(Offset(-7 * 3600));
    assert_eq!(kept(vec![row, json]), [3]);
}

#[test]
fn minutes_asleep_are_those_of_the_stages_and_scores_find_the_night_that_stayed() {
    let start = 1_711_800_000;
    let stage = |level, from: i64, to: i64| LooseStage {
        origin: Origin {
            entry: EntryId(1),
            position: 2,
        },
        log_id: 5,
        level,
        start: LocalTime(start + from * 60),
        end: LocalTime(start + to * 60),
    };
    let stages = vec![
        stage(SleepLevel::Rem, 300, 480),
        stage(SleepLevel::Light, 0, 270),
        stage(SleepLevel::Wake, 270, 300),
    ];
    let mut records = Records {
        sleep: vec![
            device(0, 5, start, Some("v1")),
            device(0, 6, start, Some("v2")),
        ],
        sleep_stages: stages,
        sleep_scores: vec![SleepScore {
            origin: Origin {
                entry: EntryId(2),
                position: 2,
            },
            log_id: 6,
            overall: 82,
        }],
        ..Records::default()
    };
    let mut parts = Parts {
        offsets: spring(),
        ..Parts::default()
    };
    resolve(&mut records, &mut parts, &mut Tallies::new(3));
    let nights = parts.nights;
    let night = &nights[0];
    assert_eq!(
        (night.minutes_asleep, night.minutes_awake),
        (Some(450), Some(30))
    );
    assert_eq!((nights.len(), night.score), (1, Some(82)));
}
