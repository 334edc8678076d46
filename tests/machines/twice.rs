//! The same request twice: on a finished OUT, at once on two, at once on one.

use std::fs;

use super::proxy::{Plan, Proxy};
use super::stage::is_there;
use super::{Farm, INPUT, PROGRAM, Run};

const SAME: [&str; 2] = ["--request-id", "r"];

#[test]
fn on_the_out_that_it_finished_it_ends_with_0_free() {
    let Some(farm) = Farm::new("again", 1) else {
        return;
    };
    for _ in 0..2 {
        let run = farm.convert(&farm.server, 5000, "out", &SAME);
        assert_eq!((run.code, farm.used()), (0, (1, 1)), "{run:?}");
    }
    farm.limit(9);
    let other = farm.convert(&farm.server, 5000, "out", &["--request-id", "s"]);
    assert_eq!((other.code, farm.used()), (73, (1, 1)), "{other:?}");
    // With a file missing it is not done, and with another store it is a stranger's.
    fs::remove_file(farm.out("out").join("report.html")).unwrap();
    let torn = farm.convert(&farm.server, 5000, "out", &SAME);
    assert_eq!((torn.code, farm.used()), (73, (1, 1)), "{torn:?}");
    let file = farm.out("state.db").display().to_string();
    let mut local = SAME.to_vec();
    local.extend(["--state", &file]);
    let stranger = farm.convert(&farm.server, 5000, "out", &local);
    assert_eq!(stranger.code, 73, "{stranger:?}");
}

#[test]
fn at_once_on_two_outs_it_is_charged_once_and_gives_the_same_bytes() {
    let Some(farm) = Farm::new("two", 1) else {
        return;
    };
    let runs = ["a", "b"].map(|out| farm.start(&farm.server, 20_000, out, &SAME));
    for run in runs.map(|run| Run::of(&run.wait_with_output().unwrap())) {
        assert_eq!(run.code, 0, "{run:?}");
    }
    assert_eq!((farm.used(), farm.entries("repeat")), ((1, 1), 1));
    let bytes = |out: &str| fs::read(farm.out(out).join("manifest.json")).unwrap();
    assert!(
        bytes("a") == bytes("b"),
        "manifests name every file's digest"
    );
}

#[test]
fn on_one_out_the_free_repeat_may_publish_first_and_nothing_is_refunded() {
    let Some(farm) = Farm::new("one", 1) else {
        return;
    };
    let proxy = Proxy::new(&farm.server);
    proxy.next(Plan::Late);
    let charged = farm.start(&proxy.address(), 20_000, "out", &SAME);
    proxy.wait();
    let repeat = farm.convert(&farm.server, 20_000, "out", &SAME);
    let charged = Run::of(&charged.wait_with_output().unwrap());
    assert_eq!(
        (repeat.code, charged.code),
        (0, 0),
        "{repeat:?} {charged:?}"
    );
    assert_eq!((farm.used(), farm.entries("refund")), ((1, 1), 0));
    assert_eq!((farm.left(), farm.is_published("out")), (0, true));
}

#[test]
fn the_servers_clock_decides_whatever_that_of_the_client_says() {
    let Some(farm) = Farm::new("clocks", 2) else {
        return;
    };
    if !is_there("faketime") {
        return;
    }
    let url = farm.url(&farm.server);
    for (off, code) in [("+40d", 0), ("-40d", 0), ("+400d", 75)] {
        let mut command = farm.command("faketime", &url, 20_000);
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        command.args(["-f", off, PROGRAM, "convert", INPUT, "--key", "farm", "-o"]);
        let run = Run::of(&command.arg(farm.out(off)).output().unwrap());
        assert_eq!(run.code, code, "{off}: {run:?}");
        assert!(code == 75 || run.stderr.contains("clock"), "{run:?}");
    }
    assert_eq!(farm.used(), (2, 2));
}
