//! What is known of each local date: sums of the streams, and one telling of every daily value.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::books::Books;
use super::streams::dates_of_utc_day;
use crate::model::checked::{Night, utc_minutes_in};
use crate::model::metrics::{Day, Fold, Metric};
use crate::model::records::{DailyValue, DateLabel, Origin, PackedSample, Provider};
use crate::model::{DayMinutes, Instant, LocalDate, MinuteDays, Offsets, Skip};

/// Millimetres of ascent in a floor: ten feet.
const FLOOR_MM: u64 = 3048;
/// A sedentary day that nobody wore the tracker on, in minutes.
const ALL_DAY: f64 = 1440.0;

/// The streams that days are summed from.
#[derive(Clone, Copy, Debug)]
pub struct Streams<'s> {
    /// UTC minutes.
    pub steps: &'s MinuteDays,
    /// UTC minutes, millimetres.
    pub distance: &'s MinuteDays,
    /// UTC minutes, from the CSV.
    pub floors: &'s MinuteDays,
    /// UTC minutes, levels of activity from 0 to 3.
    pub levels: &'s MinuteDays,
    /// Local minutes, ten-thousandths of a kilocalorie.
    pub calories: &'s MinuteDays,
    /// Local minutes, millimetres.
    pub altitude: &'s MinuteDays,
}

/// Daily values by date, one telling each.
#[derive(Debug, Default)]
pub struct Told(pub(super) BTreeMap<LocalDate, BTreeMap<Metric, (f64, Origin)>>);

impl Told {
    /// Picks, for every date and metric, the best source; rows none of whose values is picked are
    /// booked as second tellings.
    #[must_use]
    pub fn new(mut values: Vec<DailyValue>, offsets: &Offsets, books: &mut Books) -> Self {
        values.sort_by(|a, b| (&a.provider, a.origin).cmp(&(&b.provider, b.origin)));
        let mut told = Self::default();
        let (mut used, mut same, mut rows) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut sums: BTreeMap<(LocalDate, Metric), Provider> = BTreeMap::new();
        for v in values {
            let date = match v.date {
                DateLabel::Date(d) => d,
                DateLabel::At(t) => offsets.date_of(t),
            };
            rows.insert(v.origin);
            match told.0.entry(date).or_default().entry(v.metric) {
                Entry::Vacant(place) => {
                    place.insert((v.value, v.origin));
                    used.insert(v.origin);
                    if v.metric.fold() == Fold::Sum {
                        sums.insert((date, v.metric), v.provider);
                    }
                }
                Entry::Occupied(mut known) if sums.get(&(date, v.metric)) == Some(&v.provider) => {
                    known.get_mut().0 += v.value;
                    used.insert(v.origin);
                }
                Entry::Occupied(known) if (known.get().0 - v.value).abs() < 1e-9 => {
                    same.insert(v.origin);
                }
                Entry::Occupied(_) => {}
            }
        }
        for row in rows.difference(&used) {
            let why = if same.contains(row) {
                Skip::Duplicate
            } else {
                Skip::OtherSource
            };
            books.skip(row.entry, why, 1);
        }
        told
    }

    fn get(&self, date: LocalDate, metric: Metric) -> Option<f64> {
        self.0.get(&date)?.get(&metric).map(|(v, _)| *v)
    }

    /// Drops what only fills dates on which nothing was worn.
    pub fn drop_padding(&mut self, is_padding: impl Fn(LocalDate) -> bool, books: &mut Books) {
        const FILLERS: [Metric; 11] = [
            Metric::FatBurnMinutes,
            Metric::CardioMinutes,
            Metric::PeakMinutes,
            Metric::SedentaryMinutes,
            Metric::LightlyActiveMinutes,
            Metric::ModeratelyActiveMinutes,
            Metric::VeryActiveMinutes,
            Metric::Steps,
            Metric::Distance,
            Metric::Calories,
            Metric::Floors,
        ];
        let mut dropped = BTreeSet::new();
        for (date, metrics) in &mut self.0 {
            if is_padding(*date) {
                let fillers = metrics.extract_if(.., |metric, _| FILLERS.contains(metric));
                dropped.extend(fillers.map(|(_, (_, origin))| origin));
            }
        }
        let kept: BTreeSet<Origin> = self
            .0
            .values()
            .flat_map(|m| m.values().map(|(_, o)| *o))
            .collect();
        dropped
            .difference(&kept)
            .for_each(|row| books.skip(row.entry, Skip::Padding, 1));
    }

    /// Tells whether nothing says that the tracker was worn on a date: no steps, no heart rate, and
    /// all of the day sedentary, if that is told at all.
    #[must_use]
    pub fn is_padding(&self, date: LocalDate, has_steps: bool, has_heart_rate: bool) -> bool {
        let steps = has_steps || self.get(date, Metric::Steps).is_some_and(|s| s > 0.0);
        let moved = self
            .get(date, Metric::SedentaryMinutes)
            .is_some_and(|m| m < ALL_DAY);
        !steps && !has_heart_rate && !moved
    }
}

/// Returns the dates of daily values and minutes on which nothing says that the tracker was worn.
#[must_use]
pub fn padding(
    told: &Told,
    steps: &MinuteDays,
    heart_rate: &BTreeMap<i32, Vec<PackedSample>>,
    offsets: &Offsets,
) -> Padding {
    let mut worn: BTreeSet<LocalDate> = BTreeSet::new();
    for (day, minutes) in steps {
        for (date, range) in dates_of_utc_day(*day, offsets) {
            let walked = minutes.rows_in(range).any(|(_, steps)| steps > 0);
            worn.extend(walked.then_some(date));
        }
    }
    for (day, samples) in heart_rate {
        let at = |s: &PackedSample| {
            offsets.date_of(Instant(i64::from(*day) * 86_400 + i64::from(s.second())))
        };
        worn.extend(samples.first().map(at));
        worn.extend(samples.last().map(at));
    }
    let active = told
        .0
        .iter()
        .filter(|(date, _)| !told.is_padding(**date, worn.contains(date), false));
    worn.extend(active.map(|(date, _)| *date).collect::<Vec<_>>());
    Padding { worn }
}

/// The dates on which nothing was worn: all but these.
#[derive(Debug, Default)]
pub struct Padding {
    worn: BTreeSet<LocalDate>,
}

impl Padding {
    /// Tells whether rows of this date only fill their file.
    #[must_use]
    pub fn contains(&self, date: LocalDate) -> bool {
        !self.worn.contains(&date)
    }
}

/// Sums the streams and collects the daily values.
#[must_use]
pub fn settle(
    streams: Streams<'_>,
    told: &Told,
    nights: &[Night],
    offsets: &Offsets,
) -> BTreeMap<LocalDate, Day> {
    let mut days: BTreeMap<LocalDate, Day> = BTreeMap::new();
    for date in utc_dates(streams.steps, offsets)
        .into_iter()
        .chain(utc_dates(streams.distance, offsets))
        .chain(utc_dates(streams.floors, offsets))
        .chain(utc_dates(streams.levels, offsets))
    {
        days.entry(date).or_default();
    }
    days.extend(
        streams
            .calories
            .keys()
            .chain(streams.altitude.keys())
            .map(|d| (LocalDate(*d), Day::default())),
    );
    days.extend(
        told.0
            .iter()
            .filter(|(_, m)| !m.is_empty())
            .map(|(d, _)| (*d, Day::default())),
    );
    days.extend(nights.iter().map(|n| (n.date_of_sleep, Day::default())));
    for (date, day) in &mut days {
        sum(*date, day, streams, offsets);
        tell(*date, day, told);
        levels(*date, day, streams.levels, offsets);
    }
    flat_days(&mut days);
    for n in nights.iter().filter(|n| n.main_sleep) {
        if let Some(day) = days.get_mut(&n.date_of_sleep) {
            day.minutes_asleep = n.minutes_asleep;
            day.sleep_score = n.score;
        }
    }
    days.retain(|_, d| *d != Day::default());
    days
}

/// The local dates that a UTC stream has rows on.
fn utc_dates(stream: &MinuteDays, offsets: &Offsets) -> BTreeSet<LocalDate> {
    let date = |day: &i32, second: i64| offsets.date_of(Instant(i64::from(*day) * 86_400 + second));
    stream
        .keys()
        .flat_map(|d| [date(d, 0), date(d, 43_200), date(d, 86_399)])
        .collect()
}

/// Sum of the rows that are there.
fn total(minutes: &DayMinutes) -> u64 {
    minutes.rows().map(|(_, value)| u64::from(value)).sum()
}

fn sum(date: LocalDate, day: &mut Day, streams: Streams<'_>, offsets: &Offsets) {
    let (from, to) = (offsets.day_start(date), offsets.day_end(date));
    let of_utc = |stream: &MinuteDays| {
        let rows = utc_minutes_in(stream, from, to)
            .fold((0u64, 0u64), |(n, sum), (_, v)| (n + 1, sum + u64::from(v)));
        (rows.0 > 0).then_some(rows.1)
    };
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    #[expect(
        clippy::cast_precision_loss,
        reason = "millimetres and ten-thousandths of a kilocalorie of one day"
    )]
    let scaled = |n: u64, unit: f64| n as f64 / unit;
    day.steps = of_utc(streams.steps).map(count);
    day.distance_m = of_utc(streams.distance).map(|mm| scaled(mm, 1000.0));
    let climbed = streams.altitude.get(&date.0).map(|m| total(m) / FLOOR_MM);
    day.floors = climbed.or(of_utc(streams.floors)).map(count);
    day.calories = streams
        .calories
        .get(&date.0)
        .map(|m| scaled(total(m), 10_000.0));
}

/// Dates before and after a date that tell whether its tracker has an altimeter.
const AROUND: i32 = 15;

/// Writes no climb at all as 0 floors where the tracker measures climbs: on a third of the days with
/// steps around it there is one. Accounts without an altimeter have a few climbs too.
fn flat_days(days: &mut BTreeMap<LocalDate, Day>) {
    let with = |count: fn(&Day) -> Option<u32>| -> Vec<LocalDate> {
        let dates = days.iter().filter(|(_, day)| count(day) > Some(0));
        dates.map(|(date, _)| *date).collect()
    };
    let (climbed, walked) = (with(|day| day.floors), with(|day| day.steps));
    let around = |dates: &[LocalDate], date: LocalDate| {
        let before = |d: LocalDate| dates.partition_point(|x| *x < d);
        before(date.plus(AROUND + 1)) - before(date.plus(-AROUND))
    };
    for (date, day) in days.iter_mut() {
        if day.floors.is_none() && day.steps.is_some() {
            let (climbed, walked) = (around(&climbed, *date), around(&walked, *date));
            day.floors = (climbed > 0 && 3 * climbed >= walked).then_some(0);
        }
    }
}

/// Counts the minutes of each level where no daily value tells them. A minute without a row was
/// sedentary.
fn levels(date: LocalDate, day: &mut Day, stream: &MinuteDays, offsets: &Offsets) {
    let (from, to) = (offsets.day_start(date), offsets.day_end(date));
    let mut counts = [0u32; 3];
    let mut rows = utc_minutes_in(stream, from, to).peekable();
    if rows.peek().is_none() {
        return;
    }
    for (_, level) in rows {
        let place = usize::try_from(level).ok().and_then(|l| l.checked_sub(1));
        if let Some(count) = place.and_then(|p| counts.get_mut(p.min(2))) {
            *count += 1;
        }
    }
    let [light, moderate, very] = counts;
    let minutes = u32::try_from((to.0 - from.0) / 60).unwrap_or(0);
    let rest = minutes.saturating_sub(light + moderate + very);
    for (place, count) in [
        (&mut day.sedentary_minutes, rest),
        (&mut day.lightly_active_minutes, light),
        (&mut day.moderately_active_minutes, moderate),
        (&mut day.very_active_minutes, very),
    ] {
        place.get_or_insert(count);
    }
}

/// Fills in what daily values tell; the streams rule where both do.
fn tell(date: LocalDate, day: &mut Day, told: &Told) {
    for (metric, (number, _)) in told.0.get(&date).into_iter().flatten() {
        day.tell(*metric, *number);
    }
    day.vo2_max = day.vo2_max.or(day.run_vo2_max);
}

#[cfg(test)]
mod tests;
