//! Sleep: every log once, on the UTC axis, with its stages and its score.
//!
//! The JSON leads; `UserSleeps` and the monthly CSV fill the nights it does not hold. Only the
//! start of a log is converted with an offset; its end and stages count from there, because a log
//! keeps one offset through a night in which the clocks change.

use std::collections::{BTreeMap, BTreeSet};

use super::books::Books;
use super::crowd::Crowd;
use crate::fitbit::hypnogram::of_loose;
use crate::model::checked::Night;
use crate::model::records::{LooseStage, Rank, SleepLog, SleepScore, Stamp};
use crate::model::{Instant, LocalDate, LocalTime, Offsets, Skip};

/// All that is told of sleep.
#[derive(Debug, Default)]
pub struct Logs {
    /// Sleep logs of any source.
    pub sleep: Vec<SleepLog>,
    /// Stages that stand in a file of their own.
    pub stages: Vec<LooseStage>,
    /// Scores.
    pub scores: Vec<SleepScore>,
}

/// Settles all sleep logs.
#[must_use]
pub fn settle(told: Logs, offsets: &Offsets, books: &mut Books) -> Vec<Night> {
    let Logs {
        sleep: mut logs,
        stages,
        scores,
    } = told;
    logs.sort_by_key(|l| (l.provider.rank, l.origin));
    let mut loose: BTreeMap<u64, Vec<LooseStage>> = BTreeMap::new();
    for stage in stages {
        loose.entry(stage.log_id).or_default().push(stage);
    }
    let mut ids = BTreeSet::new();
    let mut nights: Vec<Night> = Vec::with_capacity(logs.len());
    let mut covered: BTreeMap<Instant, Instant> = BTreeMap::new();
    let mut crowd = Crowd::of("sleep logs");
    for log in logs {
        let first_of_its_id = ids.insert((log.provider.rank == Rank::Json, log.log_id));
        let own_stages = loose.remove(&log.log_id).unwrap_or_default();
        let night = night(&log, &own_stages, offsets);
        let why = match (
            first_of_its_id,
            log.provider.rank == Rank::Json || !overlaps(&covered, &night),
        ) {
            (false, _) => Some(Skip::Duplicate),
            (true, false) => Some(Skip::OtherSource),
            (true, true) => None,
        };
        match why {
            Some(why) => {
                books.skip(log.origin.entry, why, 1);
                own_stages
                    .iter()
                    .for_each(|s| books.skip(s.origin.entry, why, 1));
            }
            None if crowd.admits((night.start, night.end()), log.origin, books) => {
                covered.insert(night.start, night.end());
                nights.push(night);
            }
            None => own_stages
                .iter()
                .for_each(|s| books.skip(s.origin.entry, Skip::NoOutput, 1)),
        }
    }
    loose
        .into_values()
        .flatten()
        .for_each(|s| books.skip(s.origin.entry, Skip::NoOutput, 1));
    join_scores(&mut nights, scores, books);
    one_main_sleep_a_date(&mut nights);
    nights.sort_by_key(|n| (n.start, n.log_id));
    nights
}

/// Tells whether a kept log covers half of this one, or is the same night on another clock: of the
/// same length, and whole quarters of an hour away.
fn overlaps(covered: &BTreeMap<Instant, Instant>, night: &Night) -> bool {
    const QUARTER: i64 = 900;
    const DAY: i64 = 26 * 3600;
    let mut near = covered.range(night.start.plus(-DAY)..night.end().plus(DAY));
    let is_told = |(from, to): (&Instant, &Instant)| {
        let shared = (*to).min(night.end()).0 - (*from).max(night.start).0;
        let same_length = (to.0 - from.0 - i64::from(night.seconds)).abs() <= 60;
        let shift = (from.0 - night.start.0).rem_euclid(QUARTER);
        shared * 2 > i64::from(night.seconds) || (same_length && shift == 0)
    };
    near.any(is_told)
}

fn night(log: &SleepLog, loose: &[LooseStage], offsets: &Offsets) -> Night {
    let (start, offset) = match log.start {
        Stamp::Local(t) => (offsets.to_instant(t), offsets.at_local(t)),
        Stamp::Utc(t) => (t, log.start_offset.unwrap_or_else(|| offsets.at_instant(t))),
    };
    let stages = if log.stages.is_empty() {
        of_loose(log, loose)
    } else {
        log.stages.clone()
    };
    let end = start.plus(i64::from(log.seconds)).at(offset);
    Night {
        log_id: log.log_id,
        date_of_sleep: log.date_of_sleep.unwrap_or(end.date()),
        start,
        offset,
        seconds: log.seconds,
        kind: log.kind,
        minutes_asleep: log.minutes_asleep,
        minutes_awake: log.minutes_awake,
        summary: log.summary,
        main_sleep: log.main_sleep.unwrap_or(false),
        stages,
        score: None,
    }
}

fn join_scores(nights: &mut [Night], scores: Vec<SleepScore>, books: &mut Books) {
    let mut by_id: BTreeMap<u64, usize> = nights
        .iter()
        .enumerate()
        .map(|(i, n)| (n.log_id, i))
        .collect();
    for score in scores {
        match by_id.remove(&score.log_id).and_then(|i| nights.get_mut(i)) {
            Some(night) => night.score = Some(score.overall),
            None => books.skip(score.origin.entry, Skip::NoOutput, 1),
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
#[must_use]
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
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use std::sync::Arc;

    use super::*;
    use crate::model::records::{
        Origin, Provider, SleepKind, SleepLevel, SleepStage, SleepSummary,
    };
    use crate::model::{EntryId, Evidence, Offset};

    fn log(entry: u32, id: u64, start: Stamp, rank: Rank) -> SleepLog {
        SleepLog {
            origin: Origin {
                entry: EntryId(entry),
                position: 1,
            },
            log_id: id,
            date_of_sleep: None,
            start,
            start_offset: None,
            seconds: 8 * 3600,
            kind: SleepKind::Stages,
            minutes_asleep: Some(400),
            minutes_awake: None,
            summary: SleepSummary::default(),
            main_sleep: None,
            stages: Vec::new(),
            provider: Provider {
                rank,
                name: Arc::from(""),
            },
        }
    }

    fn spring() -> Offsets {
        let first = LocalDate::from_ymd(2024, 3, 31).unwrap();
        Offsets::new(
            first,
            &[
                (Offset(3600), Evidence::Profile),
                (Offset(7200), Evidence::Profile),
            ],
            None,
        )
    }

    #[test]
    fn a_night_keeps_the_offset_of_its_start() {
        let midnight = LocalDate::from_ymd(2024, 3, 31).unwrap().midnight();
        let mut books = Books::new(1);
        let nights = settle(
            Logs {
                sleep: vec![log(0, 1, Stamp::Local(midnight), Rank::Json)],
                stages: vec![],
                scores: vec![],
            },
            &spring(),
            &mut books,
        );
        assert_eq!(nights[0].start.0, midnight.0 - 3600);
        assert_eq!(
            nights[0].end().0 - nights[0].start.0,
            8 * 3600,
            "the log knows no missing hour"
        );
        assert!(nights[0].main_sleep);
    }

    #[test]
    fn logs_repeated_at_a_chunk_border_and_told_by_csv_count_once() {
        let midnight = LocalDate::from_ymd(2024, 3, 30).unwrap().midnight();
        let local = Stamp::Local(midnight);
        let utc = Stamp::Utc(Instant(midnight.0 - 3600 + 60));
        let logs = vec![
            log(1, 7, local, Rank::Json),
            log(0, 7, local, Rank::Json),
            log(2, 99, utc, Rank::Device),
        ];
        let mut books = Books::new(3);
        let nights = settle(
            Logs {
                sleep: logs,
                stages: vec![],
                scores: vec![],
            },
            &spring(),
            &mut books,
        );
        assert_eq!(nights.len(), 1);
        assert_eq!(books.tallies[1].skipped[&Skip::Duplicate], 1);
        assert_eq!(books.tallies[2].skipped[&Skip::OtherSource], 1);
    }

    #[test]
    fn loose_stages_find_their_log_on_its_own_axis() {
        let start = Instant(1_711_800_000);
        let stage = LooseStage {
            origin: Origin {
                entry: EntryId(1),
                position: 2,
            },
            log_id: 5,
            level: SleepLevel::Deep,
            start: LocalTime(start.0),
            end: LocalTime(start.0 + 300),
        };
        let stray = LooseStage {
            log_id: 6,
            ..stage.clone()
        };
        let mut books = Books::new(2);
        let nights = settle(
            Logs {
                sleep: vec![log(0, 5, Stamp::Utc(start), Rank::Device)],
                stages: vec![stage, stray],
                scores: vec![],
            },
            &spring(),
            &mut books,
        );
        assert_eq!(
            nights[0].stages,
            [SleepStage {
                level: SleepLevel::Deep,
                from: 0,
                seconds: 300
            }]
        );
        assert_eq!(books.tallies[1].skipped[&Skip::NoOutput], 1);
    }
}
