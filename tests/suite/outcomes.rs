//! Exit codes and streams: every code of the contract that a test can reach, and who says what where.

use std::fs;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use crate::support::{Sandbox, fixture, manifest, text, walk, zip};

#[test]
fn wrong_use_of_the_command_line_is_2_and_explains_itself_on_standard_error() {
    let sandbox = Sandbox::new();
    let input = text(&fixture("n-native"));
    let wrong: &[&[&str]] = &[
        &[],
        &["transmogrify"],
        &["convert"],
        &["convert", &input, "-o", "out", "--timezone", "Mars/Olympus"],
        &["convert", &input, "-o", "out", "--from", "2024-02-30"],
        &["convert", &input, "-o", "out", "--only", "happiness"],
        &["convert", &input, "-o", "out", "--sample", "0"],
        &["convert", &input, "-o", "out", "--min-confidence", "4"],
        &["download", "0123456789abcdef0123456789abcdef"],
    ];
    for arguments in wrong {
        let run = sandbox.run(arguments);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{run:?}");
    }
    assert_eq!(sandbox.names(), ["home"]);
}

#[test]
fn help_and_version_are_results() {
    let sandbox = Sandbox::new();
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["convert", "--help"],
        &["man"],
        &["completions", "bash"],
    ] {
        let run = sandbox.run(arguments);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(!run.stdout.is_empty() && run.stderr.is_empty(), "{run:?}");
    }
    let help = sandbox.run(&["--help"]).stdout;
    for code in [0, 2, 3, 65, 66, 69, 70, 73, 74, 75, 77, 130, 143] {
        assert!(help.contains(&format!("{code:>5}  ")), "{code} in {help}");
    }
}

#[test]
fn a_sound_export_is_0_with_a_summary_that_quiet_silences() {
    let sandbox = Sandbox::new();
    let run = sandbox.convert(&fixture("b-takeout"), "out", &[], 0);
    assert!(run.stderr.contains("activities  3"), "{run:?}");
    assert!(run.stderr.contains("America/Los_Angeles"), "{run:?}");
    let quiet = sandbox.convert(&fixture("b-takeout"), "quiet", &["-q"], 0);
    assert!(quiet.stderr.is_empty(), "{quiet:?}");
}

#[test]
fn a_rejected_record_is_3_and_is_named() {
    let sandbox = Sandbox::new();
    let run = sandbox.convert(&fixture("bad/steps-in-words"), "out", &[], 3);
    assert!(run.stderr.contains("steps-2024-04-20.json"), "{run:?}");
    assert!(manifest(&sandbox.path("out"))["findings_total"].as_u64() >= Some(1));
}

#[test]
fn a_part_that_lies_beside_the_one_given_is_not_forgotten() {
    let sandbox = Sandbox::new();
    let parts = walk(&fixture("b-takeout"));
    let input = sandbox.file("takeout-20260101T000000Z-001.zip", &zip(&parts, false));
    sandbox.file("takeout-20260101T000000Z-002.zip", b"not looked into");
    let run = sandbox.convert(&input, "out", &[], 3);
    let told = "takeout-20260101T000000Z-002.zip lies beside takeout-20260101T000000Z-001.zip and was not given";
    let line = format!("incomplete  {told}: give all parts in one command before you import\n");
    assert!(run.stderr.contains(&line), "{run:?}");
    let page = fs::read_to_string(sandbox.path("out/report.html")).unwrap();
    assert_eq!(page.matches(told).count(), 1, "the page");
    let finding = &manifest(&sandbox.path("out"))["findings"][0];
    assert_eq!(finding["what"], told);
}

#[test]
fn a_missing_part_is_3_and_is_told_once_on_each_medium() {
    let sandbox = Sandbox::new();
    let parts = walk(&fixture("b-takeout"));
    let input = sandbox.file("takeout-20260101T000000Z-002.zip", &zip(&parts, false));
    let missing = "takeout-20260101T000000Z-001.zip";
    let run = sandbox.convert(&input, "out", &["-v"], 3);
    assert_eq!(run.stderr.matches(missing).count(), 1, "{run:?}");
    let line = format!("incomplete  {missing} is missing: download again before you import");
    assert!(run.stderr.contains(&line), "{run:?}");
    let page = fs::read_to_string(sandbox.path("out/report.html")).unwrap();
    assert_eq!(page.matches(missing).count(), 1, "the page");
    let finding = &manifest(&sandbox.path("out"))["findings"][0];
    assert_eq!(finding["what"], format!("{missing} is missing"));
    let input = input.to_str().unwrap();
    for words in [&["validate", input][..], &["convert", input, "--dry-run"]] {
        let run = sandbox.run(words);
        assert_eq!(
            (run.code, run.stdout.matches(missing).count()),
            (3, 1),
            "{run:?}"
        );
        assert!(
            run.stderr.is_empty(),
            "the result is on one stream: {run:?}"
        );
    }
    let json = sandbox.run(&["validate", input, "--json"]).json();
    assert_eq!(json["incomplete"][0], format!("{missing} is missing"));
    let upload = sandbox.run(&["upload", input]);
    assert_eq!(upload.stderr.matches(missing).count(), 1, "{upload:?}");
}

#[test]
fn what_is_no_export_is_65() {
    let sandbox = Sandbox::new();
    let noise = sandbox.file("noise.zip", b"this is not a zip file, not even nearly");
    let empty = sandbox.file("empty.zip", b"");
    let photos = sandbox.file(
        "photos.zip",
        &zip(&[("a/b.jpg".to_owned(), vec![7; 99])], false),
    );
    let mut cut = zip(&walk(&fixture("n-native")), false);
    cut.truncate(cut.len() / 2);
    let cut = sandbox.file("cut.zip", &cut);
    for input in [noise, empty, photos, cut] {
        let run = sandbox.convert(&input, "out", &[], 65);
        assert!(run.stdout.is_empty(), "{run:?}");
        assert!(run.stderr.contains(".zip"), "{run:?}");
    }
    assert!(!sandbox.path("out").exists());
}

#[test]
fn no_evidence_of_the_time_zone_is_65_and_says_what_to_pass() {
    let sandbox = Sandbox::new();
    let run = sandbox.convert(&fixture("m-monthly"), "out", &[], 65);
    assert!(run.stderr.contains("--timezone"), "{run:?}");
    let two = text(&fixture("a2-category"));
    let run = sandbox.convert(&fixture("b-takeout"), "out", &[&two], 65);
    assert!(run.stderr.contains("people"), "{run:?}");
}

#[test]
fn an_input_or_an_id_that_is_not_there_is_66() {
    let sandbox = Sandbox::new();
    sandbox.convert(&sandbox.path("absent.zip"), "out", &[], 66);
    let id = "0123456789abcdef0123456789abcdef";
    for arguments in [
        &["validate", id][..],
        &["convert", id],
        &["download", id, "-o", "out"],
        &["verify", "absent"],
        &["inspect", "absent.fit"],
    ] {
        let run = sandbox.run(arguments);
        assert_eq!(run.code, 66, "{run:?}");
    }
    assert!(!sandbox.path("out").exists());
}

#[test]
fn a_state_that_cannot_be_trusted_is_69_and_nothing_is_converted() {
    let sandbox = Sandbox::new();
    sandbox.file("state.db", &[0x5A; 9000]);
    let run = sandbox.convert(&fixture("n-native"), "out", &[], 69);
    assert!(run.stdout.is_empty(), "{run:?}");
    assert!(!sandbox.path("out").exists());
    assert_eq!(fs::read(sandbox.path("state.db")).unwrap(), [0x5A; 9000]);
}

#[test]
fn an_out_that_is_not_ours_is_73_and_stays_as_it_is() {
    let sandbox = Sandbox::new();
    sandbox.file("out/diary.txt", b"mine");
    for more in [&[][..], &["--force"]] {
        sandbox.convert(&fixture("n-native"), "out", more, 73);
    }
    assert_eq!(
        walk(&sandbox.path("out")),
        [("diary.txt".to_owned(), b"mine".to_vec())]
    );
    sandbox.file("file", b"mine");
    sandbox.convert(&fixture("n-native"), "file/out", &[], 73);
}

#[test]
fn an_out_of_ours_is_replaced_with_force_only() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("n-native"), "out", &[], 0);
    let before = walk(&sandbox.path("out"));
    sandbox.convert(&fixture("b-takeout"), "out", &[], 73);
    assert_eq!(walk(&sandbox.path("out")), before);
    sandbox.convert(&fixture("b-takeout"), "out", &["--force"], 0);
    let after = walk(&sandbox.path("out"));
    assert!(after != before && after.iter().any(|(p, _)| p.contains("64000000001")));
    assert!(!after.iter().any(|(p, _)| p.contains("9700000000000000001")));
}

/// Sends a signal to a conversion as soon as it has begun to write; `None` when it was done before.
fn interrupted(signal: &str) -> Option<(Sandbox, ExitStatus)> {
    let sandbox = Sandbox::new();
    let big: Vec<_> = (0..400)
        .flat_map(|n| {
            let parts = walk(&fixture("b-takeout"));
            parts.into_iter().map(move |(p, b)| (format!("{n}/{p}"), b))
        })
        .collect();
    sandbox.file("many.zip", &zip(&big, true));
    let mut command = sandbox.command();
    command.args(["convert", "many.zip", "-o", "out", "--jobs", "1"]);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let has_begun = || {
        let mut names = fs::read_dir(sandbox.path("")).unwrap();
        names.any(|n| n.unwrap().file_name().to_string_lossy().contains(".out."))
    };
    while !has_begun() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args([&format!("-{signal}"), &id])
        .status();
    kill.unwrap();
    let ended = child.wait().unwrap();
    (!sandbox.path("out").exists()).then_some((sandbox, ended))
}

#[test]
fn a_signal_ends_with_its_number_and_leaves_nothing() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        // A busy machine may let the conversion end before the signal is sent.
        let (sandbox, ended) = (0..10).find_map(|_| interrupted(signal)).unwrap();
        assert_eq!(ended.code(), Some(code));
        let left: Vec<String> = walk(&sandbox.path(""))
            .into_iter()
            .map(|(p, _)| p)
            .collect();
        assert!(!left.iter().any(|p| p.contains("out")), "{left:?}");
        let used = sandbox.run(&["usage", "--json"]).json();
        assert_eq!(used["budgets"][0]["used"], 0, "{used}");
    }
}

#[test]
fn json_is_one_document_that_repeats_the_exit_code() {
    let sandbox = Sandbox::new();
    for (name, code) in [("b-takeout", 0), ("bad/steps-in-words", 3)] {
        let run = sandbox.convert(&fixture(name), &name.replace('/', "-"), &["--json"], code);
        assert_eq!(run.json()["exit_code"], code);
        assert_eq!(run.json()["schema"], 1);
    }
    let input = text(&fixture("b-takeout"));
    for arguments in [
        &["validate", &input, "--json"][..],
        &["usage", "--json"],
        &["status", "--json"],
        &["budget", "list", "--json"],
        &["verify", "b-takeout", "--json"],
        &["upload", &input, "--json"],
    ] {
        let run = sandbox.run(arguments);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.json().is_object(), "{run:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::new();
    let script = format!(
        "{} man | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_trackersync")
    );
    let ended = std::process::Command::new("bash")
        .args(["-c", &script])
        .status();
    assert_eq!(ended.unwrap().code(), Some(0));
    drop(sandbox);
}

#[test]
fn verify_passes_on_what_was_written_and_fails_after_tampering() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("b-takeout"), "out", &[], 0);
    sandbox.convert(&fixture("b-takeout"), "out.zip", &[], 0);
    for out in ["out", "out.zip"] {
        assert_eq!(sandbox.run(&["verify", out]).code, 0, "{out}");
    }
    let file = sandbox.path("out/import/weight/weight-2024-05.fit");
    let sound = fs::read(&file).unwrap();
    for at in [0, sound.len() / 2, sound.len() - 1] {
        let mut bent = sound.clone();
        bent[at] ^= 1;
        fs::write(&file, &bent).unwrap();
        let run = sandbox.run(&["verify", "out"]);
        assert!(
            run.code == 3 && run.stdout.contains("weight-2024-05.fit"),
            "{run:?}"
        );
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(sandbox.run(&["verify", "out"]).code, 3);
    fs::write(&file, &sound).unwrap();
    assert_eq!(sandbox.run(&["verify", "out"]).code, 0);
}

#[test]
fn inspect_shows_the_same_messages_in_three_forms() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("n-native"), "out", &[], 0);
    let file = "out/import/weight/weight-2026-02.fit";
    let table = sandbox.run(&["inspect", file]);
    let json = sandbox.run(&["inspect", file, "--json"]);
    let csv = sandbox.run(&["inspect", file, "--csv"]);
    for run in [&table, &json, &csv] {
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            run.stdout.contains("weight_scale") && run.stdout.contains("90.1"),
            "{run:?}"
        );
    }
    assert!(json.json().is_object() || json.json().is_array());
    let broken = sandbox.file("broken.fit", &fs::read(sandbox.path(file)).unwrap()[..40]);
    assert_eq!(sandbox.run(&["inspect", broken.to_str().unwrap()]).code, 65);
}
