//! The closing summary: at most twenty lines from which a first-time user learns what came out,
//! what did not and why, and what to do next.
//!
//! It is text only, without colour and without a terminal's width. Each line starts with a label in
//! a column of its own, so that eyes and `grep` find it.

use serde_json::Value;

use super::account::{Account, Extent};
use super::clean::{clean, clean_tail};
use super::group::{Group, by_reason};
use super::words::{counted, dates, grouped, kind_words};
use crate::garmin::Connect;

/// Width of the column of labels.
pub const LABEL: usize = 12;
/// Reasons shown of what was skipped, and of what was rejected.
const SHOWN: usize = 3;
/// Names of other entries with something rejected.
const NAMES: usize = 8;
/// Most characters of such a name.
const NAME: usize = 48;

/// What a run was asked to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Task {
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
    /// Returns the word used in the JSON document.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Convert => "convert",
            Self::DryRun => "dry_run",
            Self::Validate => "validate",
            Self::DoneBefore => "done_before",
        }
    }
}

/// All that is said at the end of a run: the account, and what only this machine knows.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The account.
    pub account: Account,
    /// What was asked for.
    pub task: Task,
    /// Whether `--sample` was given.
    pub sample: bool,
    /// Exit code of the run: 0, or 3 when something was rejected.
    pub exit_code: u8,
    /// OUT as the user typed it, or the conversion id; `None` when nothing was written.
    pub out: Option<String>,
    /// Where the page is.
    pub report: Option<String>,
    /// State of the budget, as `usage --json` prints it.
    pub budget: Option<Value>,
    /// State of the budget in one line.
    pub budget_line: Option<String>,
    /// Why the run went on although the state was not available, if it did.
    pub degraded: Option<String>,
}

/// Returns the closing lines, at most 20.
#[must_use]
pub fn summary_lines(summary: &Summary) -> Vec<String> {
    let mut lines = vec![headline(summary)];
    if summary.task == Task::DoneBefore {
        return lines;
    }
    lines.extend(count_lines(&summary.account));
    lines.push(labelled("time zone", &summary.account.zones.line()));
    lines.extend(skipped_lines(&summary.account.skipped));
    lines.extend(rejected_lines(&summary.account));
    lines.extend(label_lines(&summary.account));
    lines.extend(next_lines(summary));
    // Only the first line: what to do was said with the warning.
    let optional = |label, text: &Option<String>| {
        let line = text.as_ref()?.lines().next()?;
        Some(labelled(label, &clean(line)))
    };
    lines.extend(optional("report", &summary.report));
    lines.extend(optional("budget", &summary.budget_line));
    lines.extend(optional("degraded", &summary.degraded));
    lines
}

fn labelled(label: &str, text: &str) -> String {
    format!("{label:LABEL$}{text}")
}

fn headline(summary: &Summary) -> String {
    let losses = if summary.account.is_partial() {
        "; some of the export was rejected, see below"
    } else {
        ""
    };
    let label = match summary.task {
        Task::Convert => "converted",
        Task::DryRun => "dry run",
        Task::Validate => "validated",
        Task::DoneBefore => {
            let out = clean(summary.out.as_deref().unwrap_or_default()).into_owned();
            return labelled(
                "done before",
                &format!("{out} holds what this request makes of this input; nothing was charged"),
            );
        }
    };
    match &summary.out {
        Some(out) => labelled(label, &format!("into {}{losses}", clean(out))),
        None => labelled(label, &format!("nothing was written{losses}")),
    }
}

fn count_lines(account: &Account) -> Vec<String> {
    let c = &account.counts;
    [
        ("activities", c.activities),
        ("weigh-ins", c.weigh_ins),
        ("days", c.days),
        ("nights", c.nights),
    ]
    .map(|(label, extent)| labelled(label, &extent_text(extent)))
    .to_vec()
}

fn extent_text(extent: Extent) -> String {
    match extent.dates {
        Some((first, last)) => format!("{}, {}", grouped(extent.count), dates(first, last)),
        None => "none".to_owned(),
    }
}

fn skipped_lines(groups: &[Group]) -> Vec<String> {
    let merged = by_reason(groups);
    let shown = merged.iter().map(|g| {
        let kinds = match g.kind.as_str() {
            "" => String::new(),
            kinds => format!(": {kinds}"),
        };
        format!("{} {}{kinds}", g.amount(), g.text)
    });
    first_few("left out", shown, merged.len())
}

fn rejected_lines(account: &Account) -> Vec<String> {
    let groups = &account.rejected;
    let shown = groups
        .iter()
        .map(|g| match (g.examples.first(), g.brief.as_str()) {
            (Some(example), _) if g.is_of_archive() => example.clone(),
            (_, "") => format!("{} of {}", g.amount(), g.title()),
            (_, brief) => format!("{} of {} ({brief})", g.amount(), g.title()),
        });
    let lines: Vec<String> = shown.take(SHOWN).collect();
    let others = other_entries(account);
    few("rejected", lines, &others, groups.len())
}

/// Names the entries with something rejected that no shown example names: a file that could not be
/// read must not be known to the report alone.
fn other_entries(account: &Account) -> String {
    let shown: Vec<&String> = account
        .rejected
        .iter()
        .take(SHOWN)
        .filter_map(|g| g.examples.first())
        .collect();
    let rejected = account.findings.iter().filter(|f| f.reject.is_some());
    let (told, untold): (Vec<_>, Vec<_>) = rejected
        .filter(|f| !f.entry.is_empty())
        .partition(|f| shown.contains(&&f.line()));
    let mut entries: Vec<&str> = untold.iter().map(|f| f.entry.as_str()).collect();
    entries.retain(|e| told.iter().all(|f| f.entry != *e));
    entries.dedup();
    let names = entries
        .iter()
        .map(|e| clean_tail(e.rsplit('/').next().unwrap_or(e), NAME));
    let names: Vec<_> = names.take(NAMES).collect();
    match (names.is_empty(), entries.len() > NAMES) {
        (true, _) => String::new(),
        (_, false) => format!("; also in {}", names.join(", ")),
        (_, true) => format!("; also in {} and others", names.join(", ")),
    }
}

/// Labels the first few texts and says on the last how many are not shown.
fn first_few(label: &str, texts: impl Iterator<Item = String>, total: usize) -> Vec<String> {
    few(label, texts.take(SHOWN).collect(), "", total)
}

fn few(label: &str, texts: Vec<String>, suffix: &str, total: usize) -> Vec<String> {
    let mut lines: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| labelled(if i == 0 { label } else { "" }, text))
        .collect();
    if let Some(last) = lines.last_mut() {
        last.push_str(suffix);
        let more = u64::try_from(total.saturating_sub(SHOWN)).unwrap_or(0);
        if more > 0 {
            let reasons = counted(more, "more reason", "more reasons");
            *last += &format!("; {reasons} in the report");
        }
    }
    lines
}

/// One line per label: what Garmin Connect takes, and what it does not.
fn label_lines(account: &Account) -> Vec<String> {
    [
        (Connect::Imports, "Garmin Connect takes"),
        (Connect::Often, "Garmin Connect often takes"),
        (
            Connect::Archive,
            "to keep, Garmin Connect refuses these today:",
        ),
    ]
    .iter()
    .filter_map(|&(connect, verb)| {
        let kinds: Vec<String> = account
            .outputs
            .iter()
            .filter(|o| o.connect == connect)
            .map(|o| {
                let kind = kind_words(&o.kind);
                counted(o.files, &format!("{kind} file"), &format!("{kind} files"))
            })
            .collect();
        (!kinds.is_empty())
            .then(|| labelled(connect.label(), &format!("{verb} {}", kinds.join(", "))))
    })
    .collect()
}

/// The next step, and the advice to try first: Garmin Connect cannot undo an import in bulk.
fn next_lines(summary: &Summary) -> Vec<String> {
    let Some(folder) = first_folder(&summary.account) else {
        return Vec::new();
    };
    if summary.task != Task::Convert {
        return Vec::new();
    }
    let (rest, advice) = if summary.sample {
        (
            "; leave import/daily for later",
            "look whether each shows on the right day, then convert again without --sample",
        )
    } else {
        (
            ", then the other folders of import/",
            "there is no bulk undo in Garmin Connect: try a few files first (--sample 3)",
        )
    };
    let drop = format!("open Garmin Connect → Import Data, drop {folder}{rest}");
    vec![labelled("next", &drop), labelled("", advice)]
}

/// The folder to start with: activities, else weight, else whatever imports.
fn first_folder(account: &Account) -> Option<&str> {
    ["import/activities", "import/weight", "import/"]
        .iter()
        .find_map(|prefix| account.folders(prefix).next())
        .map(|(folder, _)| folder.as_str())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::group::tests::{books, weights};
    use super::super::outputs::tests::delivered;
    use super::super::zones::tests::paris;
    use super::*;
    use crate::model::checked::{Day, Parts, Weight};
    use crate::model::units::Kilograms;
    use crate::model::{Checked, EntryId, Instant, LocalDate, Reject, Skip, Tally};

    fn checked() -> Checked {
        let first = LocalDate(19_662);
        let mut parts = Parts {
            offsets: paris(),
            ..Parts::default()
        };
        for d in 0..210 {
            parts.days.insert(first.plus(d), Day::default());
        }
        parts.weights = (0..3)
            .filter_map(|n| {
                Some(Weight {
                    at: Instant(1_700_000_000 + i64::from(n) * 86_400),
                    date: first.plus(13 + n),
                    weight: Kilograms::new(80.0).ok()?,
                    bmi: None,
                    fat: None,
                })
            })
            .collect();
        Checked::new(parts)
    }

    /// A summary with something of everything.
    pub(crate) fn summary() -> Summary {
        let (mut hr, mut cut) = (Tally::default(), Tally::default());
        let weights = weights();
        hr.records = 20_000;
        hr.skip(Skip::LowConfidence, 12_345);
        hr.skip(Skip::Padding, 7);
        hr.skip(Skip::OtherSource, 5);
        cut.fail(EntryId(2), Reject::Truncated, "ends in a \u{1b}string", "");
        let books = [
            books("Fitbit/heart_rate-2024-01-01.json", "heart_rate", &hr),
            books("Fitbit/weight-2024-01-01.json", "weight", &weights),
            books("Fitbit/steps-2024-01-01.json", "steps", &cut),
        ];
        Summary {
            account: Account::new("0.1.0", &checked(), &books, &[], &delivered()),
            task: Task::Convert,
            sample: false,
            exit_code: 3,
            out: Some("out".to_owned()),
            report: Some("out/report.html".to_owned()),
            budget: Some(serde_json::json!({"remaining": 97})),
            budget_line: Some("97 of 100 left this month, resets 2024-06-01".to_owned()),
            degraded: None,
        }
    }

    #[test]
    fn the_last_lines_tell_a_newcomer_everything() {
        let golden = "\
converted   into out; some of the export was rejected, see below
activities  none
weigh-ins   3, 2023-11-14 to 2023-11-16
days        210, 2023-11-01 to 2024-05-28
nights      none
time zone   Europe/Paris (bounds of the heart-rate day files), +01:00/+02:00; -05:00 2024-02-03 to 2024-02-12
left out    12,345 records of heart rate below --min-confidence: heart rate
            7 records filling only the time before the first or after the last day of use: heart rate
            5 records that a better source tells too: heart rate; 1 more reason in the report
rejected    1 unreadable entry of steps: cut off in the middle (steps-2024-01-01.json: ends in a \\u{1b}string)
            3 records of weight: a value out of range (weight-2024-01-01.json, record 8: weight is -8 lb, expected 2.2 to 1433 lb)
imports     Garmin Connect takes 3 activity files, 1 weight file
often       Garmin Connect often takes 1 daily file
archive     to keep, Garmin Connect refuses these today: 1 sleep file
next        open Garmin Connect → Import Data, drop import/activities/batch-001, then the other folders of import/
            there is no bulk undo in Garmin Connect: try a few files first (--sample 3)
report      out/report.html
budget      97 of 100 left this month, resets 2024-06-01";
        assert_eq!(summary_lines(&summary()).join("\n"), golden);
    }

    #[test]
    fn every_unreadable_entry_is_named_as_far_as_there_is_room() {
        let kinds = ["steps", "weight", "sleep", "exercise", "calories"];
        let paths: Vec<String> = kinds.iter().map(|k| format!("Fitbit/{k}-0.json")).collect();
        let tallies: Vec<Tally> = (0..5)
            .map(|n| {
                let mut tally = Tally::default();
                tally.fail(EntryId(n), Reject::Truncated, "ends in a string", "");
                tally
            })
            .collect();
        let rows = kinds.iter().zip(&paths).zip(&tallies);
        let all: Vec<_> = rows.map(|((k, p), t)| books(p, k, t)).collect();
        let account = Account::new("1", &Checked::default(), &all, &[], &[]);
        let lines = rejected_lines(&account);
        for kind in kinds {
            let name = format!("{kind}-0.json");
            assert_eq!(lines.join("\n").matches(&name).count(), 1, "{lines:?}");
        }
        let ends = |l: &String| l.ends_with("2 more reasons in the report");
        assert!(
            lines.len() == SHOWN && lines.last().is_some_and(ends),
            "{lines:?}"
        );
        let many: Vec<_> = (0..40).map(|n| format!("Fitbit/steps-{n}.json")).collect();
        let rows = many.iter().zip(tallies.iter().cycle());
        let all: Vec<_> = rows.map(|(p, t)| books(p, "steps", t)).collect();
        let account = Account::new("1", &Checked::default(), &all, &[], &[]);
        let line = rejected_lines(&account).join("");
        assert_eq!(line.matches("steps-").count(), 1 + NAMES, "{line}");
        assert!(line.ends_with(" and others"), "{line}");
    }

    #[test]
    fn a_damaged_archive_is_told_although_nothing_in_it_was_lost() {
        let finding = crate::model::Finding {
            entry: None,
            position: crate::model::Position::Entry,
            reject: Some(Reject::Damaged),
            what: "t.zip: the archive is damaged: 1 entry".to_owned(),
            expected: String::new(),
        };
        let account = Account::new("1", &Checked::default(), &[], &[finding], &[]);
        assert!(account.is_partial());
        let told = ["rejected    t.zip: the archive is damaged: 1 entry"];
        assert_eq!(rejected_lines(&account), told);
    }

    #[test]
    fn the_summary_never_scrolls_away() {
        let mut s = summary();
        s.degraded = Some("the state file is damaged".to_owned());
        s.account.rejected = s
            .account
            .rejected
            .iter()
            .cycle()
            .take(50)
            .cloned()
            .collect();
        let lines = summary_lines(&s);
        assert!(lines.len() <= 20, "{}", lines.join("\n"));
        assert!(
            lines
                .iter()
                .any(|l| l.ends_with("47 more reasons in the report"))
        );
    }

    #[test]
    fn after_a_sample_the_next_step_is_to_look_and_then_to_convert_everything() {
        let s = Summary {
            sample: true,
            ..summary()
        };
        let lines = summary_lines(&s).join("\n");
        assert!(
            lines.contains("then convert again without --sample"),
            "{lines}"
        );
        assert!(!lines.contains("(--sample 3)"), "{lines}");
    }

    #[test]
    fn what_wrote_nothing_names_no_next_step() {
        for (task, label) in [(Task::DryRun, "dry run "), (Task::Validate, "validated ")] {
            let s = Summary {
                task,
                out: None,
                ..summary()
            };
            let lines = summary_lines(&s);
            assert!(
                lines
                    .iter()
                    .any(|l| l.starts_with(label) && l.contains("nothing was written"))
            );
            assert!(!lines.iter().any(|l| l.starts_with("next")), "{task:?}");
        }
        let empty = summary_lines(&Summary::default()).join("\n");
        assert!(
            empty.contains("activities  none") && !empty.contains("rejected"),
            "{empty}"
        );
    }
}
