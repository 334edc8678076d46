//! Physical values, computed by hand from the fixtures: what a person would check first.

use serde_json::Value;
use trackersync::inspect::{Cell, Message, decode};

use crate::support::{Sandbox, fixture, walk};

fn converted(name: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let input = fixture(name);
    let run = sandbox.run(&["convert", input.to_str().unwrap(), "-o", "out"]);
    assert!(matches!(run.code, 0 | 3), "{run:?}");
    sandbox
}

/// The one file whose path has this in it, decoded.
fn fit(sandbox: &Sandbox, part: &str) -> Vec<Message> {
    let files: Vec<_> = walk(&sandbox.path("out"))
        .into_iter()
        .filter(|(path, _)| path.contains(part) && path.ends_with(".fit"))
        .collect();
    assert_eq!(files.len(), 1, "{part}");
    decode(&files[0].1).unwrap()
}

fn all<'m>(messages: &'m [Message], name: &str) -> Vec<&'m Message> {
    messages.iter().filter(|m| m.name == name).collect()
}

fn number(message: &Message, name: &str) -> f64 {
    match message
        .fields
        .iter()
        .find(|f| f.name == name)
        .map(|f| &f.value)
    {
        Some(Cell::Whole(n)) => *n as f64,
        Some(Cell::Real(x)) => *x,
        other => panic!("{name} is {other:?} in {message:?}"),
    }
}

fn word(message: &Message, name: &str) -> String {
    match message
        .fields
        .iter()
        .find(|f| f.name == name)
        .map(|f| &f.value)
    {
        Some(Cell::Text(t) | Cell::Time(t)) => t.clone(),
        other => panic!("{name} is {other:?} in {message:?}"),
    }
}

fn near(found: f64, expected: f64, within: f64) {
    assert!(
        (found - expected).abs() <= within,
        "{found}, expected {expected} ± {within}"
    );
}

/// The row of a date in a CSV, by column.
fn row(sandbox: &Sandbox, path: &str, date: &str) -> Value {
    let file = std::fs::read(sandbox.path("out").join(path)).unwrap();
    let mut csv = csv::Reader::from_reader(file.as_slice());
    let heads = csv.headers().unwrap().clone();
    let row = csv
        .records()
        .map(Result::unwrap)
        .find(|r| r.iter().any(|c| c == date));
    let row = row.unwrap_or_else(|| panic!("{date} is not in {path}"));
    heads
        .iter()
        .zip(row.iter())
        .map(|(h, c)| (h.to_owned(), Value::from(c)))
        .collect()
}

/// A run in Los Angeles at 07:00 (UTC-7) of 0.678537 miles with two minutes of pause.
#[test]
fn a_run_with_a_pause_starts_lasts_and_reaches_as_logged() {
    let sandbox = converted("b-takeout");
    let run = fit(&sandbox, "-64000000001.fit");
    let session = all(&run, "session");
    assert_eq!(session.len(), 1);
    assert_eq!(word(session[0], "start_time"), "2024-05-02T14:00:00Z");
    assert_eq!(word(session[0], "sport"), "running");
    near(number(session[0], "total_elapsed_time"), 510.0, 0.0);
    near(number(session[0], "total_timer_time"), 390.0, 0.0);
    // 39 steps of 28 m in the track, 0.678537 mi in the log.
    near(number(session[0], "total_distance"), 1092.0, 0.1);
    near(number(session[0], "total_calories"), 88.0, 0.0);
    let records = all(&run, "record");
    let heart: Vec<_> = records.iter().map(|r| number(r, "heart_rate")).collect();
    assert!(
        heart.iter().all(|b| (140.0..=156.0).contains(b)),
        "{heart:?}"
    );
    let first = records[0];
    near(
        number(first, "position_lat") * 180.0 / 2f64.powi(31),
        34.0195,
        1e-6,
    );
    near(
        number(first, "position_long") * 180.0 / 2f64.powi(31),
        -118.4912,
        1e-6,
    );
    assert_eq!(all(&run, "lap").len(), 2);
    let timer: Vec<_> = all(&run, "event")
        .iter()
        .map(|m| (word(m, "timestamp"), word(m, "event_type")))
        .collect();
    let told: Vec<_> = timer
        .iter()
        .map(|(at, what)| (&at[11..19], what.as_str()))
        .collect();
    // The last point before the hole of two minutes and the first after it.
    let pause = [("14:03:10", "stop_all"), ("14:05:20", "start")];
    assert_eq!(
        told,
        [
            [("14:00:00", "start")].as_slice(),
            &pause,
            &[("14:08:30", "stop_all")]
        ]
        .concat()
    );
    let activity = all(&run, "activity");
    assert_eq!(word(activity[0], "local_timestamp"), "2024-05-02T07:08:30");
}

/// 145.5 lb are 65.998 kg; 31.5 % of it is fat.
#[test]
fn pounds_become_kilograms() {
    let sandbox = converted("a2-category");
    let weights = fit(&sandbox, "weight-2021-03.fit");
    let weights = all(&weights, "weight_scale");
    assert_eq!(weights.len(), 2);
    near(number(weights[0], "weight"), 66.0, 0.001);
    near(number(weights[0], "percent_fat"), 31.5, 0.001);
    near(number(weights[1], "weight"), 65.82, 0.001);
    // 07:12:30 in New York. The day of the change keeps the offset it began with, as Fitbit's
    // accounts do until their next sync.
    assert_eq!(word(weights[0], "timestamp"), "2021-03-13T12:12:30Z");
    assert_eq!(word(weights[1], "timestamp"), "2021-03-14T12:12:30Z");
}

/// Each day has steps at 00:00 and 23:59 local, on either side of two midnights and a change of clocks.
#[test]
fn the_steps_of_a_day_are_those_of_its_local_midnights() {
    let plain = 90 + 104 + 98 + 60 + 115 + 120 + 121 + 12;
    let sandbox = converted("a2-category");
    let walk: u32 = (0..20).map(|i| 110 + i % 3).sum();
    for (date, steps) in [
        ("2021-03-12", plain),
        ("2021-03-13", plain + walk),
        ("2021-03-14", plain),
        ("2021-03-15", plain),
    ] {
        let row = row(&sandbox, "archive/health-daily.csv", date);
        assert_eq!(row["steps"], steps.to_string(), "{date}");
    }
    let day = |date: &str| fit(&sandbox, &format!("monitoring/2021/{date}"));
    let ends = |date: &str| {
        let info = day(date);
        word(all(&info, "monitoring_info")[0], "timestamp")
    };
    assert_eq!(ends("2021-03-14"), "2021-03-14T05:00:00Z");
    assert_eq!(
        ends("2021-03-15"),
        "2021-03-15T04:00:00Z",
        "a day of 23 hours"
    );
}

/// The account flies from Melbourne (+11) to New York (-5) without heart rate on the day between.
#[test]
fn the_steps_of_a_traveller_stay_on_the_days_they_were_walked() {
    let plain = 90 + 104 + 98 + 60 + 115 + 120 + 121 + 12;
    let run: u32 = (0..25).map(|i| 160 + i % 5).sum();
    let sandbox = converted("a1-flat");
    for (date, steps) in [
        ("2016-01-15", plain),
        ("2016-01-16", plain + run),
        ("2016-01-18", plain),
        ("2016-01-19", plain),
    ] {
        let row = row(&sandbox, "archive/health-daily.csv", date);
        assert_eq!(row["steps"], steps.to_string(), "{date}");
    }
    let ride = fit(&sandbox, "-8100000004.fit");
    let activity = all(&ride, "activity");
    assert_eq!(word(activity[0], "local_timestamp"), "2016-01-19T18:10:00");
}

/// The log of the tracker stays, its copy from Strava goes, the yoga typed in by hand is local time.
#[test]
fn doubles_go_and_what_was_typed_in_by_hand_is_local() {
    let sandbox = converted("a1-flat");
    let names: Vec<_> = walk(&sandbox.path("out/import/activities"))
        .into_iter()
        .map(|(p, _)| p)
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.iter().any(|n| n.contains("8100000001")), "{names:?}");
    let yoga = fit(&sandbox, "-8100000003.fit");
    let yoga = all(&yoga, "session");
    // 19:00 in New York.
    assert_eq!(word(yoga[0], "start_time"), "2016-01-19T00:00:00Z");
    near(number(yoga[0], "total_elapsed_time"), 1800.0, 0.0);
}

/// The night of 2021-03-13, 22:45:30 in New York the evening before.
#[test]
fn stages_of_a_night_carry_their_short_awakenings() {
    let sandbox = converted("a2-category");
    let night = fit(&sandbox, "sleep/2021/2021-03-13");
    let levels: Vec<_> = all(&night, "sleep_level")
        .iter()
        .map(|m| (word(m, "timestamp"), word(m, "sleep_level")))
        .collect();
    // The first two stages: ten minutes awake, then half an hour of light sleep, each told by its end.
    let first = |at: usize| (levels[at].0.as_str(), levels[at].1.as_str());
    assert_eq!(first(0), ("2021-03-13T03:55:30Z", "awake"));
    assert_eq!(first(1), ("2021-03-13T04:25:30Z", "light"));
    // The deep sleep is broken for a minute after 3000 seconds.
    assert_eq!(first(2), ("2021-03-13T04:35:30Z", "deep"));
    assert_eq!(first(3), ("2021-03-13T04:36:30Z", "awake"));
    assert_eq!(
        levels.last().map(|l| l.0.as_str()),
        Some("2021-03-13T10:46:00Z")
    );
    let row = row(&sandbox, "archive/sleep.csv", "31200000001");
    assert_eq!((&row["deep"], &row["rem"]), (&"87".into(), &"60".into()));
    assert_eq!(row["score"], "77");
    assert_eq!(row["start"], "2021-03-12T22:45:30-05:00");
}

/// 11,204 steps and 8.1 km by the account of fitbit.com.
#[test]
fn thousands_separators_are_no_decimals() {
    let sandbox = Sandbox::new();
    let more = ["--timezone", "Europe/London"];
    sandbox.convert(&fixture("m-monthly"), "out", &more, 0);
    let row = row(&sandbox, "archive/health-daily.csv", "2021-08-01");
    assert_eq!(row["steps"], "11204");
    assert_eq!(row["distance_km"], "8.1");
    assert_eq!(row["calories"], "2310");
}

/// Two devices and two mirrors tell the same minutes: they are one, never a sum.
#[test]
fn several_devices_are_never_summed() {
    let sandbox = converted("c-health");
    let row = row(&sandbox, "archive/health-daily.csv", "2026-07-11");
    assert_eq!(row["steps"], "720");
    assert_eq!(row["resting_heart_rate"], "55");
    assert_eq!(row["floors"], "3");
    assert_eq!(row["stress_score"], "", "unknown is empty, not 0");
}
