//! Blood oxygen: readings of single minutes and averages of nights.
//!
//! Knows nothing of `estimated_oxygen_variation`, which is a ratio of raw light signals and no
//! blood oxygen; its row leaves it unread.
//!
//! # Shape
//! Four tables: `Minute SpO2 - DATE.csv` (`timestamp,value`), `Daily SpO2 - START-END.csv`
//! (`timestamp,average_value,lower_bound,upper_bound`), `oxygen_saturation_DATE.csv` and
//! `daily_oxygen_saturation.csv` of GoogleData.
//!
//! # Time
//! Minutes are UTC. Daily rows are labels of the local date.
//!
//! # Units
//! Percent. 50.0 is written where a minute could not be measured (some 15 % of them); empty, `NaN`,
//! 0 and -1 mean "none" too.
//!
//! # Errors
//! A stamp that cannot be meant, a number that is none or lies outside 1 to 100 %.
//!
//! # Source
//! Headers as seen in Takeout archives of 2023 to 2026.

use super::days::{DayTable, Labels, read_days};
use super::reading::{Series, read_series};
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::units::Percent;
use crate::model::{Records, Tally};

/// The numbers that stand for a failed measurement.
const FAILED: &[f64] = &[50.0, 0.0, -1.0];

/// Reads `Minute SpO2 - DATE.csv`.
pub fn read_minutes(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    minutes(entry, records, tally, "value");
}

/// Reads `oxygen_saturation_DATE.csv`.
pub fn read_google(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    minutes(entry, records, tally, "oxygen saturation percentage");
}

/// Reads `Daily SpO2 - START-END.csv`.
pub fn read_daily(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    nights(entry, records, tally, Labels::Local, "average_value");
}

/// Reads `daily_oxygen_saturation.csv`.
pub fn read_google_daily(
    entry: &Entry<'_>,
    _: &Settings,
    records: &mut Records,
    tally: &mut Tally,
) {
    nights(entry, records, tally, Labels::Google, "average percentage");
}

fn minutes(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, value: &'static str) {
    let series = Series {
        time: "timestamp",
        in_sleep: false,
        value,
        absent: FAILED,
        quantity: Percent::new,
    };
    read_series(entry, tally, &series, &mut records.spo2);
}

fn nights(
    entry: &Entry<'_>,
    records: &mut Records,
    tally: &mut Tally,
    labels: Labels,
    value: &'static str,
) {
    let table = DayTable {
        time: "timestamp",
        labels,
        value,
        absent: FAILED,
        metric: Metric::Spo2Average,
    };
    read_days(entry, records, tally, &table);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::fitbit::reading::tests::run;
    use crate::model::{Reject, Skip};

    #[test]
    fn fifty_percent_is_no_measurement() {
        let text = "timestamp,value\n2024-02-22T07:00:00Z,50.0\n2024-02-22T07:01:00Z,95\n2024-02-22T07:02:00Z,101\n";
        let (records, tally) = run(read_minutes, "x.csv", text);
        assert!(matches!(records.spo2[0].rows.as_slice(), [r] if r.value.get() == 95.0));
        assert_eq!(tally.skipped.get(&Skip::Sentinel), Some(&1));
        assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&1));
    }

    #[test]
    fn both_daily_tables_give_the_average() {
        let takeout = "timestamp,average_value,lower_bound,upper_bound\n2024-01-11T00:00:00Z,96.5,93.0,99.9\n";
        let google = "timestamp,average percentage,lower bound percentage,baseline percentage,data source\n2026-01-11T12:00:00Z,96.5,94,0.0,Pixel Watch\n";
        for (read, text) in [
            (read_daily as crate::fitbit::Read, takeout),
            (read_google_daily, google),
        ] {
            let (records, _) = run(read, "x.csv", text);
            assert!(
                matches!(records.daily.as_slice(), [d] if d.value == 96.5),
                "{text}"
            );
        }
    }
}
