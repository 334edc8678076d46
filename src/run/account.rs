//! The report of one conversion in its three forms: manifest, page, closing summary.
//!
//! All three are made from the same account, so that they never disagree. What only this machine
//! knows (paths, clock, budget) goes into the summary alone.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use serde::Serialize;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::World;
use super::billing::BudgetNotice;
use super::options;
use super::since::Chain;
use super::told::{VERSION, account, entries, forget_unasked, typed};
use crate::archive::InputInfo;
use crate::budget::Digest;
use crate::cli::{ConvertArgs, ReadArgs};
use crate::download::manifest::{self, Manifest};
use crate::garmin::activity;
use crate::model::Checked;
use crate::model::file::{Only, WrittenFile};
use crate::model::offsets::Span;
use crate::report::words::position_text;
use crate::report::{Account, Found, PageInput, Summary, Task, output_kinds, render};
use crate::upload::Catalogue;
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
        let first = self
            .account
            .findings
            .iter()
            .filter(|f| f.reject.is_some())
            .map(|f| f.line())
            .next();
        let why = first.unwrap_or_else(|| {
            "the Fitbit files in it hold no records for the outputs asked for: check --only, --from and --to".to_owned()
        });
        format!("{names}: nothing to convert, no usable record was found\n{why}")
    }

    pub(super) fn page(&self, args: &ConvertArgs) -> String {
        let inputs: Vec<&str> = self.catalogue.export.archive_names().collect();
        let files: Vec<&str> = self.made.iter().map(|m| m.path.as_str()).collect();
        let workouts = self.checked.workouts.iter();
        let metres: Vec<_> = workouts
            .map(|w| activity::metres(&self.checked, w))
            .collect();
        render(&PageInput {
            files: &files,
            metres: &metres,
            account: &self.account,
            checked: &self.checked,
            inputs: &inputs,
            sample: args.read.sample.is_some(),
            imperial: options::imperial(args.units),
        })
    }

    /// One digest over all inputs, for the ledger.
    pub(super) fn digest(&self, world: &World<'_>) -> Result<Digest> {
        let mut hasher = Sha256::new();
        for input in self.inputs(&world.stop)? {
            hasher.update(input.sha256.as_bytes());
        }
        Ok(Digest(hasher.finalize().into()))
    }

    fn inputs(&self, stop: &AtomicBool) -> Result<&[InputInfo]> {
        Ok(self.catalogue.export.inputs(stop)?)
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
        m.inputs = manifest::rows(self.inputs(&world.stop)?)?;
        m.options = options_told(&args.read, options::imperial(args.units));
        let offsets = &self.checked.offsets;
        let timezone = Timezone {
            zone: offsets.zone(),
            spans: offsets.spans(),
        };
        m.timezone = to_raw_value(&timezone)?;
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
        let counts = &self.account.counts;
        let tallies = &self.tallies.entries;
        let files = self.made.len();
        let bytes: u64 = self.made.iter().map(|m| m.bytes).sum();
        let numbers = [
            ("activities", counts.activities.count),
            ("weigh_ins", counts.weigh_ins.count),
            ("days", counts.days.count),
            ("nights", counts.nights.count),
            ("naps", counts.naps.count),
            ("files", files as u64),
            ("bytes", bytes),
            ("records", tallies.iter().map(|t| t.records).sum()),
            (
                "converted",
                tallies.iter().map(crate::model::Tally::converted).sum(),
            ),
            (
                "skipped",
                tallies.iter().map(crate::model::Tally::skipped_total).sum(),
            ),
            (
                "rejected",
                tallies
                    .iter()
                    .map(crate::model::Tally::rejected_total)
                    .sum(),
            ),
        ];
        numbers
            .into_iter()
            .map(|(k, v)| (k.to_owned(), json!(v)))
            .collect()
    }

    pub(super) fn summary(self, task: Task, args: &ConvertArgs, notice: BudgetNotice) -> Summary {
        let mut typed = typed(&args.inputs, &args.read);
        let since = args
            .since
            .iter()
            .map(|path| format!("--since={}", path.display()));
        typed.options.extend(since);
        if options::imperial(args.units) {
            typed.options.push("--units=imperial".to_owned());
        }
        typed.output = args.output.as_ref().map(|out| out.display().to_string());
        let checked = self.checked;
        // Its memory is given back while the summary is shown; without a thread, before.
        let _ = std::thread::Builder::new().spawn(move || drop(checked));
        Summary {
            sample: args.read.sample.is_some(),
            since: !args.since.is_empty(),
            typed,
            exit_code: self.account.exit_code(),
            account: self.account,
            task,
            budget: notice.value,
            budget_line: notice.line,
            degraded: notice.degraded,
            ..Summary::default()
        }
    }
}

/// Options that shape the output; those that do not (jobs, colours, paths) are left out.
fn options_told(args: &ReadArgs, imperial: bool) -> BTreeMap<String, Value> {
    let mut told = BTreeMap::from([
        ("min_confidence".to_owned(), json!(args.min_confidence)),
        (
            "units".to_owned(),
            json!(if imperial { "imperial" } else { "metric" }),
        ),
    ]);
    if !args.only.is_empty() {
        let names: Vec<&str> = args.only.iter().map(|o| o.key()).collect();
        told.insert("only".to_owned(), json!(names));
    }
    told.extend(
        args.from
            .as_ref()
            .map(|d| ("from".to_owned(), json!(d.to_string()))),
    );
    told.extend(
        args.to
            .as_ref()
            .map(|d| ("to".to_owned(), json!(d.to_string()))),
    );
    told.extend(
        args.timezone
            .map(|z| ("timezone".to_owned(), json!(z.name()))),
    );
    told.extend(args.sample.map(|n| ("sample".to_owned(), json!(n))));
    let unit = |u: crate::cli::WeightUnit| {
        if u == crate::cli::WeightUnit::Lb {
            "lb"
        } else {
            "kg"
        }
    };
    told.extend(
        args.weight_unit
            .map(|u| ("weight_unit".to_owned(), json!(unit(u)))),
    );
    told
}

/// The time zone as the manifest has it.
#[derive(Serialize)]
struct Timezone<'a> {
    zone: Option<&'a str>,
    spans: &'a [Span],
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
