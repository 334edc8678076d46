//! The report of one conversion in its three forms: manifest, page, closing summary; and that of an
//! export that was only checked.
//!
//! All forms are made from the same account, so that they never disagree. What only this machine
//! knows (paths, clock, budget) goes into the summary alone.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::to_raw_value;
use sha2::{Digest as _, Sha256};

use super::since::Chain;
use super::{World, options};
use crate::budget::Digest;
use crate::cli::{ConvertArgs, ValidateArgs};
use crate::convert;
use crate::download::manifest::{self, Manifest};
use crate::garmin::activity;
use crate::model::Checked;
use crate::model::file::{Only, WrittenFile};
use crate::report::words::position_text;
use crate::report::{
    Account, BudgetNotice, Counts, EntryReport, Extent, Found, PageInput, Summary, Task, VERSION,
    output_kinds, planned_kinds, render,
};
use crate::upload::Catalogue;
use crate::validate::Validated;
use crate::validate::tallies::Tallies;

/// Everything that is known of a conversion at its end.
pub(super) struct ConversionReport {
    catalogue: Catalogue,
    checked: Checked,
    tallies: Tallies,
    made: Vec<WrittenFile>,
    chain: Chain,
    account: Account,
}

impl ConversionReport {
    pub(super) fn new(
        catalogue: Catalogue,
        checked: Checked,
        mut tallies: Tallies,
        made: Vec<WrittenFile>,
        chain: Chain,
        selected: &[Only],
    ) -> Self {
        let remarks: Vec<String> = made.iter().flat_map(|m| &m.remarks).cloned().collect();
        remarks.into_iter().for_each(|r| tallies.remark(r));
        let mut account = account(&catalogue, &checked, &tallies, &made);
        account.unchanged = output_kinds(&chain.left_out);
        forget_unasked(&mut account.counts, selected);
        Self {
            catalogue,
            checked,
            tallies,
            made,
            chain,
            account,
        }
    }

    /// Tells whether no file was made, now or before.
    pub(super) fn is_empty(&self) -> bool {
        self.made.is_empty() && self.chain.left_out.is_empty()
    }

    /// Says what was found instead of data.
    pub(super) fn nothing(&self) -> String {
        let names = self.catalogue.export.places();
        let mut findings = self.account.findings.iter();
        let first = findings.find(|f| f.reject.is_some()).map(Found::line);
        let why = first.unwrap_or_else(|| {
            "the Fitbit files in it hold no records for the outputs asked for: check --only, --from and --to".to_owned()
        });
        format!("{names}: nothing to convert, no usable record was found\n{why}")
    }

    pub(super) fn page(&self, args: &ConvertArgs) -> String {
        let inputs: Vec<&str> = self.catalogue.export.archive_names().collect();
        let files: Vec<&str> = self.made.iter().map(|m| m.path.as_str()).collect();
        let metres = |workout| activity::metres(&self.checked, workout);
        let metres: Vec<_> = self.checked.workouts.iter().map(metres).collect();
        render(&PageInput {
            files: &files,
            metres: &metres,
            account: &self.account,
            checked: &self.checked,
            inputs: &inputs,
            sample: args.read.sample.is_some(),
            only: !args.read.only.is_empty(),
            imperial: args.is_imperial() == Some(true),
        })
    }

    /// One digest over all inputs, for the ledger.
    pub(super) fn digest(&self, world: &World<'_>) -> Result<Digest> {
        let mut hasher = Sha256::new();
        for input in self.catalogue.export.inputs(&world.stop)? {
            hasher.update(input.sha256.as_bytes());
        }
        Ok(Digest(hasher.finalize().into()))
    }

    pub(super) fn manifest(
        &self,
        args: &ConvertArgs,
        page: WrittenFile,
        degraded: bool,
        request: Option<String>,
        world: &World<'_>,
    ) -> Result<Vec<u8>> {
        let mut m = Manifest::new(VERSION);
        m.inputs = manifest::rows(&self.catalogue.export.inputs(&world.stop)?)?;
        m.options = options::listed(args);
        m.timezone = to_raw_value(&self.checked.offsets)?;
        m.outputs.clone_from(&self.made);
        m.outputs.push(page);
        m.outputs.sort_by(|a, b| a.path.cmp(&b.path));
        m.unchanged.clone_from(&self.chain.unchanged);
        m.weigh_ins.clone_from(&self.chain.weigh_ins);
        m.entries = manifest::rows(entries(&self.catalogue, &self.tallies))?;
        m.findings = manifest::rows(self.account.findings.iter().map(FindingRow::new))?;
        m.findings_total = self.account.findings_total;
        m.totals = self.totals();
        m.degraded = degraded;
        m.request = request;
        Ok(m.to_bytes()?)
    }

    fn totals(&self) -> BTreeMap<String, Value> {
        let (account, counts) = (&self.account, &self.account.counts);
        let numbers = [
            ("activities", counts.activities.count),
            ("weigh_ins", counts.weigh_ins.count),
            ("days", counts.days.count),
            ("nights", counts.nights.count),
            ("naps", counts.naps.count),
            ("files", self.made.len() as u64),
            ("bytes", self.made.iter().map(|m| m.bytes).sum()),
            ("records", account.records),
            ("converted", account.converted),
            ("skipped", account.records_skipped()),
            ("rejected", account.records_rejected()),
        ];
        let totals = numbers.into_iter();
        totals.map(|(k, n)| (k.to_owned(), n.into())).collect()
    }

    pub(super) fn summary(self, task: Task, args: &ConvertArgs, notice: BudgetNotice) -> Summary {
        let checked = self.checked;
        // Its memory is given back while the summary is shown; without a thread, before.
        let _ = std::thread::Builder::new().spawn(move || drop(checked));
        Summary {
            sample: args.read.sample.is_some(),
            only: !args.read.only.is_empty(),
            since: !args.since.is_empty(),
            typed: options::typed_to_convert(args),
            account: self.account,
            task,
            notice,
            ..Summary::default()
        }
    }
}

/// A finding as the manifest has it.
#[derive(Serialize)]
struct FindingRow<'a> {
    archive: Option<&'a str>,
    entry: Option<&'a str>,
    position: Option<String>,
    what: &'a str,
    expected: &'a str,
}

impl<'a> FindingRow<'a> {
    fn new(f: &'a Found) -> Self {
        Self {
            archive: Some(f.archive.as_str()).filter(|a| !a.is_empty()),
            entry: Some(f.entry.as_str()).filter(|e| !e.is_empty()),
            position: Some(position_text(f.position)).filter(|p| !p.is_empty()),
            what: &f.what,
            expected: &f.expected,
        }
    }
}

/// The report of `validate`: the account of an export without any file, and the files that would be
/// made.
pub(super) fn checked_only(
    catalogue: &Catalogue,
    validated: &Validated,
    args: &ValidateArgs,
) -> Summary {
    let Validated { checked, tallies } = validated;
    let jobs = convert::plan(checked, &options::written(&args.read));
    let outputs = jobs.iter().map(|job| job.output);
    Summary {
        account: account(catalogue, checked, tallies, &[]),
        task: Task::Validate,
        only: !args.read.only.is_empty(),
        typed: options::typed(&args.inputs, &args.read),
        planned: planned_kinds(outputs),
        ..Summary::default()
    }
}

fn account(
    catalogue: &Catalogue,
    checked: &Checked,
    tallies: &Tallies,
    made: &[WrittenFile],
) -> Account {
    let entries: Vec<EntryReport<'_>> = entries(catalogue, tallies).collect();
    Account::new(checked, &entries, &tallies.remarks, made)
}

/// The entries of the archives and what became of each, in catalogue order.
fn entries<'e>(
    catalogue: &'e Catalogue,
    tallies: &'e Tallies,
) -> impl Iterator<Item = EntryReport<'e>> {
    let export = &catalogue.export;
    let rows = export.entries().iter().zip(&catalogue.rows);
    let rows = rows.zip(&tallies.entries);
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
fn forget_unasked(counts: &mut Counts, selected: &[Only]) {
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
