//! What a run tells besides its tallies: counts of what was asked for, files handed over before, what
//! is missing, and what was typed. Knows no disk, clock or budget.

use std::ffi::OsString;

use clap::ValueEnum as _;

use super::options;
use crate::cli::{ReadArgs, ValidateArgs};
use crate::convert;
use crate::model::Checked;
use crate::model::file::{Only, WrittenFile};
use crate::report::{Account, Counts, EntryReport, Extent, Summary, Task, Typed, output_kinds};
use crate::upload::Catalogue;
use crate::validate::tallies::Tallies;

/// Version of the program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn account(
    catalogue: &Catalogue,
    checked: &Checked,
    tallies: &Tallies,
    made: &[WrittenFile],
) -> Account {
    let entries: Vec<EntryReport<'_>> = entries(catalogue, tallies).collect();
    Account::new(VERSION, checked, &entries, &tallies.remarks, made)
}

/// The entries of the archives and what became of each, in catalogue order.
pub(super) fn entries<'e>(
    catalogue: &'e Catalogue,
    tallies: &'e Tallies,
) -> impl Iterator<Item = EntryReport<'e>> {
    let export = &catalogue.export;
    let rows = export
        .entries()
        .iter()
        .zip(&catalogue.rows)
        .zip(&tallies.entries);
    rows.map(|((info, row), tally)| EntryReport {
        archive: export.archive_name(info.archive),
        path: &info.path,
        kind: row.source.map(|s| s.kind),
        bytes: info.bytes,
        ignored: row.ignored,
        tally,
    })
}

/// What was not asked for is not counted, although it was read for the time zone.
pub(super) fn forget_unasked(counts: &mut Counts, selected: &[Only]) {
    let asked = |names: &[Only]| selected.iter().any(|s| names.contains(s));
    let rules = [
        (&mut counts.activities, &[Only::Activities][..]),
        (&mut counts.weigh_ins, &[Only::Weight, Only::Body]),
        (
            &mut counts.days,
            &[Only::Daily, Only::Monitoring, Only::Health],
        ),
        (&mut counts.nights, &[Only::Sleep, Only::Hrv]),
        (&mut counts.naps, &[Only::Sleep, Only::Hrv]),
    ];
    for (extent, names) in rules {
        if !asked(names) {
            *extent = Extent::default();
        }
    }
}

/// What was typed, as far as it shapes the output.
pub(super) fn typed(inputs: &[OsString], args: &ReadArgs) -> Typed {
    let text = |name: &str, value: Option<String>| Some(format!("--{name}={}", value?));
    let unit = args.weight_unit.and_then(|u| u.to_possible_value());
    let only: Vec<&str> = args.only.iter().map(|o| o.key()).collect();
    let options = [
        text("only", (!only.is_empty()).then(|| only.join(","))),
        text("from", args.from.map(|d| d.to_string())),
        text("to", args.to.map(|d| d.to_string())),
        text("timezone", args.timezone.map(|z| z.name().to_owned())),
        text("weight-unit", unit.map(|u| u.get_name().to_owned())),
    ];
    Typed {
        output: None,
        inputs: inputs
            .iter()
            .map(|i| i.to_string_lossy().into_owned())
            .collect(),
        options: options.into_iter().flatten().collect(),
    }
}

/// `validate`: the account of an export without any file, and the files that would be made.
pub(super) fn checked_only(
    catalogue: &Catalogue,
    checked: &Checked,
    tallies: &Tallies,
    args: &ValidateArgs,
) -> Summary {
    let account = account(catalogue, checked, tallies, &[]);
    let jobs = convert::plan(checked, &options::written(&args.read));
    let planned = jobs.into_iter().map(|job| WrittenFile {
        path: job.file.path,
        kind: job.output.kind.to_owned(),
        garmin_connect: job.output.connect,
        ..WrittenFile::default()
    });
    let planned: Vec<WrittenFile> = planned.collect();
    Summary {
        exit_code: account.exit_code(),
        account,
        task: Task::Validate,
        typed: typed(&args.inputs, &args.read),
        planned: output_kinds(&planned),
        ..Summary::default()
    }
}
