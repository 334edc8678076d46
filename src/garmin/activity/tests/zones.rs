//! The time in heart-rate zones.

use super::*;
use crate::model::records::ZoneTime;

#[test]
fn the_zones_of_fitbit_stand_beside_the_session_in_six_places() {
    let zone = |bpm, seconds| ZoneTime {
        highest: Bpm::new(bpm).unwrap(),
        seconds,
    };
    let w = Workout {
        zones: vec![zone(95, 0), zone(133, 420), zone(161, 90), zone(220, 30)],
        ..run_of_ten_minutes()
    };
    let records = decode(w, &[(0, 120)]);
    let zones = all(&records, MesgNum::TimeInZone);
    let told = |field: &str| -> Vec<f64> {
        let found = zones[0].fields().iter().find(|f| f.name() == field);
        match found.map(|f| f.value()) {
            Some(fitparser::Value::Array(items)) => items
                .iter()
                .map(|item| item.clone().try_into().unwrap())
                .collect(),
            _ => Vec::new(),
        }
    };
    assert_eq!(told("time_in_hr_zone"), [0.0, 420.0, 90.0, 30.0, 0.0, 0.0]);
    assert_eq!(told("hr_zone_high_boundary"), [95.0, 133.0, 161.0, 220.0]);
    let bare = decode(run_of_ten_minutes(), &[(0, 120)]);
    assert!(all(&bare, MesgNum::TimeInZone).is_empty());
}
