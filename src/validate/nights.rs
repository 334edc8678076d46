//! Sleep: every log once, on the UTC axis, with its stages and its score.
//!
//! The JSON leads; `UserSleeps` and the monthly CSV fill the nights it does not hold. Only the
//! start of a log is converted with an offset; its end and stages count from there, because a log
//! keeps one offset through a night in which the clocks change.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use super::daily_cap::DailyCap;
use super::tallies::Tallies;
use crate::fitbit::hypnogram::{measured, of_loose};
use crate::model::checked::{Night, Parts};
use crate::model::records::{
    LooseStage, Rank, SleepLevel, SleepLog, SleepScore, SleepStage, Stamp,
};
use crate::model::{Instant, LocalDate, LocalTime, Offsets, Records, Skip};

/// Resolves all sleep logs.
pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let offsets = &parts.offsets;
    let mut logs = take(&mut records.sleep);
    // Of two algorithms that found a night, `sleep_session_v1` agrees with the JSON.
    logs.sort_by(|a, b| {
        let key = |l: &SleepLog| (l.provider.rank, l.algorithm.clone(), l.origin);
        key(a).cmp(&key(b))
    });
    let mut loose: BTreeMap<u64, Vec<LooseStage>> = BTreeMap::new();
    for stage in take(&mut records.sleep_stages) {
        loose.entry(stage.log_id).or_default().push(stage);
    }
    let mut ids = BTreeSet::new();
    let mut nights: Vec<Night> = Vec::with_capacity(logs.len());
    let mut covered = Covered::default();
    let mut cap = DailyCap::of("sleep logs");
    for log in logs {
        let is_json = log.provider.rank == Rank::Json;
        let own_stages = loose.remove(&log.night.log_id).unwrap_or_default();
        let night = night(&log, &own_stages, offsets);
        let why = if !ids.insert((is_json, night.log_id)) {
            Some(Skip::Duplicate)
        } else if !is_json && covered.tells(&night) {
            Some(Skip::OtherSource)
        } else {
            None
        };
        match why {
            Some(why) => {
                tallies.skip(log.origin.entry, why, 1);
                own_stages
                    .iter()
                    .for_each(|s| tallies.skip(s.origin.entry, why, 1));
            }
            None if cap.admits((night.start, night.end()), log.origin, tallies) => {
                covered.add(&night);
                nights.push(night);
            }
            None => own_stages
                .iter()
                .for_each(|s| tallies.skip(s.origin.entry, Skip::NoOutput, 1)),
        }
    }
    loose
        .into_values()
        .flatten()
        .for_each(|s| tallies.skip(s.origin.entry, Skip::NoOutput, 1));
    let scores = take(&mut records.sleep_scores);
    join_scores(&mut nights, scores, &covered.same, tallies);
    one_main_sleep_a_date(&mut nights);
    nights.sort_by_key(|n| (n.start, n.log_id));
    parts.nights = nights;
}

/// The nights that are told already.
#[derive(Default)]
struct Covered {
    /// By start: end, and start on the wall clock.
    spans: BTreeMap<Instant, (Instant, LocalTime, u64)>,
    /// The id of a log that told a night again, and that of the night.
    same: BTreeMap<u64, u64>,
}

impl Covered {
    fn add(&mut self, night: &Night) {
        let span = (night.end(), night.start.at(night.offset), night.log_id);
        self.spans.insert(night.start, span);
    }

    /// Tells whether a night is one of these: they share half of the shorter one, or begin at the
    /// same time of one date's wall clock, or are equally long and overlap after a shift of whole
    /// quarters of an hour (the same night on another clock).
    fn tells(&mut self, night: &Night) -> bool {
        const QUARTER: i64 = 900;
        const DAY: i64 = 26 * 3600;
        let (length, wall) = (i64::from(night.seconds), night.start.at(night.offset));
        let near = night.start.plus(-DAY)..night.end().plus(DAY);
        let is_told = |(from, (to, clock, _)): &(&Instant, &(Instant, LocalTime, u64))| {
            let shared = (*to).min(night.end()).0 - (**from).max(night.start).0;
            let same_length = (to.0 - from.0 - length).abs() <= 60;
            let shift = (from.0 - night.start.0).rem_euclid(QUARTER);
            shared * 2 > length.min(to.0 - from.0)
                || (clock.0 - wall.0).abs() < QUARTER
                || (shared > 0 && same_length && shift == 0)
        };
        let told = self.spans.range(near).find(is_told);
        let id = told.map(|(_, (_, _, id))| *id);
        self.same.extend(id.map(|id| (night.log_id, id)));
        id.is_some()
    }
}

fn night(log: &SleepLog, loose: &[LooseStage], offsets: &Offsets) -> Night {
    // The placeholder +00:00 states nothing.
    let stated = log.start_offset.filter(|o| o.0 != 0);
    let (start, offset) = match log.start {
        Stamp::Local(t) => {
            let offset = stated.unwrap_or_else(|| offsets.at_local(t));
            (t.minus(offset), offset)
        }
        Stamp::Utc(t) => (t, stated.unwrap_or_else(|| offsets.at_instant(t))),
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
            (night.minutes_asleep, night.minutes_awake) = minutes(&night.stages);
        }
    }
    let end = night.end().at(offset);
    night.date_of_sleep = log.date_of_sleep.unwrap_or(end.date());
    night
}

/// Minutes asleep and awake, each level rounded by itself as Fitbit does.
fn minutes(stages: &[SleepStage]) -> (Option<u32>, Option<u32>) {
    use SleepLevel::{Asleep, Awake, Deep, Light, Rem, Restless, Wake};
    let of = |level: &SleepLevel| {
        let same = stages.iter().filter(|s| s.level == *level);
        same.fold(30u32, |sum, s| sum.saturating_add(s.seconds)) / 60
    };
    let sum = |levels: &[SleepLevel]| Some(levels.iter().map(of).sum());
    (
        sum(&[Light, Deep, Rem, Asleep]),
        sum(&[Wake, Awake, Restless]),
    )
}

/// Gives each night its score: by its own id, else by that of a log that told it again.
fn join_scores(
    nights: &mut [Night],
    scores: Vec<SleepScore>,
    same: &BTreeMap<u64, u64>,
    tallies: &mut Tallies,
) {
    let ids = nights.iter().zip(0..).map(|(n, i)| (n.log_id, i));
    let by_id: BTreeMap<u64, usize> = ids.collect();
    let (own, others): (Vec<_>, Vec<_>) = scores
        .into_iter()
        .partition(|s| by_id.contains_key(&s.log_id));
    for score in own.into_iter().chain(others) {
        let id = same.get(&score.log_id).unwrap_or(&score.log_id);
        match by_id.get(id).and_then(|&i| nights.get_mut(i)) {
            Some(night) if night.score.is_none() => night.score = Some(score.overall),
            Some(night) if night.score == Some(score.overall) => {
                tallies.skip(score.origin.entry, Skip::Duplicate, 1);
            }
            Some(_) => tallies.skip(score.origin.entry, Skip::OtherSource, 1),
            None => tallies.skip(score.origin.entry, Skip::NoOutput, 1),
        }
    }
}

/// A source without the flag leaves the longest log of each date as its main sleep.
fn one_main_sleep_a_date(nights: &mut [Night]) {
    let mut best: BTreeMap<LocalDate, (bool, u32, usize)> = BTreeMap::new();
    for (i, n) in nights.iter().enumerate() {
        let this = (n.main_sleep, n.seconds, i);
        let known = best.entry(n.date_of_sleep).or_insert(this);
        if (this.0, this.1) > (known.0, known.1) {
            *known = this;
        }
    }
    let main: BTreeSet<usize> = best.into_values().map(|(_, _, i)| i).collect();
    for (i, n) in nights.iter_mut().enumerate() {
        n.main_sleep = main.contains(&i);
    }
}

/// The instant of a local stamp that was measured during sleep: by the offset of its night where it
/// lies in one (five minutes early is still in it), else by its date's.
pub fn instant_in(nights: &[Night], local: LocalTime, offsets: &Offsets) -> Instant {
    const EARLY: i64 = 300;
    let guess = offsets.to_instant(local);
    let near = nights.partition_point(|n| n.start < guess.plus(-36 * 3600));
    let candidates = nights
        .get(near..)
        .unwrap_or(&[])
        .iter()
        .take_while(|n| n.start < guess.plus(36 * 3600));
    let inside = |n: &&Night| {
        let at = local.minus(n.offset);
        n.start.plus(-EARLY) <= at && at <= n.end()
    };
    candidates
        .filter(inside)
        .map(|n| local.minus(n.offset))
        .next()
        .unwrap_or(guess)
}

#[cfg(test)]
mod tests;
