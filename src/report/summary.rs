//! The closing summary: at most twenty lines from which a first-time user learns what came out,
//! what is wrong, how to try a few files first, where to import, and then the rest.
//!
//! It is text only, without colour and without a terminal's width. Each line starts with a label in
//! a column of its own, so that eyes and `grep` find it.

use serde_json::Value;

use super::account::{Account, Extent};
use super::clean::{clean, clean_tail};
use super::group::{Group, by_reason};
use super::outputs::{OutputKind, files_list};
use super::typed::Typed;
use super::words::{counted, dates, grouped};
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
    /// Whether `--since` was given.
    pub since: bool,
    /// Exit code of the run: 0, or 3 when something was rejected.
    pub exit_code: u8,
    /// The command as far as it shapes the output: INPUTs as they were typed, then options.
    pub typed: Typed,
    /// OUT as the user typed it, or the conversion id; `None` when nothing was written.
    pub out: Option<String>,
    /// Whether OUT is one zip.
    pub is_zip: bool,
    /// Whether the result waits for its download.
    pub waits: bool,
    /// Where the page is.
    pub report: Option<String>,
    /// Files that would be written, where none was made (`validate`).
    pub planned: Vec<OutputKind>,
    /// State of the budget, as `usage --json` prints it.
    pub budget: Option<Value>,
    /// State of the budget in one line.
    pub budget_line: Option<String>,
    /// Why the run went on although the state was not available, if it did.
    pub degraded: Option<String>,
}

/// Returns the closing lines, at most 20: what came out, what is wrong, the next steps, the rest.
#[must_use]
pub fn summary_lines(summary: &Summary) -> Vec<String> {
    let account = &summary.account;
    let mut lines = vec![headline(summary)];
    if summary.task == Task::DoneBefore {
        return lines;
    }
    lines.extend(count_lines(account));
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
    lines.extend(optional("budget", &summary.budget_line));
    lines.extend(optional("degraded", &summary.degraded));
    lines
}

fn labelled(label: &str, text: &str) -> String {
    format!("{label:LABEL$}{text}")
}

fn headline(summary: &Summary) -> String {
    let losses = if summary.account.is_partial() {
        "; some of the export could not be used, see below"
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
    let out = match (&summary.out, summary.waits) {
        (Some(_), true) => "and waiting; nothing was handed over yet".to_owned(),
        (Some(out), _) => format!("into {}", clean(out)),
        (None, _) => "nothing was written".to_owned(),
    };
    labelled(label, &(out + losses))
}

fn count_lines(account: &Account) -> Vec<String> {
    let c = &account.counts;
    let naps = match c.naps.count {
        0 => String::new(),
        n => format!("; and {}", counted(n, "nap", "naps")),
    };
    [
        ("activities", extent_text(c.activities)),
        ("weigh-ins", extent_text(c.weigh_ins)),
        ("days", extent_text(c.days)),
        ("nights", extent_text(c.nights) + &naps),
    ]
    .map(|(label, text)| labelled(label, &text))
    .to_vec()
}

fn extent_text(extent: Extent) -> String {
    match extent.dates {
        Some((first, last)) => format!("{}, {}", grouped(extent.count), dates(first, last)),
        None => "none".to_owned(),
    }
}

/// What `--since` left out.
fn unchanged_lines(summary: &Summary) -> Option<String> {
    let account = &summary.account;
    if !summary.since {
        return None;
    }
    let kinds = files_list(&account.unchanged);
    Some(match (kinds.is_empty(), account.outputs.is_empty()) {
        (true, _) => labelled("unchanged", "none: everything is new or changed"),
        (_, true) => labelled(
            "unchanged",
            &format!("nothing is new: {kinds} were handed over before"),
        ),
        _ => labelled(
            "unchanged",
            &format!("{kinds} were handed over before and are left out"),
        ),
    })
}

/// Reasons by which nothing is lost: the same stands in the export once more.
const HARMLESS: [&str; 2] = ["duplicate", "other_source"];

fn skipped_lines(groups: &[Group]) -> Vec<String> {
    let (harmless, others): (Vec<Group>, Vec<Group>) = groups
        .iter()
        .cloned()
        .partition(|g| HARMLESS.contains(&g.reason));
    let same = harmless.into_iter().map(|g| Group { reason: "", ..g });
    let twice = by_reason(&same.collect::<Vec<_>>());
    let others = by_reason(&others);
    let total = others.len() + twice.len();
    let room = SHOWN - twice.len();
    let twice = twice.iter().map(|g| {
        let duplicates = counted(g.records, "duplicate", "duplicates");
        format!("{duplicates} set aside, nothing was lost: {}", g.kind)
    });
    let others = others.iter().map(|g| {
        let kinds = match g.kind.as_str() {
            "" => String::new(),
            kinds => format!(": {kinds}"),
        };
        format!("{} {}{kinds}", g.amount(), g.text)
    });
    first_few("left out", others.take(room).chain(twice), total)
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

/// What is incomplete is not called done.
fn incomplete_lines(account: &Account) -> Option<String> {
    let what = account.incomplete.join("; ");
    (!what.is_empty()).then(|| {
        labelled(
            "incomplete",
            &format!("{what}: download again before you import"),
        )
    })
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
fn label_lines(summary: &Summary) -> Vec<String> {
    let files = match summary.account.outputs.as_slice() {
        [] => summary.planned.as_slice(),
        outputs => outputs,
    };
    let would = if summary.task == Task::Convert {
        "takes"
    } else {
        "would take"
    };
    let line = |connect: Connect| {
        let kinds = files_list(files.iter().filter(|o| o.connect == connect));
        let text = match connect {
            Connect::Imports => format!("Garmin Connect {would} {kinds}"),
            Connect::Often => format!("for many people, not for all, it {would} {kinds}"),
            Connect::Archive => format!("to keep, Garmin Connect refuses these today: {kinds}"),
        };
        (!kinds.is_empty()).then(|| labelled(connect.label(), &text))
    };
    let all = [Connect::Imports, Connect::Often, Connect::Archive];
    all.into_iter().filter_map(line).collect()
}

/// Where Garmin Connect takes files; its app on a phone does not.
const IMPORT_PAGE: &str = "https://connect.garmin.com/modern/import-data";

/// The next steps: to try a few first, because Garmin Connect cannot undo an import in bulk, and then
/// to import.
fn next_lines(summary: &Summary) -> Vec<String> {
    let typed = &summary.typed;
    let command = |label, text: &str| vec![labelled(label, text)];
    match (summary.task, &summary.out, first_folder(&summary.account)) {
        (Task::Validate | Task::DryRun, _, _) => command("next", &typed.command(&[])),
        (Task::Convert, Some(out), Some(folder)) if !summary.waits => {
            import_lines(summary, &clean(out), folder)
        }
        _ => Vec::new(),
    }
}

fn import_lines(summary: &Summary, out: &str, folder: &str) -> Vec<String> {
    let name = out
        .strip_suffix(".zip")
        .unwrap_or(out)
        .trim_end_matches(['/', '\\']);
    let unpack = if summary.is_zip {
        format!("unpack {out} first; then ")
    } else {
        String::new()
    };
    let rest = if summary.sample {
        ""
    } else {
        ", then the other folders of import/"
    };
    let import = labelled(
        "import",
        &format!("{unpack}drop {folder} on {IMPORT_PAGE}{rest}"),
    );
    if summary.sample {
        let whole = name.strip_suffix("-try").unwrap_or("garmin");
        let all = summary.typed.command(&["-o", whole]);
        return vec![
            import,
            labelled(
                "then",
                &format!("look whether each shows on the right day, and convert everything: {all}"),
            ),
        ];
    }
    let sample = summary
        .typed
        .command(&["-o", &format!("{name}-try"), "--sample", "3"]);
    let first = format!("there is no bulk undo in Garmin Connect: {sample}");
    vec![labelled("try first", &first), import]
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
    use super::super::group::tests::{entry, weights};
    use super::super::outputs::tests::delivered;
    use super::super::zones::tests::paris;
    use super::*;
    use crate::model::checked::{Parts, Weight};
    use crate::model::metrics::Day;
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
            entry("Fitbit/heart_rate-2024-01-01.json", "heart_rate", &hr),
            entry("Fitbit/weight-2024-01-01.json", "weight", &weights),
            entry("Fitbit/steps-2024-01-01.json", "steps", &cut),
        ];
        Summary {
            account: Account::new("0.1.0", &checked(), &books, &[], &delivered()),
            task: Task::Convert,
            exit_code: 3,
            typed: Typed {
                inputs: vec!["my takeout.zip".to_owned()],
                options: Vec::new(),
            },
            out: Some("out".to_owned()),
            report: Some("out/report.html".to_owned()),
            budget: Some(serde_json::json!({"remaining": 97})),
            budget_line: Some("97 of 100 left this month, resets 2024-06-01".to_owned()),
            ..Summary::default()
        }
    }

    #[test]
    fn the_last_lines_tell_a_newcomer_everything() {
        let golden = "\
converted   into out; some of the export could not be used, see below
activities  none
weigh-ins   3, 2023-11-14 to 2023-11-16
days        210, 2023-11-01 to 2024-05-28
nights      none
rejected    1 unreadable entry of steps: cut off in the middle (steps-2024-01-01.json: ends in a \\u{1b}string)
            3 records of weight: a value out of range (weight-2024-01-01.json, record 8: weight is -8 lb, expected 2.2 to 1433 lb)
try first   there is no bulk undo in Garmin Connect: trackersync convert 'my takeout.zip' -o out-try --sample 3
import      drop import/activities/batch-001 on https://connect.garmin.com/modern/import-data, then the other folders of import/
page        out/report.html
imports     Garmin Connect takes 3 activities, 1 file of weigh-ins
often       for many people, not for all, it takes 1 month of daily totals
archive     to keep, Garmin Connect refuses these today: 1 sleep file
left out    12,345 records of heart rate below --min-confidence: heart rate
            7 records filling only the time before the first or after the last day of use: heart rate
            7 duplicates set aside, nothing was lost: heart rate, weight
time zone   Europe/Paris (bounds of the heart-rate day files), +01:00/+02:00; -05:00 2024-02-03 to 2024-02-12
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
        let all: Vec<_> = rows.map(|((k, p), t)| entry(p, k, t)).collect();
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
        let all: Vec<_> = rows.map(|(p, t)| entry(p, "steps", t)).collect();
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
            lines
                .contains("and convert everything: trackersync convert 'my takeout.zip' -o garmin"),
            "{lines}"
        );
        assert!(!lines.contains("--sample 3"), "{lines}");
    }

    #[test]
    fn a_zip_is_to_be_unpacked_first_and_what_waits_is_not_imported_yet() {
        let zip = Summary {
            is_zip: true,
            out: Some("my out.zip".to_owned()),
            ..summary()
        };
        let lines = summary_lines(&zip).join("\n");
        assert!(
            lines.contains("unpack my out.zip first; then drop"),
            "{lines}"
        );
        assert!(lines.contains("-o 'my out-try' --sample 3"), "{lines}");
        let waits = Summary {
            waits: true,
            ..summary()
        };
        let lines = summary_lines(&waits).join("\n");
        assert!(lines.contains("nothing was handed over yet"), "{lines}");
        assert!(!lines.contains("\nimport "), "{lines}");
    }

    #[test]
    fn what_was_handed_over_before_is_told() {
        let mut s = summary();
        s.since = true;
        assert!(
            summary_lines(&s)
                .iter()
                .any(|l| l.contains("everything is new"))
        );
        s.account.unchanged = super::super::output_kinds(&delivered());
        let all = "3 activities, 1 file of weigh-ins, 1 month of daily totals, 1 sleep file";
        let line = format!("unchanged   {all} were handed over before and are left out");
        assert!(summary_lines(&s).contains(&line), "{:?}", summary_lines(&s));
        s.account.outputs.clear();
        let lines = summary_lines(&s).join("\n");
        assert!(
            lines.contains("unchanged   nothing is new: 3 activities"),
            "{lines}"
        );
    }

    #[test]
    fn what_is_incomplete_is_said_before_the_next_step() {
        let mut s = summary();
        s.account.incomplete = vec!["a-002.zip is missing".to_owned()];
        let lines = summary_lines(&s);
        let at = lines
            .iter()
            .position(|l| l.starts_with("try first"))
            .unwrap_or(0);
        let before = "incomplete  a-002.zip is missing: download again before you import";
        assert_eq!(lines.get(at - 1).map(String::as_str), Some(before));
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
            assert!(!lines.iter().any(|l| l.starts_with("import ")), "{task:?}");
            let next = "next        trackersync convert 'my takeout.zip'";
            assert!(lines.iter().any(|l| l == next), "{lines:?}");
        }
        let empty = summary_lines(&Summary::default()).join("\n");
        assert!(
            empty.contains("activities  none") && !empty.contains("rejected"),
            "{empty}"
        );
    }
}
