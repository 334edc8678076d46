//! What is known of each local date: sums of the streams, and every daily value from one source.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use super::daily_values::DailyValues;
use super::streams::dates_of_utc_day;
use super::tallies::Tallies;
use super::{local_days, streams, temperature, zone_minutes};
use crate::model::checked::{Parts, utc_minutes_in};
use crate::model::metrics::{Day, Metric};
use crate::model::records::PackedSample;
use crate::model::{Instant, LocalDate, MinuteDays, Offsets, Records};

/// Millimetres of ascent in a floor: ten feet.
const FLOOR_MM: u64 = 3048;

/// Resolves days: their values, what only pads their files, and the sums of their minutes.
pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let offsets = &parts.offsets;
    let mut daily = take(&mut records.daily);
    let minutes = take(&mut records.zone_minutes);
    daily.extend(zone_minutes::resolve(minutes, offsets, tallies));
    let mut daily = DailyValues::new(daily, offsets, tallies);
    let warmth = take(&mut records.temperature_deviation);
    temperature::fill(&mut daily, warmth, &parts.nights, offsets, tallies);
    // Daily values say which dates only pad their files, and so come before the local minutes.
    let worn = worn(&daily, &parts.steps, &parts.heart_rate, offsets);
    let is_padding = |date: LocalDate| !worn.contains(&date);
    daily.drop_padding(is_padding, tallies);
    let (local, utc) = (&mut parts.calories, take(&mut records.calories_utc));
    *local = streams::local_minutes(take(&mut records.calories), is_padding, tallies);
    local_days::fill(local, utc, true, is_padding, offsets, tallies);
    let (local, utc) = (&mut parts.altitude, take(&mut records.ascent_utc));
    *local = streams::local_minutes(take(&mut records.altitude), |_| false, tallies);
    local_days::fill(local, utc, false, |_| false, offsets, tallies);
    let floors = streams::utc_minutes(take(&mut records.floors), offsets, tallies);
    let levels = streams::utc_minutes(take(&mut records.levels), offsets, tallies);
    parts.days = days(parts, &floors, &levels, &daily);
}

/// The dates of daily values and minutes on which something says that the tracker was worn.
fn worn(
    daily: &DailyValues,
    steps: &MinuteDays,
    heart_rate: &BTreeMap<i32, Vec<PackedSample>>,
    offsets: &Offsets,
) -> BTreeSet<LocalDate> {
    let mut worn: BTreeSet<LocalDate> = BTreeSet::new();
    for (day, minutes) in steps {
        for (date, range) in dates_of_utc_day(*day, offsets) {
            let walked = minutes.rows_in(range).any(|(_, steps)| steps > 0);
            worn.extend(walked.then_some(date));
        }
    }
    for (day, samples) in heart_rate {
        let ends = [samples.first(), samples.last()].into_iter().flatten();
        worn.extend(ends.map(|s| offsets.date_of(s.at(*day))));
    }
    worn.extend(daily.dates_worn());
    worn
}

/// Sums the streams and collects the daily values.
fn days(
    parts: &Parts,
    floors: &MinuteDays,
    levels: &MinuteDays,
    daily: &DailyValues,
) -> BTreeMap<LocalDate, Day> {
    let offsets = &parts.offsets;
    let utc = [&parts.steps, &parts.distance, floors, levels];
    let utc = utc.into_iter().flatten().flat_map(|(day, _)| {
        let date = |second| offsets.date_of(Instant(i64::from(*day) * 86_400 + second));
        [0, 43_200, 86_399].map(date)
    });
    let local = parts.calories.keys().chain(parts.altitude.keys());
    let nights = parts.nights.iter().map(|n| n.date_of_sleep);
    let dates = utc.chain(local.map(|d| LocalDate(*d))).chain(nights);
    let dates: BTreeSet<LocalDate> = dates.chain(daily.0.keys().copied()).collect();
    let mut days = BTreeMap::new();
    for date in dates {
        let mut day = sums(date, parts, floors);
        // The streams rule where both tell.
        for (metric, (number, _)) in daily.0.get(&date).into_iter().flatten() {
            day.tell(*metric, *number);
        }
        day.vo2_max = day.vo2_max.or(day.run_vo2_max);
        count_levels(date, &mut day, levels, offsets);
        days.insert(date, day);
    }
    flat_days(&mut days);
    for n in parts.nights.iter().filter(|n| n.main_sleep) {
        if let Some(day) = days.get_mut(&n.date_of_sleep) {
            day.minutes_asleep = n.minutes_asleep;
            day.sleep_score = n.score;
        }
    }
    days.retain(|_, d| *d != Day::default());
    days
}

/// What the streams tell of a date.
fn sums(date: LocalDate, parts: &Parts, floors: &MinuteDays) -> Day {
    let (from, to) = (parts.offsets.day_start(date), parts.offsets.day_end(date));
    let of_utc = |stream: &MinuteDays| {
        let mut rows = utc_minutes_in(stream, from, to).peekable();
        rows.peek()?;
        Some(rows.map(|(_, v)| u64::from(v)).sum())
    };
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    #[expect(
        clippy::cast_precision_loss,
        reason = "millimetres and ten-thousandths of a kilocalorie of one day"
    )]
    let scaled = |n: u64, unit: f64| n as f64 / unit;
    let climbed = parts.altitude.get(&date.0).map(|m| m.sum() / FLOOR_MM);
    let burnt = parts.calories.get(&date.0).map(|m| m.sum());
    Day {
        steps: of_utc(&parts.steps).map(count),
        distance_m: of_utc(&parts.distance).map(|mm| scaled(mm, 1000.0)),
        floors: climbed.or_else(|| of_utc(floors)).map(count),
        calories: burnt.map(|sum| scaled(sum, 10_000.0)),
        ..Day::default()
    }
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
fn count_levels(date: LocalDate, day: &mut Day, stream: &MinuteDays, offsets: &Offsets) {
    let (from, to) = (offsets.day_start(date), offsets.day_end(date));
    let mut counts = [0u32; 4];
    let mut rows = utc_minutes_in(stream, from, to).peekable();
    if rows.peek().is_none() {
        return;
    }
    for (_, level) in rows {
        let place = usize::try_from(level).map_or(3, |level| level.min(3));
        counts.get_mut(place).into_iter().for_each(|n| *n += 1);
    }
    let [_, light, moderate, very] = counts;
    let minutes = u32::try_from((to.0 - from.0) / 60).unwrap_or(0);
    let rest = minutes.saturating_sub(light + moderate + very);
    day.tell(Metric::SedentaryMinutes, f64::from(rest));
    day.tell(Metric::LightlyActiveMinutes, f64::from(light));
    day.tell(Metric::ModeratelyActiveMinutes, f64::from(moderate));
    day.tell(Metric::VeryActiveMinutes, f64::from(very));
}

#[cfg(test)]
mod tests;
