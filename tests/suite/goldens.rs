//! Goldens: every output of every layout as text that people can review.
//!
//! FIT files are shown as an independent reader decodes them, under the hash of their bytes; CSV
//! and the manifest as they are. `TRACKERSYNC_BLESS=1 cargo test` rewrites them; the diff is then
//! reviewed like code.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use sha2::{Digest, Sha256};
use trackersync::inspect::{Cell, Message, decode};

use crate::support::{LAYOUTS, Sandbox, fixture, root, walk};

fn hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter()
        .fold(String::new(), |s, b| s + &format!("{b:02x}"))
}

fn cell(value: &Cell) -> String {
    match value {
        Cell::Whole(n) => n.to_string(),
        Cell::Real(x) => x.to_string(),
        Cell::Text(t) | Cell::Time(t) => t.clone(),
        Cell::List(list) => {
            let items: Vec<_> = list
                .iter()
                .map(|i| i.as_ref().map_or("-".to_owned(), cell))
                .collect();
            format!("[{}]", items.join(" "))
        }
    }
}

fn line(message: &Message) -> String {
    let fields = message
        .fields
        .iter()
        .map(|f| format!(" {}={}", f.name, cell(&f.value)));
    format!("{}{}", message.name, fields.collect::<String>())
}

/// The dump of one output folder. Long runs of one message are shown by their ends.
fn dump(sandbox: &Sandbox, long: usize) -> String {
    let mut text = String::new();
    for (path, bytes) in walk(&sandbox.path("out")) {
        if path == "report.html" {
            continue;
        }
        writeln!(text, "\n== {path}").unwrap();
        if path.ends_with(".fit") {
            writeln!(text, "sha256 {}", hash(&bytes)).unwrap();
            let lines: Vec<_> = decode(&bytes).unwrap().iter().map(line).collect();
            for run in lines.chunk_by(|a, b| a.split(' ').next() == b.split(' ').next()) {
                let cut = run.len() > long;
                let (head, tail) = if cut {
                    (long / 2, run.len() - long / 2)
                } else {
                    (run.len(), run.len())
                };
                text += &run[..head]
                    .iter()
                    .map(|l| format!("{l}\n"))
                    .collect::<String>();
                if cut {
                    writeln!(text, "… {} more", tail - head).unwrap();
                }
                text += &run[tail..]
                    .iter()
                    .map(|l| format!("{l}\n"))
                    .collect::<String>();
            }
        } else if path == "manifest.json" {
            let mut manifest: Value = serde_json::from_slice(&bytes).unwrap();
            manifest.as_object_mut().unwrap().remove("version");
            // The page is no data: its wording may change without a new golden.
            let outputs = manifest["outputs"].as_array_mut().unwrap();
            outputs.retain(|o| o["kind"] != "report");
            manifest["totals"].as_object_mut().unwrap().remove("bytes");
            writeln!(text, "{}", serde_json::to_string_pretty(&manifest).unwrap()).unwrap();
        } else {
            text += std::str::from_utf8(&bytes).unwrap();
        }
    }
    text
}

fn check(name: &str, text: &str) {
    let path = root().join(format!("tests/golden/{name}.txt"));
    if std::env::var_os("TRACKERSYNC_BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let changed = golden.lines().zip(text.lines()).find(|(a, b)| a != b);
    assert!(
        golden == text,
        "{name}: first change is {changed:?}; TRACKERSYNC_BLESS=1 cargo test rewrites the goldens"
    );
}

#[test]
fn every_layout_comes_out_as_reviewed() {
    for (name, more) in LAYOUTS {
        let sandbox = Sandbox::new();
        let input = fixture(name);
        let mut arguments = vec!["convert", input.to_str().unwrap(), "-o", "out"];
        arguments.extend(*more);
        let run = sandbox.run(&arguments);
        assert!(matches!(run.code, 0 | 3), "{run:?}");
        check(name, &dump(&sandbox, 1000));
    }
    let goldens = fs::read_dir(root().join("tests/golden")).unwrap().count();
    // Beside the layouts: the example, and weights in other units.
    assert_eq!(goldens, LAYOUTS.len() + 2, "a golden of no fixture");
}

#[test]
fn the_example_of_the_readme_comes_out_as_reviewed() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("example"), "out", &[], 0);
    check("example", &dump(&sandbox, 12));
}

#[test]
fn body_comes_out_as_reviewed_when_it_is_asked_for() {
    let sandbox = Sandbox::new();
    let more = ["--only", "body", "--units", "imperial"];
    sandbox.convert(&fixture("b-takeout"), "out", &more, 0);
    check("body-imperial", &dump(&sandbox, 12));
}
