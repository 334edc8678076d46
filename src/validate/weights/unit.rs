//! The unit of bare weights: by BMI and height, or by the gram values of the CSV.
//!
//! Never by the size of the number. It does not know which of several sources is right.

use std::collections::BTreeMap;

use super::Weighed;
use crate::model::records::{HeightAt, Profile, WeighIn, WeightValue};
use crate::model::time::DAY;
use crate::model::units::{KG_PER_LB, Kilograms};
use crate::model::{EntryId, Reject};
use crate::validate::tallies::Tallies;

/// Body heights in metres, sorted: those of the height files, or else the profile's.
pub(super) fn body_heights(heights: &[HeightAt], profiles: &[Profile]) -> Vec<f64> {
    let mut known: Vec<f64> = heights.iter().map(|h| h.height.get()).collect();
    if known.is_empty() {
        let profiles = profiles.iter().filter_map(|p| p.height);
        known.extend(profiles.map(|h| h.get()));
    }
    known.sort_by(f64::total_cmp);
    known
}

/// The unit of bare numbers, by entry and for the export: above 0 pounds have more votes, below it
/// kilograms.
#[derive(Default)]
pub(super) struct Units {
    by_entry: BTreeMap<EntryId, i64>,
    export: i64,
}

impl Units {
    pub(super) fn new(weigh_ins: &[WeighIn], heights: &[f64]) -> Self {
        let grams = weigh_ins.iter().filter_map(|w| match w.weight {
            WeightValue::Known(kg) => Some((w.at.seconds(), kg.get())),
            WeightValue::Open(_) => None,
        });
        let grams = Weighed::new(DAY, grams);
        let mut units = Self::default();
        for w in weigh_ins {
            let WeightValue::Open(number) = w.weight else {
                continue;
            };
            let by_bmi = || {
                let bmi = w.bmi?.get();
                let is_body = |kg: f64| is_body((kg / bmi).sqrt(), heights);
                vote(number, is_body)
            };
            // A gram value of the same day or the one before or after.
            let by_grams = || vote(number, |kg| grams.has(w.at.seconds(), kg));
            let vote = by_bmi().or_else(by_grams).unwrap_or(0);
            *units.by_entry.entry(w.origin.entry).or_default() += vote;
            units.export += vote;
        }
        units
    }

    pub(super) fn resolve(&self, w: &WeighIn, tallies: &mut Tallies) -> Option<Kilograms> {
        let number = match w.weight {
            WeightValue::Known(kg) => return Some(kg),
            WeightValue::Open(number) => number,
        };
        let own = self.by_entry.get(&w.origin.entry);
        let weight = match own.filter(|votes| **votes != 0).unwrap_or(&self.export) {
            1.. => Kilograms::from_pounds(number),
            ..=-1 => Kilograms::new(number),
            0 => {
                let what =
                    format!("weight is {number} without a unit, and no BMI or gram value tells it");
                let expected = "--weight-unit lb or --weight-unit kg";
                tallies.reject(w.origin, Reject::UnknownUnit, what, expected);
                return None;
            }
        };
        weight
            .map_err(|e| tallies.reject(w.origin, Reject::BadValue, e.to_string(), e.expected))
            .ok()
    }
}

/// A vote for the unit under which a number is a weight that fits, where only one does.
fn vote(number: f64, fits: impl Fn(f64) -> bool) -> Option<i64> {
    match (fits(number * KG_PER_LB), fits(number)) {
        (true, false) => Some(1),
        (false, true) => Some(-1),
        _ => None,
    }
}

/// Tells whether a body height, as weight and BMI give it, is near a known one, or near a human one.
fn is_body(height: f64, known: &[f64]) -> bool {
    if known.is_empty() {
        return (1.3..=2.2).contains(&height);
    }
    // What lies between two known heights is nearest to one of them.
    let above = known.partition_point(|k| *k < height);
    let mut neighbours = known.iter().skip(above.saturating_sub(1)).take(2);
    neighbours.any(|k| (height / k).ln().abs() < 0.18)
}
