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

pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let zones = &input.account.zones;
    let Some(covered) = input.account.covered.filter(|_| !zones.spans.is_empty()) else {
        return html! {};
    };
    let time = Time::new(covered);
    // East on top.
    let mut offsets: Vec<Offset> = zones.spans.iter().map(|s| s.offset).collect();
    offsets.sort_unstable_by(|a, b| b.cmp(a));
    offsets.dedup();
    let labels: Vec<String> = offsets.iter().map(Offset::to_string).collect();
    let line = zones.line();
    let caption = Caption {
        id: "zone-chart",
        title: "UTC offset over time",
        description: &line,
    };
    let stroke = |s: &Span| {
        let row = offsets.iter().position(|o| *o == s.offset)?;
        let [from, to] = [s.first, s.last.plus(1)].map(|date| place(time.start_of(date)));
        Some(format!("M{from} {}H{to}", row_middle(row)))
    };
    let of = |evidence| zones.spans.iter().filter(move |s| s.evidence == evidence);
    let shapes = html! {
        @for (evidence, class) in KINDS { (path(class, &of(evidence).filter_map(stroke).collect::<String>())) }
    };
    let inner = html! {
        (strips(caption, PLOT, &labels, &shapes))
        div class="strip-axis" { (chart::dates(&time)) }
        ul class="legend" {
            @for (evidence, class) in KINDS {
                @let days = of(evidence).map(days).sum::<i64>().unsigned_abs();
                @if days > 0 {
                    li { span class={ "swatch " (class) } {} (evidence.text()) ", " (counted(days, "day", "days")) }
                }
            }
        }
        (details("As a table", &span_table(&zones.runs)))
    };
    let lead = format!("{line}. Every local time and date in the files rests on this.");
    card("time-zone", "Time zone", &lead, &inner)
}

/// A run may rest on several kinds of evidence; the legend counts their days.
fn span_table(runs: &[Span]) -> Markup {
    let table = table(
        "UTC offsets by date",
        runs.iter().take(LISTED),
        &[
            ("From", &|s| Cell::Date(date_words(s.first))),
            ("To", &|s| Cell::Date(date_words(s.last))),
            ("Offset", &|s| cell(s.offset.to_string())),
            ("Days", &|s| Cell::Number(days(s).to_string())),
        ],
    );
    let more = runs.len().saturating_sub(LISTED);
    html! { (table) @if more > 0 { p { (more) " more in the manifest" } } }
}
