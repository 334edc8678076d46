//! The program: clock, environment, signals, last error, exit code. Everything else is in the library.
#![expect(
    clippy::disallowed_methods,
    reason = "here, and nowhere else, the clock and the environment are asked"
)]

mod signals;

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{Local, TimeZone};
use trackersync::cli::{self, Cli, Color};
use trackersync::model::{Instant, Offset};
use trackersync::run::{self, World};
use trackersync::terminal::{Reporter, Settings};

fn main() -> ExitCode {
    report_bugs();
    trackersync::platform::keep_owner_rights();
    let arguments: Vec<_> = env::args_os().collect();
    let is_empty = |name: &std::ffi::OsStr| env::var_os(name).is_some_and(|v| v.is_empty());
    if arguments.len() < 2 {
        let _ = io::stderr().write_all(cli::FIRST_STEPS.as_bytes());
        return ExitCode::from(2);
    }
    let exists = |path: &std::ffi::OsStr| std::fs::symlink_metadata(path).is_ok();
    let parsed = cli::parse(&arguments, &is_empty).or_else(|error| {
        match cli::as_conversion(&arguments, &error, &exists) {
            Some(arguments) => cli::parse(&arguments, &is_empty),
            None => Err(error),
        }
    });
    match parsed {
        Ok(cli) => ExitCode::from(with(&cli)),
        Err(error) => wrong_use(&error, arguments.iter().any(|a| a == "--json")),
    }
}

/// A panic is a bug. It ends with the code of one and asks to be reported, instead of aborting; what
/// it left in a work folder goes with the next run.
fn report_bugs() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let text = run::bug(&place.unwrap_or_else(|| "unknown place".to_owned()));
        let _nobody_listens = io::stderr().write_all(format!("error: {text}\n").as_bytes());
        std::process::exit(i32::from(run::INTERNAL));
    }));
}

/// Help and version go to standard output, wrong use to standard error; nobody listening is fine.
fn wrong_use(error: &clap::Error, json: bool) -> ExitCode {
    let plain = error.render().to_string();
    if json && error.use_stderr() {
        let message = plain.strip_prefix("error: ").unwrap_or(&plain).trim_end();
        let document = format!("{}\n", trackersync::report::error_value(2, message));
        let _ = io::stdout().write_all(document.as_bytes());
    }
    let wanted = io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none();
    let text = match wanted && understands_colours() {
        true => error.render().ansi().to_string(),
        false => plain.clone(),
    };
    let _nobody_listens = match error.use_stderr() {
        true => io::stderr().write_all(text.as_bytes()),
        false => io::stdout().write_all(plain.as_bytes()),
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn with(cli: &Cli) -> u8 {
    let reporter = Reporter::new(settings(cli));
    let (stop, signal) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    // Who only looks leaves nothing behind: a signal ends it as it ends any program.
    if !cli.only_looks() {
        signals::listen(&stop, &signal);
    }
    let world = World {
        clock: &now,
        local: &local,
        open: &|path| open::that_detached(path),
        stop,
        signal,
        state: state_file(),
        environment: &|name| env::var(name).ok(),
        jobs: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        reporter: &reporter,
        general: &cli.general,
    };
    match run::run(cli, &world) {
        Ok(code) => code,
        Err(error) => run::end(&error, &world),
    }
}

fn now() -> Instant {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    Instant(i64::try_from(since).unwrap_or(i64::MAX))
}

fn local(at: Instant) -> Option<Offset> {
    let offset = Local.timestamp_opt(at.0, 0).single()?;
    Some(Offset(offset.offset().local_minus_utc()))
}

/// Returns `trackersync/state.db` in `$XDG_STATE_HOME`, else in the state folder of the platform:
/// `%LOCALAPPDATA%`, `~/Library/Application Support` or `~/.local/state`.
fn state_file() -> Option<PathBuf> {
    let absolute = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    let platform = || {
        if cfg!(windows) {
            return absolute("LOCALAPPDATA");
        }
        let below: &[&str] = if cfg!(target_os = "macos") {
            &["Library", "Application Support"]
        } else {
            &[".local", "state"]
        };
        Some(absolute("HOME")?.join(below.iter().collect::<PathBuf>()))
    };
    let folder = absolute("XDG_STATE_HOME").or_else(platform)?;
    Some(folder.join("trackersync").join("state.db"))
}

/// Asks an old console of Windows to understand colours; tells whether this terminal does.
fn understands_colours() -> bool {
    #[cfg(windows)]
    return console::Term::stderr().features().colors_supported();
    #[cfg(not(windows))]
    true
}

fn settings(cli: &Cli) -> Settings {
    let general = &cli.general;
    Settings {
        color: match general.color {
            Color::Auto => None,
            Color::Always => Some(true),
            Color::Never => Some(false),
        },
        no_color: env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) || !understands_colours(),
        dumb: env::var_os("TERM").is_some_and(|v| v == "dumb"),
        stderr_is_terminal: io::stderr().is_terminal(),
        columns: terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0.into()),
        stdout_columns: terminal_size::terminal_size_of(io::stdout())
            .map(|(width, _)| width.0.into()),
        quiet: general.quiet,
        verbose: general.verbose,
        json: general.json,
        no_progress: general.no_progress,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names the run of the test below in which the panic happens.
    const CHILD: &str = "TRACKERSYNC_TEST_OF_A_PANIC";

    #[test]
    #[expect(
        clippy::panic,
        clippy::unwrap_used,
        reason = "a panic is what is tested"
    )]
    fn a_panic_ends_with_70_and_asks_to_be_reported() {
        if env::var_os(CHILD).is_some() {
            report_bugs();
            std::thread::spawn(|| panic!("on purpose")).join().unwrap();
        }
        let mut child = std::process::Command::new(env::current_exe().unwrap());
        child.args([
            "--exact",
            "tests::a_panic_ends_with_70_and_asks_to_be_reported",
        ]);
        let run = child.env(CHILD, "1").output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(70), "{said}");
        assert!(
            said.starts_with("error: internal error: src/main.rs:"),
            "{said}"
        );
        assert!(said.contains("please report it with the version"), "{said}");
    }
}
