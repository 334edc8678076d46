//! What becomes of a charge whose COMMIT or answer is lost, late, warned of, or never comes.

use std::time::{Duration, Instant};

use super::proxy::{Plan, Proxy};
use super::{Farm, Run};

fn may_be_charged(run: &Run) {
    assert_eq!(run.code, 69, "{run:?}");
    assert!(run.stderr.contains("may have been charged"), "{run:?}");
    assert!(!run.stderr.contains("nothing was"), "{run:?}");
}

#[test]
fn a_lost_answer_is_asked_for_again_and_charged_once() {
    let Some(farm) = Farm::new("lost", 1) else {
        return;
    };
    let proxy = Proxy::new(&farm.server);
    proxy.next(Plan::LoseAnswer);
    let run = farm.convert(&proxy.address(), 5000, "out", &[]);
    assert_eq!((run.code, proxy.met()), (0, 1), "{run:?}");
    assert!(farm.is_published("out"));
    assert_eq!((farm.used(), farm.left()), ((1, 1), 0));
    assert_eq!(farm.convert(&farm.server, 5000, "more", &[]).code, 75);
}

#[test]
fn an_unknown_outcome_keeps_the_output_and_the_next_run_settles_it() {
    let Some(farm) = Farm::new("unknown", 0) else {
        return;
    };
    for (round, maintain) in [(1, false), (2, true)] {
        farm.limit(round);
        let (out, id) = (format!("out{round}"), format!("r{round}"));
        let more = ["--request-id", &id];
        let proxy = Proxy::new(&farm.server);
        proxy.next(Plan::LoseAnswerAndRefuse);
        may_be_charged(&farm.convert(&proxy.address(), 600, &out, &more));
        assert_eq!((farm.left(), farm.out(&out).exists()), (1, false));
        // The budget is full: what is paid is finished before anybody asks.
        let again = if maintain {
            farm.run(&["maintain", &farm.out(&out).display().to_string()])
        } else {
            farm.convert(&farm.server, 5000, &out, &more)
        };
        assert_eq!(again.code, 0, "{again:?}");
        assert!(farm.is_published(&out));
        assert_eq!((farm.used(), farm.left()), ((round, round), 0));
    }
}

#[test]
fn a_commit_that_comes_after_a_recovery_said_no_fails() {
    let Some(farm) = Farm::new("late", 1) else {
        return;
    };
    let proxy = Proxy::new(&farm.server);
    proxy.next(Plan::HoldAndRefuse);
    may_be_charged(&farm.convert(&proxy.address(), 600, "out", &[]));
    assert_eq!(farm.left(), 1);
    let maintain = farm.run(&["maintain", &farm.out("out").display().to_string()]);
    assert_eq!((maintain.code, farm.left()), (0, 0), "{maintain:?}");
    assert_eq!(farm.entries("void"), 1);
    proxy.release();
    assert_eq!(farm.used(), (0, 0), "the late COMMIT met the entry `void`");
    assert!(!farm.out("out").exists());
    assert_eq!(farm.convert(&farm.server, 20_000, "next", &[]).code, 0);
}

#[test]
fn a_warning_at_the_commit_is_no_promise() {
    let Some(farm) = Farm::new("warned", 1) else {
        return;
    };
    let (proxy, more) = (Proxy::new(&farm.server), ["--request-id", "r"]);
    proxy.next(Plan::Warn);
    may_be_charged(&farm.convert(&proxy.address(), 5000, "out", &more));
    assert_eq!((farm.left(), farm.out("out").exists()), (1, false));
    let again = farm.convert(&farm.server, 5000, "out", &more);
    assert_eq!((again.code, farm.used()), (0, (1, 1)), "{again:?}");
}

#[test]
fn a_server_that_says_nothing_more_is_waited_for_only_so_long() {
    let Some(farm) = Farm::new("silent", 1) else {
        return;
    };
    let (proxy, start) = (Proxy::new(&farm.server), Instant::now());
    proxy.next(Plan::Silence);
    may_be_charged(&farm.convert(&proxy.address(), 600, "out", &[]));
    assert!(start.elapsed() < Duration::from_secs(26));
    let maintain = farm.run(&["maintain", &farm.out("out").display().to_string()]);
    assert_eq!((maintain.code, farm.used()), (0, (1, 1)), "{maintain:?}");
    assert!(farm.is_published("out"));
}

#[test]
fn a_client_that_hangs_holds_the_others_up_for_ten_seconds() {
    let Some(farm) = Farm::new("hangs", 2) else {
        return;
    };
    let proxy = Proxy::new(&farm.server);
    proxy.next(Plan::Swallow);
    let hanging = farm.start(&proxy.address(), 20_000, "hanging", &[]);
    proxy.wait();
    let other = farm.convert(&farm.server, 20_000, "other", &[]);
    assert_eq!(other.code, 0, "{other:?}");
    // The server has ended its transaction, so that it charges with another connection.
    let hanging = Run::of(&hanging.wait_with_output().unwrap());
    assert_eq!((hanging.code, farm.used()), (0, (2, 2)), "{hanging:?}");
}

/// Kills a conversion when its COMMIT has met the plan.
fn kill(farm: &Farm, plan: Plan) {
    let proxy = Proxy::new(&farm.server);
    proxy.next(plan);
    let mut child = farm.start(&proxy.address(), 20_000, "out", &["--request-id", "r"]);
    proxy.wait();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!((farm.left(), farm.out("out").exists()), (1, false));
}

#[test]
fn killed_before_the_commit_arrives_costs_nothing() {
    let Some(farm) = Farm::new("before", 1) else {
        return;
    };
    kill(&farm, Plan::Swallow);
    assert_eq!(farm.used(), (0, 0));
    let again = farm.convert(&farm.server, 20_000, "out", &["--request-id", "r"]);
    assert_eq!((again.code, farm.used()), (0, (1, 1)), "{again:?}");
    assert_eq!(farm.left(), 0);
}

#[test]
fn killed_after_the_commit_is_charged_and_the_same_request_finishes_it_free() {
    let Some(farm) = Farm::new("after", 1) else {
        return;
    };
    kill(&farm, Plan::Silence);
    assert_eq!(farm.used(), (1, 1));
    let again = farm.convert(&farm.server, 20_000, "out", &["--request-id", "r"]);
    assert_eq!((again.code, farm.used()), (0, (1, 1)), "{again:?}");
    assert_eq!((farm.left(), farm.is_published("out")), (0, true));
}
