//! Weigh-ins: the unit resolved, the clock of the CSV learnt, repeats skipped.
//!
//! The unit of a bare number is known by BMI and height (the wrong unit is off by 1.485 in
//! height), by the gram values of the CSV, or by the user; never by its size. Where nothing tells,
//! the weigh-ins are rejected with the option that states it.

use std::collections::BTreeMap;
use std::mem::take;

use super::daily_cap::DailyCap;
use super::tallies::Tallies;
use crate::model::checked::{Parts, Weight};
use crate::model::records::{DeviceBlock, Origin, Rank, Reading, Stamp, WeighIn};
use crate::model::units::{Kilograms, Percent};
use crate::model::{Instant, LocalTime, Offsets, Records, Skip};
use unit::{Units, body_heights};

mod unit;

/// Two records of one weigh-in differ by less than this (rounding to 0.1 lb).
const SAME_KG: f64 = 0.06;
/// Half of the tenth of a pound that the JSON rounds to, in kilograms.
const TENTH_LB: f64 = 0.025;
/// Two records that differ by no more than this are one number, rounded to a gram.
const ROUNDED_GRAM: f64 = 0.001;
/// Two records of one moment on different clocks lie within this many seconds.
const ANY_CLOCK: i64 = 26 * 3600;
/// Two records of one weigh-in lie within this many seconds.
const SAME_SECONDS: i64 = 90;
/// Noon: where a reading goes whose time of day is unknown, so that its date holds in every zone.
const NOON: i64 = 43_200;

/// Resolves all weigh-ins.
pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let offsets = &parts.offsets;
    let weigh_ins = take(&mut records.weights);
    let heights = body_heights(&records.heights, &records.profiles);
    let units = Units::new(&weigh_ins, &heights);
    let mut candidates: Vec<Candidate> = Vec::new();
    for w in weigh_ins {
        if let Some(weight) = units.resolve(&w, tallies) {
            candidates.push(Candidate { weight, source: w });
        }
    }
    let clock = CsvClock::learn(&candidates, offsets);
    candidates.sort_by_key(|c| {
        (
            c.source.provider.rank,
            clock.instant(c.source.at, offsets),
            c.source.origin,
        )
    });
    let mut kept = Kept::new();
    for c in candidates {
        keep(c, &clock, offsets, &mut kept, tallies);
    }
    join_fat(&records.body_fat, &clock, offsets, &mut kept, tallies);
    strictly_increasing(&mut kept.weights);
    parts.weights = kept.weights;
}

/// Weights in kilograms by stretches of time, to ask whether one was told about then.
struct Weighed {
    stretch: i64,
    by_time: BTreeMap<i64, Vec<f64>>,
}

impl Weighed {
    /// Sorts weights with their seconds into stretches of so many seconds.
    fn new(stretch: i64, told: impl Iterator<Item = (i64, f64)>) -> Self {
        let mut by_time: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for (at, kg) in told {
            by_time.entry(at.div_euclid(stretch)).or_default().push(kg);
        }
        for weights in by_time.values_mut() {
            weights.sort_by(f64::total_cmp);
        }
        Self { stretch, by_time }
    }

    /// Tells whether this weight stands in the stretch of `at`, the one before or the one after.
    fn has(&self, at: i64, kg: f64) -> bool {
        let here = at.div_euclid(self.stretch);
        let mut near = self.by_time.range(here - 1..=here + 1);
        near.any(|(_, weights)| {
            let first = weights.partition_point(|w| *w <= kg - SAME_KG);
            weights.get(first).is_some_and(|w| *w < kg + SAME_KG)
        })
    }
}

struct Candidate {
    weight: Kilograms,
    source: WeighIn,
}

/// What the `Z` of the GoogleData rows means in this export.
struct CsvClock {
    is_local: bool,
}

impl CsvClock {
    /// Compares the CSV with the JSON, whose stamps are known to be local.
    fn learn(candidates: &[Candidate], offsets: &Offsets) -> Self {
        let json = || {
            candidates.iter().filter_map(|c| match c.source.at {
                Stamp::Local(t) if c.source.provider.rank == Rank::Json => {
                    Some((t, c.weight.get()))
                }
                _ => None,
            })
        };
        let instants = json().map(|(t, kg)| (offsets.to_instant(t).0, kg));
        let instants = Weighed::new(SAME_SECONDS, instants);
        let clocks = Weighed::new(SAME_SECONDS, json().map(|(t, kg)| (t.0, kg)));
        let (mut true_instants, mut local_clocks) = (0, 0);
        for c in candidates {
            let Stamp::Utc(t) = c.source.at else { continue };
            true_instants += i32::from(instants.has(t.0, c.weight.get()));
            local_clocks += i32::from(clocks.has(t.0, c.weight.get()));
        }
        Self {
            is_local: local_clocks > true_instants,
        }
    }

    fn instant(&self, at: Stamp, offsets: &Offsets) -> Instant {
        match at {
            Stamp::Utc(t) if self.is_local => offsets.to_instant(LocalTime(t.0)),
            at => at.instant(offsets),
        }
    }
}

/// The weigh-ins that are kept, in the order in which they came.
struct Kept {
    weights: Vec<Weight>,
    /// Their places, by UTC day.
    by_day: BTreeMap<i32, Vec<usize>>,
    cap: DailyCap,
}

impl Kept {
    fn new() -> Self {
        Self {
            weights: Vec::new(),
            by_day: BTreeMap::new(),
            cap: DailyCap::of("weigh-ins"),
        }
    }

    /// Among the weigh-ins of the days within `seconds` of `at` the one of which `apart` tells the
    /// least, the first of several; `None` tells that it is none.
    fn nearest<D: Ord>(
        &mut self,
        at: Instant,
        seconds: i64,
        apart: impl Fn(&Weight) -> Option<D>,
    ) -> Option<&mut Weight> {
        let days = at.plus(-seconds).utc_day()..=at.plus(seconds).utc_day();
        let places = self.by_day.range(days).flat_map(|(_, places)| places);
        let told = places.filter_map(|&i| Some((apart(self.weights.get(i)?)?, i)));
        let (_, first) = told.min()?;
        self.weights.get_mut(first)
    }

    fn push(&mut self, weight: Weight, origin: Origin, tallies: &mut Tallies) {
        if !self.cap.admits((weight.at, weight.at), origin, tallies) {
            return;
        }
        let places = self.by_day.entry(weight.at.utc_day()).or_default();
        places.push(self.weights.len());
        self.weights.push(weight);
    }
}

/// Keeps a weigh-in unless it is told already.
fn keep(c: Candidate, clock: &CsvClock, offsets: &Offsets, kept: &mut Kept, tallies: &mut Tallies) {
    let told = clock.instant(c.source.at, offsets);
    let date = match c.source.at {
        Stamp::Local(t) => t.date(),
        Stamp::Utc(_) => offsets.date_of(told),
    };
    let at = if c.source.date_only {
        offsets.to_instant(date.midnight().plus(NOON))
    } else {
        told
    };
    let rank = c.source.provider.rank;
    let is_told = |w: &Weight| {
        let apart = (w.at.0 - at.0).abs();
        let same_value = (w.weight.get() - c.weight.get()).abs() < SAME_KG;
        match rank {
            Rank::Json => apart == 0 && w.weight == c.weight,
            Rank::Monthly => w.date == date,
            _ if same_value
                && is_shifted(apart)
                && (w.weight.get() - c.weight.get()).abs() < TENTH_LB =>
            {
                true
            }
            _ => same_value && (apart <= SAME_SECONDS || (w.date == date && is_noon(w, offsets))),
        }
    };
    match kept.nearest(at, ANY_CLOCK, |w| is_told(w).then_some(())) {
        Some(_) if rank == Rank::Json => tallies.skip(c.source.origin.entry, Skip::Duplicate, 1),
        Some(told) => {
            // The CSV's grams are exact where the JSON has a tenth of a pound.
            let apart = (told.weight.get() - c.weight.get()).abs();
            if matches!(rank, Rank::Device | Rank::App) && apart > ROUNDED_GRAM {
                told.weight = c.weight;
            }
            tallies.skip(c.source.origin.entry, Skip::OtherSource, 1);
        }
        None => kept.push(
            Weight {
                at,
                date,
                weight: c.weight,
                bmi: c.source.bmi,
                fat: c.source.fat,
            },
            c.source.origin,
            tallies,
        ),
    }
}

/// Tells whether two stamps differ by whole quarters of an hour, within a day: one moment on two
/// clocks, which `--timezone` against the evidence makes of it.
fn is_shifted(apart: i64) -> bool {
    const QUARTER: i64 = 900;
    let off = (apart + QUARTER / 2).rem_euclid(QUARTER) - QUARTER / 2;
    apart <= ANY_CLOCK && off.abs() <= 2
}

/// Tells whether a kept weigh-in stands at noon because only its date is known.
fn is_noon(w: &Weight, offsets: &Offsets) -> bool {
    w.at == offsets.to_instant(w.date.midnight().plus(NOON))
}

/// Gives body-fat readings to the weigh-ins they belong to.
fn join_fat(
    body_fat: &[DeviceBlock<Reading<Percent>>],
    clock: &CsvClock,
    offsets: &Offsets,
    kept: &mut Kept,
    tallies: &mut Tallies,
) {
    let blocks = body_fat.iter();
    let readings = blocks.flat_map(|b| b.rows.iter().map(|r| (b.entry, r)));
    for (entry, reading) in readings {
        let at = clock.instant(reading.at, offsets);
        let apart = |w: &Weight| Some((w.at.0 - at.0).abs()).filter(|&s| s <= SAME_SECONDS);
        match kept.nearest(at, SAME_SECONDS, apart) {
            Some(w) if w.fat.is_none() => w.fat = Some(reading.value),
            Some(_) => tallies.skip(entry, Skip::OtherSource, 1),
            None => tallies.skip(entry, Skip::NoOutput, 1),
        }
    }
}

/// Two readings of one second become neighbours: FIT wants strictly increasing times.
fn strictly_increasing(weights: &mut [Weight]) {
    weights.sort_by(|a, b| {
        a.at.cmp(&b.at)
            .then(a.weight.get().total_cmp(&b.weight.get()))
    });
    let mut next = Instant(i64::MIN);
    for w in weights {
        w.at = w.at.max(next);
        next = w.at.plus(1);
    }
}

#[cfg(test)]
mod tests;
