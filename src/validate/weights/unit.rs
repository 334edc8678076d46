//! The unit of bare weights: by BMI and height, or by the gram values of the CSV.
//!
//! Never by the size of the number. It does not know which of several sources is right.

use std::collections::BTreeMap;

use super::Weighed;
use crate::model::records::{HeightAt, Profile, WeighIn, WeightUnit, WeightValue};
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

/// The unit of bare numbers, by entry and for the export.
pub(super) struct Units {
    by_entry: BTreeMap<EntryId, WeightUnit>,
    export: Option<WeightUnit>,
}

impl Units {
    pub(super) fn new(weigh_ins: &[WeighIn], heights: &[f64]) -> Self {
        let mut votes: BTreeMap<EntryId, (u32, u32)> = BTreeMap::new();
        let grams = weigh_ins.iter().filter_map(|w| match w.weight {
            WeightValue::Known(kg) => Some((w.at.seconds(), kg.get())),
            WeightValue::Open(_) => None,
        });
        let grams = Weighed::new(DAY, grams);
        for w in weigh_ins {
            let WeightValue::Open(number) = w.weight else {
                continue;
            };
            let vote = votes.entry(w.origin.entry).or_default();
            match w
                .bmi
                .and_then(|bmi| by_bmi(number, bmi.get(), heights))
                .or_else(|| by_grams(number, w.at.seconds(), &grams))
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

    pub(super) fn resolve(&self, w: &WeighIn, tallies: &mut Tallies) -> Option<Kilograms> {
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
                tallies.reject(
                    w.origin,
                    Reject::UnknownUnit,
                    what,
                    "--weight-unit lb or --weight-unit kg",
                );
                return None;
            }
        };
        weight
            .map_err(|e| tallies.reject(w.origin, Reject::BadValue, e.to_string(), e.expected))
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
        // What lies between two known heights is nearest to one of them.
        known => {
            let above = known.partition_point(|k| *k < h);
            let neighbours = [above.checked_sub(1), Some(above)];
            let mut neighbours = neighbours
                .into_iter()
                .flatten()
                .filter_map(|i| known.get(i));
            neighbours.any(|k| (h / k).ln().abs() < 0.18)
        }
    };
    match (is_body(pounds), is_body(kilograms)) {
        (true, false) => Some(WeightUnit::Pounds),
        (false, true) => Some(WeightUnit::Kilograms),
        _ => None,
    }
}

/// The unit under which the number equals a gram value of the same day or the one before or after.
fn by_grams(number: f64, at: i64, grams: &Weighed) -> Option<WeightUnit> {
    let pounds = grams.has(at, number * KG_PER_LB);
    let kilograms = grams.has(at, number);
    match (pounds, kilograms) {
        (true, false) => Some(WeightUnit::Pounds),
        (false, true) => Some(WeightUnit::Kilograms),
        _ => None,
    }
}
