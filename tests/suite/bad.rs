//! Bad fixtures: one fault each, named after it. The fault is found, named, counted; the rest of
//! the export comes out as if it were not there.

use std::fs;

use crate::support::{Sandbox, fixture, manifest, root};

/// The fault, the file that has it, how many records are rejected and why. Where nothing can be
/// counted the entry as a whole has an error.
const FAULTS: &[(&str, &str, Option<&str>)] = &[
    ("csv-without-its-column", "steps_2024-05-01.csv", None),
    ("empty-file", "heart_rate-2024-05-01.json", None),
    ("empty-steps", "steps-2024-04-20.json", Some("bad_value")),
    ("exercise-bad-start", "exercise-0.json", Some("bad_date")),
    (
        "exercise-ends-before-start",
        "UserExercises_2024-05-01.csv",
        Some("bad_interval"),
    ),
    (
        "exercise-without-duration",
        "exercise-0.json",
        Some("missing_field"),
    ),
    (
        "latitude-beyond-the-pole",
        "gps_location_2024-05-01.csv",
        Some("bad_value"),
    ),
    (
        "month-thirteen",
        "heart_rate-2024-05-01.json",
        Some("bad_date"),
    ),
    (
        "negative-weight",
        "weight-2024-05-20.json",
        Some("bad_value"),
    ),
    ("not-json", "steps-2024-04-20.json", None),
    (
        "null-profile-height",
        "height-2019-01-01.json",
        Some("bad_value"),
    ),
    ("score-without-id", "sleep_score.csv", Some("bad_value")),
    ("sleep-bad-start", "sleep-2024-04-20.json", Some("bad_date")),
    (
        "sleep-ends-before-start",
        "sleep-2024-04-20.json",
        Some("bad_interval"),
    ),
    ("steps-in-words", "steps-2024-04-20.json", Some("bad_value")),
    (
        "text-for-bpm",
        "heart_rate-2024-05-01.json",
        Some("bad_value"),
    ),
    ("truncated-json", "heart_rate-2024-05-01.json", None),
    ("truncated-xml", "64000000001.tcx", None),
    (
        "weight-without-date",
        "weight-2024-05-20.json",
        Some("missing_field"),
    ),
];

#[test]
fn each_fault_is_found_named_and_counted_and_nothing_else_is_lost() {
    for (fault, file, reject) in FAULTS {
        let sandbox = Sandbox::new();
        sandbox.convert(&fixture(&format!("bad/{fault}")), "out", &[], 3);
        let manifest = manifest(&sandbox.path("out"));
        let entries = manifest["entries"].as_array().unwrap();
        for entry in entries {
            let path = entry["path"].as_str().unwrap();
            let rejected = entry["rejected"].as_object().unwrap();
            let told: Vec<_> = rejected
                .iter()
                .map(|(why, n)| (why.as_str(), n.as_u64()))
                .collect();
            if path.ends_with(&format!("/{file}")) {
                let expected: Vec<_> = reject.iter().map(|why| (*why, Some(1))).collect();
                assert_eq!(told, expected, "{fault}");
                assert_eq!(
                    entry["error"].is_string(),
                    reject.is_none(),
                    "{fault}: {entry}"
                );
            } else {
                assert!(
                    told.is_empty() && entry["error"].is_null(),
                    "{fault}: {entry}"
                );
            }
        }
        let findings = manifest["findings"].as_array().unwrap();
        let named = findings.iter().any(|f| {
            let place = f["entry"].as_str();
            place.is_some_and(|p| p.ends_with(file)) && f["what"].as_str() != Some("")
        });
        assert!(named, "{fault}: {findings:?}");
        assert!(
            sandbox
                .path("out/import/weight/weight-2024-05.fit")
                .is_file(),
            "{fault}"
        );
    }
}

#[test]
fn every_bad_fixture_is_in_the_table() {
    let mut names: Vec<_> = fs::read_dir(root().join("fixtures/bad"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let table: Vec<_> = FAULTS
        .iter()
        .map(|(fault, ..)| (*fault).to_owned())
        .collect();
    assert_eq!(names, table);
}
