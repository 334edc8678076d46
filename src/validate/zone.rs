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

use chrono::{NaiveDate, NaiveDateTime, Offset as _, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::model::records::{HeartRateBounds, StatedBy, StatedOffset};
use crate::model::time::DAY;
use crate::model::{Evidence, LocalDate, Offset, Offsets};
use in_use::{COUNT, index, is_in_use, offset_at};

/// A quarter of an hour in seconds.
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
    /// Spans of the heart-rate day files.
    pub heart_rate: &'a [HeartRateBounds],
    /// Offsets stated by files.
    pub stated: &'a [StatedOffset],
    /// Zone of the profile.
    pub home: Option<Tz>,
    /// First and last local date of the data, give or take a day.
    pub dates: (LocalDate, LocalDate),
    /// How well steps (UTC) and calories (local) of a date fit together at an offset.
    pub agreement: Option<Agreement<'a>>,
}

/// Tells how well two streams of a date fit together if the date has this offset; 0 is "unknown".
pub type Agreement<'a> = &'a dyn Fn(LocalDate, Offset) -> u64;

/// Returns the offsets of a zone that the user named: it overrides all evidence.
pub fn stated(zone: Tz, dates: (LocalDate, LocalDate)) -> Offsets {
    let days: Vec<_> = days(dates)
        .map(|d| (offset_of(zone, d), Evidence::Option))
        .collect();
    Offsets::new(dates.0, &days, Some(zone.name().to_owned()))
}

/// Finds the offset of every date, or `None` when nothing in the export tells.
pub fn find(given: &ZoneEvidence<'_>) -> Option<Offsets> {
    let bounds = bounds(given);
    let homes: Vec<Option<usize>> = days(given.dates)
        .map(|d| given.home.map(|z| index(offset_of(z, d))))
        .collect();
    let mut costs = costs(given, &bounds, &homes);
    let mut path = shortest_path(&costs, &homes);
    if disagree(given, &bounds, &path, &mut costs) {
        path = shortest_path(&costs, &homes);
    }
    let evidence = evidence(given, &bounds, &homes, &path);
    if evidence.iter().all(|e| *e == Evidence::Neighbours) {
        return None;
    }
    let table: Vec<_> = path
        .iter()
        .zip(evidence)
        .map(|(&i, e)| (offset_at(i), e))
        .collect();
    Some(Offsets::new(
        given.dates.0,
        &table,
        given.home.map(|z| z.name().to_owned()),
    ))
}

/// The offset of a zone at the midnight of a date. In a gap at midnight the clock has not sprung
/// yet: the day begins at the jump, which the offset before it names.
fn offset_of(zone: Tz, date: LocalDate) -> Offset {
    let (y, m, d) = date.ymd();
    let midnight = NaiveDate::from_ymd_opt(y, m, d)
        .and_then(|d| d.and_hms_opt(0, 0, 0))
        .unwrap_or(NaiveDateTime::MIN);
    let at = |t: NaiveDateTime| {
        zone.offset_from_local_datetime(&t)
            .earliest()
            .map(|o| o.fix().local_minus_utc())
    };
    let before_the_gap = || at(midnight.checked_sub_signed(TimeDelta::hours(3))?);
    Offset(at(midnight).or_else(before_the_gap).unwrap_or(0))
}

fn days(dates: (LocalDate, LocalDate)) -> impl Iterator<Item = LocalDate> {
    (dates.0.0..=dates.1.0).map(LocalDate)
}

/// Around each change of offset, charges the offset under which steps and calories of a date fit
/// clearly worse: a day that was worn in part may leave open whether it lies before the change or
/// after it. Tells whether anything was charged.
fn disagree(
    given: &ZoneEvidence<'_>,
    bounds: &[OffsetBounds],
    path: &[usize],
    costs: &mut [[u32; COUNT]],
) -> bool {
    let Some(agreement) = given.agreement else {
        return false;
    };
    let mut charged = false;
    let changes = path
        .iter()
        .zip(path.iter().skip(1))
        .zip(1..)
        .filter(|((a, b), _)| a != b);
    for ((&before, &after), day) in changes {
        for (i, date) in (0..path.len())
            .zip(days(given.dates))
            .skip(day - NEAR.min(day))
            .take(2 * NEAR)
        {
            let open = |o: usize| {
                bounds
                    .get(i)
                    .is_some_and(|f| f.allows(i64::from(offset_at(o).0)))
            };
            if !(open(before) && open(after)) {
                continue;
            }
            let (a, b) = (
                agreement(date, offset_at(before)),
                agreement(date, offset_at(after)),
            );
            let worse = if a * 4 > b * 5 {
                after
            } else if b * 4 > a * 5 {
                before
            } else {
                continue;
            };
            if let Some(cost) = costs.get_mut(i).and_then(|c| c.get_mut(worse)) {
                *cost += CHANGE / 2;
                charged = true;
            }
        }
    }
    charged
}

/// What the heart rate says of the offset at one midnight: within `low..=high` seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct OffsetBounds {
    low: Option<i64>,
    high: Option<i64>,
}

impl OffsetBounds {
    fn allows(self, offset: i64) -> bool {
        self.low.is_none_or(|l| l <= offset) && self.high.is_none_or(|h| offset <= h)
    }

    /// Samples of a day beside this boundary are there, and none of them is near it.
    fn is_loose_at(self, offset: i64) -> bool {
        let near = |gap: Option<i64>| gap.is_some_and(|g| g <= TIGHT);
        (self.low.is_some() || self.high.is_some())
            && !near(self.low.map(|l| offset - l))
            && !near(self.high.map(|h| h - offset))
    }
}

/// The bounds of each date. Contradictions (a travel day, a wrong file name) bound nothing.
fn bounds(given: &ZoneEvidence<'_>) -> Vec<OffsetBounds> {
    let mut all = vec![OffsetBounds::default(); days(given.dates).count() + 1];
    let place =
        |date: LocalDate| usize::try_from(i64::from(date.0) - i64::from(given.dates.0.0)).ok();
    for file in given.heart_rate.iter().filter(|f| fits_its_name(f)) {
        let midnight = file.date.midnight().0;
        if let Some(bound) = place(file.date).and_then(|i| all.get_mut(i)) {
            let low = midnight - file.first.0;
            bound.low = Some(bound.low.map_or(low, |l| l.max(low)));
        }
        if let Some(bound) = place(file.date.plus(1)).and_then(|i| all.get_mut(i)) {
            let high = midnight + DAY - file.last.0 - 1;
            bound.high = Some(bound.high.map_or(high, |h| h.min(high)));
        }
    }
    all.pop();
    for (bound, date) in all.iter_mut().zip(days(given.dates)) {
        let year = date.year();
        let is_meant = |i: usize| is_in_use(i, year) && bound.allows(i64::from(offset_at(i).0));
        if !(0..COUNT).any(is_meant) {
            *bound = OffsetBounds::default();
        }
    }
    all
}

/// Tells whether the samples can lie on the date in the file's name, in any zone.
fn fits_its_name(file: &HeartRateBounds) -> bool {
    let midnight = file.date.midnight().0;
    file.first.0 > midnight - 15 * 3600 && file.last.0 < midnight + DAY + 13 * 3600
}

/// The cost of each offset on each date, before changes are charged.
fn costs(
    given: &ZoneEvidence<'_>,
    bounds: &[OffsetBounds],
    homes: &[Option<usize>],
) -> Vec<[u32; COUNT]> {
    let mut all: Vec<[u32; COUNT]> = bounds
        .iter()
        .zip(homes)
        .zip(days(given.dates))
        .map(|((f, h), date)| day_costs(*f, *h, date.year()))
        .collect();
    for s in given.stated {
        let date = date_of(s);
        let place = usize::try_from(i64::from(date.0) - i64::from(given.dates.0.0)).ok();
        let Some(costs) = place.and_then(|i| all.get_mut(i)) else {
            continue;
        };
        let unlike = if s.by == StatedBy::Tcx {
            UNLIKE_TCX
        } else {
            UNLIKE_STATED
        };
        for (i, cost) in costs.iter_mut().enumerate() {
            *cost += if i == index(s.offset) { 0 } else { unlike };
        }
    }
    all
}

/// The date whose midnight offset a stated offset tells: from noon on, the next one's.
fn date_of(stated: &StatedOffset) -> LocalDate {
    let local = stated.at.at(stated.offset);
    local
        .date()
        .plus(i32::from(local.second_of_day() >= 43_200))
}

fn day_costs(bound: OffsetBounds, home: Option<usize>, year: i32) -> [u32; COUNT] {
    let mut costs = [0; COUNT];
    for (i, cost) in costs.iter_mut().enumerate() {
        let offset = i64::from(offset_at(i).0);
        if !bound.allows(offset) || !is_in_use(i, year) {
            *cost += EXCLUDED;
        } else if bound.is_loose_at(offset) {
            *cost += LOOSE;
        }
        if home.is_some_and(|h| h != i) {
            *cost += AWAY;
        }
    }
    costs
}

/// The cheapest offset for every date, where following the home zone's own change is free.
fn shortest_path(costs: &[[u32; COUNT]], homes: &[Option<usize>]) -> Vec<usize> {
    let mut total = [0u32; COUNT];
    let mut came_from: Vec<[u8; COUNT]> = Vec::with_capacity(costs.len());
    for (day, cost) in costs.iter().enumerate() {
        let follows = day
            .checked_sub(1)
            .and_then(|p| Some((homes.get(p).copied()??, homes.get(day).copied()??)));
        let (next, from) = step(&total, cost, follows, day == 0);
        total = next;
        came_from.push(from);
    }
    let mut at = cheapest(&total);
    let mut path = Vec::with_capacity(costs.len());
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
    let mut next = [0; COUNT];
    let mut from = [0; COUNT];
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
    let least = total
        .iter()
        .enumerate()
        .min_by_key(|&(i, cost)| (*cost, offset_at(i).0.abs()));
    least.map_or(0, |(i, _)| i)
}

/// Names, for every date, the best evidence that agrees with what was chosen.
fn evidence(
    given: &ZoneEvidence<'_>,
    bounds: &[OffsetBounds],
    homes: &[Option<usize>],
    path: &[usize],
) -> Vec<Evidence> {
    let mut all = vec![Evidence::Neighbours; path.len()];
    let mut day = 0;
    for run in path.chunk_by(|a, b| a == b) {
        let span = day..day + run.len();
        let pinned = bounds.get(span.clone()).is_some_and(is_pinned);
        for i in span {
            let bounded = bounds.get(i).is_some_and(|f| *f != OffsetBounds::default());
            let at_home = homes
                .get(i)
                .copied()
                .flatten()
                .is_some_and(|h| Some(&h) == path.get(i));
            if let Some(e) = all.get_mut(i) {
                *e = match (pinned && bounded, at_home) {
                    (true, _) => Evidence::HeartRateDays,
                    (false, true) => Evidence::Profile,
                    (false, false) => Evidence::Neighbours,
                };
            }
        }
        day += run.len();
    }
    for s in given.stated {
        let place = usize::try_from(i64::from(date_of(s).0) - i64::from(given.dates.0.0)).ok();
        let by = if s.by == StatedBy::Tcx {
            Evidence::Tcx
        } else {
            Evidence::StatedOffsets
        };
        let agrees = place
            .and_then(|i| path.get(i))
            .is_some_and(|&p| p == index(s.offset));
        if let Some(e) = place.and_then(|i| all.get_mut(i)).filter(|_| agrees) {
            *e = (*e).min(by);
        }
    }
    all
}

/// Tells whether the heart-rate days of a run leave room for hardly more than one offset.
fn is_pinned(run: &[OffsetBounds]) -> bool {
    let low = run.iter().filter_map(|f| f.low).max();
    let high = run.iter().filter_map(|f| f.high).min();
    low.zip(high).is_some_and(|(l, h)| h - l <= PINNED)
}

#[cfg(test)]
mod tests;
