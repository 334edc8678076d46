//! OUT and what stands beside it: planted work folders, places that cannot be replaced, publishing
//! that fails, requests that were done before, and what reaches the disk before it is paid.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use trackersync::model::Instant;

use crate::support::{Sandbox, fixture, run_at, text, walk, zip};

fn used(sandbox: &Sandbox) -> u64 {
    let usage = sandbox.run(&["usage", "--json"]).json();
    usage["budgets"][0]["used"].as_u64().unwrap()
}

/// One small export as a zip.
fn input(sandbox: &Sandbox) -> String {
    text(&sandbox.file("in.zip", &zip(&walk(&fixture("b-takeout")), false)))
}

#[test]
fn a_planted_work_folder_costs_nobody_a_file_and_is_named() {
    let planted = format!(".o.trackersync-{}", "0123456789abcdef".repeat(2));
    let tag = format!("{planted}-df0-{}", "a".repeat(32));
    for name in [planted.as_str(), tag.as_str(), ".o.trackersync-notes"] {
        let sandbox = Sandbox::new();
        let input = input(&sandbox);
        sandbox.file(&format!("{name}/lock"), b"{\"force\":true}");
        sandbox.file(&format!("{name}/out/manifest.json"), b"{}");
        sandbox.file(&format!("{name}/old-1/letter.txt"), b"precious");
        let before = walk(&sandbox.path(name));
        let kept = sandbox.run(&["maintain", "o"]);
        assert!(kept.code == 0 && kept.stderr.contains(name), "{kept:?}");
        let converted = sandbox.run(&["convert", &input, "-o", "o"]);
        assert!(converted.stderr.contains(name), "{converted:?}");
        assert_eq!(converted.code, 0, "{converted:?}");
        assert_eq!(walk(&sandbox.path(name)), before);
    }
}

#[test]
fn an_input_is_told_apart_from_out_before_anything_is_recovered() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    sandbox.file(".in.zip.trackersync-x/old-1", b"precious");
    let before = walk(&sandbox.path("."));
    fs::hard_link(&input, sandbox.path("same.zip")).unwrap();
    for out in ["in.zip", "same.zip"] {
        let run = sandbox.run(&["convert", &input, "-o", out, "--force"]);
        assert_eq!(run.code, 73, "{run:?}");
        assert!(run.stderr.contains("is the input itself"), "{run:?}");
    }
    fs::remove_file(sandbox.path("same.zip")).unwrap();
    assert_eq!(walk(&sandbox.path(".")), before, "not even a state file");
}

#[test]
fn inputs_of_a_batch_are_told_apart_from_every_out_of_it() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    let second = sandbox.file(
        "many/in/second.zip",
        &zip(&walk(&fixture("n-native")), false),
    );
    let (second, bytes) = (text(&second), fs::read(&second).unwrap());
    let run = sandbox.run(&[
        "convert", &input, &second, "--each", "-o", "many", "--force",
    ]);
    assert!(run.stderr.contains("holds an input"), "{run:?}");
    assert_eq!(fs::read(&second).unwrap(), bytes);
}

#[test]
fn the_current_folder_is_refused_with_a_name_to_use_instead() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    fs::create_dir(sandbox.path("here")).unwrap();
    sandbox.convert(Path::new(&input), "ours", &[], 0);
    let before = walk(&sandbox.path("ours"));
    for (here, out) in [("here", "."), ("ours", "."), ("ours/import", "..")] {
        let mut command = sandbox.command();
        command.current_dir(sandbox.path(here));
        let arguments = ["convert", &input, "-o", out, "--force"];
        let run = command.args(arguments).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(73), "{here} {out}: {said}");
        assert!(
            said.contains("current folder") && said.contains("-o"),
            "{said}"
        );
    }
    assert_eq!(walk(&sandbox.path("ours")), before);
    assert_eq!(used(&sandbox), 1);
}

#[test]
fn a_batch_makes_folders_whatever_its_inputs_are_called() {
    let sandbox = Sandbox::new();
    let bytes = zip(&walk(&fixture("b-takeout")), false);
    let input = text(&sandbox.file("t.zip.zip", &bytes));
    let run = sandbox.run(&["convert", &input, "--each", "-o", "many"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(sandbox.path("many/t/manifest.json").is_file(), "{run:?}");
}

#[test]
fn the_same_request_on_what_it_finished_is_done_and_only_that() {
    for out in ["o", "o.zip"] {
        let sandbox = Sandbox::new();
        let input = input(&sandbox);
        let other = text(&sandbox.file("b.zip", &zip(&walk(&fixture("n-native")), false)));
        let convert = |input: &str, more: &[&str]| {
            let arguments = [&["convert", input, "-o", out], more].concat();
            sandbox.run(&arguments)
        };
        let id = ["--request-id", "r"];
        assert_eq!(convert(&input, &id).code, 0);
        let before = sandbox.names();
        let again = convert(&input, &[&id[..], &["--json"]].concat());
        assert_eq!(again.code, 0, "{again:?}");
        assert_eq!(again.json()["task"], json!("done_before"));
        assert_eq!((used(&sandbox), sandbox.names()), (1, before));
        for (input, more) in [
            (&other, &id[..]),
            (&input, &["--request-id", "s"]),
            (&input, &[]),
            (&input, &["--request-id", "r", "--key", "k"]),
        ] {
            let run = convert(input, more);
            assert_eq!(run.code, 73, "{run:?}");
        }
        if out == "o" {
            let path = sandbox.path("o/report.html");
            let page = fs::read(&path).unwrap();
            let mut other = page.clone();
            other[0] ^= 1;
            fs::write(&path, other).unwrap();
            assert_eq!(convert(&input, &id).code, 73, "changed");
            fs::remove_file(&path).unwrap();
            assert_eq!(convert(&input, &id).code, 73, "not whole");
        }
        assert_eq!(used(&sandbox), 1);
    }
}

/// Runs `convert` in this process, with a clock that does something once the output is sealed: the
/// charge asks it for the time. Returns the exit code.
fn convert_with(sandbox: &Sandbox, out: &str, when_sealed: &dyn Fn()) -> u8 {
    let input = input(sandbox);
    let (out, state) = (text(&sandbox.path(out)), text(&sandbox.path("state.db")));
    let words = ["convert", &input, "-o", &out, "--state", &state, "-q"];
    let met = Cell::new(false);
    let clock = || {
        let sealed = |name: &String| {
            let work = sandbox.path(name);
            name.contains(".trackersync-")
                && (work.join("out/manifest.json").is_file() || work.join("out.zip").is_file())
        };
        if !met.get() && sandbox.names().iter().any(sealed) {
            met.set(true);
            when_sealed();
        }
        Instant(1_780_000_000)
    };
    let code = run_at(&words, &clock);
    assert!(met.get(), "the output was sealed before it was charged");
    code
}

#[test]
fn a_publishing_that_fails_is_given_back_and_leaves_nothing() {
    for out in ["o", "o.zip"] {
        let sandbox = Sandbox::new();
        let taken = || fs::write(sandbox.path(out), "the user's").unwrap();
        assert_eq!(convert_with(&sandbox, out, &taken), 73);
        assert_eq!(fs::read(sandbox.path(out)).unwrap(), b"the user's");
        let ledger = sandbox.run(&["usage", "--log", "--json", "--state", "state.db"]);
        assert!(ledger.stdout.contains("refund"), "{ledger:?}");
        assert!(!sandbox.names().iter().any(|n| n.contains("trackersync")));
        fs::remove_file(sandbox.path(out)).unwrap();
        assert_eq!(convert_with(&sandbox, out, &|| ()), 0);
    }
}

/// Runs the program under strace with these options of it; `None`, said aloud, where there is none.
fn traced(sandbox: &Sandbox, options: &[&str], words: &[&str]) -> Option<std::process::Output> {
    if Command::new("strace").arg("--version").output().is_err() {
        // Past the harness, which keeps what a passing test says to itself.
        let said = writeln!(std::io::stderr(), "SKIPPED, no strace: {words:?}");
        return said.map_or(None, |()| None);
    }
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-y", "-qq", "-o", "trace"])
        .args(options);
    strace.arg(env!("CARGO_BIN_EXE_trackersync")).args(words);
    Some(strace.current_dir(sandbox.path(".")).output().unwrap())
}

#[test]
fn what_is_sealed_is_on_the_disk_before_it_is_paid() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    for (out, product) in [("o", "/manifest.json>"), ("o.zip", "/draft.zip>")] {
        let words = ["convert", &input, "-o", out, "--state", "state.db"];
        let Some(run) = traced(&sandbox, &["-e", "trace=fsync,fdatasync"], &words) else {
            return;
        };
        assert!(run.status.success());
        let syncs = fs::read_to_string(sandbox.path("trace")).unwrap();
        let last = |what: &str| {
            let lines = syncs.lines().enumerate();
            lines.filter(|(_, line)| line.contains(what)).last()
        };
        let (sealed, paid) = (last(product), last("/state.db"));
        assert!(sealed.is_some() && sealed < paid, "{out}: {syncs}");
    }
}

#[test]
fn what_is_paid_says_so_before_it_is_published() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    let words = ["convert", &input, "-o", "o", "--state", "state.db"];
    let calls = "trace=openat,fdatasync,fsync,rename,renameat,renameat2";
    let Some(run) = traced(&sandbox, &["-e", calls], &words) else {
        return;
    };
    assert!(run.status.success());
    let trace = fs::read_to_string(sandbox.path("trace")).unwrap();
    let lines: Vec<&str> = trace.lines().collect();
    let last = |what: &str| lines.iter().rposition(|line| line.contains(what));
    let [charged, paid, published] = ["/state.db", "/paid\"", "/o\""].map(last);
    assert!(charged < paid && paid < published, "{trace}");
}

#[test]
fn the_manifest_of_a_replaced_output_goes_last() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    sandbox.convert(Path::new(&input), "o", &[], 0);
    let words = [
        "convert", &input, "-o", "o", "--force", "--state", "state.db",
    ];
    let Some(run) = traced(&sandbox, &["-e", "trace=unlink,unlinkat"], &words) else {
        return;
    };
    assert!(run.status.success());
    let trace = fs::read_to_string(sandbox.path("trace")).unwrap();
    let is_file = |line: &&str| line.contains("/old-1") && !line.contains("AT_REMOVEDIR");
    let last = trace.lines().rfind(is_file).unwrap();
    assert!(last.contains("manifest.json"), "{trace}");
}

#[test]
fn a_folder_in_whose_place_nothing_can_be_made_is_told_what_to_name() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    sandbox.convert(Path::new(&input), "first", &[], 0);
    fs::create_dir(sandbox.path("o")).unwrap();
    let denied = [
        "-e",
        "trace=mkdir,mkdirat",
        "-e",
        "inject=mkdir,mkdirat:error=EACCES",
    ];
    for (out, hint) in [
        ("o", "name a folder below it"),
        ("new", "choose another place"),
    ] {
        let words = ["convert", &input, "-o", out, "--state", "state.db"];
        let Some(run) = traced(&sandbox, &denied, &words) else {
            return;
        };
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(
            run.status.code() == Some(73) && said.contains(hint),
            "{said}"
        );
    }
}

/// As root of a user namespace of its own, where that is allowed.
#[cfg(target_os = "linux")]
#[test]
fn a_mount_point_is_refused_with_a_name_to_use_instead() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    fs::create_dir(sandbox.path("o")).unwrap();
    let mut shell = Command::new("unshare");
    let script = "mount -t tmpfs none o || exit 99; exec \"$0\" \"$@\"";
    shell.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    shell.arg(env!("CARGO_BIN_EXE_trackersync"));
    shell.args(["convert", &input, "-o", "o", "--state", "state.db"]);
    let run = shell.current_dir(sandbox.path(".")).output();
    let code = run.as_ref().ok().and_then(|run| run.status.code());
    let Some(run) = run.ok().filter(|_| !matches!(code, Some(1 | 99))) else {
        let said = writeln!(std::io::stderr(), "SKIPPED, no mount of our own");
        return said.unwrap_or(());
    };
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(
        said.contains("is a mount point") && said.contains("name a folder below it"),
        "{said}"
    );
    assert_eq!(run.status.code(), Some(73));
}

/// FAT and exFAT know neither links nor rights; how a driver says so differs.
#[test]
fn a_disk_without_links_and_rights_holds_state_uploads_and_outputs() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    sandbox.convert(Path::new(&input), "plain.zip", &[], 0);
    for error in ["ENOSYS", "EOPNOTSUPP", "EPERM"] {
        let inject = format!("inject=link,linkat,chmod,fchmod,fchmodat:error={error}");
        let run = |words: &[&str]| {
            let state = format!("{error}/state.db");
            let words = [words, &["--state", &state]].concat();
            let run = traced(&sandbox, &["-e", &inject], &words)?;
            assert!(run.status.success(), "{error}: {run:?}");
            Some(())
        };
        let (zip, tree) = (format!("{error}.zip"), format!("{error}-o"));
        let all = [
            run(&["convert", &input, "-o", &zip]),
            run(&["convert", &input, "-o", &zip, "--force"]),
            run(&["convert", &input, "-o", &tree]),
            run(&["upload", &input]),
            run(&["upload", &input]),
        ];
        if all.contains(&None) {
            return;
        }
        let trace = fs::read_to_string(sandbox.path("trace")).unwrap();
        assert!(trace.contains("(INJECTED)"), "{error}: {trace}");
        let bytes = |name: &str| fs::read(sandbox.path(name)).unwrap();
        assert!(bytes(&zip) == bytes("plain.zip"), "{error}");
        assert!(sandbox.path(&tree).join("manifest.json").is_file());
        let litter = |name: &String| name.contains(".trackersync-") || name.ends_with("-turn");
        assert!(!sandbox.names().iter().any(litter));
    }
}

#[cfg(unix)]
#[test]
fn inspect_waits_for_no_pipe_and_reads_no_device() {
    let sandbox = Sandbox::new();
    let input = input(&sandbox);
    sandbox.convert(Path::new(&input), "o", &[], 0);
    let fit = walk(&sandbox.path("o"))
        .into_iter()
        .find(|(path, _)| path.ends_with(".fit"))
        .map(|(path, _)| format!("o/{path}"))
        .unwrap();
    let pipe = sandbox.path("pipe.fit");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    std::os::unix::fs::symlink("/dev/zero", sandbox.path("link.fit")).unwrap();
    let big = fs::File::create(sandbox.path("big.fit")).unwrap();
    big.set_len(1 << 40).unwrap();
    for path in ["pipe.fit", "link.fit", "/dev/zero", "big.fit", "o"] {
        let run = sandbox.run(&["inspect", path, &fit]);
        assert_eq!(run.code, 66, "{path}: {}", run.stderr);
        assert!(
            run.stderr.contains(path) && run.stdout.contains("file_id"),
            "{path}"
        );
    }
}
