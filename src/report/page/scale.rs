//! Scales: dates and values to positions, and where the marks of an axis go.
//!
//! Positions are per mille of the plot, so that a chart can be any size. It knows no markup.

use super::super::words::month_name;
use super::series::bounds;
use crate::model::LocalDate;

/// Width and height of a plot in its own units.
pub(super) const PLOT: f64 = 1000.0;
/// Widths of a plot in CSS pixels for which marks are thinned out: a phone of 360, a tablet or a
/// sheet of paper, a wide window.
const WIDTHS: [f64; 3] = [220.0, 525.0, 780.0];
/// Days up to which each may have a mark of its own.
const SHORT: i32 = 62;

/// A mark on an axis of dates.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// Position, per mille of the plot.
    pub(super) at: f64,
    pub(super) label: String,
    /// The narrowest of [`WIDTHS`] at which it is shown.
    from: usize,
}

impl Mark {
    /// The classes of the stylesheet: from which width on it is shown, and its side.
    pub(super) fn class(&self) -> String {
        let shown = ["", "tablet ", "wide "].get(self.from).unwrap_or(&"");
        format!("{shown}{}", self.side())
    }

    /// To which side of its place it stands where the edge of the plot is near.
    fn side(&self) -> &'static str {
        let half = self.width() / 2.0 / WIDTHS[0] * PLOT;
        match self.at {
            at if at < half => "begin",
            at if at > PLOT - half => "end",
            _ => "middle",
        }
    }

    /// Width in CSS pixels, generously.
    fn width(&self) -> f64 {
        self.label.chars().count() as f64 * 8.0
    }

    /// Left and right end in a plot of a width.
    fn ends(&self, plot: f64) -> (f64, f64) {
        let (x, width) = (self.at / PLOT * plot, self.width());
        let left = match self.side() {
            "begin" => x,
            "end" => x - width,
            _ => x - width / 2.0,
        };
        (left, left + width)
    }
}

/// Leaves marks out until they stand apart, for each width fewer, the narrower it is. What a narrow
/// plot shows, a wide one shows too.
fn thinned(mut marks: Vec<Mark>) -> Vec<Mark> {
    let mut step = 1;
    for (from, plot) in WIDTHS.iter().enumerate().rev() {
        let unit = step;
        while !stand_apart(&marks, step, *plot) {
            step += unit;
        }
        for mark in marks.iter_mut().step_by(step) {
            mark.from = from;
        }
        if from + 1 == WIDTHS.len() {
            marks = marks.into_iter().step_by(step).collect();
            step = 1;
        }
    }
    marks
}

fn stand_apart(marks: &[Mark], step: usize, plot: f64) -> bool {
    let ends: Vec<_> = marks.iter().step_by(step).map(|m| m.ends(plot)).collect();
    step > marks.len() || ends.is_sorted_by(|a, b| b.0 - a.1 >= 10.0)
}

/// An axis of dates from a first to a last, both inside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    first: LocalDate,
    last: LocalDate,
}

impl Time {
    /// Makes an axis; a single date gets its neighbours so that it is not at the edge.
    pub(super) fn new((first, last): (LocalDate, LocalDate)) -> Self {
        let room = i32::from(first == last);
        Self {
            first: first.plus(-room),
            last: last.plus(room),
        }
    }

    /// Tells whether each day has room of its own.
    pub(super) fn is_short(&self) -> bool {
        self.last.0 - self.first.0 < SHORT
    }

    pub(super) fn at(&self, date: LocalDate) -> f64 {
        (self.offset(date) + 0.5) / self.days() * PLOT
    }

    pub(super) fn start_of(&self, date: LocalDate) -> f64 {
        (self.offset(date) / self.days() * PLOT).clamp(0.0, PLOT)
    }

    fn offset(&self, date: LocalDate) -> f64 {
        f64::from(date.0 - self.first.0)
    }

    fn days(&self) -> f64 {
        f64::from(self.last.0 - self.first.0 + 1)
    }

    /// Marks: days on a short axis, else months, from three years on years.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let years = self.last.year() - self.first.year();
        let mark = |date: LocalDate| {
            let (year, month, day) = date.ymd();
            let name = month_name(month);
            let label = match (self.is_short(), years >= 3) {
                (true, _) => format!("{day} {name}"),
                (_, true) if (month, day) == (1, 1) => year.to_string(),
                (_, false) if day == 1 => format!("{name} {year}"),
                _ => return None,
            };
            let at = self.start_of(date);
            Some(Mark { at, label, from: 0 })
        };
        let dates = (self.first.0..=self.last.0).map(LocalDate);
        thinned(dates.filter_map(mark).collect())
    }
}

#[derive(Clone, Debug)]
pub(super) struct Values {
    low: f64,
    high: f64,
    step: f64,
}

impl Values {
    /// Makes an axis around the values, from 0 when `from_zero`. Values that hardly differ get room
    /// around them, so that noise is not drawn as a mountain.
    pub(super) fn new(values: impl Iterator<Item = f64>, from_zero: bool) -> Self {
        let (low, high) = bounds(values);
        let room = (2.0 - (high - low)).max(0.0) / 2.0;
        let (low, high) = if from_zero {
            (low.min(0.0), high.max(1.0))
        } else {
            (low - room, high + room)
        };
        let step = round_step((high - low) / 5.0);
        let low = (low / step).floor() * step;
        let high = ((high / step).ceil() * step).max(low + step);
        Self { low, high, step }
    }

    /// Position of a value from the top.
    pub(super) fn at(&self, value: f64) -> f64 {
        PLOT - (value - self.low) / (self.high - self.low) * PLOT
    }

    /// Marks from the bottom up, as position and value.
    pub(super) fn marks(&self) -> Vec<(f64, f64)> {
        let values = std::iter::successors(Some(self.low), |value| Some(value + self.step));
        let inside = values.take_while(|value| *value <= self.high + self.step / 2.0);
        inside.take(12).map(|v| (self.at(v), v)).collect()
    }

    /// Decimals that the marks need.
    pub(super) fn decimals(&self) -> usize {
        usize::from(self.step < 1.0)
    }
}

/// The next of 1, 2, 5, 10, … at or above `rough`.
fn round_step(rough: f64) -> f64 {
    let mut magnitude = 0.1;
    while magnitude * 10.0 < rough {
        magnitude *= 10.0;
    }
    let wanted = [1.0, 2.0, 5.0].iter().find(|f| **f * magnitude >= rough);
    magnitude * wanted.copied().unwrap_or(10.0)
}

/// Writes a position with one decimal at most, and no sign before a zero.
pub(super) fn place(position: f64) -> String {
    let fixed = format!("{position:.1}");
    match fixed.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => fixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(y: i32, m: u32, d: u32) -> LocalDate {
        LocalDate::from_ymd(y, m, d).unwrap_or_default()
    }

    /// The labels that a plot of one of the widths shows.
    fn names(first: LocalDate, last: LocalDate, width: usize) -> Vec<String> {
        let marks = Time::new((first, last)).marks();
        let shown = marks.into_iter().filter(|m| m.from <= width);
        shown.map(|m| m.label).collect()
    }

    #[test]
    fn years_months_or_days_mark_the_time() {
        let years = names(date(2021, 5, 1), date(2024, 2, 1), 0);
        assert_eq!(years, ["2022", "2023", "2024"]);
        let months = names(date(2023, 1, 15), date(2023, 4, 20), 2);
        assert_eq!(months, ["Feb 2023", "Mar 2023", "Apr 2023"]);
        let days = names(date(2023, 1, 15), date(2023, 1, 18), 2);
        assert_eq!(days, ["15 Jan", "16 Jan", "17 Jan", "18 Jan"]);
        assert_eq!(names(date(2023, 1, 15), date(2023, 1, 15), 2).len(), 3);
    }

    #[test]
    fn marks_stand_apart_at_every_width_and_a_narrow_plot_shows_fewer() {
        let first = date(2016, 12, 30);
        for days in 1..6000 {
            let marks = Time::new((first, first.plus(days))).marks();
            let mut fewer = usize::MAX;
            for (width, plot) in WIDTHS.iter().enumerate().rev() {
                let shown: Vec<_> = marks.iter().filter(|m| m.from <= width).collect();
                let apart = |(a, b): (&&Mark, &&Mark)| b.ends(*plot).0 - a.ends(*plot).1;
                assert!(
                    shown
                        .iter()
                        .zip(shown.iter().skip(1))
                        .all(|p| apart(p) >= 5.0),
                    "{days}: {shown:?}"
                );
                assert!(!shown.is_empty() && shown.len() <= fewer, "{days}");
                let inside = |m: &&Mark| m.ends(*plot).0 >= 0.0 && m.ends(*plot).1 <= plot + 0.1;
                assert!(shown.iter().all(inside), "{days}: {shown:?}");
                fewer = shown.len();
            }
        }
    }

    #[test]
    fn positions_lie_inside_the_plot() {
        let t = Time::new((date(2021, 1, 1), date(2024, 12, 31)));
        for d in [date(2021, 1, 1), date(2022, 6, 1), date(2024, 12, 31)] {
            assert!((0.0..=PLOT).contains(&t.at(d)), "{d}");
        }
        assert_eq!(place(t.start_of(date(2021, 1, 1))), "0");
        assert_eq!(place(-0.04), "0");
        assert_eq!(place(12.34), "12.3");
    }

    #[test]
    fn marks_of_values_are_round_and_enclose_them() {
        let v = Values::new([71.3, 84.9].into_iter(), false);
        let marks: Vec<f64> = v.marks().iter().map(|m| m.1).collect();
        assert_eq!(marks, [70.0, 75.0, 80.0, 85.0]);
        let v = Values::new([80.0].into_iter(), false);
        assert!(v.marks().len() >= 2 && (0.0..=PLOT).contains(&v.at(80.0)));
        let idle = Values::new([0.0].into_iter(), true);
        assert_eq!(
            idle.marks().first().map(|m| m.1),
            Some(0.0),
            "no steps below none"
        );
        let steps = Values::new([412_000.0].into_iter(), true);
        assert_eq!(steps.marks().first().map(|m| m.1), Some(0.0));
        assert!(steps.marks().len() <= 6);
    }
}
