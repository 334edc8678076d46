//! The last twelve months beside the twelve before: the same dates of the year, so that seasons do
//! not count.

use std::ops::RangeInclusive;

use maud::{Markup, html};

use super::super::words::date_words;
use super::series::mean;
use super::table::{Cell, cell, table};
use super::{PageInput, card};
use crate::model::LocalDate;
use crate::model::metrics::Day;
use crate::model::units::{KG_PER_LB, METRES_PER_MILE};

const YEAR: i32 = 365;

type Dates = RangeInclusive<LocalDate>;

/// A measure: its name in metric and in imperial units, what turns one into the other, its decimals,
/// and its value between two dates.
type Measure = (
    [&'static str; 2],
    f64,
    usize,
    fn(&PageInput<'_>, Dates) -> Option<f64>,
);

/// Declares what is compared, a row each.
macro_rules! measures {
    ($($metric:literal or $imperial:literal times $factor:expr, $decimals:literal, $of:expr;)*) => {
        const MEASURES: &[Measure] = &[$(([$metric, $imperial], $factor, $decimals, $of),)*];
    };
}

measures! {
    "Steps a day" or "Steps a day" times 1.0, 0, |i, dates| of_days(i, dates, |d| d.steps.map(f64::from));
    "Resting heart rate, bpm" or "Resting heart rate, bpm" times 1.0, 1,
        |i, dates| of_days(i, dates, |d| d.resting_heart_rate);
    "Asleep, hours a night" or "Asleep, hours a night" times 1.0, 1, asleep;
    "Weight, kg" or "Weight, lb" times 1.0 / KG_PER_LB, 1, weight;
    "Activities" or "Activities" times 1.0, 0, |i, dates| begun(i, dates, |_| Some(1.0));
    "Distance of activities, km" or "Distance of activities, miles" times 1000.0 / METRES_PER_MILE, 0,
        |i, dates| begun(i, dates, |metres| Some(metres? / 1000.0));
}

fn of_days(input: &PageInput<'_>, dates: Dates, value: fn(&Day) -> Option<f64>) -> Option<f64> {
    let days = input.checked.days.range(dates);
    mean(days.filter_map(|(_, day)| value(day)))
}

fn asleep(input: &PageInput<'_>, dates: Dates) -> Option<f64> {
    let nights = input.checked.nights.iter().filter(|n| n.main_sleep);
    let nights = nights.filter(|n| dates.contains(&n.date_of_sleep));
    mean(nights.filter_map(|n| Some(f64::from(n.minutes_asleep?) / 60.0)))
}

fn weight(input: &PageInput<'_>, dates: Dates) -> Option<f64> {
    let weights = input.checked.weights.iter();
    let weights = weights.filter(|w| dates.contains(&w.date));
    mean(weights.map(|w| w.weight.get()))
}

/// The sum over the activities that began between two dates, of a value of their metres.
fn begun(
    input: &PageInput<'_>,
    dates: Dates,
    value: fn(Option<f64>) -> Option<f64>,
) -> Option<f64> {
    let workouts = input.workouts();
    let begun = workouts.filter(|(w, _)| dates.contains(&w.start.at(w.offset).date()));
    let values = begun.filter_map(|(_, metres)| value(metres));
    values.reduce(|sum, value| sum + value)
}

/// Returns the card, where the data reaches back far enough.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let Some((first, last)) = input.account.covered else {
        return html! {};
    };
    let (new, old) = (last.plus(1 - YEAR), last.plus(1 - 2 * YEAR));
    let row = |(names, per_unit, decimals, value): &Measure| {
        let unit = if input.imperial { *per_unit } else { 1.0 };
        let now = value(input, new..=last)? * unit;
        let before = value(input, old..=new.plus(-1))? * unit;
        let name = names.get(usize::from(input.imperial))?;
        Some((*name, now, before, *decimals))
    };
    let rows: Vec<_> = MEASURES.iter().filter_map(row).collect();
    if first > new.plus(-90) || rows.is_empty() {
        return html! {};
    }
    let lead = format!(
        "{} to {} beside the same dates a year earlier.",
        date_words(new),
        date_words(last)
    );
    let number = |value: f64, decimals: usize| Cell::Number(format!("{value:.decimals$}"));
    let inner = table(
        "Two years compared",
        &rows,
        &[
            ("", &|row| cell(row.0)),
            ("Last 12 months", &|row| number(row.1, row.3)),
            ("12 months before", &|row| number(row.2, row.3)),
            ("Difference", &|row| {
                Cell::Number(change(row.1 - row.2, row.3))
            }),
        ],
    );
    card("compare", "A year beside the last one", &lead, &inner)
}

/// A difference with its sign, where it does not round to nothing.
fn change(by: f64, decimals: usize) -> String {
    let text = format!("{by:+.decimals$}");
    if text.contains(|c: char| ('1'..='9').contains(&c)) {
        text
    } else {
        "none".to_owned()
    }
}
