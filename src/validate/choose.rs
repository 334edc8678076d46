//! The user's choice of dates and of a sample, applied to sound data; and the range of dates that
//! the data covers.

use std::collections::BTreeSet;

use super::Request;
use super::tallies::Tallies;
use crate::model::checked::Parts;
use crate::model::records::{DateLabel, DeviceBlock, Reading, Stamp};
use crate::model::{Instant, LocalDate, Records, counted};

/// Returns the first and last date that any record may fall on, two days wider on both sides. Dates
/// that no export can hold do not count.
pub fn date_range(records: &Records) -> (LocalDate, LocalDate) {
    let mut range: Option<(LocalDate, LocalDate)> = None;
    let mut add = |date: LocalDate| {
        if date.is_plausible() {
            range = Some(range.map_or((date, date), |(a, b)| (a.min(date), b.max(date))));
        }
    };
    let day = |t: Instant| LocalDate(t.utc_day());
    let stamp = |s: Stamp| day(Instant(s.seconds()));
    records
        .heart_rate
        .iter()
        .for_each(|b| add(LocalDate(b.day)));
    records.heart_rate_bounds.iter().for_each(|b| add(b.date));
    let minutes = [
        &records.steps,
        &records.distance,
        &records.calories,
        &records.altitude,
        &records.floors,
        &records.calories_utc,
        &records.ascent_utc,
        &records.levels,
    ];
    minutes
        .into_iter()
        .flatten()
        .for_each(|b| add(LocalDate(b.day)));
    records.daily.iter().for_each(|v| match v.date {
        DateLabel::Date(d) => add(d),
        DateLabel::At(t) => add(day(t)),
    });
    records.sleep.iter().for_each(|s| add(stamp(s.start)));
    records.weights.iter().for_each(|w| add(stamp(w.at)));
    records.exercises.iter().for_each(|e| add(stamp(e.start)));
    records.tracks.iter().for_each(|t| add(day(t.start)));
    let hrv = records.hrv.iter().flat_map(stamps);
    let spo2 = records.spo2.iter().flat_map(stamps);
    let breaths = records.respiration.iter().flat_map(stamps);
    let warmth = records.temperature_deviation.iter().flat_map(stamps);
    let readings = hrv.chain(spo2).chain(breaths).chain(warmth);
    readings.for_each(|at| add(stamp(at)));
    records.zone_minutes.iter().for_each(|z| add(stamp(z.at)));
    let (first, last) = range.unwrap_or_default();
    (first.plus(-2), last.plus(3))
}

fn stamps<Q>(block: &DeviceBlock<Reading<Q>>) -> impl Iterator<Item = Stamp> {
    block.rows.iter().map(|r| r.at)
}

/// Drops what lies outside `--from`/`--to` and beyond `--sample`.
///
/// The tallies count entries' records as converted all the same: the choice concerns what is
/// written, and a remark tells how much was left out.
pub fn apply(parts: &mut Parts, request: &Request, tallies: &mut Tallies) {
    let (from, to) = (request.from, request.to);
    if from.is_some() || to.is_some() {
        let inside = |d: LocalDate| from.is_none_or(|f| f <= d) && to.is_none_or(|t| d <= t);
        let before = extent(parts);
        keep_dates(parts, inside);
        (parts.from, parts.to) = (from, to);
        tallies.choose(left_out(&before, &extent(parts), "outside --from/--to"));
    }
    if let Some(n) = request.sample {
        let before = extent(parts);
        parts.workouts.sort_by_key(|w| (w.start, w.log_id));
        parts.weights.sort_by_key(|w| w.at);
        parts
            .workouts
            .drain(..parts.workouts.len().saturating_sub(n));
        let month = month_to_try(parts);
        parts.weights.retain(|w| Some(month_of(w.date)) == month);
        tallies.choose(left_out(&before, &extent(parts), "beyond --sample"));
    }
}

/// Year and month of a date.
fn month_of(date: LocalDate) -> (i32, u32) {
    let (year, month, _) = date.ymd();
    (year, month)
}

/// The newest month of weigh-ins that is finished: after it the export still tells something. Where
/// there is none, the newest.
fn month_to_try(parts: &Parts) -> Option<(i32, u32)> {
    let days = parts.days.keys().next_back().copied();
    let weights = parts.weights.iter().map(|w| w.date);
    let last = days.into_iter().chain(weights.clone()).max()?;
    let mut months = weights.rev().map(month_of);
    let newest = months.next()?;
    if newest < month_of(last) {
        return Some(newest);
    }
    Some(months.find(|m| *m < newest).unwrap_or(newest))
}

/// Streams stay whole: an activity keeps its heart rate past midnight, a night its evening. Writers
/// that go by date ask [`Parts::is_wanted`].
fn keep_dates(parts: &mut Parts, inside: impl Fn(LocalDate) -> bool) {
    parts
        .workouts
        .retain(|w| inside(w.start.at(w.offset).date()));
    parts.weights.retain(|w| inside(w.date));
    parts.nights.retain(|n| inside(n.date_of_sleep));
    parts.days.retain(|d, _| inside(*d));
}

/// Counts of what people count.
fn extent(parts: &Parts) -> [(usize, &'static str, &'static str); 4] {
    let days: BTreeSet<&LocalDate> = parts.days.keys().collect();
    [
        (parts.workouts.len(), "activity", "activities"),
        (parts.weights.len(), "weigh-in", "weigh-ins"),
        (days.len(), "day", "days"),
        (parts.nights.len(), "night", "nights"),
    ]
}

fn left_out(
    before: &[(usize, &'static str, &'static str); 4],
    after: &[(usize, &'static str, &'static str); 4],
    why: &str,
) -> String {
    let gone = before
        .iter()
        .zip(after)
        .filter(|(b, a)| b.0 > a.0)
        .map(|(b, a)| counted((b.0 - a.0) as u64, b.1, b.2));
    let list: Vec<String> = gone.collect();
    if list.is_empty() {
        format!("nothing lies {why}")
    } else {
        format!("{why}: {} left out", list.join(", "))
    }
}
