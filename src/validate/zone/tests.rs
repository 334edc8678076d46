//! Tests of `validate::zone`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::in_use::{GONE, MINUTES};
use super::*;
use crate::model::EntryId;
use crate::model::time::Instant;

fn date(y: i32, m: u32, d: u32) -> LocalDate {
    LocalDate::from_ymd(y, m, d).unwrap()
}

/// Files of a life whose offset at each midnight is given; `margin` seconds unworn at both ends.
fn files(first: LocalDate, hours: &[i64], margin: &[i64]) -> Vec<HeartRateBounds> {
    let start = |i: usize| {
        Instant(
            first.plus(i32::try_from(i).unwrap()).midnight().0
                - hours[i.min(hours.len() - 1)] * 3600,
        )
    };
    (0..hours.len() - 1)
        .map(|i| HeartRateBounds {
            entry: EntryId(0),
            date: first.plus(i32::try_from(i).unwrap()),
            first: start(i).plus(margin[i % margin.len()]),
            last: start(i + 1).plus(-margin[i % margin.len()]),
        })
        .collect()
}

fn hours(offsets: &Offsets, first: LocalDate, n: i32) -> Vec<i64> {
    (0..n)
        .map(|i| i64::from(offsets.on(first.plus(i)).0 / 3600))
        .collect()
}

#[test]
fn day_files_pin_the_offset_without_any_other_clue() {
    let first = date(2024, 5, 1);
    let files = files(first, &[2; 9], &[4]);
    let found = find(&ZoneEvidence {
        heart_rate: &files,
        dates: (first, first.plus(8)),
        ..ZoneEvidence::default()
    })
    .unwrap();
    assert_eq!(hours(&found, first, 9), [2; 9]);
    assert_eq!(found.spans[0].evidence, Evidence::HeartRateDays);
}

#[test]
fn a_trip_and_a_late_sync_are_seen_although_the_profile_says_otherwise() {
    let first = date(2024, 3, 25);
    // Paris changes on 31 March; the account stays on +1 for two more days, then flies to -4.
    let truth = [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, -4, -4, -4, 2, 2];
    let files = files(first, &truth, &[4]);
    let last = first.plus(15);
    let given = ZoneEvidence {
        heart_rate: &files,
        home: Some(chrono_tz::Europe::Paris),
        dates: (first, last),
        ..ZoneEvidence::default()
    };
    assert_eq!(hours(&find(&given).unwrap(), first, 15), truth[..15]);
}

#[test]
fn loose_days_follow_the_home_zone_through_a_change_of_clocks() {
    let first = date(2024, 3, 25);
    let truth: Vec<i64> = (0..14).map(|i| if i <= 6 { 1 } else { 2 }).collect();
    let files = files(
        first,
        &truth,
        &[5 * 3600, 4 * 3600 + 700, 6 * 3600 + 333, 9000],
    );
    let given = ZoneEvidence {
        heart_rate: &files,
        home: Some(chrono_tz::Europe::Paris),
        dates: (first, first.plus(13)),
        ..ZoneEvidence::default()
    };
    assert_eq!(hours(&find(&given).unwrap(), first, 14), truth);
}

#[test]
fn a_loose_day_beside_a_change_is_settled_by_the_tight_boundary() {
    let first = date(2024, 3, 28);
    let truth = [1, 1, 1, 1, 2, 2, 2, 2];
    let mut files = files(first, &truth, &[4]);
    files[4].first = files[4].first.plus(6 * 3600);
    let given = ZoneEvidence {
        heart_rate: &files,
        dates: (first, first.plus(7)),
        ..ZoneEvidence::default()
    };
    assert_eq!(hours(&find(&given).unwrap(), first, 8), truth);
}

#[test]
fn impossible_files_say_nothing() {
    let first = date(2024, 5, 1);
    let bogus = HeartRateBounds {
        entry: EntryId(0),
        date: first,
        first: Instant(0),
        last: Instant(99),
    };
    assert!(
        find(&ZoneEvidence {
            heart_rate: &[bogus],
            dates: (first, first.plus(3)),
            ..ZoneEvidence::default()
        })
        .is_none()
    );
    assert!(
        find(&ZoneEvidence {
            dates: (first, first.plus(3)),
            ..ZoneEvidence::default()
        })
        .is_none()
    );
}

#[test]
fn a_stated_offset_alone_is_enough() {
    let first = date(2024, 5, 1);
    let at = Instant(first.midnight().0 + 8 * 3600);
    let stated = [StatedOffset {
        entry: EntryId(0),
        by: StatedBy::UserExercises,
        at,
        offset: Offset(34_200),
    }];
    let found = find(&ZoneEvidence {
        stated: &stated,
        dates: (first, first.plus(5)),
        ..ZoneEvidence::default()
    })
    .unwrap();
    assert_eq!(found.on(first.plus(4)), Offset(34_200));
    assert!(
        found
            .spans
            .iter()
            .any(|s| s.evidence == Evidence::StatedOffsets)
    );
}

#[test]
fn a_midnight_that_the_clocks_skip_begins_at_the_jump() {
    // São Paulo, 2018-11-04: 00:00 became 01:00.
    let zone = chrono_tz::America::Sao_Paulo;
    assert_eq!(offset_of(zone, date(2018, 11, 4)), Offset(-10_800));
    assert_eq!(offset_of(zone, date(2018, 11, 5)), Offset(-7200));
}

#[test]
fn the_offsets_are_those_of_the_zones_of_the_world() {
    use std::collections::BTreeMap;
    let mut last: BTreeMap<i32, i32> = BTreeMap::new();
    for zone in chrono_tz::TZ_VARIANTS {
        for year in 2007..2035 {
            for month in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] {
                let of = offset_of(zone, date(year, month, 15)).0;
                assert_eq!(of % 60, 0, "{zone}");
                let known = last.entry(of / 60).or_insert(year);
                *known = year.max(*known);
            }
        }
    }
    let gone = |minutes: i32| GONE.iter().find(|(gone, _)| *gone == minutes);
    let told = MINUTES.map(|minutes| (minutes, gone(minutes).map_or(2034, |(_, last)| *last)));
    assert_eq!(last.into_iter().collect::<Vec<_>>(), told);
}

#[test]
fn bounds_that_leave_only_an_offset_of_no_zone_prove_nothing() {
    let first = date(2025, 2, 19);
    let mut files = files(first, &[7; 7], &[4]);
    // The day before ends at 01:05 UTC and the day begins at 01:40: -01:15 or -01:30.
    let midnight = first.plus(3).midnight().0;
    (files[2].first, files[2].last) = (Instant(midnight + 3480), Instant(midnight + 3900));
    (files[3].first, files[3].last) = (Instant(midnight + 6000), Instant(midnight + 9000));
    let given = ZoneEvidence {
        heart_rate: &files,
        home: Some(chrono_tz::Asia::Bangkok),
        dates: (first, first.plus(6)),
        ..ZoneEvidence::default()
    };
    let found = find(&given).unwrap();
    assert_eq!(hours(&found, first, 7), [7; 7]);
    let by = |evidence| found.spans.iter().filter(move |s| s.evidence == evidence);
    assert_eq!(
        by(Evidence::HeartRateDays).count(),
        2,
        "before it and after"
    );
    assert_eq!(by(Evidence::Profile).count(), 1);
}

#[test]
fn where_nothing_else_tells_the_account_is_at_home() {
    let first = date(2024, 3, 30);
    let given = ZoneEvidence {
        home: Some(chrono_tz::Europe::Paris),
        dates: (first, first.plus(3)),
        ..ZoneEvidence::default()
    };
    let found = find(&given).unwrap();
    assert_eq!(hours(&found, first, 4), [1, 1, 2, 2]);
    let mut spans = found.spans.iter();
    assert!(spans.all(|s| s.evidence == Evidence::Profile));
}

#[test]
fn the_last_day_of_a_trip_keeps_its_offset_to_its_midnight() {
    let first = date(2025, 4, 5);
    // Home in New York, three days in Tokyo whose files fill them, then nothing for four days.
    let home = files(first, &[-4, -4, -4], &[3]);
    let away = files(first.plus(4), &[9, 9, 9, 9], &[3]);
    let back = files(first.plus(11), &[-4, -4, -4], &[3]);
    let files = [home, away, back].concat();
    let given = ZoneEvidence {
        heart_rate: &files,
        home: Some(chrono_tz::America::New_York),
        dates: (first, first.plus(12)),
        ..ZoneEvidence::default()
    };
    let found = find(&given).unwrap();
    let evening = first.plus(6).midnight().plus(21 * 3600);
    assert_eq!(found.at_local(evening), Offset(9 * 3600));
    assert_eq!(found.on(first.plus(8)), Offset(-4 * 3600));
}

#[test]
fn a_zone_that_is_named_overrides_all_and_changes_its_clocks() {
    let first = date(2024, 3, 30);
    let found = stated(chrono_tz::Europe::Paris, (first, first.plus(3)));
    assert_eq!(hours(&found, first, 4), [1, 1, 2, 2]);
    assert!(found.spans.iter().all(|s| s.evidence == Evidence::Option));
}

#[test]
fn steps_and_calories_date_a_flight_that_the_heart_rate_leaves_open() {
    let first = date(2024, 5, 1);
    let flown_on = |day: i32| move |i: i32| if i < day { 2 } else { 5 };
    let worn: Vec<i64> = (0..19).map(flown_on(10)).collect();
    let whole = files(first, &worn, &[4]);
    // Days 4 to 13 are not worn, but for that of the flight, which tells the likeliest date.
    let mut some = whole[..4].to_vec();
    some.extend_from_slice(&whole[14..]);
    let found = |files: &[HeartRateBounds], agreement: Option<Agreement<'_>>| {
        let given = ZoneEvidence {
            heart_rate: files,
            dates: (first, first.plus(17)),
            agreement,
            ..ZoneEvidence::default()
        };
        hours(&find(&given).unwrap(), first, 18)
    };
    let life = |day: i32| -> Vec<i64> { (0..18).map(flown_on(day)).collect() };
    assert_eq!(found(&some, None), life(5), "the first date that is open");
    some.insert(4, whole[9]);
    assert_eq!(found(&some, None), life(10));
    // How well they fit at the right offset and at the other one.
    let fit = |hours: &dyn Fn(i32) -> i64, right: u64, wrong: u64| {
        let fits = |date: LocalDate, offset: Offset| {
            let is_right = hours(date.0 - first.0) == i64::from(offset.0 / 3600);
            if is_right { right } else { wrong }
        };
        found(&some, Some(&fits))
    };
    for day in 7..=14 {
        assert_eq!(fit(&flown_on(day), 6, 4), life(day), "{day}");
        assert_eq!(fit(&flown_on(day), 5, 4), life(10), "{day} is not clear");
        assert_eq!(fit(&flown_on(day), 0, 0), life(10), "{day} is unknown");
    }
    // Two days that fit elsewhere are no two flights more.
    let odd = |i: i32| {
        if [9, 10].contains(&i) {
            5
        } else {
            flown_on(13)(i)
        }
    };
    let changes = fit(&odd, 6, 4);
    assert_eq!(changes.chunk_by(|a, b| a == b).count(), 2);
}

#[test]
fn files_bound_the_day_of_their_name_in_the_zones_of_the_world() {
    let day = date(2024, 5, 1);
    let fits = |first: i64, last: i64| {
        fits_its_name(&HeartRateBounds {
            entry: EntryId(0),
            date: day,
            first: Instant(day.midnight().0 + first),
            last: Instant(day.midnight().0 + last),
        })
    };
    let (earliest, latest) = (-15 * 3600 + 1, DAY + 13 * 3600 - 1);
    assert!(fits(earliest, latest));
    assert!(!fits(earliest - 1, latest) && !fits(earliest, latest + 1));
}

#[test]
fn a_stated_offset_counts_from_noon_to_noon_and_a_table_more_than_a_track() {
    let first = date(2024, 5, 1);
    let at = |day: i32, second: i64, by: StatedBy, hours: i32| StatedOffset {
        entry: EntryId(0),
        by,
        at: Instant(first.plus(day).midnight().0 + second - i64::from(hours) * 3600),
        offset: Offset(hours * 3600),
    };
    let (table, track) = (StatedBy::UserSleeps, StatedBy::Tcx);
    assert_eq!(date_of(&at(3, 43_199, table, 9)), first.plus(3));
    assert_eq!(date_of(&at(3, 43_200, table, 9)), first.plus(4));
    let found = |stated: &[StatedOffset]| {
        let given = ZoneEvidence {
            stated,
            dates: (first, first.plus(5)),
            ..ZoneEvidence::default()
        };
        hours(&find(&given).unwrap(), first, 6)
    };
    assert_eq!(found(&[at(3, 9, table, 9), at(3, 9, track, 1)]), [9; 6]);
    let moved = [at(1, 9, table, 1), at(3, 9, table, 1), at(4, 9, table, 9)];
    assert_eq!(found(&moved), [1, 1, 1, 1, 9, 9]);
}

#[test]
fn each_date_names_the_best_evidence_of_its_own() {
    use Evidence::{HeartRateDays, Neighbours, Profile, StatedOffsets, Tcx};
    let first = date(2024, 5, 1);
    let mut worn = files(first, &[2; 6], &[4]);
    worn.drain(1..4);
    let home = Some(index(Offset(5 * 3600)));
    let by = |day: i32, by: StatedBy, hours: i32| StatedOffset {
        entry: EntryId(0),
        by,
        at: Instant(first.plus(day).midnight().0),
        offset: Offset(hours * 3600),
    };
    let stated = [
        by(7, StatedBy::UserExercises, 5),
        by(8, StatedBy::Tcx, 5),
        by(9, StatedBy::Tcx, 2),
    ];
    let given = ZoneEvidence {
        heart_rate: &worn,
        stated: &stated,
        dates: (first, first.plus(9)),
        ..ZoneEvidence::default()
    };
    let path: Vec<usize> = [2, 2, 2, 2, 2, 2, 5, 5, 5, 5]
        .map(|h| index(Offset(h * 3600)))
        .to_vec();
    let mut days = days(&given);
    for at in [2, 6, 7, 8, 9] {
        days[at].home = home;
    }
    let found = evidence(&given, &days, &path);
    let (worn, open) = ([HeartRateDays; 2], [Neighbours; 2]);
    let away = [Profile, StatedOffsets, Tcx, Profile];
    assert_eq!(found, [&worn[..], &open, &worn, &away].concat());
}

#[test]
fn a_run_is_pinned_where_its_days_leave_half_an_hour() {
    let bounds = |low: i64, high: i64| OffsetBounds {
        low: Some(low),
        high: Some(high),
    };
    assert!(is_pinned(
        [bounds(3600, 9000), bounds(-3600, 5400)].into_iter()
    ));
    assert!(!is_pinned(
        [bounds(3600, 9000), bounds(-3600, 5401)].into_iter()
    ));
    let open = OffsetBounds {
        low: Some(3600),
        high: None,
    };
    assert!(!is_pinned([open].into_iter()));
}

#[test]
fn a_month_of_loose_days_is_no_dearer_than_one() {
    let first = date(2024, 5, 1);
    let files = files(first, &[2; 61], &[9000]);
    let given = ZoneEvidence {
        heart_rate: &files,
        home: Some(chrono_tz::Europe::Paris),
        dates: (first, first.plus(60)),
        ..ZoneEvidence::default()
    };
    assert_eq!(hours(&find(&given).unwrap(), first, 61), [2; 61]);
}
