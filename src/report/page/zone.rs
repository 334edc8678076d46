//! The time zone over the time of the data: one row per offset, coloured by what it rests on.

use super::super::words::{counted, dates as range};
use super::super::zones::days;
use super::chart::{self, Caption, path, row_middle, strips};
use super::html::{Cell, Markup, cell, classed, details, join, table, tag, text};
use super::scale::{PLOT, Time, place};
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
        return Markup::default();
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
    let shapes = join(
        KINDS
            .iter()
            .map(|k| strokes(*k, &zones.spans, &offsets, &time)),
    );
    let inner = join([
        strips(caption, PLOT, &labels, shapes),
        classed("div", "strip-axis", chart::dates(&time)),
        legend(&zones.spans),
        details("As a table", span_table(&zones.runs)),
    ]);
    let lead = format!("{line}. Every local time and date in the files rests on this.");
    card("time-zone", "Time zone", &lead, inner)
}

/// The offsets in use, east on top.
fn offsets(spans: &[Span]) -> Vec<Offset> {
    let mut offsets: Vec<Offset> = spans.iter().map(|s| s.offset).collect();
    offsets.sort_unstable_by(|a, b| b.cmp(a));
    offsets.dedup();
    offsets
}

fn strokes(
    (evidence, class): (Evidence, &str),
    spans: &[Span],
    offsets: &[Offset],
    time: &Time,
) -> Markup {
    let d: String = spans
        .iter()
        .filter(|s| s.evidence == evidence)
        .filter_map(|s| {
            let row = offsets.iter().position(|o| *o == s.offset)?;
            let (from, to) = (time.start_of(s.first), time.start_of(s.last.plus(1)));
            Some(format!(
                "M{} {}H{}",
                place(from),
                row_middle(row),
                place(to)
            ))
        })
        .collect();
    if d.is_empty() {
        Markup::default()
    } else {
        path(class, &d)
    }
}

fn legend(spans: &[Span]) -> Markup {
    let items = KINDS.iter().filter_map(|(evidence, class)| {
        let covered: i64 = spans
            .iter()
            .filter(|s| s.evidence == *evidence)
            .map(days)
            .sum();
        let count = counted(u64::try_from(covered).ok()?, "day", "days");
        let swatch = classed("span", &format!("swatch {class}"), Markup::default());
        let words = format!("{}, {count}", evidence.text());
        (covered > 0).then(|| tag("li", &[], join([swatch, text(&words)])))
    });
    classed("ul", "legend", join(items))
}

fn span_table(runs: &[Span]) -> Markup {
    let rows = runs.iter().take(LISTED).map(|s| {
        vec![
            Cell::Date(range(s.first, s.last)),
            cell(&s.offset.to_string()),
            Cell::Number(days(s).to_string()),
        ]
    });
    // A run may rest on several kinds of evidence; the legend counts their days.
    let columns = ["Dates", "Offset", "Days"];
    let table = table("UTC offsets by date", &columns, rows.collect());
    match runs.len().saturating_sub(LISTED) {
        0 => table,
        more => join([
            table,
            tag("p", &[], text(&format!("{more} more in the manifest"))),
        ]),
    }
}
