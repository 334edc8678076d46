//! Tests of `validate::clocks`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::*;
use crate::model::checked::Night;
use crate::model::records::{Origin, SleepKind};
use crate::model::units::Milliseconds;
use crate::model::{EntryId, Evidence, LocalDate};

/// 23:10 of the wall clock in Denver, on the axis of whoever reads it.
const NIGHT: i64 = 19_900 * DAY + 83_400;
const DENVER: i32 = -7 * 3600;

fn told_by(rank: Rank) -> Provider {
    Provider {
        rank,
        name: "".into(),
    }
}

const ORIGIN: Origin = Origin {
    entry: EntryId(0),
    position: 1,
};

fn log(rank: Rank, start: Stamp, offset: Option<i32>) -> SleepLog {
    SleepLog {
        origin: ORIGIN,
        date_of_sleep: None,
        start,
        start_offset: offset.map(Offset),
        night: Night {
            log_id: 1,
            seconds: 7 * 3600,
            kind: SleepKind::Stages,
            ..Night::default()
        },
        algorithm: None,
        provider: told_by(rank),
    }
}

fn window(rank: Rank, at: Stamp, ms: f64) -> DeviceBlock<Reading<Milliseconds>> {
    let value = Milliseconds::new(ms).unwrap();
    DeviceBlock {
        entry: ORIGIN.entry,
        provider: told_by(rank),
        rows: vec![Reading { at, value }],
    }
}

/// Settles with home time known; returns the remarks.
fn resolved(records: &mut Records) -> Vec<String> {
    let draft = Offsets::constant(Offset(DENVER), Evidence::Profile);
    let mut tallies = Tallies::new(1);
    resolve(records, Some(&draft), &mut tallies);
    tallies.remarks.into_iter().map(|f| f.what).collect()
}

fn local(at: i64) -> Stamp {
    Stamp::Local(LocalTime(at))
}

fn utc(at: i64) -> Stamp {
    Stamp::Utc(Instant(at))
}

#[test]
fn a_twin_rules_over_the_marker_in_either_direction_and_says_so() {
    let json = log(Rank::Json, local(NIGHT), None);
    let hours = i64::from(-DENVER);
    // The marker says UTC and the JSON says that the number is the wall clock's, and the reverse.
    for (given, number, expected) in [
        (utc(NIGHT), NIGHT, local(NIGHT)),
        (local(NIGHT + hours), NIGHT + hours, utc(NIGHT + hours)),
    ] {
        let mut records = Records {
            sleep: vec![json.clone(), log(Rank::Device, given, Some(DENVER))],
            ..Records::default()
        };
        let remarks = resolved(&mut records);
        assert_eq!(records.sleep[1].start, expected, "{number}");
        assert_eq!(records.sleep[0].start, local(NIGHT));
        assert!(
            remarks.len() == 1 && remarks[0].contains("although"),
            "{remarks:?}"
        );
    }
}

#[test]
fn a_table_without_a_twin_takes_the_clock_of_one_that_has() {
    let details = (0..5).map(|i| window(Rank::Takeout, local(NIGHT + 300 * i), 40.0 + i as f64));
    let google = (0..5).map(|i| window(Rank::Device, utc(NIGHT + 300 * i), 40.0 + i as f64));
    let mut records = Records {
        hrv: details.chain(google).collect(),
        sleep: vec![log(Rank::Device, utc(NIGHT), Some(DENVER))],
        ..Records::default()
    };
    resolved(&mut records);
    assert_eq!(records.sleep[0].start, local(NIGHT), "as the variability");
    let mut windows = records.hrv.iter().flat_map(|b| &b.rows);
    assert!(windows.all(|r| matches!(r.at, Stamp::Local(_))));
    let stated = stated_by_sleep(&records.sleep);
    assert_eq!(stated[0].at, Instant(NIGHT - i64::from(DENVER)));
}

#[test]
fn without_any_twin_the_marker_stays_with_a_remark() {
    for given in [utc(NIGHT), local(NIGHT)] {
        let mut records = Records {
            sleep: vec![log(Rank::Device, given, Some(DENVER))],
            ..Records::default()
        };
        let remarks = resolved(&mut records);
        assert_eq!(records.sleep[0].start, given);
        assert!(
            remarks.len() == 1 && remarks[0].contains("no other table"),
            "{remarks:?}"
        );
    }
    let mut both = Records {
        sleep: vec![
            log(Rank::Device, utc(NIGHT), Some(DENVER)),
            log(Rank::Device, local(NIGHT), Some(DENVER)),
        ],
        ..Records::default()
    };
    let remarks = resolved(&mut both);
    assert!(
        remarks.len() == 2 && remarks[0].contains("the files say"),
        "{remarks:?}"
    );
}

#[test]
fn nights_in_which_nobody_walks_tell_the_clock() {
    // Steps until 23:00 and from 06:30 local time on, which is UTC-7.
    let to_utc = i64::from(-DENVER);
    let steps = |minutes: std::ops::Range<i64>, day: i64| {
        let at = move |m: i64| (day * DAY + 60 * m + to_utc) / 60;
        minutes.map(move |m| (at(m).div_euclid(1440), at(m).rem_euclid(1440)))
    };
    let mut days: BTreeMap<i64, Vec<(usize, u32)>> = BTreeMap::new();
    for (day, minute) in steps(1000..1380, 19_900).chain(steps(390..700, 19_901)) {
        let row = (usize::try_from(minute).unwrap(), 60);
        days.entry(day).or_default().push(row);
    }
    let blocks = days.into_iter().map(|(day, rows)| MinuteBlock {
        entry: EntryId(0),
        day: i32::try_from(day).unwrap(),
        provider: Provider::json(),
        values: rows.into_iter().collect(),
    });
    let mut records = Records {
        steps: blocks.collect(),
        sleep: vec![log(Rank::Device, utc(NIGHT), Some(DENVER))],
        ..Records::default()
    };
    resolved(&mut records);
    assert_eq!(records.sleep[0].start, local(NIGHT));
}

#[test]
fn a_placeholder_is_local_unless_the_json_says_otherwise() {
    let hours = i64::from(-DENVER);
    let mut alone = Records {
        sleep: vec![log(Rank::Device, local(NIGHT), Some(0))],
        ..Records::default()
    };
    assert!(resolved(&mut alone).is_empty());
    assert_eq!(alone.sleep[0].start, local(NIGHT));
    let mut with_json = Records {
        sleep: vec![
            log(Rank::Json, local(NIGHT), None),
            log(Rank::Device, local(NIGHT + hours), Some(0)),
        ],
        ..Records::default()
    };
    resolved(&mut with_json);
    assert_eq!(with_json.sleep[1].start, utc(NIGHT + hours));
    assert!(LocalDate(19_900).is_plausible());
}
