//! Activities are decoded with `fitparser`, a reader that is not ours, and compared as physical values.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use fitparser::FitDataRecord;
use fitparser::profile::MesgNum;

use super::*;
use crate::model::checked::{Form, Parts};
use crate::model::records::{
    FormMeasure, LogType, PackedSample, Pool, SwimLength, TrackLap, TrackPoint,
};
use crate::model::units::{Altitude, Bpm, Kilocalories, Latitude, Longitude, Metres};
use crate::model::{Evidence, Offset, Offsets};

mod records;
mod zones;

const START: Instant = Instant(1_709_278_200); // 2024-03-01T07:30:00Z

fn run_of_ten_minutes() -> Workout {
    Workout {
        log_id: 384_529_004,
        name: "Run".into(),
        type_id: Some(90_009),
        start: START,
        offset: Offset(3600),
        duration_ms: 600_500,
        active_ms: 540_000,
        calories: Some(Kilocalories::new(120.0).unwrap()),
        distance: Some(Metres::new(1500.0).unwrap()),
        steps: Some(1601),
        elevation_gain: Some(Metres::new(12.2).unwrap()),
        average_heart_rate: Some(Bpm::new(148).unwrap()),
        log_type: LogType::Tracker,
        device: Some("Charge 5".into()),
        ..Workout::default()
    }
}

fn decode(w: Workout, beats: &[(i64, i64)]) -> Vec<FitDataRecord> {
    rendered(w, beats).0
}

/// The messages and the remarks.
fn rendered(w: Workout, beats: &[(i64, i64)]) -> (Vec<FitDataRecord>, Vec<String>) {
    let samples = beats
        .iter()
        .map(|&(s, bpm)| PackedSample::new(START.plus(s).second_of_day(), Bpm::new(bpm).unwrap()));
    let checked = Checked::new(Parts {
        offsets: Offsets::constant(Offset(3600), Evidence::Option),
        heart_rate: BTreeMap::from([(START.utc_day(), samples.collect())]),
        workouts: vec![w],
        ..Parts::default()
    });
    let piece = plan(&checked).remove(0);
    let file = render(&checked, false, &piece, Vec::new())
        .unwrap()
        .unwrap();
    crate::fit::whole::check(&file.bytes).unwrap();
    (fitparser::from_bytes(&file.bytes).unwrap(), file.remarks)
}

fn value(record: &FitDataRecord, field: &str) -> Option<f64> {
    let found = record.fields().iter().find(|f| f.name() == field)?;
    match found.value() {
        fitparser::Value::Timestamp(t) => Some(t.timestamp() as f64),
        other => other.clone().try_into().ok(),
    }
}

fn all(records: &[FitDataRecord], kind: MesgNum) -> Vec<&FitDataRecord> {
    records.iter().filter(|r| r.kind() == kind).collect()
}

/// One exercise that nobody did must not cost all the others: FIT's fields are narrower than the
/// numbers of an export.
#[test]
fn what_no_field_can_hold_is_left_out_and_told() {
    let lap = |n: i64| TrackLap {
        start: START.plus(n / 1000),
        seconds: 0.5,
        distance: Some(Metres::new(9_999_999.0).unwrap()),
        calories: None,
    };
    let length = |n: i64| SwimLength {
        start: START.plus(n / 1000),
        seconds: 1.0,
        strokes: None,
        stroke: None,
    };
    let run = run_of_ten_minutes;
    let fast = Workout {
        distance: Some(Metres::new(9_999_000.0).unwrap()),
        active_ms: 1000,
        elevation_gain: Some(Metres::new(70_000.0).unwrap()),
        ..run()
    };
    let many_laps = Workout {
        laps: (0..70_000).map(lap).collect(),
        ..run()
    };
    let long_swim = Workout {
        name: "Swim".into(),
        type_id: Some(90_024),
        pool: Some(Pool {
            length: Metres::new(25.0).unwrap(),
            in_yards: false,
        }),
        lengths: (0..70_000).map(length).collect(),
        ..run()
    };
    let cases = [
        (fast, 1, "total_ascent 70000"),
        (many_laps, 1, "70000 laps"),
        (long_swim, 1, "70000 pool lengths"),
    ];
    for (w, laps, told) in cases {
        let (records, remarks) = rendered(w, &[(0, 120)]);
        assert_eq!(all(&records, MesgNum::Lap).len(), laps, "{told}");
        assert_eq!(all(&records, MesgNum::Session).len(), 1, "{told}");
        assert_eq!(all(&records, MesgNum::Length).len(), 0, "{told}");
        assert!(
            matches!(remarks.as_slice(), [r] if r.contains(told)),
            "{remarks:?}"
        );
    }
}

#[test]
fn a_track_over_the_date_line_is_as_long_as_it_is() {
    let point = |s: i64, longitude: f64| TrackPoint {
        at: START.plus(s),
        position: Some((
            Latitude::new(0.0).unwrap(),
            Longitude::new(longitude).unwrap(),
        )),
        altitude: None,
        distance: None,
        heart_rate: None,
    };
    let w = Workout {
        distance: None,
        points: vec![point(0, 179.99), point(300, -179.99), point(600, 179.99)],
        ..run_of_ten_minutes()
    };
    let records = decode(w, &[]);
    let session = all(&records, MesgNum::Session)[0];
    let metres = value(session, "total_distance").unwrap();
    assert!((metres - 0.04 * 111_194.93).abs() < 1.0, "{metres}");
}

#[test]
fn running_form_stands_in_records_lap_and_session_of_those_on_foot() {
    let series = |values: &[(i64, f64)]| values.iter().map(|&(s, v)| (START.plus(s), v)).collect();
    let form = Form {
        series: BTreeMap::from([
            (FormMeasure::Cadence, series(&[(0, 171.0), (5, 172.0)])),
            (FormMeasure::VerticalOscillation, series(&[(0, 84.5)])),
        ]),
        means: BTreeMap::from([(FormMeasure::GroundContact, 241.0)]),
        effort: Some(6.0),
    };
    let run = Workout {
        form: form.clone(),
        ..run_of_ten_minutes()
    };
    let beats: Vec<_> = (0..120).map(|n| (5 * n, 120)).collect();
    let records = decode(run, &beats);
    let points = all(&records, MesgNum::Record);
    assert_eq!(value(points[0], "cadence"), Some(85.0));
    assert_eq!(value(points[0], "fractional_cadence"), Some(0.5));
    assert_eq!(value(points[0], "vertical_oscillation"), Some(84.5));
    assert_eq!(value(points[1], "cadence"), Some(86.0));
    // What was told long before is not told again.
    assert_eq!(value(points[9], "cadence"), None);
    assert_eq!(value(points[9], "vertical_oscillation"), None);
    let session = all(&records, MesgNum::Session)[0];
    assert_eq!(value(session, "avg_stance_time"), Some(241.0));
    assert_eq!(value(session, "workout_rpe"), Some(60.0));
    let lap = all(&records, MesgNum::Lap)[0];
    assert_eq!(value(lap, "avg_stance_time"), Some(241.0));
    let ride = Workout {
        name: "Bike".into(),
        type_id: Some(90_001),
        form,
        ..run_of_ten_minutes()
    };
    let records = decode(ride, &beats);
    let fields = ["cadence", "vertical_oscillation", "avg_stance_time"];
    let told = |r: &FitDataRecord| fields.iter().any(|f| value(r, f).is_some());
    assert!(!records.iter().any(told));
}

#[test]
fn an_idle_length_lies_between_two_and_the_lengths_tell_how_they_were_swum() {
    let length = |s: i64, seconds: f64| SwimLength {
        start: START.plus(s),
        seconds,
        strokes: Some(16),
        stroke: Some("FREESTYLE".into()),
    };
    let swim = Workout {
        name: "Swim".into(),
        type_id: Some(90_024),
        pool: Some(Pool {
            length: Metres::new(25.0).unwrap(),
            in_yards: false,
        }),
        distance: Some(Metres::new(75.0).unwrap()),
        swim_lengths: Some(3),
        lengths: vec![length(0, 40.5), length(40, 40.0), length(100, 32.0)],
        ..run_of_ten_minutes()
    };
    let run = Workout {
        name: "Run".into(),
        type_id: Some(90_009),
        ..swim.clone()
    };
    let records = decode(swim, &[(0, 120)]);
    let lengths = all(&records, MesgNum::Length);
    let told = |m: &&FitDataRecord| {
        let seconds = |f| value(m, f).unwrap();
        let start = seconds("start_time") - START.0 as f64;
        (
            start,
            seconds("total_elapsed_time"),
            value(m, "total_strokes"),
        )
    };
    let expected = [
        (0.0, 40.0, Some(16.0)),
        (40.0, 40.0, Some(16.0)),
        (80.0, 20.0, None),
        (100.0, 32.0, Some(16.0)),
        (132.0, 469.0, None),
    ];
    assert_eq!(lengths.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(value(lengths[0], "total_timer_time"), Some(40.5));
    assert_eq!(value(lengths[3], "avg_swimming_cadence"), Some(30.0));
    assert_eq!(value(lengths[3], "avg_speed"), Some(0.781));
    let session = all(&records, MesgNum::Session)[0];
    assert_eq!(value(session, "num_active_lengths"), Some(3.0));
    assert_eq!(value(session, "num_lengths"), Some(5.0));
    let records = decode(run, &[(0, 120)]);
    assert!(all(&records, MesgNum::Length).is_empty());
}

#[test]
fn an_independent_reader_sees_what_was_meant() {
    let records = decode(
        run_of_ten_minutes(),
        &[(0, 120), (5, 130), (300, 160), (600, 150)],
    );
    let session = all(&records, MesgNum::Session)[0];
    for (field, want) in [
        ("total_elapsed_time", 600.5),
        ("total_timer_time", 540.0),
        ("total_distance", 1500.0),
        ("total_calories", 120.0),
        ("avg_heart_rate", 148.0),
        ("max_heart_rate", 160.0),
        ("min_heart_rate", 120.0),
        ("total_ascent", 12.0),
        ("num_laps", 1.0),
    ] {
        assert_eq!(value(session, field), Some(want), "{field}");
    }
    assert_eq!(all(&records, MesgNum::Activity).len(), 1);
    let points = all(&records, MesgNum::Record);
    assert_eq!(value(points[0], "timestamp"), Some(START.0 as f64));
    assert_eq!(value(points[0], "heart_rate"), Some(120.0));
}

#[test]
fn absent_is_not_set_and_never_zero() {
    let w = Workout {
        calories: None,
        distance: None,
        steps: None,
        elevation_gain: None,
        average_heart_rate: None,
        ..run_of_ten_minutes()
    };
    let records = decode(w, &[]);
    let session = all(&records, MesgNum::Session)[0];
    for field in [
        "total_calories",
        "total_distance",
        "avg_heart_rate",
        "total_ascent",
        "total_cycles",
        "total_strides",
    ] {
        assert_eq!(value(session, field), None, "{field}");
    }
    assert_eq!(
        all(&records, MesgNum::Record).len(),
        12,
        "each minute, and the end"
    );
}

#[test]
fn names_begin_with_digits_that_no_other_has() {
    let starts = [0, 0, 1, 0].map(|s| START.plus(s));
    let workouts = (1..).zip(starts).map(|(log_id, start)| Workout {
        log_id,
        start,
        ..run_of_ten_minutes()
    });
    let plan = |workouts: Vec<Workout>| {
        let parts = Parts {
            workouts,
            ..Parts::default()
        };
        let files = super::plan(&Checked::new(parts));
        let name = |p: PlannedFile| p.path.rsplit('/').next().unwrap().to_owned();
        files.into_iter().map(name).collect::<Vec<_>>()
    };
    let all = plan(workouts.clone().collect());
    let want = [
        "202403010730003-running-1.fit",
        "202403010730002-running-2.fit",
        "20240301073000-running-4.fit",
        "20240301073001-running-3.fit",
    ];
    assert_eq!(all, want);
    assert_eq!(
        plan(workouts.skip(1).collect()),
        want[1..],
        "a sample has the same names"
    );
}

#[test]
fn laps_of_the_track_add_up_to_the_session() {
    let mut w = run_of_ten_minutes();
    let lap = |s: i64, seconds: f64| TrackLap {
        start: START.plus(s),
        seconds,
        distance: Metres::new(750.0).ok(),
        calories: None,
    };
    w.laps = vec![lap(0, 200.0), lap(300, 200.0)];
    let records = decode(w, &[]);
    let laps = all(&records, MesgNum::Lap);
    let sum = |field: &str| laps.iter().filter_map(|l| value(l, field)).sum::<f64>();
    assert_eq!(laps.len(), 2);
    assert!(
        (sum("total_elapsed_time") - 600.5).abs() < 0.01
            && (sum("total_timer_time") - 540.0).abs() < 1.0
    );
}

#[test]
fn an_unknown_exercise_is_generic_and_says_so() {
    let w = Workout {
        name: "Quidditch\u{1b}[2J".into(),
        type_id: Some(-7),
        ..run_of_ten_minutes()
    };
    let (records, remarks) = rendered(w, &[]);
    assert_eq!(remarks.len(), 1);
    let name = all(&records, MesgNum::Sport)[0]
        .fields()
        .iter()
        .find(|f| f.name() == "name")
        .map(|f| f.value().to_string());
    assert_eq!(
        name.as_deref(),
        Some("Quidditch[2J"),
        "control characters stay out"
    );
}

#[test]
fn a_hundred_files_fill_a_batch() {
    let list = (0..101)
        .map(|i| Workout {
            log_id: i,
            start: START.plus(i64::try_from(i).unwrap() * 4000),
            ..run_of_ten_minutes()
        })
        .collect();
    let checked = Checked::new(Parts {
        workouts: list,
        ..Parts::default()
    });
    let files = plan(&checked);
    assert_eq!(
        files[0].path,
        "import/activities/batch-001/20240301073000-running-0.fit"
    );
    assert!(files[99].path.contains("batch-001") && files[100].path.contains("batch-002"));
}
