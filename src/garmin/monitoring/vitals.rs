//! What a monitoring file tells besides heart rate and steps.
//!
//! Readings are taken in sleep: they stand at their own times in the file of the date on which
//! their night ends. A nightly mean without readings stands at the end of the main
//! sleep it was measured in, or at the end of the day where no sleep log is known; what belongs to
//! the day as a whole stands at its end. Garmin's 7-day resting heart rate is not made up.

use super::Moment;
use super::span::Span;
use crate::model::units::Bpm;
use crate::model::{Checked, Instant};

/// Longest time before its date that a sleep log of that date begins, in seconds.
const LONGEST_NIGHT: i64 = 86_400;

/// Appends the vital signs of a day.
pub(super) fn append(checked: &Checked, span: &Span, moments: &mut Vec<(Instant, Moment)>) {
    let day = checked.days.get(&span.date);
    let spo2 = span.night(&checked.spo2);
    moments.extend(spo2.iter().map(|s| (s.at, Moment::Spo2(s.value.get()))));
    let breaths = span.night(&checked.respiration);
    moments.extend(
        breaths
            .iter()
            .map(|s| (s.at, Moment::Respiration(s.value.get()))),
    );
    let Some(day) = day else {
        return;
    };
    let mean = |none_read: bool, value: Option<f64>| value.filter(|_| none_read);
    let woke = waking(checked, span);
    let spo2 = mean(spo2.is_empty(), day.spo2_average).filter(|v| (1.0..=100.0).contains(v));
    moments.extend(spo2.map(|v| (woke, Moment::Spo2(v))));
    let breaths = mean(breaths.is_empty(), day.respiratory_rate);
    let breaths = breaths.filter(|v| (1.0..=100.0).contains(v));
    moments.extend(breaths.map(|v| (woke, Moment::Respiration(v))));
    let resting = day.resting_heart_rate.and_then(|v| Bpm::rounded(v).ok());
    moments.extend(resting.map(|bpm| (span.end, Moment::Resting(bpm.get()))));
    moments.extend(
        intensity(day.moderately_active_minutes, day.very_active_minutes).map(|m| (span.end, m)),
    );
}

/// Moderate and vigorous minutes, unless there are none.
fn intensity(moderate: Option<u32>, vigorous: Option<u32>) -> Option<Moment> {
    let held = |n: Option<u32>| n.filter(|&n| n <= 1440 * 2);
    let (moderate, vigorous) = (held(moderate), held(vigorous));
    let any = moderate.unwrap_or(0) + vigorous.unwrap_or(0) > 0;
    any.then_some(Moment::Intensity(moderate, vigorous))
}

/// The end of the main sleep of the date, if it lies in the span, else the end of the span.
fn waking(checked: &Checked, span: &Span) -> Instant {
    let nights = &checked.nights;
    let from = nights.partition_point(|n| n.start < span.start.plus(-LONGEST_NIGHT));
    let to = nights.partition_point(|n| n.start < span.end);
    let mut same_date = nights
        .get(from..to)
        .unwrap_or(&[])
        .iter()
        .filter(|n| n.date_of_sleep == span.date && n.main_sleep);
    let end = same_date.next().map(|n| n.end());
    end.filter(|t| (span.start..span.end).contains(t))
        .unwrap_or(span.end)
}
