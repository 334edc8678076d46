//! Charts as small pieces of SVG inside HTML: frame, grid, curve, dots, bars, strips.
//!
//! The drawing stretches with the page while words stay words: axis labels are HTML beside the SVG,
//! so they never shrink, whatever the width. Each drawing is one image to a screen reader, with a
//! title and a description, and each has a table under it.

use maud::{Markup, html};

use super::scale::{PLOT, Time, Values, place};
use super::series::Series;
use crate::model::LocalDate;

/// Height of one row of a strip, in units of its own drawing.
const ROW: usize = 10;
/// Days to both sides of a gap in a curve that is not drawn across.
const GAP: i32 = 62;
/// Below so many, dots are drawn to be found one by one.
const FEW: usize = 40;

/// What a drawing is called and says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caption<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// What is to be seen.
    pub(super) description: &'a str,
}

impl Caption<'_> {
    /// Returns a drawing of the given size that stretches to its box.
    fn drawing(self, (width, height): (f64, f64), shapes: &Markup) -> Markup {
        let (title, text) = (format!("{}-name", self.id), format!("{}-text", self.id));
        let frame = format!("0 0 {} {}", place(width), place(height));
        html! {
            svg role="img" aria-labelledby=(title) aria-describedby=(text) viewBox=(frame) preserveAspectRatio="none" {
                title id=(title) { (self.title) }
                desc id=(text) { (self.description) }
                (shapes)
            }
        }
    }
}

/// Returns the axis of dates; the stylesheet hides the marks that a narrow page has no room for.
pub(super) fn dates(time: &Time) -> Markup {
    html! {
        div class="x" aria-hidden="true" {
            @for mark in time.marks() {
                span class=(mark.class()) style={ "left:" (place(mark.at / PLOT * 100.0)) "%" } { (mark.label) }
            }
        }
    }
}

pub(super) fn path(class: &str, d: &str) -> Markup {
    html! { @if !d.is_empty() { path class=(class) d=(d) {} } }
}

/// A bar: its dates, the first inside and the second not, its height, and its words for the mouse.
pub(super) struct Bar {
    pub(super) dates: (LocalDate, LocalDate),
    pub(super) value: f64,
    pub(super) words: String,
}

/// The axes of a chart of values over time.
pub(super) struct Plot {
    pub(super) time: Time,
    pub(super) values: Values,
}

impl Plot {
    /// Returns the chart: grid, shapes, and both axes.
    pub(super) fn chart(
        &self,
        caption: Caption<'_>,
        label: fn(f64, usize) -> String,
        shapes: &Markup,
    ) -> Markup {
        let marks = self.values.marks();
        let line = |(at, _): &(f64, f64)| format!("M0 {}H1000", place(*at));
        let grid: String = marks.iter().map(line).collect();
        let shapes = html! { (path("grid", &grid)) (shapes) };
        html! {
            div class="plot" {
                div class="y" aria-hidden="true" {
                    @for (at, value) in marks {
                        span style={ "top:" (place(at / PLOT * 100.0)) "%" } { (label(value, self.values.decimals())) }
                    }
                }
                div class="area" { (caption.drawing((PLOT, PLOT), &shapes)) }
                (dates(&self.time))
            }
        }
    }

    pub(super) fn curve(&self, series: &Series) -> Markup {
        let mut before: Option<LocalDate> = None;
        let step = |(&date, &value): (&LocalDate, &f64)| {
            let is_near = before.is_some_and(|b| date.0 - b.0 <= GAP);
            before = Some(date);
            let (to, dot) = if is_near { ("L", "") } else { ("M", "h0") };
            format!("{to}{}{dot}", self.spot(date, value))
        };
        path("line", &series.iter().map(step).collect::<String>())
    }

    pub(super) fn dots(&self, series: &Series) -> Markup {
        let dot = |(&date, &v): (&LocalDate, &f64)| format!("M{}h0", self.spot(date, v));
        let few = if series.len() < FEW {
            "dots few"
        } else {
            "dots"
        };
        path(few, &series.iter().map(dot).collect::<String>())
    }

    fn spot(&self, date: LocalDate, value: f64) -> String {
        let (x, y) = (self.time.at(date), self.values.at(value));
        format!("{} {}", place(x), place(y))
    }

    pub(super) fn bars(&self, bars: &[Bar]) -> Markup {
        let shape = |bar: &Bar| {
            let [from, to] = [bar.dates.0, bar.dates.1].map(|date| self.time.start_of(date));
            let gap = (to - from) * 0.12;
            let top = place(self.values.at(bar.value));
            format!(
                "M{} 1000V{top}H{}V1000z",
                place(from + gap),
                place(to - gap)
            )
        };
        html! { @for bar in bars { path class="bar" d=(shape(bar)) { title { (bar.words) } } } }
    }
}

/// Returns the middle of a row of a strip, counted from 0.
pub(super) fn row_middle(row: usize) -> usize {
    row * ROW + ROW / 2
}

/// Returns rows with their labels: what strips of coverage and of time zones share.
pub(super) fn strips(
    caption: Caption<'_>,
    width: f64,
    labels: &[String],
    shapes: &Markup,
) -> Markup {
    let height = (labels.len() * ROW) as f64;
    html! {
        div class="strips" style={ "--rows:" (labels.len()) } {
            div class="rows" aria-hidden="true" { @for label in labels { span { (label) } } }
            (caption.drawing((width, height), shapes))
        }
    }
}
