//! Body fat that stands in a file of its own.
//!
//! Knows nothing of weigh-ins; which of them a reading belongs to is settled later.
//!
//! # Shape
//! `body_fat_DATE.csv` of GoogleData: `timestamp,body fat percentage,data source`.
//!
//! # Time
//! An instant in UTC (one reader of such files holds it for local time behind a false `Z`; nothing
//! that we know of decides it).
//!
//! # Units
//! Percent. Empty, `NaN`, 0 and -1 mean "none".
//!
//! # Errors
//! A stamp that cannot be meant, a number that is none or lies outside 1 to 100 %.
//!
//! # Source
//! Header as seen in archives of 2025 and 2026.

use super::reading::{NONE, Series, read_series};
use super::{Entry, Settings};
use crate::model::units::Percent;
use crate::model::{Records, Tally};

/// Reads `body_fat_DATE.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let series = Series {
        time: "timestamp",
        value: "body fat percentage",
        absent: NONE,
        quantity: Percent::new,
    };
    read_series(entry, tally, &series, &mut records.body_fat);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::reading::tests::run;

    #[test]
    fn a_reading_of_zero_is_none() {
        let text = "timestamp,body fat percentage,data source\n2026-07-26T10:12:44Z,18.2,Fitbit App\n2026-07-27T10:12:44Z,0.0,Fitbit App\n";
        let (records, tally) = run(read, "x.csv", text);
        assert!(matches!(records.body_fat.as_slice(), [r] if r.value.get() == 18.2));
        assert_eq!(tally.skipped_total(), 1);
    }
}
