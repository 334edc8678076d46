//! The user's choice of dates and of a sample, applied to sound data; and the range of dates that
//! the data covers.

use super::Request;
use super::tallies::Tallies;
use crate::model::checked::Parts;
use crate::model::records::{DateLabel, DeviceBlock, Reading, Stamp};
use crate::model::{Instant, LocalDate, Records, counted};

/// Returns the first and last date that any record may fall on, two days wider on both sides. Dates
/// that no export can hold do not count.
pub fn date_range(r: &Records) -> (LocalDate, LocalDate) {
    let minutes = [&r.steps, &r.distance, &r.calories, &r.altitude, &r.floors];
    let others = [&r.calories_utc, &r.ascent_utc, &r.levels];
    let minutes = minutes.into_iter().chain(others).flatten();
    let dates = minutes.map(|b| LocalDate(b.day));
    let dates = dates.chain(r.heart_rate.iter().map(|b| LocalDate(b.day)));
    let dates = dates.chain(r.heart_rate_bounds.iter().map(|b| b.date));
    let stamps = r.sleep.iter().map(|s| s.start);
    let stamps = stamps.chain(r.weights.iter().map(|w| w.at));
    let stamps = stamps.chain(r.exercises.iter().map(|e| e.start));
    let stamps = stamps.chain(r.tracks.iter().map(|t| Stamp::Utc(t.start)));
    let stamps = stamps.chain(r.zone_minutes.iter().map(|z| z.at));
    let stamps = stamps.chain(r.hrv.iter().flat_map(stamps_of));
    let stamps = stamps.chain(r.spo2.iter().flat_map(stamps_of));
    let stamps = stamps.chain(r.respiration.iter().flat_map(stamps_of));
    let stamps = stamps.chain(r.temperature_deviation.iter().flat_map(stamps_of));
    let day = |seconds: i64| LocalDate(Instant(seconds).utc_day());
    let daily = r.daily.iter().map(|v| match v.date {
        DateLabel::Date(date) => date,
        DateLabel::At(at) => day(at.0),
    });
    let dates = dates.chain(daily).chain(stamps.map(|s| day(s.seconds())));
    let range = dates.filter(|d| d.is_plausible()).fold(None, |range, d| {
        let (first, last) = range.unwrap_or((d, d));
        Some((d.min(first), d.max(last)))
    });
    let (first, last) = range.unwrap_or_default();
    (first.plus(-2), last.plus(3))
}

fn stamps_of<Q>(block: &DeviceBlock<Reading<Q>>) -> impl Iterator<Item = Stamp> {
    block.rows.iter().map(|r| r.at)
}

/// Drops what lies outside `--from`/`--to` and beyond `--sample`.
///
/// The tallies count entries' records as converted all the same: the choice concerns what is
/// written, and a remark tells how much was left out.
pub fn apply(parts: &mut Parts, request: &Request, tallies: &mut Tallies) {
    if request.from.is_some() || request.to.is_some() {
        let before = extent(parts);
        (parts.from, parts.to) = (request.from, request.to);
        keep_dates(parts);
        tallies.choose(left_out(before, extent(parts), "outside --from/--to"));
    }
    if let Some(n) = request.sample {
        let before = extent(parts);
        parts.workouts.sort_by_key(|w| (w.start, w.log_id));
        parts.weights.sort_by_key(|w| w.at);
        let older = parts.workouts.len().saturating_sub(n);
        parts.workouts.drain(..older);
        let month = month_to_try(parts);
        parts.weights.retain(|w| Some(month_of(w.date)) == month);
        tallies.choose(left_out(before, extent(parts), "beyond --sample"));
    }
}

fn month_of(date: LocalDate) -> (i32, u32) {
    let (year, month, _) = date.ymd();
    (year, month)
}

/// The newest month of weigh-ins that is finished: after it the export still tells something. Where
/// there is none, the newest.
fn month_to_try(parts: &Parts) -> Option<(i32, u32)> {
    let weights = parts.weights.iter().map(|w| w.date);
    let last = parts.days.keys().copied().chain(weights.clone()).max()?;
    let mut months = weights.rev().map(month_of);
    let newest = months.next()?;
    if newest < month_of(last) {
        return Some(newest);
    }
    Some(months.find(|m| *m < newest).unwrap_or(newest))
}

/// Streams stay whole: an activity keeps its heart rate past midnight, a night its evening. Writers
/// that go by date ask [`Parts::is_wanted`].
fn keep_dates(parts: &mut Parts) {
    let (from, to) = (parts.from, parts.to);
    let inside = |d: LocalDate| from.is_none_or(|f| f <= d) && to.is_none_or(|t| d <= t);
    parts
        .workouts
        .retain(|w| inside(w.start.at(w.offset).date()));
    parts.weights.retain(|w| inside(w.date));
    parts.nights.retain(|n| inside(n.date_of_sleep));
    parts.days.retain(|d, _| inside(*d));
}

/// Counts of what people count, as [`NOUNS`] names it.
fn extent(parts: &Parts) -> [usize; 4] {
    let (workouts, weights) = (parts.workouts.len(), parts.weights.len());
    [workouts, weights, parts.days.len(), parts.nights.len()]
}

const NOUNS: [(&str, &str); 4] = [
    ("activity", "activities"),
    ("weigh-in", "weigh-ins"),
    ("day", "days"),
    ("night", "nights"),
];

fn left_out(before: [usize; 4], after: [usize; 4], why: &str) -> String {
    let gone = before
        .into_iter()
        .zip(after)
        .map(|(b, a)| b.saturating_sub(a));
    let gone = NOUNS.into_iter().zip(gone).filter(|(_, gone)| *gone > 0);
    let list = gone.map(|((one, many), gone)| counted(gone as u64, one, many));
    let list: Vec<String> = list.collect();
    if list.is_empty() {
        format!("nothing lies {why}")
    } else {
        format!("{why}: {} left out", list.join(", "))
    }
}
