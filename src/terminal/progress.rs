//! The progress bar: bytes read or files written, rate and time left.
//!
//! It draws at most ten times a second, so that showing work costs none.

use std::fmt;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Drawings per second.
const RATE: u8 = 10;

/// The two parts of a run that take time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Entries are decompressed and read; counted in bytes.
    Reading,
    /// Files are encoded and written; counted in files.
    Writing,
}

/// Makes the bar of a phase on standard error.
pub(super) fn bar(phase: Phase, bytes: u64, colors: bool) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(RATE);
    ProgressBar::with_draw_target(Some(bytes), target).with_style(style(phase, colors))
}

fn template(phase: Phase, colors: bool) -> String {
    let bar = match colors {
        true => "{wide_bar:.cyan}",
        false => "{wide_bar}",
    };
    // How many bytes will be written is known only when they are.
    let (phase, amount) = match phase {
        Phase::Reading => ("reading", "{bytes} of {total_bytes}, {bytes_per_sec}"),
        Phase::Writing => (
            "writing",
            "{human_pos} of {human_len} files, {files_per_sec}",
        ),
    };
    format!("{phase} {bar} {amount}, {{eta}} left")
}

fn files_per_sec(state: &ProgressState, out: &mut dyn fmt::Write) {
    let _the_line_ends_here = write!(out, "{:.0}/s", state.per_sec());
}

fn style(phase: Phase, colors: bool) -> ProgressStyle {
    ProgressStyle::with_template(&template(phase, colors))
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("files_per_sec", files_per_sec)
        .progress_chars("━╸─")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};

    /// A terminal of 100 columns that keeps what was written to it.
    #[derive(Clone, Debug, Default)]
    struct Paper(Arc<Mutex<String>>);

    impl Paper {
        fn text(&self) -> String {
            self.0.lock().map(|t| t.clone()).unwrap_or_default()
        }
    }

    impl indicatif::TermLike for Paper {
        fn width(&self) -> u16 {
            100
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, s: &str) -> io::Result<()> {
            self.write_str(s)
        }
        fn write_str(&self, s: &str) -> io::Result<()> {
            self.0.lock().map(|mut t| t.push_str(s)).unwrap_or_default();
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_bar_shows_how_much_the_rate_and_the_time_left() {
        for (phase, word, amount) in [
            (Phase::Reading, "reading ", "1.00 KiB of 4.00 KiB"),
            (Phase::Writing, "writing ", "1,024 of 4,096 files"),
        ] {
            let paper = Paper::default();
            let target = ProgressDrawTarget::term_like(Box::new(paper.clone()));
            let bar = bar(phase, 4096, false);
            bar.set_draw_target(target);
            bar.inc(1024);
            bar.tick();
            let shown = paper.text();
            assert!(shown.contains(word) && shown.contains('━'), "{shown}");
            assert!(shown.contains(amount), "{shown}");
            assert!(shown.contains("/s") && shown.contains("left"), "{shown}");
        }
    }

    #[test]
    fn both_templates_are_sound() {
        for colors in [false, true] {
            for phase in [Phase::Reading, Phase::Writing] {
                assert!(ProgressStyle::with_template(&template(phase, colors)).is_ok());
            }
        }
    }
}
