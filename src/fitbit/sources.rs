//! The rows of SOURCES. The first row that owns an entry reads it.

use super::{
    Action, Name, Read, Source, active_minutes, exercise, gps, heart_rate, hrv, minute_tables,
    minutes, monthly, profile, respiration, resting_heart_rate, running_form, scores, sleep,
    sleep_score, spo2, swim_lengths, tcx, temperature, user_exercises, user_sleeps, vo2_max, water,
    weight, workout_summaries, zone_minutes, zones,
};

/// Feeds everything: evidence of the time zone.
const ALL: &[&str] = &[
    "activities",
    "weight",
    "daily",
    "body",
    "monitoring",
    "sleep",
    "hrv",
    "health",
];
/// Feeds what is told by day and minute.
const DAYS: &[&str] = &["activities", "daily", "monitoring", "health"];
const ACTIVITIES: &[&str] = &["activities"];
const DAILY: &[&str] = &["daily"];
const HEALTH: &[&str] = &["health"];
const HEART_RATE: &[&str] = &["activities", "monitoring"];
const HRV: &[&str] = &["hrv", "health"];
const MONITORING: &[&str] = &["monitoring", "health"];
const MONTHLY: &[&str] = &["weight", "body", "daily", "sleep", "health"];
const SLEEP: &[&str] = &["sleep", "health"];
const WEIGHT: &[&str] = &["weight", "body"];

/// Makes SOURCES: a row names a type and its files, says which entries are its own, and gives their
/// reader with time basis, unit and the outputs that it feeds, or why they are left unread.
macro_rules! sources {
    ($($kind:literal, $files:literal, $owns:expr =>
        $(read $read:path, $basis:literal, $feeds:ident)? $(unread $why:literal)?;)*) => {
        /// Every type of entry that a Fitbit export can hold and that we know.
        pub const SOURCES: &[Source] = &[$(
            $(row(($kind, $files), $owns, $read, $basis, $feeds))?
            $(unread(($kind, $files), $owns, $why))?,
        )*];
    };
}

sources! {
    // The account, the streams of a day, exercises, weigh-ins.
    "profile", "Profile.csv", |n| n.base == "profile.csv"
        => read profile::read, "zone of the account, height in cm", ALL;
    "height", "height-DATE.json", |n| n.is_json("height")
        => read profile::read_height_json, "local date, mm", WEIGHT;
    "height_csv", "height.csv", |n| n.is_csv("height")
        => read profile::read_height_csv, "mm", WEIGHT;
    "heart_rate", "heart_rate-DATE.json", |n| n.is_json("heart_rate")
        => read heart_rate::read_json, "UTC, a file a local day; bpm", ALL;
    "heart_rate_csv", "heart_rate_DATE.csv", |n| n.is_csv("heart_rate")
        => read heart_rate::read_csv, "UTC; bpm", HEART_RATE;
    "steps", "steps-DATE.json", |n| n.is_json("steps")
        => read minutes::read_steps, "UTC minutes", DAYS;
    "steps_csv", "steps_DATE.csv", |n| n.is_csv("steps")
        => read minute_tables::read_steps_csv, "UTC, several devices", DAYS;
    "distance", "distance-DATE.json", |n| n.is_json("distance")
        => read minutes::read_distance, "UTC minutes; cm", DAYS;
    "distance_csv", "distance_DATE.csv", |n| n.is_csv("distance")
        => read minute_tables::read_distance_csv, "UTC, several devices; m", DAYS;
    "calories", "calories-DATE.json", |n| n.is_json("calories")
        => read minutes::read_calories, "local minutes; kcal with the basal rate", DAYS;
    "altitude", "altitude-DATE.json", |n| n.is_json("altitude")
        => read minutes::read_altitude, "local minutes; feet, 10 a floor", DAYS;
    "floors_csv", "floors_DATE.csv", |n| n.is_csv("floors")
        => read minute_tables::read_floors_csv, "UTC", DAYS;
    "calories_csv", "calories_DATE.csv", |n| n.is_csv("calories")
        => read minute_tables::read_calories_csv, "UTC; kcal, a total where a day has all its minutes", DAYS;
    "calories_in_heart_rate_zone", "calories_in_heart_rate_zone_DATE.csv", |n| n.is_csv("calories_in_heart_rate_zone")
        => read minute_tables::read_zone_calories_csv, "UTC; kcal, a total where a day has all its minutes", DAYS;
    "altitude_csv", "altitude_DATE.csv", |n| n.is_csv("altitude")
        => read minute_tables::read_altitude_csv, "UTC; mm of ascent, 3048 a floor", DAYS;
    "active_minutes_csv", "active_minutes_DATE.csv", |n| n.is_csv("active_minutes")
        => read minute_tables::read_active_minutes, "UTC; one of three levels a minute", DAILY;
    "activity_level_csv", "activity_level_DATE.csv", |n| n.is_csv("activity_level")
        => read minute_tables::read_activity_level, "UTC; one of four levels a minute", DAILY;
    "exercise", "exercise-N.json", |n| n.is_json("exercise")
        => read exercise::read, "UTC (typed in by hand: local); ms, own distance unit", ACTIVITIES;
    "user_exercises", "UserExercises_DATE.csv", |n| n.is_csv("userexercises")
        => read user_exercises::read, "UTC with offset; mm", ALL;
    "tcx", "<logId>.tcx",
        |n| n.base.strip_suffix(".tcx").is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()))
        => read tcx::read, "offset written; degrees, m", ALL;
    "gps_location", "gps_location_DATE.csv", |n| n.is_csv("gps_location")
        => read gps::read, "UTC; degrees, m", ACTIVITIES;
    "weight", "weight-DATE.json", |n| n.is_json("weight")
        => read weight::read_json, "local; pounds unless BMI and height say kg", WEIGHT;
    "weight_csv", "weight.csv", |n| n.is_csv("weight")
        => read weight::read_csv, "Z, checked against the JSON; g", WEIGHT;
    "body_fat_csv", "body_fat_DATE.csv", |n| n.is_csv("body_fat")
        => read weight::read_body_fat, "Z, checked against the JSON; percent", WEIGHT;
    // Sleep.
    "sleep", "sleep-DATE.json", |n| n.is_json("sleep")
        => read sleep::read, "local; minutes and seconds", SLEEP;
    "sleep_score", "sleep_score.csv", |n| n.is_csv("sleep_score")
        => read sleep_score::read, "by sleep log (its Z is false); points", SLEEP;
    "user_sleeps", "UserSleeps_DATE.csv", |n| n.is_csv("usersleeps")
        => read user_sleeps::read, "UTC with offset since 2026, local behind a false Z before and where the offset is the placeholder +00:00; minutes", ALL;
    "user_sleep_stages", "UserSleepStages_DATE.csv", |n| n.is_csv("usersleepstages")
        => read user_sleeps::read_stages, "as UserSleeps", SLEEP;
    "user_sleep_scores", "UserSleepScores_DATE.csv", |n| n.is_csv("usersleepscores")
        => read sleep_score::read_google, "by sleep; points", SLEEP;
    // Minutes and values of whole days.
    "sedentary_minutes", "sedentary_minutes-DATE.json", |n| n.is_json("sedentary_minutes")
        => read active_minutes::read_sedentary, "local date; minutes", DAILY;
    "lightly_active_minutes", "lightly_active_minutes-DATE.json", |n| n.is_json("lightly_active_minutes")
        => read active_minutes::read_lightly, "local date; minutes", DAILY;
    "moderately_active_minutes", "moderately_active_minutes-DATE.json", |n| n.is_json("moderately_active_minutes")
        => read active_minutes::read_moderately, "local date; minutes", DAILY;
    "very_active_minutes", "very_active_minutes-DATE.json", |n| n.is_json("very_active_minutes")
        => read active_minutes::read_very, "local date; minutes", DAILY;
    "resting_heart_rate", "resting_heart_rate-DATE.json", |n| n.is_json("resting_heart_rate")
        => read resting_heart_rate::read, "local date; beats per minute", MONITORING;
    "resting_heart_rate_csv", "resting_heart_rate_DATE.csv, daily_resting_heart_rate.csv",
        |n| n.is_csv("resting_heart_rate") || n.is_csv("daily_resting_heart_rate")
        => read resting_heart_rate::read_google, "local date, or UTC; beats per minute", MONITORING;
    "demographic_vo2_max", "demographic_vo2_max-DATE.json", |n| n.is_json("demographic_vo2_max")
        => read vo2_max::read_demographic, "local date; ml/kg/min", HEALTH;
    "run_vo2_max", "run_vo2_max-DATE.json", |n| n.is_json("run_vo2_max")
        => read vo2_max::read_run, "UTC; ml/kg/min", HEALTH;
    "demographic_vo2_max_csv", "demographic_vo2max.csv", |n| n.is_csv("demographic_vo2max") || n.is_csv("demographic_vo2_max")
        => read vo2_max::read_google_demographic, "local date, or UTC; ml/kg/min", HEALTH;
    "run_vo2_max_csv", "run_vo2max.csv, run_vo2_max.csv", |n| n.is_csv("run_vo2max") || n.is_csv("run_vo2_max")
        => read vo2_max::read_google_run, "UTC; ml/kg/min", HEALTH;
    "time_in_heart_rate_zones", "time_in_heart_rate_zones-DATE.json", |n| n.is_json("time_in_heart_rate_zones")
        => read zones::read, "local date; minutes in fat burn, cardio and peak", HEALTH;
    "water", "water_logs-N.json", |n| n.is_json("water_logs")
        => read water::read, "local date; ml", HEALTH;
    "stress_score", "Stress Score.csv", |n| n.is_titled("stress score")
        => read scores::read_stress, "local date; points", HEALTH;
    "readiness", "Daily Readiness Score - DATE.csv", |n| n.is_titled("daily readiness score")
        => read scores::read_readiness, "local date; points", HEALTH;
    "readiness_csv", "daily_readiness.csv", |n| n.is_csv("daily_readiness")
        => read scores::read_google_readiness, "local date; points", HEALTH;
    "active_zone_minutes", "Active Zone Minutes - DATE.csv", |n| n.is_titled("active zone minutes")
        => read zone_minutes::read_takeout, "local; weighted minutes", HEALTH;
    "active_zone_minutes_csv", "active_zone_minutes_DATE.csv", |n| n.is_csv("active_zone_minutes")
        => read zone_minutes::read_google, "UTC; weighted minutes", HEALTH;
    // Values of nights.
    "hrv_details", "Heart Rate Variability Details - DATE.csv", |n| n.is_titled("heart rate variability details")
        => read hrv::read_details, "local; milliseconds", HRV;
    "hrv_summary", "Daily Heart Rate Variability Summary - DATE.csv", |n| n.is_titled("daily heart rate variability summary")
        => read hrv::read_summary, "local date; milliseconds", HRV;
    "hrv_csv", "heart_rate_variability_DATE.csv", |n| n.is_csv("heart_rate_variability")
        => read hrv::read_google, "UTC since 2026, local behind a false Z before; milliseconds", HRV;
    "hrv_daily_csv", "daily_heart_rate_variability.csv", |n| n.is_csv("daily_heart_rate_variability")
        => read hrv::read_google_daily, "local date, or UTC; milliseconds", HRV;
    "spo2_minutes", "Minute SpO2 - DATE.csv", |n| n.is_titled("minute spo2")
        => read spo2::read_minutes, "UTC; percent", MONITORING;
    "spo2_daily", "Daily SpO2 - START-END.csv", |n| n.is_titled("daily spo2")
        => read spo2::read_daily, "local date; percent", HEALTH;
    "spo2_csv", "oxygen_saturation_DATE.csv", |n| n.is_csv("oxygen_saturation")
        => read spo2::read_google, "UTC; percent", MONITORING;
    "spo2_daily_csv", "daily_oxygen_saturation.csv", |n| n.is_csv("daily_oxygen_saturation")
        => read spo2::read_google_daily, "local date, or UTC; percent", HEALTH;
    "respiratory_rate_daily", "Daily Respiratory Rate Summary - DATE.csv", |n| n.is_titled("daily respiratory rate summary")
        => read respiration::read_daily, "local date; breaths per minute", HEALTH;
    "respiratory_rate_daily_csv", "daily_respiratory_rate.csv", |n| n.is_csv("daily_respiratory_rate")
        => read respiration::read_google_daily, "local date, or UTC; breaths per minute", HEALTH;
    "respiratory_rate_summary", "Respiratory Rate Summary - DATE.csv, respiratory_rate_sleep_summary_DATE.csv",
        |n| n.is_titled("respiratory rate summary") || n.is_csv("respiratory_rate_sleep_summary")
        => read respiration::read_summary, "local, or UTC where written; breaths per minute", MONITORING;
    "temperature_nights", "Computed Temperature - DATE.csv", |n| n.is_titled("computed temperature")
        => read temperature::read_computed, "local; degrees Celsius", HEALTH;
    "temperature_minutes", "Device Temperature - DATE.csv, Wrist Temperature - DATE.csv",
        |n| n.is_titled("device temperature") || n.is_titled("wrist temperature")
        => read temperature::read_minutes, "local; degrees Celsius from the baseline", HEALTH;
    "temperature_nights_csv", "daily_sleep_temperature_derivations.csv", |n| n.is_csv("daily_sleep_temperature_derivations")
        => read temperature::read_google_daily, "local date, or UTC; degrees Celsius", HEALTH;
    // Parts of exercises.
    "swim_lengths", "swim_lengths_data-DATE.json", |n| n.is_json("swim_lengths_data")
        => read swim_lengths::read, "UTC; seconds", ACTIVITIES;
    "swim_lengths_csv", "swim_lengths_data_DATE.csv", |n| n.is_csv("swim_lengths_data")
        => read swim_lengths::read_google, "UTC; seconds", ACTIVITIES;
    "running_form", "cadence_DATE.csv, stride_length_DATE.csv, vertical_oscillation_DATE.csv, vertical_ratio_DATE.csv, ground_contact_time_DATE.csv",
        is_running_form
        => read running_form::read, "UTC; steps/min, cm, cm, %, ms", ACTIVITIES;
    "workout_summaries", "WorkoutSummariesAndRounds.csv", |n| n.is_csv("workoutsummariesandrounds")
        => read workout_summaries::read, "UTC; steps/min, mm, %, µs", ACTIVITIES;
    // The monthly CSV of fitbit.com.
    "monthly", "fitbit_export_DATE.csv", |n| is_monthly(n, ".csv")
        => read monthly::read, "local; the units that the account displays", MONTHLY;
    "monthly_xls", "fitbit_export_DATE.xls", |n| is_monthly(n, ".xls") || is_monthly(n, ".xlsx")
        => unread "a spreadsheet: export it from fitbit.com as CSV";
    // Known and left unread.
    "user_activity_probabilities", "UserActivityProbabilities_DATE.csv", |n| n.is_csv("useractivityprobabilities")
        => unread "guesses of the tracker about the kind of movement, no measurements";
    "user_sensor_compression_token", "UserSensorCompressionToken_DATE.csv", |n| n.is_csv("usersensorcompressiontoken")
        => unread "compressed raw signals that only Fitbit can read";
    "estimated_oxygen_variation", "estimated_oxygen_variation-DATE.csv", |n| n.is_csv("estimated_oxygen_variation")
        => unread "a ratio of raw light signals, no blood oxygen in percent";
    "heart_rate_zones_csv", "time_in_heart_rate_zone_DATE.csv, daily_heart_rate_zones.csv",
        |n| n.is_csv("time_in_heart_rate_zone") || n.is_csv("daily_heart_rate_zones")
        => unread "the same minutes as in the JSON, and zone bounds as text that is no JSON";
    "active_energy_burned", "active_energy_burned_DATE.csv", |n| n.is_csv("active_energy_burned")
        => unread "energy without the basal rate; the JSON has the total";
    "sedentary_period", "sedentary_period_DATE.csv", |n| n.is_csv("sedentary_period")
        => unread "spans of rest; the minutes by level are read";
    "cardio_load", "cardio_load_DATE.csv, cardio_acute_chronic_workload_ratio.csv, cardio_load_observed_interval.csv",
        |n| n.is_csv("cardio_load") || n.is_csv("cardio_acute_chronic_workload_ratio") || n.is_csv("cardio_load_observed_interval")
        => unread "Fitbit's own measure of load, which no output has a place for";
    "live_pace", "live_pace_DATE.csv, speed_DATE.csv", |n| n.is_csv("live_pace") || n.is_csv("speed")
        => unread "repeats steps and distance of exercises second by second";
    "micro_motion", "micro_motion_DATE.csv, micro_stillness_DATE.csv", |n| n.is_csv("micro_motion") || n.is_csv("micro_stillness")
        => unread "raw movement, which no output has a place for";
    "vo2_max_csv", "vo2_max.csv", |n| n.is_csv("vo2_max")
        => unread "its columns are not documented; the demographic and the run estimates are read";
    "respiratory_rate_csv", "respiratory_rate_DATE.csv", |n| n.is_csv("respiratory_rate")
        => unread "its columns are not documented; the rates of nights are read";
    "body_temperature", "body_temperature_DATE.csv, core_body_temperature_DATE.csv, Manual Temperature - DATE.csv, Pixel Body Temperatures.csv",
        |n| n.is_csv("body_temperature") || n.is_csv("core_body_temperature") || n.is_titled("manual temperature") || n.is_titled("pixel body temperatures")
        => unread "absolute temperatures, which no output has a place for";
    "hrv_histogram", "Heart Rate Variability Histogram - DATE.csv", |n| n.is_titled("heart rate variability histogram")
        => unread "repeats the details in buckets";
    "heart_rate_notifications", "Heart Rate Notifications *.csv, heart_rate_notification_DATE.csv",
        |n| n.base.starts_with("heart rate notifications") || n.is_csv("heart_rate_notification")
        => unread "settings and alarms";
    "hydration", "hydration_log_DATE.csv", |n| n.is_csv("hydration_log")
        => unread "its columns are not documented; the drinks of the JSON are read";
    "food", "food_logs-N.json, nutrition_log_DATE.csv", |n| n.is_json("food_logs") || n.is_csv("nutrition_log")
        => unread "food, which no output has a place for";
    "badges", "badge.json, trophy.json",
        |n| matches!(n.base, "badge.json" | "trophy.json") || n.is_json("badge") || n.is_json("trophy")
        => unread "awards";
    "mindfulness", "Mindfulness Sessions.csv, Mindfulness Eda Data Sessions - DATE.csv, mindfulness_session_DATE.csv",
        |n| n.base.starts_with("mindfulness ") || n.is_csv("mindfulness_session")
        => unread "sessions of meditation; those that are exercises are read as such";
    "snore", "Snore Details - DATE.csv", |n| n.is_titled("snore details")
        => unread "noise, which no output has a place for";
    "ecg", "afib_ecg_reading_N.csv", |n| n.base.starts_with("afib_ecg")
        => unread "electrocardiograms, which no output has a place for";
    "afib_ppg", "afib_ppg_*", |n| n.base.starts_with("afib_ppg")
        => unread "searches for an irregular pulse by light, which no output has a place for";
    "stress_journal", "CEDA Data DATE.csv, Stress Daily Summaries.csv, Survey Data.csv, continuous_eda_DATE.csv",
        |n| n.base.starts_with("ceda data") || n.is_titled("stress daily summaries") || n.is_titled("survey data") || n.is_csv("continuous_eda")
        => unread "conductance of the skin and answers about it; the stress scores are read";
    "environment", "environment_DATE.csv", |n| n.is_csv("environment")
        => unread "whether the strap is magnetic";
    "glucose", "Glucose YYYYMM.csv", |n| n.base.starts_with("glucose ") && n.base.ends_with(".csv")
        => unread "blood glucose, which no output has a place for";
    "menstrual_health", "menstrual_health_*.csv", |n| n.base.starts_with("menstrual_health_")
        => unread "private, and no output has a place for it";
    "sleep_profile", "Sleep Profile.csv", |n| n.is_titled("sleep profile")
        => unread "a monthly summary of sleep logs";
    "readiness_properties", "Daily Readiness User Properties - DATE.csv", |n| n.is_titled("daily readiness user properties")
        => unread "settings";
    "goals", "Activity Goals.csv, GoalSettingsHistory.csv", |n| n.is_titled("activity goals") || n.is_csv("goalsettingshistory")
        => unread "goals";
    "devices", "Devices.csv, Trackers.csv, Scales.csv, Tracker Optional Configuration.csv, UIEvents.json, {Charger,PwrStats,StateOfCharge,Temperature}Events.json",
        is_of_devices
        => unread "names, serial numbers, batteries and clicks of devices";
    "account", "Coach*.csv, Irn*.csv, User{Conversations,JournalEntries,…}.csv, notification, account, premium and survey tables",
        is_account
        => unread "what the app and the account keep about themselves";
    "pictures", "Media_*.png, archive_browser.html",
        |n| { let is_index = n.base.starts_with("archiv") && n.base.ends_with(".html"); n.base.starts_with("media_") || is_index }
        => unread "pictures, and the index page of Takeout";
    "user_settings", "UserProfileData.csv, UserDemographicData.csv, UserAppSettingData.csv, PersonalRecords.csv", is_user_settings
        => unread "settings and summaries; the profile is read from Profile.csv";
}

/// A row that is read.
const fn row(
    (kind, files): (&'static str, &'static str),
    owns: fn(&Name<'_>) -> bool,
    read: Read,
    basis: &'static str,
    feeds: &'static [&'static str],
) -> Source {
    Source {
        kind,
        files,
        owns,
        action: Action::Read(read),
        basis,
        feeds,
    }
}

/// A row that is known and left unread.
const fn unread(
    (kind, files): (&'static str, &'static str),
    owns: fn(&Name<'_>) -> bool,
    why: &'static str,
) -> Source {
    Source {
        kind,
        files,
        owns,
        action: Action::Skip(why),
        basis: "",
        feeds: &[],
    }
}

/// Tells whether this is the monthly export of fitbit.com; people download it twice, and browsers
/// then write `fitbit_export_20210801 (1).csv`.
fn is_monthly(name: &Name<'_>, suffix: &str) -> bool {
    name.base.starts_with("fitbit_export") && name.base.ends_with(suffix)
}

fn is_running_form(name: &Name<'_>) -> bool {
    [
        "cadence",
        "stride_length",
        "vertical_oscillation",
        "vertical_ratio",
        "ground_contact_time",
    ]
    .into_iter()
    .any(|stem| name.is_csv(stem))
}

/// Tables and events of the devices themselves.
fn is_of_devices(name: &Name<'_>) -> bool {
    let tables = ["devices.csv", "trackers.csv", "scales.csv"];
    let events = ["ui", "charger", "pwrstats", "stateofcharge", "temperature"];
    let event = name.base.strip_suffix("events.json");
    tables.contains(&name.base)
        || name.is_titled("tracker optional configuration")
        || event.is_some_and(|of| events.contains(&of))
}

/// Tables of the app and the account, by the beginnings of their names.
fn is_account(name: &Name<'_>) -> bool {
    const TABLES: &[&str] = &[
        "account_access_events",
        "account_management_events",
        "appcontenthistory",
        "calibrationstatusforreadinessandload",
        "cardioloadpreferences",
        "coach",
        "in-app-notification",
        "ios app notification settings",
        "irn",
        "labsenrollmentrecords",
        "labssurveyanswerrecords",
        "notification preferences",
        "savedworkouts",
        "user premium",
        "user_email_audit_entry",
        "user_retired_password",
        "useractivityrecognitionprocessingstate",
        "userconversations",
        "userdevicelanguage",
        "userjournalentries",
        "userlegacysettingdata",
        "userlocationcountry",
        "usermbddata",
        "userpremium",
        "weeklyfitnessplans",
    ];
    name.base.ends_with(".csv") && TABLES.iter().any(|table| name.base.starts_with(table))
}

fn is_user_settings(name: &Name<'_>) -> bool {
    [
        "userprofiledata",
        "userdemographicdata",
        "userappsettingdata",
        "personalrecords",
    ]
    .into_iter()
    .any(|stem| name.is_csv(stem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::owner;

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
}
