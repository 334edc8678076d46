//! What was left out and why: rejected, set aside, unread. Nothing goes missing without a line here.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::account::Account;
use super::super::found::Found;
use super::super::group::Group;
use super::super::words::{counted, grouped, kind_title};
use super::table::{Cell, Column, cell, details, foreign, table};
use super::{PageInput, card};

/// Findings quoted one by one; all that were kept stand in the manifest.
const QUOTED: usize = 100;
const GROUPS: usize = 200;

pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let a = input.account;
    let lead = format!(
        "{} in {} = {} converted + {} set aside + {} rejected.",
        counted(a.records, "record", "records"),
        counted(a.entries, "file", "files"),
        grouped(a.converted),
        grouped(a.records_skipped()),
        grouped(a.records_rejected())
    );
    let inner = html! {
        h3 { "Rejected" }
        @if a.rejected.is_empty() {
            p class="quiet" { "Nothing was rejected." }
        } @else {
            p class="quiet" { "Wrong in the export itself; everything else in it was used." }
            (groups("Rejected records by reason", &a.rejected, "", ("How much", &|g| cell(g.amount()))))
        }
        @if !a.skipped.is_empty() {
            h3 { "Set aside" }
            p class="quiet" { "Nothing is wrong with these; they are not needed." }
            (groups("Records set aside by reason", &a.skipped, "records ",
                ("How many", &|g| Cell::Number(grouped(g.records)))))
        }
        (unread(a))
        (findings(a))
    };
    card("left-out", "What was left out, and why", &lead, &inner)
}

/// Groups with the data, the reason with an example under it, and how much.
fn groups(caption: &str, all: &[Group], what: &str, amount: Column<'_, Group>) -> Markup {
    let why = |g: &Group| {
        let example = g.examples.first().map_or("", String::as_str);
        cell(html! { (what) (g.text) span class="example" { (foreign(example, 300)) } })
    };
    let data = |g: &Group| cell(kind_title(&g.kind));
    let rows = all.iter().take(GROUPS);
    table(caption, rows, &[("Data", &data), ("Why", &why), amount])
}

fn unread(a: &Account) -> Markup {
    if a.unread.is_empty() {
        return html! {};
    }
    let table = table(
        "Files left unread by reason",
        a.unread.iter().take(GROUPS),
        &[
            ("Reason", &|unread| cell(foreign(&unread.reason, 120))),
            ("Files", &|unread| Cell::Number(grouped(unread.entries))),
        ],
    );
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
                    @if *count > 1 { " (and " (grouped(count - 1)) " more like it)" }
                }
            }
        }
        @if rest > 0 { p class="quiet" { "and " (grouped(rest)) " more" } }
    };
    details("Single findings, with their places", &list)
}

/// Findings of one kind of file that say the same, or remarks that differ in numbers alone, as the
/// first of them and their number.
fn grouped_findings<'f>(all: &[&'f Found]) -> Vec<(&'f Found, u64)> {
    let mut groups: Vec<(&Found, u64)> = Vec::new();
    let mut known: BTreeMap<(&str, String, &str), usize> = BTreeMap::new();
    for found in all {
        let mut what = found.what.clone();
        what.retain(|c| found.reject.is_some() || !c.is_ascii_digit());
        let key = (&*found.kind, what, &*found.expected);
        let at = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.1 += 1,
            None => groups.push((found, 1)),
        }
    }
    groups
}
