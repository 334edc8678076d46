//! Exit codes of errors: which error ends with which number.

use std::error::Error as StdError;

use anyhow::Error;
use thiserror::Error;

use super::{World, stopped};
use crate::archive::InputError;
use crate::budget::StateError;
use crate::download::{DownloadError, Kind};
use crate::upload::NotAnExport;
use crate::validate::ValidateError;
use crate::verify::VerifyError;

/// What was asked for cannot be meant.
pub(super) const WRONG_USE: u8 = 2;

/// The input holds nothing that could be converted or shown (`EX_DATAERR` of sysexits).
pub(super) const NO_DATA: u8 = 65;

/// A file that cannot be read, or an id that is unknown or expired (`EX_NOINPUT`).
pub(super) const NO_INPUT: u8 = 66;

/// Exit code of a bug (`EX_SOFTWARE`).
pub const INTERNAL: u8 = 70;

/// The budget refuses: nothing is left to spend (`EX_TEMPFAIL`), or the key is blocked (`EX_NOPERM`).
pub(super) const EXHAUSTED: u8 = 75;
pub(super) const BLOCKED: u8 = 77;

/// An error of this room: its exit code, and what and what to do.
#[derive(Debug, Error)]
#[error("{text}")]
struct Failure {
    code: u8,
    text: String,
}

/// Returns an error that ends with `code`.
pub(super) fn failure(code: u8, text: impl Into<String>) -> Error {
    let text = text.into();
    Failure { code, text }.into()
}

/// Tells whether the budget refuses.
pub(super) fn is_refused(error: &Error) -> bool {
    let failure = error.downcast_ref::<Failure>();
    failure.is_some_and(|failure| matches!(failure.code, EXHAUSTED | BLOCKED))
}

/// Returns the exit code of an error.
#[must_use]
pub fn exit_code(error: &Error, world: &World<'_>) -> u8 {
    if let Some(code) = stopped(world) {
        return code;
    }
    error.chain().find_map(code_of).unwrap_or(INTERNAL)
}

/// Says what ended a run and returns its exit code. An internal error asks to be reported.
#[must_use]
pub fn end(error: &Error, world: &World<'_>) -> u8 {
    let code = exit_code(error, world);
    let text = super::look::message(error);
    let text = match code {
        128.. => "stopped by a signal; nothing was left in OUT and nothing was charged".to_owned(),
        INTERNAL => bug(&text),
        // clap says "error: " itself.
        _ => text.strip_prefix("error: ").unwrap_or(&text).to_owned(),
    };
    world.reporter.failed(code, &text);
    code
}

/// Returns what is said of a bug, and that it should be reported.
#[must_use]
pub fn bug(what: &str) -> String {
    format!(
        "internal error: {what}\nthis is a bug: please report it with the version ({}) and the command line",
        env!("CARGO_PKG_VERSION")
    )
}

/// The code of one link in the chain of causes.
fn code_of(cause: &(dyn StdError + 'static)) -> Option<u8> {
    fn of<E: StdError + 'static>(
        cause: &(dyn StdError + 'static),
        code: impl Fn(&E) -> u8,
    ) -> Option<u8> {
        cause.downcast_ref().map(code)
    }
    let io = |is: bool, other| if is { 74 } else { other };
    of(cause, |e: &Failure| e.code)
        .or(of(cause, |e| match e {
            InputError::Unusable { .. } => NO_DATA,
            InputError::Missing { .. } => NO_INPUT,
            InputError::Io { .. } | InputError::Stopped => 74,
        }))
        .or(of(cause, |e| {
            io(matches!(e, ValidateError::Read(_)), NO_DATA)
        }))
        .or(of(cause, |e: &DownloadError| io(e.kind == Kind::Io, 73)))
        .or(of(cause, |e| {
            io(matches!(e, VerifyError::Io(..)), NO_INPUT)
        }))
        .or(of(cause, |_: &NotAnExport| NO_DATA))
        .or(of(cause, |_: &StateError| 69))
        .or(of(cause, |_: &std::io::Error| 74))
        .or(of(cause, |_: &clap::Error| WRONG_USE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_nobody_foresaw_is_a_bug_and_asks_to_be_reported() {
        assert_eq!(code_of(anyhow::anyhow!("what?").as_ref()), None);
        let text = bug("index 3 of 2");
        assert!(text.starts_with("internal error: index 3 of 2\n"), "{text}");
        assert!(text.contains(env!("CARGO_PKG_VERSION")) && text.contains("report"));
    }

    #[test]
    fn every_kind_of_error_has_its_code_however_deep_it_lies() {
        let code = |e: Error| e.context("outer").chain().find_map(code_of);
        assert_eq!(code(failure(NO_DATA, "x")), Some(65));
        assert_eq!(code(failure(NO_INPUT, "x")), Some(66));
        assert_eq!(code(std::io::Error::other("x").into()), Some(74));
        assert_eq!(code(failure(BLOCKED, "x")), Some(77));
        assert_eq!(code(failure(EXHAUSTED, "x")), Some(75));
        assert_eq!(code(anyhow::anyhow!("unforeseen")), None);
    }
}
