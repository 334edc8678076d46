//! Trends over the years: weight, steps, resting heart rate, sleep. Dots are days, the line is the
//! month; steps are bars: a day's on a short export, else a month's mean of a day, so that a month of
//! which the export has only a part does not look like a lazy one.

use maud::{Markup, html};

use super::super::words::{date_words, grouped, month_year};
use super::chart::{Bar, Caption, Plot};
use super::scale::{Time, Values};
use super::series::{Month, Series, bounds, daily_means, mean, months, points};
use super::table::{Cell, Column, cell, details, table};
use super::{PageInput, card};
use crate::model::LocalDate;
use crate::model::units::KG_PER_LB;

/// Months from which on a monthly line says more than the days alone.
const LINE_FROM: usize = 4;

/// The words of a trend.
struct Trend<'a> {
    id: &'a str,
    title: &'a str,
    lead: String,
    /// What its drawing is called.
    drawing: &'a str,
    label: fn(f64, usize) -> String,
    /// What its table is called, and the columns behind the month and its days.
    table: &'a str,
    columns: &'a [Column<'a, Month>],
}

pub(super) fn weight(input: &PageInput<'_>) -> Markup {
    let (unit, per_kg) = if input.imperial {
        ("lb", 1.0 / KG_PER_LB)
    } else {
        ("kg", 1.0)
    };
    let weights = input.checked.weights.iter();
    let series = daily_means(weights.map(|w| (w.date, w.weight.get() * per_kg)));
    curve("weight", "Weight", unit, &series, change(&series, unit))
}

pub(super) fn resting_heart_rate(input: &PageInput<'_>) -> Markup {
    let days = input.checked.days.iter();
    let known = days.filter_map(|(&d, day)| Some((d, day.resting_heart_rate?)));
    let series: Series = known.filter(|(_, bpm)| bpm.is_finite()).collect();
    let (title, lead) = ("Resting heart rate", change(&series, "bpm"));
    curve("resting-heart-rate", title, "bpm", &series, lead)
}

pub(super) fn sleep(input: &PageInput<'_>) -> Markup {
    let nights = input.checked.nights.iter().filter(|n| n.main_sleep);
    let minutes = nights.map(|n| (n.date_of_sleep, n.minutes_asleep.unwrap_or(n.seconds / 60)));
    let series = daily_means(minutes.map(|(date, minutes)| (date, f64::from(minutes) / 60.0)));
    let lead = format!(
        "{:.1} hours asleep on average over {} nights.",
        mean(series.values().copied()).unwrap_or_default(),
        grouped(series.len() as u64)
    );
    curve("sleep", "Sleep", "h", &series, lead)
}

/// Says where a series began, where it ended and its extremes.
fn change(series: &Series, unit: &str) -> String {
    let ends = series.first_key_value().zip(series.last_key_value());
    let Some(((first, from), (last, to))) = ends else {
        return String::new();
    };
    let (first, last) = (date_words(*first), date_words(*last));
    if series.len() == 1 {
        return format!("{from:.1} {unit} on {first}.");
    }
    let (low, high) = bounds(series.values().copied());
    format!(
        "{from:.1} {unit} on {first}, {to:.1} {unit} on {last}. The daily means lie between {low:.1} and {high:.1}."
    )
}

/// A trend as dots with a line.
fn curve(id: &str, title: &str, unit: &str, series: &Series, lead: String) -> Markup {
    let Some((first, last)) = ends(series) else {
        return html! {};
    };
    let number = |v: f64| Cell::Number(format!("{v:.1}"));
    let trend = Trend {
        id,
        title,
        lead,
        drawing: &format!("{title} over time"),
        label: match unit {
            "h" => |hours, decimals| format!("{hours:.decimals$} h"),
            _ => |value, decimals| format!("{value:.decimals$}"),
        },
        table: &format!("{title} by month in {unit}"),
        columns: &[
            ("Mean", &|m| number(m.mean())),
            ("Lowest", &|m| number(m.low)),
            ("Highest", &|m| number(m.high)),
        ],
    };
    let plot = Plot {
        time: Time::new((first, last)),
        values: Values::new(series.values().copied(), false),
    };
    let (days, months) = (points(series), months(series));
    let middle = |m: &Month| (m.first.plus(14).clamp(first, last), m.mean());
    let by_month = || months.iter().map(middle).collect();
    let line: Option<Series> = (months.len() >= LINE_FROM).then(by_month);
    let shapes = html! { (plot.dots(&days)) (plot.curve(line.as_ref().unwrap_or(&days))) };
    trend.card(&plot, &shapes, &months)
}

fn ends(series: &Series) -> Option<(LocalDate, LocalDate)> {
    Some((*series.first_key_value()?.0, *series.last_key_value()?.0))
}

impl Trend<'_> {
    fn card(&self, plot: &Plot, shapes: &Markup, months: &[Month]) -> Markup {
        let caption = Caption {
            id: &format!("{}-chart", self.id),
            title: self.drawing,
            description: &self.lead,
        };
        let mut columns: Vec<Column<'_, Month>> = vec![
            ("Month", &|m| cell(month_year(m.first))),
            ("Days", &|m| Cell::Number(m.count.to_string())),
        ];
        columns.extend(self.columns);
        let inner = html! {
            (plot.chart(caption, self.label, shapes))
            (details("By month, as a table", &table(self.table, months, &columns)))
        };
        card(self.id, self.title, &self.lead, &inner)
    }
}

pub(super) fn steps(input: &PageInput<'_>) -> Markup {
    let days = input.checked.days.iter();
    let steps = days.filter_map(|(&d, day)| Some((d, f64::from(day.steps?))));
    let series: Series = steps.collect();
    let Some(time) = ends(&series).map(Time::new) else {
        return html! {};
    };
    let months = months(&series);
    let bars = if time.is_short() {
        of_days(&series)
    } else {
        months.iter().map(of_month).collect()
    };
    let total: f64 = months.iter().map(|m| m.sum).sum();
    let trend = Trend {
        id: "steps",
        title: "Steps a day",
        lead: format!(
            "{} a day on average: {} steps on {} days.",
            whole(total / series.len() as f64),
            whole(total),
            grouped(series.len() as u64)
        ),
        drawing: "Steps a day",
        label: short,
        table: "Steps by month",
        columns: &[
            ("Steps a day", &|m| Cell::Number(whole(m.mean()))),
            ("Steps in all", &|m| Cell::Number(whole(m.sum))),
        ],
    };
    let values = Values::new(bars.iter().map(|b| b.value), true);
    let plot = Plot { time, values };
    trend.card(&plot, &plot.bars(&bars), &months)
}

fn of_days(series: &Series) -> Vec<Bar> {
    let bar = |(&date, &steps): (&LocalDate, &f64)| Bar {
        dates: (date, date.plus(1)),
        value: steps,
        words: format!("{}: {} steps", date_words(date), whole(steps)),
    };
    series.iter().map(bar).collect()
}

fn of_month(month: &Month) -> Bar {
    let (name, mean) = (month_year(month.first), month.mean());
    Bar {
        dates: (month.first, month.end),
        value: mean,
        words: format!("{name}: {} steps a day", whole(mean)),
    }
}

/// A whole number with a comma between thousands.
fn whole(value: f64) -> String {
    let digits = format!("{value:.0}").parse();
    digits.map_or_else(|_| "0".to_owned(), grouped)
}

/// A count short enough for an axis.
fn short(value: f64, _: usize) -> String {
    if value >= 10_000.0 {
        format!("{:.0} k", value / 1000.0)
    } else {
        whole(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_labels_are_short_and_numbers_whole() {
        let shown: Vec<_> = [0.0, 500.0, 7500.0, 15_000.0].map(|v| short(v, 0)).to_vec();
        assert_eq!(shown, ["0", "500", "7,500", "15 k"]);
        assert_eq!(whole(12_345.6), "12,346");
        assert_eq!(whole(f64::NAN), "0");
    }

    #[test]
    fn a_month_of_which_little_is_known_stands_as_high_as_a_whole_one() {
        let date = |d| LocalDate::from_ymd(2024, 1, 1).unwrap_or_default().plus(d);
        let series: Series = (0..34).map(|d| (date(d), 8000.0)).collect();
        let heights: Vec<_> = months(&series).iter().map(|m| of_month(m).value).collect();
        assert_eq!(heights, [8000.0, 8000.0]);
    }
}
