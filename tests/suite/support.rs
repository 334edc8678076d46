//! What the tests share: a sandbox to run the program in, fixtures, archives built from folders.
//!
//! Knows no format and no expected value.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use trackersync::model::Instant;
use trackersync::run::{World, exit_code, run};
use trackersync::terminal::{Reporter, Settings};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The layout fixtures with the options that they need besides INPUT and OUT.
pub(crate) const LAYOUTS: &[(&str, &[&str])] = &[
    ("a1-flat", &[]),
    ("a2-category", &[]),
    ("b-takeout", &[]),
    ("b-plus", &[]),
    ("c-health", &[]),
    ("c-plus-families", &[]),
    ("n-native", &[]),
    ("workouts", &[]),
    ("t-timeseries", &["--timezone", "America/Chicago"]),
    ("m-monthly", &["--timezone", "Europe/London"]),
];

/// A file of an export: its path and its bytes.
pub(crate) type Part = (String, Vec<u8>);

/// Path of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Path of a fixture.
pub(crate) fn fixture(name: &str) -> PathBuf {
    let path = root().join("fixtures").join(name);
    assert!(path.is_dir(), "no fixture {name}");
    path
}

/// Every file below a folder, sorted, with `/` between the parts of its path.
pub(crate) fn walk(folder: &Path) -> Vec<Part> {
    fn into(folder: &Path, prefix: &str, out: &mut Vec<Part>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                into(&entry.path(), &format!("{name}/"), out);
            } else {
                out.push((name, fs::read(entry.path()).unwrap()));
            }
        }
    }
    let mut out = Vec::new();
    into(folder, "", &mut out);
    out.sort();
    out
}

/// A zip of these files, in this order.
pub(crate) fn zip(parts: &[Part], stored: bool) -> Vec<u8> {
    let method = if stored {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    };
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::DEFAULT);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in parts {
        zip.start_file(path.as_str(), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A `.tgz` of these files.
pub(crate) fn tgz(parts: &[Part]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, bytes) in parts {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, bytes.as_slice())
            .unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// A folder of its own with a state file of its own; gone when the test ends.
pub(crate) struct Sandbox(PathBuf);

impl Sandbox {
    /// Makes one.
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unique = format!("trackersync-suite-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        fs::create_dir_all(path.join("home")).unwrap();
        Self(path)
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file, with the folders that lead to it.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// The program, in a clean environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trackersync"));
        command
            .env_clear()
            .env("HOME", self.path("home"))
            .env("TRACKERSYNC_STATE", self.path("state.db"))
            .env("TZ", "UTC")
            .current_dir(&self.0)
            .stdin(Stdio::null());
        command
    }

    /// Runs it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(arguments, &self.command().args(arguments).output().unwrap())
    }

    /// Converts an input into `out` of this sandbox and expects an exit code.
    pub(crate) fn convert(&self, input: &Path, out: &str, more: &[&str], code: i32) -> Run {
        let (input, out) = (text(input), self.path(out));
        let mut arguments = vec!["convert", &input, "-o", out.to_str().unwrap()];
        arguments.extend(more);
        let run = self.run(&arguments);
        assert_eq!(run.code, code, "{run:?}");
        run
    }

    /// The names in the sandbox that are not those of the test: what a run has left behind.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A path as text.
pub(crate) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    /// What was asked for; for the messages of failed assertions.
    #[expect(dead_code, reason = "shown by Debug")]
    pub(crate) arguments: Vec<String>,
    /// The exit code, or minus the signal.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// Takes over what a process gave.
    pub(crate) fn of(arguments: &[&str], output: &Output) -> Self {
        Self {
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Its standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// The manifest of an output folder.
pub(crate) fn manifest(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap()
}

/// Every file of an output but its manifest and its page, which name the inputs.
pub(crate) fn outputs(out: &Path) -> Vec<Part> {
    let mut files = walk(out);
    files.retain(|(path, _)| path != "manifest.json" && path != "report.html");
    assert!(files.len() > 2, "{} has hardly any files", out.display());
    files
}

/// A sequence of numbers that is the same in every run (xorshift64*).
pub(crate) struct Chance(u64);

impl Chance {
    /// Starts a sequence.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % end.max(1)
    }

    /// Shuffles.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// Runs a command in this process, with a clock of its own, and returns the exit code.
pub(crate) fn run_at(words: &[&str], clock: &dyn Fn() -> Instant) -> u8 {
    let arguments: Vec<_> = ["trackersync"]
        .iter()
        .chain(words)
        .map(Into::into)
        .collect();
    let cli = trackersync::cli::parse(&arguments, &|_| false).unwrap();
    let reporter = Reporter::new(Settings::default());
    let world = World {
        clock,
        environment: &|_| None,
        open: &|_| Ok(()),
        local: &|_| None,
        stop: Arc::new(AtomicBool::new(false)),
        signal: Arc::new(AtomicUsize::new(0)),
        state: None,
        jobs: 1,
        reporter: &reporter,
        general: &cli.general,
    };
    run(&cli, &world).unwrap_or_else(|error| exit_code(&error, &world))
}
