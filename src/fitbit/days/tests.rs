//! Tests of `fitbit::days`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::fitbit::Settings;
use crate::fitbit::testing::{read_as, run};
use crate::model::records::Stamp;
use crate::model::{Instant, LocalDate, Reject};

fn rhr(e: &Entry<'_>, labels: Labels, r: &mut Records, t: &mut Tally) {
    let table = DayTable {
        time: ("timestamp", labels),
        needed: &["bpm"],
        metric: Metric::RestingHeartRate,
        field: "bpm",
        number: |row| row.measured("bpm", &[0.0]),
        none: Skip::Sentinel,
    };
    super::read(e, r, t, &table);
}

fn google(e: &Entry<'_>, _: &Settings, r: &mut Records, t: &mut Tally) {
    rhr(e, Labels::Google, r, t);
}

fn local(e: &Entry<'_>, _: &Settings, r: &mut Records, t: &mut Tally) {
    rhr(e, Labels::Local, r, t);
}

#[test]
fn midnight_and_noon_are_labels_and_other_times_are_instants() {
    let text = "timestamp,bpm\n2026-06-10T00:00:00Z,50\n2026-06-10T12:00:00Z,50\n2026-06-10,50\n\
        2026-06-10T22:01:13Z,50\n2026-06-10T22:01:13+08:00,50\n";
    let (records, tally) = run(google, "x.csv", text);
    let day = DateLabel::Date(LocalDate::from_ymd(2026, 6, 10).unwrap());
    let labels: Vec<_> = records.daily.iter().map(|d| d.date).collect();
    let at = DateLabel::At(Instant(1_781_128_873));
    assert_eq!(labels, [day, day, day, at, day]);
    assert!(!tally.is_partial());
}

#[test]
fn a_false_z_does_not_move_a_local_label() {
    let text = "timestamp,bpm\n2024-01-11T06:40:30Z,50\n";
    let (records, _) = run(local, "x.csv", text);
    let day = LocalDate::from_ymd(2024, 1, 11).unwrap();
    assert_eq!(records.daily.first().unwrap().date, DateLabel::Date(day));
}

#[test]
fn a_number_out_of_bounds_names_field_and_bounds() {
    let (_, tally) = run(local, "x.csv", "timestamp,bpm\n2024-01-11,500\n");
    let finding = tally.findings.first().unwrap();
    assert_eq!(
        (finding.what.as_str(), finding.expected.as_str()),
        ("bpm is 500", "20 to 250 bpm")
    );
    assert_eq!(finding.reject, Some(Reject::BadValue));
}

#[test]
fn a_stress_row_that_says_it_has_no_score_has_none() {
    let text = "DATE,UPDATED_AT,STRESS_SCORE,STATUS,CALCULATION_FAILED\n\
        2024-01-12T00:00:00,2024-01-12T17:07:49.634,79,READY_NOT_PREMIUM,false\n\
        2024-01-13T00:00:00,x,79,NO_DATA,false\n2024-01-14T00:00:00,x,79,READY,true\n\
        2024-01-15T00:00:00,x,0,READY,false\n2024-01-16T00:00:00,x,179,READY,false\n";
    let (records, tally) = read_as("Stress Score.csv", text);
    assert!(matches!(records.daily.as_slice(), [d] if d.value == 79.0));
    assert_eq!(tally.skipped.get(&Skip::NoData), Some(&3));
    assert_eq!(tally.rejected_total(), 1);
}

const COMPUTED: &str = "type,sleep_start,sleep_end,temperature_samples,nightly_temperature,baseline_relative_sample_sum\n";

#[test]
fn a_night_without_a_baseline_is_a_sentinel() {
    let text = format!(
        "{COMPUTED}IDT,2026-06-10T22:13,2026-06-11T05:41:30,444,33.336,NaN\nSKIN,2026-06-11T22:13,2026-06-12T05:41,400,33.3,-100\n"
    );
    let (records, tally) = read_as("Computed Temperature - 2026-06-01.csv", &text);
    let date = LocalDate::from_ymd(2026, 6, 12).map(DateLabel::Date);
    assert!(matches!(records.daily.as_slice(), [d] if d.value == -0.25 && Some(d.date) == date));
    assert_eq!(tally.skipped.get(&Skip::Sentinel), Some(&1));
}

#[test]
fn google_tells_both_temperatures_and_no_baseline_as_zero() {
    let text = "timestamp,nightly temperature celsius,baseline temperature celsius\n2026-06-11,33.5,33.25\n2026-06-12,33.5,0.0\n";
    let (records, tally) = read_as("daily_sleep_temperature_derivations.csv", text);
    assert!(matches!(records.daily.as_slice(), [d] if d.value == 0.25));
    assert_eq!(tally.skipped_total(), 1);
}

#[test]
fn minutes_are_local_and_absolute_temperatures_are_refused() {
    let text = "recorded_time,temperature,sensor_type\n2026-06-10T22:13,-0.4,UNKNOWN\n2026-06-10T22:14,33.1,UNKNOWN\n";
    let (records, tally) = read_as("Device Temperature - 2026-06-01.csv", text);
    assert!(
        matches!(records.temperature_deviation[0].rows.as_slice(), [r] if matches!(r.at, Stamp::Local(_)))
    );
    assert_eq!(tally.rejected_total(), 1);
}
