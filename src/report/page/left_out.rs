//! What was left out and why: rejected, set aside, unread. Nothing goes missing without a line here.

use std::collections::BTreeMap;

use maud::{Markup, Render, html};

use super::super::account::{Account, Unread};
use super::super::found::Found;
use super::super::group::Group;
use super::super::words::{counted, grouped, kind_title};
use super::table::{Cell, cell, details, foreign, table};
use super::{PageInput, card};

/// Findings quoted one by one; all that were kept stand in the manifest.
const QUOTED: usize = 100;
/// Groups in a table.
const GROUPS: usize = 200;

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let a = input.account;
    let inner = html! { (rejected(a)) (skipped(a)) (unread(a)) (findings(a)) };
    card("left-out", "What was left out, and why", &lead(a), &inner)
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

fn part(title: &str, lead: &str, inner: &Markup) -> Markup {
    html! { h3 { (title) } p class="quiet" { (lead) } (inner) }
}

fn rejected(a: &Account) -> Markup {
    if a.rejected.is_empty() {
        return part("Rejected", "Nothing was rejected.", &html! {});
    }
    let rows = a.rejected.iter().take(GROUPS);
    let row = |g| row(g, g.text.to_owned(), cell(&g.amount()));
    let rows: Vec<_> = rows.map(row).collect();
    let columns = ["Data", "Why", "How much"];
    let lead = "Wrong in the export itself; everything else in it was used.";
    let table = table("Rejected records by reason", &columns, &rows);
    part("Rejected", lead, &table)
}

fn skipped(a: &Account) -> Markup {
    if a.skipped.is_empty() {
        return html! {};
    }
    let groups = a.skipped.iter().take(GROUPS);
    let amount = |g: &Group| Cell::Number(grouped(g.records));
    let row = |g| row(g, format!("records {}", g.text), amount(g));
    let rows: Vec<_> = groups.map(row).collect();
    let columns = ["Data", "Why", "How many"];
    let lead = "Nothing is wrong with these; they are not needed.";
    let table = table("Records set aside by reason", &columns, &rows);
    part("Set aside", lead, &table)
}

/// Data, reason with an example under it, and how much.
fn row(group: &Group, why: String, amount: Cell) -> Vec<Cell> {
    let example = group.examples.first().map_or("", String::as_str);
    let why = html! { (why) span class="example" { (foreign(example, 300)) } };
    vec![cell(&kind_title(&group.kind)), Cell::Text(why), amount]
}

fn unread(a: &Account) -> Markup {
    if a.unread.is_empty() {
        return html! {};
    }
    let row = |unread: &Unread| {
        vec![
            Cell::Text(foreign(&unread.reason, 120).render()),
            Cell::Number(grouped(unread.entries)),
        ]
    };
    let rows: Vec<_> = a.unread.iter().take(GROUPS).map(row).collect();
    let table = table("Files left unread by reason", &["Reason", "Files"], &rows);
    details("Files that were left unread", &table)
}

/// The findings, those that say the same in one line.
fn findings(a: &Account) -> Markup {
    let (told, hidden) = a.told_singly();
    if told.is_empty() {
        return html! {};
    }
    let groups = grouped_findings(&told);
    let rest = hidden + groups.iter().skip(QUOTED).map(|g| g.1).sum::<u64>();
    let list = html! {
        ul class="findings" {
            @for (first, count) in groups.iter().take(QUOTED) {
                li {
                    (foreign(&first.line(), 300))
                    @if *count > 1 { " (and " (grouped(count - 1)) " more that say the same)" }
                }
            }
        }
        @if rest > 0 { p class="quiet" { "and " (grouped(rest)) " more" } }
    };
    details("Single findings, with their places", &list)
}

/// Findings of one kind of file that say the same, as the first of them and their number.
fn grouped_findings<'f>(all: &[&'f Found]) -> Vec<(&'f Found, u64)> {
    let mut groups: Vec<(&Found, u64)> = Vec::new();
    let mut known: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for found in all {
        let key = (
            found.kind.as_str(),
            found.what.as_str(),
            found.expected.as_str(),
        );
        let at = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.1 += 1,
            None => groups.push((found, 1)),
        }
    }
    groups
}
