//! Weigh-ins: the unit settled, the clock of the CSV learnt, second tellings set aside.
//!
//! The unit of a bare number is settled by BMI and height (the wrong unit is off by 1.485 in
//! height), by the gram values of the CSV, or by the user; never by its size. Where nothing tells,
//! the weigh-ins are rejected with the option that settles them.

use std::collections::BTreeMap;

use super::books::Books;
use crate::model::checked::Weight;
use crate::model::records::{
    HeightAt, Profile, Rank, Reading, Stamp, WeighIn, WeightUnit, WeightValue,
};
use crate::model::units::{KG_PER_LB, Kilograms, Percent};
use crate::model::{EntryId, Instant, LocalTime, Offsets, Reject, Skip};

/// Two tellings of one weigh-in differ by less than this (rounding to 0.1 lb).
const SAME_KG: f64 = 0.06;
/// Half of the tenth of a pound that the JSON rounds to, in kilograms.
const TENTH_LB: f64 = 0.025;
/// Two tellings that differ by no more than this are one number, rounded to a gram.
const ROUNDED_GRAM: f64 = 0.001;
/// Two tellings of one weigh-in lie within this many seconds.
const SAME_SECONDS: i64 = 90;
/// Noon: where a reading goes whose time of day is unknown, so that its date holds in every zone.
const NOON: i64 = 43_200;

/// All that is known of the body's weight, fat and height.
#[derive(Debug, Default)]
pub struct Scales<'r> {
    /// Weigh-ins of any source.
    pub weigh_ins: Vec<WeighIn>,
    /// Body-fat readings that stand in a file of their own.
    pub body_fat: Vec<Reading<Percent>>,
    /// Heights.
    pub heights: &'r [HeightAt],
    /// Profiles, which know a height too.
    pub profiles: &'r [Profile],
}

/// Settles all weigh-ins.
#[must_use]
pub fn settle(scales: Scales<'_>, offsets: &Offsets, books: &mut Books) -> Vec<Weight> {
    let Scales {
        weigh_ins,
        body_fat,
        heights,
        profiles,
    } = scales;
    let units = Units::new(&weigh_ins, &body_heights(heights, profiles));
    let mut candidates: Vec<Candidate> = Vec::new();
    for w in weigh_ins {
        if let Some(weight) = units.settle(&w, books) {
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
    let mut kept: Vec<Weight> = Vec::new();
    for c in candidates {
        take(c, &clock, offsets, &mut kept, books);
    }
    join_fat(body_fat, &clock, offsets, &mut kept, books);
    strictly_increasing(&mut kept);
    kept
}

/// Body heights in metres: those of the height files, or else the profile's.
fn body_heights(heights: &[HeightAt], profiles: &[Profile]) -> Vec<f64> {
    let files: Vec<f64> = heights.iter().map(|h| h.height.get()).collect();
    if files.is_empty() {
        profiles
            .iter()
            .filter_map(|p| p.height)
            .map(|h| h.get())
            .collect()
    } else {
        files
    }
}

/// The unit of bare numbers, by entry and for the export.
struct Units {
    by_entry: BTreeMap<EntryId, WeightUnit>,
    export: Option<WeightUnit>,
}

impl Units {
    fn new(weigh_ins: &[WeighIn], heights: &[f64]) -> Self {
        let mut votes: BTreeMap<EntryId, (u32, u32)> = BTreeMap::new();
        for w in weigh_ins {
            let WeightValue::Open(number) = w.weight else {
                continue;
            };
            let vote = votes.entry(w.origin.entry).or_default();
            match w
                .bmi
                .and_then(|bmi| by_bmi(number, bmi.get(), heights))
                .or_else(|| by_grams(number, w, weigh_ins))
            {
                Some(WeightUnit::Pounds) => vote.0 += 1,
                Some(WeightUnit::Kilograms) => vote.1 += 1,
                None => {}
            }
        }
        let total = votes
            .values()
            .fold((0, 0), |sum, v| (sum.0 + v.0, sum.1 + v.1));
        let by_entry = votes
            .into_iter()
            .filter_map(|(entry, v)| Some((entry, majority(v)?)))
            .collect();
        Self {
            by_entry,
            export: majority(total),
        }
    }

    fn settle(&self, w: &WeighIn, books: &mut Books) -> Option<Kilograms> {
        let number = match w.weight {
            WeightValue::Known(kg) => return Some(kg),
            WeightValue::Open(number) => number,
        };
        let unit = self.by_entry.get(&w.origin.entry).copied().or(self.export);
        let weight = match unit {
            Some(WeightUnit::Pounds) => Kilograms::from_pounds(number),
            Some(WeightUnit::Kilograms) => Kilograms::new(number),
            None => {
                let what =
                    format!("weight is {number} without a unit, and no BMI or gram value tells it");
                books.reject(
                    w.origin,
                    Reject::UnknownUnit,
                    what,
                    "--weight-unit lb or --weight-unit kg",
                );
                return None;
            }
        };
        weight
            .map_err(|e| books.reject(w.origin, Reject::BadValue, e.to_string(), e.expected))
            .ok()
    }
}

fn majority(votes: (u32, u32)) -> Option<WeightUnit> {
    match votes.0.cmp(&votes.1) {
        std::cmp::Ordering::Greater => Some(WeightUnit::Pounds),
        std::cmp::Ordering::Less => Some(WeightUnit::Kilograms),
        std::cmp::Ordering::Equal => None,
    }
}

/// The unit under which weight and BMI give a body height near a known one, or near a human one.
fn by_bmi(number: f64, bmi: f64, heights: &[f64]) -> Option<WeightUnit> {
    let pounds = (number * KG_PER_LB / bmi).sqrt();
    let kilograms = (number / bmi).sqrt();
    let is_body = |h: f64| match heights {
        [] => (1.3..=2.2).contains(&h),
        known => known.iter().any(|k| (h / k).ln().abs() < 0.18),
    };
    match (is_body(pounds), is_body(kilograms)) {
        (true, false) => Some(WeightUnit::Pounds),
        (false, true) => Some(WeightUnit::Kilograms),
        _ => None,
    }
}

/// The unit under which the number equals a gram value of about the same day.
fn by_grams(number: f64, w: &WeighIn, weigh_ins: &[WeighIn]) -> Option<WeightUnit> {
    let near = |other: &&WeighIn| (seconds(other.at) - seconds(w.at)).abs() < 2 * 86_400;
    let known = weigh_ins
        .iter()
        .filter(near)
        .filter_map(|o| match o.weight {
            WeightValue::Known(kg) => Some(kg.get()),
            WeightValue::Open(_) => None,
        });
    known.fold(None, |unit, kg| {
        let pounds = (number * KG_PER_LB - kg).abs() < SAME_KG;
        let kilograms = (number - kg).abs() < SAME_KG;
        unit.or(if pounds {
            Some(WeightUnit::Pounds)
        } else if kilograms {
            Some(WeightUnit::Kilograms)
        } else {
            None
        })
    })
}

/// Seconds on the axis of the stamp, for rough comparisons across axes.
fn seconds(at: Stamp) -> i64 {
    match at {
        Stamp::Utc(t) => t.0,
        Stamp::Local(t) => t.0,
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
        let json: Vec<(LocalTime, f64)> = candidates
            .iter()
            .filter_map(|c| match c.source.at {
                Stamp::Local(t) if c.source.provider.rank == Rank::Json => {
                    Some((t, c.weight.get()))
                }
                _ => None,
            })
            .collect();
        let (mut true_instants, mut local_clocks) = (0, 0);
        for c in candidates {
            let Stamp::Utc(t) = c.source.at else { continue };
            for (local, kg) in json
                .iter()
                .filter(|(_, kg)| (kg - c.weight.get()).abs() < SAME_KG)
            {
                debug_assert!(kg.is_finite());
                true_instants +=
                    i32::from((t.0 - offsets.to_instant(*local).0).abs() <= SAME_SECONDS);
                local_clocks += i32::from((t.0 - local.0).abs() <= SAME_SECONDS);
            }
        }
        Self {
            is_local: local_clocks > true_instants,
        }
    }

    fn instant(&self, at: Stamp, offsets: &Offsets) -> Instant {
        match at {
            Stamp::Local(t) => offsets.to_instant(t),
            Stamp::Utc(t) if self.is_local => offsets.to_instant(LocalTime(t.0)),
            Stamp::Utc(t) => t,
        }
    }
}

/// Keeps a weigh-in unless it is told already.
fn take(
    c: Candidate,
    clock: &CsvClock,
    offsets: &Offsets,
    kept: &mut Vec<Weight>,
    books: &mut Books,
) {
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
    match kept.iter_mut().find(|w| is_told(w)) {
        Some(_) if rank == Rank::Json => books.skip(c.source.origin.entry, Skip::Duplicate, 1),
        Some(told) => {
            // The CSV's grams are exact where the JSON has a tenth of a pound.
            let apart = (told.weight.get() - c.weight.get()).abs();
            if matches!(rank, Rank::Device | Rank::App) && apart > ROUNDED_GRAM {
                told.weight = c.weight;
            }
            books.skip(c.source.origin.entry, Skip::OtherSource, 1);
        }
        None => kept.push(Weight {
            at,
            date,
            weight: c.weight,
            bmi: c.source.bmi,
            fat: c.source.fat,
        }),
    }
}

/// Tells whether two stamps differ by whole quarters of an hour, within a day: one moment on two
/// clocks, which `--timezone` against the evidence makes of it.
fn is_shifted(apart: i64) -> bool {
    const QUARTER: i64 = 900;
    let off = (apart + QUARTER / 2).rem_euclid(QUARTER) - QUARTER / 2;
    apart <= 26 * 3600 && off.abs() <= 2
}

/// Tells whether a kept weigh-in stands at noon because only its date is known.
fn is_noon(w: &Weight, offsets: &Offsets) -> bool {
    w.at == offsets.to_instant(w.date.midnight().plus(NOON))
}

/// Gives body-fat readings to the weigh-ins they belong to.
fn join_fat(
    body_fat: Vec<Reading<Percent>>,
    clock: &CsvClock,
    offsets: &Offsets,
    kept: &mut [Weight],
    books: &mut Books,
) {
    for reading in body_fat {
        let at = clock.instant(reading.at, offsets);
        let near = kept
            .iter_mut()
            .filter(|w| (w.at.0 - at.0).abs() <= SAME_SECONDS)
            .min_by_key(|w| (w.at.0 - at.0).abs());
        match near {
            Some(w) if w.fat.is_none() => w.fat = Some(reading.value),
            Some(_) => books.skip(reading.origin.entry, Skip::OtherSource, 1),
            None => books.skip(reading.origin.entry, Skip::NoOutput, 1),
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
