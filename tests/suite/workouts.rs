//! Workouts of an export of 2026 that stand in no JSON: rows of `UserExercises` with pauses, a pool
//! in yards, single lengths among noise, running form. All values are computed by hand from the
//! fixture.

use trackersync::inspect::{Cell, Message, decode};

use crate::support::{Sandbox, fixture, manifest, walk};

fn converted() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("workouts"), "out", &[], 0);
    sandbox
}

fn activity(sandbox: &Sandbox, id: &str) -> Vec<Message> {
    let files = walk(&sandbox.path("out/import/activities"));
    let mut files = files.iter().filter(|(path, _)| path.contains(id));
    decode(&files.next().unwrap().1).unwrap()
}

fn all<'m>(messages: &'m [Message], name: &str) -> Vec<&'m Message> {
    messages.iter().filter(|m| m.name == name).collect()
}

/// A field as a number; `None` where it is left out or not set.
fn number(message: &Message, name: &str) -> Option<f64> {
    let field = message.fields.iter().find(|f| f.name == name)?;
    match &field.value {
        Cell::Whole(n) => Some(*n as f64),
        Cell::Real(x) => Some(*x),
        _ => None,
    }
}

fn text<'m>(message: &'m Message, name: &str) -> &'m str {
    let field = message.fields.iter().find(|f| f.name == name);
    match field.map(|f| &f.value) {
        Some(Cell::Text(t) | Cell::Time(t)) => t,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn rows_without_a_reason_are_live_and_a_deleted_one_tells_its_offset() {
    let sandbox = converted();
    let files = walk(&sandbox.path("out/import/activities"));
    assert_eq!(files.len(), 3);
    let walk = activity(&sandbox, "-9400000000000000003");
    let session = all(&walk, "session")[0];
    assert_eq!(number(session, "total_elapsed_time"), Some(480.0));
    let whole = all(&walk, "activity")[0];
    assert_eq!(text(whole, "local_timestamp"), "2026-05-12T17:08:00");
    let deleted = serde_json::json!({"deleted": 1});
    let manifest = manifest(&sandbox.path("out"));
    let entries = manifest["entries"].as_array().unwrap();
    assert!(entries.iter().any(|e| e["skipped"] == deleted));
}

#[test]
fn a_pause_of_the_events_leaves_the_timer() {
    let sandbox = converted();
    let run = activity(&sandbox, "-9400000000000000001");
    let session = all(&run, "session")[0];
    assert_eq!(number(session, "total_elapsed_time"), Some(900.0));
    assert_eq!(number(session, "total_timer_time"), Some(780.0));
    let events = all(&run, "event");
    let times: Vec<_> = events
        .iter()
        .map(|e| &text(e, "timestamp")[11..19])
        .collect();
    assert_eq!(times, ["05:30:00", "05:35:00", "05:37:00", "05:45:00"]);
}

#[test]
fn the_form_of_a_run_stands_in_its_records_and_its_summary_in_the_session() {
    let sandbox = converted();
    let run = activity(&sandbox, "-9400000000000000001");
    let records = all(&run, "record");
    let at = |time: &str| {
        let found = records.iter().find(|r| text(r, "timestamp").contains(time));
        found.unwrap_or_else(|| panic!("{time}"))
    };
    let first = at("05:30:05");
    assert_eq!(number(first, "cadence"), Some(85.0));
    assert_eq!(number(first, "fractional_cadence"), Some(0.5));
    assert_eq!(number(first, "vertical_oscillation"), Some(84.0));
    assert_eq!(number(first, "stance_time"), Some(241.0));
    assert_eq!(number(first, "step_length"), Some(1100.0));
    assert_eq!(number(first, "vertical_ratio"), Some(7.6));
    let session = all(&run, "session")[0];
    assert_eq!(number(session, "avg_stance_time"), Some(241.5));
    assert_eq!(number(session, "avg_vertical_ratio"), Some(7.7));
    assert_eq!(number(session, "workout_rpe"), Some(60.0));
}

#[test]
fn a_swim_has_its_lengths_its_rests_and_a_pool_in_yards() {
    let sandbox = converted();
    let swim = activity(&sandbox, "-9400000000000000002");
    let session = all(&swim, "session")[0];
    assert_eq!(text(session, "sub_sport"), "lap_swimming");
    assert_eq!(number(session, "pool_length"), Some(22.86));
    assert_eq!(text(session, "pool_length_unit"), "statute");
    assert_eq!(number(session, "num_active_lengths"), Some(5.0));
    let lengths = all(&swim, "length");
    let told: Vec<_> = lengths
        .iter()
        .map(|m| (&text(m, "start_time")[14..19], number(m, "total_strokes")))
        .collect();
    let expected = [
        ("00:00", None),
        ("00:04", Some(15.0)),
        ("00:44", Some(16.0)),
        ("01:26", Some(15.0)),
        ("02:06", None),
        ("02:40", Some(17.0)),
        ("03:24", Some(16.0)),
        ("04:06", None),
    ];
    assert_eq!(told, expected);
    // The noise of the day is in nobody's file and no fault.
    let run = activity(&sandbox, "-9400000000000000001");
    assert!(all(&run, "length").is_empty());
}

#[test]
fn the_vo2_max_of_a_run_and_the_breathing_of_a_night_are_their_days() {
    let sandbox = converted();
    let csv = std::fs::read_to_string(sandbox.path("out/archive/health-daily.csv")).unwrap();
    let mut lines = csv.lines();
    let heads: Vec<_> = lines.next().unwrap().split(',').collect();
    let row: Vec<_> = lines
        .find(|l| l.starts_with("2026-05-12"))
        .unwrap()
        .split(',')
        .collect();
    let cell = |head: &str| row[heads.iter().position(|h| *h == head).unwrap()];
    assert_eq!(
        (cell("vo2max"), cell("respiratory_rate")),
        ("44.25", "14.6")
    );
}
