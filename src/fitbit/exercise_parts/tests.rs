//! Tests of `fitbit::exercise_parts`.

use super::*;
use crate::fitbit::Name;
use crate::fitbit::testing::run;
use crate::model::EntryId;

#[test]
fn two_devices_stay_two_tracks() {
    let text = "timestamp,latitude,longitude,altitude,data source\n2026-07-11T11:30:01.250Z,48.1,2.5,150.1,Google Fitbit Air\n2026-07-11T11:30:01.600Z,48.2,2.6,,MobileTrack\n2026-07-11T11:30:02.250Z,95,2.5,150,Google Fitbit Air\n";
    let entry = Entry::new(
        EntryId(0),
        Name::new("gps_location_2026-07-11.csv"),
        text.as_bytes(),
    );
    let (mut records, mut tally) = (Records::default(), Tally::default());
    read_gps(&entry, &Settings::default(), &mut records, &mut tally);
    assert_eq!(
        records.gps.iter().map(|b| b.rows.len()).collect::<Vec<_>>(),
        [1, 1]
    );
    assert_eq!((tally.records, tally.rejected_total()), (3, 1));
}

fn rows(records: &Records) -> Vec<&SwimLength> {
    records.swim_lengths.iter().flat_map(|b| &b.rows).collect()
}

#[test]
fn a_length_has_its_seconds_and_strokes() {
    let text = r#"[{"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":31,"strokeCount":18,"swimStrokeType":"FREESTYLE"}},
        {"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":-1,"strokeCount":18}},
        {"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":30,"strokeCount":1e9}}]"#;
    let (records, tally) = run(read_lengths, "x.json", text);
    assert!(
        matches!(rows(&records).as_slice(), [l] if l.seconds == 31.0 && l.strokes == Some(18) && l.stroke.as_deref() == Some("FREESTYLE"))
    );
    assert_eq!(tally.rejected_total(), 2);
}

#[test]
fn google_writes_the_time_of_a_length_as_a_clock() {
    let seconds = |lap: &str| {
        let text = format!(
            "timestamp,lap time,stroke count,stroke type\n2026-05-16T09:00:31Z,{lap},18,FREESTYLE\n"
        );
        let (records, tally) = run(read_lengths_csv, "x.csv", &text);
        let told = rows(&records).first().map(|l| l.seconds);
        (told, tally.rejected_total(), tally.skipped_total())
    };
    assert_eq!(seconds("00:00:31.500"), (Some(31.5), 0, 0));
    assert_eq!(seconds("00:01:02"), (Some(62.0), 0, 0));
    assert_eq!(seconds("31.5"), (Some(31.5), 0, 0));
    assert_eq!(seconds("00:00:00.000"), (None, 0, 1));
    assert_eq!(seconds(""), (None, 0, 1));
    assert_eq!(seconds("25:00:00.000"), (None, 1, 0));
    assert_eq!(seconds("00:-1:31"), (None, 1, 0));
    assert_eq!(seconds("half a minute"), (None, 1, 0));
}

#[test]
fn devices_stay_apart() {
    let text = "timestamp,lap time,stroke count,stroke type,data source\n2026-05-16T09:00:31Z,00:00:31.000,18,FREESTYLE,Versa 4\n2026-05-16T09:00:33Z,00:00:31.000,18,FREESTYLE,Pixel Watch\n";
    assert_eq!(run(read_lengths_csv, "x.csv", text).0.swim_lengths.len(), 2);
}

fn told(column: &str, number: &str) -> (Option<(FormMeasure, f64)>, u64, u64) {
    let text =
        format!("timestamp,{column},data source\n2026-09-02T06:00:00.500Z,{number},Pixel Watch\n");
    let (records, tally) = run(read_form, "x.csv", &text);
    let value = records
        .form
        .first()
        .and_then(|f| Some((f.measure, f.block.rows.first()?.1)));
    (value, tally.skipped_total(), tally.rejected_total())
}

#[test]
fn each_column_has_its_measure_and_its_unit() {
    let value = |column, number| told(column, number).0;
    assert_eq!(
        value("steps per minute", "172"),
        Some((FormMeasure::Cadence, 172.0))
    );
    assert_eq!(
        value("Stride Length", "105"),
        Some((FormMeasure::StepLength, 1050.0))
    );
    assert_eq!(
        value("vertical oscillation", "8.4"),
        Some((FormMeasure::VerticalOscillation, 84.0))
    );
    assert_eq!(
        value("vertical ratio", "7.9"),
        Some((FormMeasure::VerticalRatio, 7.9))
    );
    assert_eq!(
        value("ground contact time", "241"),
        Some((FormMeasure::GroundContact, 241.0))
    );
}

#[test]
fn no_measurement_is_none_and_what_nobody_runs_is_refused() {
    assert_eq!(told("vertical ratio", "0.0"), (None, 1, 0));
    assert_eq!(told("vertical ratio", ""), (None, 1, 0));
    assert_eq!(told("vertical ratio", "250"), (None, 0, 1));
    assert_eq!(told("temper", "7"), (None, 0, 1));
}

#[test]
fn a_summary_has_the_means_that_it_states_in_our_units() {
    let text = "workout_name,interval_start,interval_end,avg_cadence_spm,avg_vertical_oscillation_mm,avg_vertical_ratio,rate_perceived_exertion,avg_ground_contact_time_duration_micro_sec\n\
        Easy,2026-09-02T06:00:00Z,2026-09-02T06:30:00Z,171,84.5,,6,241000\n\
        Easy,2026-09-02T06:00:00Z,2026-09-02T06:30:00Z,,-1,,,\n";
    let (records, tally) = run(read_summaries, "x.csv", text);
    let told = records
        .form_means
        .first()
        .map(|m| (m.means.clone(), m.effort));
    let means = vec![
        (FormMeasure::Cadence, 171.0),
        (FormMeasure::VerticalOscillation, 84.5),
        (FormMeasure::GroundContact, 241.0),
    ];
    assert_eq!(told, Some((means, Some(6.0))));
    assert_eq!((records.form_means.len(), tally.skipped_total()), (1, 1));
}
