//! Specimens for the tests of the writers: small hand-made values and a die that always falls alike.

#![expect(clippy::unwrap_used, reason = "tests")]

use crate::model::checked::{Night, Weight};
use crate::model::records::{SleepKind, SleepLevel, SleepStage, SleepSummary};
use crate::model::units::Kilograms;
use crate::model::{Instant, LocalDate, Offset};

/// A source of numbers for law tests (splitmix64), the same on every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// Returns a number below `limit`.
    pub(super) fn up_to(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ z >> 31) % u64::from(limit)).unwrap()
    }
}

/// A weigh-in on a clock at UTC.
pub(super) fn weigh_in(at: Instant, kg: f64) -> Weight {
    Weight {
        at,
        date: at.at(Offset(0)).date(),
        weight: Kilograms::new(kg).unwrap(),
        bmi: None,
        fat: None,
    }
}

/// An hour of sleep from 2024-03-01 23:30 at +01:00: 5 min awake, 25 light, 20 deep, 10 REM.
pub(super) fn night() -> Night {
    let date_of_sleep = LocalDate::from_ymd(2024, 3, 2).unwrap();
    let stage = |level, from, seconds| SleepStage {
        level,
        from,
        seconds,
    };
    Night {
        log_id: 26_013_218_219,
        date_of_sleep,
        start: date_of_sleep.midnight().plus(-1800).minus(Offset(3600)),
        offset: Offset(3600),
        seconds: 3600,
        kind: SleepKind::Stages,
        minutes_asleep: Some(55),
        minutes_awake: Some(5),
        summary: SleepSummary {
            deep: Some(20),
            light: Some(25),
            rem: Some(10),
            wake: Some(5),
        },
        main_sleep: true,
        stages: vec![
            stage(SleepLevel::Wake, 0, 300),
            stage(SleepLevel::Light, 300, 1500),
            stage(SleepLevel::Deep, 1800, 1200),
            stage(SleepLevel::Rem, 3000, 600),
        ],
        score: Some(81),
    }
}
