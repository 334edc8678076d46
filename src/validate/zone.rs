//! The zone question, answered once: the account's UTC offset on every local date.
//!
//! `heart_rate-D.json` holds UTC stamps of *local* day D, so the last sample of D-1 and the first
//! of D enclose the instant at which date D began, and with it the offset at D's midnight, to a few
//! seconds on most days. Offsets that files state, and the zone of the profile, decide what the
//! heart rate leaves open. All of it is weighed by one shortest path over the dates, because single
//! days are often loose (an unworn evening) while their neighbours pin them.
//!
//! Knows nothing of entries and formats; the table it returns is all that anybody else sees.

mod in_use;

use std::array;

use chrono::{NaiveDate, NaiveDateTime, Offset as _, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::model::records::{HeartRateBounds, StatedBy, StatedOffset};
use crate::model::time::DAY;
use crate::model::{Evidence, LocalDate, Offset, Offsets};
use in_use::{COUNT, index, is_in_use, offset_at};

const QUARTER: i64 = 900;
/// A change of offset that the home zone does not make: a flight, a late sync.
const CHANGE: u32 = 100;
/// A date on which the account is not on home time.
const AWAY: u32 = 8;
/// A date whose day boundary falls far from any sample, although samples are there: a boundary that
/// a sample touches is hardly there by chance. Decides on which of several dates a change took place.
const LOOSE: u32 = 20;
/// An offset unlike the one that `UserSleeps` or `UserExercises` states.
const UNLIKE_STATED: u32 = 300;
/// An offset unlike the one that a TCX file states.
const UNLIKE_TCX: u32 = 200;
/// An offset that the heart-rate days exclude.
const EXCLUDED: u32 = 1_000_000;
/// Dates before and after a change that are looked at more closely.
const NEAR: usize = 4;
/// Samples within this many seconds of a day boundary make it a tight one.
const TIGHT: i64 = 120;
/// A run of dates is pinned when at most this many offsets fit all its heart-rate days.
const PINNED: i64 = 2 * QUARTER;

/// What the zone rests on, in the axis of the records.
#[derive(Default)]
pub struct ZoneEvidence<'a> {
    pub heart_rate: &'a [HeartRateBounds],
    pub stated: &'a [StatedOffset],
    pub home: Option<Tz>,
    /// First and last local date of the data, give or take a day.
    pub dates: (LocalDate, LocalDate),
    /// How well steps (UTC) and calories (local) of a date fit together at an offset.
    pub agreement: Option<Agreement<'a>>,
}

/// Tells how well two streams of a date fit together if the date has this offset; 0 is "unknown".
pub type Agreement<'a> = &'a dyn Fn(LocalDate, Offset) -> u64;

/// Returns the offsets of a zone that the user named: it overrides all evidence.
pub fn stated(zone: Tz, (first, last): (LocalDate, LocalDate)) -> Offsets {
    let dates = (first.0..=last.0).map(LocalDate);
    let days = dates.map(|d| (offset_of(zone, d), Evidence::Option));
    let days: Vec<_> = days.collect();
    Offsets::new(first, &days, Some(zone.name().to_owned()))
}

/// Finds the offset of every date, or `None` when nothing in the export tells.
pub fn find(given: &ZoneEvidence<'_>) -> Option<Offsets> {
    let mut days = days(given);
    let mut path = shortest_path(&days);
    let agreement = given.agreement;
    if agreement.is_some_and(|a| disagree(a, &path, &mut days)) {
        path = shortest_path(&days);
    }
    let evidence = evidence(given, &days, &path);
    if evidence.iter().all(|e| *e == Evidence::Neighbours) {
        return None;
    }
    let days: Vec<_> = path.into_iter().map(offset_at).zip(evidence).collect();
    let home = given.home.map(|z| z.name().to_owned());
    Some(Offsets::new(given.dates.0, &days, home))
}

/// The offset of a zone at the midnight of a date. In a gap at midnight the clock has not sprung
/// yet: the day begins at the jump, which the offset before it names.
fn offset_of(zone: Tz, date: LocalDate) -> Offset {
    let (y, m, d) = date.ymd();
    let midnight = NaiveDate::from_ymd_opt(y, m, d).and_then(|d| d.and_hms_opt(0, 0, 0));
    let midnight = midnight.unwrap_or(NaiveDateTime::MIN);
    let at = |t: NaiveDateTime| {
        let offset = zone.offset_from_local_datetime(&t).earliest()?;
        Some(offset.fix().local_minus_utc())
    };
    let before_the_gap = || at(midnight.checked_sub_signed(TimeDelta::hours(3))?);
    Offset(at(midnight).or_else(before_the_gap).unwrap_or(0))
}

/// One local date, and what speaks for and against the offsets on it.
struct Day {
    date: LocalDate,
    bounds: OffsetBounds,
    home: Option<usize>,
    /// Of each offset, before changes are charged.
    costs: [u32; COUNT],
}

/// What the heart rate says of the offset at one midnight: within `low..=high` seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct OffsetBounds {
    low: Option<i64>,
    high: Option<i64>,
}

impl OffsetBounds {
    fn allows(self, offset: Offset) -> bool {
        let offset = i64::from(offset.0);
        self.low.is_none_or(|l| l <= offset) && self.high.is_none_or(|h| offset <= h)
    }

    /// Samples of a day beside this boundary are there, and none of them is near it.
    fn is_loose_at(self, offset: Offset) -> bool {
        let offset = i64::from(offset.0);
        let gaps = [self.low.map(|l| offset - l), self.high.map(|h| h - offset)];
        self != Self::default() && !gaps.into_iter().flatten().any(|gap| gap <= TIGHT)
    }
}

/// The dates with their evidence; the dates between are those of `given`.
fn days(given: &ZoneEvidence<'_>) -> Vec<Day> {
    let (first, last) = given.dates;
    let dates = (first.0..=last.0).map(LocalDate);
    let day = |date| Day {
        date,
        bounds: OffsetBounds::default(),
        home: given.home.map(|zone| index(offset_of(zone, date))),
        costs: [0; COUNT],
    };
    let mut days: Vec<Day> = dates.map(day).collect();
    for file in given.heart_rate.iter().filter(|f| fits_its_name(f)) {
        let midnight = file.date.midnight().0;
        if let Some(Day { bounds, .. }) = on(&mut days, first, file.date) {
            bounds.low = bounds.low.max(Some(midnight - file.first.0));
        }
        if let Some(Day { bounds, .. }) = on(&mut days, first, file.date.plus(1)) {
            let high = midnight + DAY - file.last.0 - 1;
            bounds.high = Some(bounds.high.map_or(high, |h| h.min(high)));
        }
    }
    days.iter_mut().for_each(charge);
    for s in given.stated {
        let tcx = s.by == StatedBy::Tcx;
        let unlike = if tcx { UNLIKE_TCX } else { UNLIKE_STATED };
        if let Some(day) = on(&mut days, first, date_of(s)) {
            let own = index(s.offset);
            let others = (0..).zip(&mut day.costs).filter(|(i, _)| *i != own);
            others.for_each(|(_, cost)| *cost += unlike);
        }
    }
    days
}

/// What a list with a place for each date from the first on holds of a date.
fn on<T>(list: &mut [T], first: LocalDate, date: LocalDate) -> Option<&mut T> {
    let place = usize::try_from(i64::from(date.0) - i64::from(first.0));
    list.get_mut(place.ok()?)
}

/// Tells whether the samples can lie on the date in the file's name, in any zone.
fn fits_its_name(file: &HeartRateBounds) -> bool {
    let midnight = file.date.midnight().0;
    file.first.0 > midnight - 15 * 3600 && file.last.0 < midnight + DAY + 13 * 3600
}

/// Charges what the bounds exclude and where the account is not at home.
fn charge(day: &mut Day) {
    let year = day.date.year();
    let is_meant =
        |i: usize, bounds: OffsetBounds| is_in_use(i, year) && bounds.allows(offset_at(i));
    // Contradictions (a travel day, a wrong file name) bound nothing.
    if !(0..COUNT).any(|i| is_meant(i, day.bounds)) {
        day.bounds = OffsetBounds::default();
    }
    day.costs = array::from_fn(|i| {
        let bounded = match is_meant(i, day.bounds) {
            false => EXCLUDED,
            true if day.bounds.is_loose_at(offset_at(i)) => LOOSE,
            true => 0,
        };
        bounded
            + if day.home.is_some_and(|h| h != i) {
                AWAY
            } else {
                0
            }
    });
}

/// The date whose midnight offset a stated offset tells: from noon on, the next one's.
fn date_of(stated: &StatedOffset) -> LocalDate {
    stated.at.at(stated.offset).plus(DAY / 2).date()
}

/// Around each change of offset, charges the offset under which steps and calories of a date fit
/// clearly worse: a day that was worn in part may leave open whether it lies before the change or
/// after it. Tells whether anything was charged.
fn disagree(agreement: Agreement<'_>, path: &[usize], days: &mut [Day]) -> bool {
    let mut charged = false;
    let changes = path.iter().zip(path.iter().skip(1)).zip(1..);
    for ((&before, &after), at) in changes.filter(|((a, b), _)| a != b) {
        for day in days.iter_mut().skip(at - NEAR.min(at)).take(2 * NEAR) {
            let both = [before, after];
            if !both.iter().all(|i| day.bounds.allows(offset_at(*i))) {
                continue;
            }
            let [a, b] = both.map(|i| agreement(day.date, offset_at(i)));
            let worse = if a * 4 > b * 5 {
                after
            } else if b * 4 > a * 5 {
                before
            } else {
                continue;
            };
            if let Some(cost) = day.costs.get_mut(worse) {
                *cost += CHANGE / 2;
                charged = true;
            }
        }
    }
    charged
}

/// The cheapest offset for every date, where following the home zone's own change is free.
fn shortest_path(days: &[Day]) -> Vec<usize> {
    let mut total = [0u32; COUNT];
    let mut came_from: Vec<[u8; COUNT]> = Vec::with_capacity(days.len());
    let mut home = None;
    for day in days {
        let follows = home.zip(day.home);
        let (next, from) = step(&total, &day.costs, follows, came_from.is_empty());
        (total, home) = (next, day.home);
        came_from.push(from);
    }
    let mut at = cheapest(&total);
    let mut path = Vec::with_capacity(days.len());
    for from in came_from.iter().rev() {
        path.push(at);
        at = from.get(at).map_or(at, |&f| usize::from(f));
    }
    path.reverse();
    path
}

/// One date of the path: stay, follow the home zone's change, or change for a price.
fn step(
    total: &[u32; COUNT],
    cost: &[u32; COUNT],
    follows: Option<(usize, usize)>,
    first: bool,
) -> ([u32; COUNT], [u8; COUNT]) {
    let best = cheapest(total);
    let at = |i: usize| total.get(i).copied().unwrap_or(u32::MAX / 2);
    let (mut next, mut from) = ([0; COUNT], [0; COUNT]);
    for (i, ((n, f), c)) in next.iter_mut().zip(&mut from).zip(cost).enumerate() {
        let mut choice = (at(i), i);
        if let Some((before, _)) = follows.filter(|&(_, now)| now == i) {
            choice = choice.min((at(before), before));
        }
        if !first && at(best) + CHANGE < choice.0 {
            choice = (at(best) + CHANGE, best);
        }
        *n = choice.0.saturating_add(*c);
        *f = u8::try_from(choice.1).unwrap_or(0);
    }
    let least = next.iter().copied().min().unwrap_or(0);
    next.iter_mut().for_each(|n| *n -= least);
    (next, from)
}

fn cheapest(total: &[u32; COUNT]) -> usize {
    let costs = (0..).zip(total);
    let least = costs.min_by_key(|&(i, cost)| (*cost, offset_at(i).0.abs()));
    least.map_or(0, |(i, _)| i)
}

/// Names, for every date, the best evidence that agrees with what was chosen.
fn evidence(given: &ZoneEvidence<'_>, days: &[Day], path: &[usize]) -> Vec<Evidence> {
    let mut all = Vec::with_capacity(path.len());
    for run in path.chunk_by(|a, b| a == b) {
        let days = days.iter().skip(all.len()).take(run.len());
        let pinned = is_pinned(days.clone().map(|day| day.bounds));
        all.extend(days.zip(run).map(|(day, chosen)| {
            if pinned && day.bounds != OffsetBounds::default() {
                Evidence::HeartRateDays
            } else if day.home == Some(*chosen) {
                Evidence::Profile
            } else {
                Evidence::Neighbours
            }
        }));
    }
    let first = given.dates.0;
    let mut told: Vec<_> = all.iter_mut().zip(path).collect();
    for s in given.stated {
        let tcx = s.by == StatedBy::Tcx;
        let by = if tcx {
            Evidence::Tcx
        } else {
            Evidence::StatedOffsets
        };
        if let Some((evidence, chosen)) = on(&mut told, first, date_of(s))
            && **chosen == index(s.offset)
        {
            **evidence = (**evidence).min(by);
        }
    }
    all
}

/// Tells whether the heart-rate days of a run leave room for hardly more than one offset.
fn is_pinned(run: impl Iterator<Item = OffsetBounds> + Clone) -> bool {
    let low = run.clone().filter_map(|f| f.low).max();
    let high = run.filter_map(|f| f.high).min();
    low.zip(high).is_some_and(|(l, h)| h - l <= PINNED)
}

#[cfg(test)]
mod tests;
