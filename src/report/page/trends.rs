//! Trends over the years: weight, resting heart rate, sleep. Dots are days, the line is the month.

use maud::{Markup, html};

use super::super::words::{date_words, grouped, month_year};
use super::chart::{Caption, curve, dots, over_time};
use super::scale::{Time, Values};
use super::series::{Month, Series, daily_means, mean, months, points};
use super::table::{Cell, cell, details, table};
use super::{PageInput, card};
use crate::model::checked::Night;
use crate::model::units::KG_PER_LB;

/// Months from which on a monthly line says more than the days alone.
const LINE_FROM: usize = 4;

/// One trend: its words and its unit.
struct Trend {
    id: &'static str,
    title: &'static str,
    lead: String,
    unit: &'static str,
    decimals: usize,
    label: fn(f64, usize) -> String,
}

/// Returns the weight curve, in kilograms or pounds.
pub(super) fn weight(input: &PageInput<'_>) -> Markup {
    let (unit, per_kg) = if input.imperial {
        ("lb", 1.0 / KG_PER_LB)
    } else {
        ("kg", 1.0)
    };
    let weights = input.checked.weights.iter();
    let series = daily_means(weights.map(|w| (w.date, w.weight.get() * per_kg)));
    let trend = Trend {
        id: "weight",
        title: "Weight",
        lead: change(&series, unit),
        unit,
        decimals: 1,
        label: plain,
    };
    draw(&trend, &series)
}

/// Returns the resting heart rate over the years.
pub(super) fn resting_heart_rate(input: &PageInput<'_>) -> Markup {
    let days = input.checked.days.iter();
    let series = finite(days.filter_map(|(&d, day)| Some((d, day.resting_heart_rate?))));
    let trend = Trend {
        id: "resting-heart-rate",
        title: "Resting heart rate",
        lead: change(&series, "bpm"),
        unit: "bpm",
        decimals: 1,
        label: plain,
    };
    draw(&trend, &series)
}

/// Returns the hours asleep in the main sleep of each date.
pub(super) fn sleep(input: &PageInput<'_>) -> Markup {
    let nights = input.checked.nights.iter().filter(|n| n.main_sleep);
    let series = daily_means(nights.map(|n| (n.date_of_sleep, hours_asleep(n))));
    let count = u64::try_from(series.len()).unwrap_or(0);
    let trend = Trend {
        id: "sleep",
        title: "Sleep",
        lead: format!(
            "{} asleep on average over {} nights.",
            hours(mean(series.values().copied()).unwrap_or_default()),
            grouped(count)
        ),
        unit: "h",
        decimals: 1,
        label: |hours, decimals| format!("{hours:.decimals$} h"),
    };
    draw(&trend, &series)
}

fn hours_asleep(night: &Night) -> f64 {
    let minutes = night.minutes_asleep.unwrap_or(night.seconds / 60);
    f64::from(minutes) / 60.0
}

fn hours(value: f64) -> String {
    format!("{value:.1} hours")
}

fn plain(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}")
}

fn finite(values: impl Iterator<Item = (crate::model::LocalDate, f64)>) -> Series {
    values.filter(|(_, v)| v.is_finite()).collect()
}

/// Says where a series began, where it ended and its extremes.
fn change(series: &Series, unit: &str) -> String {
    let (Some((first, from)), Some((last, to))) =
        (series.first_key_value(), series.last_key_value())
    else {
        return String::new();
    };
    if first == last {
        return format!("{from:.1} {unit} on {}.", date_words(*first));
    }
    let (low, high) = series
        .values()
        .fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    format!(
        "{from:.1} {unit} on {}, {to:.1} {unit} on {}; between {low:.1} and {high:.1}, as means of a day.",
        date_words(*first),
        date_words(*last)
    )
}

fn draw(trend: &Trend, series: &Series) -> Markup {
    let (Some((&first, _)), Some((&last, _))) = (series.first_key_value(), series.last_key_value())
    else {
        return html! {};
    };
    let time = Time::new((first, last));
    let values = Values::new(series.values().copied(), false);
    let by_month = months(series);
    let caption = Caption {
        id: &format!("{}-chart", trend.id),
        title: &format!("{} over time", trend.title),
        description: &trend.lead,
    };
    let shapes = shapes(series, &by_month, &time, &values);
    let inner = html! {
        (over_time(caption, &time, &values, trend.label, &shapes))
        (details("By month, as a table", &month_table(trend, &by_month)))
    };
    card(trend.id, trend.title, &trend.lead, &inner)
}

fn shapes(series: &Series, by_month: &[Month], time: &Time, values: &Values) -> Markup {
    let days = points(series);
    let line: Series = if by_month.len() < LINE_FROM {
        days.clone()
    } else {
        let within = |m: &Month| m.middle().clamp(first(series), last(series));
        by_month.iter().map(|m| (within(m), m.mean())).collect()
    };
    html! { (dots(&days, time, values)) (curve(&line, time, values)) }
}

fn first(series: &Series) -> crate::model::LocalDate {
    series
        .first_key_value()
        .map(|(d, _)| *d)
        .unwrap_or_default()
}

fn last(series: &Series) -> crate::model::LocalDate {
    series.last_key_value().map(|(d, _)| *d).unwrap_or_default()
}

fn month_table(trend: &Trend, months: &[Month]) -> Markup {
    let number = |v: f64| Cell::Number(format!("{v:.0$}", trend.decimals));
    let row = |m: &Month| {
        vec![
            cell(&month_year(m.first())),
            Cell::Number(m.count.to_string()),
            number(m.mean()),
            number(m.low),
            number(m.high),
        ]
    };
    let rows: Vec<_> = months.iter().map(row).collect();
    let caption = format!("{} by month in {}", trend.title, trend.unit);
    let columns = ["Month", "Days", "Mean", "Lowest", "Highest"];
    table(&caption, &columns, &rows)
}
