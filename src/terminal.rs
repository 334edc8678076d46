//! What the user sees while a run works and at its end: bar, lines, results.
//!
//! The only room besides `main` that writes to standard output and standard error. It asks neither
//! the environment nor the streams what they are: [`Settings`] say it. It does not know what the
//! lines mean. A reader that went away (broken pipe) is not an error; a result that could not be
//! written for another reason is, and is handed back.

use std::io::{self, ErrorKind, Write};
use std::iter;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;

use crate::model::clean::clean_to;
use crate::report::{Account, Summary, error_value, summary_json, summary_lines, words};

mod progress;
mod style;

pub(crate) use crate::model::clean::{clean, clean_tail};
pub(crate) use progress::Phase;
use style::Tone;

/// Warnings shown one by one; the rest are counted.
const WARNINGS: u64 = 20;
/// Lines of one error message.
const ERROR_LINES: usize = 8;

/// What is shown and how. All of it is said by the caller; nothing is asked here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// `--color`; `None` where the stream decides.
    pub color: Option<bool>,
    /// Whether `NO_COLOR` is set to something.
    pub no_color: bool,
    /// Whether `TERM` is `dumb`.
    pub dumb: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Columns of the terminal that standard error is; `None` where it is none.
    pub columns: Option<usize>,
    /// Columns of the terminal that standard output is; `None` where it is none.
    pub stdout_columns: Option<usize>,
    /// `-q`: only errors and results.
    pub quiet: bool,
    /// `-v`: details too.
    pub verbose: bool,
    /// `--json`: one document on standard output instead of the summary.
    pub json: bool,
    /// `--no-progress`.
    pub no_progress: bool,
}

impl Settings {
    /// Tells whether standard error gets colours.
    fn colors(&self) -> bool {
        self.colors_on(self.stderr_is_terminal)
    }

    fn colors_on(&self, is_terminal: bool) -> bool {
        let auto = is_terminal && !self.no_color && !self.dumb;
        self.color.unwrap_or(auto)
    }

    /// Tells whether there is a progress bar.
    fn progress(&self) -> bool {
        self.stderr_is_terminal && !self.dumb && !self.quiet && !self.no_progress
    }
}

/// Shows events and results. Shared by all threads of a run.
#[derive(Debug)]
pub struct Reporter {
    settings: Settings,
    bar: Mutex<Option<ProgressBar>>,
    warnings: AtomicU64,
}

impl Reporter {
    /// Makes a reporter; nothing is shown yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            bar: Mutex::new(None),
            warnings: AtomicU64::new(0),
        }
    }

    /// Ends the progress bar and counts the warnings that were not shown.
    fn finish(&self) {
        self.end();
        let hidden = (self.warnings.swap(0, Ordering::Relaxed)).saturating_sub(WARNINGS);
        if hidden > 0 && !self.settings.quiet {
            let more = words::counted(hidden, "more warning", "more warnings");
            self.line(Tone::Warning, "warning", &format!("and {more}"));
        }
    }

    /// Shows the end of a run: with `--json` the document on standard output and only the budget on
    /// standard error; else the closing lines, which are the result where nothing was written.
    pub(crate) fn summary(&self, summary: &Summary) -> io::Result<()> {
        self.finish();
        if !self.settings.json {
            return self.closing(None, summary);
        }
        if let (Some(line), false) = (&summary.notice.line, self.settings.quiet) {
            self.line(Tone::Plain, "budget", line);
        }
        self.result(&summary_json(summary))
    }

    /// Shows the end of one run of several: its name, then its closing lines.
    pub(crate) fn part(&self, name: &str, summary: &Summary) -> io::Result<()> {
        self.finish();
        match self.settings.json {
            true => Ok(()),
            false => self.closing(Some(name), summary),
        }
    }

    /// Shows one line on standard error, unless `-q` was given.
    pub(crate) fn note(&self, label: &str, text: &str) {
        if !self.settings.quiet {
            self.line(Tone::Plain, label, text);
        }
    }

    /// Writes a result to standard output as it is. Foreign text in it must have been cleaned.
    /// A reader that has gone away (broken pipe) is no error.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        self.quietly(|| write(&mut io::stdout().lock(), text))
    }

    /// Writes a result in lines for people: on a terminal broken between words.
    pub(crate) fn result_for_people(&self, text: &str) -> io::Result<()> {
        let lines = text.lines().flat_map(|line| {
            let indent = line.len() - line.trim_start().len() + 2;
            style::fold_to(line, self.settings.stdout_columns, indent)
        });
        self.result(&lines.map(|line| line + "\n").collect::<String>())
    }

    /// Ends a run that failed: the error on standard error, and with `--json` as a document too.
    pub(crate) fn failed(&self, code: u8, message: &str) {
        self.error(message);
        if self.settings.json {
            // A reader that went away cannot be told.
            let _ = self.result(&format!("{}\n", error_value(code, message)));
        }
    }

    /// Shows the error that ended the run; its further lines say what to do.
    pub(crate) fn error(&self, message: &str) {
        self.end();
        self.lines(Tone::Error, "error", message);
    }

    /// The closing lines, all on one stream.
    fn closing(&self, name: Option<&str>, summary: &Summary) -> io::Result<()> {
        let settings = &self.settings;
        if settings.quiet {
            return Ok(());
        }
        let is_result = summary.task.only_looks();
        let (columns, is_terminal) = match is_result {
            true => (settings.stdout_columns, settings.stdout_columns.is_some()),
            false => (settings.columns, settings.stderr_is_terminal),
        };
        let colors = settings.colors_on(is_terminal);
        let mut lines = Vec::new();
        lines.extend(name.map(|n| format!("export: {}", clean(n))));
        if settings.verbose {
            lines.extend(finding_lines(&summary.account));
        }
        let closing = summary_lines(summary);
        let parts = closing.iter().flat_map(|line| style::fold(line, columns));
        lines.extend(parts.map(|part| style::label_column(&part, colors)));
        if is_result {
            return self.result(&(lines.join("\n") + "\n"));
        }
        lines.iter().for_each(|line| self.raw(line));
        Ok(())
    }

    /// Shows something that the user should know although the run goes on.
    pub(crate) fn warning(&self, text: &str) {
        let seen = self.warnings.fetch_add(1, Ordering::Relaxed);
        if seen < WARNINGS && !self.settings.quiet {
            self.lines(Tone::Warning, "warning", text);
        }
    }

    /// Writes the first lines of a text, the first of them with a label.
    fn lines(&self, tone: Tone, label: &str, text: &str) {
        let labels = iter::once((tone, label)).chain(iter::repeat((Tone::Plain, "")));
        for ((tone, label), line) in labels.zip(text.lines().take(ERROR_LINES)) {
            self.line(tone, label, line);
        }
    }

    /// Writes `label: text` to standard error, cleaned.
    fn line(&self, tone: Tone, label: &str, text: &str) {
        let text = clean_to(text, 2 * crate::model::clean::LONGEST);
        let label = style::paint(label, tone, self.settings.colors());
        self.raw(&match label.as_str() {
            "" => text.into_owned(),
            label => format!("{label}: {text}"),
        });
    }

    /// Writes a line to standard error; nobody can be told when that fails.
    fn raw(&self, line: &str) {
        self.quietly(|| {
            let _ = writeln!(io::stderr().lock(), "{line}");
        });
    }

    /// Takes the bar off the screen while something is written.
    fn quietly<T>(&self, write: impl FnOnce() -> T) -> T {
        match self.bar().as_ref() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Shows something for those who ask for details.
    pub(crate) fn detail(&self, text: &str) {
        if self.settings.verbose {
            self.line(Tone::Plain, "", text);
        }
    }

    /// Begins a phase that goes through so many bytes or files; whatever phase was running has ended.
    pub(crate) fn begin(&self, phase: Phase, amount: u64) {
        self.end();
        if self.settings.progress() {
            *self.bar() = Some(progress::bar(phase, amount, self.settings.colors()));
        }
    }

    /// Tells, from any thread, that the phase has gone through some more.
    pub(crate) fn advance(&self, amount: u64) {
        if let Some(bar) = self.bar().as_ref() {
            bar.inc(amount);
        }
    }

    /// Ends the phase.
    pub(crate) fn end(&self) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
        }
    }

    fn bar(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes and flushes everything. A reader that has gone away has had enough: that is fine, and every
/// other failure is one, as of a full device behind a redirection.
fn write(out: &mut impl Write, text: &str) -> io::Result<()> {
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Findings one by one, as many as the account keeps.
fn finding_lines(account: &Account) -> Vec<String> {
    let (told, hidden) = account.told_singly();
    let told = told.iter().map(|f| format!("finding: {}", f.line()));
    let mut lines: Vec<String> = told.collect();
    if hidden > 0 {
        let more = words::counted(hidden, "more finding", "more findings");
        lines.push(format!("finding: and {more}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_a_terminal() -> Settings {
        Settings {
            stderr_is_terminal: true,
            ..Settings::default()
        }
    }

    #[test]
    fn colours_follow_the_conventions() {
        let auto = on_a_terminal();
        assert!(auto.colors());
        for off in [
            Settings {
                no_color: true,
                ..auto
            },
            Settings { dumb: true, ..auto },
            Settings {
                stderr_is_terminal: false,
                ..auto
            },
            Settings {
                color: Some(false),
                ..auto
            },
        ] {
            assert!(!off.colors(), "{off:?}");
        }
        let always = Settings {
            color: Some(true),
            no_color: true,
            ..Settings::default()
        };
        assert!(always.colors(), "the flag beats NO_COLOR");
    }

    #[test]
    fn a_bar_is_for_terminals_only() {
        let on = on_a_terminal();
        assert!(on.progress());
        for off in [
            Settings::default(),
            Settings { quiet: true, ..on },
            Settings {
                no_progress: true,
                ..on
            },
            Settings { dumb: true, ..on },
        ] {
            assert!(!off.progress(), "{off:?}");
        }
    }

    #[test]
    fn events_may_come_from_any_thread_in_any_order() {
        let reporter = Reporter::new(Settings {
            quiet: true,
            ..Settings::default()
        });
        std::thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(|| {
                    for bytes in 0..100 {
                        reporter.advance(bytes);
                        reporter.warning("w");
                    }
                });
            }
            reporter.begin(Phase::Reading, 10);
            reporter.end();
        });
        assert_eq!(reporter.warnings.load(Ordering::Relaxed), 400);
        reporter.finish();
        assert!(reporter.bar().is_none());
    }

    struct Fails(ErrorKind);

    impl Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_broken_pipe_is_no_error_and_everything_else_is() {
        assert!(write(&mut Fails(ErrorKind::BrokenPipe), "x").is_ok());
        assert!(write(&mut Fails(ErrorKind::StorageFull), "x").is_err());
        let mut kept = Vec::new();
        assert!(write(&mut kept, "a\nb\n").is_ok());
        assert_eq!(kept, b"a\nb\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_reported() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let result = full.and_then(|mut f| write(&mut f, "{}\n"));
        assert_eq!(result.map_err(|e| e.kind()), Err(ErrorKind::StorageFull));
    }
}
