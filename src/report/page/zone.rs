//! The time zone over the time of the data: one row per offset, coloured by what it rests on.

use maud::{Markup, html};

use super::super::words::{counted, date_words};
use super::super::zones::days;
use super::chart::{self, Caption, path, row_middle, strips};
use super::scale::{PLOT, Time, place};
use super::table::{Cell, cell, details, table};
use super::{PageInput, card};
use crate::model::offsets::Span;
use crate::model::{Evidence, Offset};

/// Runs listed in the table.
const LISTED: usize = 100;

/// Every kind of evidence with the class that colours it.
const KINDS: [(Evidence, &str); 6] = [
    (Evidence::Option, "evidence-option"),
    (Evidence::HeartRateDays, "evidence-days"),
    (Evidence::StatedOffsets, "evidence-stated"),
    (Evidence::Tcx, "evidence-tcx"),
    (Evidence::Profile, "evidence-profile"),
    (Evidence::Neighbours, "evidence-neighbours"),
];

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let zones = &input.account.zones;
    let Some(covered) = input.account.covered.filter(|_| !zones.spans.is_empty()) else {
        return html! {};
    };
    let time = Time::new(covered);
    let offsets = offsets(&zones.spans);
    let labels: Vec<String> = offsets.iter().map(Offset::to_string).collect();
    let line = zones.line();
    let caption = Caption {
        id: "zone-chart",
        title: "UTC offset over time",
        description: &line,
    };
    let shapes = html! {
        @for (evidence, class) in KINDS {
            @let d = strokes(evidence, &zones.spans, &offsets, &time);
            @if !d.is_empty() { (path(class, &d)) }
        }
    };
    let inner = html! {
        (strips(caption, PLOT, &labels, &shapes))
        div class="strip-axis" { (chart::dates(&time)) }
        (legend(&zones.spans))
        (details("As a table", &span_table(&zones.runs)))
    };
    let lead = format!("{line}. Every local time and date in the files rests on this.");
    card("time-zone", "Time zone", &lead, &inner)
}

/// The offsets in use, east on top.
fn offsets(spans: &[Span]) -> Vec<Offset> {
    let mut offsets: Vec<Offset> = spans.iter().map(|s| s.offset).collect();
    offsets.sort_unstable_by(|a, b| b.cmp(a));
    offsets.dedup();
    offsets
}

/// The path of the dates that rest on one kind of evidence.
fn strokes(evidence: Evidence, spans: &[Span], offsets: &[Offset], time: &Time) -> String {
    let stroke = |s: &Span| {
        let row = offsets.iter().position(|o| *o == s.offset)?;
        let (from, to) = (time.start_of(s.first), time.start_of(s.last.plus(1)));
        let (from, to) = (place(from), place(to));
        Some(format!("M{from} {}H{to}", row_middle(row)))
    };
    let rest_on_it = spans.iter().filter(|s| s.evidence == evidence);
    rest_on_it.filter_map(stroke).collect()
}

fn legend(spans: &[Span]) -> Markup {
    let covered = |evidence| {
        let of_it = spans.iter().filter(|s| s.evidence == evidence);
        u64::try_from(of_it.map(days).sum::<i64>()).unwrap_or(0)
    };
    html! {
        ul class="legend" {
            @for (evidence, class) in KINDS {
                @let days = covered(evidence);
                @if days > 0 {
                    li { span class={ "swatch " (class) } {} (evidence.text()) ", " (counted(days, "day", "days")) }
                }
            }
        }
    }
}

fn span_table(runs: &[Span]) -> Markup {
    let row = |s: &Span| {
        vec![
            Cell::Date(date_words(s.first)),
            Cell::Date(date_words(s.last)),
            cell(&s.offset.to_string()),
            Cell::Number(days(s).to_string()),
        ]
    };
    let rows: Vec<_> = runs.iter().take(LISTED).map(row).collect();
    let more = runs.len().saturating_sub(LISTED);
    // A run may rest on several kinds of evidence; the legend counts their days.
    let columns = ["From", "To", "Offset", "Days"];
    html! {
        (table("UTC offsets by date", &columns, &rows))
        @if more > 0 { p { (more) " more in the manifest" } }
    }
}
