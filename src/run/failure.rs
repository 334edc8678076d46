//! Exit codes of errors: which error ends with which number.

use anyhow::Error;
use thiserror::Error;

use super::billing::NoStateFile;
use super::{World, stopped};
use crate::archive::InputError;
use crate::budget::StateError;
use crate::download::{DownloadError, Kind};
use crate::upload::NotAnExport;
use crate::validate::ValidateError;
use crate::verify::VerifyError;

/// Exit code of a bug (`EX_SOFTWARE` of sysexits).
pub const INTERNAL: u8 = 70;

/// The budget refuses: used up (75) or blocked (77).
#[derive(Debug, Error)]
#[error("{text}")]
pub(super) struct Refused {
    code: u8,
    text: String,
}

impl Refused {
    /// Nothing is left to spend.
    pub(super) fn exhausted(text: String) -> Self {
        Self { code: 75, text }
    }

    /// The user has blocked the key.
    pub(super) fn blocked(text: String) -> Self {
        Self { code: 77, text }
    }
}

/// What was asked for cannot be meant (2).
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct WrongUse(pub(super) String);

/// The export holds nothing that could be converted (65).
#[derive(Clone, Copy, Debug, Error)]
#[error("nothing to convert")]
pub(super) struct NothingToConvert;

/// An id that is unknown or expired, or a file that cannot be read (66).
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct InputNotFound(pub(super) String);

/// A file that was to be shown and is no sound FIT file (65).
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct Undecodable(pub(super) String);

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
fn code_of(cause: &(dyn std::error::Error + 'static)) -> Option<u8> {
    if let Some(e) = cause.downcast_ref::<Refused>() {
        return Some(e.code);
    }
    if let Some(e) = cause.downcast_ref::<InputError>() {
        return Some(match e {
            InputError::Unusable { .. } => 65,
            InputError::Missing { .. } => 66,
            InputError::Io { .. } | InputError::Stopped => 74,
        });
    }
    if let Some(e) = cause.downcast_ref::<ValidateError>() {
        return Some(if matches!(e, ValidateError::Read(_)) {
            74
        } else {
            65
        });
    }
    if let Some(e) = cause.downcast_ref::<DownloadError>() {
        return Some(if e.kind == Kind::Io { 74 } else { 73 });
    }
    if let Some(e) = cause.downcast_ref::<VerifyError>() {
        return Some(if matches!(e, VerifyError::Unreadable(..)) {
            66
        } else {
            74
        });
    }
    simple(cause)
}

/// Types that always end with the same code.
fn simple(cause: &(dyn std::error::Error + 'static)) -> Option<u8> {
    let codes = [
        (
            cause.is::<NotAnExport>()
                || cause.is::<NothingToConvert>()
                || cause.is::<Undecodable>(),
            65,
        ),
        (cause.is::<super::since::NoExport>(), 65),
        (cause.is::<InputNotFound>(), 66),
        (cause.is::<StateError>() || cause.is::<NoStateFile>(), 69),
        (cause.is::<std::io::Error>(), 74),
        (cause.is::<clap::Error>() || cause.is::<WrongUse>(), 2),
    ];
    codes.into_iter().find(|(is, _)| *is).map(|(_, code)| code)
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
        assert_eq!(code(NothingToConvert.into()), Some(65));
        assert_eq!(code(InputNotFound(String::new()).into()), Some(66));
        assert_eq!(code(std::io::Error::other("x").into()), Some(74));
        assert_eq!(code(Refused::blocked(String::new()).into()), Some(77));
        assert_eq!(code(Refused::exhausted(String::new()).into()), Some(75));
        assert_eq!(code(anyhow::anyhow!("unforeseen")), None);
    }
}
