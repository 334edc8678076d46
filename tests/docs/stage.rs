//! A scratch folder with tiny exports in it, and the program run there.
//!
//! The exports are made here because each test wants many, or bad ones; what they hold is the least
//! that gives an activity, a weigh-in, a day and a night.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_trackersync");

const PROFILE: &str =
    "id,timezone,locale,height,weight_unit\nA1,Europe/Berlin,de_DE,180.0,METRIC\n";
const WEIGHT: &str = r#"[{"logId":1714543200000,"weight":176.4,"bmi":24.7,"date":"05/01/24","time":"06:00:00","source":"API"}]"#;
const STEPS: &str = r#"[{"dateTime":"05/01/24 06:00:00","value":"90"},{"dateTime":"05/01/24 06:01:00","value":"110"}]"#;
const EXERCISE: &str = r#"[{"logId":21000000001,"activityName":"Run","activityTypeId":90009,"calories":90,"duration":600000,"activeDuration":600000,"steps":200,"logType":"tracker","startTime":"05/01/24 06:00:00","originalStartTime":"05/01/24 06:00:00","originalDuration":600000,"hasGps":false}]"#;
const SLEEP: &str = r#"[{"logId":31000000001,"dateOfSleep":"2024-05-02","startTime":"2024-05-01T23:00:00.000","endTime":"2024-05-02T06:00:00.000","duration":25200000,"minutesAsleep":400,"minutesAwake":20,"type":"stages","mainSleep":true,"levels":{"summary":{},"data":[{"dateTime":"2024-05-01T23:00:00.000","level":"light","seconds":14400},{"dateTime":"2024-05-02T03:00:00.000","level":"deep","seconds":10800}],"shortData":[]}}]"#;

/// The entries of a tiny export: path and text.
pub(crate) const TINY: &[(&str, &str)] = &[
    ("Takeout/Fitbit/Your Profile/Profile.csv", PROFILE),
    (
        "Takeout/Fitbit/Global Export Data/weight-2024-05-01.json",
        WEIGHT,
    ),
    (
        "Takeout/Fitbit/Global Export Data/steps-2024-05-01.json",
        STEPS,
    ),
    (
        "Takeout/Fitbit/Global Export Data/exercise-0.json",
        EXERCISE,
    ),
    (
        "Takeout/Fitbit/Global Export Data/sleep-2024-05-01.json",
        SLEEP,
    ),
];

/// The folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A scratch folder, gone when the test ends.
pub(crate) struct Stage(PathBuf);

impl Stage {
    /// Makes an empty one.
    pub(crate) fn new(name: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unique = format!("trackersync-docs-{}-{number}-{name}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Makes one inside this one.
    pub(crate) fn below(&self, name: &str) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file and the folders that lead to it.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes a zip of the given entries.
    pub(crate) fn zip(&self, name: &str, entries: &[(&str, &str)]) -> PathBuf {
        self.file(name, &zip_of(entries))
    }

    /// Returns the program, to be run here with nothing of the user's in its environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        self.isolate(&mut command).args(arguments);
        command
    }

    /// Lets a command run here, with a state of its own and a known clock zone and locale.
    pub(crate) fn isolate<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TRACKERSYNC_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(&self.0)
            .env("XDG_STATE_HOME", self.0.join("state"))
            .env("TZ", "UTC")
            .env("COLUMNS", "100")
            .env_remove("NO_COLOR")
    }

    /// Runs the program here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns standard output and standard error of a run as text.
pub(crate) fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// Returns the exit code; a run that a signal ended fails the test.
pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{output:?}"))
}

/// Returns the fenced block of a page of docs that follows a marker.
pub(crate) fn recipe(page: &str, name: &str) -> String {
    let page = fs::read_to_string(root().join("docs").join(page)).unwrap();
    let marker = format!("<!-- recipe: {name} -->\n```");
    let (_, after) = page.split_once(&marker).unwrap();
    let (_, block) = after.split_once('\n').unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

/// Tells whether a program can be started, and says so where it cannot.
pub(crate) fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        // Not by a macro, whose words a test that passes keeps to itself.
        let said = format!("skipped: {program} is not installed here\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    there
}

/// Compares a file of the package with what it should hold, or writes it where that is asked for.
pub(crate) fn assert_current(path: &str, expected: &str) {
    let full = root().join(path);
    if std::env::var_os("TRACKERSYNC_BLESS").is_some() {
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(&full, expected).unwrap();
    }
    let found = fs::read_to_string(&full).unwrap_or_default();
    let same = found == expected;
    assert!(
        same,
        "{path} is stale; TRACKERSYNC_BLESS=1 cargo test rewrites it\n{}",
        first_difference(&found, expected)
    );
}

fn first_difference(found: &str, expected: &str) -> String {
    let mut lines = found.lines().zip(expected.lines()).enumerate();
    match lines.find(|(_, (f, e))| f != e) {
        Some((n, (f, e))) => format!("line {}:\n  is:        {f}\n  should be: {e}", n + 1),
        None => "one of them is longer".to_owned(),
    }
}

/// A zip of stored entries.
pub(crate) fn zip_of(entries: &[(&str, impl AsRef<[u8]>)]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    let size = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    let short = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    for (name, text) in entries {
        let text = text.as_ref();
        // Version 2.0, names in UTF-8, stored, 1980-01-01 00:00.
        let mut common = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32fast::hash(text).to_le_bytes());
        common.extend(size(text.len()));
        common.extend(size(text.len()));
        common.extend(short(name.len()));
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(size(zip.len()));
        directory.extend(name.as_bytes());
        zip.extend(b"PK\x03\x04");
        zip.extend(&common);
        zip.extend(name.as_bytes());
        zip.extend(text);
    }
    let start = zip.len();
    zip.extend(&directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(short(entries.len()));
    zip.extend(short(entries.len()));
    zip.extend(size(directory.len()));
    zip.extend(size(start));
    zip.extend([0, 0]);
    zip
}
