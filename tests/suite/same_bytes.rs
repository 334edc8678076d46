//! Same export, same bytes: whatever it is packed in, however many threads, wherever it is run.

use std::path::Path;

use serde_json::Value;

use crate::support::{Chance, LAYOUTS, Part, Sandbox, fixture, manifest, outputs, tgz, walk, zip};

/// The manifest without what names the packing: the inputs, and the archive of each entry.
fn books(out: &Path) -> Value {
    let mut manifest = manifest(out);
    let object = manifest.as_object_mut().unwrap();
    object.remove("inputs");
    // The page names the inputs too, and the manifest has its hash.
    let outputs = object["outputs"].as_array_mut().unwrap();
    outputs.retain(|o| o["kind"] != "report");
    // The page names the inputs too, and the manifest has its hash.
    let outputs = object["outputs"].as_array_mut().unwrap();
    outputs.retain(|o| o["kind"] != "report");
    for list in ["entries", "findings"] {
        let list = object[list].as_array_mut().unwrap();
        for item in list.iter_mut() {
            item.as_object_mut().unwrap().remove("archive");
        }
        list.sort_by_cached_key(Value::to_string);
    }
    manifest
}

fn converted(sandbox: &Sandbox, input: &Path, out: &str, more: &[&str]) -> (Vec<Part>, Value) {
    let (first, rest) = (input, more);
    let arguments = ["convert", first.to_str().unwrap(), "-o", out];
    let run = sandbox.run(&[&arguments[..], rest].concat());
    assert!(matches!(run.code, 0 | 3), "{run:?}");
    (outputs(&sandbox.path(out)), books(&sandbox.path(out)))
}

#[test]
fn a_folder_a_zip_a_stored_zip_parts_and_a_tgz_are_one_export() {
    let mut seen = 0;
    for (name, more) in LAYOUTS {
        let sandbox = Sandbox::new();
        let parts = walk(&fixture(name));
        let whole = converted(&sandbox, &fixture(name), "folder", more);
        let stored = sandbox.file("stored.zip", &zip(&parts, true));
        let deflated = sandbox.file("deflated.zip", &zip(&parts, false));
        let tarred = sandbox.file("tarred.tgz", &tgz(&parts));
        for input in [&stored, &deflated, &tarred] {
            let out = input.file_stem().unwrap().to_str().unwrap();
            let again = converted(&sandbox, input, out, more);
            assert!(whole == again, "{name} as {out}");
        }
        if parts.len() > 3 {
            let [mut a, mut b] = [Vec::new(), Vec::new()];
            for (n, part) in parts.iter().enumerate() {
                if n % 2 == 0 { &mut a } else { &mut b }.push(part.clone());
            }
            let a = sandbox.file("takeout-20260101T000000Z-1-001.zip", &zip(&a, false));
            let b = sandbox.file("takeout-20260101T000000Z-1-002.zip", &zip(&b, false));
            let with = [&[b.to_str().unwrap()], *more].concat();
            let again = converted(&sandbox, &a, "parts", &with);
            assert!(whole == again, "{name} in parts");
        }
        seen += 1;
    }
    assert_eq!(seen, LAYOUTS.len());
}

#[test]
fn the_order_of_entries_says_nothing() {
    for name in ["a1-flat", "c-health", "b-plus"] {
        let sandbox = Sandbox::new();
        let mut parts = walk(&fixture(name));
        let sorted = sandbox.file("sorted.zip", &zip(&parts, false));
        let whole = converted(&sandbox, &sorted, "sorted", &[]);
        for seed in 1..4 {
            Chance::new(seed).shuffle(&mut parts);
            let input = sandbox.file("shuffled.zip", &zip(&parts, false));
            let again = converted(&sandbox, &input, &format!("out{seed}"), &[]);
            assert!(whole == again, "{name} shuffled by {seed}");
        }
    }
}

#[test]
fn threads_zone_and_language_of_the_machine_say_nothing() {
    let sandbox = Sandbox::new();
    let input = sandbox.file("x.zip", &zip(&walk(&fixture("b-takeout")), false));
    let mut all = Vec::new();
    let machines = [
        ("1", "UTC", "C"),
        ("2", "Asia/Kathmandu", "de_DE.UTF-8"),
        ("8", "America/St_Johns", "tr_TR.UTF-8"),
    ];
    for (jobs, zone, language) in machines {
        let out = format!("out{jobs}");
        let mut command = sandbox.command();
        command
            .env("TZ", zone)
            .env("LC_ALL", language)
            .env("LANG", language);
        command.args([
            "convert",
            input.to_str().unwrap(),
            "-o",
            &out,
            "--jobs",
            jobs,
        ]);
        assert!(command.output().unwrap().status.success());
        // Here every byte counts, manifest and page included.
        all.push(walk(&sandbox.path(&out)));
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(all[0].len() > 10);
}

#[test]
fn a_zip_as_out_is_the_same_twice_and_holds_the_files_of_the_folder() {
    let sandbox = Sandbox::new();
    for out in ["one.zip", "two.zip", "folder"] {
        sandbox.convert(&fixture("b-takeout"), out, &[], 0);
    }
    let read = |name| std::fs::read(sandbox.path(name)).unwrap();
    assert!(read("one.zip") == read("two.zip"));
    let zip = zip::ZipArchive::new(std::io::Cursor::new(read("one.zip"))).unwrap();
    let names = zip.file_names().map(|name| name.unwrap().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    let folder: Vec<_> = walk(&sandbox.path("folder"))
        .into_iter()
        .map(|(p, _)| p)
        .collect();
    assert_eq!(names, folder);
}
