//! The budget as a user meets it; its rules and its store are tested beside their code.

use crate::support::{Sandbox, fixture};

fn month(sandbox: &Sandbox, key: &str) -> (u64, u64) {
    let usage = sandbox.run(&["usage", "--key", key, "--json"]).json();
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
        assert!(n < 99 || month(&sandbox, "local user").0 <= 100);
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
