//! Tests of `validate::weights`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use std::sync::Arc;

use super::*;
use crate::model::records::{HeightAt, Origin, WeightValue};
use crate::model::units::{Bmi, Metres};
use crate::model::{EntryId, Evidence, LocalDate, Offset, Reject};

fn json(position: u32, weight: f64, bmi: Option<f64>, local: i64) -> WeighIn {
    WeighIn {
        origin: Origin {
            entry: EntryId(0),
            position,
        },
        at: Stamp::Local(LocalTime(local)),
        date_only: false,
        weight: WeightValue::Open(weight),
        bmi: bmi.map(|b| Bmi::new(b).unwrap()),
        fat: None,
        provider: Provider::json(),
    }
}

fn csv(kg: f64, utc: i64) -> WeighIn {
    WeighIn {
        origin: Origin {
            entry: EntryId(1),
            position: 2,
        },
        at: Stamp::Utc(Instant(utc)),
        date_only: false,
        weight: WeightValue::Known(Kilograms::new(kg).unwrap()),
        bmi: None,
        fat: None,
        provider: Provider {
            rank: Rank::App,
            name: Arc::from("Fitbit App"),
        },
    }
}

const DAY1: i64 = 1_709_251_200; // 2024-03-01T00:00

fn run(list: Vec<WeighIn>, heights: &[HeightAt]) -> (Vec<Weight>, Tallies) {
    let mut tallies = Tallies::new(2);
    let mut records = Records {
        weights: list,
        heights: heights.to_vec(),
        ..Records::default()
    };
    let mut parts = Parts {
        offsets: Offsets::constant(Offset(3600), Evidence::Option),
        ..Parts::default()
    };
    resolve(&mut records, &mut parts, &mut tallies);
    (parts.weights, tallies)
}

#[test]
fn bmi_and_height_tell_pounds_from_kilograms() {
    let height = HeightAt {
        entry: EntryId(0),
        date: LocalDate(0),
        height: Metres::new(1.73).unwrap(),
    };
    let kg = |w: f64, bmi: f64| {
        run(vec![json(1, w, Some(bmi), DAY1)], &[height]).0[0]
            .weight
            .get()
    };
    assert!((kg(198.1, 30.04) - 89.8566).abs() < 1e-3);
    assert!((kg(89.9, 30.04) - 89.9).abs() < 1e-9);
}

#[test]
fn the_size_of_a_number_settles_nothing() {
    let (weights, tallies) = run(
        vec![json(1, 80.0, None, DAY1), json(2, 180.0, None, DAY1 + 99)],
        &[],
    );
    assert!(weights.is_empty());
    assert_eq!(tallies.entries[0].rejected[&Reject::UnknownUnit], 2);
}

#[test]
fn a_number_without_bmi_takes_the_unit_of_its_neighbours() {
    let (weights, _) = run(
        vec![
            json(1, 198.1, Some(30.04), DAY1),
            json(2, 197.0, None, DAY1 + 86_400),
        ],
        &[],
    );
    assert!((weights[1].weight.get() - 89.3577).abs() < 1e-3);
}

#[test]
fn gram_values_settle_the_unit_and_are_not_told_twice() {
    let (weights, tallies) = run(
        vec![json(1, 198.1, None, DAY1 + 7200), csv(89.857, DAY1 + 3600)],
        &[],
    );
    assert_eq!(weights.len(), 1);
    assert_eq!(tallies.entries[1].skipped[&Skip::OtherSource], 1);
}

#[test]
fn a_mislabelled_z_is_learnt_from_the_json() {
    let list = vec![
        json(1, 198.1, Some(30.04), DAY1 + 7200),
        csv(89.857, DAY1 + 7200),
        csv(70.0, DAY1 + 90_000),
    ];
    let (weights, _) = run(list, &[]);
    assert_eq!(
        weights.iter().map(|w| w.at.0 - DAY1).collect::<Vec<_>>(),
        [3600, 86_400]
    );
}

#[test]
fn readings_of_one_second_stay_two_readings() {
    let mut a = json(1, 198.1, Some(30.04), DAY1 + 86_399);
    a.date_only = true;
    let mut b = json(2, 199.0, Some(30.2), DAY1 + 86_399);
    b.date_only = true;
    let (weights, tallies) = run(vec![a.clone(), b, a], &[]);
    assert_eq!(
        weights.iter().map(|w| w.at.0 - DAY1).collect::<Vec<_>>(),
        [DAY / 2 - 3600, DAY / 2 - 3599]
    );
    assert_eq!(tallies.entries[0].skipped[&Skip::Duplicate], 1);
}
