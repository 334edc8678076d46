//! The command line: every command, option, environment variable and help text of the program.
//!
//! Declarations for clap and nothing else; this room knows the model alone and does nothing. Help, man
//! page and completions are made from it, so a thing that is not said here does not exist. Every
//! option can also be set by the environment variable `TRACKERSYNC_<NAME>`; the command line wins,
//! an empty variable counts as unset, and for switches `0`, `false`, `no` and `off` mean off.

mod budget;
mod environment;
mod exit;
mod manual;
mod stages;
mod values;

pub(crate) use budget::{
    BudgetArgs, BudgetCommand, LabelledTarget, SetArgs, TargetArgs, UsageArgs,
};
pub use environment::{as_conversion, command, parse};
pub use exit::{EXIT_CODES, FIRST_STEPS};
pub use manual::{completions, man_page, manual};
pub(crate) use stages::{
    ConvertArgs, DownloadArgs, InspectArgs, LimitArgs, MaintainArgs, ReadArgs, StatusArgs,
    UploadArgs, ValidateArgs, VerifyArgs,
};
pub use values::Color;
pub(crate) use values::{Degraded, ModeArg, ReportFormat};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Converts a Fitbit export (Google Takeout) into files that Garmin Connect imports
///
/// Everything happens on this machine: nothing is uploaded anywhere, the network is never used. The
/// usual way is one command:
///
///   trackersync convert takeout-*.zip -o garmin
///
/// and then to drop the files of garmin/import into Garmin Connect → Import Data.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "trackersync",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_help = "See 'trackersync --help' for examples and exit codes", after_long_help = exit::after_long_help())]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub general: GeneralArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "General options")]
pub struct GeneralArgs {
    /// State file with the budget, the uploads and the conversions
    ///
    /// Default: trackersync/state.db in $XDG_STATE_HOME, else in the state folder of the platform
    /// (~/.local/state, on Windows %LOCALAPPDATA%, on macOS ~/Library/Application Support). It is
    /// made on the first use. A build for many machines also knows postgres://USER@HOST/DATABASE.
    #[arg(long, global = true, value_name = "FILE")]
    pub state: Option<PathBuf>,

    /// Accept a state file on a network file system, whose locks may not hold
    #[arg(long, global = true, hide_short_help = true)]
    pub state_on_network: bool,

    /// How long to wait for other processes that use the state, in milliseconds
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "MS",
        default_value_t = 30_000
    )]
    pub busy_ms: u64,

    /// Print one JSON document instead of a table
    #[arg(long, global = true)]
    pub json: bool,

    /// Print errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Print every finding and what is being done
    #[arg(short, long, global = true)]
    pub verbose: bool,

    /// When to use colour (NO_COLOR and TERM=dumb are respected)
    #[arg(long, global = true, hide_short_help = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub color: Color,

    /// Show no progress bar (there is none anyway unless stderr is a terminal)
    #[arg(long, global = true, hide_short_help = true)]
    pub no_progress: bool,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Convert an export: the main job, all four stages in one go
    #[command(after_long_help = stages::CONVERT_EXAMPLES)]
    Convert(ConvertArgs),
    /// Take in an export and print an upload id, valid for an hour
    Upload(UploadArgs),
    /// Read and check every record, print the report, write nothing; free of charge
    #[command(after_long_help = stages::VALIDATE_EXAMPLES)]
    Validate(ValidateArgs),
    /// Hand over the files of a conversion that was made from an upload id
    Download(DownloadArgs),
    /// Show what is used and left of the budget, and when it resets
    #[command(after_long_help = budget::USAGE_EXAMPLES)]
    Usage(UsageArgs),
    /// Set, show and list limits; block, unblock and reset keys
    #[command(subcommand_required = true, arg_required_else_help = true, after_long_help = budget::BUDGET_EXAMPLES)]
    Budget(BudgetArgs),
    /// Look whether the state is as it should be; changes nothing
    Status(StatusArgs),
    /// Clean up: expired uploads and conversions, interrupted outputs, a damaged state
    Maintain(MaintainArgs),
    /// Decode FIT files with an independent reader
    Inspect(InspectArgs),
    /// Check every file of an output against its manifest
    Verify(VerifyArgs),
    /// Print shell completions
    ///
    /// Where each shell looks for them, for one user; open a new shell afterwards:
    ///
    ///   bash        ~/.local/share/bash-completion/completions/trackersync
    ///   zsh         _trackersync in a folder of $fpath
    ///   fish        ~/.config/fish/completions/trackersync.fish
    ///   powershell  at the end of $PROFILE
    #[command(verbatim_doc_comment)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the man page of the program, or of a command
    Man {
        /// The command, as in 'trackersync man budget set'
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
}

impl Cli {
    /// Tells whether the command reads and prints and does nothing else: there is nothing to clean up
    /// when a signal ends it.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        matches!(
            self.command,
            Command::Inspect(_)
                | Command::Verify(_)
                | Command::Completions { .. }
                | Command::Man { .. }
        )
    }
}

#[cfg(test)]
mod tests;
