//! Activities by sport, named as Garmin Connect will name them, with the names Fitbit had.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::words::{counted, grouped, kind_title};
use super::scale::place;
use super::table::{Cell, cell, details, foreign, table};
use super::{PageInput, card};
use crate::garmin::sport;
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

pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let totals = totals(input);
    let Some(most) = totals.first().map(|(_, t)| t.count) else {
        return html! {};
    };
    let (unit, per_unit) = if input.imperial {
        ("Miles", METRES_PER_MILE)
    } else {
        ("Kilometres", 1000.0)
    };
    let table = table(
        "Activities by sport",
        &totals,
        &[
            ("In Garmin Connect", &|(name, _)| cell(name)),
            ("Activities", &|(_, t)| Cell::Number(grouped(t.count))),
            ("Hours", &|(_, t)| Cell::Number(hours(t.active_ms))),
            (unit, &|(_, t)| {
                Cell::Number(format!("{:.1}", t.metres / per_unit))
            }),
            ("In Fitbit", &|(_, t)| cell(foreign(&names(t), 200))),
        ],
    );
    let width = |t: &Total| place(t.count as f64 / most.max(1) as f64 * 100.0);
    let inner = html! {
        ul class="sports" {
            @for (name, total) in totals.iter().take(BARS) {
                li {
                    span class="sport" { (name) }
                    span class="gauge" aria-hidden="true" { span style={ "width:" (width(total)) "%" } {} }
                    span class="amount" { (grouped(total.count)) }
                }
            }
        }
        (details("As a table", &table))
    };
    let count: u64 = totals.iter().map(|(_, t)| t.count).sum();
    let ms: u64 = totals.iter().map(|(_, t)| t.active_ms).sum();
    let lead = format!(
        "{} in {}, {} in motion.",
        counted(count, "activity", "activities"),
        counted(totals.len() as u64, "sport", "sports"),
        counted(ms / 3_600_000, "hour", "hours")
    );
    card("sports", "Activities by sport", &lead, &inner)
}

/// Sums by sport, the most frequent first. What Garmin calls generic, it shows as "Other".
fn totals(input: &PageInput<'_>) -> Vec<(String, Total)> {
    let mut totals: BTreeMap<&'static str, Total> = BTreeMap::new();
    for (w, metres) in input.workouts() {
        let garmin = sport::find(&w.name, w.type_id).unwrap_or(sport::GENERIC);
        let total = totals.entry(sport::sport_name(garmin.sport)).or_default();
        total.count += 1;
        total.active_ms += w.active_ms;
        total.metres += metres.unwrap_or(0.0);
        *total.names.entry(foreign(&w.name, 40)).or_default() += 1;
    }
    let words = |name| match name {
        "generic" => "Other".to_owned(),
        name => kind_title(name),
    };
    let totals = totals.into_iter().map(|(name, t)| (words(name), t));
    let mut totals: Vec<(String, Total)> = totals.collect();
    totals.sort_by_key(|(_, t)| Reverse(t.count));
    totals
}

fn hours(ms: u64) -> String {
    format!("{}.{}", grouped(ms / 3_600_000), ms / 360_000 % 10)
}

/// The names in Fitbit, the most frequent first.
fn names(total: &Total) -> String {
    let mut names: Vec<_> = total.names.iter().collect();
    names.sort_by_key(|(_, n)| Reverse(**n));
    let quoted: Vec<&str> = names.iter().take(NAMES).map(|(n, _)| n.as_str()).collect();
    let more = match names.len().saturating_sub(NAMES) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    quoted.join(", ") + &more
}
