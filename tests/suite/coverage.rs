//! Every row of SOURCES has a fixture, and every row of OUTPUTS is made from one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use trackersync::fitbit::{Action, Name, SOURCES, owner};
use trackersync::garmin::OUTPUTS;

use crate::support::{LAYOUTS, Sandbox, fixture, manifest, root, walk};

/// Types that no fixture can show, with the reason.
const NOT_SHOWN: &[(&str, &str)] = &[("monthly_xls", "a binary file; fixtures are text")];

#[test]
fn every_source_owns_a_fixture() {
    let (mut owned, mut files) = (BTreeMap::<&str, u32>::new(), 0);
    for (path, _) in walk(&root().join("fixtures")) {
        if path.starts_with("bad/") {
            continue;
        }
        let lower = path.to_lowercase();
        if let Some(source) = owner(&Name::new(&lower)) {
            *owned.entry(source.kind).or_default() += 1;
        }
        files += 1;
    }
    assert!(files > 150, "{files}");
    for source in SOURCES {
        let excused = NOT_SHOWN.iter().any(|(kind, _)| *kind == source.kind);
        assert!(
            owned.contains_key(source.kind) != excused,
            "no fixture has a file of this row, or one that is excused: {}",
            source.kind
        );
    }
}

#[test]
fn every_source_that_is_read_gives_a_record_and_every_output_is_made() {
    let (mut converted, mut made) = (BTreeSet::new(), BTreeSet::new());
    let mut entries = 0;
    let mut runs = LAYOUTS.to_vec();
    runs.push(("b-takeout", &["--only", "body"]));
    for (name, more) in runs {
        let sandbox = Sandbox::new();
        let input = fixture(name);
        let arguments = ["convert", input.to_str().unwrap(), "-o", "out"];
        assert!(matches!(
            sandbox.run(&[&arguments[..], more].concat()).code,
            0 | 3
        ));
        let manifest = manifest(&sandbox.path("out"));
        for entry in manifest["entries"].as_array().unwrap() {
            let sum = |of: &str| -> u64 {
                let counts = entry[of].as_object();
                counts.map_or(0, |c| {
                    c.values().filter_map(serde_json::Value::as_u64).sum()
                })
            };
            let (records, good) = (
                entry["records"].as_u64().unwrap(),
                entry["converted"].as_u64().unwrap(),
            );
            assert_eq!(
                records,
                good + sum("skipped") + sum("rejected"),
                "{name}: {entry}"
            );
            if let (true, Some(kind)) = (good > 0, entry["type"].as_str()) {
                converted.insert(kind.to_owned());
            }
            entries += 1;
        }
        for output in manifest["outputs"].as_array().unwrap() {
            made.insert(output["kind"].as_str().unwrap().to_owned());
            let path = sandbox.path("out").join(output["path"].as_str().unwrap());
            assert_eq!(
                fs::metadata(path).unwrap().len(),
                output["bytes"].as_u64().unwrap()
            );
        }
    }
    assert!(entries > 150, "{entries}");
    for source in SOURCES {
        let read = matches!(source.action, Action::Read(_));
        let kind = source.kind;
        assert_eq!(
            converted.contains(kind),
            read,
            "a fixture gives a record of {kind}"
        );
    }
    for output in OUTPUTS {
        assert!(made.contains(output.kind), "{}", output.kind);
    }
}
