//! What a run tells besides its books: counts of what was asked for, files handed over before, what
//! is missing, and what was typed. Knows no disk, clock or budget.

use std::ffi::OsString;

use clap::ValueEnum as _;

use super::account::VERSION;
use super::options;
use super::since::Chain;
use crate::cli::{ReadArgs, ValidateArgs};
use crate::convert::{self, Made};
use crate::garmin::{Choice, Connect, OUTPUTS};
use crate::model::{Checked, Finding, Reject};
use crate::report::{
    Account, Books as Page, Counts, Delivered, Extent, OutputKind, Summary, Task, Typed,
    output_kinds,
};
use crate::upload::Catalogue;
use crate::validate::books::Books;

pub(super) fn account(
    catalogue: &Catalogue,
    checked: &Checked,
    books: &Books,
    made: &[Made],
) -> Account {
    let rows = catalogue
        .export
        .entries()
        .iter()
        .zip(&catalogue.rows)
        .zip(&books.tallies);
    let page: Vec<Page<'_>> = rows
        .map(|((info, row), tally)| Page {
            archive: catalogue.export.archive_name(info.archive),
            path: &info.path,
            kind: row.source.map_or("other", |s| s.kind),
            ignored: row.ignored,
            tally,
        })
        .collect();
    let delivered: Vec<Delivered<'_>> = made
        .iter()
        .map(|m| Delivered {
            path: &m.path,
            kind: m.output.kind,
            connect: m.output.connect,
            bytes: m.bytes,
            records: m.records,
            first: &m.first,
            last: &m.last,
        })
        .collect();
    let remarks: &[Finding] = &books.remarks;
    Account::new(VERSION, checked, &page, remarks, &delivered)
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

/// What was left out because earlier outputs handed it over.
pub(super) fn unchanged(chain: &Chain) -> Vec<OutputKind> {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let stamps: Vec<_> = (chain
        .left_out
        .iter()
        .map(|o| (text(&o.first), text(&o.last))))
    .collect();
    let files = chain
        .left_out
        .iter()
        .zip(&stamps)
        .map(|(o, (first, last))| {
            let row = OUTPUTS.iter().find(|row| row.kind == o.kind);
            Delivered {
                path: &o.path,
                kind: &o.kind,
                connect: row.map_or(Connect::Archive, |row| row.connect),
                bytes: o.bytes,
                records: o.records,
                first,
                last,
            }
        });
    output_kinds(&files.collect::<Vec<_>>())
}

/// What was not asked for is not counted, although it was read for the time zone.
pub(super) fn forget_unasked(counts: &mut Counts, selected: &[&str]) {
    let asked = |names: &[&str]| selected.iter().any(|s| names.contains(s));
    let rules = [
        (&mut counts.activities, &["activities"][..]),
        (&mut counts.weigh_ins, &["weight", "body"]),
        (&mut counts.days, &["daily", "monitoring", "health"]),
        (&mut counts.nights, &["sleep", "hrv"]),
        (&mut counts.naps, &["sleep", "hrv"]),
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
    books: &Books,
    args: &ValidateArgs,
) -> Summary {
    let mut account = account(catalogue, checked, books, &[]);
    account.incomplete = incomplete(catalogue, &account);
    let jobs = convert::plan(checked, &Choice::default(), &options::written(&args.read));
    let planned: Vec<Delivered<'_>> = jobs
        .iter()
        .map(|job| Delivered {
            path: &job.piece.path,
            kind: job.output.kind,
            connect: job.output.connect,
            bytes: 0,
            records: 0,
            first: "",
            last: "",
        })
        .collect();
    Summary {
        exit_code: if account.is_partial() { 3 } else { 0 },
        account,
        task: Task::Validate,
        typed: typed(&args.inputs, &args.read),
        planned: output_kinds(&planned),
        ..Summary::default()
    }
}
