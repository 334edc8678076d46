//! Scales: dates and values to positions, and where the marks of an axis go.
//!
//! Positions are per mille of the plot, so that a chart can be any size. It knows no markup.

use super::super::words::month_name;
use crate::model::LocalDate;

/// Width and height of a plot in its own units.
pub(super) const PLOT: f64 = 1000.0;
/// Most marks on an axis of dates: so many years fit side by side on a phone.
const MARKS: usize = 8;

/// An axis of dates from a first to a last, both inside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    first: LocalDate,
    last: LocalDate,
}

impl Time {
    /// Makes an axis; a single date gets a week around it so that it is not at the edge.
    pub(super) fn new((first, last): (LocalDate, LocalDate)) -> Self {
        if last.0 - first.0 >= 6 {
            Self { first, last }
        } else {
            Self {
                first: first.plus(-3),
                last: last.plus(3),
            }
        }
    }

    /// Position of the middle of a date.
    pub(super) fn at(&self, date: LocalDate) -> f64 {
        (self.offset(date) + 0.5) / self.days() * PLOT
    }

    /// Position of the start of a date.
    pub(super) fn start_of(&self, date: LocalDate) -> f64 {
        (self.offset(date) / self.days() * PLOT).clamp(0.0, PLOT)
    }

    fn offset(&self, date: LocalDate) -> f64 {
        f64::from(date.0 - self.first.0)
    }

    fn days(&self) -> f64 {
        f64::from(self.last.0 - self.first.0 + 1)
    }

    /// Marks: years where there are two or more, else months, else the two ends.
    pub(super) fn marks(&self) -> Vec<(f64, String)> {
        let years = self.starts(|_, month, day| (month, day) == (1, 1));
        if years.len() >= 2 {
            return self.label(&years, |(year, ..)| year.to_string());
        }
        let months = self.starts(|_, _, day| day == 1);
        if months.len() >= 2 {
            return self.label(&months, |(y, m, _)| format!("{} {y}", month_name(m)));
        }
        let ends = [self.first, self.last];
        self.label(&ends, |(_, m, d)| format!("{d} {}", month_name(m)))
    }

    fn starts(&self, wanted: impl Fn(i32, u32, u32) -> bool) -> Vec<LocalDate> {
        let dates = (self.first.0..=self.last.0).map(LocalDate);
        dates
            .filter(|d| {
                let (year, month, day) = d.ymd();
                wanted(year, month, day)
            })
            .collect()
    }

    fn label(
        &self,
        dates: &[LocalDate],
        name: impl Fn((i32, u32, u32)) -> String,
    ) -> Vec<(f64, String)> {
        let step = dates.len().div_ceil(MARKS).max(1);
        let picked = dates.iter().step_by(step);
        picked.map(|d| (self.start_of(*d), name(d.ymd()))).collect()
    }
}

/// An axis of values with round marks.
#[derive(Clone, Debug)]
pub(super) struct Values {
    low: f64,
    high: f64,
    step: f64,
}

impl Values {
    /// Makes an axis around the values, from 0 when `from_zero`.
    pub(super) fn new(values: impl Iterator<Item = f64>, from_zero: bool) -> Self {
        let start = if from_zero {
            (0.0, 0.0)
        } else {
            (f64::MAX, f64::MIN)
        };
        let (low, high) = values.fold(start, |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return Self {
                low: 0.0,
                high: 1.0,
                step: 1.0,
            };
        }
        let (low, high) = if from_zero {
            (low, high.max(1.0))
        } else {
            widened(low, high)
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
        let mut marks = Vec::new();
        let mut value = self.low;
        while value <= self.high + self.step / 2.0 && marks.len() < 12 {
            marks.push((self.at(value), value));
            value += self.step;
        }
        marks
    }

    /// Decimals that the marks need.
    pub(super) fn decimals(&self) -> usize {
        usize::from(self.step < 1.0)
    }
}

/// Values that hardly differ get room around them, so that noise is not drawn as a mountain.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let room = (2.0 - (high - low)).max(0.0) / 2.0;
    (low - room, high + room)
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

    fn names(first: LocalDate, last: LocalDate) -> Vec<String> {
        let marks = Time::new((first, last)).marks();
        marks.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn years_months_or_ends_mark_the_time() {
        assert_eq!(names(date(2021, 5, 1), date(2023, 2, 1)), ["2022", "2023"]);
        assert_eq!(
            names(date(2023, 1, 15), date(2023, 3, 20)),
            ["Feb 2023", "Mar 2023"]
        );
        assert_eq!(
            names(date(2023, 1, 15), date(2023, 1, 15)),
            ["12 Jan", "18 Jan"]
        );
        assert!(names(date(2007, 1, 1), date(2034, 12, 31)).len() <= MARKS);
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
        let none = Values::new(std::iter::empty(), false);
        assert_eq!(none.marks().len(), 2);
        let steps = Values::new([412_000.0].into_iter(), true);
        assert_eq!(steps.marks().first().map(|m| m.1), Some(0.0));
        assert!(steps.marks().len() <= 6);
    }
}
