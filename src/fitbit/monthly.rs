//! The monthly CSV of fitbit.com: several tables in one file, in the units and dates of the locale.
//!
//! Knows nothing of the other files, which tell the same days better; this one counts where they
//! are missing.
//!
//! **Shape.** `fitbit_export_YYYYMMDD.csv`: sections `Body`, `Foods`, `Activities`, `Sleep` and `Food Log
//! YYYYMMDD`, each a line with its name (older files: with commas behind), a header and rows; only
//! those that were ticked. Every field is quoted, thousands carry commas, `N/A` means "none". **Time.**
//! Local dates and local times, in the order of the account's locale, see [`super::locale_date`].
//! Of a sleep the end is trusted: a start that does not precede it by at most a day is replaced by
//! the end minus the minutes asleep and awake. **Units.** Numbers are as 1,234.5, or as 1.234,5 where that
//! alone fits all of the file; a count with a fraction is never cut. Units are those that the account
//! displayed; the file does not name them. Weights wait for the check by BMI or for the user's word;
//! distances are kilometres unless the user says miles. **Errors.** An implausible date or time, or one
//! whose order nothing shows, a number that is none or that its quantity cannot have. A file in another
//! language is refused as a whole. **Source.** Section names, headers and styles as other readers of this
//! file describe and test them.

use std::sync::Arc;

use super::days::value;
use super::json::{text, whole};
use super::locale_date::{EXPECTED, Evidence, Order, Written, at, date, moment};
use super::monthly_table::{Line, Section, Style, Styles, each_line};
use super::name::Name;
use super::record_error::{OrError as _, RecordError, shorten};
use super::sleep::sum;
use super::weight::weight;
use super::{Entry, Settings};
use crate::model::checked::Night;
use crate::model::metrics::Metric;
use crate::model::records::{
    DateLabel, Origin, Provider, Rank, SleepKind, SleepLog, SleepSummary, Stamp, WeighIn,
};
use crate::model::time::DAY;
use crate::model::units::{Bmi, METRES_PER_MILE, Percent};
use crate::model::{LocalDate, LocalTime, Position, Records, Reject, Skip, Tally};

pub fn read(entry: &Entry<'_>, settings: &Settings, records: &mut Records, tally: &mut Tally) {
    let Some(text) = text(entry, tally) else {
        return;
    };
    let (evidence, style) = match evidence(entry, &text) {
        Ok(found) => found,
        Err(bad) => return bad.fail(entry.id, tally),
    };
    let context = Context {
        settings: *settings,
        order: evidence.order(),
        provider: Provider {
            rank: Rank::Monthly,
            name: Arc::from(""),
        },
    };
    drop(evidence);
    let mut has_distance = false;
    let walked = each_line(entry, &text, style, |section, position, line| {
        tally.record();
        let origin = entry.origin(position);
        let read = match section {
            Section::Body => context.body(line, origin, records),
            Section::Activities => {
                has_distance |= matches!(line.number("distance"), Ok(Some(n)) if n > 0.0);
                context.activities(line, origin, records)
            }
            Section::Sleep => context.sleep(line, origin, records, tally),
            Section::Foods => Err(Skip::NoOutput.into()),
        };
        if let Err(bad) = read {
            bad.book(entry.id, Position::Line(u64::from(position)), tally);
        }
    });
    if let Err(bad) = walked {
        bad.fail(entry.id, tally);
    }
    if has_distance && settings.imperial.is_none() {
        let text = "the file does not name the unit of its distances: taken as kilometres";
        tally.remark(entry.id, Position::Entry, text);
    }
}

/// The date in the file name: the day of the export.
fn exported(name: &Name<'_>) -> Option<LocalDate> {
    let digits = name.after("fitbit_export", &['_'], ".csv")?.get(..8)?;
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?);
    let date = LocalDate::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.filter(|d| d.is_plausible())
}

/// All dates of the file, and how it writes its numbers.
fn evidence(entry: &Entry<'_>, text: &str) -> Result<(Evidence, Style), RecordError> {
    let mut styles = Styles::default();
    let mut all = Evidence {
        exported: exported(&entry.name),
        ..Evidence::default()
    };
    each_line(entry, text, Style::Point, |section, _, line| {
        styles.see(section, line);
        let day = |column| line.get(column).and_then(date);
        let stamp = |column| line.get(column).and_then(moment).map(|(date, _)| date);
        match section {
            Section::Body | Section::Activities => all.dates.extend(day("date")),
            Section::Sleep => {
                let (start, end) = (stamp("start time"), stamp("end time"));
                all.dates.extend(start.into_iter().chain(end));
                all.pairs.extend(start.zip(end));
            }
            Section::Foods => {}
        }
    })?;
    Ok((all, styles.found()))
}

/// What holds for all rows of a file.
struct Context {
    settings: Settings,
    /// The order of the dates, where the file shows it.
    order: Option<Order>,
    provider: Provider,
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

type Answer = Result<(), RecordError>;

impl Context {
    fn body(&self, line: Line<'_>, origin: Origin, records: &mut Records) -> Answer {
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

    fn activities(&self, line: Line<'_>, origin: Origin, records: &mut Records) -> Answer {
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

    /// A sum that exceeds the sleep itself is left out, with a remark.
    fn sleep(
        &self,
        line: Line<'_>,
        origin: Origin,
        records: &mut Records,
        tally: &mut Tally,
    ) -> Answer {
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

#[cfg(test)]
mod tests;
