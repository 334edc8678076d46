//! What a monitoring file tells besides heart rate and steps.
//!
//! Readings are taken in sleep: they stand at their own times in the file of the date on which
//! their night ends. A nightly mean without readings stands at the end of the main
//! sleep it was measured in, or at the end of the day where no sleep log is known; what belongs to
//! the day as a whole stands at its end. Garmin's 7-day resting heart rate is not made up.

use super::Moment;
use super::span::Span;
use crate::fit::Value::{self, Int, Real, Unix};
use crate::fit::profile::{MONITORING, MONITORING_HR_DATA, RESPIRATION_RATE, SPO2_DATA, spo2_mode};
use crate::garmin::common::fields;
use crate::model::metrics::Day;
use crate::model::units::Bpm;
use crate::model::{Checked, Instant};

/// Longest time before its date that a sleep log of that date begins, in seconds.
const LONGEST_NIGHT: i64 = 86_400;

/// Appends the vital signs of a day.
pub(super) fn append(checked: &Checked, span: &Span, moments: &mut Vec<(Instant, Moment)>) {
    let (oxygen, breaths) = (span.night(&checked.spo2), span.night(&checked.respiration));
    moments.extend(oxygen.iter().map(|s| spo2(s.at, s.value.get())));
    moments.extend(breaths.iter().map(|s| respiration(s.at, s.value.get())));
    let Some(day) = checked.days.get(&span.date) else {
        return;
    };
    let woke = waking(checked, span);
    let nightly = |value: Option<f64>| value.filter(|v| (1.0..=100.0).contains(v));
    let mean = nightly(day.spo2_average).filter(|_| oxygen.is_empty());
    moments.extend(mean.map(|percent| spo2(woke, percent)));
    let mean = nightly(day.respiratory_rate).filter(|_| breaths.is_empty());
    moments.extend(mean.map(|rate| respiration(woke, rate)));
    let bpm = day.resting_heart_rate.and_then(|v| Bpm::rounded(v).ok());
    moments.extend(bpm.map(|bpm| resting(span.end, bpm)));
    moments.extend(intensity(span.end, day));
}

fn spo2(at: Instant, percent: f64) -> (Instant, Moment) {
    let fields = fields![spo2_data:
        TIMESTAMP = Unix(at.0),
        READING_SPO2 = Real(percent),
        MODE = Int(spo2_mode::PERIODIC),
    ];
    (at, Moment::Told(SPO2_DATA, fields))
}

fn respiration(at: Instant, breaths: f64) -> (Instant, Moment) {
    let (at_fit, rate) = (Unix(at.0), Real(breaths));
    let fields = fields![respiration_rate: TIMESTAMP = at_fit, RESPIRATION_RATE = rate];
    (at, Moment::Told(RESPIRATION_RATE, fields))
}

fn resting(at: Instant, bpm: Bpm) -> (Instant, Moment) {
    let fields = fields![monitoring_hr_data:
        TIMESTAMP = Unix(at.0),
        CURRENT_DAY_RESTING_HEART_RATE = Int(bpm.get().into()),
    ];
    (at, Moment::Told(MONITORING_HR_DATA, fields))
}

/// Moderate and vigorous minutes, unless there are none; what is unknown is not set.
fn intensity(at: Instant, day: &Day) -> Option<(Instant, Moment)> {
    let held = |n: Option<u32>| n.filter(|&n| n <= 1440 * 2);
    let moderate = held(day.moderately_active_minutes);
    let vigorous = held(day.very_active_minutes);
    let fields = fields![monitoring:
        TIMESTAMP = Unix(at.0),
        MODERATE_ACTIVITY_MINUTES = Value::from(moderate),
        VIGOROUS_ACTIVITY_MINUTES = Value::from(vigorous),
    ];
    let any = moderate.unwrap_or(0) + vigorous.unwrap_or(0) > 0;
    any.then_some((at, Moment::Told(MONITORING, fields)))
}

/// The end of the main sleep of the date, if it lies in the span, else the end of the span.
fn waking(checked: &Checked, span: &Span) -> Instant {
    let nights = &checked.nights;
    let from = nights.partition_point(|n| n.start < span.start.plus(-LONGEST_NIGHT));
    let to = nights.partition_point(|n| n.start < span.end);
    let mut begun = nights.get(from..to).unwrap_or(&[]).iter();
    let main = begun.find(|n| n.date_of_sleep == span.date && n.main_sleep);
    let end = main.map(|n| n.end());
    end.filter(|t| (span.start..span.end).contains(t))
        .unwrap_or(span.end)
}
