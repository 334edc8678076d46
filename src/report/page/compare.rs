//! The last twelve months beside the twelve before: the same dates of the year, so that seasons do
//! not count.

use std::ops::RangeInclusive;

use maud::{Markup, html};

use super::super::words::date_words;
use super::series::mean;
use super::table::{Cell, cell, table};
use super::{PageInput, card};
use crate::model::LocalDate;
use crate::model::checked::Workout;
use crate::model::units::{KG_PER_LB, METRES_PER_MILE};

/// Days of a year.
const YEAR: i32 = 365;

/// A measure: its name in metric and in imperial units, what turns one into the other, its decimals,
/// and its value between two dates, both inside.
struct Measure {
    name: [&'static str; 2],
    imperial: f64,
    decimals: usize,
    of: fn(&PageInput<'_>, RangeInclusive<LocalDate>) -> Option<f64>,
}

/// What is compared; a new measure is one row.
const MEASURES: [Measure; 6] = [
    Measure {
        name: ["Steps a day"; 2],
        imperial: 1.0,
        decimals: 0,
        of: |input, dates| {
            mean(
                input
                    .checked
                    .days
                    .range(dates)
                    .filter_map(|(_, d)| Some(f64::from(d.steps?))),
            )
        },
    },
    Measure {
        name: ["Resting heart rate, bpm"; 2],
        imperial: 1.0,
        decimals: 1,
        of: |input, dates| {
            mean(
                input
                    .checked
                    .days
                    .range(dates)
                    .filter_map(|(_, d)| d.resting_heart_rate),
            )
        },
    },
    Measure {
        name: ["Asleep, hours a night"; 2],
        imperial: 1.0,
        decimals: 1,
        of: |input, dates| {
            let nights = input.checked.nights.iter().filter(|n| n.main_sleep);
            let nights = nights.filter(|n| dates.contains(&n.date_of_sleep));
            mean(nights.filter_map(|n| Some(f64::from(n.minutes_asleep?) / 60.0)))
        },
    },
    Measure {
        name: ["Weight, kg", "Weight, lb"],
        imperial: 1.0 / KG_PER_LB,
        decimals: 1,
        of: |input, dates| {
            let weights = input
                .checked
                .weights
                .iter()
                .filter(|w| dates.contains(&w.date));
            mean(weights.map(|w| w.weight.get()))
        },
    },
    Measure {
        name: ["Activities"; 2],
        imperial: 1.0,
        decimals: 0,
        of: |input, dates| sum(begun(input, dates).map(|_| 1.0)),
    },
    Measure {
        name: [
            "Distance of activities, km",
            "Distance of activities, miles",
        ],
        imperial: 1000.0 / METRES_PER_MILE,
        decimals: 0,
        of: |input, dates| sum(begun(input, dates).filter_map(|metres| Some(metres? / 1000.0))),
    },
];

/// Returns the card, where the data reaches back far enough.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let Some((first, last)) = input.account.covered else {
        return html! {};
    };
    let (new, old) = (last.plus(1 - YEAR), last.plus(1 - 2 * YEAR));
    if first > new.plus(-90) {
        return html! {};
    }
    let row = |m: &Measure| {
        let unit = if input.imperial { m.imperial } else { 1.0 };
        let now = (m.of)(input, new..=last)? * unit;
        let before = (m.of)(input, old..=new.plus(-1))? * unit;
        let name = m.name.get(usize::from(input.imperial))?;
        let shown = |v: f64| Cell::Number(format!("{v:.0$}", m.decimals));
        let change = Cell::Number(change(now - before, m.decimals));
        Some(vec![cell(name), shown(now), shown(before), change])
    };
    let rows: Vec<_> = MEASURES.iter().filter_map(row).collect();
    if rows.is_empty() {
        return html! {};
    }
    let columns = ["", "Last 12 months", "12 months before", "Difference"];
    let lead = format!(
        "{} to {} beside the same dates a year earlier.",
        date_words(new),
        date_words(last)
    );
    let inner = table("Two years compared", &columns, &rows);
    card("compare", "A year beside the last one", &lead, &inner)
}

/// The metres of the activities that began between two dates.
fn begun(
    input: &PageInput<'_>,
    dates: RangeInclusive<LocalDate>,
) -> impl Iterator<Item = Option<f64>> {
    let date = |w: &Workout| w.start.at(w.offset).date();
    let within = input
        .workouts()
        .filter(move |(w, _)| dates.contains(&date(w)));
    within.map(|(_, metres)| metres)
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

fn sum(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values = values.peekable();
    values.peek()?;
    Some(values.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_sign_unless_it_is_none() {
        let shown = [(12.4, 0), (-0.04, 1), (-3.0, 1)].map(|(by, decimals)| change(by, decimals));
        assert_eq!(shown, ["+12", "none", "-3.0"]);
    }
}
