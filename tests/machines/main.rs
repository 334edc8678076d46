//! Many machines and one budget: what a lost answer, an absent server and a wrong password lead to.
//!
//! Needs the database that TRACKERSYNC_TEST_STORE names (`.ci/postgres` starts one); says aloud when
//! there is none.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod proxy;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use proxy::{Plan, Proxy};

/// A folder and tables of its own.
struct Farm {
    folder: PathBuf,
    /// `host:port` of the server.
    server: String,
    /// What stands before and after it in the URL.
    around: (String, String),
}

impl Farm {
    /// Makes one with a budget of so many; `None` where there is no server.
    fn new(name: &str, limit: u32) -> Option<Self> {
        let Ok(url) = std::env::var("TRACKERSYNC_TEST_STORE") else {
            let said = writeln!(
                std::io::stderr(),
                "SKIPPED, no TRACKERSYNC_TEST_STORE: {name}"
            );
            said.unwrap();
            return None;
        };
        let (user, rest) = url.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let unique = format!("{name}_{}", std::process::id());
        let folder = std::env::temp_dir().join(format!("trackersync-machines-{unique}"));
        std::fs::create_dir_all(&folder).unwrap();
        let farm = Self {
            folder,
            server: server.to_owned(),
            around: (
                format!("{user}@"),
                format!("/{database}?sslmode=disable&schema=m_{unique}"),
            ),
        };
        let limit = limit.to_string();
        let set = farm.run(&["budget", "set", "--key", "k", "--limit", &limit]);
        assert_eq!(set.code, 0, "{set:?}");
        Some(farm)
    }

    fn url(&self, server: &str) -> String {
        format!("{}{server}{}", self.around.0, self.around.1)
    }

    fn out(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.through(&self.server, 20_000, arguments)
    }

    fn through(&self, server: &str, busy_ms: u32, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trackersync"));
        command.env_clear().env("HOME", &self.folder);
        command.env("TRACKERSYNC_STATE", self.url(server));
        command.env("TRACKERSYNC_BUSY_MS", busy_ms.to_string());
        Run::of(&command.args(arguments).output().unwrap())
    }

    fn convert(&self, server: &str, busy_ms: u32, out: &str, more: &[&str]) -> Run {
        let input = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/n-native");
        let (input, out) = (
            input.display().to_string(),
            self.out(out).display().to_string(),
        );
        let mut arguments = vec!["convert", &input, "-o", &out, "--key", "k"];
        arguments.extend(more);
        self.through(server, busy_ms, &arguments)
    }

    /// Units used and entries of kind `charge`.
    fn used(&self) -> (u64, usize) {
        let usage = self
            .run(&["usage", "--key", "k", "--json", "--verify"])
            .json();
        assert_eq!(usage["verification"]["problems"], serde_json::json!([]));
        let log = self.run(&["usage", "--log", "--all", "--json"]).json();
        let entries = log["entries"].as_array().unwrap();
        let charges = entries.iter().filter(|entry| entry["kind"] == "charge");
        (
            usage["budgets"][0]["used"].as_u64().unwrap(),
            charges.count(),
        )
    }

    /// Work folders that are left.
    fn left(&self) -> usize {
        let names = std::fs::read_dir(&self.folder).unwrap().flatten();
        names
            .filter(|entry| {
                entry
                    .file_name()
                    .to_string_lossy()
                    .contains(".trackersync-")
            })
            .count()
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        let _left_behind = std::fs::remove_dir_all(&self.folder);
    }
}

#[derive(Debug)]
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| unreachable!("{e}: {self:?}"))
    }
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
    assert!(farm.out("out").join("manifest.json").is_file());
    assert_eq!((farm.used(), farm.left()), ((1, 1), 0));
    assert_eq!(farm.convert(&farm.server, 5000, "more", &[]).code, 75);
}

#[test]
fn an_unknown_outcome_keeps_the_output_and_the_next_run_settles_it() {
    let Some(farm) = Farm::new("unknown", 1) else {
        return;
    };
    for (round, maintain) in [(1, false), (2, true)] {
        let limit = round.to_string();
        farm.run(&["budget", "set", "--key", "k", "--limit", &limit]);
        let (out, id) = (format!("out{round}"), format!("r{round}"));
        let more = ["--request-id", &id];
        let proxy = Proxy::new(&farm.server);
        proxy.next(Plan::LoseAnswerAndRefuse);
        let run = farm.convert(&proxy.address(), 600, &out, &more);
        assert_eq!(run.code, 69, "{run:?}");
        assert!(run.stderr.contains("may have been charged"), "{run:?}");
        assert!(!run.stderr.contains("nothing was"), "{run:?}");
        assert_eq!((farm.left(), farm.out(&out).exists()), (1, false));
        let again = if maintain {
            farm.run(&["maintain", &farm.out(&out).display().to_string()])
        } else {
            farm.convert(&farm.server, 5000, &out, &more)
        };
        assert_eq!(again.code, 0, "{again:?}");
        assert!(farm.out(&out).join("manifest.json").is_file());
        assert_eq!(
            (farm.used(), farm.left()),
            ((round, usize::try_from(round).unwrap()), 0)
        );
    }
}

#[test]
fn a_commit_that_comes_after_a_recovery_said_no_fails() {
    let Some(farm) = Farm::new("late", 1) else {
        return;
    };
    let proxy = Proxy::new(&farm.server);
    proxy.next(Plan::HoldAndRefuse);
    let run = farm.convert(&proxy.address(), 600, "out", &[]);
    assert_eq!((run.code, farm.left()), (69, 1), "{run:?}");
    let maintain = farm.run(&["maintain", &farm.out("out").display().to_string()]);
    assert_eq!((maintain.code, farm.left()), (0, 0), "{maintain:?}");
    proxy.release();
    assert_eq!(farm.used(), (0, 0), "the late COMMIT met the entry `void`");
    assert!(!farm.out("out").exists());
    assert_eq!(farm.convert(&farm.server, 20_000, "next", &[]).code, 0);
}

#[test]
fn nobody_there_is_69_and_what_is_for_a_file_is_2() {
    let Some(farm) = Farm::new("away", 1) else {
        return;
    };
    let proxy = Proxy::new(&farm.server);
    proxy.refuse();
    let run = farm.convert(&proxy.address(), 300, "out", &[]);
    assert_eq!(run.code, 69, "{run:?}");
    assert!(run.stderr.contains("cannot be reached") && run.stderr.contains(&proxy.address()));
    assert!(!run.stderr.contains("may have been charged"), "{run:?}");
    let boat = farm.convert(&proxy.address(), 300, "out", &["--degraded", "lifeboat"]);
    assert_eq!(boat.code, 2, "{boat:?}");
    assert_eq!(farm.run(&["maintain", "--repair"]).code, 2);
    assert_eq!(farm.run(&["upload", "x"]).code, 2);
    assert!(!farm.out("out").exists());
}

#[test]
fn a_password_is_in_no_output_and_without_tls_nothing_leaves_the_machine() {
    let Some(farm) = Farm::new("secret", 1) else {
        return;
    };
    let url = farm.url(&farm.server).replacen('@', ":s3cret@", 1);
    let run = |arguments: &[&str], state: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trackersync"));
        command
            .env_clear()
            .env("TRACKERSYNC_STATE", state)
            .env("TRACKERSYNC_BUSY_MS", "200");
        Run::of(&command.args(arguments).output().unwrap())
    };
    let wrong = url.replace("/", "//").replacen("////", "//", 1);
    for state in [
        url.as_str(),
        wrong.as_str(),
        "postgres://u:s3cret@127.0.0.1:1/x?sslmode=maybe",
    ] {
        for arguments in [
            &["status"][..],
            &["usage", "-v"],
            &["status", "--json"],
            &["maintain"],
        ] {
            let run = run(arguments, state);
            assert!(!format!("{run:?}").contains("s3cret"), "{run:?}");
        }
    }
    let off = run(&["usage"], "postgres://ts@192.0.2.1:1/x?sslmode=prefer");
    assert_eq!(off.code, 2, "{off:?}");
}

#[test]
fn the_servers_state_is_told() {
    let Some(farm) = Farm::new("status", 3) else {
        return;
    };
    let status = farm.run(&["status", "--verify"]);
    assert_eq!(status.code, 0, "{status:?}");
    for word in ["store postgres://", "PostgreSQL", "standbys: none", "1 key"] {
        assert!(status.stdout.contains(word), "{word}: {status:?}");
    }
    let tables = farm.run(&["budget", "init", "--print"]);
    assert!(
        tables
            .stdout
            .contains("CREATE TABLE IF NOT EXISTS m_status_"),
        "{tables:?}"
    );
}
