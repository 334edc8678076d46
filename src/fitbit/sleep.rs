//! Sleep logs of the classic JSON, with stages or classic.
//!
//! Knows nothing of the logs that neighbouring files repeat, nor of scores and offsets: repeats,
//! joins and the zone are resolved later.
//!
//! **Shape.** `sleep-DATE.json`: an array of logs, newest first. `levels.data` holds stretches that follow
//! each other from the start without a gap; in a log of type `stages`, `levels.shortData` holds
//! short wakes that lie over them. The object `{"sleep":[…]}` of Fitbit's former web service, which
//! other tools put in the same folder, is read as well. **Time.** Local wall clock,
//! `2019-11-06T23:12:00.000`. Ends and stages are plain differences from the start, also in nights on which
//! the clocks change. **Units.** Minutes in sums, seconds in stretches, milliseconds in `duration` (which
//! is floored to the minute and counts only where there is no end). **Errors.** An implausible start or
//! date, an end before the start or more than two days after it, minutes beyond two days, an unknown type.
//! Stages that cannot be read leave the log without stages, with a remark. **Source.** Archives of 2015 to
//! 2026. That `data` and `shortData` together, and only together, agree with Fitbit's sums was measured on
//! 196 nights.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::hypnogram::{Stretch, lay_out, level, measured};
use super::json::{Object, Scalar, count, each_record, object, objects, whole};
use super::record_error::{OrError as _, RecordError};
use super::stamp::{ISO_EXPECTED, iso_date, plausible_iso};
use super::{Entry, Settings};
use crate::model::checked::Night;
use crate::model::records::{
    Origin, Provider, SleepKind, SleepLevel, SleepLog, SleepStage, SleepSummary, Stamp,
};
use crate::model::{LocalDate, LocalTime, Position, Records, Reject, Tally};

/// Longest log that can be meant, in seconds.
pub const LONGEST: i64 = 2 * 86_400;
/// Most minutes that a sum of a log can have.
const LONGEST_MINUTES: u32 = 2880;
/// Stages may fall this many seconds short of their log: ends are written to the half minute.
const SLACK: u32 = 60;

object!(Raw {
    log_id, date_of_sleep, start_time, end_time, duration, minutes_asleep, minutes_awake,
    #[serde(rename = "type")] kind, main_sleep: Option<&'a RawValue>, levels: Object<Levels<'a>>
});

object!(Levels {
    summary: Object<Summary<'a>>, data: Option<&'a RawValue>, short_data: Option<&'a RawValue>
});

object!(Summary {
    deep: Object<Sum<'a>>, light: Object<Sum<'a>>, rem: Object<Sum<'a>>, wake: Object<Sum<'a>>,
    asleep: Object<Sum<'a>>, restless: Object<Sum<'a>>, awake: Object<Sum<'a>>
});

object!(Sum { minutes });

object!(Piece {
    date_time,
    level,
    seconds
});

pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let inner = Entry {
        bytes: array_of(entry.bytes),
        ..*entry
    };
    each_record(&inner, tally, |origin, text, tally| {
        let raw: Raw<'_> = serde_json::from_str(text)?;
        let start = clock(&raw.start_time, "startTime")?;
        let mut log = log(&raw, start, origin)?;
        let remark = match stages(&raw, start, &log.night) {
            Ok(None) => None,
            Ok(Some(stages)) => {
                log.night.stages = stages;
                gap(&log.night)
            }
            Err(RecordError { what, expected, .. }) => Some(format!(
                "the stages are left out: {what}, expected {expected}"
            )),
        };
        if let Some(remark) = remark {
            let place = Position::Record(u64::from(origin.position));
            tally.remark(entry.id, place, remark);
        }
        records.sleep.push(log);
        Ok(())
    });
}

/// The array inside the object of the former web service, or the text as it is.
fn array_of(bytes: &[u8]) -> &[u8] {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        sleep: &'a RawValue,
    }
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return bytes;
    }
    serde_json::from_slice::<Answer<'_>>(bytes).map_or(bytes, |a| a.sleep.get().as_bytes())
}

/// The log without its stages.
fn log(raw: &Raw<'_>, start: LocalTime, origin: Origin) -> Result<SleepLog, RecordError> {
    let empty = Summary::default();
    let levels = raw.levels.0.as_ref();
    let sums = levels.and_then(|l| l.summary.0.as_ref()).unwrap_or(&empty);
    let kind = kind(&raw.kind, sums)?;
    let (asleep, awake) = match kind {
        SleepKind::Stages => (vec![&sums.deep, &sums.light, &sums.rem], vec![&sums.wake]),
        SleepKind::Classic => (vec![&sums.asleep], vec![&sums.restless, &sums.awake]),
    };
    let log_id = log_id(&raw.log_id)?;
    let date_of_sleep = date_of_sleep(&raw.date_of_sleep)?;
    let night = Night {
        log_id,
        seconds: seconds(raw, start)?,
        kind,
        minutes_asleep: minutes(&raw.minutes_asleep, "minutesAsleep")?.or(total(&asleep)?),
        minutes_awake: minutes(&raw.minutes_awake, "minutesAwake")?.or(total(&awake)?),
        summary: summary(sums, kind)?,
        main_sleep: raw.main_sleep.is_some_and(|m| m.get() == "true"),
        ..Night::default()
    };
    Ok(SleepLog {
        origin,
        date_of_sleep,
        start: Stamp::Local(start),
        start_offset: None,
        night,
        algorithm: None,
        provider: Provider::json(),
    })
}

fn clock(field: &Scalar<'_>, name: &str) -> Result<LocalTime, RecordError> {
    let text = field.text(name)?;
    let clock = plausible_iso(text).map(|iso| iso.clock);
    clock.or_date(name, text, ISO_EXPECTED)
}

fn log_id(field: &Scalar<'_>) -> Result<u64, RecordError> {
    let number = field.required("logId")?;
    let id = whole(number).and_then(|n| u64::try_from(n).ok());
    id.or_value("logId", number, "a whole number")
}

fn date_of_sleep(field: &Scalar<'_>) -> Result<Option<LocalDate>, RecordError> {
    if *field == Scalar::Absent {
        return Ok(None);
    }
    let text = field.text("dateOfSleep")?;
    let date = iso_date(text).filter(|d| d.is_plausible());
    date.map(Some).or_date("dateOfSleep", text, "YYYY-MM-DD")
}

/// The kind that a word in lower case names.
pub fn kind_of(word: &str) -> Option<SleepKind> {
    match word {
        "stages" => Some(SleepKind::Stages),
        "classic" => Some(SleepKind::Classic),
        _ => None,
    }
}

/// The kind as written, or as the sums show it where it is missing.
fn kind(field: &Scalar<'_>, sums: &Summary<'_>) -> Result<SleepKind, RecordError> {
    let kind = match field {
        Scalar::Absent if sums.asleep.0.is_some() => Some(SleepKind::Classic),
        Scalar::Absent if sums.light.0.is_some() => Some(SleepKind::Stages),
        other => other.as_text().and_then(kind_of),
    };
    kind.or_value("type", field, "\"stages\" or \"classic\"")
}

/// Seconds from start to end; where there is no end that can be read, the floored duration.
fn seconds(raw: &Raw<'_>, start: LocalTime) -> Result<u32, RecordError> {
    let length = match (clock(&raw.end_time, "endTime"), raw.duration.number()) {
        (Ok(end), _) => end.0 - start.0,
        (Err(_), Some(ms)) => whole((ms / 1000.0).floor()).unwrap_or(-1),
        (Err(bad), None) => return Err(bad),
    };
    span(length)
}

/// A length that a log can have.
pub fn span(seconds: i64) -> Result<u32, RecordError> {
    let sound = u32::try_from(seconds).ok();
    let sound = sound.filter(|_| (1..=LONGEST).contains(&seconds));
    sound.ok_or_else(|| {
        let what = format!("the sleep lasts {seconds} s from start to end");
        RecordError::new(Reject::BadInterval, what, "1 s to 2 days")
    })
}

/// Whole minutes of a sum.
fn minutes(field: &Scalar<'_>, name: &str) -> Result<Option<u32>, RecordError> {
    field.optional(name)?.map(|n| sum(n, name)).transpose()
}

/// A number of minutes that a log can have.
pub fn sum(number: f64, name: &str) -> Result<u32, RecordError> {
    count(number, LONGEST_MINUTES).or_value(name, number, "whole minutes from 0 to 2880")
}

/// The minutes of levels together; `None` where no level has any.
fn total(levels: &[&Object<Sum<'_>>]) -> Result<Option<u32>, RecordError> {
    let told = levels.iter().filter_map(|l| level_minutes(l).transpose());
    Ok(told
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .reduce(|a, b| a + b))
}

fn level_minutes(level: &Object<Sum<'_>>) -> Result<Option<u32>, RecordError> {
    let sum = level.0.as_ref();
    sum.map_or(Ok(None), |s| minutes(&s.minutes, "levels.summary"))
}

fn summary(sums: &Summary<'_>, kind: SleepKind) -> Result<SleepSummary, RecordError> {
    if kind == SleepKind::Classic {
        return Ok(SleepSummary::default());
    }
    Ok(SleepSummary {
        deep: level_minutes(&sums.deep)?,
        light: level_minutes(&sums.light)?,
        rem: level_minutes(&sums.rem)?,
        wake: level_minutes(&sums.wake)?,
    })
}

/// The hypnogram; `None` where the log tells none.
fn stages(
    raw: &Raw<'_>,
    start: LocalTime,
    night: &Night,
) -> Result<Option<Vec<SleepStage>>, RecordError> {
    let Some(levels) = &raw.levels.0 else {
        return Ok(None);
    };
    let stretches = |list: Option<&RawValue>| -> Result<Vec<Stretch>, RecordError> {
        let pieces: Vec<Piece<'_>> = list.map(objects).transpose()?.unwrap_or_default();
        pieces
            .iter()
            .map(|p| stretch(p, start, night.kind))
            .collect()
    };
    let (data, over) = (stretches(levels.data)?, stretches(levels.short_data)?);
    Ok((!data.is_empty()).then(|| lay_out(night.seconds, &data, &over)))
}

fn stretch(piece: &Piece<'_>, start: LocalTime, kind: SleepKind) -> Result<Stretch, RecordError> {
    // A word that is no level costs its stretch, and gap() tells how much that is.
    let level = level(piece.level.text("level")?, kind).unwrap_or(SleepLevel::Unmeasured);
    let from = clock(&piece.date_time, "dateTime")?.0 - start.0;
    let number = piece.seconds.required("seconds")?;
    let seconds = whole(number).filter(|n| (0..=LONGEST).contains(n));
    let to = from + seconds.or_value("seconds", number, "0 to 172800")?;
    Ok(Stretch { level, from, to })
}

/// Says how much of its log the stages cover, where that is not all.
fn gap(night: &Night) -> Option<String> {
    let (covered, whole) = (measured(&night.stages), night.seconds);
    let is_short = covered.saturating_add(SLACK) < whole;
    is_short.then(|| format!("the stages cover only {covered} s of {whole} s"))
}

#[cfg(test)]
mod tests;
