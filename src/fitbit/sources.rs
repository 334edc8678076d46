//! The rows of SOURCES. The first row that owns an entry reads it.

use super::{
    Action, Source, exercise, gps, heart_rate, minutes, profile, tcx, user_exercises, weight,
};

/// Every type of entry that a Fitbit export can hold and that we know.
pub const SOURCES: &[Source] = &[
    Source {
        kind: "profile",
        files: "Profile.csv",
        owns: |n| n.base == "profile.csv",
        action: Action::Read(profile::read),
        basis: "zone of the account, height in cm",
        feeds: ALL,
    },
    Source {
        kind: "height",
        files: "height-DATE.json",
        owns: |n| n.is_json("height"),
        action: Action::Read(profile::read_height_json),
        basis: "local date, mm",
        feeds: &["weight", "body"],
    },
    Source {
        kind: "height_csv",
        files: "height.csv",
        owns: |n| n.is_csv("height"),
        action: Action::Read(profile::read_height_csv),
        basis: "mm",
        feeds: &["weight", "body"],
    },
    Source {
        kind: "heart_rate",
        files: "heart_rate-DATE.json",
        owns: |n| n.is_json("heart_rate"),
        action: Action::Read(heart_rate::read_json),
        basis: "UTC, a file a local day; bpm",
        feeds: ALL,
    },
    Source {
        kind: "heart_rate_csv",
        files: "heart_rate_DATE.csv",
        owns: |n| n.is_csv("heart_rate"),
        action: Action::Read(heart_rate::read_csv),
        basis: "UTC; bpm",
        feeds: &["activities", "monitoring"],
    },
    Source {
        kind: "steps",
        files: "steps-DATE.json",
        owns: |n| n.is_json("steps"),
        action: Action::Read(minutes::read_steps),
        basis: "UTC minutes",
        feeds: DAYS,
    },
    Source {
        kind: "steps_csv",
        files: "steps_DATE.csv",
        owns: |n| n.is_csv("steps"),
        action: Action::Read(minutes::read_steps_csv),
        basis: "UTC, several devices",
        feeds: DAYS,
    },
    Source {
        kind: "distance",
        files: "distance-DATE.json",
        owns: |n| n.is_json("distance"),
        action: Action::Read(minutes::read_distance),
        basis: "UTC minutes; cm",
        feeds: DAYS,
    },
    Source {
        kind: "distance_csv",
        files: "distance_DATE.csv",
        owns: |n| n.is_csv("distance"),
        action: Action::Read(minutes::read_distance_csv),
        basis: "UTC, several devices; m",
        feeds: DAYS,
    },
    Source {
        kind: "calories",
        files: "calories-DATE.json",
        owns: |n| n.is_json("calories"),
        action: Action::Read(minutes::read_calories),
        basis: "local minutes; kcal with the basal rate",
        feeds: DAYS,
    },
    Source {
        kind: "altitude",
        files: "altitude-DATE.json",
        owns: |n| n.is_json("altitude"),
        action: Action::Read(minutes::read_altitude),
        basis: "local minutes; feet, 10 a floor",
        feeds: DAYS,
    },
    Source {
        kind: "floors_csv",
        files: "floors_DATE.csv",
        owns: |n| n.is_csv("floors"),
        action: Action::Read(minutes::read_floors_csv),
        basis: "UTC",
        feeds: DAYS,
    },
    Source {
        kind: "exercise",
        files: "exercise-N.json",
        owns: |n| n.is_json("exercise"),
        action: Action::Read(exercise::read),
        basis: "UTC (typed in by hand: local); ms, own distance unit",
        feeds: &["activities"],
    },
    Source {
        kind: "user_exercises",
        files: "UserExercises_DATE.csv",
        owns: |n| n.is_csv("userexercises"),
        action: Action::Read(user_exercises::read),
        basis: "UTC with offset; mm",
        feeds: ALL,
    },
    Source {
        kind: "tcx",
        files: "<logId>.tcx",
        owns: |n| {
            n.base
                .strip_suffix(".tcx")
                .is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()))
        },
        action: Action::Read(tcx::read),
        basis: "offset written; degrees, m",
        feeds: ALL,
    },
    Source {
        kind: "gps_location",
        files: "gps_location_DATE.csv",
        owns: |n| n.is_csv("gps_location"),
        action: Action::Read(gps::read),
        basis: "UTC; degrees, m",
        feeds: &["activities"],
    },
    Source {
        kind: "weight",
        files: "weight-DATE.json",
        owns: |n| n.is_json("weight"),
        action: Action::Read(weight::read_json),
        basis: "local; pounds unless BMI and height say kg",
        feeds: &["weight", "body"],
    },
    Source {
        kind: "weight_csv",
        files: "weight.csv",
        owns: |n| n.is_csv("weight"),
        action: Action::Read(weight::read_csv),
        basis: "Z, checked against the JSON; g",
        feeds: &["weight", "body"],
    },
    Source {
        kind: "body_fat_csv",
        files: "body_fat_DATE.csv",
        owns: |n| n.is_csv("body_fat"),
        action: Action::Read(weight::read_body_fat),
        basis: "Z, checked against the JSON; percent",
        feeds: &["weight", "body"],
    },
];

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
