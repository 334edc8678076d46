//! Outputs that were changed after they were written.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use trackersync::budget::store::{Ask, Charge, Store};
use trackersync::budget::{Digest, Key, OperationId, Options, SqliteStore};
use trackersync::download::{OutKind, Request, Work};
use trackersync::model::Instant;

use super::super::stage::{Stage, TINY, code, said, zip_of};
use super::zips::Zip;

const WEIGHT: &str = "import/weight/weight-2024.fit";

/// Makes all of them.
pub(super) fn make(stage: &Stage) {
    for name in [
        "changed", "tampered", "stranger", "newer", "other", "array", "text", "link", "long",
    ] {
        let output = stage.run(&["convert", "good.zip", "-o", name, "--key", "outputs"]);
        assert_eq!(code(&output), 0, "{}", said(&output).1);
    }
    let path = |name: &str| stage.path().join(name);
    stage.file(&format!("changed/{WEIGHT}"), b"x");
    stage.file("stranger/notes.txt", b"mine");
    tamper(stage);
    edit(stage, "newer", |manifest| manifest["schema"] = json!(2));
    edit(stage, "other", |manifest| {
        manifest["program"] = json!("npm")
    });
    stage.file("array/manifest.json", b"[]");
    stage.file("text/manifest.json", b"{");
    fs::rename(path("link/manifest.json"), path("link.json")).unwrap();
    symlink("../link.json", path("link/manifest.json")).unwrap();
    let manifest = fs::File::create(path("long/manifest.json")).unwrap();
    manifest.set_len((256 << 20) + 1).unwrap();
    zips(stage);
    places(stage);
}

/// One output in which everything is wrong that one can show.
fn tamper(stage: &Stage) {
    let path = |name: &str| stage.path().join("tampered").join(name);
    fs::remove_file(path("report.html")).unwrap();
    symlink("/dev/null", path("report.html")).unwrap();
    let listed = edit(stage, "tampered", |manifest| {
        let outputs = manifest["outputs"].as_array_mut().unwrap();
        outputs.push(outputs[0].clone());
        outputs.push(json!({"path": "gone.csv", "kind": "", "bytes": 0, "sha256": "", "records": 0, "garmin_connect": "archive"}));
    });
    let outputs = listed["outputs"].as_array().unwrap();
    let paths: Vec<&str> = outputs.iter().filter_map(|o| o["path"].as_str()).collect();
    let path_of = |end: &str| *paths.iter().find(|p| p.ends_with(end)).unwrap();
    let mut weight = fs::read(path(WEIGHT)).unwrap();
    *weight.last_mut().unwrap() ^= 1;
    replace(stage, WEIGHT, &weight);
    replace(
        stage,
        path_of("2024-05-01.fit"),
        &super::fits::sealed(&[0x40]),
    );
    let large = fs::File::create(path(path_of("2024-05-02.fit"))).unwrap();
    large.set_len((64 << 20) + 1).unwrap();
    edit(stage, "tampered", |manifest| {
        let outputs = manifest["outputs"].as_array_mut().unwrap();
        let large = outputs
            .iter_mut()
            .find(|o| o["path"] == path_of("2024-05-02.fit"));
        large.unwrap()["bytes"] = json!((64 << 20) + 1);
    });
    let table = fs::read(path("archive/sleep.csv")).unwrap();
    stage.file("tampered/archive/sleep.csv", &table.to_ascii_uppercase());
    stage.file("tampered/notes.txt", b"mine");
    stage.file(&format!("tampered/{}", path_of("health-daily.csv")), b"x");
}

/// Replaces a file of the tampered output and what its manifest says of it.
fn replace(stage: &Stage, name: &str, bytes: &[u8]) {
    stage.file(&format!("tampered/{name}"), bytes);
    let sum = Sha256::digest(bytes);
    let sum: String = sum.iter().map(|b| format!("{b:02x}")).collect();
    edit(stage, "tampered", |manifest| {
        let outputs = manifest["outputs"].as_array_mut().unwrap();
        for output in outputs.iter_mut().filter(|o| o["path"] == name) {
            output["bytes"] = json!(bytes.len());
            output["sha256"] = json!(sum);
        }
    });
}

/// Changes the manifest of an output.
fn edit(stage: &Stage, name: &str, change: impl FnOnce(&mut Value)) -> Value {
    let path = stage.path().join(name).join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    manifest
}

/// Outputs as zips: an entry twice, one that nobody listed, one of an unknown method.
fn zips(stage: &Stage) {
    let manifest = fs::read(stage.path().join("changed/manifest.json")).unwrap();
    let manifest = String::from_utf8(manifest).unwrap();
    let entries = [
        ("manifest.json", manifest.as_str()),
        ("notes.txt", "1"),
        ("notes.txt", "2"),
    ];
    stage.file("twice-out.zip", &zip_of(&entries));
    let mut method = Zip::new(&[("manifest.json", manifest.as_bytes())]);
    method.both(0, 8, &[12, 0]);
    stage.file("method-out.zip", &method.0);
    let report = fs::read(stage.path().join("changed/report.html")).unwrap();
    let mut sum = Zip::new(&[
        ("manifest.json", manifest.as_bytes()),
        ("report.html", &report),
    ]);
    sum.both(1, 14, &[1, 2, 3, 4]);
    stage.file("sum-out.zip", &sum.0);
}

/// Conversions that were killed before their last step, one of them after it was paid.
pub(super) fn killed(stage: &Stage) {
    let state = stage.path().join("state/trackersync/state.db");
    let store = SqliteStore::new(state, Options::default());
    for (name, paid) in [("killed", false), ("killed-paid", true)] {
        let operation = OperationId::fresh();
        let request = Request {
            out: &stage.path().join(name),
            kind: OutKind::Folder,
            force: false,
            operation: &operation.to_string(),
            inputs: &[],
        };
        let mut work = Work::begin(&request).unwrap();
        work.put("report.html", b"<p>").unwrap();
        work.seal(b"{}").unwrap();
        work.leave();
        let ask = Ask {
            key: &Key::local(),
            cost: 1,
            request: None,
        };
        let charge = Charge {
            operation,
            ask,
            digest: Digest::default(),
            ticket: None,
        };
        if paid {
            store
                .charge(&charge, Instant(chrono::Utc::now().timestamp()))
                .unwrap();
        }
    }
}

/// Places where no output can be made.
fn places(stage: &Stage) {
    fs::create_dir(stage.path().join("folder.zip")).unwrap();
    symlink("nowhere", stage.path().join("dangling")).unwrap();
    stage.zip("nest/in.zip", TINY);
    stage.file(&format!("deep/{}x", "d/".repeat(34)), b"");
}
