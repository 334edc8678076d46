//! Heart-rate variability: RMSSD of five-minute windows and of whole nights.
//!
//! Knows nothing of sleep logs: which night a window belongs to is settled later.
//!
//! # Shape
//! Four tables: `Heart Rate Variability Details - DATE.csv` (`timestamp,rmssd,coverage,
//! low_frequency,high_frequency`, a row per five minutes of sleep), `Daily Heart Rate Variability
//! Summary - DATE.csv` (`timestamp,rmssd,nremhr,entropy`, also named `… - 2020-11-(15).csv`),
//! `heart_rate_variability_DATE.csv` and `daily_heart_rate_variability.csv` of GoogleData. The
//! histogram repeats the details in buckets and is left unread.
//!
//! # Time
//! Details are local, without a zone; the summary's stamp is a label of the local date, sometimes
//! the end of the sleep. GoogleData is UTC, but in exports that name no source of a row its `Z` is
//! false and the time local; its daily table labels local dates.
//!
//! # Units
//! Milliseconds. Empty, `NaN`, 0 and -1 mean "none".
//!
//! # Errors
//! A stamp that cannot be meant, a number that is none or lies outside 1 to 500 ms.
//!
//! # Source
//! Headers as seen in Takeout archives of 2023 to 2026.

use super::days::{DayTable, Labels, read_days};
use super::reading::{NONE, Series, read_series};
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::units::Milliseconds;
use crate::model::{Records, Tally};

/// Reads `Heart Rate Variability Details - DATE.csv`.
pub fn read_details(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    windows(entry, records, tally, "rmssd");
}

/// Reads `heart_rate_variability_DATE.csv`.
pub fn read_google(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let column = "root mean square of successive differences milliseconds";
    windows(entry, records, tally, column);
}

/// Reads `Daily Heart Rate Variability Summary - DATE.csv`.
pub fn read_summary(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    nights(entry, records, tally, Labels::Local, "rmssd");
}

/// Reads `daily_heart_rate_variability.csv`.
pub fn read_google_daily(
    entry: &Entry<'_>,
    _: &Settings,
    records: &mut Records,
    tally: &mut Tally,
) {
    let column = "average heart rate variability milliseconds";
    nights(entry, records, tally, Labels::Google, column);
}

fn windows(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, value: &'static str) {
    let series = Series {
        time: "timestamp",
        in_sleep: true,
        value,
        absent: NONE,
        quantity: Milliseconds::new,
    };
    read_series(entry, tally, &series, &mut records.hrv);
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
        absent: NONE,
        metric: Metric::HrvRmssd,
    };
    read_days(entry, records, tally, &table);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::fitbit::reading::tests::run;
    use crate::model::records::{DateLabel, Stamp};
    use crate::model::{LocalTime, Skip};

    #[test]
    fn details_are_local_and_google_is_utc_where_it_names_its_source() {
        let text = "timestamp,rmssd,coverage,low_frequency,high_frequency\n2024-02-22T03:00:00,40,0.9,100,200\n";
        let (details, _) = run(read_details, "x.csv", text);
        assert!(
            matches!(details.hrv[0].rows.first(), Some(r) if r.at == Stamp::Local(LocalTime(1_708_570_800)) && r.value.get() == 40.0)
        );
        let text = "timestamp,root mean square of successive differences milliseconds,standard deviation milliseconds{},data source\n2026-02-22T03:00:00.096Z,40.5,9,Versa 4\n";
        let (google, _) = run(read_google, "x.csv", &text.replace("{}", ""));
        assert!(matches!(google.hrv[0].rows.first(), Some(r) if matches!(r.at, Stamp::Utc(_))));
        let (google, _) = run(read_google, "x.csv", &text.replace("{},data source", ""));
        assert!(matches!(google.hrv[0].rows.first(), Some(r) if matches!(r.at, Stamp::Local(_))));
    }

    #[test]
    fn the_summary_is_labelled_by_date_and_may_have_blanks() {
        let text = "timestamp,rmssd,nremhr,entropy\n2024-01-11T06:31:00,47.5,54.2,2.9\n2024-01-12T00:00:00,,,\n";
        let (records, tally) = run(read_summary, "x.csv", text);
        assert!(
            matches!(records.daily.as_slice(), [d] if matches!(d.date, DateLabel::Date(_)) && d.value == 47.5)
        );
        assert_eq!(tally.skipped.get(&Skip::Sentinel), Some(&1));
    }

    #[test]
    fn the_daily_table_of_google_names_its_column_differently() {
        let text = "timestamp,average heart rate variability milliseconds,non rem heart rate beats per minute,entropy\n2026-01-11T00:00:00Z,47.5,54.2,2.9\n";
        assert_eq!(run(read_google_daily, "x.csv", text).0.daily.len(), 1);
    }
}
