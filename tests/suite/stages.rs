//! The stages one by one: upload, validate, convert, download by id, and what they leave behind.

use rusqlite::Connection;
use trackersync::model::Instant;

use crate::support::{Sandbox, fixture, outputs, run_at, text, walk, zip};

fn id(run: &crate::support::Run, name: &str) -> String {
    assert_eq!(run.code, 0, "{run:?}");
    let id = run.json()[name].as_str().map(str::to_owned);
    let id = id.unwrap_or_else(|| panic!("no {name}: {run:?}"));
    assert_eq!(id.len(), 32, "{id}");
    id
}

fn uploaded(sandbox: &Sandbox) -> String {
    let input = text(&fixture("b-takeout"));
    id(&sandbox.run(&["upload", &input, "--json"]), "upload_id")
}

fn used(sandbox: &Sandbox) -> u64 {
    let usage = sandbox.run(&["usage", "--json"]).json();
    usage["budgets"][0]["used"].as_u64().unwrap()
}

#[test]
fn four_stages_give_the_bytes_of_one_go_for_one_unit() {
    let sandbox = Sandbox::new();
    let upload = uploaded(&sandbox);
    assert_eq!(sandbox.run(&["validate", &upload]).code, 0);
    assert_eq!(used(&sandbox), 0, "upload and validate are free");
    let conversion = id(&sandbox.run(&["convert", &upload, "--json"]), "out");
    let run = sandbox.run(&["download", &conversion, "-o", "staged"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(used(&sandbox), 1);
    assert_eq!(sandbox.run(&["verify", "staged"]).code, 0);
    sandbox.convert(&fixture("b-takeout"), "direct", &[], 0);
    assert_eq!(
        outputs(&sandbox.path("staged")),
        outputs(&sandbox.path("direct"))
    );
    assert_eq!(used(&sandbox), 2);
}

#[test]
fn the_plain_output_of_a_stage_holds_its_id_for_a_script() {
    let sandbox = Sandbox::new();
    let input = text(&fixture("b-takeout"));
    let run = sandbox.run(&["upload", &input]);
    let id = run.stdout.split_whitespace().find(|w| w.len() == 32);
    assert!(id.is_some(), "{run:?}");
}

#[test]
fn inputs_of_one_name_stay_two_and_the_users_files_stay_as_they_are() {
    let sandbox = Sandbox::new();
    let parts = walk(&fixture("b-takeout"));
    let (one, two) = parts.split_at(parts.len() / 2);
    let paths = ["a/takeout.zip", "b/takeout.zip"];
    let bytes = [zip(one, true), zip(two, true)];
    for (path, bytes) in paths.iter().zip(&bytes) {
        sandbox.file(path, bytes);
    }
    let upload = id(
        &sandbox.run(&["upload", paths[0], paths[1], paths[1], "--json"]),
        "upload_id",
    );
    for (path, bytes) in paths.iter().zip(&bytes) {
        assert_eq!(&std::fs::read(sandbox.path(path)).unwrap(), bytes, "{path}");
    }
    let run = sandbox.run(&["convert", &upload, "-o", "staged"]);
    assert_eq!(run.code, 0, "{run:?}");
    sandbox.convert(&fixture("b-takeout"), "direct", &[], 0);
    assert_eq!(
        outputs(&sandbox.path("staged")),
        outputs(&sandbox.path("direct"))
    );
}

#[test]
fn an_id_is_good_for_its_time_only() {
    let sandbox = Sandbox::new();
    let upload = uploaded(&sandbox);
    let conversion = id(&sandbox.run(&["convert", &upload, "--json"]), "out");
    let state = Connection::open(sandbox.path("state.db")).unwrap();
    let times = ["uploads", "conversions"].map(|table| {
        let sql = format!("SELECT created_at, expires_at FROM {table}");
        let row = state.query_row(&sql, [], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)));
        row.unwrap()
    });
    drop(state);
    assert_eq!(times.map(|(from, to)| to - from), [3600, 7200]);
    let (state, late) = (text(&sandbox.path("state.db")), text(&sandbox.path("late")));
    let [(_, upload_ends), (_, conversion_ends)] = times;
    for (words, end) in [
        (&["convert", &upload, "--dry-run", "-q"][..], upload_ends),
        (&["validate", &upload, "-q"], upload_ends),
        (
            &["download", &conversion, "-o", &late, "-q"],
            conversion_ends,
        ),
    ] {
        let words = [words, &["--state", &state]].concat();
        assert_eq!(run_at(&words, &|| Instant(end)), 66, "{words:?}");
    }
    assert!(!sandbox.path("late").exists());
    let kept = |kind: &str, id: &str| sandbox.path(&format!("state.db.{kind}")).join(id);
    let maintain = |at: i64| {
        let words = ["maintain", "--state", &state, "-q"];
        assert_eq!(run_at(&words, &|| Instant(at)), 0);
        [kept("uploads", &upload), kept("conversions", &conversion)].map(|path| path.is_dir())
    };
    assert_eq!(maintain(upload_ends - 1), [true, true]);
    assert_eq!(maintain(conversion_ends - 1), [false, true]);
    assert_eq!(sandbox.run(&["download", &conversion, "-o", "o"]).code, 0);
    assert_eq!(maintain(conversion_ends), [false, false]);
    let status = sandbox.run(&["status", "--json"]).json();
    assert_eq!(
        (&status["uploads"], &status["conversions"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn each_input_by_itself_and_a_failed_one_stops_no_other() {
    let sandbox = Sandbox::new();
    let (one, two) = (text(&fixture("b-takeout")), text(&fixture("n-native")));
    let noise = text(&sandbox.file("noise.zip", b"no zip"));
    let run = sandbox.run(&["convert", &one, &noise, &two, "--each", "-o", "many"]);
    assert_eq!(run.code, 3, "{run:?}");
    for name in ["b-takeout", "n-native"] {
        let out = format!("many/{name}");
        assert_eq!(sandbox.run(&["verify", &out]).code, 0, "{out}");
    }
    assert!(!sandbox.path("many/noise").exists());
    assert_eq!(used(&sandbox), 2);
}

#[test]
fn single_files_of_an_export_are_an_export() {
    let sandbox = Sandbox::new();
    let folder = fixture("b-takeout").join("Takeout/Fitbit/Global Export Data");
    let (weight, heart) = (
        text(&folder.join("weight-2024-04-20.json")),
        text(&folder.join("heart_rate-2024-05-01.json")),
    );
    let run = sandbox.run(&["convert", &weight, &heart, "-o", "out"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        sandbox
            .path("out/import/weight/weight-2024-05.fit")
            .is_file()
    );
}

/// A conversion that waits, and its folder.
fn waiting(sandbox: &Sandbox) -> (String, std::path::PathBuf) {
    let upload = uploaded(sandbox);
    let id = id(&sandbox.run(&["convert", &upload, "--json"]), "out");
    let folder = sandbox.path("state.db.conversions").join(&id);
    (id, folder)
}

#[test]
fn a_damaged_result_is_not_handed_over() {
    let sandbox = Sandbox::new();
    let (id, folder) = waiting(&sandbox);
    for name in ["report.html", "manifest.json", "archive/sleep.csv"] {
        let path = folder.join(name);
        let sound = std::fs::read(&path).unwrap();
        let mut flipped = sound.clone();
        flipped[2] ^= 1;
        for damaged in [Some(&flipped[..]), Some(&sound[..sound.len() / 2]), None] {
            match damaged {
                Some(bytes) => std::fs::write(&path, bytes).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            for out in ["o", "o.zip"] {
                let run = sandbox.run(&["download", &id, "-o", out]);
                assert_eq!(run.code, 66, "{name}: {run:?}");
                assert!(!sandbox.path(out).exists(), "{name}");
            }
        }
        std::fs::write(&path, sound).unwrap();
    }
    assert_eq!(sandbox.run(&["download", &id, "-o", "o"]).code, 0);
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_a_copy_for_the_user_alone() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let sandbox = Sandbox::new();
    let input = sandbox.file("in/steps-2024-05-01.json", b"[]");
    let folder = text(&sandbox.path("in"));
    std::os::unix::fs::symlink("nowhere", sandbox.path("in/weight-2024-05-01.json")).unwrap();
    let before = std::fs::metadata(&input).unwrap();
    let upload = id(&sandbox.run(&["upload", &folder, "--json"]), "upload_id");
    let kept = sandbox.path("state.db.uploads").join(&upload);
    for private in [sandbox.path("state.db.uploads"), kept.clone()] {
        let mode = std::fs::metadata(&private).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{private:?}");
    }
    let copy = kept.join("0000/in/steps-2024-05-01.json");
    let meta = std::fs::metadata(copy).unwrap();
    assert_eq!(meta.permissions().mode() & 0o777, 0o600);
    assert_ne!(meta.ino(), before.ino(), "not the user's own file");
    assert!(kept.join("0000/in/weight-2024-05-01.json").is_symlink());
}

#[test]
fn an_input_that_holds_the_uploads_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("steps-2024-05-01.json", b"[]");
    let run = sandbox.run(&["upload", "."]);
    assert_eq!(run.code, 73, "{run:?}");
    let uploads = std::fs::read_dir(sandbox.path("state.db.uploads")).unwrap();
    assert_eq!(uploads.count(), 0);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_what_is_kept_costs_nobody_a_file() {
    use std::os::unix::fs::PermissionsExt;
    for kind in ["uploads", "conversions"] {
        let sandbox = Sandbox::new();
        let upload = uploaded(&sandbox);
        let link = sandbox.path(&format!("state.db.{kind}"));
        let _not_there_yet = std::fs::remove_dir_all(&link);
        let (mine, digest) = (sandbox.path("mine"), "0123456789abcdef".repeat(2));
        sandbox.file(&format!("mine/{digest}/0000/diary.txt"), b"mine");
        sandbox.file(&format!("mine/{digest}/manifest.json"), b"mine");
        std::fs::set_permissions(&mine, PermissionsExt::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink(&mine, &link).unwrap();
        let before = walk(&mine);
        sandbox.run(&["maintain"]);
        let input = text(&fixture("b-takeout"));
        let refused = match kind {
            "uploads" => ["upload", &input],
            _ => ["convert", &upload],
        };
        let run = sandbox.run(&refused);
        assert!(run.code > 3 && run.stdout.is_empty(), "{kind}: {run:?}");
        assert_eq!(walk(&mine), before, "{kind}");
        let mode = mine.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755, "{kind}");
    }
}

#[test]
fn only_what_was_kept_by_us_and_is_known_no_more_is_removed() {
    let sandbox = Sandbox::new();
    let (_, paid) = waiting(&sandbox);
    let name = |digit: &str| digit.repeat(32);
    let diary = sandbox.file(
        &format!("state.db.uploads/{}/diary.txt", name("a")),
        b"mine",
    );
    let upload = sandbox.file(&format!("state.db.uploads/{}/0000/x.zip", name("b")), b"x");
    let mixed = sandbox.file(
        &format!("state.db.conversions/{}/diary.txt", name("c")),
        b"mine",
    );
    let lose = "DELETE FROM conversions";
    Connection::open(sandbox.path("state.db"))
        .unwrap()
        .execute(lose, [])
        .unwrap();
    let run = sandbox.run(&["maintain"]);
    assert!(
        run.stderr.contains("1 orphaned") && run.stderr.contains("was paid"),
        "{run:?}"
    );
    assert!(diary.exists() && mixed.exists() && !upload.exists());
    assert!(
        paid.join("manifest.json").exists(),
        "a conversion that was paid just now"
    );
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7201);
    std::fs::File::open(&paid)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    let run = sandbox.run(&["maintain"]);
    assert!(
        run.stderr.contains("1 orphaned") && !paid.exists(),
        "{run:?}"
    );
}
