//! Tests of `validate::days`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use std::sync::Arc;

use super::*;
use crate::model::metrics::Metric;
use crate::model::records::{DailyValue, DateLabel, Origin, Provider, Rank};
use crate::model::{EntryId, Evidence, Offset, Skip};

fn value(entry: u32, date: LocalDate, metric: Metric, value: f64, rank: Rank) -> DailyValue {
    let origin = Origin {
        entry: EntryId(entry),
        position: 1,
    };
    DailyValue {
        origin,
        date: DateLabel::Date(date),
        metric,
        value,
        provider: Provider {
            rank,
            name: Arc::from(""),
        },
    }
}

fn stream(day: i32, rows: &[(usize, u32)]) -> MinuteDays {
    MinuteDays::from([(day, rows.iter().copied().collect())])
}

const DATE: LocalDate = LocalDate(19_000);

#[test]
fn steps_are_summed_over_the_local_day_and_calories_by_its_label() {
    // UTC-5: the local date begins at minute 300 of its UTC day.
    let parts = Parts {
        offsets: Offsets::constant(Offset(-18_000), Evidence::Option),
        steps: stream(19_000, &[(299, 100), (300, 7), (1439, 8)]),
        calories: stream(19_000, &[(0, 11_500), (1439, 11_500)]),
        ..Parts::default()
    };
    let none = MinuteDays::new();
    let days = days(&parts, &none, &none, &DailyValues::default());
    assert_eq!(days[&DATE].steps, Some(15));
    assert_eq!(days[&DATE.plus(-1)].steps, Some(100));
    assert!((days[&DATE].calories.unwrap() - 2.3).abs() < 1e-9);
    assert_eq!(
        days[&DATE].floors, None,
        "no altitude stream: unknown, not 0"
    );
}

#[test]
fn across_the_date_line_a_value_belongs_to_the_date_that_its_minutes_are_summed_in() {
    // From UTC-10 to UTC+14 at the midnight after DATE, which is a day without hours of its own.
    let of = |hours: i32| (Offset(hours * 3600), Evidence::Option);
    let offsets = Offsets::new(DATE.plus(-1), &[of(-10), of(-10), of(14)], None);
    let at = DATE.plus(-1).midnight().plus(23 * 3600);
    let mut told = value(0, DATE, Metric::RestingHeartRate, 55.0, Rank::Device);
    told.date = DateLabel::At(at.minus(Offset(-10 * 3600)));
    let told = DailyValues::new(vec![told], &offsets, &mut Tallies::new(1));
    assert_eq!(
        told.get(DATE.plus(-1), Metric::RestingHeartRate),
        Some(55.0)
    );
    // Back the other way a date lasts 48 hours, and its 13th and 37th hour both belong to it.
    let offsets = Offsets::new(DATE, &[of(14), of(-10)], None);
    let start = offsets.day_start(DATE);
    for hour in [13, 37] {
        let mut told = value(0, DATE, Metric::RestingHeartRate, 55.0, Rank::Device);
        told.date = DateLabel::At(start.plus(hour * 3600));
        let told = DailyValues::new(vec![told], &offsets, &mut Tallies::new(1));
        assert_eq!(
            told.get(DATE, Metric::RestingHeartRate),
            Some(55.0),
            "{hour}"
        );
    }
}

#[test]
fn the_better_source_tells_a_value_and_the_other_is_booked() {
    let offsets = Offsets::constant(Offset(0), Evidence::Option);
    let list = vec![
        value(1, DATE, Metric::RestingHeartRate, 55.9, Rank::App),
        value(0, DATE, Metric::RestingHeartRate, 55.5, Rank::Json),
        value(2, DATE, Metric::RestingHeartRate, 55.5, Rank::Foreign),
    ];
    let mut tallies = Tallies::new(3);
    let told = DailyValues::new(list, &offsets, &mut tallies);
    assert_eq!(told.get(DATE, Metric::RestingHeartRate), Some(55.5));
    assert_eq!(tallies.entries[1].skipped[&Skip::OtherSource], 1);
    assert_eq!(tallies.entries[2].skipped[&Skip::Duplicate], 1);
}

#[test]
fn what_adds_up_adds_up_within_its_source_alone() {
    let offsets = Offsets::constant(Offset(0), Evidence::Option);
    let drink = |entry, position, rank| {
        let mut drink = value(entry, DATE, Metric::Water, 200.0, rank);
        drink.origin.position = position;
        drink
    };
    let list = vec![
        drink(0, 1, Rank::Json),
        drink(0, 2, Rank::Json),
        drink(1, 1, Rank::App),
    ];
    let mut tallies = Tallies::new(2);
    let told = DailyValues::new(list, &offsets, &mut tallies);
    assert_eq!(told.get(DATE, Metric::Water), Some(400.0));
    assert_eq!(tallies.entries[0].skipped_total(), 0);
    assert_eq!(tallies.entries[1].skipped[&Skip::OtherSource], 1);
}

#[test]
fn what_one_source_tells_twice_is_a_repeat_and_not_in_a_preferred_source() {
    let offsets = Offsets::constant(Offset(0), Evidence::Option);
    let mut tallies = Tallies::new(2);
    let list = vec![
        value(0, DATE, Metric::RestingHeartRate, 55.0, Rank::Json),
        value(0, DATE.plus(1), Metric::RestingHeartRate, 56.0, Rank::Json),
        value(1, DATE, Metric::RestingHeartRate, 57.0, Rank::Json),
        value(1, DATE.plus(1), Metric::RestingHeartRate, 58.0, Rank::App),
    ];
    let list = list.into_iter().zip(1..).map(|(mut v, position)| {
        v.origin.position = position;
        v
    });
    let told = DailyValues::new(list.collect(), &offsets, &mut tallies);
    assert_eq!(told.get(DATE, Metric::RestingHeartRate), Some(55.0));
    let expected = [(Skip::Duplicate, 1), (Skip::OtherSource, 1)].into();
    assert_eq!(tallies.entries[1].skipped, expected);
}

#[test]
fn dates_that_only_pad_the_file_leave_nothing() {
    let offsets = Offsets::constant(Offset(0), Evidence::Option);
    let mut tallies = Tallies::new(1);
    let list = vec![
        value(0, DATE, Metric::SedentaryMinutes, 1440.0, Rank::Json),
        value(0, DATE, Metric::StressScore, 70.0, Rank::Json),
    ];
    let mut told = DailyValues::new(list, &offsets, &mut tallies);
    assert_eq!(told.dates_worn().count(), 0);
    told.drop_padding(|_| true, &mut tallies);
    assert_eq!(
        (
            told.get(DATE, Metric::SedentaryMinutes),
            told.get(DATE, Metric::StressScore)
        ),
        (None, Some(70.0))
    );
}

fn day(steps: Option<u32>, floors: Option<u32>) -> Day {
    Day {
        steps,
        floors,
        ..Day::default()
    }
}

#[test]
fn no_climb_is_0_floors_only_where_the_tracker_measures_climbs() {
    // Floors every other day for two months, and then a year of five climbs in all.
    let climber = (0..60).map(|i| day(Some(9), (i % 2 == 0).then_some(3)));
    let flat = (0..365).map(|i| day(Some(9), (i % 80 == 40).then_some(1)));
    let dates = (DATE.0..).map(LocalDate);
    let mut days: BTreeMap<_, _> = dates.zip(climber.chain(flat)).collect();
    days.insert(DATE.plus(-1), day(None, None));
    flat_days(&mut days);
    assert_eq!(days[&DATE.plus(3)].floors, Some(0));
    assert_eq!(days[&DATE.plus(-1)].floors, None, "not worn");
    let told = [100, 140, 180].map(|i| days[&DATE.plus(i)].floors);
    assert_eq!(told, [Some(1), None, Some(1)], "nothing measures climbs");
}

#[test]
fn levels_of_minutes_make_the_minutes_of_a_day_that_nothing_else_tells() {
    let offsets = Offsets::constant(Offset(0), Evidence::Option);
    let stream = stream(DATE.0, &[(1, 1), (2, 1), (3, 2), (4, 3), (5, 0)]);
    let mut known = Day {
        very_active_minutes: Some(7),
        ..Day::default()
    };
    count_levels(DATE, &mut known, &stream, &offsets);
    assert_eq!(
        (known.sedentary_minutes, known.lightly_active_minutes),
        (Some(1436), Some(2))
    );
    assert_eq!(
        (known.moderately_active_minutes, known.very_active_minutes),
        (Some(1), Some(7))
    );
    let mut other = Day::default();
    count_levels(DATE.plus(3), &mut other, &stream, &offsets);
    assert_eq!(other, Day::default());
}
