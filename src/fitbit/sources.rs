//! The rows of SOURCES. The first row that owns an entry reads it.
//!
//! A row names a type and its files, and says what is done with them. Files: `json("x")` are
//! `x-DATE.json`, `csv("x")` are `x_DATE.csv` and `x.csv`, `table("x")` is the same for a file that comes
//! without a date, `title("X")` are `X - DATE.csv`; all else is `named`, with a test of its own. Reading:
//! `read` names a reader, `with` one that serves several types and what it must know; `days`, `series` and `minutes` are tables with one number a row, and give the
//! field or metric that it goes to, the column of the stamp and how it is read, the column of the
//! number, and the numbers that mean "no measurement".

use super::days::{DAILY_TEMPERATURES, DayTable, Labels, NIGHT_TEMPERATURES, STRESS};
use super::minutes::{ASCENT, CALORIES, CENTIMETRES, FEET, FLOORS, METRES, STEPS};
use super::reading::{Series, read_series};
use super::table::NONE;
use super::{
    Action, Name, Source, day_records, days, exercise, exercise_parts, heart_rate, minutes,
    monthly, profile, respiration, sleep, tcx, user_exercises, user_sleeps, weight, zone_minutes,
};
use crate::model::Skip;
use crate::model::file::Only::{self, *};
use crate::model::metrics::Metric;
use crate::model::units::{Milliseconds, Percent};

/// Feeds everything: evidence of the time zone.
const ALL: &[Only] = &[
    Activities, Weight, Daily, Body, Monitoring, Sleep, Hrv, Health,
];
/// Feeds what is told by day and minute.
const DAYS: &[Only] = &[Activities, Daily, Monitoring, Health];
const ACTIVITIES: &[Only] = &[Activities];
const DAILY: &[Only] = &[Daily];
const HEALTH: &[Only] = &[Health];
const HEART_RATE: &[Only] = &[Activities, Monitoring];
const HRV: &[Only] = &[Hrv, Health];
const MONITORING: &[Only] = &[Monitoring, Health];
const MONTHLY: &[Only] = &[Weight, Body, Daily, Sleep, Health];
const SLEEP: &[Only] = &[Sleep, Health];
const WEIGHT: &[Only] = &[Weight, Body];

/// Readings that are made in sleep alone, and those of any time.
const ASLEEP: bool = true;
const AWAKE: bool = false;
/// What blood-oxygen tables write where they could not measure, in some 15 % of the minutes.
const FAILED: &[f64] = &[50.0, 0.0, -1.0];

/// The files of a row, as people read them.
macro_rules! files {
    (json($stem:literal)) => { concat!($stem, "-DATE.json") };
    (csv($stem:literal $(, $more:literal)*)) => { concat!($stem, "_DATE.csv" $(, ", ", $more, "_DATE.csv")*) };
    (table($stem:literal $(, $more:literal)*)) => { concat!($stem, ".csv" $(, ", ", $more, ".csv")*) };
    (title($title:literal $(, $more:literal)*)) => { concat!($title, " - DATE.csv" $(, ", ", $more, " - DATE.csv")*) };
    (named($files:literal, $owns:expr)) => { $files };
}

/// Recognises the files of a row.
macro_rules! owns {
    (json($stem:literal)) => { |n| n.is_json($stem) };
    (csv($($stem:literal),*)) => { |n| false $(|| n.is_csv($stem))* };
    (table($($stem:literal),*)) => { |n| false $(|| n.is_csv($stem))* };
    (title($($title:literal),*)) => { |n| false $(|| n.is_titled($title))* };
    (named($files:literal, $owns:expr)) => { $owns };
}

/// What is done with the files of a row.
macro_rules! action {
    (read($read:path)) => {
        Action::Read($read)
    };
    (unread($why:literal)) => {
        Action::Skip($why)
    };
    (days($metric:ident, $labels:ident $time:literal, $value:literal, $absent:expr)) => {
        Action::Read(|entry, _, records, tally| {
            let table = DayTable {
                time: ($time, Labels::$labels),
                needed: &[$value],
                metric: Metric::$metric,
                field: $value,
                number: |row| row.measured($value, $absent),
                none: Skip::Sentinel,
            };
            days::read(entry, records, tally, &table);
        })
    };
    (series($field:ident, $quantity:path, $in_sleep:ident $time:literal, $value:literal, $absent:expr)) => {
        Action::Read(|entry, _, records, tally| {
            let series = Series {
                time: $time,
                in_sleep: $in_sleep,
                value: $value,
                absent: $absent,
                quantity: $quantity,
            };
            read_series(entry, tally, &series, &mut records.$field);
        })
    };
    (minutes($field:ident, $stream:ident, $column:literal)) => {
        Action::Read(|entry, _, records, tally| {
            let blocks = minutes::read_csv(entry, &$stream, $column, tally);
            records.$field.extend(blocks);
        })
    };
    (minutes_json($field:ident, $stream:ident)) => {
        Action::Read(|entry, _, records, tally| {
            let blocks = minutes::read_json(entry, &$stream, tally);
            records.$field.extend(blocks);
        })
    };
    (with($read:path, $what:expr)) => {
        Action::Read(|entry, _, records, tally| $read(entry, records, tally, $what))
    };
}

macro_rules! sources {
    ($($kind:literal, $form:ident $files:tt => $how:ident $what:tt $(, $basis:literal, $feeds:ident)?;)*) => {
        /// Every type of entry that a Fitbit export can hold and that we know.
        pub const SOURCES: &[Source] = &[$(Source {
            kind: $kind,
            files: files!($form $files),
            owns: owns!($form $files),
            action: action!($how $what),
            basis: concat!($($basis)?),
            feeds: of(&[$($feeds)?]),
        },)*];
    };
}

/// The outputs of a row, none for one that is left unread.
const fn of(feeds: &[&'static [Only]]) -> &'static [Only] {
    match feeds {
        [feeds, ..] => feeds,
        [] => &[],
    }
}

sources! {
    // The account, the streams of a day, exercises, weigh-ins.
    "profile", named("Profile.csv", |n| n.base == "profile.csv") => read(profile::read), "zone of the account, height in cm", ALL;
    "height", json("height") => read(profile::read_height_json), "local date, mm", WEIGHT;
    "height_csv", table("height") => read(profile::read_height_csv), "mm", WEIGHT;
    "heart_rate", json("heart_rate") => read(heart_rate::read_json), "UTC, a file a local day; bpm", ALL;
    "heart_rate_csv", csv("heart_rate") => read(heart_rate::read_csv), "UTC; bpm", HEART_RATE;
    "steps", json("steps") => minutes_json(steps, STEPS), "UTC minutes", DAYS;
    "steps_csv", csv("steps") => minutes(steps, STEPS, "steps"), "UTC, several devices", DAYS;
    "distance", json("distance") => minutes_json(distance, CENTIMETRES), "UTC minutes; cm", DAYS;
    "distance_csv", csv("distance") => minutes(distance, METRES, "distance"), "UTC, several devices; m", DAYS;
    "calories", json("calories") => minutes_json(calories, CALORIES), "local minutes; kcal with the basal rate", DAYS;
    "altitude", json("altitude") => minutes_json(altitude, FEET), "local minutes; feet, 10 a floor", DAYS;
    "floors_csv", csv("floors") => minutes(floors, FLOORS, "floors"), "UTC", DAYS;
    "calories_csv", csv("calories")
        => minutes(calories_utc, CALORIES, "calories"), "UTC; kcal, a total where a day has all its minutes", DAYS;
    "calories_in_heart_rate_zone", csv("calories_in_heart_rate_zone")
        => read(minutes::read_zones), "UTC; kcal, a total where a day has all its minutes", DAYS;
    "altitude_csv", csv("altitude") => minutes(ascent_utc, ASCENT, "gain"), "UTC; mm of ascent, 3048 a floor", DAYS;
    "active_minutes_csv", csv("active_minutes")
        => read(minutes::read_flags), "UTC; one of three levels a minute", DAILY;
    "activity_level_csv", csv("activity_level")
        => read(minutes::read_levels), "UTC; one of four levels a minute", DAILY;
    "exercise", named("exercise-N.json", |n| n.is_json("exercise"))
        => read(exercise::read), "UTC (typed in by hand: local); ms, own distance unit", ACTIVITIES;
    "user_exercises", csv("UserExercises") => read(user_exercises::read), "UTC with offset; mm", ALL;
    "tcx", named("<logId>.tcx", |n| n.base.strip_suffix(".tcx").is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit())))
        => read(tcx::read), "offset written; degrees, m", ALL;
    "gps_location", csv("gps_location") => read(exercise_parts::read_gps), "UTC; degrees, m", ACTIVITIES;
    "weight", json("weight") => read(weight::read_json), "local; lb or kg, as BMI, grams of the CSV or --weight-unit say", WEIGHT;
    "weight_csv", table("weight") => read(weight::read_csv), "Z, checked against the JSON; g", WEIGHT;
    "body_fat_csv", csv("body_fat") => read(weight::read_body_fat), "Z, checked against the JSON; percent", WEIGHT;
    // Sleep.
    "sleep", json("sleep") => read(sleep::read), "local; minutes and seconds", SLEEP;
    "sleep_score", table("sleep_score") => with(user_sleeps::read_scores, "sleep_log_entry_id"), "by sleep log (its Z is false); points", SLEEP;
    "user_sleeps", csv("UserSleeps")
        => read(user_sleeps::read), "UTC with offset since 2026, local behind a false Z before and where the offset is the placeholder +00:00; minutes", ALL;
    "user_sleep_stages", csv("UserSleepStages") => read(user_sleeps::read_stages), "as UserSleeps", SLEEP;
    "user_sleep_scores", csv("UserSleepScores") => with(user_sleeps::read_scores, "sleep_id"), "by sleep; points", SLEEP;
    // Minutes and values of whole days.
    "sedentary_minutes", json("sedentary_minutes") => with(day_records::read_level, (Metric::SedentaryMinutes, 1440.0)), "local date; minutes", DAILY;
    "lightly_active_minutes", json("lightly_active_minutes") => with(day_records::read_level, (Metric::LightlyActiveMinutes, 0.0)), "local date; minutes", DAILY;
    "moderately_active_minutes", json("moderately_active_minutes")
        => with(day_records::read_level, (Metric::ModeratelyActiveMinutes, 0.0)), "local date; minutes", DAILY;
    "very_active_minutes", json("very_active_minutes") => with(day_records::read_level, (Metric::VeryActiveMinutes, 0.0)), "local date; minutes", DAILY;
    "resting_heart_rate", json("resting_heart_rate")
        => read(day_records::read_resting), "local date; beats per minute", MONITORING;
    "resting_heart_rate_csv", named("resting_heart_rate_DATE.csv, daily_resting_heart_rate.csv", |n| n.is_csv("resting_heart_rate") || n.is_csv("daily_resting_heart_rate"))
        => days(RestingHeartRate, Google "timestamp", "beats per minute", NONE), "local date, or UTC; beats per minute", MONITORING;
    "demographic_vo2_max", json("demographic_vo2_max") => with(day_records::read_vo2_max, Metric::Vo2Max), "local date; ml/kg/min", HEALTH;
    "run_vo2_max", json("run_vo2_max") => with(day_records::read_vo2_max, Metric::RunVo2Max), "UTC; ml/kg/min", HEALTH;
    "demographic_vo2_max_csv", named("demographic_vo2max.csv", |n| n.is_csv("demographic_vo2max") || n.is_csv("demographic_vo2_max"))
        => days(Vo2Max, Google "timestamp", "demographic vo2max", NONE), "local date, or UTC; ml/kg/min", HEALTH;
    "run_vo2_max_csv", table("run_vo2max", "run_vo2_max")
        => days(RunVo2Max, Instant "timestamp", "run vo2 max", NONE), "UTC; ml/kg/min", HEALTH;
    "time_in_heart_rate_zones", json("time_in_heart_rate_zones")
        => read(day_records::read_zones), "local date; minutes in fat burn, cardio and peak", HEALTH;
    "water", named("water_logs-N.json", |n| n.is_json("water_logs")) => read(day_records::read_water), "local date; ml", HEALTH;
    "stress_score", named("Stress Score.csv", |n| n.is_titled("stress score"))
        => with(days::read, &STRESS), "local date; points", HEALTH;
    "readiness", title("Daily Readiness Score")
        => days(ReadinessScore, Local "date", "readiness_score_value", NONE), "local date; points", HEALTH;
    "readiness_csv", table("daily_readiness")
        => days(ReadinessScore, Google "timestamp", "score", NONE), "local date; points", HEALTH;
    "active_zone_minutes", title("Active Zone Minutes") => with(zone_minutes::read, ["date_time", "heart_zone_id", "total_minutes"]), "local; weighted minutes", HEALTH;
    "active_zone_minutes_csv", csv("active_zone_minutes") => with(zone_minutes::read, ["timestamp", "heart rate zone", "total minutes"]), "UTC; weighted minutes", HEALTH;
    // Values of nights.
    "hrv_details", title("Heart Rate Variability Details")
        => series(hrv, Milliseconds::new, ASLEEP "timestamp", "rmssd", NONE), "local; milliseconds", HRV;
    "hrv_summary", title("Daily Heart Rate Variability Summary")
        => days(HrvRmssd, Local "timestamp", "rmssd", NONE), "local date; milliseconds", HRV;
    "hrv_csv", csv("heart_rate_variability")
        => series(hrv, Milliseconds::new, ASLEEP "timestamp", "root mean square of successive differences milliseconds", NONE), "UTC since 2026, local behind a false Z before; milliseconds", HRV;
    "hrv_daily_csv", table("daily_heart_rate_variability")
        => days(HrvRmssd, Google "timestamp", "average heart rate variability milliseconds", NONE), "local date, or UTC; milliseconds", HRV;
    "spo2_minutes", title("Minute SpO2")
        => series(spo2, Percent::new, AWAKE "timestamp", "value", FAILED), "UTC; percent", MONITORING;
    "spo2_daily", named("Daily SpO2 - START-END.csv", |n| n.is_titled("daily spo2"))
        => days(Spo2Average, Local "timestamp", "average_value", FAILED), "local date; percent", HEALTH;
    "spo2_csv", csv("oxygen_saturation")
        => series(spo2, Percent::new, AWAKE "timestamp", "oxygen saturation percentage", FAILED), "UTC; percent", MONITORING;
    "spo2_daily_csv", table("daily_oxygen_saturation")
        => days(Spo2Average, Google "timestamp", "average percentage", FAILED), "local date, or UTC; percent", HEALTH;
    "respiratory_rate_daily", title("Daily Respiratory Rate Summary")
        => days(RespiratoryRate, Local "timestamp", "daily_respiratory_rate", NONE), "local date; breaths per minute", HEALTH;
    "respiratory_rate_daily_csv", table("daily_respiratory_rate")
        => days(RespiratoryRate, Google "timestamp", "breaths per minute", NONE), "local date, or UTC; breaths per minute", HEALTH;
    "respiratory_rate_summary", named("Respiratory Rate Summary - DATE.csv, respiratory_rate_sleep_summary_DATE.csv", |n| n.is_titled("respiratory rate summary") || n.is_csv("respiratory_rate_sleep_summary"))
        => read(respiration::read_summary), "local, or UTC where written; breaths per minute", MONITORING;
    "temperature_nights", title("Computed Temperature") => with(days::read, &NIGHT_TEMPERATURES), "local; degrees Celsius", HEALTH;
    "temperature_minutes", title("Device Temperature", "Wrist Temperature")
        => series(temperature_deviation, days::deviation, AWAKE "recorded_time", "temperature", &[]), "local; degrees Celsius from the baseline", HEALTH;
    "temperature_nights_csv", table("daily_sleep_temperature_derivations")
        => with(days::read, &DAILY_TEMPERATURES), "local date, or UTC; degrees Celsius", HEALTH;
    // Parts of exercises.
    "swim_lengths", json("swim_lengths_data") => read(exercise_parts::read_lengths), "UTC; seconds", ACTIVITIES;
    "swim_lengths_csv", csv("swim_lengths_data") => read(exercise_parts::read_lengths_csv), "UTC; seconds", ACTIVITIES;
    "running_form", csv("cadence", "stride_length", "vertical_oscillation", "vertical_ratio", "ground_contact_time")
        => read(exercise_parts::read_form), "UTC; steps/min, cm, cm, %, ms", ACTIVITIES;
    "workout_summaries", table("WorkoutSummariesAndRounds")
        => read(exercise_parts::read_summaries), "UTC; steps/min, mm, %, µs", ACTIVITIES;
    // The monthly CSV of fitbit.com.
    "monthly", named("fitbit_export_DATE.csv", |n| is_monthly(n, ".csv"))
        => read(monthly::read), "local; the units that the account displays", MONTHLY;
    "monthly_xls", named("fitbit_export_DATE.xls", |n| is_monthly(n, ".xls") || is_monthly(n, ".xlsx"))
        => unread("a spreadsheet: export it from fitbit.com as CSV");
    // Known and left unread.
    "user_activity_probabilities", csv("UserActivityProbabilities")
        => unread("guesses of the tracker about the kind of movement, no measurements");
    "user_sensor_compression_token", csv("UserSensorCompressionToken")
        => unread("compressed raw signals that only Fitbit can read");
    "estimated_oxygen_variation", named("estimated_oxygen_variation-DATE.csv", |n| n.is_csv("estimated_oxygen_variation"))
        => unread("a ratio of raw light signals, no blood oxygen in percent");
    "heart_rate_zones_csv", named("time_in_heart_rate_zone_DATE.csv, daily_heart_rate_zones.csv", |n| n.is_csv("time_in_heart_rate_zone") || n.is_csv("daily_heart_rate_zones"))
        => unread("the same minutes as in the JSON, and zone bounds as text that is no JSON");
    "active_energy_burned", csv("active_energy_burned") => unread("energy without the basal rate; the JSON has the total");
    "sedentary_period", csv("sedentary_period") => unread("spans of rest; the minutes by level are read");
    "cardio_load", named("cardio_load_DATE.csv, cardio_acute_chronic_workload_ratio.csv, cardio_load_observed_interval.csv", |n| n.is_csv("cardio_load") || n.is_csv("cardio_acute_chronic_workload_ratio") || n.is_csv("cardio_load_observed_interval"))
        => unread("Fitbit's own measure of load, which no output has a place for");
    "live_pace", csv("live_pace", "speed") => unread("repeats steps and distance of exercises second by second");
    "micro_motion", csv("micro_motion", "micro_stillness") => unread("raw movement, which no output has a place for");
    "vo2_max_csv", table("vo2_max") => unread("its columns are not documented; the demographic and the run estimates are read");
    "respiratory_rate_csv", csv("respiratory_rate") => unread("its columns are not documented; the rates of nights are read");
    "body_temperature", named("body_temperature_DATE.csv, core_body_temperature_DATE.csv, Manual Temperature - DATE.csv, Pixel Body Temperatures.csv", |n| n.is_csv("body_temperature") || n.is_csv("core_body_temperature") || n.is_titled("manual temperature") || n.is_titled("pixel body temperatures"))
        => unread("absolute temperatures, which no output has a place for");
    "hrv_histogram", title("Heart Rate Variability Histogram") => unread("repeats the details in buckets");
    "heart_rate_notifications", named("Heart Rate Notifications *.csv, heart_rate_notification_DATE.csv", |n| n.base.starts_with("heart rate notifications") || n.is_csv("heart_rate_notification"))
        => unread("settings and alarms");
    "hydration", csv("hydration_log") => unread("its columns are not documented; the drinks of the JSON are read");
    "food", named("food_logs-N.json, nutrition_log_DATE.csv", |n| n.is_json("food_logs") || n.is_csv("nutrition_log"))
        => unread("food, which no output has a place for");
    "badges", named("badge.json, trophy.json", |n| matches!(n.base, "badge.json" | "trophy.json") || n.is_json("badge") || n.is_json("trophy"))
        => unread("awards");
    "mindfulness", named("Mindfulness Sessions.csv, Mindfulness Eda Data Sessions - DATE.csv, mindfulness_session_DATE.csv", |n| n.base.starts_with("mindfulness ") || n.is_csv("mindfulness_session"))
        => unread("sessions of meditation; those that are exercises are read as such");
    "snore", title("Snore Details") => unread("noise, which no output has a place for");
    "ecg", named("afib_ecg_reading_N.csv", |n| n.base.starts_with("afib_ecg"))
        => unread("electrocardiograms, which no output has a place for");
    "afib_ppg", named("afib_ppg_*", |n| n.base.starts_with("afib_ppg"))
        => unread("searches for an irregular pulse by light, which no output has a place for");
    "stress_journal", named("CEDA Data DATE.csv, Stress Daily Summaries.csv, Survey Data.csv, continuous_eda_DATE.csv", |n| n.base.starts_with("ceda data") || n.is_titled("stress daily summaries") || n.is_titled("survey data") || n.is_csv("continuous_eda"))
        => unread("conductance of the skin and answers about it; the stress scores are read");
    "environment", csv("environment") => unread("whether the strap is magnetic");
    "glucose", named("Glucose YYYYMM.csv", |n| n.base.starts_with("glucose ") && n.base.ends_with(".csv"))
        => unread("blood glucose, which no output has a place for");
    "menstrual_health", named("menstrual_health_*.csv", |n| n.base.starts_with("menstrual_health_"))
        => unread("private, and no output has a place for it");
    "sleep_profile", named("Sleep Profile.csv", |n| n.is_titled("sleep profile")) => unread("a monthly summary of sleep logs");
    "readiness_properties", title("Daily Readiness User Properties") => unread("settings");
    "goals", named("Activity Goals.csv, GoalSettingsHistory.csv", |n| n.is_titled("activity goals") || n.is_csv("goalsettingshistory"))
        => unread("goals");
    "devices", named("Devices.csv, Trackers.csv, Scales.csv, Tracker Optional Configuration.csv, UIEvents.json, {Charger,PwrStats,StateOfCharge,Temperature}Events.json", is_of_devices)
        => unread("names, serial numbers, batteries and clicks of devices");
    "account", named("Coach*.csv, Irn*.csv, User{Conversations,JournalEntries,…}.csv, notification, account, premium and survey tables", is_account)
        => unread("what the app and the account keep about themselves");
    "pictures", named("Media_*.png, archive_browser.html", |n| { let is_index = n.base.starts_with("archiv") && n.base.ends_with(".html"); n.base.starts_with("media_") || is_index })
        => unread("pictures, and the index page of Takeout");
    "user_settings", table("UserProfileData", "UserDemographicData", "UserAppSettingData", "PersonalRecords")
        => unread("settings and summaries; the profile is read from Profile.csv");
}

/// Tells whether this is the monthly export of fitbit.com; people download it twice, and browsers
/// then write `fitbit_export_20210801 (1).csv`.
fn is_monthly(name: &Name<'_>, suffix: &str) -> bool {
    name.base.starts_with("fitbit_export") && name.base.ends_with(suffix)
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

#[cfg(test)]
mod tests;
