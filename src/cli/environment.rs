//! Command line and environment put together: the command line wins, empty variables are unset.
//!
//! clap would refuse `usage --all` while `TRACKERSYNC_KEY` is set if the two were declared as
//! conflicting; here a rival from the environment gives way instead. The environment is asked
//! through a function, so that tests can have their own.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

use super::Cli;

/// Options of which only one can be meant, the strongest first where several stand in the environment.
const RIVALS: [&[&str]; 5] = [
    &["all", "key"],
    &["default", "global", "key"],
    &["inherit", "unlimited", "limit"],
    &["log", "metrics", "chart"],
    &["quiet", "verbose"],
];

/// Options of `budget set` of which at least one must be given.
const CHANGES: [&str; 5] = ["limit", "unlimited", "inherit", "mode", "label"];

/// Returns the definition of the program, for help, man page and completions. It does not show what
/// the environment holds.
#[must_use]
pub fn command() -> Command {
    every_argument(Cli::command(), &|argument| argument.hide_env(true))
}

/// Reads the command line. `is_empty` tells whether an environment variable is set to nothing.
///
/// # Errors
/// Wrong use (exit 2), or help or version, which are to be printed (exit 0); see
/// [`clap::Error::exit_code`].
pub fn parse(
    arguments: &[OsString],
    is_empty: &dyn Fn(&OsStr) -> bool,
) -> Result<Cli, clap::Error> {
    let set = every_argument(command(), &|argument| match argument.get_env() {
        Some(name) if is_empty(name) => argument.env(Resettable::Reset),
        _ => argument,
    });
    let mut matches = set.clone().try_get_matches_from(arguments)?;
    let beaten = beaten_rivals(leaf(&matches))
        .map_err(|text| set.clone().error(ErrorKind::ArgumentConflict, text))?;
    if !beaten.is_empty() {
        let without = every_argument(set.clone(), &|argument| {
            if beaten.contains(argument.get_id().as_str()) {
                argument.env(Resettable::Reset)
            } else {
                argument
            }
        });
        matches = without.try_get_matches_from(arguments)?;
    }
    check(&set, leaf(&matches))?;
    Cli::from_arg_matches(&matches)
}

/// Returns the arguments with `convert` before them where the first is a path and no command:
/// `trackersync takeout.zip`, or an export that is dropped on the program.
#[must_use]
pub fn as_conversion(
    arguments: &[OsString],
    error: &clap::Error,
    exists: &dyn Fn(&OsStr) -> bool,
) -> Option<Vec<OsString>> {
    let wrong = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(wrong)) => wrong,
        _ => return None,
    };
    // No command has any of these in its name.
    let is_path = wrong.contains(['.', '/', '\\', '*', '?']);
    let typed = arguments.iter().find(|a| a.to_string_lossy() == *wrong)?;
    (is_path || exists(typed)).then(|| {
        let mut all = arguments.to_vec();
        all.insert(1, "convert".into());
        all
    })
}

fn every_argument(command: Command, change: &dyn Fn(clap::Arg) -> clap::Arg) -> Command {
    let command = command.mut_args(change);
    command.mut_subcommands(|subcommand| every_argument(subcommand, change))
}

/// Returns the matches of the innermost subcommand, which holds the general options too.
fn leaf(matches: &ArgMatches) -> &ArgMatches {
    matches
        .subcommand()
        .map_or(matches, |(_, inner)| leaf(inner))
}

/// Returns whether an option was given or, for a switch, is on; and where.
fn given(matches: &ArgMatches, id: &str) -> Option<ValueSource> {
    let known = matches.ids().any(|known| known.as_str() == id);
    let source = known
        .then(|| matches.value_source(id))
        .flatten()
        .filter(|source| *source != ValueSource::DefaultValue);
    let off = known && matches!(matches.try_get_one::<bool>(id), Ok(Some(false)));
    source.filter(|_| !off)
}

/// Returns the options of the environment that give way to a rival.
fn beaten_rivals(matches: &ArgMatches) -> Result<BTreeSet<&'static str>, String> {
    let mut beaten = BTreeSet::new();
    for rivals in RIVALS {
        let from = |source| {
            rivals
                .iter()
                .copied()
                .filter(move |id| given(matches, id) == Some(source))
                .collect::<Vec<_>>()
        };
        let (typed, set) = (
            from(ValueSource::CommandLine),
            from(ValueSource::EnvVariable),
        );
        if let [first, second, ..] = typed.as_slice() {
            return Err(format!(
                "the argument '--{first}' cannot be used with '--{second}'"
            ));
        }
        beaten.extend(set.into_iter().skip(usize::from(typed.is_empty())));
    }
    Ok(beaten)
}

/// Refuses what no single option shows to be wrong.
fn check(command: &Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    let fail = |kind, text: String| Err(command.clone().error(kind, text));
    let knows = |id: &str| matches.ids().any(|known| known.as_str() == id);
    let date = |id| {
        if knows(id) {
            matches.try_get_one::<super::Date>(id).ok().flatten()
        } else {
            None
        }
    };
    if let (Some(from), Some(to)) = (date("from"), date("to"))
        && from > to
    {
        return fail(
            ErrorKind::ValueValidation,
            "--from is after --to, expected it on the same day or before".to_owned(),
        );
    }
    // Only `budget set` knows `inherit`.
    if knows("inherit") && CHANGES.iter().all(|id| given(matches, id).is_none()) {
        let options = CHANGES.map(|id| format!("--{id}")).join(", ");
        return fail(
            ErrorKind::MissingRequiredArgument,
            format!("nothing to set, expected at least one of {options}"),
        );
    }
    let mode = |id| {
        matches
            .try_get_one::<super::ModeArg>(id)
            .ok()
            .flatten()
            .copied()
    };
    if knows("inherit") {
        match (
            mode("mode") == Some(super::ModeArg::Soft),
            given(matches, "overage").is_some(),
        ) {
            (true, false) => {
                return fail(
                    ErrorKind::MissingRequiredArgument,
                    "--mode soft needs --overage N, the units beyond the limit".to_owned(),
                );
            }
            (false, true) if given(matches, "overage") == Some(ValueSource::CommandLine) => {
                return fail(
                    ErrorKind::ArgumentConflict,
                    "--overage is for --mode soft only".to_owned(),
                );
            }
            _ => {}
        }
    }
    Ok(())
}
