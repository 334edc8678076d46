//! Tests of `fitbit::day_records`.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::fitbit::testing::{read_as, run};
use crate::model::Instant;

#[test]
fn numbers_come_as_strings_and_far_padding_is_set_aside() {
    let text = r#"[{"dateTime":"01/11/24 00:00:00","value":"560"},
        {"dateTime":"01/12/24 00:00:00","value":"1440"},
        {"dateTime":"12/31/99 00:00:00","value":"1440"},
        {"dateTime":"12/31/98 00:00:00","value":"7"},
        {"dateTime":"01/13/24 00:00:00","value":""},
        {"dateTime":"01/13/24 00:00:00","value":"1.5"},
        {"dateTime":"01/13/24 00:00:00","value":"2881"}]"#;
    let (records, tally) = read_as("sedentary_minutes-2024-01-01.json", text);
    let values: Vec<_> = records.daily.iter().map(|d| d.value).collect();
    assert_eq!(
        values,
        [560.0, 1440.0],
        "near padding is for the steps to tell"
    );
    assert_eq!(tally.skipped.get(&Skip::Padding), Some(&1));
    assert_eq!(tally.rejected_total(), 4);
}

#[test]
fn each_file_has_its_metric() {
    let text = r#"[{"dateTime":"01/11/24 00:00:00","value":"3"}]"#;
    for (name, metric) in [
        ("lightly", Metric::LightlyActiveMinutes),
        ("moderately", Metric::ModeratelyActiveMinutes),
        ("very", Metric::VeryActiveMinutes),
    ] {
        let (records, _) = read_as(&format!("{name}_active_minutes-2024-01-01.json"), text);
        assert_eq!(records.daily.first().map(|d| d.metric), Some(metric));
    }
}

#[test]
fn dates_without_data_are_padding_even_in_1999() {
    let text = r#"[{"dateTime":"02/28/24 00:00:00","value":{"date":"02/28/24","value":52.26,"error":6.8}},
        {"dateTime":"03/01/24 00:00:00","value":{"date":null,"value":0.0,"error":0.0}},
        {"dateTime":"12/31/99 00:00:00","value":{"date":null,"value":0.0,"error":0.0}}]"#;
    let (records, tally) = run(read_resting, "x.json", text);
    assert!(matches!(records.daily.as_slice(), [d] if d.value == 52.26));
    assert_eq!(tally.skipped.get(&Skip::Padding), Some(&2));
    assert!(!tally.is_partial());
}

#[test]
fn bad_records_are_rejected_one_by_one() {
    let text = r#"[{"dateTime":"02/30/24 00:00:00","value":{"date":"02/28/24","value":52.2}},
        {"dateTime":"02/28/24 00:00:00","value":{"date":"02/27/24","value":52.2}},
        {"dateTime":"02/28/24 00:00:00","value":{"date":"02/28/24","value":"high"}},
        {"dateTime":"02/28/24 00:00:00","value":[52.2]},
        {"dateTime":"02/28/24 00:00:00","value":{"date":"02/28/24","value":300}}]"#;
    let (records, tally) = run(read_resting, "x.json", text);
    assert!(records.daily.is_empty());
    assert_eq!((tally.rejected_total(), tally.skipped_total()), (5, 0));
}

#[test]
fn the_filtered_number_counts_and_labels_a_date() {
    let text = r#"[{"dateTime":"05/16/18 00:00:00","value":{"demographicVO2Max":41.49,"filteredDemographicVO2Max":40.74}},
        {"dateTime":"05/17/18 00:00:00","value":{"filteredDemographicVO2Max":0.0}},
        {"dateTime":"05/18/18 00:00:00","value":{"demographicVO2Max":41.49}}]"#;
    let (records, tally) = read_as("demographic_vo2_max-2018-05-16.json", text);
    let date = LocalDate::from_ymd(2018, 5, 16).map(DateLabel::Date);
    assert!(matches!(records.daily.as_slice(), [d] if d.value == 40.74 && Some(d.date) == date));
    assert_eq!((tally.skipped_total(), tally.rejected_total()), (1, 1));
}

#[test]
fn a_run_is_an_instant_because_its_stamp_is_utc() {
    let text = r#"[{"dateTime":"06/12/17 23:02:32","value":{"exerciseId":8206037238,"runVO2Max":41.7,"filteredRunVO2Max":43.6}}]"#;
    let (records, _) = read_as("run_vo2_max-2017-06-12.json", text);
    let at = records.daily.first().map(|d| (d.date, d.metric));
    let expected = DateLabel::At(Instant(1_497_308_552));
    assert_eq!(at, Some((expected, Metric::RunVo2Max)));
}

#[test]
fn the_columns_of_google_are_found_whatever_their_case() {
    let text = "timestamp,run VO2 max\n2026-06-12T12:00:00Z,43.6\n";
    let (records, _) = read_as("run_vo2_max.csv", text);
    assert!(matches!(records.daily.as_slice(), [d] if matches!(d.date, DateLabel::At(_))));
    let text = "timestamp,demographic vo2max\n2026-06-12T12:00:00Z,43.6\n";
    let (records, _) = read_as("demographic_vo2max.csv", text);
    assert!(matches!(records.daily.as_slice(), [d] if matches!(d.date, DateLabel::Date(_))));
}

#[test]
fn zones_come_in_any_order_and_may_be_missing() {
    let text = r#"[{"dateTime":"05/20/15 00:00:00","value":{"valuesInZones":{"IN_DEFAULT_ZONE_2":1.0,"BELOW_DEFAULT_ZONE_1":1355.0,"IN_DEFAULT_ZONE_1":61.0}}},
        {"dateTime":"05/21/15 00:00:00","value":{"valuesInZones":[1]}},
        {"dateTime":"05/22/15 00:00:00","value":{"valuesInZones":{"IN_DEFAULT_ZONE_1":5.0,"IN_DEFAULT_ZONE_2":9999.0}}}]"#;
    let (records, tally) = run(read_zones, "time_in_heart_rate_zones-2015-05-20.json", text);
    let numbers: Vec<_> = records.daily.iter().map(|d| (d.metric, d.value)).collect();
    assert_eq!(
        numbers,
        [(Metric::FatBurnMinutes, 61.0), (Metric::CardioMinutes, 1.0)]
    );
    assert_eq!(tally.rejected_total(), 2);
    assert_eq!(records.daily.first().unwrap().origin.position, 1);
}

#[test]
fn a_drink_told_twice_counts_once_and_another_unit_is_refused() {
    let drink = |id: u32, amount: &str, unit: &str| {
        format!(
            r#"{{"id":{id},"date":"05/18/15","waterAmount":{amount},"measurementUnit":"{unit}"}}"#
        )
    };
    let all = [
        drink(1, "200.0", "MILLILITER"),
        drink(2, "200.0", "MILLILITER"),
        drink(2, "200.0", "MILLILITER"),
        drink(3, "8", "FL_OZ"),
        drink(4, "30000", "MILLILITER"),
    ];
    let (records, tally) = run(
        read_water,
        "water_logs-0.json",
        &format!("[{}]", all.join(",")),
    );
    let drinks: Vec<_> = records.daily.iter().map(|d| d.value).collect();
    assert_eq!(drinks, [200.0, 200.0]);
    assert_eq!(tally.skipped.get(&Skip::Duplicate), Some(&1));
    assert_eq!(tally.rejected.get(&Reject::UnknownUnit), Some(&1));
    assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&1));
}
