//! State operations are budgeted: what each command costs the state file, counted.
//!
//! The table in the README says the same numbers. SQLite counts its write transactions in the
//! header of the file; system calls are counted where `strace` is installed.

use std::fs;
use std::process::Command;

use crate::support::{Sandbox, fixture};

/// Write transactions that the file has seen: the change counter at byte 24 of its header.
fn transactions(sandbox: &Sandbox) -> u32 {
    let bytes = fs::read(sandbox.state()).unwrap();
    u32::from_be_bytes(*bytes[24..].first_chunk().unwrap())
}

fn convert(sandbox: &Sandbox, out: &str, code: i32) {
    sandbox.convert(&fixture("n-native"), out, &["--only", "weight"], code);
}

#[test]
fn a_granted_conversion_is_one_write_transaction_and_a_refused_one_none() {
    let sandbox = Sandbox::new();
    convert(&sandbox, "first", 0);
    let before = transactions(&sandbox);
    convert(&sandbox, "second", 0);
    assert_eq!(transactions(&sandbox), before + 1);
    assert_eq!(sandbox.run(&["budget", "set", "--limit", "2"]).code, 0);
    let bytes = fs::read(sandbox.state()).unwrap();
    convert(&sandbox, "third", 75);
    assert_eq!(
        fs::read(sandbox.state()).unwrap(),
        bytes,
        "refused: nothing was written"
    );
}

#[test]
fn what_only_looks_writes_nothing() {
    let sandbox = Sandbox::new();
    convert(&sandbox, "out", 0);
    let bytes = fs::read(sandbox.state()).unwrap();
    for command in [
        &["usage"][..],
        &["usage", "--all", "--json"],
        &["usage", "--log"],
        &["usage", "--verify"],
        &["status"],
        &["budget", "list"],
    ] {
        assert_eq!(sandbox.run(command).code, 0, "{command:?}");
        assert_eq!(fs::read(sandbox.state()).unwrap(), bytes, "{command:?}");
    }
}

/// A folder in place of the state file stops everything that so much as opens it.
#[test]
fn what_needs_no_state_never_touches_it() {
    let sandbox = Sandbox::new();
    convert(&sandbox, "out", 0);
    fs::remove_file(sandbox.state()).unwrap();
    fs::create_dir(sandbox.state()).unwrap();
    let export = fixture("n-native").display().to_string();
    let out = sandbox.path("out").display().to_string();
    let fit = sandbox
        .path("out/import/weight/")
        .read_dir()
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let fit = fit.display().to_string();
    for command in [
        &["validate", &export][..],
        &["verify", &out],
        &["inspect", &fit],
        &["completions", "bash"],
        &["man"],
    ] {
        assert_eq!(sandbox.run(command).code, 0, "{command:?}");
    }
    sandbox.convert(&fixture("n-native"), "dry", &["--dry-run"], 0);
    convert(&sandbox, "refused", 69);
}

#[test]
fn system_calls_and_syncs_stay_within_the_budget() {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("strace is not installed: system calls were not counted");
        return;
    }
    let sandbox = Sandbox::new();
    convert(&sandbox, "first", 0);
    let (all, syncs) = calls(&sandbox, "second");
    assert!(
        (10..=130).contains(&all),
        "{all} system calls on the state, at most 130"
    );
    assert!(
        (1..=4).contains(&syncs),
        "{syncs} syncs on the state, at most 4"
    );
}

/// System calls that name the state file or its companions, and how many of them sync.
fn calls(sandbox: &Sandbox, out: &str) -> (usize, usize) {
    let log = sandbox.path("strace.log");
    let status = sandbox
        .command_under(
            "strace",
            &["-f", "-y", "-qq", "-o", &log.display().to_string()],
        )
        .args(["convert", "--only", "weight", "-o"])
        .arg(sandbox.path(out))
        .arg(fixture("n-native"))
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    let text = fs::read_to_string(log).unwrap();
    let state = sandbox.state().display().to_string();
    let lines: Vec<&str> = text.lines().filter(|l| l.contains(&state)).collect();
    (
        lines.len(),
        lines.iter().filter(|l| l.contains("sync(")).count(),
    )
}
