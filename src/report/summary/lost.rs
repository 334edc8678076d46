//! What is wrong and what was set aside: the lines that say what did not come out, and why.
//!
//! A fact stands on one line alone: what is not there at all is `incomplete`, what could not be used
//! is `rejected`, and what nobody needs is `left out`.

use super::super::account::Account;
use super::super::clean::clean_tail;
use super::super::group::{Group, by_reason};
use super::super::words::counted;
use super::labelled;

/// Reasons shown of what was rejected.
pub(super) const SHOWN: usize = 3;
/// Reasons shown of what was skipped.
const SKIPPED: usize = 2;
/// Names of other entries with something rejected.
pub(super) const NAMES: usize = 8;
/// Most characters of such a name.
const NAME: usize = 48;

/// Reasons by which nothing is lost: the same stands in the export once more.
const HARMLESS: [&str; 2] = ["duplicate", "other_source"];

pub(super) fn skipped_lines(groups: &[Group]) -> Vec<String> {
    let (harmless, others): (Vec<Group>, Vec<Group>) =
        (groups.iter().cloned()).partition(|g| HARMLESS.contains(&g.reason));
    let same = harmless.into_iter().map(|g| Group { reason: "", ..g });
    let twice = by_reason(&same.collect::<Vec<_>>());
    let others = by_reason(&others);
    let total = others.len() + twice.len();
    let room = SKIPPED - twice.len();
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
    let texts = others.take(room).chain(twice).collect();
    few("left out", texts, "", total)
}

pub(super) fn rejected_lines(account: &Account) -> Vec<String> {
    let groups = &account.rejected;
    let line = |g: &Group| match (g.examples.first(), g.brief.as_str()) {
        (Some(example), _) if g.is_of_archive() => example.clone(),
        (_, "") => format!("{} of {}", g.amount(), g.title()),
        (_, brief) => format!("{} of {} ({brief})", g.amount(), g.title()),
    };
    let lines = groups.iter().take(SHOWN).map(line).collect();
    few("rejected", lines, &other_entries(account), groups.len())
}

/// What is incomplete is not called done.
pub(super) fn incomplete_lines(account: &Account) -> Option<String> {
    let all = &account.incomplete;
    let mut what = all.get(..SHOWN).unwrap_or(all).join("; ");
    if all.len() > SHOWN {
        what += &format!("; and {} more, see the report", all.len() - SHOWN);
    }
    let text = format!("{what}: {}", account.how_to_complete());
    (!what.is_empty()).then(|| labelled("incomplete", &text))
}

/// Names the entries with something rejected that no shown example names: a file that could not be
/// read must not be known to the report alone.
fn other_entries(account: &Account) -> String {
    let shown = account.rejected.iter().take(SHOWN);
    let shown: Vec<&String> = shown.filter_map(|g| g.examples.first()).collect();
    let rejected = account.findings.iter().filter(|f| f.reject.is_some());
    let (told, untold): (Vec<_>, Vec<_>) = rejected
        .filter(|f| !f.entry.is_empty())
        .partition(|f| shown.contains(&&f.line()));
    let mut entries: Vec<&str> = untold.iter().map(|f| f.entry.as_str()).collect();
    entries.retain(|e| told.iter().all(|f| f.entry != *e));
    entries.dedup();
    let name = |e: &&str| clean_tail(e.rsplit('/').next().unwrap_or(e), NAME).into_owned();
    let names: Vec<String> = entries.iter().take(NAMES).map(name).collect();
    match entries.len() {
        0 => String::new(),
        1..=NAMES => format!("; also in {}", names.join(", ")),
        _ => format!("; also in {} and others", names.join(", ")),
    }
}

/// Labels the first few texts and says on the last how many of the reasons are not shown.
fn few(label: &str, texts: Vec<String>, suffix: &str, total: usize) -> Vec<String> {
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    let mut lines: Vec<String> = labels.zip(&texts).map(|(l, t)| labelled(l, t)).collect();
    if let Some(last) = lines.last_mut() {
        last.push_str(suffix);
        let more = total.saturating_sub(texts.len());
        if more > 0 {
            let reasons = counted(more as u64, "more reason", "more reasons");
            *last += &format!("; {reasons} in the report");
        }
    }
    lines
}
