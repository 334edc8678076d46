//! The manifest: written, read back, told from foreign ones.

use super::super::manifest::*;
use crate::model::{EntryId, Position, Tally, finding::Reject, finding::Skip};

fn sample() -> Manifest {
    let mut m = Manifest::new("1.2.3");
    m.inputs.push(Input {
        name: "takeout-001.zip".into(),
        bytes: 9,
        sha256: Some("ab".repeat(32)),
    });
    m.options
        .insert("only".into(), serde_json::json!(["weight"]));
    m.timezone.zone = Some("Europe/Paris".into());
    m.outputs.push(Output {
        path: "import/weight/weight-2024.fit".into(),
        bytes: 3,
        ..Output::default()
    });
    m.entries.push(Entry {
        path: "line\nfeed \"quoted\".json".into(),
        ..Entry::default()
    });
    m.findings = vec![
        Found {
            what: "weight is -3.2 lb".into(),
            ..Found::default()
        };
        MAX_FINDINGS + 1
    ];
    m.findings_total = 1001;
    m
}

#[test]
fn what_is_written_is_read_back() {
    let mut m = sample();
    let bytes = m.to_bytes().unwrap();
    m.findings.pop();
    assert_eq!(Manifest::from_slice(&bytes).unwrap(), m);
    assert!(
        Head::read(bytes.as_slice())
            .unwrap()
            .unwrap()
            .paths()
            .eq(["import/weight/weight-2024.fit"])
    );
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
        assert!(Head::read(text.as_bytes()).unwrap().is_none(), "{text}");
    }
    assert!(
        Head::read(br#"["trackersync",[]]"#.as_slice())
            .unwrap()
            .is_none(),
        "an array is no object"
    );
}

#[test]
fn the_books_of_a_tally_are_taken_over() {
    let mut t = Tally::default();
    for _ in 0..4 {
        t.record();
    }
    t.skip(Skip::Padding, 2);
    t.reject(EntryId(0), Position::Record(1), Reject::BadValue, "x", "y");
    let e = Entry::default().with_tally(&t);
    assert_eq!(
        (
            e.records,
            e.converted,
            e.skipped["padding"],
            e.rejected["bad_value"]
        ),
        (4, 1, 2, 1)
    );
    assert_eq!(position(Position::Line(3)).as_deref(), Some("line 3"));
}
