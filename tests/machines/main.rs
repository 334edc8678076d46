//! Many machines and one budget: what a lost answer, an absent server, a wrong password or certificate
//! lead to, and the recipes for schedulers.
//!
//! Needs the database that TRACKERSYNC_TEST_STORE names (`.ci/postgres` starts one); says aloud when
//! there is none.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests"
)]

mod answers;
mod proxy;
mod recipes;
mod server;
mod slurm;
#[path = "../docs/stage.rs"]
#[expect(dead_code, reason = "shared with tests/docs, which uses all of it")]
mod stage;
mod twice;

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use stage::PROGRAM;

/// An export that is converted without findings.
const INPUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/n-native");

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
    fn new(name: &str, limit: usize) -> Option<Self> {
        let Ok(url) = std::env::var("TRACKERSYNC_TEST_STORE") else {
            eprintln!("SKIPPED, no TRACKERSYNC_TEST_STORE: {name}");
            return None;
        };
        let (user, rest) = url.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let unique = format!("{name}_{}", std::process::id());
        let folder = std::env::temp_dir().join(format!("trackersync-machines-{unique}"));
        fs::create_dir_all(&folder).unwrap();
        let after = format!("/{database}?sslmode=disable&schema=m_{unique}");
        let farm = Self {
            folder,
            server: server.to_owned(),
            around: (format!("{user}@"), after),
        };
        farm.limit(limit);
        Some(farm)
    }

    fn limit(&self, limit: usize) {
        let limit = limit.to_string();
        let set = self.run(&["budget", "set", "--key", "farm", "--limit", &limit]);
        assert_eq!(set.code, 0, "{set:?}");
    }

    fn url(&self, server: &str) -> String {
        format!("{}{server}{}", self.around.0, self.around.1)
    }

    /// Speaks to the server itself; `?` in the statements stands for the schema.
    fn sql(&self, statements: &str) {
        let url = self.url(&self.server);
        let (url, options) = url.split_once('?').unwrap();
        let (_, schema) = options.split_once("schema=").unwrap();
        let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
        let statements = statements.replace('?', schema);
        client.batch_execute(&statements).unwrap();
    }

    fn out(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.through(&self.server, 20_000, arguments)
    }

    fn through(&self, server: &str, busy_ms: u32, arguments: &[&str]) -> Run {
        self.at(&self.url(server), busy_ms, arguments)
    }

    fn at(&self, url: &str, busy_ms: u32, arguments: &[&str]) -> Run {
        let mut command = self.command(PROGRAM, url, busy_ms);
        Run::of(&command.args(arguments).output().unwrap())
    }

    /// A command with nothing of the user's in its environment.
    fn command(&self, program: &str, url: &str, busy_ms: u32) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", &self.folder);
        command.env("TRACKERSYNC_STATE", url);
        command.env("TRACKERSYNC_BUSY_MS", busy_ms.to_string());
        command
    }

    fn convert(&self, server: &str, busy_ms: u32, out: &str, more: &[&str]) -> Run {
        Run::of(
            &self
                .start(server, busy_ms, out, more)
                .wait_with_output()
                .unwrap(),
        )
    }

    /// Starts a conversion.
    fn start(&self, server: &str, busy_ms: u32, out: &str, more: &[&str]) -> Child {
        let mut command = self.command(PROGRAM, &self.url(server), busy_ms);
        command
            .arg("convert")
            .arg(INPUT)
            .arg("-o")
            .arg(self.out(out));
        command.args(["--key", "farm"]).args(more);
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Units used and entries of kind `charge`; the ledger agrees with the counters.
    fn used(&self) -> (usize, usize) {
        let usage = ["usage", "--key", "farm", "--json", "--verify"];
        let usage = self.run(&usage).json();
        assert_eq!(usage["verification"]["problems"], serde_json::json!([]));
        let used = usage["budgets"][0]["used"].as_u64().unwrap();
        (usize::try_from(used).unwrap(), self.entries("charge"))
    }

    /// Entries of a kind in the ledger.
    fn entries(&self, kind: &str) -> usize {
        let log = self.run(&["usage", "--log", "--all", "--json"]).json();
        let entries = log["entries"].as_array().unwrap();
        entries.iter().filter(|entry| entry["kind"] == kind).count()
    }

    /// Work folders that are left.
    fn left(&self) -> usize {
        let names = fs::read_dir(&self.folder).unwrap().flatten();
        names
            .filter(|entry| {
                entry
                    .file_name()
                    .to_string_lossy()
                    .contains(".trackersync-")
            })
            .count()
    }

    fn is_published(&self, out: &str) -> bool {
        self.out(out).join("manifest.json").is_file()
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        let _left_behind = fs::remove_dir_all(&self.folder);
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
        let (stdout, stderr) = stage::said(output);
        Self {
            code: stage::code(output),
            stdout,
            stderr,
        }
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}
