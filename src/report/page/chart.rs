//! Charts as small pieces of SVG inside HTML: frame, grid, curve, dots, bars, strips.
//!
//! The drawing stretches with the page while words stay words: axis labels are HTML beside the SVG,
//! so they never shrink, whatever the width. Each drawing is one image to a screen reader, with a
//! title and a description, and each has a table under it.

use super::html::{Markup, classed, join, tag, text};
use super::scale::{PLOT, Time, Values, place};
use super::series::{Month, Series};
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
pub(super) fn drawing(caption: Caption<'_>, (width, height): (f64, f64), shapes: Markup) -> Markup {
    let title = format!("{}-name", caption.id);
    let description = format!("{}-text", caption.id);
    let inner = join([
        tag("title", &[("id", &title)], text(caption.title)),
        tag("desc", &[("id", &description)], text(caption.description)),
        shapes,
    ]);
    let attributes = [
        ("role", "img"),
        ("aria-labelledby", title.as_str()),
        ("aria-describedby", description.as_str()),
        (
            "viewBox",
            &format!("0 0 {} {}", place(width), place(height)),
        ),
        ("preserveAspectRatio", "none"),
    ];
    tag("svg", &attributes, inner)
}

/// Returns a chart over time: grid, shapes, and both axes.
pub(super) fn over_time(
    caption: Caption<'_>,
    time: &Time,
    values: &Values,
    label: fn(f64, usize) -> String,
    shapes: Markup,
) -> Markup {
    let svg = drawing(caption, (PLOT, PLOT), join([grid(values), shapes]));
    let marks = values.marks();
    let y = marks
        .iter()
        .map(|(at, v)| mark("top", *at, &label(*v, values.decimals())));
    classed(
        "div",
        "plot",
        join([
            tag("div", &[("class", "y"), ("aria-hidden", "true")], join(y)),
            classed("div", "area", svg),
            dates(time),
        ]),
    )
}

/// Returns the axis of dates.
pub(super) fn dates(time: &Time) -> Markup {
    let marks = time.marks();
    let marks = marks.iter().map(|(at, name)| mark("left", *at, name));
    tag(
        "div",
        &[("class", "x"), ("aria-hidden", "true")],
        join(marks),
    )
}

fn mark(side: &str, at: f64, label: &str) -> Markup {
    let style = format!("{side}:{}%", place(at / PLOT * 100.0));
    tag("span", &[("style", &style)], text(label))
}

fn grid(values: &Values) -> Markup {
    let lines: String = values
        .marks()
        .iter()
        .map(|(at, _)| format!("M0 {}H1000", place(*at)))
        .collect();
    path("grid", &lines)
}

/// Returns a path of a class.
pub(super) fn path(class: &str, d: &str) -> Markup {
    tag("path", &[("class", class), ("d", d)], Markup::default())
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

/// Draws a bar per month, each with its words for the mouse.
pub(super) fn bars(
    months: &[Month],
    time: &Time,
    values: &Values,
    words: impl Fn(&Month) -> String,
) -> Markup {
    join(months.iter().map(|m| {
        let (from, to) = (time.start_of(m.first()), time.start_of(m.end()));
        let gap = (to - from) * 0.12;
        let d = format!(
            "M{} 1000V{}H{}V1000z",
            place(from + gap),
            place(values.at(m.sum)),
            place(to - gap)
        );
        let title = tag("title", &[], text(&words(m)));
        tag("path", &[("class", "bar"), ("d", &d)], title)
    }))
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
    shapes: Markup,
) -> Markup {
    let count = u32::try_from(labels.len()).unwrap_or(0);
    let svg = drawing(caption, (width, f64::from(count * ROW)), shapes);
    let labels = labels.iter().map(|l| tag("span", &[], text(l)));
    let rows = format!("--rows:{count}");
    tag(
        "div",
        &[("class", "strips"), ("style", &rows)],
        join([
            tag(
                "div",
                &[("class", "rows"), ("aria-hidden", "true")],
                join(labels),
            ),
            svg,
        ]),
    )
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
        let svg = drawing(caption, (10.0, 5.0), Markup::default()).into_string();
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
