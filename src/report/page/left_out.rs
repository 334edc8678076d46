//! What was left out and why: rejected, set aside, unread. Nothing goes missing without a line here.

use super::super::account::Account;
use super::super::group::Group;
use super::super::words::{counted, grouped, kind_title};
use super::html::{Cell, Markup, cell, classed, details, foreign, join, table, tag, text};
use super::{PageInput, card};

/// Findings quoted one by one; all that were kept stand in the manifest.
const QUOTED: usize = 100;
/// Groups in a table.
const GROUPS: usize = 200;

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let a = input.account;
    let inner = join([rejected(a), skipped(a), unread(a), findings(a)]);
    card("left-out", "What was left out, and why", &lead(a), inner)
}

fn lead(a: &Account) -> String {
    format!(
        "{} in {} = {} converted + {} set aside + {} rejected.",
        counted(a.records, "record", "records"),
        counted(a.entries, "file", "files"),
        grouped(a.converted),
        grouped(a.records_skipped()),
        grouped(a.records_rejected())
    )
}

fn part(title: &str, lead: &str, inner: Markup) -> Markup {
    join([
        tag("h3", &[], text(title)),
        classed("p", "quiet", text(lead)),
        inner,
    ])
}

fn rejected(a: &Account) -> Markup {
    if a.rejected.is_empty() {
        return part("Rejected", "Nothing was rejected.", Markup::default());
    }
    let groups = a.rejected.iter().take(GROUPS);
    let rows = groups.map(|g| row(g, g.text.to_owned(), Cell::Text(text(&g.amount()))));
    let columns = ["Data", "Why", "How much"];
    let table = table("Rejected records by reason", &columns, rows.collect());
    part(
        "Rejected",
        "Wrong in the export itself; everything else in it was used.",
        table,
    )
}

fn skipped(a: &Account) -> Markup {
    if a.skipped.is_empty() {
        return Markup::default();
    }
    let groups = a.skipped.iter().take(GROUPS);
    let rows = groups.map(|g| {
        row(
            g,
            format!("records {}", g.text),
            Cell::Number(grouped(g.records)),
        )
    });
    let columns = ["Data", "Why", "How many"];
    let table = table("Records set aside by reason", &columns, rows.collect());
    part(
        "Set aside",
        "Nothing is wrong with these; they are not needed.",
        table,
    )
}

/// Data, reason with an example under it, and how much.
fn row(group: &Group, why: String, amount: Cell) -> Vec<Cell> {
    let example = group.examples.first().map_or("", String::as_str);
    let example = classed("span", "example", foreign(example, 300));
    let why = join([text(&why), example]);
    vec![cell(&kind_title(&group.kind)), Cell::Text(why), amount]
}

fn unread(a: &Account) -> Markup {
    if a.unread.is_empty() {
        return Markup::default();
    }
    let rows = a.unread.iter().take(GROUPS).map(|(reason, files)| {
        vec![
            Cell::Text(foreign(reason, 120)),
            Cell::Number(grouped(*files)),
        ]
    });
    let table = table(
        "Files left unread by reason",
        &["Reason", "Files"],
        rows.collect(),
    );
    details("Files that were left unread", table)
}

fn findings(a: &Account) -> Markup {
    if a.findings.is_empty() {
        return Markup::default();
    }
    let quoted = a.findings.len().min(QUOTED);
    let lines = a.findings.iter().take(quoted);
    let list = lines.map(|f| tag("li", &[], foreign(&f.line(), 300)));
    let rest = a
        .findings_total
        .saturating_sub(u64::try_from(quoted).unwrap_or(0));
    let more = if rest == 0 {
        Markup::default()
    } else {
        let words = format!("and {} more", grouped(rest));
        tag("p", &[("class", "quiet")], text(&words))
    };
    let inner = join([classed("ul", "findings", join(list)), more]);
    details("Single findings, with their places", inner)
}
