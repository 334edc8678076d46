//! Tests of `fitbit::exercise`.

use super::*;
use crate::fitbit::Name;
use crate::model::EntryId;

fn read_one(fields: &str) -> (Option<Exercise>, Tally) {
    let text =
        format!(r#"[{{"logId":7,"startTime":"03/22/21 21:04:02","duration":1077000{fields}}}]"#);
    let entry = Entry::new(EntryId(0), Name::new("exercise-0.json"), text.as_bytes());
    let (mut records, mut tally) = (Records::default(), Tally::default());
    read(&entry, &Settings::default(), &mut records, &mut tally);
    (records.exercises.pop(), tally)
}

#[test]
fn distance_is_in_the_unit_of_its_record() {
    let metres = |f: &str| {
        read_one(f)
            .0
            .and_then(|e| e.workout.distance)
            .map(|d| d.get().round())
    };
    assert_eq!(
        metres(r#","distance":1.872894,"distanceUnit":"Mile""#),
        Some(3014.0)
    );
    assert_eq!(
        metres(r#","distance":5.2,"distanceUnit":"Kilometer""#),
        Some(5200.0)
    );
    assert_eq!(
        metres(r#","distance":450,"distanceUnit":"Meter""#),
        Some(450.0)
    );
    let (exercise, tally) = read_one(r#","distance":5.2,"distanceUnit":"Furlong""#);
    assert!(exercise.is_some_and(|e| e.workout.distance.is_none()) && tally.findings.len() == 1);
}

#[test]
fn a_start_after_the_last_change_is_local() {
    let start = |f: &str| read_one(f).0.map(|e| e.start);
    assert!(matches!(
        start(r#","lastModified":"03/22/21 20:04:02""#),
        Some(Stamp::Local(_))
    ));
    assert!(matches!(
        start(r#","lastModified":"03/22/21 21:22:03""#),
        Some(Stamp::Utc(_))
    ));
    assert!(matches!(start(""), Some(Stamp::Utc(_))));
}

#[test]
fn impossible_side_values_are_left_out_and_the_record_stays() {
    let fields =
        r#","calories":70000,"averageHeartRate":999,"steps":1000000000000,"elevationGain":-4"#;
    let (exercise, tally) = read_one(fields);
    let e = exercise.map(|e| {
        (
            e.workout.calories,
            e.workout.average_heart_rate,
            e.workout.steps,
            e.workout.elevation_gain,
        )
    });
    assert_eq!(e, Some((None, None, None, None)));
    assert_eq!((tally.findings.len(), tally.rejected_total()), (4, 0));
    let null = read_one(r#","averageHeartRate":null"#);
    assert!(
        null.0.is_some() && null.1.findings.is_empty(),
        "null is absent, not wrong"
    );
}

#[test]
fn the_span_is_the_first_that_is_told() {
    let lasted = |fields: &str| {
        let text = format!(r#"[{{"logId":7,"startTime":"03/22/21 21:04:02"{fields}}}]"#);
        let (records, _) = crate::fitbit::testing::run(read, "x.json", &text);
        records
            .exercises
            .first()
            .map(|e| (e.workout.duration_ms, e.workout.active_ms))
    };
    assert_eq!(
        lasted(r#","activeDuration":1500000"#),
        Some((1_500_000, 1_500_000))
    );
    assert_eq!(
        lasted(r#","activeDuration":1500000,"originalDuration":1800000"#),
        Some((1_800_000, 1_500_000))
    );
    assert_eq!(lasted(""), None);
    assert_eq!(lasted(r#","duration":-1,"activeDuration":1500000"#), None);
}

#[test]
fn a_record_without_sane_essentials_is_rejected() {
    for text in [
        r#"[{"logId":9}]"#,
        r#"[{"logId":-1,"startTime":"03/22/21 21:04:02","duration":5}]"#,
        r#"[{"logId":"../x","startTime":"03/22/21 21:04:02","duration":5}]"#,
        r#"[{"logId":1,"startTime":"03/22/21 21:04:02","duration":-1}]"#,
        r#"[{"logId":1,"startTime":"03/22/21 21:04:02","duration":4000000000000}]"#,
        r#"[{"logId":1,"startTime":"01/01/2107 00:00:00","duration":5}]"#,
    ] {
        let entry = Entry::new(EntryId(0), Name::new("exercise-0.json"), text.as_bytes());
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read(&entry, &Settings::default(), &mut records, &mut tally);
        assert_eq!(
            (records.exercises.len(), tally.rejected_total()),
            (0, 1),
            "{text}"
        );
    }
}

fn read_raw(text: &str) -> Option<Vec<(u8, u32)>> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    Some(
        zones(raw)?
            .iter()
            .map(|z| (z.highest.get(), z.seconds))
            .collect(),
    )
}

#[test]
fn zones_are_told_apart_by_their_bounds() {
    let text = r#"[{"name":"Cardio","min":133,"max":161,"minutes":12},
        {"name":"Außerhalb","min":30,"max":95,"minutes":0.5,"caloriesOut":-2.8E-14},
        {"name":"Peak","min":161,"max":220,"minutes":"3"},{"name":"Fat Burn","min":95,"max":133,"minutes":7}]"#;
    assert_eq!(
        read_raw(text),
        Some(vec![(95, 30), (133, 420), (161, 720), (220, 180)])
    );
}

#[test]
fn what_is_no_list_of_zones_tells_nothing() {
    assert_eq!(read_raw(r#"[{"max":95,"minutes":0}]"#), Some(vec![]));
    for text in [
        r#"{"max":95}"#,
        "7",
        r#"[{"max":950,"minutes":1}]"#,
        r#"[{"max":95,"minutes":-1}]"#,
        "[1]",
    ] {
        assert_eq!(read_raw(text), None, "{text}");
    }
}
