//! Which clock the tables of sleep were written on: their `Z` is true in exports of 2026, and false
//! in those of 2025, where it stands behind local time.
//!
//! Four tables of GoogleData are concerned: `UserSleeps` with its stages, `heart_rate_variability`
//! and `respiratory_rate_sleep_summary`. Their readers follow a marker, a column that only the later
//! exports have, and so give each row as an instant or as local time with the same number. Here
//! every group of rows that were given alike is compared, under both readings, with a table whose
//! clock is sure; a table that has such a twin decides for those that have none. Where nothing tells,
//! the marker stays, and a remark says so. The year of a row says nothing.
//!
//! Rows of `UserSleeps` with the placeholder `+00:00` are a group of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::tallies::Tallies;
use crate::model::records::{
    DeviceBlock, MinuteBlock, Provider, Rank, Reading, SleepLog, Stamp, StatedBy, StatedOffset,
};
use crate::model::time::DAY;
use crate::model::{Instant, LocalTime, Offset, Offsets, Records};

/// Seconds by which two records of one start may differ.
const CLOSE: i64 = 600;
/// Two tables round one value differently.
const ROUNDED: f64 = 0.06;

/// A clock that a table can be written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Clock {
    Local,
    Utc,
}

impl Clock {
    fn of(stamp: Stamp) -> Self {
        match stamp {
            Stamp::Local(_) => Self::Local,
            Stamp::Utc(_) => Self::Utc,
        }
    }

    /// The number of a stamp, read on this clock.
    fn read(self, stamp: Stamp) -> Stamp {
        match self {
            Self::Local => Stamp::Local(LocalTime(stamp.seconds())),
            Self::Utc => Stamp::Utc(Instant(stamp.seconds())),
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Local => "local time",
            Self::Utc => "UTC",
        }
    }
}

/// A table with such a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Sleeps,
    Variability,
    Respiration,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Sleeps => "UserSleeps",
            Self::Variability => "heart_rate_variability",
            Self::Respiration => "respiratory_rate_sleep_summary",
        }
    }
}

/// How many rows fit each reading and not the other.
#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    local: u64,
    utc: u64,
}

impl Votes {
    fn add(&mut self, local: bool, utc: bool) {
        self.local += u64::from(local && !utc);
        self.utc += u64::from(utc && !local);
    }

    /// The reading that at least three rows of four are for.
    fn clock(self) -> Option<Clock> {
        if self.local > 3 * self.utc {
            Some(Clock::Local)
        } else if self.utc > 3 * self.local {
            Some(Clock::Utc)
        } else {
            None
        }
    }
}

/// Rows of a table that were given on one clock.
type Group = (Table, Clock);

/// Resolves the clocks of all tables, given the offsets as far as they are known without them. Tells
/// whether the export has such a table.
pub fn resolve(records: &mut Records, draft: Option<&Offsets>, tallies: &mut Tallies) -> bool {
    let unknown = Offsets::default();
    let draft = draft.unwrap_or(&unknown);
    let placeholders = placeholder_votes(records, draft).clock();
    let twins: BTreeMap<Group, Option<Clock>> = groups(records)
        .into_iter()
        .map(|group| (group, votes(records, group, draft).clock()))
        .collect();
    let chosen: BTreeMap<Group, Clock> = twins
        .iter()
        .map(|(&group, &own)| (group, own.or(neighbour(&twins, group)).unwrap_or(group.1)))
        .collect();
    tell(&twins, &chosen, tallies);
    let clock = |table, stamp| {
        let of = Clock::of(stamp);
        chosen.get(&(table, of)).copied().unwrap_or(of)
    };
    for log in records.sleep.iter_mut().filter(|l| is_google(&l.provider)) {
        let clock = match placeholders {
            found if is_placeholder(log) => found.unwrap_or(Clock::Local),
            _ => clock(Table::Sleeps, log.start),
        };
        log.start = clock.read(log.start);
    }
    flip(&mut records.hrv, |at| clock(Table::Variability, at));
    flip(&mut records.respiration, |at| clock(Table::Respiration, at));
    !chosen.is_empty() || placeholders.is_some()
}

/// Returns the offsets that sleep logs state, as far as their clock is known by now.
pub fn stated_by_sleep(sleep: &[SleepLog]) -> Vec<StatedOffset> {
    let stated = sleep.iter().filter_map(|log| {
        let offset = log.start_offset.filter(|o| *o != Offset(0))?;
        let at = match log.start {
            Stamp::Utc(at) => at,
            Stamp::Local(clock) => clock.minus(offset),
        };
        let by = StatedBy::UserSleeps;
        let entry = log.origin.entry;
        Some(StatedOffset {
            entry,
            by,
            at,
            offset,
        })
    });
    stated.collect()
}

/// Tells whether a row stands in a table of GoogleData.
fn is_google(provider: &Provider) -> bool {
    !matches!(provider.rank, Rank::Json | Rank::Takeout | Rank::Monthly)
}

fn is_placeholder(log: &SleepLog) -> bool {
    log.start_offset.is_none_or(|o| o == Offset(0))
}

fn flip<Q>(blocks: &mut [DeviceBlock<Reading<Q>>], clock: impl Fn(Stamp) -> Clock) {
    let google = blocks.iter_mut().filter(|b| is_google(&b.provider));
    for reading in google.flat_map(|b| &mut b.rows) {
        reading.at = clock(reading.at).read(reading.at);
    }
}

/// The groups that have rows.
fn groups(records: &Records) -> BTreeSet<Group> {
    let sleeps = google_sleep(records).filter(|l| !is_placeholder(l));
    let sleeps = sleeps.map(|l| (Table::Sleeps, Clock::of(l.start)));
    let hrv = told_by(&records.hrv, is_google).map(|r| (Table::Variability, Clock::of(r.at)));
    let breaths = told_by(&records.respiration, is_google);
    let breaths = breaths.map(|r| (Table::Respiration, Clock::of(r.at)));
    sleeps.chain(hrv).chain(breaths).collect()
}

/// The readings that sources of one kind tell.
fn told_by<Q>(
    blocks: &[DeviceBlock<Reading<Q>>],
    kind: fn(&Provider) -> bool,
) -> impl Iterator<Item = &Reading<Q>> {
    let blocks = blocks.iter().filter(move |b| kind(&b.provider));
    blocks.flat_map(|b| &b.rows)
}

fn google_sleep(records: &Records) -> impl Iterator<Item = &SleepLog> {
    records.sleep.iter().filter(|l| is_google(&l.provider))
}

/// What the twin of a group says.
fn votes(records: &Records, (table, given): Group, draft: &Offsets) -> Votes {
    match table {
        Table::Sleeps => {
            let logs = google_sleep(records).filter(|l| !is_placeholder(l));
            let logs: Vec<_> = logs.filter(|l| Clock::of(l.start) == given).collect();
            let by_log = against_json(records, &logs, draft);
            match by_log.clock() {
                None => against_rest(records, &logs, draft),
                Some(_) => by_log,
            }
        }
        Table::Variability => {
            let values = |q: &crate::model::units::Milliseconds| q.get();
            let by_value = against_takeout(&records.hrv, given, draft, values);
            match by_value.clock() {
                None => inside_nights(records, given, draft),
                Some(_) => by_value,
            }
        }
        Table::Respiration => {
            let values = |q: &crate::model::units::BreathsPerMinute| q.get();
            against_takeout(&records.respiration, given, draft, values)
        }
    }
}

fn placeholder_votes(records: &Records, draft: &Offsets) -> Votes {
    let logs: Vec<_> = google_sleep(records)
        .filter(|l| is_placeholder(l))
        .collect();
    against_json(records, &logs, draft)
}

/// The number of a row as local time, if it is UTC.
fn as_local(log: &SleepLog, draft: &Offsets) -> i64 {
    let at = Instant(log.start.seconds());
    let stated = log.start_offset.filter(|o| *o != Offset(0));
    at.at(stated.unwrap_or_else(|| draft.at_instant(at))).0
}

/// Starts of logs against those of the JSON, which are local.
fn against_json(records: &Records, logs: &[&SleepLog], draft: &Offsets) -> Votes {
    let json = records
        .sleep
        .iter()
        .filter(|l| l.provider.rank == Rank::Json);
    let starts: BTreeSet<i64> = json.map(|l| l.start.seconds()).collect();
    let is_told = |at: i64| starts.range(at - CLOSE..=at + CLOSE).next().is_some();
    let mut votes = Votes::default();
    for log in logs {
        votes.add(is_told(log.start.seconds()), is_told(as_local(log, draft)));
    }
    votes
}

/// Nights against steps: nobody walks in his sleep. One vote for a reading under which several
/// times as many minutes of all nights are without steps as under the other.
fn against_rest(records: &Records, logs: &[&SleepLog], draft: &Offsets) -> Votes {
    let (mut local, mut utc) = (0, 0);
    let days = by_day(&records.steps);
    for log in logs {
        let at = log.start.seconds();
        let shift = at - as_local(log, draft);
        utc += walked(&days, at, log.night.seconds);
        local += walked(&days, at + shift, log.night.seconds);
    }
    let mut votes = Votes::default();
    votes.add(local * 4 < utc, utc * 4 < local);
    votes
}

fn by_day(steps: &[MinuteBlock]) -> BTreeMap<i32, Vec<&MinuteBlock>> {
    let mut days: BTreeMap<i32, Vec<&MinuteBlock>> = BTreeMap::new();
    for block in steps {
        days.entry(block.day).or_default().push(block);
    }
    days
}

/// Minutes with steps in a span of time, as any source tells them.
fn walked(days: &BTreeMap<i32, Vec<&MinuteBlock>>, from: i64, seconds: u32) -> u64 {
    let to = from + i64::from(seconds);
    let mut count = 0;
    for (day, blocks) in days.range(Instant(from).utc_day()..=Instant(to).utc_day()) {
        let midnight = i64::from(*day) * DAY;
        let minute = |t: i64| usize::try_from((t - midnight).clamp(0, DAY) / 60).unwrap_or(0);
        for block in blocks {
            let rows = block.values.rows_in(minute(from)..minute(to));
            count += rows.filter(|(_, steps)| *steps > 0).count() as u64;
        }
    }
    count
}

/// Readings against those of Takeout's own folder, which are local: equal values at equal times.
fn against_takeout<Q>(
    blocks: &[DeviceBlock<Reading<Q>>],
    given: Clock,
    draft: &Offsets,
    value: impl Fn(&Q) -> f64,
) -> Votes {
    let takeout = told_by(blocks, |p| p.rank == Rank::Takeout);
    let twins: BTreeMap<i64, f64> = takeout
        .map(|r| (local(r.at, draft) / 60, value(&r.value)))
        .collect();
    let mut votes = Votes::default();
    for r in told_by(blocks, is_google) {
        if Clock::of(r.at) == given {
            let is_told = |at: i64| {
                let twin = twins.get(&(at / 60));
                twin.is_some_and(|v| (v - value(&r.value)).abs() < ROUNDED)
            };
            let at = r.at.seconds();
            votes.add(is_told(at), is_told(local(Stamp::Utc(Instant(at)), draft)));
        }
    }
    votes
}

/// The local time of a stamp.
fn local(stamp: Stamp, draft: &Offsets) -> i64 {
    match stamp {
        Stamp::Local(t) => t.0,
        Stamp::Utc(t) => t.at(draft.at_instant(t)).0,
    }
}

/// Windows of variability against the nights of the JSON, in which they were measured.
fn inside_nights(records: &Records, given: Clock, draft: &Offsets) -> Votes {
    let json = records
        .sleep
        .iter()
        .filter(|l| l.provider.rank == Rank::Json);
    let nights: BTreeMap<i64, i64> = json
        .map(|l| {
            (
                l.start.seconds(),
                l.start.seconds() + i64::from(l.night.seconds),
            )
        })
        .collect();
    let is_inside = |at: i64| {
        let before = nights.range(..=at + CLOSE).next_back();
        before.is_some_and(|(_, end)| at <= end + CLOSE)
    };
    let mut votes = Votes::default();
    let google = told_by(&records.hrv, is_google);
    for r in google.filter(|r| Clock::of(r.at) == given) {
        let at = r.at.seconds();
        votes.add(
            is_inside(at),
            is_inside(local(Stamp::Utc(Instant(at)), draft)),
        );
    }
    votes
}

/// What tables of the same marker that have a twin say, if they agree.
fn neighbour(twins: &BTreeMap<Group, Option<Clock>>, (_, given): Group) -> Option<Clock> {
    let alike = twins.iter().filter(|((_, clock), _)| *clock == given);
    let found: BTreeSet<Clock> = alike.filter_map(|(_, own)| *own).collect();
    match found.len() {
        1 => found.first().copied(),
        _ => None,
    }
}

/// Says what was not proven, and where a twin and the marker disagree.
fn tell(
    twins: &BTreeMap<Group, Option<Clock>>,
    chosen: &BTreeMap<Group, Clock>,
    tallies: &mut Tallies,
) {
    let mut unproven: BTreeMap<Clock, Vec<&str>> = BTreeMap::new();
    for (&(table, given), &clock) in chosen {
        let name = table.name();
        let sure = twins.get(&(table, given)).copied().flatten();
        if clock != given {
            tallies.remark(format!(
                "{name}: its times are {}, although its columns say {}: the same nights in other tables prove it",
                clock.text(),
                given.text()
            ));
        } else if sure.or(neighbour(twins, (table, given))).is_none() {
            unproven.entry(given).or_default().push(name);
        }
    }
    for (clock, names) in unproven {
        tallies.remark(format!(
            "{}: times were read as {}, as the columns of the files say; no other table of the export proves it",
            names.join(", "),
            clock.text()
        ));
    }
}

#[cfg(test)]
mod tests;
