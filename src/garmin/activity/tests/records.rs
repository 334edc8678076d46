//! The records of an activity, and the pauses between them.

use super::*;

#[test]
fn a_heart_rate_is_carried_for_half_a_minute_and_no_longer() {
    let mut w = run_of_ten_minutes();
    let point = |s: i64| TrackPoint {
        at: START.plus(s),
        position: Some((Latitude::new(48.0).unwrap(), Longitude::new(2.5).unwrap())),
        altitude: None,
        distance: None,
        heart_rate: None,
    };
    w.points = vec![point(10), point(30), point(31), point(100)];
    let records = decode(w, &[(0, 120), (90, 150)]);
    let beats: Vec<(f64, Option<f64>)> = all(&records, MesgNum::Record)
        .iter()
        .map(|r| {
            (
                value(r, "timestamp").unwrap() - START.0 as f64,
                value(r, "heart_rate"),
            )
        })
        .collect();
    assert_eq!(
        beats[..6],
        [
            (0.0, Some(120.0)),
            (10.0, Some(120.0)),
            (30.0, Some(120.0)),
            (31.0, None),
            (90.0, Some(150.0)),
            (100.0, Some(150.0))
        ]
    );
}

/// A reader that fills up takes a record without position for 0/0; heart rates between two points lie on
/// the line between them, or wait for the next point where it is near.
#[test]
fn within_a_track_every_record_has_a_position() {
    let mut w = run_of_ten_minutes();
    let point = |s: i64| TrackPoint {
        at: START.plus(s),
        position: Some((
            Latitude::new(48.0 + 0.00001 * s as f64).unwrap(),
            Longitude::new(2.5).unwrap(),
        )),
        altitude: Altitude::new(100.0 + 0.2 * s as f64).ok(),
        distance: None,
        heart_rate: None,
    };
    w.points = [0, 10, 12, 14, 600].map(point).to_vec();
    w.pauses = vec![(START.plus(14), START.plus(500))];
    let records = decode(
        w,
        &[
            (4, 120),
            (11, 121),
            (13, 122),
            (14, 123),
            (300, 90),
            (550, 130),
        ],
    );
    let all = all(&records, MesgNum::Record);
    let told: Vec<_> = all
        .iter()
        .map(|r| {
            let degrees = value(r, "position_lat").unwrap() * 180.0 / 2_147_483_648.0;
            let second = value(r, "timestamp").unwrap() - START.0 as f64;
            let metres = (value(r, "enhanced_altitude").unwrap() * 10.0).round() / 10.0;
            (
                second,
                (degrees * 1e5).round() - 4.8e6,
                metres,
                value(r, "heart_rate"),
            )
        })
        .collect();
    let want = [
        (0.0, 0.0, 100.0, Some(120.0)),
        (4.0, 4.0, 100.8, Some(120.0)),
        (10.0, 10.0, 102.0, Some(120.0)),
        (12.0, 12.0, 102.4, Some(121.0)),
        (13.0, 13.0, 102.6, Some(122.0)),
        (14.0, 14.0, 102.8, Some(123.0)),
        (550.0, 550.0, 210.0, Some(130.0)),
        (600.0, 600.0, 220.0, None),
    ];
    assert_eq!(told, want);
}

#[test]
fn a_pause_leaves_the_timer_the_way_and_the_heart_rate_of_its_own_lap() {
    let mut w = run_of_ten_minutes();
    let lap = |s: i64| TrackLap {
        start: START.plus(s),
        seconds: 300.0,
        distance: None,
        calories: None,
    };
    w.laps = vec![lap(0), lap(300)];
    w.pauses = vec![(START.plus(100), START.plus(160))];
    w.active_ms = 540_500;
    w.average_heart_rate = None;
    let records = decode(
        w,
        &[
            (50, 140),
            (130, 80),
            (200, 150),
            (300, 160),
            (500, 170),
            (601, 70),
        ],
    );
    let told: Vec<_> = all(&records, MesgNum::Lap)
        .iter()
        .map(|l| {
            [
                "total_timer_time",
                "avg_heart_rate",
                "min_heart_rate",
                "max_heart_rate",
            ]
            .map(|field| value(l, field).unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [[240.0, 145.0, 140.0, 150.0], [300.5, 165.0, 160.0, 170.0]]
    );
    let metres: Vec<f64> = all(&records, MesgNum::Lap)
        .iter()
        .map(|l| value(l, "total_distance").unwrap().round())
        .collect();
    assert_eq!(
        metres,
        [665.0, 835.0],
        "the same speed in all of the active time"
    );
}

#[test]
fn a_pause_shows_where_the_track_has_its_hole() {
    let mut w = run_of_ten_minutes();
    w.pauses = vec![(START.plus(100), START.plus(160))];
    let records = decode(w, &[(100, 120), (160, 121)]);
    let kinds: Vec<String> = records
        .iter()
        .filter(|r| r.kind() == MesgNum::Event)
        .map(|r| {
            r.fields()
                .iter()
                .find(|f| f.name() == "event_type")
                .unwrap()
                .value()
                .to_string()
        })
        .collect();
    assert_eq!(kinds, ["start", "stop_all", "start", "stop_all"]);
}
