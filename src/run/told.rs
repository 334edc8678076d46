//! What a run tells besides its tallies: counts of what was asked for, files handed over before, what
//! is missing, and what was typed. Knows no disk, clock or budget.

use std::ffi::OsString;

use clap::ValueEnum as _;

use super::options;
use crate::cli::{ReadArgs, ValidateArgs};
use crate::convert;
use crate::model::file::{Only, WrittenFile};
use crate::model::{Checked, Reject};
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

/// Names of damaged entries that are said.
const DAMAGED: usize = 3;

/// Why the export is not whole, in words.
pub(super) fn incomplete(catalogue: &Catalogue, account: &Account) -> Vec<String> {
    let mut texts = catalogue.incomplete();
    let broken = [Reject::Damaged, Reject::Truncated];
    let mut names: Vec<&str> = (account.findings.iter())
        .filter(|f| f.reject.is_some_and(|why| broken.contains(&why)) && !f.entry.is_empty())
        .map(|f| f.entry.rsplit('/').next().unwrap_or(&f.entry))
        .collect();
    names.dedup();
    let more = names.len().saturating_sub(DAMAGED);
    names.truncate(DAMAGED);
    if !names.is_empty() {
        let others = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let verb = if names.len() == 1 { "is" } else { "are" };
        texts.push(format!("{}{others} {verb} damaged", names.join(", ")));
    }
    texts
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
    let options = [
        text("timezone", args.timezone.map(|z| z.name().to_owned())),
        text("weight-unit", unit.map(|u| u.get_name().to_owned())),
    ];
    Typed {
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
    let mut account = account(catalogue, checked, tallies, &[]);
    account.incomplete = incomplete(catalogue, &account);
    let jobs = convert::plan(checked, &options::written(&args.read));
    let planned = jobs.into_iter().map(|job| WrittenFile {
        path: job.file.path,
        kind: job.output.kind.to_owned(),
        garmin_connect: job.output.connect,
        ..WrittenFile::default()
    });
    let planned: Vec<WrittenFile> = planned.collect();
    Summary {
        exit_code: if account.is_partial() { 3 } else { 0 },
        account,
        task: Task::Validate,
        typed: typed(&args.inputs, &args.read),
        planned: output_kinds(&planned),
        ..Summary::default()
    }
}
