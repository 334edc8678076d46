//! The rows of the monthly CSV: a weigh-in, the totals of a day, a sleep.
//!
//! Knows nothing of how the file is cut.

use super::Settings;
use super::days::value;
use super::json::whole;
use super::locale_date::{EXPECTED, Order, Written, at, date, moment};
use super::monthly_table::Line;
use super::record_error::{RecordError, shorten};
use super::sleep::sum;
use super::weight::weight;
use crate::model::checked::Night;
use crate::model::metrics::Metric;
use crate::model::records::{
    DailyValue, DateLabel, Origin, Provider, SleepKind, SleepLog, SleepSummary, Stamp, WeighIn,
};
use crate::model::time::DAY;
use crate::model::units::{Bmi, METRES_PER_MILE, Percent};
use crate::model::{LocalDate, LocalTime, Position, Records, Reject, Skip, Tally};

/// What holds for all rows of a file.
#[derive(Clone, Debug)]
pub struct Context {
    /// The user's word on units.
    pub settings: Settings,
    /// The order of the dates, where the file shows it.
    pub order: Option<Order>,
    /// Who tells the rows.
    pub provider: Provider,
}

/// The columns of `Activities` that hold a number, with what it measures.
const ACTIVITIES: [(&str, Metric); 9] = [
    ("calories burned", Metric::Calories),
    ("steps", Metric::Steps),
    ("distance", Metric::Distance),
    ("floors", Metric::Floors),
    ("minutes sedentary", Metric::SedentaryMinutes),
    ("minutes lightly active", Metric::LightlyActiveMinutes),
    ("minutes fairly active", Metric::ModeratelyActiveMinutes),
    ("minutes very active", Metric::VeryActiveMinutes),
    ("activity calories", Metric::ActivityCalories),
];

/// Reads a row of `Body`.
pub fn read_body(
    context: &Context,
    line: Line<'_>,
    origin: Origin,
    records: &mut Records,
) -> Result<(), RecordError> {
    let date = date_of(line, "date", context.order)?;
    let present = |column| line.number(column).map(|n| n.filter(|n| *n != 0.0));
    let number = present("weight")?.ok_or(Skip::NoData)?;
    records.weights.push(WeighIn {
        origin,
        at: Stamp::Local(date.midnight()),
        date_only: true,
        weight: weight(number, context.settings.weight_unit)?,
        bmi: present("bmi")?.map(Bmi::new).transpose()?,
        fat: present("fat")?.map(Percent::new).transpose()?,
        provider: context.provider.clone(),
    });
    Ok(())
}

/// Reads a row of `Activities`.
pub fn read_activities(
    context: &Context,
    line: Line<'_>,
    origin: Origin,
    records: &mut Records,
) -> Result<(), RecordError> {
    let date = DateLabel::Date(date_of(line, "date", context.order)?);
    let mut day: Vec<DailyValue> = Vec::new();
    for (column, metric) in ACTIVITIES {
        let number = match metric {
            Metric::Distance => line.number(column)?,
            _ => line.count(column)?,
        };
        if let Some(number) = number {
            let unit = match (metric, context.settings.imperial) {
                (Metric::Distance, Some(true)) => METRES_PER_MILE,
                (Metric::Distance, _) => 1000.0,
                _ => 1.0,
            };
            let by = (origin, context.provider.clone());
            day.push(value(by, date, metric, column, number * unit)?);
        }
    }
    if day.is_empty() {
        return Err(Skip::NoData.into());
    }
    records.daily.append(&mut day);
    Ok(())
}

/// Reads a row of `Sleep`. A sum that exceeds the sleep itself is left out, with a remark.
pub fn read_sleep(
    context: &Context,
    line: Line<'_>,
    origin: Origin,
    records: &mut Records,
    tally: &mut Tally,
) -> Result<(), RecordError> {
    let end = time_of(line, "end time", context.order)?;
    let start = time_of(line, "start time", context.order);
    let told = |column| line.number(column).map(Option::unwrap_or_default);
    let minutes = told("minutes asleep")? + told("minutes awake")?;
    let seconds = seconds(start, end, minutes)?;
    let mut sum_of = |column| within(seconds, line, column, origin, tally);
    let (asleep, awake) = (sum_of("minutes asleep")?, sum_of("minutes awake")?);
    let summary = SleepSummary {
        deep: sum_of("minutes deep sleep")?,
        light: sum_of("minutes light sleep")?,
        rem: sum_of("minutes rem sleep")?,
        wake: None,
    };
    let staged = summary != SleepSummary::default();
    records.sleep.push(SleepLog {
        origin,
        date_of_sleep: Some(end.date()),
        start: Stamp::Local(end.plus(-i64::from(seconds))),
        start_offset: None,
        night: Night {
            log_id: u64::try_from(end.0).unwrap_or(0),
            seconds,
            kind: if staged {
                SleepKind::Stages
            } else {
                SleepKind::Classic
            },
            minutes_asleep: asleep,
            minutes_awake: awake,
            summary: SleepSummary {
                wake: awake.filter(|_| staged),
                ..summary
            },
            ..Night::default()
        },
        algorithm: None,
        provider: context.provider.clone(),
    });
    Ok(())
}

/// The minutes in a column, unless they exceed the sleep that they are part of.
fn within(
    seconds: u32,
    line: Line<'_>,
    column: &str,
    origin: Origin,
    tally: &mut Tally,
) -> Result<Option<u32>, RecordError> {
    let Some(number) = line.number(column)? else {
        return Ok(None);
    };
    if number * 60.0 >= f64::from(seconds + 60) {
        let text = format!("{column} is {number} in a sleep of {seconds} s: left out");
        let position = Position::Line(u64::from(origin.position));
        tally.remark(origin.entry, position, text);
        return Ok(None);
    }
    sum(number, column).map(Some)
}

/// The length of a sleep: from its start, or, where that is implausible, its minutes.
fn seconds(
    start: Result<LocalTime, RecordError>,
    end: LocalTime,
    minutes: f64,
) -> Result<u32, RecordError> {
    let told = start.ok().map(|start| end.0 - start.0);
    let summed = whole(minutes).map(|m| m.saturating_mul(60));
    let sound = |s: &i64| (1..=DAY).contains(s);
    let length = told.filter(sound).or(summed.filter(sound));
    length.and_then(|s| u32::try_from(s).ok()).ok_or_else(|| {
        let what = format!("the sleep that ends {end} has no start");
        RecordError::new(Reject::BadInterval, what, "a start at most a day before")
    })
}

/// The date in a column.
fn date_of(line: Line<'_>, column: &str, order: Option<Order>) -> Result<LocalDate, RecordError> {
    let text = line.need(column)?;
    let written = date(text).ok_or_else(|| bad_date(column, text, EXPECTED))?;
    let order = order_for(written, order).ok_or_else(|| ambiguous(column, text))?;
    written
        .under(order)
        .ok_or_else(|| bad_date(column, text, EXPECTED))
}

/// The time in a column.
fn time_of(line: Line<'_>, column: &str, order: Option<Order>) -> Result<LocalTime, RecordError> {
    const STYLE: &str = "a time such as 2021-08-01 11:05PM";
    let text = line.need(column)?;
    let written = moment(text).ok_or_else(|| bad_date(column, text, STYLE))?;
    let order = order_for(written.0, order).ok_or_else(|| ambiguous(column, text))?;
    at(written, order).ok_or_else(|| bad_date(column, text, STYLE))
}

/// The order of the file; where nothing shows it, any order does for a date that needs none.
fn order_for(written: Written, order: Option<Order>) -> Option<Order> {
    order.or_else(|| written.is_settled().then_some(Order::DayFirst))
}

/// The finding for a date whose month cannot be told.
fn ambiguous(column: &str, text: &str) -> RecordError {
    let text = shorten(text);
    RecordError::new(
        Reject::BadDate,
        format!("{column} is {text:?}, and nothing in the file says which number is the month"),
        "dates that settle it, or with the year first",
    )
}

/// The finding for an implausible date: nothing pads this file.
fn bad_date(column: &str, text: &str, expected: &str) -> RecordError {
    RecordError {
        skip: None,
        ..RecordError::date(column, text, expected)
    }
}
