//! Activities by sport, named as Garmin Connect will name them, with the names Fitbit had.

use std::collections::BTreeMap;

use maud::{Markup, Render, html};

use super::super::clean::clean_to;
use super::super::words::{counted, grouped, kind_title};
use super::scale::place;
use super::table::{Cell, cell, details, foreign, table};
use super::{PageInput, card};
use crate::garmin::sport;
use crate::model::checked::Workout;
use crate::model::units::METRES_PER_MILE;

/// Sports with a bar of their own; the rest stand in the table.
const BARS: usize = 12;
/// Fitbit names quoted per sport.
const NAMES: usize = 4;

/// Activities of one sport, summed up.
#[derive(Debug, Default)]
struct Total {
    count: u64,
    active_ms: u64,
    metres: f64,
    names: BTreeMap<String, u64>,
}

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let totals = totals(input);
    let Some(most) = totals.first().map(|(_, t)| t.count) else {
        return html! {};
    };
    let unit = if input.imperial {
        "Miles"
    } else {
        "Kilometres"
    };
    let columns = [
        "In Garmin Connect",
        "Activities",
        "Hours",
        unit,
        "In Fitbit",
    ];
    let row = |(name, t): &(String, Total)| table_row(name, t, input.imperial);
    let rows: Vec<_> = totals.iter().map(row).collect();
    let inner = html! {
        ul class="sports" { @for (name, t) in totals.iter().take(BARS) { (bar(name, t, most)) } }
        (details("As a table", &table("Activities by sport", &columns, &rows)))
    };
    card("sports", "Activities by sport", &lead(&totals), &inner)
}

fn lead(totals: &[(String, Total)]) -> String {
    let count: u64 = totals.iter().map(|(_, t)| t.count).sum();
    let ms: u64 = totals.iter().map(|(_, t)| t.active_ms).sum();
    format!(
        "{} in {}, {} of moving.",
        counted(count, "activity", "activities"),
        counted(u64::try_from(totals.len()).unwrap_or(0), "sport", "sports"),
        counted(ms / 3_600_000, "hour", "hours")
    )
}

/// Sums by sport, the most frequent first.
fn totals(input: &PageInput<'_>) -> Vec<(String, Total)> {
    let mut totals: BTreeMap<&'static str, Total> = BTreeMap::new();
    for (w, metres) in input.workouts() {
        let garmin = sport::find(&w.name, w.type_id).unwrap_or(sport::GENERIC);
        totals
            .entry(sport::sport_name(garmin.sport))
            .or_default()
            .take(w, metres);
    }
    let mut totals: Vec<(String, Total)> = totals
        .into_iter()
        .map(|(name, t)| (sport_words(name), t))
        .collect();
    totals.sort_by_key(|(_, t)| std::cmp::Reverse(t.count));
    totals
}

impl Total {
    fn take(&mut self, w: &Workout, metres: Option<f64>) {
        self.count += 1;
        self.active_ms += w.active_ms;
        self.metres += metres.unwrap_or(0.0);
        let name = clean_to(&w.name, 40).into_owned();
        *self.names.entry(name).or_default() += 1;
    }

    /// The names in Fitbit, the most frequent first.
    fn names(&self) -> String {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        let quoted: Vec<&str> = names.iter().take(NAMES).map(|(n, _)| n.as_str()).collect();
        let rest = names.len().saturating_sub(NAMES);
        let more = if rest == 0 {
            String::new()
        } else {
            format!(" and {rest} more")
        };
        quoted.join(", ") + &more
    }
}

/// The name of a sport; what Garmin calls generic, it shows as "Other".
fn sport_words(name: &str) -> String {
    if name == "generic" {
        "Other".to_owned()
    } else {
        kind_title(name)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of activities are far below 2^52"
)]
fn bar(name: &str, total: &Total, most: u64) -> Markup {
    let width = place(total.count as f64 / most.max(1) as f64 * 100.0);
    html! {
        li {
            span class="sport" { (name) }
            span class="gauge" aria-hidden="true" { span style={ "width:" (width) "%" } {} }
            span class="amount" { (grouped(total.count)) }
        }
    }
}

fn table_row(name: &str, total: &Total, imperial: bool) -> Vec<Cell> {
    let per_unit = if imperial { METRES_PER_MILE } else { 1000.0 };
    let hours = total.active_ms / 3_600_000;
    let tenths = total.active_ms / 360_000 % 10;
    vec![
        cell(name),
        Cell::Number(grouped(total.count)),
        Cell::Number(format!("{}.{tenths}", grouped(hours))),
        Cell::Number(format!("{:.1}", total.metres / per_unit)),
        Cell::Text(foreign(&total.names(), 200).render()),
    ]
}
