//! Commands of the budget: shown by everyone, set by its owner.

use std::ffi::OsString;

use clap::{Args, Subcommand};

use super::values::{self, ModeArg};
use crate::model::time::Period;

pub(super) const USAGE_EXAMPLES: &str = "\
Examples:
  trackersync usage --json
  trackersync usage --all
  trackersync usage --key gym --log
  trackersync usage --chart
  trackersync usage --check 80 || mail -s 'nearly used up' me
  trackersync usage --all --metrics > /var/lib/node_exporter/trackersync.prom

Always free, and works when the budget is used up or the key is blocked.";

pub(super) const BUDGET_EXAMPLES: &str = "\
Examples:
  trackersync budget set --key gym --limit 500 --period month
  trackersync budget set --key gym --limit 20 --period day
  trackersync budget set --default --limit 50
  trackersync budget set --global --limit 1000 --mode shadow
  trackersync budget set --key gym --mode soft --overage 10
  trackersync budget block --key gym

Out of the box every key has 100 conversions per calendar month (UTC). A key with a limit of its own
has that one instead; several periods may hold at once, and all must admit. The budget is a guard
rail on your own machine, not a licence check.";

#[derive(Args, Clone, Debug)]
pub(crate) struct UsageArgs {
    /// Whose budget to show (default: the local user's)
    #[arg(long, value_name = "KEY", value_parser = values::name())]
    pub(crate) key: Option<OsString>,

    /// Show every key, the default and all keys together
    #[arg(long)]
    pub(crate) all: bool,

    /// Print the ledger: every charge, refund and change, oldest first
    #[arg(long)]
    pub(crate) log: bool,

    /// Draw the conversions by day, the pace and the day on which a limit will be reached
    #[arg(long)]
    pub(crate) chart: bool,

    /// Print the budget and what the ledger counts in the format of OpenMetrics
    #[arg(long)]
    pub(crate) metrics: bool,

    /// End with 3 if so many per cent of a limit are used, for alarms
    #[arg(long, value_name = "PERCENT", value_parser = values::units())]
    pub(crate) check: Option<u64>,

    /// Count the ledger anew and compare it with the counters
    #[arg(long)]
    pub(crate) verify: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct BudgetArgs {
    #[command(subcommand)]
    pub(crate) command: BudgetCommand,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum BudgetCommand {
    /// Make the state where there is none yet: a file, or the tables in a database
    Init(InitArgs),
    /// Set a limit, what happens at it, or a label
    Set(SetArgs),
    /// Show the limits of a key
    Show(TargetArgs),
    /// List every key with its limits
    List,
    /// Refuse every conversion of a key (exit 77)
    Block(LabelledTarget),
    /// End the block of a key
    Unblock(LabelledTarget),
    /// Set what is used in the current periods back to 0; the ledger keeps its entries
    Reset(ResetArgs),
}

/// For whom. Without any of them: the local user's key.
#[derive(Args, Clone, Debug)]
pub(crate) struct TargetArgs {
    #[command(flatten)]
    pub(crate) labelled: LabelledTarget,

    /// The limits of keys without their own
    #[arg(long)]
    pub(crate) default: bool,
}

/// For whom, where the default makes no sense. Without any of them: the local user's key.
#[derive(Args, Clone, Debug)]
pub(crate) struct LabelledTarget {
    /// A key (default: the local user's)
    #[arg(long, value_name = "KEY", value_parser = values::name())]
    pub(crate) key: Option<OsString>,

    /// All keys together
    #[arg(long)]
    pub(crate) global: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct SetArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Conversions per period
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::units())]
    pub(crate) limit: Option<u64>,

    /// No limit: in the period given, or in any
    #[arg(long)]
    pub(crate) unlimited: bool,

    /// Forget the limits and the mode of the key, so that the default holds again
    #[arg(long)]
    pub(crate) inherit: bool,

    /// Over which period the limit holds (default: month)
    #[arg(long, value_enum, value_name = "PERIOD")]
    pub(crate) period: Option<Period>,

    /// What happens at the limits (default: enforce)
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) mode: Option<ModeArg>,

    /// Units beyond the limit that --mode soft lets through
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::units())]
    pub(crate) overage: Option<u64>,

    /// Label of the key in listings; stored in clear, unlike the key
    #[arg(long, value_name = "TEXT", value_parser = values::label)]
    pub(crate) label: Option<String>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct InitArgs {
    /// Print the statements that make the tables, for an administrator, and do nothing
    #[arg(long)]
    pub(crate) print: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ResetArgs {
    #[command(flatten)]
    pub(crate) target: LabelledTarget,

    /// Only this period (default: all)
    #[arg(long, value_enum, value_name = "PERIOD")]
    pub(crate) period: Option<Period>,
}
