//! Five years of an invented life, for tests of the page: the same every time.
#![expect(clippy::unwrap_used, reason = "tests")]

use crate::model::checked::{Checked, Night, Parts, Sample, Weight, Workout};
use crate::model::metrics::Day;
use crate::model::records::{LogType, PackedSample, SleepKind, SleepSummary};
use crate::model::units::{Bpm, Kilograms, Metres, Milliseconds};
use crate::model::{Evidence, Instant, LocalDate, Offset, Offsets};

/// First date of the sample: 2019-03-02.
pub(super) const FIRST: i32 = 17_957;
/// Days of the sample: to 2024-02-29.
const DAYS: i32 = 1826;

/// Numbers that look random and are the same every time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(u32::try_from(self.roll(10_000)).unwrap()) / 10_000.0
    }

    fn small(&mut self, below: u64) -> u32 {
        u32::try_from(self.roll(below)).unwrap()
    }
}

pub(super) fn offsets() -> Offsets {
    let days: Vec<_> = (FIRST..FIRST + DAYS)
        .map(|d| {
            let (_, month, _) = LocalDate(d).ymd();
            let home = Offset(if (4..=10).contains(&month) {
                7200
            } else {
                3600
            });
            match d {
                18_400..18_416 => (Offset(-18_000), Evidence::HeartRateDays),
                19_300..19_330 => (Offset(34_200), Evidence::StatedOffsets),
                18_000..18_150 => (home, Evidence::Profile),
                d if d % 37 == 0 => (home, Evidence::Neighbours),
                _ => (home, Evidence::HeartRateDays),
            }
        })
        .collect();
    Offsets::new(LocalDate(FIRST), &days, Some("Europe/Paris".to_owned()))
}

fn wave(day: i32, period: f64) -> f64 {
    (f64::from(day) / period * std::f64::consts::TAU).sin()
}

fn day(d: i32, dice: &mut Dice) -> Day {
    let steps = dice.real(2500.0, 15_000.0) * (1.0 + 0.25 * wave(d, 365.0));
    Day {
        steps: format!("{steps:.0}").parse().ok(),
        distance_m: Some(steps * 0.75),
        calories: Some(dice.real(1900.0, 3100.0)),
        floors: (d > 18_200).then(|| dice.small(25)),
        resting_heart_rate: (d % 11 != 0)
            .then(|| 60.0 + 4.0 * wave(d, 700.0) + dice.real(-2.0, 2.0)),
        hrv_rmssd: (d > 18_900 && d % 5 != 0).then(|| dice.real(20.0, 60.0)),
        spo2_average: (d > 18_800).then(|| dice.real(93.0, 98.0)),
        active_zone_minutes: (d > 18_700).then(|| dice.small(60)),
        sleep_score: Some(60 + dice.small(35)),
        ..Day::default()
    }
}

pub(super) fn workout(d: i32, dice: &mut Dice) -> Workout {
    let names = [
        "Run",
        "Walk",
        "Outdoor Bike",
        "Swim",
        "Yoga",
        "Weights",
        "Treadmill run",
    ];
    let pick = usize::try_from(dice.roll(49)).unwrap();
    let name = names.get(pick.isqrt()).unwrap_or(&"Aerobic Workout");
    Workout {
        log_id: u64::try_from(d).unwrap(),
        name: (*name).to_owned(),
        start: Instant(i64::from(d) * 86_400 + 25_000),
        offset: Offset(3600),
        duration_ms: 2_000_000,
        active_ms: 1_900_000 + dice.roll(3_000_000),
        distance: Metres::new(dice.real(2000.0, 14_000.0)).ok(),
        log_type: LogType::Tracker,
        ..Workout::default()
    }
}

fn night(d: i32, dice: &mut Dice) -> Night {
    Night {
        log_id: u64::try_from(d).unwrap(),
        date_of_sleep: LocalDate(d),
        start: Instant(i64::from(d) * 86_400 - 3600),
        offset: Offset(3600),
        seconds: 28_000,
        kind: SleepKind::Stages,
        minutes_asleep: Some(330 + dice.small(160)),
        minutes_awake: None,
        summary: SleepSummary::default(),
        main_sleep: true,
        stages: Vec::new(),
        score: None,
    }
}

pub(super) fn weigh_in(d: i32, dice: &mut Dice) -> Weight {
    let kg = 84.0 - f64::from(d - FIRST) / 300.0 + 1.6 * wave(d, 500.0) + dice.real(-0.6, 0.6);
    Weight {
        at: Instant(i64::from(d) * 86_400 + 21_000),
        date: LocalDate(d),
        weight: Kilograms::new(kg).unwrap(),
        bmi: None,
        fat: None,
    }
}

/// Five years of a life, with holes.
pub(super) fn five_years() -> Checked {
    let mut dice = Dice(7);
    let mut parts = Parts {
        offsets: offsets(),
        ..Parts::default()
    };
    for d in (FIRST..FIRST + DAYS).filter(|d| !(18_600..18_640).contains(d)) {
        parts.days.insert(LocalDate(d), day(d, &mut dice));
        let worn = dice.roll(24) + 1;
        let samples = (0..worn * 6)
            .map(|n| PackedSample::new(u32::try_from(n * 600).unwrap(), Bpm::new(70).unwrap()));
        parts.heart_rate.insert(d, samples.collect());
        if dice.roll(6) == 0 {
            parts.workouts.push(workout(d, &mut dice));
        }
        if dice.roll(10) > 0 {
            parts.nights.push(night(d, &mut dice));
        }
        if dice.roll(3) == 0 {
            parts.weights.push(weigh_in(d, &mut dice));
        }
        if d > 19_000 && dice.roll(2) == 0 {
            let at = Instant(i64::from(d) * 86_400);
            parts.hrv.push(Sample {
                at,
                value: Milliseconds::new(40.0).unwrap(),
            });
        }
    }
    Checked::new(parts)
}
