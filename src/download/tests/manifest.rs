//! The manifest: written, read back, told from foreign ones.

use super::super::manifest::*;
use crate::model::file::WrittenFile;

fn sample() -> Manifest {
    let mut m = Manifest::new("1.2.3");
    m.inputs = rows([serde_json::json!({"name": "takeout-001.zip", "bytes": 9})]).unwrap();
    m.options
        .insert("only".into(), serde_json::json!(["weight"]));
    m.outputs.push(WrittenFile::new(
        "import/weight/weight-2024.fit",
        "weight",
        b"abc",
    ));
    m.entries = rows([serde_json::json!({"path": "line\nfeed \"quoted\".json"})]).unwrap();
    m.findings = rows(vec!["weight is -3.2 lb"; MAX_FINDINGS + 1]).unwrap();
    m.findings_total = 1001;
    m
}

#[test]
fn what_is_written_is_read_back() {
    let bytes = sample().to_bytes().unwrap();
    let read = Manifest::from_slice(&bytes).unwrap();
    assert_eq!((read.findings.len(), read.entries.len()), (MAX_FINDINGS, 1));
    assert_eq!(read.outputs, sample().outputs);
    assert_eq!(read.to_bytes().unwrap(), bytes);
}

#[test]
fn an_entry_is_one_line_whatever_its_name() {
    let text = String::from_utf8(sample().to_bytes().unwrap()).unwrap();
    assert!(text.starts_with("{\n\"schema\": 1,\n\"program\": \"trackersync\",\n"));
    assert_eq!(text.lines().filter(|l| l.contains("quoted")).count(), 1);
    assert!(
        !text.contains("degraded"),
        "an ordinary run does not speak of it"
    );
}

#[test]
fn an_unknown_field_is_passed_over_and_a_foreign_document_refused() {
    assert!(
        Manifest::from_slice(br#"{"schema":1,"program":"trackersync","version":"9","novelty":{}}"#)
            .is_ok()
    );
    let foreign = [
        r#"{"schema":1,"program":"npm","version":"1"}"#,
        "[]",
        "[1,\"trackersync\",\"1\"]",
        "",
        "{",
        "nul\0",
    ];
    for text in foreign {
        assert!(Manifest::from_slice(text.as_bytes()).is_err(), "{text}");
    }
}
