//! The budget as a user meets it; its rules and its store are tested beside their code.

use crate::support::{Sandbox, fixture};

/// What a key, or the local user, has used this month, and the limit.
fn month<'k>(sandbox: &Sandbox, key: impl Into<Option<&'k str>>) -> (u64, u64) {
    let mut arguments = vec!["usage", "--json"];
    arguments.extend(key.into().into_iter().flat_map(|key| ["--key", key]));
    let usage = sandbox.run(&arguments).json();
    let month = &usage["budgets"][0];
    (
        month["used"].as_u64().unwrap(),
        month["limit"].as_u64().unwrap(),
    )
}

#[test]
fn a_hundred_a_month_and_not_one_more() {
    let sandbox = Sandbox::new();
    for n in 0..100 {
        sandbox.convert(
            &fixture("n-native"),
            "out",
            &["--only", "weight", "--force"],
            0,
        );
        let used = [1, 50, 100]
            .contains(&(n + 1))
            .then(|| month(&sandbox, None).0);
        assert!(
            used.is_none_or(|used| used == n + 1),
            "{used:?} after {}",
            n + 1
        );
    }
    let before = crate::support::walk(&sandbox.path("out"));
    let more = ["--only", "weight", "--force"];
    let run = sandbox.convert(&fixture("n-native"), "out", &more, 75);
    assert!(
        run.stdout.is_empty() && run.stderr.contains("reset"),
        "{run:?}"
    );
    assert_eq!(crate::support::walk(&sandbox.path("out")), before);
    assert_eq!(sandbox.run(&["usage"]).code, 0, "usage is always free");
    sandbox.convert(&fixture("n-native"), "dry", &["--dry-run"], 0);
    sandbox.convert(&fixture("n-native"), "other", &["--key", "other"], 0);
}

#[test]
fn a_failed_run_costs_nothing() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("m-monthly"), "out", &["--key", "k"], 65);
    sandbox.file("taken/diary.txt", b"mine");
    sandbox.convert(&fixture("n-native"), "taken", &["--key", "k"], 73);
    assert_eq!(month(&sandbox, "k"), (0, 100));
    sandbox.convert(&fixture("bad/steps-in-words"), "out", &["--key", "k"], 3);
    assert_eq!(
        month(&sandbox, "k"),
        (1, 100),
        "a partial result is a result"
    );
}

#[test]
fn a_retry_of_the_same_request_is_free() {
    let sandbox = Sandbox::new();
    let more = ["--key", "k", "--request-id", "order-7", "--force"];
    for _ in 0..3 {
        sandbox.convert(&fixture("n-native"), "out", &more, 0);
    }
    assert_eq!(month(&sandbox, "k").0, 1);
    let other = ["--key", "k", "--request-id", "order-8", "--force"];
    sandbox.convert(&fixture("n-native"), "out", &other, 0);
    assert_eq!(month(&sandbox, "k").0, 2);
}

#[test]
fn a_request_id_with_another_input_is_charged() {
    let sandbox = Sandbox::new();
    let more = ["--key", "k", "--request-id", "order-7"];
    sandbox.convert(&fixture("n-native"), "first", &more, 0);
    sandbox.convert(&fixture("b-takeout"), "second", &more, 0);
    assert_eq!(month(&sandbox, "k").0, 2);
    let set = sandbox.run(&["budget", "set", "--key", "k", "--limit", "2"]);
    assert_eq!(set.code, 0, "{set:?}");
    sandbox.convert(&fixture("b-takeout"), "third", &more, 0);
    sandbox.convert(&fixture("a1-flat"), "fourth", &more, 75);
    assert_eq!(
        month(&sandbox, "k").0,
        2,
        "what was charged before stays free"
    );
}

#[test]
fn a_file_of_the_same_name_and_size_in_a_folder_is_another_input() {
    let sandbox = Sandbox::new();
    let weight = "Takeout/Fitbit/Global Export Data/weight-2024-05-01.json";
    let more = [
        "--key",
        "k",
        "--request-id",
        "r",
        "--timezone",
        "UTC",
        "--weight-unit",
        "lb",
    ];
    for (round, kilos) in [(1, "150"), (2, "151"), (2, "150")] {
        let json = format!(
            r#"[{{"logId":1,"weight":{kilos}.0,"bmi":22.1,"date":"05/01/24","time":"07:00:00"}}]"#
        );
        sandbox.file(&format!("in/{weight}"), json.as_bytes());
        sandbox.convert(&sandbox.path("in"), &format!("{round}-{kilos}"), &more, 0);
        assert_eq!(month(&sandbox, "k").0, round, "{kilos}");
    }
}

/// Runs the program as somebody who may read the state and not write it: root may write to everything.
#[cfg(unix)]
fn run_where_the_state_is_read_only(
    sandbox: &Sandbox,
    arguments: &[&str],
) -> (Option<i32>, String) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt as _;
    let state = sandbox.path("state.db");
    std::fs::set_permissions(&state, PermissionsExt::from_mode(0o400)).unwrap();
    let mut command = sandbox.command();
    command.args(arguments);
    if state.metadata().unwrap().uid() == 0 {
        let nobody = Some(65_534);
        for path in state.ancestors().take(2) {
            chown(path, nobody, nobody).unwrap();
        }
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[cfg(unix)]
#[test]
fn a_state_that_may_only_be_read_is_refused_before_the_work() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("n-native"), "first", &[], 0);
    let (input, out) = (fixture("n-native"), sandbox.path("second"));
    let convert = [
        "convert",
        input.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
    ];
    let (code, said) = run_where_the_state_is_read_only(&sandbox, &convert);
    assert_eq!(code, Some(69), "{said}");
    assert!(said.contains("a conversion is charged in it"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_damaged_state_that_may_only_be_read_is_not_said_to_be_repaired() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("n-native"), "first", &[], 0);
    std::fs::write(sandbox.path("state.db"), [7; 9000]).unwrap();
    let repair = ["maintain", "--repair"];
    let (code, said) = run_where_the_state_is_read_only(&sandbox, &repair);
    assert_eq!(code, Some(69), "{said}");
    assert!(said.contains("cannot be written"), "{said}");
    assert_eq!(std::fs::read(sandbox.path("state.db")).unwrap(), [7; 9000]);
}

#[test]
fn an_alarm_goes_off_at_its_percentage() {
    let sandbox = Sandbox::new();
    let set = sandbox.run(&["budget", "set", "--limit", "4"]);
    assert!(
        set.stderr.contains("4 per month"),
        "it says what holds now: {set:?}"
    );
    sandbox.convert(&fixture("n-native"), "a", &[], 0);
    sandbox.convert(&fixture("n-native"), "b", &[], 0);
    for (percent, code) in [("50", 3), ("51", 0), ("0", 3)] {
        assert_eq!(
            sandbox.run(&["usage", "--check", percent]).code,
            code,
            "{percent}"
        );
    }
    let metrics = sandbox.run(&["usage", "--metrics"]).stdout;
    assert!(metrics.contains("trackersync_charges_total 2\n") && metrics.ends_with("# EOF\n"));
    let chart = sandbox.run(&["usage", "--chart"]).stdout;
    assert!(
        chart.contains("  ##\n") && chart.contains("2 of 4 used"),
        "{chart}"
    );
}

#[test]
fn limits_and_blocks_hold_for_their_key_only() {
    let sandbox = Sandbox::new();
    let set = sandbox.run(&["budget", "set", "--key", "k", "--limit", "1"]);
    assert_eq!(set.code, 0, "{set:?}");
    sandbox.convert(&fixture("n-native"), "a", &["--key", "k"], 0);
    sandbox.convert(&fixture("n-native"), "b", &["--key", "k"], 75);
    assert_eq!(sandbox.run(&["budget", "block", "--key", "b"]).code, 0);
    sandbox.convert(&fixture("n-native"), "b", &["--key", "b"], 77);
    assert_eq!(sandbox.run(&["usage", "--key", "b"]).code, 0);
    assert_eq!(sandbox.run(&["budget", "unblock", "--key", "b"]).code, 0);
    sandbox.convert(&fixture("n-native"), "b", &["--key", "b"], 0);
    assert_eq!(sandbox.run(&["budget", "reset", "--key", "k"]).code, 0);
    sandbox.convert(&fixture("n-native"), "c", &["--key", "k"], 0);
}

#[test]
fn limits_and_blocks_hold_on_the_lifeboat_of_a_state_that_is_lost() {
    for loss in ["emptied", "noise", "gone"] {
        let sandbox = Sandbox::new();
        let limit = ["budget", "set", "--key", "k", "--limit", "20"];
        for set in [&limit[..], &["budget", "block", "--key", "b"]] {
            assert_eq!(sandbox.run(set).code, 0);
        }
        let state = sandbox.path("state.db");
        match loss {
            "gone" => std::fs::remove_file(&state).unwrap(),
            "noise" => std::fs::write(&state, [7; 9000]).unwrap(),
            _ => std::fs::write(&state, "").unwrap(),
        }
        let convert = |out: &str, key: &str, code: i32| {
            let more = ["--key", key, "--degraded", "lifeboat"];
            sandbox.convert(&fixture("n-native"), out, &more, code)
        };
        sandbox.convert(&fixture("n-native"), "shut", &["--key", "k"], 69);
        convert("blocked", "b", 77);
        convert("first", "k", 0);
        let second = convert("second", "k", 0);
        assert!(second.stderr.contains("slot 2 of 2"), "{loss}: {second:?}");
        let third = convert("third", "k", 75);
        assert!(third.stderr.contains("the 2 slots"), "{loss}: {third:?}");
        let repaired = sandbox.run(&["maintain", "--repair", "--key", "k"]);
        assert_eq!(repaired.code, 0, "{loss}: {repaired:?}");
        sandbox.convert(&fixture("n-native"), "still", &["--key", "b"], 77);
        assert_eq!(month(&sandbox, "k"), (2, 20), "{loss}");
    }
}

#[cfg(unix)]
#[test]
fn a_repair_waits_for_whoever_uses_the_state() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("n-native"), "first", &["--key", "k"], 0);
    let state = sandbox.path("state.db");
    let open = || rusqlite::Connection::open(&state).unwrap();
    open().execute("UPDATE meta SET swept_at = 5", []).unwrap();
    let damaged = std::fs::read(&state).unwrap();
    let repair = || {
        let mut command = sandbox.command();
        command.env("TRACKERSYNC_BUSY_MS", "200");
        command.args(["maintain", "--repair"]).output().unwrap()
    };
    let user = open();
    user.execute_batch("BEGIN; SELECT count(*) FROM ledger")
        .unwrap();
    let refused = repair();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(69), "{said}");
    assert!(
        said.contains("is locked by another process, waited 200 ms"),
        "{said}"
    );
    user.execute_batch("COMMIT").unwrap();
    assert!(std::fs::read(&state).unwrap() == damaged && sandbox.names().len() == 3);
    assert_eq!(repair().status.code(), Some(0));
    assert_eq!(month(&sandbox, "k"), (1, 100));
}

#[cfg(unix)]
#[test]
fn a_repair_leaves_a_sound_file_that_took_the_place_of_the_damaged_one_meanwhile() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("n-native"), "first", &["--key", "k"], 0);
    let (state, sound) = (sandbox.path("state.db"), sandbox.path("sound.db"));
    std::fs::copy(&state, &sound).unwrap();
    let before = std::fs::read(&sound).unwrap();
    let user = rusqlite::Connection::open(&state).unwrap();
    user.execute_batch(
        "UPDATE meta SET swept_at = 5; BEGIN IMMEDIATE; UPDATE meta SET swept_at = 6",
    )
    .unwrap();
    let mut repair = sandbox.command();
    repair
        .args(["maintain", "--repair"])
        .stdout(std::process::Stdio::null());
    let repair = repair.spawn().unwrap();
    // Long enough for it to look at the damaged file and to wait for the lock.
    std::thread::sleep(std::time::Duration::from_millis(600));
    std::fs::rename(&sound, &state).unwrap();
    drop(user);
    let output = repair.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(std::fs::read(&state).unwrap() == before);
    let copies = sandbox
        .names()
        .into_iter()
        .filter(|name| name.contains("damaged"));
    assert_eq!(copies.count(), 0);
}
