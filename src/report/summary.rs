//! The closing summary: at most twenty lines from which a first-time user learns what came out,
//! what is wrong, how to try a few files first, where to import, and then the rest.
//!
//! It is text only, without colour and without a terminal's width. Each line starts with a label in
//! a column of its own, so that eyes and `grep` find it.

use serde::Serialize;
use serde_json::Value;

use super::account::{Account, Extent};
use super::clean::clean;
use super::outputs::{OutputKind, files_list};
use super::words::{counted, dates, grouped};

mod lost;
mod next;

use lost::{incomplete_lines, rejected_lines, skipped_lines};
pub(crate) use next::{Typed, whole_of};
use next::{label_lines, next_lines};

/// Width of the column of labels.
pub(crate) const LABEL: usize = 12;

/// What a run was asked to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Task {
    /// Write files.
    #[default]
    Convert,
    /// Do everything but write (`--dry-run`).
    DryRun,
    /// Read and check only.
    Validate,
    /// Nothing: the same request has written these files before.
    DoneBefore,
}

impl Task {
    /// Tells whether what is said is itself the result, because nothing is written.
    pub(crate) fn only_looks(self) -> bool {
        matches!(self, Self::DryRun | Self::Validate)
    }
}

/// What is said of the budget at the end.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct BudgetNotice {
    /// Its state as `usage --json` prints it.
    #[serde(rename = "budget")]
    pub(crate) value: Option<Value>,
    /// Its state in one line.
    #[serde(skip)]
    pub(crate) line: Option<String>,
    /// Why the run went on although the state was not available, if it did.
    pub(crate) degraded: Option<String>,
}

/// All that is said at the end of a run: the account, and what only this machine knows; with the
/// fields that the document of `--json` has in their order there.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// OUT as the user typed it, or the conversion id; `None` when nothing was written.
    pub(crate) out: Option<String>,
    /// Where the page is.
    pub(crate) report: Option<String>,
    #[serde(flatten)]
    pub(crate) account: Account,
    #[serde(flatten)]
    pub(crate) notice: BudgetNotice,
    #[serde(skip)]
    pub(crate) task: Task,
    /// Whether `--sample` was given.
    #[serde(skip)]
    pub(crate) sample: bool,
    /// Whether only some of the outputs were asked for (`--only`).
    #[serde(skip)]
    pub(crate) only: bool,
    /// Whether the whole export was converted before its sample.
    #[serde(skip)]
    pub(crate) whole_exists: bool,
    /// Whether `--since` was given.
    #[serde(skip)]
    pub(crate) since: bool,
    /// The command as far as it shapes the output: INPUTs as they were typed, then options.
    #[serde(skip)]
    pub(crate) typed: Typed,
    /// Whether OUT is one zip.
    #[serde(skip)]
    pub(crate) is_zip: bool,
    /// Whether the result waits for its download.
    #[serde(skip)]
    pub(crate) waits: bool,
    /// Files that would be written, where none was made (`validate`).
    #[serde(skip)]
    pub(crate) planned: Vec<OutputKind>,
}

impl Summary {
    /// Returns the exit code of the run: 0, or 3 when something was rejected.
    pub(crate) fn exit_code(&self) -> u8 {
        self.account.exit_code()
    }
}

/// Returns the closing lines, at most 20: what came out, what is wrong, the next steps, the rest.
pub(crate) fn summary_lines(summary: &Summary) -> Vec<String> {
    let account = &summary.account;
    let mut lines = vec![headline(summary)];
    if summary.task == Task::DoneBefore {
        return lines;
    }
    lines.extend(count_lines(summary));
    lines.extend(unchanged_lines(summary));
    lines.extend(rejected_lines(account));
    lines.extend(incomplete_lines(account));
    lines.extend(next_lines(summary));
    // Only the first line: what to do was said with the warning.
    let optional = |label, text: &Option<String>| {
        let line = text.as_ref()?.lines().next()?;
        Some(labelled(label, &clean(line)))
    };
    lines.extend(optional("page", &summary.report));
    lines.extend(label_lines(summary));
    lines.extend(skipped_lines(&account.skipped));
    lines.push(labelled("time zone", &account.zones.line()));
    // Who is served without the state has no budget to be told of.
    let degraded = optional("degraded", &summary.notice.degraded);
    lines.extend(degraded.or_else(|| optional("budget", &summary.notice.line)));
    lines
}

fn labelled(label: &str, text: &str) -> String {
    format!("{label:LABEL$}{text}")
}

fn headline(summary: &Summary) -> String {
    let out = summary.out.as_deref().map(clean);
    let label = match summary.task {
        Task::Convert => "converted",
        Task::DryRun => "dry run",
        Task::Validate => "validated",
        Task::DoneBefore => {
            let out = out.unwrap_or_default();
            let text = "holds what this request makes of this input; nothing was charged";
            return labelled("done before", &format!("{out} {text}"));
        }
    };
    let out = match out {
        Some(_) if summary.waits => "and waiting; nothing was handed over yet".to_owned(),
        Some(out) => format!("into {out}"),
        None => "nothing was written".to_owned(),
    };
    let since = match summary.since {
        true => ", only what is new or changed",
        false => "",
    };
    let losses = match summary.account.is_partial() {
        true => "; some of the export could not be used, see below",
        false => "",
    };
    labelled(label, &format!("{out}{since}{losses}"))
}

/// What the export holds; a selection is silent of what it leaves out.
fn count_lines(summary: &Summary) -> Vec<String> {
    let c = &summary.account.counts;
    let rows = [
        ("activities", c.activities),
        ("weigh-ins", c.weigh_ins),
        ("days", c.days),
        ("nights", c.nights),
    ];
    let of = if summary.since { " in the export" } else { "" };
    let line = |(label, extent): (&str, Extent)| {
        let mut text = match extent.first.zip(extent.last) {
            Some((first, last)) => format!("{}{of}, {}", grouped(extent.count), dates(first, last)),
            None => "none".to_owned(),
        };
        if label == "nights" && c.naps.count > 0 {
            text += &format!("; and {}", counted(c.naps.count, "nap", "naps"));
        }
        labelled(label, &text)
    };
    let rows = rows.into_iter();
    let is_selection = summary.sample || summary.only;
    let shown = rows.filter(|(_, extent)| extent.count > 0 || !is_selection);
    shown.map(line).collect()
}

/// What `--since` left out.
fn unchanged_lines(summary: &Summary) -> Option<String> {
    let account = &summary.account;
    let kinds = files_list(&account.unchanged);
    let text = match (kinds.is_empty(), account.outputs.is_empty()) {
        (true, _) => "none: everything is new or changed".to_owned(),
        (_, true) => format!("nothing is new: {kinds} were handed over before"),
        _ => format!("{kinds} were handed over before and are left out"),
    };
    summary.since.then(|| labelled("unchanged", &text))
}

#[cfg(test)]
pub(crate) mod tests;
