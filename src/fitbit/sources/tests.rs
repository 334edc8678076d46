//! Tests of SOURCES: whose a name is, and what the tables of single columns give.
#![expect(clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::fitbit::owner;
use crate::fitbit::testing::read_as;
use crate::model::records::{DateLabel, Stamp};
use crate::model::{LocalTime, Reject, Skip};

/// Every owner of a name: there must not be two.
fn kinds(name: &str) -> Vec<&'static str> {
    let lower = name.to_lowercase();
    let name = Name::new(&lower);
    let owners = SOURCES.iter().filter(|s| (s.owns)(&name));
    owners.map(|s| s.kind).collect()
}

const LOOK_ALIKES: &[(&str, &str)] = &[
    (
        "Takeout/Fitbit/Global Export Data/sleep-2024-05-01.json",
        "sleep",
    ),
    ("MyFitbitData/Jane Doe/Sleep/sleep_score.csv", "sleep_score"),
    ("Takeout/Fitbit/Sleep/Sleep Profile.csv", "sleep_profile"),
    ("x/UserSleepStages_2026-05-01.csv", "user_sleep_stages"),
    ("x/UserSleepScores_2026-05-01.csv", "user_sleep_scores"),
    ("x/UserSleeps_2026-05-01.csv", "user_sleeps"),
    ("x/resting_heart_rate-2024-05-01.json", "resting_heart_rate"),
    (
        "x/Daily Resting Heart Rate/daily_resting_heart_rate.csv",
        "resting_heart_rate_csv",
    ),
    (
        "x/time_in_heart_rate_zones-2024-05-01.json",
        "time_in_heart_rate_zones",
    ),
    (
        "x/time_in_heart_rate_zone_2026-05-01.csv",
        "heart_rate_zones_csv",
    ),
    (
        "x/calories_in_heart_rate_zone_2026-05-01.csv",
        "calories_in_heart_rate_zone",
    ),
    ("x/calories_2026-05-01.csv", "calories_csv"),
    ("x/heart_rate_variability_2026-05-01.csv", "hrv_csv"),
    (
        "x/heart_rate_notification_2026-05-01.csv",
        "heart_rate_notifications",
    ),
    ("x/daily_heart_rate_variability.csv", "hrv_daily_csv"),
    (
        "x/Daily Heart Rate Variability Summary - 2020-11-(15).csv",
        "hrv_summary",
    ),
    (
        "x/Heart Rate Variability Histogram - 2024-05-01.csv",
        "hrv_histogram",
    ),
    ("x/Daily SpO2 - 2024-01-01-2024-03-31.csv", "spo2_daily"),
    ("x/Minute SpO2 - 2024-01-01.csv", "spo2_minutes"),
    (
        "x/estimated_oxygen_variation-2024-05-01.csv",
        "estimated_oxygen_variation",
    ),
    (
        "x/Daily Respiratory Rate Summary - 2024-05-01.csv",
        "respiratory_rate_daily",
    ),
    (
        "x/Respiratory Rate Summary - 2024-05-01.csv",
        "respiratory_rate_summary",
    ),
    (
        "x/respiratory_rate_sleep_summary_2024-05-01.csv",
        "respiratory_rate_summary",
    ),
    ("x/respiratory_rate_2024-05-01.csv", "respiratory_rate_csv"),
    ("x/body_temperature_2026-05-01.csv", "body_temperature"),
    (
        "x/Daily Readiness User Properties - 2024-05-01.csv",
        "readiness_properties",
    ),
    ("x/Daily Readiness Score - 2024-05-01.csv", "readiness"),
    ("x/demographic_vo2max.csv", "demographic_vo2_max_csv"),
    ("x/vo2_max.csv", "vo2_max_csv"),
    ("x/run_vo2max_2024-09-01.csv", "run_vo2_max_csv"),
    ("x/swim_lengths_data_2026-05-01.csv", "swim_lengths_csv"),
    ("x/cadence_2026-09-02.csv", "running_form"),
    ("x/ground_contact_time_2026-09-01.csv", "running_form"),
    ("x/WorkoutSummariesAndRounds.csv", "workout_summaries"),
    ("x/active_minutes_2026-05-01.csv", "active_minutes_csv"),
    ("fitbit_export_20210801 (1).csv", "monthly"),
    ("fitbit_export_20210801.xls", "monthly_xls"),
    ("x/Biometrics/Glucose 202401.csv", "glucose"),
    (
        "x/UserActivityProbabilities_2024-01-01.csv",
        "user_activity_probabilities",
    ),
    ("x/badge.json", "badges"),
    ("x/afib_ecg_reading_1602141306000.csv", "ecg"),
    ("x/afib_ppg_enrollment.csv", "afib_ppg"),
    (
        "x/Stress Journal/CEDA Data 2024-09-24.csv",
        "stress_journal",
    ),
    ("x/continuous_eda_2026-05-01.csv", "stress_journal"),
    ("x/environment_2026-05-01.csv", "environment"),
    ("x/nutrition_log_2026-05-01.csv", "food"),
    ("x/StateOfChargeEvents.json", "devices"),
    ("x/UIEvents.json", "devices"),
    ("x/CoachMessages_2026-05-01.csv", "account"),
    ("x/IrnAfibAlerts.csv", "account"),
    ("x/User Premium Subscriptions.csv", "account"),
    ("x/Notification Preferences.csv", "account"),
    ("Takeout/archive_browser.html", "pictures"),
    ("Takeout/Archiv_Übersicht.html", "pictures"),
    (
        "Takeout/Fitbit/Your Profile/Media_Avatar Photo.png",
        "pictures",
    ),
    (
        "x/Global Export Data/heart_rate-2024-05-01.json",
        "heart_rate",
    ),
    ("x/heart_rate_2024-05-01.csv", "heart_rate_csv"),
    ("x/steps-2024-05-01.json", "steps"),
    ("x/calories-2024-05-01.json", "calories"),
    ("x/altitude_2026-05-01.csv", "altitude_csv"),
    ("x/Activities/51000000001.tcx", "tcx"),
    ("x/UserExercises_2026-05-01.csv", "user_exercises"),
    ("x/body_fat_2026-05-01.csv", "body_fat_csv"),
];

#[test]
fn look_alike_names_have_one_owner_each() {
    for (name, kind) in LOOK_ALIKES {
        assert_eq!(kinds(name), [*kind], "{name}");
    }
}

#[test]
fn what_only_looks_like_an_entry_has_no_owner() {
    for name in [
        "x/sleep_readme.txt",
        "__macosx/x/._sleep-2024-05-01.json",
        "x/.sleep-2024-05-01.json",
    ] {
        assert!(owner(&Name::new(name)).is_none(), "{name}");
    }
    assert_eq!(kinds("x/sleeping-beauty.csv"), [""; 0]);
}

#[test]
fn every_row_has_a_name_of_its_own_and_says_what_it_is() {
    let mut names: Vec<_> = SOURCES.iter().map(|s| s.kind).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), SOURCES.len());
    for source in SOURCES {
        let told = match source.action {
            Action::Read(_) => !source.basis.is_empty() && !source.feeds.is_empty(),
            Action::Skip(why) => !why.is_empty(),
        };
        assert!(told && !source.files.is_empty(), "{}", source.kind);
    }
}

#[test]
fn windows_of_variability_are_local_unless_google_names_the_source() {
    let text = "timestamp,rmssd,coverage,low_frequency,high_frequency\n2024-02-22T03:00:00,40,0.9,100,200\n";
    let (details, _) = read_as("Heart Rate Variability Details - 2024-02-22.csv", text);
    let at = Stamp::Local(LocalTime(1_708_570_800));
    assert!(matches!(details.hrv[0].rows.first(), Some(r) if r.at == at && r.value.get() == 40.0));
    let text = "timestamp,root mean square of successive differences milliseconds,standard deviation milliseconds{},data source\n2026-02-22T03:00:00.096Z,40.5,9,Versa 4\n";
    let google = "heart_rate_variability_2026-02-22.csv";
    let (named, _) = read_as(google, &text.replace("{}", ""));
    assert!(matches!(named.hrv[0].rows.first(), Some(r) if matches!(r.at, Stamp::Utc(_))));
    let (unnamed, _) = read_as(google, &text.replace("{},data source", ""));
    assert!(matches!(unnamed.hrv[0].rows.first(), Some(r) if matches!(r.at, Stamp::Local(_))));
}

#[test]
fn a_summary_is_labelled_by_date_and_may_have_blanks() {
    let text = "timestamp,rmssd,nremhr,entropy\n2024-01-11T06:31:00,47.5,54.2,2.9\n2024-01-12T00:00:00,,,\n";
    let (records, tally) = read_as(
        "Daily Heart Rate Variability Summary - 2024-01-01.csv",
        text,
    );
    let [day] = records.daily.as_slice() else {
        unreachable!("{records:?}");
    };
    assert!(matches!(day.date, DateLabel::Date(_)) && day.value == 47.5);
    assert_eq!(tally.skipped.get(&Skip::Sentinel), Some(&1));
}

#[test]
fn fifty_percent_of_oxygen_is_no_measurement() {
    let text = "timestamp,value\n2024-02-22T07:00:00Z,50.0\n2024-02-22T07:01:00Z,95\n2024-02-22T07:02:00Z,101\n";
    let (records, tally) = read_as("Minute SpO2 - 2024-02-22.csv", text);
    assert!(matches!(records.spo2[0].rows.as_slice(), [r] if r.value.get() == 95.0));
    assert_eq!(tally.skipped.get(&Skip::Sentinel), Some(&1));
    assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&1));
}

#[test]
fn every_table_of_days_gives_its_number() {
    for (name, text, number) in [
        (
            "Daily SpO2 - 2024-01-11-2024-01-12.csv",
            "timestamp,average_value,lower_bound,upper_bound\n2024-01-11T00:00:00Z,96.5,93.0,99.9\n",
            96.5,
        ),
        (
            "daily_oxygen_saturation.csv",
            "timestamp,average percentage,lower bound percentage,baseline percentage,data source\n2026-01-11T12:00:00Z,96.5,94,0.0,Pixel Watch\n",
            96.5,
        ),
        (
            "daily_heart_rate_variability.csv",
            "timestamp,average heart rate variability milliseconds,non rem heart rate beats per minute,entropy\n2026-01-11T00:00:00Z,47.5,54.2,2.9\n",
            47.5,
        ),
        (
            "Daily Respiratory Rate Summary - 2024-01-11.csv",
            "timestamp,daily_respiratory_rate\n2024-01-11T00:00:00,15.4\n",
            15.4,
        ),
        (
            "daily_respiratory_rate.csv",
            "timestamp,breaths per minute\n2024-01-11T00:00:00Z,15.4\n",
            15.4,
        ),
        (
            "daily_resting_heart_rate.csv",
            "timestamp,beats per minute,data source\n2016-10-04T00:00:00Z,55.965,Fitbit App\n",
            55.965,
        ),
        (
            "Daily Readiness Score - 2024-02-22.csv",
            "date,readiness_score_value,readiness_state\n2024-02-22,72,MED\n",
            72.0,
        ),
        (
            "daily_readiness.csv",
            "timestamp,score,type,data source\n2026-02-22,72,HIGH,Fitbit App\n",
            72.0,
        ),
    ] {
        let (records, _) = read_as(name, text);
        let numbers: Vec<_> = records.daily.iter().map(|d| d.value).collect();
        assert_eq!(numbers, [number], "{name}");
    }
}
