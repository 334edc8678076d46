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

use super::json::text;
use super::locale_date::{Evidence, date, moment};
use super::monthly_rows::Context;
use super::monthly_table::{Section, Style, Styles, each_line};
use super::name::Name;
use super::record_error::RecordError;
use super::{Entry, Settings};
use crate::model::records::{Provider, Rank};
use crate::model::{LocalDate, Position, Records, Skip, Tally};

/// Reads `fitbit_export_YYYYMMDD.csv`.
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

#[cfg(test)]
mod tests;
