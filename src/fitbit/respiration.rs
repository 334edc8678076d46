//! Respiratory rate of nights from the tables that tell it by stage.
//!
//! **Shape.** A rate per stage of sleep, of which the one of the full sleep is taken: `Respiratory Rate
//! Summary - DATE.csv` and `respiratory_rate_sleep_summary_DATE.csv` of GoogleData. **Time.** Takeout's
//! summary is local; GoogleData's is UTC where it names the source of a row, else local behind a false `Z`.
//! **Units.** Breaths per minute. The header of `respiratory_rate_sleep_summary` says milli-breaths, but
//! all values seen are plain; a number of 200 or more, which nobody breathes, is taken as milli. Empty,
//! `NaN`, 0 and -1 mean "none". **Errors.** An implausible stamp, a number that is none or lies outside 3
//! to 80 breaths/min, a table without a column for the full sleep. **Source.** GoogleData's header is from
//! an archive of 2026; the exact header of Takeout's summary is not public, both spellings that other
//! readers accept are accepted. Knows nothing of sleep logs.

use super::reading::{each_sourced, keep_by_device};
use super::record_error::{OrError as _, RecordError};
use super::table::{NONE, Row};
use super::{Entry, Settings};
use crate::model::records::Reading;
use crate::model::units::BreathsPerMinute;
use crate::model::{Records, Skip, Tally};

/// The names of the column of the full sleep, whichever the table has.
const FULL_SLEEP: [&str; 3] = [
    "full sleep stats - milli breaths per minute",
    "full_sleep_breathing_rate",
    "full_breathing_rate",
];
/// From here on a number must be milli-breaths.
const MILLI: f64 = 200.0;

pub fn read_summary(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_sourced(entry, tally, &["timestamp"], |row, provider| {
        let (at, rate) = (row.sleep_stamp("timestamp")?, full_sleep(&row)?);
        let (at, rate) = at.zip(rate).ok_or(Skip::Sentinel)?;
        let value = BreathsPerMinute::new(rate)?;
        keep_by_device(
            &mut records.respiration,
            entry.id,
            &provider,
            Reading { at, value },
        );
        Ok(())
    });
}

/// The rate of the full sleep in breaths per minute, or `None` where it was not measured.
fn full_sleep(row: &Row<'_>) -> Result<Option<f64>, RecordError> {
    let column = FULL_SLEEP.into_iter().find(|c| row.has(c));
    let rate = row.measured(column.or_missing("the rate of the full sleep")?, NONE)?;
    Ok(rate.map(|n| if n >= MILLI { n / 1000.0 } else { n }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::run;

    const GOOGLE: &str = "timestamp,deep sleep stats - milli breaths per minute,full sleep stats - milli breaths per minute,data source\n";

    fn rate(row: &str) -> Option<f64> {
        let (records, _) = run(read_summary, "x.csv", &format!("{GOOGLE}{row}\n"));
        let block = records.respiration.first()?;
        block.rows.first().map(|r| r.value.get())
    }

    #[test]
    fn the_header_says_milli_and_the_magnitude_decides() {
        assert_eq!(
            rate("2024-05-01T06:17:00Z,15.2,15.8,Pixel Watch"),
            Some(15.8)
        );
        assert_eq!(
            rate("2024-05-01T06:17:00Z,-1.0,15800,Pixel Watch"),
            Some(15.8)
        );
        assert_eq!(rate("2024-05-01T06:17:00Z,15.2,-1.0,Pixel Watch"), None);
    }

    #[test]
    fn a_summary_without_the_full_sleep_is_no_sentinel() {
        let (_, tally) = run(
            read_summary,
            "x.csv",
            "timestamp,rate\n2024-05-01T06:17:00,15\n",
        );
        assert_eq!((tally.rejected_total(), tally.skipped_total()), (1, 0));
    }
}
