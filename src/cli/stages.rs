//! Commands of the four stages, and those that look at their results.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::values::{self, Degraded, ReportFormat, Units};
use crate::model::LocalDate;
use crate::model::file::Only;
use crate::model::records::WeightUnit;

pub(super) const CONVERT_EXAMPLES: &str = "\
Examples:
  trackersync convert takeout-001.zip takeout-002.zip -o garmin
  trackersync convert Takeout/ -o garmin.zip --from 2024-01-01 --only activities,weight
  trackersync convert *.zip --each -o customers --key gym --json
  trackersync convert 4f1c… && trackersync download 9a02… -o garmin

One conversion costs one unit of the budget when its output is published. What fails, is refused or
is interrupted costs nothing, and neither does --dry-run.";

pub(super) const VALIDATE_EXAMPLES: &str = "\
Examples:
  trackersync validate takeout-*.zip
  trackersync validate takeout.zip --format github";

/// Options that say what is read and how it is understood.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What is read")]
pub(crate) struct ReadArgs {
    /// Make only these outputs (comma-separated)
    #[arg(
        long,
        value_name = "TYPES",
        value_parser = values::outputs(),
        value_delimiter = ','
    )]
    pub(crate) only: Vec<Only>,

    /// Leave out what is before this local date
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) from: Option<LocalDate>,

    /// Leave out what is after this local date
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) to: Option<LocalDate>,

    /// Time zone of the account, overriding all evidence in the export
    #[arg(long, value_name = "IANA", hide_possible_values = true, value_parser = values::timezone())]
    pub(crate) timezone: Option<chrono_tz::Tz>,

    /// Unit of the weights in the export, overriding all evidence in it
    #[arg(long, value_name = "UNIT", value_enum)]
    pub(crate) weight_unit: Option<WeightUnit>,

    /// Leave out heart-rate samples below this confidence (0 to 3)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::number::<u8>(0, 3), default_value_t = 1)]
    pub(crate) min_confidence: u8,

    /// Write the newest N activities and the newest finished month of weigh-ins, to try Garmin's import
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::number::<usize>(1, u32::MAX.into()))]
    pub(crate) sample: Option<usize>,

    /// Number of threads (default: one per processor)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::number::<usize>(1, 1024))]
    pub(crate) jobs: Option<usize>,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// Options that raise the limits on archives; `None` is the limit that holds without them.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Limits on archives")]
pub(crate) struct LimitArgs {
    /// Entries in an archive (default: 200000)
    #[arg(long, hide_short_help = true, value_name = "N", allow_negative_numbers = true, value_parser = values::number::<u64>(1, u64::MAX))]
    pub(crate) max_entries: Option<u64>,

    /// Bytes of one entry when unpacked (default: 64M)
    #[arg(long, hide_short_help = true, value_name = "BYTES", value_parser = values::bytes)]
    pub(crate) max_entry_bytes: Option<u64>,

    /// Bytes of all entries when unpacked (default: 64G)
    #[arg(long, hide_short_help = true, value_name = "BYTES", value_parser = values::bytes)]
    pub(crate) max_total_bytes: Option<u64>,

    /// Bytes unpacked per byte packed (default: 200)
    #[arg(long, hide_short_help = true, value_name = "N", allow_negative_numbers = true, value_parser = values::number::<u64>(1, u64::MAX))]
    pub(crate) max_ratio: Option<u64>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ConvertArgs {
    /// Takeout zip, several parts of one export, .tgz, unpacked folder, single files, or an upload id
    ///
    /// All INPUTs of one call are one export, unless --each is given. Without --output the result of an
    /// upload id waits for 'trackersync download'.
    #[arg(value_name = "INPUT", required = true, value_hint = clap::ValueHint::AnyPath, value_parser = values::name())]
    pub(crate) inputs: Vec<OsString>,

    /// Folder to make, or a name ending in .zip for one zip file (default: garmin beside INPUT)
    #[arg(short, long, value_name = "OUT", value_hint = clap::ValueHint::AnyPath, value_parser = values::out())]
    pub(crate) output: Option<PathBuf>,

    /// Treat every INPUT as an export of its own: output in OUT/<input name>/, one unit each
    #[arg(long)]
    pub(crate) each: bool,

    /// Replace an OUT that this program wrote
    #[arg(long)]
    pub(crate) force: bool,

    /// Hand over only what is new or changed since this earlier OUT (may be repeated)
    ///
    /// The folder, its zip or its manifest.json. The newest manifest knows what all before it handed
    /// over.
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) since: Vec<PathBuf>,

    /// Show the report page in the browser when done
    #[arg(long)]
    pub(crate) open: bool,

    /// Do everything but write: same report, costs nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Units of Garmin's CSV, as your Garmin account displays them (default: metric)
    #[arg(long, value_name = "UNITS", value_enum)]
    pub(crate) units: Option<Units>,

    /// Whose budget is used (default: the local user's)
    #[arg(long, value_name = "KEY", value_parser = values::name())]
    pub(crate) key: Option<OsString>,

    /// Name of this request: a retry under the same key and name is free
    #[arg(long, value_name = "ID", value_parser = values::name())]
    pub(crate) request_id: Option<OsString>,

    /// What to do when the state cannot be used
    #[arg(long, hide_short_help = true, value_name = "HOW", value_enum, default_value_t = Degraded::Closed)]
    pub(crate) degraded: Degraded,

    #[command(flatten)]
    pub(crate) read: ReadArgs,
}

impl ConvertArgs {
    /// Tells whether miles were asked for; `None` where nothing was.
    pub(crate) fn is_imperial(&self) -> Option<bool> {
        self.units.map(|units| units == Units::Imperial)
    }
}

#[derive(Args, Clone, Debug)]
pub(crate) struct UploadArgs {
    /// Takeout zip, several parts of one export, .tgz, unpacked folder, or single files
    #[arg(value_name = "INPUT", required = true, value_hint = clap::ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ValidateArgs {
    /// Takeout zip, several parts of one export, .tgz, unpacked folder, single files, or an upload id
    #[arg(value_name = "INPUT", required = true, value_hint = clap::ValueHint::AnyPath, value_parser = values::name())]
    pub(crate) inputs: Vec<OsString>,

    /// Form of the report (--json is --format json)
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Human)]
    pub(crate) format: ReportFormat,

    #[command(flatten)]
    pub(crate) read: ReadArgs,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct DownloadArgs {
    /// The id that 'trackersync convert UPLOAD_ID' has printed
    #[arg(value_name = "CONVERSION_ID", value_parser = values::name())]
    pub(crate) conversion: OsString,

    /// Folder to make, or a name ending in .zip for one zip file
    #[arg(
        short,
        long,
        value_name = "OUT",
        required = true,
        value_hint = clap::ValueHint::AnyPath,
        value_parser = values::out()
    )]
    pub(crate) output: PathBuf,

    /// Replace an OUT that this program wrote
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct StatusArgs {
    /// Read the whole state: SQLite's integrity check, and the ledger counted anew
    #[arg(long)]
    pub(crate) verify: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct MaintainArgs {
    /// Outputs whose interrupted conversions are to be finished or removed
    #[arg(value_name = "OUT")]
    pub(crate) outputs: Vec<PathBuf>,

    /// Rescue a damaged state file: keeps a copy and rebuilds what can be read
    #[arg(long)]
    pub(crate) repair: bool,

    /// Key whose conversions on the lifeboat are entered into the ledger (default: the local user's)
    #[arg(long, value_name = "KEY", value_parser = values::name())]
    pub(crate) key: Option<OsString>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct InspectArgs {
    /// FIT files
    #[arg(value_name = "FILE", required = true, value_hint = clap::ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,

    /// Print CSV instead of a table
    #[arg(long)]
    pub(crate) csv: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct VerifyArgs {
    /// The folder or zip file that a conversion wrote
    #[arg(value_name = "OUT")]
    pub(crate) output: PathBuf,
}
