//! Weigh-ins: the unit resolved, the clock of the CSV learnt, repeats skipped.
//!
//! The unit of a bare number is known by BMI and height (the wrong unit is off by 1.485 in
//! height), by the gram values of the CSV, or by the user; never by its size. Where nothing tells,
//! the weigh-ins are rejected with the option that states it.

use std::collections::BTreeMap;
use std::mem::take;

use super::daily_cap::DailyCap;
use super::tallies::{Tallies, again};
use crate::model::checked::{Parts, Weight};
use crate::model::records::{DeviceBlock, Provider, Rank, Reading, Stamp, WeighIn};
use crate::model::time::DAY;
use crate::model::units::{Kilograms, Percent};
use crate::model::{Instant, LocalDate, LocalTime, Offsets, Records, Skip};
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

pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let weigh_ins = take(&mut records.weights);
    let heights = body_heights(&records.heights, &records.profiles);
    let units = Units::new(&weigh_ins, &heights);
    let weighed = weigh_ins.into_iter();
    let weighed = weighed.filter_map(|w| Some((units.resolve(&w, tallies)?, w)));
    let mut weighed: Vec<(Kilograms, WeighIn)> = weighed.collect();
    let clock = CsvClock::learn(&weighed, &parts.offsets);
    weighed.sort_by_cached_key(|(_, w)| (w.provider.rank, clock.instant(w.at), w.origin));
    let mut kept = Kept {
        weights: Vec::new(),
        providers: Vec::new(),
        by_day: BTreeMap::new(),
        cap: DailyCap::of("weigh-ins"),
    };
    for (weight, source) in weighed {
        keep(weight, source, &clock, &mut kept, tallies);
    }
    join_fat(&records.body_fat, &clock, &mut kept, tallies);
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

/// What the `Z` of the GoogleData rows means in this export.
struct CsvClock<'o> {
    is_local: bool,
    offsets: &'o Offsets,
}

impl<'o> CsvClock<'o> {
    /// Compares the CSV with the JSON, whose stamps are known to be local.
    fn learn(weighed: &[(Kilograms, WeighIn)], offsets: &'o Offsets) -> Self {
        let json = weighed.iter().filter_map(|(kg, w)| match w.at {
            Stamp::Local(t) if w.provider.rank == Rank::Json => Some((t, kg.get())),
            _ => None,
        });
        let instants = json.clone().map(|(t, kg)| (offsets.to_instant(t).0, kg));
        let instants = Weighed::new(SAME_SECONDS, instants);
        let clocks = Weighed::new(SAME_SECONDS, json.map(|(t, kg)| (t.0, kg)));
        let (mut true_instants, mut local_clocks) = (0, 0);
        for (kg, w) in weighed {
            let Stamp::Utc(t) = w.at else { continue };
            true_instants += i32::from(instants.has(t.0, kg.get()));
            local_clocks += i32::from(clocks.has(t.0, kg.get()));
        }
        let is_local = local_clocks > true_instants;
        Self { is_local, offsets }
    }

    fn instant(&self, at: Stamp) -> Instant {
        match at {
            Stamp::Utc(t) if self.is_local => self.offsets.to_instant(LocalTime(t.0)),
            at => at.instant(self.offsets),
        }
    }

    /// Noon of a date: where a reading goes whose time of day is unknown, so that its date holds in
    /// every zone.
    fn noon(&self, date: LocalDate) -> Instant {
        self.offsets.to_instant(date.midnight().plus(DAY / 2))
    }
}

/// The weigh-ins that are kept, in the order in which they came.
struct Kept {
    weights: Vec<Weight>,
    providers: Vec<Provider>,
    /// Their places, by UTC day.
    by_day: BTreeMap<i32, Vec<usize>>,
    cap: DailyCap,
}

impl Kept {
    /// Among the weigh-ins of the days within `seconds` of `at` the one of which `apart` tells the
    /// least, the first of several; `None` tells that it is none.
    fn nearest<D: Ord>(
        &mut self,
        at: Instant,
        seconds: i64,
        apart: impl Fn(&Weight) -> Option<D>,
    ) -> Option<(&mut Weight, &Provider)> {
        let days = at.plus(-seconds).utc_day()..=at.plus(seconds).utc_day();
        let places = self.by_day.range(days).flat_map(|(_, places)| places);
        let told = places.filter_map(|&i| Some((apart(self.weights.get(i)?)?, i)));
        let (_, first) = told.min()?;
        Some((self.weights.get_mut(first)?, self.providers.get(first)?))
    }

    fn push(&mut self, weight: Weight, source: WeighIn, tallies: &mut Tallies) {
        let span = (weight.at, weight.at);
        if !self.cap.admits(span, source.origin, tallies) {
            return;
        }
        let places = self.by_day.entry(weight.at.utc_day()).or_default();
        places.push(self.weights.len());
        self.weights.push(weight);
        self.providers.push(source.provider);
    }
}

/// Keeps a weigh-in unless it is told already.
fn keep(
    weight: Kilograms,
    source: WeighIn,
    clock: &CsvClock<'_>,
    kept: &mut Kept,
    tallies: &mut Tallies,
) {
    let told = clock.instant(source.at);
    let date = match source.at {
        Stamp::Local(t) => t.date(),
        Stamp::Utc(_) => clock.offsets.date_of(told),
    };
    let at = if source.date_only {
        clock.noon(date)
    } else {
        told
    };
    let rank = source.provider.rank;
    let unlike = |w: &Weight| (w.weight.get() - weight.get()).abs();
    let is_told = |w: &Weight| {
        let apart = (w.at.0 - at.0).abs();
        match rank {
            Rank::Json => apart == 0 && w.weight == weight,
            Rank::Monthly => w.date == date,
            _ => {
                let only_date = w.date == date && w.at == clock.noon(w.date);
                let other_clock = is_shifted(apart) && unlike(w) < TENTH_LB;
                unlike(w) < SAME_KG && (apart <= SAME_SECONDS || only_date || other_clock)
            }
        }
    };
    match kept.nearest(at, ANY_CLOCK, |w| is_told(w).then_some(())) {
        Some((told, by)) => {
            // The CSV's grams are exact where the JSON has a tenth of a pound.
            if matches!(rank, Rank::Device | Rank::App) && unlike(told) > ROUNDED_GRAM {
                told.weight = weight;
            }
            tallies.skip(source.origin.entry, again(by, &source.provider), 1);
        }
        None => {
            let weight = Weight {
                at,
                date,
                weight,
                bmi: source.bmi,
                fat: source.fat,
            };
            kept.push(weight, source, tallies);
        }
    }
}

/// Tells whether two stamps differ by whole quarters of an hour, within a day: one moment on two
/// clocks, which `--timezone` against the evidence makes of it.
fn is_shifted(apart: i64) -> bool {
    const QUARTER: i64 = 900;
    let off = (apart + QUARTER / 2).rem_euclid(QUARTER) - QUARTER / 2;
    apart <= ANY_CLOCK && off.abs() <= 2
}

/// Gives body-fat readings to the weigh-ins they belong to.
fn join_fat(
    body_fat: &[DeviceBlock<Reading<Percent>>],
    clock: &CsvClock<'_>,
    kept: &mut Kept,
    tallies: &mut Tallies,
) {
    let mut told: BTreeMap<Instant, &Provider> = BTreeMap::new();
    for block in body_fat {
        for reading in &block.rows {
            let at = clock.instant(reading.at);
            let apart = |w: &Weight| Some((w.at.0 - at.0).abs()).filter(|&s| s <= SAME_SECONDS);
            match kept.nearest(at, SAME_SECONDS, apart) {
                Some((w, _)) if w.fat.is_none() => {
                    w.fat = Some(reading.value);
                    told.insert(w.at, &block.provider);
                }
                Some((w, by)) => {
                    let by = told.get(&w.at).copied().unwrap_or(by);
                    tallies.skip(block.entry, again(by, &block.provider), 1);
                }
                None => tallies.skip(block.entry, Skip::NoOutput, 1),
            }
        }
    }
}

/// Two readings of one second become neighbours: FIT wants strictly increasing times.
fn strictly_increasing(weights: &mut [Weight]) {
    let by_weight = |a: &Weight, b: &Weight| a.weight.get().total_cmp(&b.weight.get());
    weights.sort_by(|a, b| a.at.cmp(&b.at).then(by_weight(a, b)));
    let mut next = Instant(i64::MIN);
    for w in weights {
        w.at = w.at.max(next);
        next = w.at.plus(1);
    }
}

#[cfg(test)]
mod tests;
