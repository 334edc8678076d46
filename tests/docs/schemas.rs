//! The JSON documents of real runs against the schemas that are promised to scripts.

use serde_json::Value;

use super::check::{Strictness, faults};
use super::stage::{Stage, TINY, code, root, said};

fn schema_of(name: &str) -> Value {
    let path = root().join(format!("schema/{name}.schema.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// What is wrong with a document, by the schema of that name.
fn wrong(schema: &str, document: &str) -> Vec<String> {
    let schema = schema_of(schema);
    let document: Value =
        serde_json::from_str(document).unwrap_or_else(|e| panic!("{e}: {document}"));
    let mut wrong = faults(&schema, &document, Strictness::Closed);
    wrong.extend(faults(&schema, &document, Strictness::Open));
    wrong
}

#[test]
fn every_document_of_a_real_run_is_as_its_schema_says() {
    let stage = Stage::new("schemas");
    stage.zip("a.zip", TINY);
    let mut bad = TINY.to_vec();
    bad.push((
        "Takeout/Fitbit/Global Export Data/weight-2024-06-01.json",
        r#"[{"logId":1,"weight":-3,"date":"06/01/24","time":"06:00:00"}]"#,
    ));
    stage.zip("b.zip", &bad);
    let runs: &[(&str, i32, &[&str])] = &[
        ("summary", 0, &["convert", "a.zip", "-o", "out"]),
        ("summary", 0, &["convert", "a.zip", "--dry-run"]),
        ("summary", 3, &["convert", "b.zip", "-o", "bad"]),
        ("summary", 3, &["validate", "b.zip"]),
        (
            "batch",
            3,
            &["convert", "a.zip", "none.zip", "--each", "-o", "each"],
        ),
        ("upload", 0, &["upload", "a.zip"]),
        ("usage", 0, &["usage"]),
        ("usage", 0, &["usage", "--key", "gym", "--verify"]),
        ("usage", 0, &["budget", "show"]),
        ("usage-all", 0, &["usage", "--all"]),
        ("usage-all", 0, &["budget", "list"]),
        ("ledger", 0, &["usage", "--log"]),
        ("status", 0, &["status"]),
        ("status", 0, &["status", "--verify"]),
        ("verify", 0, &["verify", "out"]),
        (
            "inspect",
            0,
            &["inspect", "out/import/weight/weight-2024-05.fit"],
        ),
    ];
    for (schema, expected, arguments) in runs {
        let output = stage.command(arguments).arg("--json").output().unwrap();
        let (document, error) = said(&output);
        assert_eq!(code(&output), *expected, "{arguments:?}: {error}");
        assert_eq!(
            wrong(schema, &document),
            [""; 0],
            "{arguments:?}: {document}"
        );
    }
    for out in ["out", "bad"] {
        let manifest = stage.path().join(out).join("manifest.json");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        assert_eq!(wrong("manifest", &manifest), [""; 0], "{out}");
    }
}

#[test]
fn a_schema_refuses_what_is_not_its_document() {
    let stage = Stage::new("schemas-refuse");
    stage.zip("a.zip", TINY);
    let output = stage
        .command(&["convert", "a.zip", "-o", "out", "--json"])
        .output()
        .unwrap();
    let summary = said(&output).0;
    let manifest = std::fs::read_to_string(stage.path().join("out/manifest.json")).unwrap();
    let cases = [
        ("summary", &summary, "/schema", Value::from(2)),
        ("summary", &summary, "/outcome", Value::from("perhaps")),
        (
            "summary",
            &summary,
            "/weigh_ins/first",
            Value::from("yesterday"),
        ),
        ("summary", &summary, "/records", Value::from(-1)),
        ("summary", &summary, "/timezone/offsets", Value::Null),
        (
            "manifest",
            &manifest,
            "/entries/0/records",
            Value::from("many"),
        ),
        ("manifest", &manifest, "/outputs/0/sha256", Value::Null),
    ];
    for (name, document, pointer, bad) in cases {
        let mut document: Value = serde_json::from_str(document).unwrap();
        *document.pointer_mut(pointer).unwrap() = bad;
        let found = faults(&schema_of(name), &document, Strictness::Open);
        assert_eq!(found.len(), 1, "{pointer}: {found:?}");
    }
}

#[test]
fn a_damaged_output_is_told_as_the_schema_says() {
    let stage = Stage::new("schemas-damaged");
    stage.zip("a.zip", TINY);
    assert_eq!(code(&stage.run(&["convert", "a.zip", "-o", "out"])), 0);
    stage.file("out/import/weight/weight-2024-05.fit", b"x");
    let output = stage.run(&["verify", "out", "--json"]);
    let (document, _) = said(&output);
    assert_eq!(code(&output), 3);
    assert_eq!(wrong("verify", &document), [""; 0], "{document}");
    assert!(document.contains("weight-2024-05.fit"), "{document}");
}

#[test]
fn the_stages_hand_their_ids_on_in_documents() {
    let stage = Stage::new("schemas-stages");
    stage.zip("a.zip", TINY);
    let id = |arguments: &[&str], schema: &str, pointer: &str| {
        let output = stage.command(arguments).arg("--json").output().unwrap();
        let (document, error) = said(&output);
        assert_eq!(code(&output), 0, "{arguments:?}: {error}");
        assert_eq!(wrong(schema, &document), [""; 0], "{document}");
        let value: Value = serde_json::from_str(&document).unwrap();
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let upload = id(&["upload", "a.zip"], "upload", "/upload_id");
    let conversion = id(&["convert", &upload], "summary", "/out");
    let back = id(
        &["download", &conversion, "-o", "out"],
        "download",
        "/conversion_id",
    );
    assert_eq!(back, conversion);
}
