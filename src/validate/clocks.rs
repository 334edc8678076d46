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

/// Tables with such a clock.
const SLEEPS: &str = "UserSleeps";
const VARIABILITY: &str = "heart_rate_variability";
const RESPIRATION: &str = "respiratory_rate_sleep_summary";

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

/// Rows of a table that were given on one clock.
type Group = (&'static str, Clock);

/// What the twins of groups say.
type Twins = BTreeMap<Group, Option<Clock>>;

/// A row, with its time on the wall clock under both readings of its stamp.
struct Row {
    given: Clock,
    local: i64,
    utc: i64,
    seconds: u32,
    value: f64,
}

impl Row {
    fn new(stamp: Stamp, stated: Option<Offset>, draft: &Offsets) -> Self {
        let at = Instant(stamp.seconds());
        Self {
            given: Clock::of(stamp),
            local: at.0,
            utc: at.at(stated.unwrap_or_else(|| draft.at_instant(at))).0,
            seconds: 0,
            value: 0.0,
        }
    }
}

/// The reading that at least three votes of four are for.
fn majority(local: u64, utc: u64) -> Option<Clock> {
    if local > 3 * utc {
        Some(Clock::Local)
    } else {
        (utc > 3 * local).then_some(Clock::Utc)
    }
}

/// The reading under which a twin tells the rows, by whether it tells one at a local time.
fn by_twin(rows: &[&Row], is_told: impl Fn(i64, f64) -> bool) -> Option<Clock> {
    let (mut local, mut utc) = (0, 0);
    for r in rows {
        let told = [r.local, r.utc].map(|at| is_told(at, r.value));
        local += u64::from(told == [true, false]);
        utc += u64::from(told == [false, true]);
    }
    majority(local, utc)
}

/// Resolves the clocks of all tables, given the offsets as far as they are known without them. Tells
/// whether the export has such a table.
pub fn resolve(records: &mut Records, draft: Option<&Offsets>, tallies: &mut Tallies) -> bool {
    let (placeholders, twins) = twins(records, draft.unwrap_or(&Offsets::default()));
    let clock = |(&group, own): (&Group, &Option<Clock>)| {
        let told = own.or_else(|| neighbour(&twins, group));
        (group, told.unwrap_or(group.1))
    };
    let chosen: BTreeMap<Group, Clock> = twins.iter().map(clock).collect();
    tell(&twins, &chosen, tallies);
    let read = |table, stamp| {
        let given = Clock::of(stamp);
        chosen.get(&(table, given)).unwrap_or(&given).read(stamp)
    };
    for log in records.sleep.iter_mut().filter(|l| is_google(&l.provider)) {
        log.start = match stated(log) {
            None => placeholders.unwrap_or(Clock::Local).read(log.start),
            Some(_) => read(SLEEPS, log.start),
        };
    }
    google(&mut records.hrv).for_each(|r| r.at = read(VARIABILITY, r.at));
    google(&mut records.respiration).for_each(|r| r.at = read(RESPIRATION, r.at));
    !chosen.is_empty() || placeholders.is_some()
}

/// Returns the offsets that sleep logs state, as far as their clock is known by now.
pub fn stated_by_sleep(sleep: &[SleepLog]) -> Vec<StatedOffset> {
    let stated = sleep.iter().filter_map(|log| {
        let offset = stated(log)?;
        let at = match log.start {
            Stamp::Utc(at) => at,
            Stamp::Local(clock) => clock.minus(offset),
        };
        Some(StatedOffset {
            entry: log.origin.entry,
            by: StatedBy::UserSleeps,
            at,
            offset,
        })
    });
    stated.collect()
}

/// The offset that a log states; the placeholder states nothing.
pub(super) fn stated(log: &SleepLog) -> Option<Offset> {
    log.start_offset.filter(|o| *o != Offset(0))
}

/// Tells whether a row stands in a table of GoogleData.
fn is_google(provider: &Provider) -> bool {
    !matches!(provider.rank, Rank::Json | Rank::Takeout | Rank::Monthly)
}

fn google<Q>(blocks: &mut [DeviceBlock<Reading<Q>>]) -> impl Iterator<Item = &mut Reading<Q>> {
    let google = blocks.iter_mut().filter(|b| is_google(&b.provider));
    google.flat_map(|b| &mut b.rows)
}

/// What their twins say of the rows with the placeholder, and of each group that has rows.
fn twins(records: &Records, draft: &Offsets) -> (Option<Clock>, Twins) {
    let night = |log: &SleepLog| Row {
        seconds: log.night.seconds,
        ..Row::new(log.start, stated(log), draft)
    };
    let logs = records.sleep.iter().filter(|l| is_google(&l.provider));
    let placeholders = logs.clone().filter(|l| stated(l).is_none());
    let placeholders: Vec<Row> = placeholders.map(night).collect();
    let sleeps: Vec<Row> = logs.filter(|l| stated(l).is_some()).map(night).collect();
    let (hrv, hrv_twins) = readings(&records.hrv, draft, |q| q.get());
    let (breaths, breath_twins) = readings(&records.respiration, draft, |q| q.get());
    // The JSON is local.
    let json = records
        .sleep
        .iter()
        .filter(|l| l.provider.rank == Rank::Json);
    let json = json.map(|l| (l.start.seconds(), i64::from(l.night.seconds)));
    let json: BTreeMap<i64, i64> = json.map(|(at, seconds)| (at, at + seconds)).collect();
    let begins = |at: i64, _| json.range(at - CLOSE..=at + CLOSE).next().is_some();
    // Windows of variability were measured in nights.
    let is_night = |at: i64, _| {
        let before = json.range(..=at + CLOSE).next_back();
        before.is_some_and(|(_, end)| at <= end + CLOSE)
    };
    let is_equal = |twins: &BTreeMap<i64, f64>, at: i64, value: f64| {
        let twin = twins.get(&(at / 60));
        twin.is_some_and(|v| (v - value).abs() < ROUNDED)
    };
    let steps = by_day(&records.steps);
    let mut twins = Twins::new();
    let mut ask = |table, rows: &[Row], twin: &dyn Fn(&[&Row]) -> Option<Clock>| {
        for given in [Clock::Local, Clock::Utc] {
            let rows: Vec<&Row> = rows.iter().filter(|r| r.given == given).collect();
            if !rows.is_empty() {
                twins.insert((table, given), twin(&rows));
            }
        }
    };
    ask(SLEEPS, &sleeps, &|rows| {
        by_twin(rows, begins).or_else(|| by_rest(rows, &steps))
    });
    ask(VARIABILITY, &hrv, &|rows| {
        let equal = by_twin(rows, |at, value| is_equal(&hrv_twins, at, value));
        equal.or_else(|| by_twin(rows, is_night))
    });
    ask(RESPIRATION, &breaths, &|rows| {
        by_twin(rows, |at, value| is_equal(&breath_twins, at, value))
    });
    let placeholders: Vec<&Row> = placeholders.iter().collect();
    (by_twin(&placeholders, begins), twins)
}

/// The rows of GoogleData, and the values of Takeout's own folder, whose clock is sure, by minute of
/// the wall clock.
fn readings<Q>(
    blocks: &[DeviceBlock<Reading<Q>>],
    draft: &Offsets,
    value: impl Fn(&Q) -> f64,
) -> (Vec<Row>, BTreeMap<i64, f64>) {
    let rows = |kind: fn(&Provider) -> bool| {
        let blocks = blocks.iter().filter(move |b| kind(&b.provider));
        blocks.flat_map(|b| &b.rows).map(|r| Row {
            value: value(&r.value),
            ..Row::new(r.at, None, draft)
        })
    };
    let twins = rows(|p| p.rank == Rank::Takeout).map(|r| match r.given {
        Clock::Local => (r.local / 60, r.value),
        Clock::Utc => (r.utc / 60, r.value),
    });
    (rows(is_google).collect(), twins.collect())
}

/// Nights against steps: nobody walks in his sleep. The reading under which several times as many
/// minutes of all nights are without steps as under the other.
fn by_rest(rows: &[&Row], steps: &BTreeMap<i32, Vec<&MinuteBlock>>) -> Option<Clock> {
    let (mut local, mut utc) = (0, 0);
    for row in rows {
        utc += walked(steps, row.local, row.seconds);
        local += walked(steps, 2 * row.local - row.utc, row.seconds);
    }
    majority(u64::from(local * 4 < utc), u64::from(utc * 4 < local))
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

/// What tables of the same marker that have a twin say, if they agree.
fn neighbour(twins: &Twins, (_, given): Group) -> Option<Clock> {
    let alike = twins.iter().filter(|((_, clock), _)| *clock == given);
    let found: BTreeSet<Clock> = alike.filter_map(|(_, own)| *own).collect();
    match found.len() {
        1 => found.first().copied(),
        _ => None,
    }
}

/// Says what was not proven, and where a twin and the marker disagree.
fn tell(twins: &Twins, chosen: &BTreeMap<Group, Clock>, tallies: &mut Tallies) {
    let mut unproven: BTreeMap<Clock, Vec<&str>> = BTreeMap::new();
    for (&(name, given), &clock) in chosen {
        let sure = twins.get(&(name, given)).copied().flatten();
        if clock != given {
            let (clock, given) = (clock.text(), given.text());
            tallies.remark(format!(
                "{name}: its times are {clock}, although its columns say {given}: the same nights in other tables prove it"
            ));
        } else if sure.or(neighbour(twins, (name, given))).is_none() {
            unproven.entry(given).or_default().push(name);
        }
    }
    for (clock, names) in unproven {
        let (names, clock) = (names.join(", "), clock.text());
        tallies.remark(format!(
            "{names}: times were read as {clock}, as the columns of the files say; no other table of the export proves it"
        ));
    }
}

#[cfg(test)]
mod tests;
