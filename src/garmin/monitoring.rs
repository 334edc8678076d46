//! All-day monitoring as FIT type 32: one file per local date.
//!
//! A file spans its local day, 23 or 25 hours long where the offset changes, and merges by time:
//! heart rate (every sample, in messages of nothing else, because readers ignore it beside an
//! activity type), steps and distance as running totals since local midnight at the end of every
//! minute with steps, blood oxygen and respiration. The totals of the day close it at the next
//! midnight. Connect refuses these files today; other readers decode them.

use super::common::{Device, head, known, too_big};
use super::{PlannedFile, Rendered, Rendering};
use crate::fit::profile::{
    MONITORING, MONITORING_HR_DATA, MONITORING_INFO, RESPIRATION_RATE, SPO2_DATA, activity_type,
    file, monitoring, monitoring_hr_data, monitoring_info, respiration_rate, spo2_data, spo2_mode,
};
use crate::fit::{
    EncodeError, Encoder, Field,
    Value::{self, Int, Real, Unix},
};
use crate::model::{Checked, Instant, LocalDate};

pub(super) mod beats;
pub(super) mod span;
pub(super) mod vitals;
pub(super) mod walk;

use beats::Beats;
use span::Span;
use walk::Walked;

/// Messages before the first measurement: `file_id`, `device_info`, `monitoring_info`.
const HEAD_MESSAGES: u64 = 3;

/// Something to write at its time that is no heart rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Moment {
    /// The running totals after a minute with steps.
    Walked(Walked),
    /// Blood oxygen in percent.
    Spo2(f64),
    /// Breaths per minute.
    Respiration(f64),
    /// Resting heart rate of the day.
    Resting(u8),
    /// Moderate and vigorous minutes of the day.
    Intensity(Option<u32>, Option<u32>),
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
    vitals::append(checked, &span, &mut moments);
    moments.sort_by_key(|&(at, _)| at);
    let beats = Beats::of(checked, &span);
    if moments.is_empty() && beats.is_empty() && total.steps.unwrap_or(0) == 0 {
        return Ok(None);
    }
    let mut fit = Encoder::new(buffer);
    begin(&mut fit, checked, &span)?;
    merge(&mut fit, &moments, beats, span.end)?;
    let ascent = span::ascent(checked, date);
    let remarks = close(&mut fit, &span, total, ascent)?;
    Ok(Some(Rendered {
        records: fit.messages() - HEAD_MESSAGES,
        bytes: fit.finish(),
        first: date.to_string(),
        last: date.to_string(),
        remarks,
    }))
}

fn begin(fit: &mut Encoder, checked: &Checked, span: &Span) -> Result<(), EncodeError> {
    head(fit, file::MONITORING_B, &Device::named(None), span.start)?;
    let mut fields = vec![
        (monitoring_info::TIMESTAMP, Unix(span.start.0)),
        (
            monitoring_info::LOCAL_TIMESTAMP,
            Unix(span.date.midnight().0),
        ),
        (
            monitoring_info::ACTIVITY_TYPE,
            Value::Array(&[activity_type::WALKING]),
        ),
    ];
    let field = monitoring_info::RESTING_METABOLIC_RATE;
    let resting = span::resting_metabolic_rate(checked, span.date);
    fields.extend(known(field, resting));
    fit.message(MONITORING_INFO, &fields)
}

/// Writes heart rates and moments in order of time.
fn merge(
    fit: &mut Encoder,
    moments: &[(Instant, Moment)],
    mut beats: Beats<'_>,
    end: Instant,
) -> Result<(), EncodeError> {
    for &(at, moment) in moments {
        beats.write_until(fit, at)?;
        write(fit, at, moment)?;
    }
    beats.write_until(fit, end)
}

fn write(fit: &mut Encoder, at: Instant, moment: Moment) -> Result<(), EncodeError> {
    let at = Unix(at.0);
    match moment {
        Moment::Walked(walked) => fit.message(MONITORING, &running(at, walked)),
        Moment::Spo2(percent) => fit.message(
            SPO2_DATA,
            &[
                (spo2_data::TIMESTAMP, at),
                (spo2_data::READING_SPO2, Real(percent)),
                (spo2_data::MODE, Int(spo2_mode::PERIODIC)),
            ],
        ),
        Moment::Respiration(breaths) => fit.message(
            RESPIRATION_RATE,
            &[
                (respiration_rate::TIMESTAMP, at),
                (respiration_rate::RESPIRATION_RATE, Real(breaths)),
            ],
        ),
        Moment::Resting(bpm) => fit.message(
            MONITORING_HR_DATA,
            &[
                (monitoring_hr_data::TIMESTAMP, at),
                (
                    monitoring_hr_data::CURRENT_DAY_RESTING_HEART_RATE,
                    Int(bpm.into()),
                ),
            ],
        ),
        Moment::Intensity(moderate, vigorous) => fit.message(
            MONITORING,
            &[
                (monitoring::TIMESTAMP, at),
                (monitoring::MODERATE_ACTIVITY_MINUTES, moderate.into()),
                (monitoring::VIGOROUS_ACTIVITY_MINUTES, vigorous.into()),
            ],
        ),
    }
}

/// The running totals. All of these messages have the same fields, so that one definition serves
/// them; what is unknown is not set.
fn running(at: Value<'static>, walked: Walked) -> [(Field, Value<'static>); 6] {
    let value = |field: Field, value: Option<f64>| known(field, value).map_or(Value::None, |k| k.1);
    let energy = value(monitoring::ACTIVE_CALORIES, walked.kilocalories());
    [
        (monitoring::TIMESTAMP, at),
        (monitoring::ACTIVITY_TYPE, Int(activity_type::WALKING)),
        (monitoring::CYCLES, walked.cycles()),
        (
            monitoring::DISTANCE,
            value(monitoring::DISTANCE, walked.metres()),
        ),
        (monitoring::ACTIVE_TIME, Int(walked.active_seconds())),
        (monitoring::ACTIVE_CALORIES, energy),
    ]
}

/// Writes the message that closes the day. Returns what had to be left out of it.
fn close(
    fit: &mut Encoder,
    span: &Span,
    total: Walked,
    ascent: Option<f64>,
) -> Result<Vec<String>, EncodeError> {
    let at = Unix(span.end.0);
    let mut fields = running(at, total).to_vec();
    fields.retain(|(_, value)| *value != Value::None);
    let minutes = (span.end.0 - span.start.0) / 60;
    fields.push((monitoring::DURATION_MIN, Int(minutes)));
    fields.extend(known(monitoring::ASCENT, ascent));
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
