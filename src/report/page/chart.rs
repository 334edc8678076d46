//! Charts as small pieces of SVG inside HTML: frame, grid, curve, dots, bars, strips.
//!
//! The drawing stretches with the page while words stay words: axis labels are HTML beside the SVG,
//! so they never shrink, whatever the width. Each drawing is one image to a screen reader, with a
//! title and a description, and each has a table under it.

use maud::{Markup, html};

use super::scale::{Mark, PLOT, Time, Values, place};
use super::series::Series;
use crate::model::LocalDate;

/// Height of one row of a strip, in units of its own drawing.
pub(super) const ROW: u32 = 10;
/// Days to both sides of a gap in a curve that is not drawn across.
const GAP: i32 = 62;

/// Below so many, dots are drawn to be found one by one.
const FEW: usize = 40;

/// What a drawing is called and says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caption<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    /// What is drawn.
    pub(super) title: &'a str,
    /// What is to be seen.
    pub(super) description: &'a str,
}

/// Returns a drawing of the given size that stretches to its box.
pub(super) fn drawing(
    caption: Caption<'_>,
    (width, height): (f64, f64),
    shapes: &Markup,
) -> Markup {
    let (title, text) = (
        format!("{}-name", caption.id),
        format!("{}-text", caption.id),
    );
    let frame = format!("0 0 {} {}", place(width), place(height));
    html! {
        svg role="img" aria-labelledby=(title) aria-describedby=(text) viewBox=(frame) preserveAspectRatio="none" {
            title id=(title) { (caption.title) }
            desc id=(text) { (caption.description) }
            (shapes)
        }
    }
}

/// Returns a chart over time: grid, shapes, and both axes.
pub(super) fn over_time(
    caption: Caption<'_>,
    time: &Time,
    values: &Values,
    label: fn(f64, usize) -> String,
    shapes: &Markup,
) -> Markup {
    let lines = values.marks().into_iter();
    let grid: String = lines
        .map(|(at, _)| format!("M0 {}H1000", place(at)))
        .collect();
    let shapes = html! { (path("grid", &grid)) (shapes) };
    html! {
        div class="plot" {
            div class="y" aria-hidden="true" {
                @for (at, value) in values.marks() {
                    span style={ "top:" (place(at / PLOT * 100.0)) "%" } { (label(value, values.decimals())) }
                }
            }
            div class="area" { (drawing(caption, (PLOT, PLOT), &shapes)) }
            (dates(time))
        }
    }
}

/// Returns the axis of dates; the stylesheet hides the marks that a narrow page has no room for.
pub(super) fn dates(time: &Time) -> Markup {
    html! { div class="x" aria-hidden="true" { @for mark in time.marks() { (date(&mark)) } } }
}

fn date(mark: &Mark) -> Markup {
    let at = place(mark.at / PLOT * 100.0);
    html! { span class=(mark.class()) style={ "left:" (at) "%" } { (mark.label) } }
}

/// Returns a path of a class.
pub(super) fn path(class: &str, d: &str) -> Markup {
    html! { path class=(class) d=(d) {} }
}

/// Draws a curve through the points; long gaps stay open.
pub(super) fn curve(series: &Series, time: &Time, values: &Values) -> Markup {
    let mut d = String::new();
    let mut before: Option<LocalDate> = None;
    for (&date, &value) in series {
        let near = before.is_some_and(|b| date.0 - b.0 <= GAP);
        d.push(if near { 'L' } else { 'M' });
        d += &spot(time.at(date), values.at(value));
        if !near {
            d += "h0";
        }
        before = Some(date);
    }
    path("line", &d)
}

/// Draws each value as a dot.
pub(super) fn dots(series: &Series, time: &Time, values: &Values) -> Markup {
    let d: String = series
        .iter()
        .map(|(&date, &v)| format!("M{}h0", spot(time.at(date), values.at(v))))
        .collect();
    let class = if series.len() < FEW {
        "dots few"
    } else {
        "dots"
    };
    path(class, &d)
}

fn spot(x: f64, y: f64) -> String {
    format!("{} {}", place(x), place(y))
}

/// A bar: its dates, the first inside and the second not, its value, and its words for the mouse.
pub(super) struct Bar {
    /// First date and the date after the last.
    pub(super) dates: (LocalDate, LocalDate),
    /// Height.
    pub(super) value: f64,
    /// What the mouse shows.
    pub(super) words: String,
}

/// Draws bars.
pub(super) fn bars(bars: &[Bar], time: &Time, values: &Values) -> Markup {
    let shape = |bar: &Bar| {
        let (from, to) = (time.start_of(bar.dates.0), time.start_of(bar.dates.1));
        let gap = (to - from) * 0.12;
        format!(
            "M{} 1000V{}H{}V1000z",
            place(from + gap),
            place(values.at(bar.value)),
            place(to - gap)
        )
    };
    html! { @for bar in bars { path class="bar" d=(shape(bar)) { title { (bar.words) } } } }
}

/// Returns the middle of a row of a strip, counted from 0.
pub(super) fn row_middle(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(0) * ROW + ROW / 2
}

/// Returns rows with their labels: what strips of coverage and of time zones share.
pub(super) fn strips(
    caption: Caption<'_>,
    width: f64,
    labels: &[String],
    shapes: &Markup,
) -> Markup {
    let count = u32::try_from(labels.len()).unwrap_or(0);
    html! {
        div class="strips" style={ "--rows:" (count) } {
            div class="rows" aria-hidden="true" { @for label in labels { span { (label) } } }
            (drawing(caption, (width, f64::from(count * ROW)), shapes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(m: u32, d: u32) -> LocalDate {
        LocalDate::from_ymd(2023, m, d).unwrap_or_default()
    }

    #[test]
    fn a_curve_does_not_bridge_a_gap_of_months() {
        let series = Series::from([(day(1, 1), 1.0), (day(1, 20), 2.0), (day(9, 1), 1.0)]);
        let time = Time::new((day(1, 1), day(12, 31)));
        let values = Values::new(series.values().copied(), true);
        let d = curve(&series, &time, &values).into_string();
        assert_eq!(
            (d.matches('M').count(), d.matches('L').count()),
            (2, 1),
            "{d}"
        );
    }

    #[test]
    fn a_drawing_has_a_name_and_a_description() {
        let caption = Caption {
            id: "w",
            title: "Weight <kg>",
            description: "falls",
        };
        let svg = drawing(caption, (10.0, 5.0), &html! {}).into_string();
        for part in [
            "role=\"img\"",
            "aria-labelledby=\"w-name\"",
            "<title id=\"w-name\">Weight &lt;kg&gt;</title>",
            "<desc id=\"w-text\">falls</desc>",
            "viewBox=\"0 0 10 5\"",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }
}
