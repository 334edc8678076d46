//! Command line and environment put together: the command line wins, empty variables are unset.
//!
//! clap would refuse `usage --all` while `TRACKERSYNC_KEY` is set if the two were declared as
//! conflicting; here a rival from the environment gives way instead. The environment is asked
//! through a function, so that tests can have their own.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use clap::builder::{FalseyValueParser, Resettable};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};

use super::{Cli, ModeArg};
use crate::model::LocalDate;

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

/// Returns the definition of the program, for help, man page and completions. Every option has its
/// variable; what the environment holds is not shown.
#[must_use]
pub fn command() -> Command {
    every_argument(Cli::command(), &|argument| {
        let Some(long) = argument.get_long() else {
            return argument;
        };
        let name = format!("TRACKERSYNC_{}", long.to_uppercase().replace('-', "_"));
        let is_switch = matches!(argument.get_action(), ArgAction::SetTrue);
        // clap keeps names that live as long as the program.
        let argument = argument.env(&*name.leak()).hide_env(true);
        match is_switch {
            true => argument.value_parser(FalseyValueParser::new()),
            false => argument,
        }
    })
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
        let is_beaten = |argument: &clap::Arg| beaten.contains(argument.get_id().as_str());
        let without = every_argument(set.clone(), &|argument| match is_beaten(&argument) {
            true => argument.env(Resettable::Reset),
            false => argument,
        });
        matches = without.try_get_matches_from(arguments)?;
    }
    match wrong_together(leaf(&matches)) {
        Some((kind, text)) => Err(set.clone().error(kind, text)),
        None => Cli::from_arg_matches(&matches),
    }
}

/// Returns the arguments with `convert` before them where a path stands and no command:
/// `trackersync takeout.zip`, or an export that is dropped on the program.
#[must_use]
pub fn as_conversion(
    arguments: &[OsString],
    error: &clap::Error,
    exists: &dyn Fn(&OsStr) -> bool,
) -> Option<Vec<OsString>> {
    // No command has any of these in its name. Of a path the ending may be forgotten.
    let is_path = |typed: &OsString| {
        let with = |ending| {
            let mut name = typed.clone();
            name.push(ending);
            exists(&name)
        };
        typed.to_string_lossy().contains(['.', '/', '\\', '*', '?'])
            || ["", ".zip", ".tgz"].into_iter().any(with)
    };
    let is_conversion = match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (_, Some(ContextValue::String(wrong))) => {
            let typed = arguments.iter().find(|a| a.to_string_lossy() == *wrong);
            typed.is_some_and(is_path)
        }
        // An option of `convert` before the path.
        (ErrorKind::UnknownArgument, None) => {
            let commands = command();
            let is_command = |a: &OsString| commands.find_subcommand(a).is_some();
            !arguments.iter().skip(1).any(is_command)
        }
        _ => false,
    };
    is_conversion.then(|| {
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
    // clap would panic at an option of another command.
    let known = matches.ids().find(|known| known.as_str() == id)?;
    let off = matches!(matches.try_get_one::<bool>(id), Ok(Some(false)));
    let source = matches.value_source(known.as_str());
    source.filter(|source| *source != ValueSource::DefaultValue && !off)
}

/// Returns the options of the environment that give way to a rival.
fn beaten_rivals(matches: &ArgMatches) -> Result<BTreeSet<&'static str>, String> {
    let mut beaten = BTreeSet::new();
    for rivals in RIVALS {
        let from = |source| {
            let given = move |id: &&str| given(matches, id) == Some(source);
            rivals.iter().copied().filter(given)
        };
        let typed: Vec<&str> = from(ValueSource::CommandLine).collect();
        if let [first, second, ..] = typed.as_slice() {
            return Err(format!(
                "the argument '--{first}' cannot be used with '--{second}'"
            ));
        }
        beaten.extend(from(ValueSource::EnvVariable).skip(usize::from(typed.is_empty())));
    }
    Ok(beaten)
}

/// Returns what no single option shows to be wrong.
fn wrong_together(matches: &ArgMatches) -> Option<(ErrorKind, String)> {
    let date = |id| matches.try_get_one::<LocalDate>(id).ok().flatten();
    if let (Some(from), Some(to)) = (date("from"), date("to"))
        && from > to
    {
        let text = "--from is after --to, expected it on the same day or before";
        return Some((ErrorKind::ValueValidation, text.to_owned()));
    }
    // Only `budget set` knows `inherit`.
    matches.ids().find(|id| id.as_str() == "inherit")?;
    if CHANGES.iter().all(|id| given(matches, id).is_none()) {
        let options = CHANGES.map(|id| format!("--{id}")).join(", ");
        let text = format!("nothing to set, expected at least one of {options}");
        return Some((ErrorKind::MissingRequiredArgument, text));
    }
    let mode = matches.try_get_one::<ModeArg>("mode").ok().flatten();
    let (kind, text) = match (mode, given(matches, "overage")) {
        (Some(ModeArg::Soft), None) => (
            ErrorKind::MissingRequiredArgument,
            "--mode soft needs --overage N, the units beyond the limit",
        ),
        (Some(ModeArg::Soft), _) => return None,
        (_, Some(ValueSource::CommandLine)) => (
            ErrorKind::ArgumentConflict,
            "--overage is for --mode soft only",
        ),
        _ => return None,
    };
    Some((kind, text.to_owned()))
}
