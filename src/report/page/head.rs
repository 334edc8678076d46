//! Head and foot of the page: what this is, what needs attention, and the numbers.

use maud::{Markup, html};

use super::super::VERSION;
use super::super::account::Extent;
use super::super::words::{counted, date_words, grouped};
use super::PageInput;
use super::table::foreign;

/// Inputs named one by one; the rest are counted.
const NAMED: usize = 6;

/// Returns the head: title, where the data is from, warnings, the numbers.
pub(super) fn header(input: &PageInput<'_>) -> Markup {
    let c = &input.account.counts;
    let tiles = [
        ("Activities", c.activities),
        ("Weigh-ins", c.weigh_ins),
        ("Days", c.days),
        ("Nights", c.nights),
    ];
    // What was not asked for is not missing.
    let is_told = |(_, extent): &(_, Extent)| extent.count > 0 || !(input.sample || input.only);
    html! {
        header {
            p class="kicker" { "trackersync report" }
            h1 { "From Fitbit to Garmin Connect" }
            p class="lead" { (sources(input)) }
            (notices(input))
            dl class="tiles" {
                @for (name, extent) in tiles.into_iter().filter(is_told) { (tile(name, extent)) }
            }
        }
    }
}

/// Returns the foot: version, and what the page is not.
pub(super) fn footer() -> Markup {
    html! {
        footer {
            p {
                "Made by trackersync " (VERSION) " on your own computer; nothing was \
                 sent anywhere. Not affiliated with Garmin, Fitbit or Google. What Garmin Connect \
                 does with a file rests on reports of other people and can change."
            }
        }
    }
}

/// From when to when the data is, and from which inputs.
fn sources(input: &PageInput<'_>) -> Markup {
    let rest = input.inputs.len().saturating_sub(NAMED);
    html! {
        @match input.account.covered {
            Some((first, last)) if first == last => { "One day, " (date_words(first)) ". " }
            Some((first, last)) => { (date_words(first)) " to " (date_words(last)) ". " }
            None => "No dated records were found. ",
        }
        @if !input.inputs.is_empty() {
            "Read from "
            @for (i, name) in input.inputs.iter().take(NAMED).enumerate() {
                @if i > 0 { ", " }
                code { (foreign(name, 60)) }
            }
            @if rest > 0 { " and " (rest) " more" }
            "."
        }
    }
}

/// What a person should know before importing, the gravest first.
fn notices(input: &PageInput<'_>) -> Markup {
    let account = input.account;
    let rejected = account.rejected.iter();
    let rejected: u64 = rejected.map(|g| (g.records + g.entries).max(1)).sum();
    html! {
        @if !account.incomplete.is_empty() {
            div class="notice grave" role="note" {
                p { strong { "This export is not whole:" } " " (account.how_to_complete()) "." }
                ul { @for line in &account.incomplete { li { (foreign(line, 300)) } } }
            }
        }
        @if input.sample {
            p class="notice" role="note" {
                "This is a sample: only the newest activities and weights were converted, to try \
                 the import first."
            }
        }
        @if !account.unchanged.is_empty() {
            p class="notice" role="note" {
                @if input.is_nothing_new() { "Nothing is new: there is nothing to import. " }
                @else { "Only what is new or changed since an earlier output is to be imported. " }
                a href="#before" { "What was handed over before" } " is counted below."
            }
        }
        @if rejected > 0 {
            p class="notice" role="note" {
                (counted(rejected, "record or file was", "records or files were")) " rejected: see "
                a href="#left-out" { "what was left out and why" } "."
            }
        }
    }
}

fn tile(name: &str, extent: Extent) -> Markup {
    let dates = match extent.first.zip(extent.last) {
        Some((first, last)) if first == last => date_words(first),
        Some((first, last)) => format!("{} – {}", date_words(first), date_words(last)),
        None => "none in this export".to_owned(),
    };
    html! { div { dt { (name) } dd class="big" { (grouped(extent.count)) } dd { (dates) } } }
}
