//! All-day monitoring as FIT type 32: one file per local date.
//!
//! A file spans its local day, 23 or 25 hours long where the offset changes, and merges by time:
//! heart rate (every sample, in messages of nothing else, because readers ignore it beside an
//! activity type), steps and distance as running totals since local midnight at the end of every
//! minute with steps, blood oxygen and respiration. The totals of the day close it at the next
//! midnight. Connect refuses these files today; other readers decode them.

use super::common::{Device, Fields, begin, fields, known, too_big};
use super::{PlannedFile, Rendered, Rendering};
use crate::fit::profile::{
    MONITORING, MONITORING_HR_DATA, MONITORING_INFO, RESPIRATION_RATE, SPO2_DATA, activity_type,
    file, monitoring, spo2_mode,
};
use crate::fit::{
    EncodeError, Encoder, Field, Message,
    Value::{self, Array, Int, Real, Unix},
};
use crate::model::metrics::Day;
use crate::model::units::Bpm;
use crate::model::{Checked, Instant, LocalDate};

mod beats;
mod span;
mod walk;

use beats::Beats;
use span::Span;
use walk::Walked;

/// Messages before the first measurement: `file_id`, `device_info`, `monitoring_info`.
const HEAD_MESSAGES: u64 = 3;
/// Longest time before its date that a sleep log of that date begins, in seconds.
const LONGEST_NIGHT: i64 = 86_400;

/// Something to write at its time that is no heart rate.
enum Moment {
    /// The running totals after a minute with steps.
    Walked(Walked),
    /// Anything else, as it is written.
    Told(Message, Fields<'static>),
}

/// Lays out one file per local date that any stream may touch.
pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let file = |date: LocalDate| PlannedFile {
        path: format!("archive/monitoring/{:04}/{date}.fit", date.year()),
        range: (i64::from(date.0), i64::from(date.0) + 1),
    };
    let dates = span::dates(checked).into_iter();
    dates.filter(|d| checked.is_wanted(*d)).map(file).collect()
}

/// Renders one date; `None` when nothing but zeros is known of it.
pub(super) fn render(checked: &Checked, _: bool, file: &PlannedFile, buffer: Vec<u8>) -> Rendering {
    let Some(date) = file.dates().next() else {
        return Ok(None);
    };
    let span = Span::of(checked, date);
    let (mut moments, total) = walk::of(checked, &span);
    append_vitals(checked, &span, &mut moments);
    moments.sort_by_key(|&(at, _)| at);
    let mut beats = Beats::of(checked, &span);
    if moments.is_empty() && beats.is_empty() && total.steps.unwrap_or(0) == 0 {
        return Ok(None);
    }
    let mut fit = begin(buffer, file::MONITORING_B, &Device::named(None), span.start)?;
    let info = fields![monitoring_info:
        TIMESTAMP = Unix(span.start.0),
        LOCAL_TIMESTAMP = Unix(date.midnight().0),
        ACTIVITY_TYPE = Array(&[activity_type::WALKING]),
        RESTING_METABOLIC_RATE ? span::resting_metabolic_rate(checked, date),
    ];
    fit.message(MONITORING_INFO, &info)?;
    for (at, moment) in &moments {
        beats.write_until(&mut fit, *at)?;
        match moment {
            Moment::Walked(walked) => fit.message(MONITORING, &running(*at, *walked))?,
            Moment::Told(message, fields) => fit.message(*message, fields)?,
        }
    }
    beats.write_until(&mut fit, span.end)?;
    let remarks = close(&mut fit, &span, total, span::ascent(checked, date))?;
    let records = fit.messages() - HEAD_MESSAGES;
    Ok(Some(Rendered {
        records,
        remarks,
        ..Rendered::new(fit.finish(), 0, date, date)
    }))
}

/// Appends the vital signs of a day. Readings are taken in sleep: they stand at their own times in the file
/// of the date on which their night ends. A nightly mean without readings stands at the end of the main
/// sleep it was measured in, or at the end of the day where no sleep log is known; what belongs to the
/// day as a whole stands at its end. Garmin's 7-day resting heart rate is not made up.
fn append_vitals(checked: &Checked, span: &Span, moments: &mut Vec<(Instant, Moment)>) {
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

/// The running totals. All of these messages have the same fields, so that one definition serves
/// them; what is unknown is not set.
fn running(at: Instant, walked: Walked) -> [(Field, Value<'static>); 6] {
    let value = |field, value| known(field, value).unwrap_or((field, Value::None));
    [
        (monitoring::TIMESTAMP, Unix(at.0)),
        (monitoring::ACTIVITY_TYPE, Int(activity_type::WALKING)),
        (monitoring::CYCLES, walked.cycles()),
        value(monitoring::DISTANCE, walked.metres()),
        (monitoring::ACTIVE_TIME, Int(walked.active_seconds())),
        value(monitoring::ACTIVE_CALORIES, walked.kilocalories()),
    ]
}

/// Writes the message that closes the day. Returns what had to be left out of it.
fn close(
    fit: &mut Encoder,
    span: &Span,
    total: Walked,
    ascent: Option<f64>,
) -> Result<Vec<String>, EncodeError> {
    let mut fields = running(span.end, total).to_vec();
    fields.retain(|(_, value)| *value != Value::None);
    fields.extend(fields![monitoring:
        DURATION_MIN = Int((span.end.0 - span.start.0) / 60),
        ASCENT ? ascent,
    ]);
    fit.message(MONITORING, &fields)?;
    let sums = [
        (monitoring::DISTANCE, total.metres()),
        (monitoring::ACTIVE_CALORIES, total.kilocalories()),
        (monitoring::ASCENT, ascent),
    ];
    let left_out = sums.into_iter().filter_map(|(f, value)| too_big(f, value));
    let told = |what| format!("{}: {what} left out, too big for FIT", span.date);
    Ok(left_out.map(told).collect())
}

#[cfg(test)]
mod tests;
