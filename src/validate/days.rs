//! What is known of each local date: sums of the streams, and one telling of every daily value.

use std::collections::{BTreeMap, BTreeSet};

use super::books::Books;
use super::readings;
use super::streams::dates_of_utc_day;
use crate::model::checked::{Day, Night, utc_minutes_in};
use crate::model::records::{
    DailyValue, DateLabel, HeartZone, Metric, Origin, PackedSample, Provider, Reading, Stamp,
    ZoneMinute,
};
use crate::model::{DayMinutes, EntryId, Instant, LocalDate, MinuteDays, Offsets, Skip};

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
    /// Local minutes, ten-thousandths of a kilocalorie.
    pub calories: &'s MinuteDays,
    /// Local minutes, millimetres.
    pub altitude: &'s MinuteDays,
}

/// Daily values by date, one telling each.
#[derive(Debug, Default)]
pub struct Told(BTreeMap<LocalDate, BTreeMap<Metric, (f64, Origin)>>);

impl Told {
    /// Picks, for every date and metric, the best source; rows none of whose values is picked are
    /// booked as second tellings.
    #[must_use]
    pub fn new(mut values: Vec<DailyValue>, offsets: &Offsets, books: &mut Books) -> Self {
        values.sort_by(|a, b| (&a.provider, a.origin).cmp(&(&b.provider, b.origin)));
        let mut told = Self::default();
        let (mut used, mut same, mut rows) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for v in values {
            let date = match v.date {
                DateLabel::Date(d) => d,
                DateLabel::At(t) => offsets.date_of(t),
            };
            rows.insert(v.origin);
            match told.0.entry(date).or_default().entry(v.metric) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert((v.value, v.origin));
                    used.insert(v.origin);
                }
                std::collections::btree_map::Entry::Occupied(known)
                    if (known.get().0 - v.value).abs() < 1e-9 =>
                {
                    same.insert(v.origin);
                }
                std::collections::btree_map::Entry::Occupied(_) => {}
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
            Metric::DistanceKm,
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
    let has_altitude = !streams.altitude.is_empty();
    let mut days: BTreeMap<LocalDate, Day> = BTreeMap::new();
    for date in utc_dates(streams.steps, offsets)
        .into_iter()
        .chain(utc_dates(streams.distance, offsets))
    {
        days.entry(date).or_default();
    }
    days.extend(
        streams
            .calories
            .keys()
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
        let climbed = streams.altitude.get(&date.0).map_or(0, total);
        let floors = has_altitude && day.steps.is_some();
        day.floors = day
            .floors
            .filter(|_| !has_altitude)
            .or(floors.then(|| u32::try_from(climbed / FLOOR_MM).unwrap_or(u32::MAX)));
        tell(*date, day, told);
    }
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
    day.floors = of_utc(streams.floors).map(count);
    day.calories = streams
        .calories
        .get(&date.0)
        .map(|m| scaled(total(m), 10_000.0));
}

/// Fills in what daily values tell; the streams rule where both do.
fn tell(date: LocalDate, day: &mut Day, told: &Told) {
    let value = |metric| told.get(date, metric);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of u32"
    )]
    let count =
        |metric| value(metric).map(|v: f64| v.round().clamp(0.0, f64::from(u32::MAX)) as u32);
    day.steps = day.steps.or(count(Metric::Steps));
    day.distance_m = day
        .distance_m
        .or(value(Metric::DistanceKm).map(|km| km * 1000.0));
    day.calories = day.calories.or(value(Metric::Calories));
    day.floors = day.floors.or(count(Metric::Floors));
    day.activity_calories = value(Metric::ActivityCalories);
    day.sedentary_minutes = count(Metric::SedentaryMinutes);
    day.lightly_active_minutes = count(Metric::LightlyActiveMinutes);
    day.moderately_active_minutes = count(Metric::ModeratelyActiveMinutes);
    day.very_active_minutes = count(Metric::VeryActiveMinutes);
    day.resting_heart_rate = value(Metric::RestingHeartRate);
    day.hrv_rmssd = value(Metric::HrvRmssd);
    day.spo2_average = value(Metric::Spo2Average);
    day.respiratory_rate = value(Metric::RespiratoryRate);
    day.vo2_max = value(Metric::Vo2Max).or(value(Metric::RunVo2Max));
    day.skin_temperature_deviation = value(Metric::SkinTemperatureDeviation);
    day.active_zone_minutes = count(Metric::ActiveZoneMinutes);
    day.fat_burn_minutes = value(Metric::FatBurnMinutes);
    day.cardio_minutes = value(Metric::CardioMinutes);
    day.peak_minutes = value(Metric::PeakMinutes);
    day.stress_score = count(Metric::StressScore);
    day.readiness_score = count(Metric::ReadinessScore);
    day.minutes_asleep = count(Metric::MinutesAsleep);
}

/// Sums Active Zone Minutes by date, one source each, as daily values for [`Told`].
#[must_use]
pub fn zone_minutes(
    mut minutes: Vec<ZoneMinute>,
    offsets: &Offsets,
    books: &mut Books,
) -> Vec<DailyValue> {
    minutes.sort_by(|a, b| (&a.provider, a.at, a.origin).cmp(&(&b.provider, b.at, b.origin)));
    let mut sums: BTreeMap<LocalDate, Sum> = BTreeMap::new();
    // What the minute at hand was told already: a minute may hold seconds of two zones.
    let mut told: BTreeSet<(Option<HeartZone>, u32)> = BTreeSet::new();
    let mut before: Option<(Provider, Stamp)> = None;
    for m in minutes {
        let this = Some((m.provider.clone(), m.at));
        if before != this {
            told.clear();
            before = this;
        }
        if !told.insert((m.zone, m.minutes)) {
            books.skip(m.origin.entry, Skip::Duplicate, 1);
            continue;
        }
        let date = match m.at {
            Stamp::Local(t) => t.date(),
            Stamp::Utc(t) => offsets.date_of(t),
        };
        let sum = sums.entry(date).or_insert(Sum {
            origin: m.origin,
            provider: m.provider.clone(),
            total: 0,
        });
        if sum.provider == m.provider {
            sum.total += m.minutes;
        } else {
            books.skip(m.origin.entry, Skip::OtherSource, 1);
        }
    }
    sums.into_iter()
        .map(|(date, s)| s.value(date, Metric::ActiveZoneMinutes))
        .collect()
}

struct Sum {
    origin: Origin,
    provider: Provider,
    total: u32,
}

impl Sum {
    fn value(self, date: LocalDate, metric: Metric) -> DailyValue {
        let Self {
            origin,
            provider,
            total,
        } = self;
        DailyValue {
            origin,
            date: DateLabel::Date(date),
            metric,
            value: f64::from(total),
            provider,
        }
    }
}

/// Means of the temperature readings of nights whose deviation no table tells.
pub fn fill_temperature(
    told: &mut Told,
    readings: Vec<Reading<f64>>,
    nights: &[Night],
    offsets: &Offsets,
    books: &mut Books,
) {
    let mut by_night: BTreeMap<LocalDate, Vec<(f64, EntryId)>> = BTreeMap::new();
    for p in readings::place(readings, nights, offsets) {
        by_night
            .entry(p.night)
            .or_default()
            .push((p.value, p.entry));
    }
    for (date, values) in by_night {
        let metrics = told.0.entry(date).or_default();
        if metrics.contains_key(&Metric::SkinTemperatureDeviation) {
            values
                .iter()
                .for_each(|(_, entry)| books.skip(*entry, Skip::OtherSource, 1));
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "readings of one night")]
        let mean = values.iter().map(|(v, _)| v).sum::<f64>() / values.len() as f64;
        let entry = values.first().map(|(_, e)| *e).unwrap_or_default();
        metrics.insert(
            Metric::SkinTemperatureDeviation,
            (mean, Origin { entry, position: 0 }),
        );
    }
}

#[cfg(test)]
mod tests;
