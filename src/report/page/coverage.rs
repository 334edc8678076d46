//! Coverage: for each type of data one strip per year, one cell per day, darker where there is more;
//! an export of a few weeks has one strip over just its days.
//!
//! KINDS is the table: a new type of data is one row. Equal neighbours are drawn as one stroke.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::words::{MONTHS, counted, date_words, grouped};
use super::chart::{self, Caption, dates, path, row_middle};
use super::scale::Time;
use super::table::{Cell, cell, details, table};
use super::{PageInput, card};
use crate::model::checked::{Checked, Sample};
use crate::model::metrics::Day;
use crate::model::records::PackedSample;
use crate::model::{Instant, LocalDate};

/// How much of a type a day has: 1 (a little) to 4 (all that a day can have).
type Levels = BTreeMap<LocalDate, u8>;

/// Cells of a year's strip.
const YEAR: f64 = 366.0;

/// One type of data: its name, and how much of it each day has.
type Kind = (&'static str, fn(&Checked) -> Levels);

const KINDS: &[Kind] = &[
    ("Steps", |c| by_day(c, |d| share(d.steps?, 10_000))),
    ("Heart rate", heart_rate),
    ("Resting heart rate", |c| {
        by_day(c, |d| d.resting_heart_rate.map(|_| 4))
    }),
    ("Sleep", sleep),
    ("Activities", activities),
    ("Weight", |c| {
        c.weights.iter().map(|w| (w.date, 4)).collect()
    }),
    ("Calories", |c| by_day(c, |d| d.calories.map(|_| 4))),
    ("Distance", |c| by_day(c, |d| d.distance_m.map(|_| 4))),
    ("Floors", |c| by_day(c, |d| share(d.floors?, 10))),
    ("Active Zone Minutes", |c| {
        by_day(c, |d| share(d.active_zone_minutes?, 22))
    }),
    ("Heart-rate variability", |c| {
        readings(c, &c.hrv, |d| d.hrv_rmssd)
    }),
    ("Blood oxygen", |c| readings(c, &c.spo2, |d| d.spo2_average)),
    ("Respiration", |c| {
        readings(c, &c.respiration, |d| d.respiratory_rate)
    }),
    ("Skin temperature", |c| {
        by_day(c, |d| d.skin_temperature_deviation.map(|_| 4))
    }),
    ("VO2max", |c| by_day(c, |d| d.vo2_max.map(|_| 4))),
    ("Stress score", |c| by_day(c, |d| d.stress_score.map(|_| 4))),
    ("Readiness score", |c| {
        by_day(c, |d| d.readiness_score.map(|_| 4))
    }),
];

/// How the strips lie: one per year, or one over the few days there are.
#[derive(Clone, Copy)]
enum Strips {
    Years,
    Days(LocalDate, LocalDate),
}

impl Strips {
    fn of(all: &[(&str, Levels)]) -> Self {
        let ends = all.iter().filter_map(|(_, levels)| ends(levels));
        match ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) {
            Some((first, last)) if Time::new((first, last)).is_short() => Self::Days(first, last),
            _ => Self::Years,
        }
    }

    /// First date of the strip that holds a date.
    fn start(self, date: LocalDate) -> LocalDate {
        match self {
            Self::Years => new_year(date.year()),
            Self::Days(first, _) => first,
        }
    }

    fn width(self) -> f64 {
        match self {
            Self::Years => YEAR,
            Self::Days(first, last) => f64::from(last.0 - first.0 + 1),
        }
    }

    /// First and last date of each strip between two dates, and its label.
    fn rows(self, first: LocalDate, last: LocalDate) -> Vec<(LocalDate, LocalDate, String)> {
        let year = |y| (new_year(y), new_year(y + 1).plus(-1), y.to_string());
        match self {
            Self::Years => (first.year()..=last.year()).map(year).collect(),
            Self::Days(a, b) => vec![(a, b, String::new())],
        }
    }

    fn axis(self) -> Markup {
        match self {
            Self::Days(first, last) => html! {
                div class="strip-axis short" { (dates(&Time::new((first, last)))) }
            },
            Self::Years => html! {
                div class="months" aria-hidden="true" { @for name in MONTHS { span { (name) } } }
            },
        }
    }
}

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let all = KINDS
        .iter()
        .map(|&(name, levels)| (name, levels(input.checked)));
    let all: Vec<(&str, Levels)> = all.filter(|(_, levels)| !levels.is_empty()).collect();
    if all.is_empty() {
        return html! {};
    }
    let strips = Strips::of(&all);
    let lead = match strips {
        Strips::Years => {
            "One strip per year, one cell per day: where it is blank, the export has nothing."
        }
        Strips::Days(..) => "One cell per day: where it is blank, the export has nothing.",
    };
    let rows: Vec<_> = all.iter().map(|(name, l)| table_row(name, l)).collect();
    let columns = ["Data", "Days", "First", "Last", "Days between"];
    let inner = html! {
        (strips.axis())
        div class="calendars" {
            @for (i, (name, l)) in all.iter().enumerate() { (calendar(i, name, l, strips)) }
        }
        (shades())
        (details("As a table", &table("Days covered by type of data", &columns, &rows)))
    };
    card("coverage", "What the export covers", lead, &inner)
}

fn ends(levels: &Levels) -> Option<(LocalDate, LocalDate)> {
    Some((*levels.first_key_value()?.0, *levels.last_key_value()?.0))
}

fn between(levels: &Levels) -> u64 {
    ends(levels).map_or(0, |(a, b)| u64::from(b.0.abs_diff(a.0)) + 1)
}

fn count(levels: &Levels) -> u64 {
    levels.len() as u64
}

fn table_row(name: &str, levels: &Levels) -> Vec<Cell> {
    let date = |d: Option<LocalDate>| Cell::Date(d.map(date_words).unwrap_or_default());
    vec![
        cell(name),
        Cell::Number(grouped(count(levels))),
        date(ends(levels).map(|e| e.0)),
        date(ends(levels).map(|e| e.1)),
        Cell::Number(grouped(between(levels))),
    ]
}

fn calendar(number: usize, name: &str, levels: &Levels, strips: Strips) -> Markup {
    let Some((first, last)) = ends(levels) else {
        return html! {};
    };
    let rows = strips.rows(first, last);
    let labels: Vec<String> = rows.iter().map(|r| r.2.clone()).collect();
    let all = counted(between(levels), "day", "days");
    let days = format!("{} of {all}", grouped(count(levels)));
    let description = format!("{days}, {} to {}", date_words(first), date_words(last));
    let caption = Caption {
        id: &format!("days-{number}"),
        title: &format!("Days with {}", name.to_lowercase()),
        description: &description,
    };
    let ground = rows.iter().enumerate().map(|(row, (from, to, _))| {
        let (first, last) = (first.max(*from), last.min(*to));
        stroke(row, first.0 - from.0, last.0 - first.0 + 1)
    });
    let shapes = html! {
        (path("track", &ground.collect::<String>()))
        (cells(levels, strips, first))
    };
    html! {
        div class="calendar" {
            p class="name" { strong { (name) } span class="quiet" { (days) } }
            (chart::strips(caption, strips.width(), &labels, &shapes))
        }
    }
}

/// First date of a year.
fn new_year(year: i32) -> LocalDate {
    LocalDate::from_ymd(year, 1, 1).unwrap_or_default()
}

fn stroke(row: usize, from: i32, days: i32) -> String {
    format!("M{from} {}h{days}", row_middle(row))
}

/// The cells, one path per level. `first` lies in the strip on top.
fn cells(levels: &Levels, strips: Strips, first: LocalDate) -> Markup {
    let runs = runs(levels);
    let top = first.year();
    let row = |date: LocalDate| match strips {
        Strips::Years => usize::try_from(date.year() - top).unwrap_or(0),
        Strips::Days(..) => 0,
    };
    let of_level = |level| -> String {
        let runs = runs.iter().filter(|r| r.level == level);
        let cell = |r: &Run| stroke(row(r.first), r.first.0 - strips.start(r.first).0, r.days);
        runs.map(cell).collect()
    };
    html! {
        @for level in 1..=4 {
            @let d = of_level(level);
            @if !d.is_empty() { (path(&format!("level-{level}"), &d)) }
        }
    }
}

struct Run {
    first: LocalDate,
    days: i32,
    level: u8,
}

/// Joins neighbours of one level within a year.
fn runs(levels: &Levels) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (&date, &level) in levels {
        match runs.last_mut() {
            Some(r)
                if r.level == level
                    && r.first.plus(r.days) == date
                    && r.first.year() == date.year() =>
            {
                r.days += 1;
            }
            _ => runs.push(Run {
                first: date,
                days: 1,
                level,
            }),
        }
    }
    runs
}

fn shades() -> Markup {
    html! {
        p class="shades" {
            "a little "
            @for class in ["shade-1", "shade-2", "shade-3", "shade-4"] { span class=(class) {} }
            " a full day"
        }
    }
}

/// Level of a count that is "all" at `full`.
fn share(value: u32, full: u32) -> Option<u8> {
    let quarters = (u64::from(value) * 4).div_ceil(u64::from(full)).clamp(1, 4);
    u8::try_from(quarters).ok().filter(|_| value > 0)
}

fn by_day(checked: &Checked, level: fn(&Day) -> Option<u8>) -> Levels {
    let days = checked.days.iter();
    days.filter_map(|(&date, d)| Some((date, level(d)?)))
        .collect()
}

/// Dates with a daily value or with single readings.
fn readings<Q>(checked: &Checked, samples: &[Sample<Q>], daily: fn(&Day) -> Option<f64>) -> Levels {
    let of_day = checked.days.iter().filter(|(_, d)| daily(d).is_some());
    let of_samples = samples.iter().map(|s| checked.offsets.date_of(s.at));
    of_day
        .map(|(&date, _)| date)
        .chain(of_samples)
        .map(|d| (d, 4))
        .collect()
}

fn activities(checked: &Checked) -> Levels {
    let mut levels = Levels::new();
    for w in &checked.workouts {
        let level = levels.entry(w.start.at(w.offset).date()).or_insert(2);
        *level = (*level + 1).min(4);
    }
    levels
}

fn sleep(checked: &Checked) -> Levels {
    let mut asleep: BTreeMap<LocalDate, u32> = BTreeMap::new();
    for n in &checked.nights {
        let minutes = n.minutes_asleep.unwrap_or(n.seconds / 60).max(1);
        *asleep.entry(n.date_of_sleep).or_default() += minutes;
    }
    asleep
        .into_iter()
        .filter_map(|(d, m)| Some((d, share(m, 420)?)))
        .collect()
}

/// Hours of the local day that have a sample.
fn heart_rate(checked: &Checked) -> Levels {
    let (Some((&first, _)), Some((&last, _))) = (
        checked.heart_rate.first_key_value(),
        checked.heart_rate.last_key_value(),
    ) else {
        return Levels::new();
    };
    let dates = (first - 1..=last + 1).map(LocalDate);
    dates
        .filter_map(|d| Some((d, share(hours(checked, d), 24)?)))
        .collect()
}

fn hours(checked: &Checked, date: LocalDate) -> u32 {
    let (start, end) = (
        checked.offsets.day_start(date).0,
        checked.offsets.day_end(date).0,
    );
    // A date across the date line lasts up to 50 hours.
    let mut seen = 0u64;
    let days = Instant(start).utc_day()..=Instant(end).utc_day();
    for (&day, samples) in checked.heart_rate.range(days) {
        let at = |s: &PackedSample| s.at(day).0;
        let from = |rest: &'_ [PackedSample], t: i64| rest.partition_point(|s| at(s) < t);
        let mut rest = samples.as_slice();
        let mut next = start;
        // A search an hour: a day has thousands of samples.
        while let Some((_, after)) = rest.split_at_checked(from(rest, next)) {
            let Some(first) = after.first().map(at).filter(|&t| t < end) else {
                break;
            };
            let hour = (first - start) / 3600;
            seen |= 1 << hour.clamp(0, 63);
            (rest, next) = (after, start + 3600 * (hour + 1));
        }
    }
    seen.count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_level_are_one_stroke_and_a_new_year_is_a_new_one() {
        let from = LocalDate::from_ymd(2023, 12, 30).unwrap_or_default();
        let levels: Levels = (0..5).map(|d| (from.plus(d), 4)).collect();
        let runs: Vec<_> = runs(&levels).iter().map(|r| r.days).collect();
        assert_eq!(runs, [2, 3]);
        let html = cells(&levels, Strips::Years, from).into_string();
        assert_eq!(
            html,
            "<path class=\"level-4\" d=\"M363 5h2M0 15h3\"></path>"
        );
    }

    #[test]
    fn levels_are_quarters_of_a_full_day() {
        let levels: Vec<_> = [0, 1, 2500, 2501, 9999, 10_000, 90_000]
            .map(|n| share(n, 10_000))
            .to_vec();
        assert_eq!(
            levels,
            [None, Some(1), Some(1), Some(2), Some(4), Some(4), Some(4)]
        );
    }
}
