//! The rows of the monthly CSV: a weigh-in, the totals of a day, a sleep.
//!
//! Knows nothing of how the file is cut.

use super::Settings;
use super::days::value;
use super::json::whole;
use super::locale_date::{EXPECTED, Order, Written, at, date, moment};
use super::monthly_table::Line;
use super::record_error::{OrError as _, RecordError, shorten};
use super::sleep::sum;
use super::weight::weight;
use crate::model::checked::Night;
use crate::model::metrics::Metric;
use crate::model::records::{
    DateLabel, Origin, Provider, SleepKind, SleepLog, SleepSummary, Stamp, WeighIn,
};
use crate::model::time::DAY;
use crate::model::units::{Bmi, METRES_PER_MILE, Percent};
use crate::model::{LocalDate, LocalTime, Position, Records, Reject, Skip, Tally};

/// What holds for all rows of a file.
#[derive(Clone, Debug)]
pub struct Context {
    pub settings: Settings,
    /// The order of the dates, where the file shows it.
    pub order: Option<Order>,
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
/// What is expected of a time, for findings.
const TIME_EXPECTED: &str = "a time such as 2021-08-01 11:05PM";

type Read = Result<(), RecordError>;

impl Context {
    /// Reads a row of `Body`.
    pub fn body(&self, line: Line<'_>, origin: Origin, records: &mut Records) -> Read {
        let date = self.date(line, "date")?;
        let present = |column| line.number(column).map(|n| n.filter(|n| *n != 0.0));
        let number = present("weight")?.ok_or(Skip::NoData)?;
        records.weights.push(WeighIn {
            origin,
            at: Stamp::Local(date.midnight()),
            date_only: true,
            weight: weight(number, self.settings.weight_unit)?,
            bmi: present("bmi")?.map(Bmi::new).transpose()?,
            fat: present("fat")?.map(Percent::new).transpose()?,
            provider: self.provider.clone(),
        });
        Ok(())
    }

    /// Reads a row of `Activities`.
    pub fn activities(&self, line: Line<'_>, origin: Origin, records: &mut Records) -> Read {
        let date = DateLabel::Date(self.date(line, "date")?);
        let mut day = Vec::new();
        for (column, metric) in ACTIVITIES {
            let (number, unit) = match (metric, self.settings.imperial) {
                (Metric::Distance, Some(true)) => (line.number(column)?, METRES_PER_MILE),
                (Metric::Distance, _) => (line.number(column)?, 1000.0),
                _ => (line.count(column)?, 1.0),
            };
            if let Some(number) = number {
                let by = (origin, self.provider.clone());
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
    pub fn sleep(
        &self,
        line: Line<'_>,
        origin: Origin,
        records: &mut Records,
        tally: &mut Tally,
    ) -> Read {
        let end = self.time(line, "end time")?;
        let start = self.time(line, "start time").ok();
        let told = |column| line.number(column).map(Option::unwrap_or_default);
        let minutes = told("minutes asleep")? + told("minutes awake")?;
        let seconds = seconds(start, end, minutes)?;
        let mut sum_of = |column| within(seconds, line, column, origin, tally);
        let (minutes_asleep, minutes_awake) = (sum_of("minutes asleep")?, sum_of("minutes awake")?);
        let mut summary = SleepSummary {
            deep: sum_of("minutes deep sleep")?,
            light: sum_of("minutes light sleep")?,
            rem: sum_of("minutes rem sleep")?,
            wake: None,
        };
        let mut kind = SleepKind::Classic;
        if summary != SleepSummary::default() {
            (kind, summary.wake) = (SleepKind::Stages, minutes_awake);
        }
        records.sleep.push(SleepLog {
            origin,
            date_of_sleep: Some(end.date()),
            start: Stamp::Local(end.plus(-i64::from(seconds))),
            start_offset: None,
            night: Night {
                log_id: u64::try_from(end.0).unwrap_or(0),
                seconds,
                kind,
                minutes_asleep,
                minutes_awake,
                summary,
                ..Night::default()
            },
            algorithm: None,
            provider: self.provider.clone(),
        });
        Ok(())
    }

    /// The date in a column.
    fn date(&self, line: Line<'_>, column: &str) -> Result<LocalDate, RecordError> {
        let text = line.need(column)?;
        let bad = || bad_date(column, text, EXPECTED);
        let written = date(text).or_error(bad)?;
        written
            .under(self.order(written, column, text)?)
            .ok_or_else(bad)
    }

    /// The time in a column.
    fn time(&self, line: Line<'_>, column: &str) -> Result<LocalTime, RecordError> {
        let text = line.need(column)?;
        let bad = || bad_date(column, text, TIME_EXPECTED);
        let written = moment(text).ok_or_else(bad)?;
        at(written, self.order(written.0, column, text)?).ok_or_else(bad)
    }

    /// The order of the file; where nothing shows it, any order does for a date that needs none.
    fn order(&self, written: Written, column: &str, text: &str) -> Result<Order, RecordError> {
        let any = written.is_settled().then_some(Order::DayFirst);
        self.order.or(any).ok_or_else(|| {
            let text = shorten(text);
            let what = format!(
                "{column} is {text:?}, and nothing in the file says which number is the month"
            );
            RecordError::new(
                Reject::BadDate,
                what,
                "dates that settle it, or with the year first",
            )
        })
    }
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
fn seconds(start: Option<LocalTime>, end: LocalTime, minutes: f64) -> Result<u32, RecordError> {
    let told = start.map(|start| end.0 - start.0);
    let summed = whole(minutes).map(|m| m.saturating_mul(60));
    let sound = |s: &i64| (1..=DAY).contains(s);
    let length = told.filter(sound).or(summed.filter(sound));
    length.and_then(|s| u32::try_from(s).ok()).ok_or_else(|| {
        let what = format!("the sleep that ends {end} has no start");
        RecordError::new(Reject::BadInterval, what, "a start at most a day before")
    })
}

/// The finding for an implausible date: nothing pads this file.
fn bad_date(column: &str, text: &str, expected: &str) -> RecordError {
    RecordError {
        skip: None,
        ..RecordError::date(column, text, expected)
    }
}
