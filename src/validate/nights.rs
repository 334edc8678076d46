//! Sleep: every log once, on the UTC axis, with its stages and its score.
//!
//! The JSON leads; `UserSleeps` and the monthly CSV fill the nights it does not hold. Only the
//! start of a log is converted with an offset; its end and stages count from there, because a log
//! keeps one offset through a night in which the clocks change.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use super::clocks;
use super::daily_cap::DailyCap;
use super::tallies::Tallies;
use crate::fitbit::hypnogram::{measured, of_loose};
use crate::model::checked::{Night, Parts};
use crate::model::records::{
    LooseStage, Rank, SleepLevel, SleepLog, SleepScore, SleepStage, Stamp,
};
use crate::model::{Instant, LocalDate, LocalTime, Offsets, Records, Skip};

pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let mut logs = take(&mut records.sleep);
    // Of two algorithms that found a night, `sleep_session_v1` agrees with the JSON.
    logs.sort_by_cached_key(|l| (l.provider.rank, l.algorithm.clone(), l.origin));
    let mut loose: BTreeMap<u64, Vec<LooseStage>> = BTreeMap::new();
    for stage in take(&mut records.sleep_stages) {
        loose.entry(stage.log_id).or_default().push(stage);
    }
    let mut ids = BTreeSet::new();
    let mut nights: Vec<Night> = Vec::with_capacity(logs.len());
    let mut by_start = BTreeMap::new();
    // The id of a log that told a night again, and that of the night.
    let mut same = BTreeMap::new();
    let mut cap = DailyCap::of("sleep logs");
    for log in logs {
        let is_json = log.provider.rank == Rank::Json;
        let stages = loose.remove(&log.night.log_id).unwrap_or_default();
        let night = night(&log, &stages, &parts.offsets);
        let told = if !ids.insert((is_json, night.log_id)) {
            Some(Skip::Duplicate)
        } else if is_json {
            None
        } else {
            let first = same_night(&night, &nights, &by_start);
            same.extend(first.map(|first| (night.log_id, first.log_id)));
            first.map(|_| Skip::OtherSource)
        };
        match told {
            Some(why) => tallies.skip(log.origin.entry, why, 1),
            None if cap.admits((night.start, night.end()), log.origin, tallies) => {
                by_start.insert(night.start, nights.len());
                nights.push(night);
                continue;
            }
            None => {}
        }
        skip(stages, told.unwrap_or(Skip::NoOutput), tallies);
    }
    skip(loose.into_values().flatten(), Skip::NoOutput, tallies);
    let scores = take(&mut records.sleep_scores);
    join_scores(&mut nights, scores, &same, tallies);
    one_main_sleep_a_date(&mut nights);
    nights.sort_by_key(|n| (n.start, n.log_id));
    parts.nights = nights;
}

fn skip(stages: impl IntoIterator<Item = LooseStage>, why: Skip, tallies: &mut Tallies) {
    for stage in stages {
        tallies.skip(stage.origin.entry, why, 1);
    }
}

/// The night that is told already by one of these, whose places are known by their starts: they share
/// half of the shorter one, or begin at the same time of one date's wall clock, or are equally long and
/// overlap after a shift of whole quarters of an hour (the same night on another clock).
fn same_night<'n>(
    night: &Night,
    nights: &'n [Night],
    by_start: &BTreeMap<Instant, usize>,
) -> Option<&'n Night> {
    const QUARTER: i64 = 900;
    const DAY: i64 = 26 * 3600;
    let (length, wall) = (i64::from(night.seconds), night.start.at(night.offset));
    let near = by_start.range(night.start.plus(-DAY)..night.end().plus(DAY));
    let mut near = near.filter_map(|(_, place)| nights.get(*place));
    near.find(|n| {
        let shared = n.end().min(night.end()).0 - n.start.max(night.start).0;
        let same_length = (i64::from(n.seconds) - length).abs() <= 60;
        let shift = (n.start.0 - night.start.0).rem_euclid(QUARTER);
        shared * 2 > length.min(i64::from(n.seconds))
            || (n.start.at(n.offset).0 - wall.0).abs() < QUARTER
            || (shared > 0 && same_length && shift == 0)
    })
}

fn night(log: &SleepLog, loose: &[LooseStage], offsets: &Offsets) -> Night {
    let offset = clocks::stated(log).unwrap_or_else(|| match log.start {
        Stamp::Local(t) => offsets.at_local(t),
        Stamp::Utc(t) => offsets.at_instant(t),
    });
    let start = match log.start {
        Stamp::Local(t) => t.minus(offset),
        Stamp::Utc(t) => t,
    };
    let mut night = Night {
        start,
        offset,
        ..log.night.clone()
    };
    if night.stages.is_empty() {
        night.stages = of_loose(log, loose);
        // UserSleeps counts half an hour more than Fitbit shows, its stages do not.
        if measured(&night.stages) * 4 >= night.seconds * 3 {
            use SleepLevel::{Asleep, Awake, Deep, Light, Rem, Restless, Wake};
            night.minutes_asleep = Some(minutes(&night.stages, &[Light, Deep, Rem, Asleep]));
            night.minutes_awake = Some(minutes(&night.stages, &[Wake, Awake, Restless]));
        }
    }
    let end = night.end().at(offset);
    night.date_of_sleep = log.date_of_sleep.unwrap_or(end.date());
    night
}

/// Minutes of these levels, each rounded by itself as Fitbit does.
fn minutes(stages: &[SleepStage], levels: &[SleepLevel]) -> u32 {
    let of = |level: &SleepLevel| {
        let same = stages.iter().filter(|s| s.level == *level);
        same.fold(30u32, |sum, s| sum.saturating_add(s.seconds)) / 60
    };
    levels.iter().map(of).sum()
}

/// Gives each night its score: by its own id, else by that of a log that told it again.
fn join_scores(
    nights: &mut [Night],
    mut scores: Vec<SleepScore>,
    same: &BTreeMap<u64, u64>,
    tallies: &mut Tallies,
) {
    let nights = nights.iter_mut().map(|n| (n.log_id, &mut n.score));
    let mut by_id: BTreeMap<u64, &mut Option<u32>> = nights.collect();
    scores.sort_by_key(|s| !by_id.contains_key(&s.log_id));
    for score in scores {
        let id = same.get(&score.log_id).unwrap_or(&score.log_id);
        let why = match by_id.get_mut(id) {
            Some(told) if told.is_none() => {
                **told = Some(score.overall);
                continue;
            }
            Some(told) if **told == Some(score.overall) => Skip::Duplicate,
            Some(_) => Skip::OtherSource,
            None => Skip::NoOutput,
        };
        tallies.skip(score.origin.entry, why, 1);
    }
}

/// A source without the flag leaves the longest log of each date as its main sleep.
fn one_main_sleep_a_date(nights: &mut [Night]) {
    let mut best: BTreeMap<LocalDate, ((bool, u32), &mut bool)> = BTreeMap::new();
    for n in nights {
        let this = (take(&mut n.main_sleep), n.seconds);
        let known = best.get(&n.date_of_sleep);
        if known.is_none_or(|(known, _)| *known < this) {
            best.insert(n.date_of_sleep, (this, &mut n.main_sleep));
        }
    }
    for (_, main_sleep) in best.into_values() {
        *main_sleep = true;
    }
}

/// The instant of a local stamp that was measured during sleep: by the offset of its night where it
/// lies in one (five minutes early is still in it), else by its date's.
pub fn instant_in(nights: &[Night], local: LocalTime, offsets: &Offsets) -> Instant {
    const EARLY: i64 = 300;
    const NEAR: i64 = 36 * 3600;
    let guess = offsets.to_instant(local);
    let first = nights.partition_point(|n| n.start < guess.plus(-NEAR));
    let near = nights.iter().skip(first);
    let mut near = near.take_while(|n| n.start < guess.plus(NEAR));
    let inside = near.find_map(|n| {
        let at = local.minus(n.offset);
        (n.start.plus(-EARLY)..=n.end()).contains(&at).then_some(at)
    });
    inside.unwrap_or(guess)
}

#[cfg(test)]
mod tests;
