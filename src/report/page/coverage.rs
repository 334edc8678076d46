//! Coverage: for each type of data one strip per year, one cell per day, darker where there is more;
//! an export of a few weeks has one strip over just its days.
//!
//! KINDS is the table: a new type of data is one row. Equal neighbours are drawn as one stroke.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::words::{MONTHS, counted, date_words, grouped};
use super::chart::{self, Caption, path, row_middle};
use super::scale::Time;
use super::table::{Cell, cell, date, details, table};
use super::{PageInput, card};
use crate::model::checked::{Checked, Sample};
use crate::model::metrics::Day;
use crate::model::records::PackedSample;
use crate::model::{Instant, LocalDate};

/// How much of a type a day has: 1 (a little) to 4 (all that a day can have).
type Levels = BTreeMap<LocalDate, u8>;
type Dates = (LocalDate, LocalDate);

/// Cells of a year's strip.
const YEAR: f64 = 366.0;

/// Declares the types of data: name, and what tells how much of it the days have.
macro_rules! kinds {
    ($($name:literal $levels:expr;)*) => {
        const KINDS: &[(&str, fn(&Checked) -> Levels)] = &[$(($name, $levels),)*];
    };
}

kinds! {
    "Steps" |c| of_days(c, |d| share(d.steps?, 10_000));
    "Heart rate" heart_rate;
    "Resting heart rate" |c| of_days(c, |d| all(d.resting_heart_rate));
    "Sleep" sleep;
    "Activities" activities;
    "Weight" |c| full(c.weights.iter().map(|w| w.date));
    "Calories" |c| of_days(c, |d| all(d.calories));
    "Distance" |c| of_days(c, |d| all(d.distance_m));
    "Floors" |c| of_days(c, |d| share(d.floors?, 10));
    "Active Zone Minutes" |c| of_days(c, |d| share(d.active_zone_minutes?, 22));
    "Heart-rate variability" |c| readings(c, &c.hrv, |d| d.hrv_rmssd);
    "Blood oxygen" |c| readings(c, &c.spo2, |d| d.spo2_average);
    "Respiration" |c| readings(c, &c.respiration, |d| d.respiratory_rate);
    "Skin temperature" |c| of_days(c, |d| all(d.skin_temperature_deviation));
    "VO2max" |c| of_days(c, |d| all(d.vo2_max));
    "Stress score" |c| of_days(c, |d| all(d.stress_score));
    "Readiness score" |c| of_days(c, |d| all(d.readiness_score));
}

struct Covered<'a> {
    name: &'a str,
    levels: Levels,
    ends: Dates,
}

impl<'a> Covered<'a> {
    fn new(name: &'a str, levels: Levels) -> Option<Self> {
        let ends = (*levels.first_key_value()?.0, *levels.last_key_value()?.0);
        Some(Self { name, levels, ends })
    }

    fn count(&self) -> String {
        grouped(self.levels.len() as u64)
    }

    fn days_between(&self) -> u64 {
        u64::from(self.ends.1.0.abs_diff(self.ends.0.0)) + 1
    }
}

pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let kinds = KINDS.iter();
    let covered = kinds.filter_map(|(name, levels)| Covered::new(name, levels(input.checked)));
    let all: Vec<Covered<'_>> = covered.collect();
    let ends = all.iter().map(|c| c.ends);
    let Some(ends) = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return html! {};
    };
    let short = Some(ends).filter(|ends| Time::new(*ends).is_short());
    let lead = match short {
        None => "One strip per year, one cell per day: where it is blank, the export has nothing.",
        Some(_) => "One cell per day: where it is blank, the export has nothing.",
    };
    let table = table(
        "Days covered by type of data",
        &all,
        &[
            ("Data", &|c| cell(c.name)),
            ("Days", &|c| Cell::Number(c.count())),
            ("First", &|c| date(Some(c.ends.0))),
            ("Last", &|c| date(Some(c.ends.1))),
            ("Days between", &|c| Cell::Number(grouped(c.days_between()))),
        ],
    );
    let inner = html! {
        @if let Some(ends) = short {
            div class="strip-axis short" { (chart::dates(&Time::new(ends))) }
        } @else {
            div class="months" aria-hidden="true" { @for name in MONTHS { span { (name) } } }
        }
        div class="calendars" { @for (i, c) in all.iter().enumerate() { (calendar(i, c, short)) } }
        p class="shades" {
            "a little "
            @for class in ["shade-1", "shade-2", "shade-3", "shade-4"] { span class=(class) {} }
            " a full day"
        }
        (details("As a table", &table))
    };
    card("coverage", "What the export covers", lead, &inner)
}

/// The strips of a type: one over the few days there are, else one a year.
fn calendar(number: usize, covered: &Covered<'_>, short: Option<Dates>) -> Markup {
    let (first, last) = covered.ends;
    let (rows, labels, width): (Vec<Dates>, Vec<String>, f64) = match short {
        Some(days) => {
            let width = f64::from(days.1.0 - days.0.0 + 1);
            (vec![days], vec![String::new()], width)
        }
        None => {
            let years = first.year()..=last.year();
            let labels = years.clone().map(|year| year.to_string());
            (years.map(dates_of).collect(), labels.collect(), YEAR)
        }
    };
    let all = counted(covered.days_between(), "day", "days");
    let days = format!("{} of {all}", covered.count());
    let caption = Caption {
        id: &format!("days-{number}"),
        title: &format!("Days with {}", covered.name.to_lowercase()),
        description: &format!("{days}, {} to {}", date_words(first), date_words(last)),
    };
    let ground = rows.iter().enumerate().map(|(row, (from, to))| {
        let (first, last) = (first.max(*from), last.min(*to));
        stroke(row, first.0 - from.0, last.0 - first.0 + 1)
    });
    let shapes = html! {
        (path("track", &ground.collect::<String>()))
        (cells(&covered.levels, &rows))
    };
    html! {
        div class="calendar" {
            p class="name" { strong { (covered.name) } span class="quiet" { (days) } }
            (chart::strips(caption, width, &labels, &shapes))
        }
    }
}

fn dates_of(year: i32) -> Dates {
    let new_year = |year| LocalDate::from_ymd(year, 1, 1).unwrap_or_default();
    (new_year(year), new_year(year + 1).plus(-1))
}

fn stroke(row: usize, from: i32, days: i32) -> String {
    format!("M{from} {}h{days}", row_middle(row))
}

/// The cells, one path per level, in rows of dates.
fn cells(levels: &Levels, rows: &[Dates]) -> Markup {
    let runs = runs(levels);
    let of_level = |level| -> String {
        let runs = runs.iter().filter(|r| r.level == level);
        let cell = |r: &Run| {
            let row = rows.iter().position(|(_, last)| r.first <= *last)?;
            Some(stroke(row, r.first.0 - rows.get(row)?.0.0, r.days))
        };
        runs.filter_map(cell).collect()
    };
    html! { @for level in 1..=4 { (path(&format!("level-{level}"), &of_level(level))) } }
}

struct Run {
    first: LocalDate,
    days: i32,
    level: u8,
}

/// Joins neighbours of one level within a year.
fn runs(levels: &Levels) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (&first, &level) in levels {
        let follows = |r: &&mut Run| {
            let is_next = r.level == level && r.first.plus(r.days) == first;
            is_next && r.first.year() == first.year()
        };
        match runs.last_mut().filter(follows) {
            Some(run) => run.days += 1,
            None => runs.push(Run {
                first,
                days: 1,
                level,
            }),
        }
    }
    runs
}

/// Level of a count that is "all" at `full`.
fn share(value: u32, full: u32) -> Option<u8> {
    let quarters = (u64::from(value) * 4).div_ceil(u64::from(full)).clamp(1, 4);
    u8::try_from(quarters).ok().filter(|_| value > 0)
}

/// Level of a value that a day has or has not.
fn all<T>(value: Option<T>) -> Option<u8> {
    value.map(|_| 4)
}

fn full(dates: impl Iterator<Item = LocalDate>) -> Levels {
    dates.map(|date| (date, 4)).collect()
}

fn of_days(checked: &Checked, level: fn(&Day) -> Option<u8>) -> Levels {
    let days = checked.days.iter();
    days.filter_map(|(&date, day)| Some((date, level(day)?)))
        .collect()
}

/// Dates with a daily value or with single readings.
fn readings<Q>(checked: &Checked, samples: &[Sample<Q>], daily: fn(&Day) -> Option<f64>) -> Levels {
    let of_day = checked.days.iter().filter(|(_, d)| daily(d).is_some());
    let of_samples = samples.iter().map(|s| checked.offsets.date_of(s.at));
    full(of_day.map(|(&date, _)| date).chain(of_samples))
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
    let levels = asleep.into_iter();
    levels
        .filter_map(|(d, m)| Some((d, share(m, 420)?)))
        .collect()
}

/// Hours of the local day that have a sample.
fn heart_rate(checked: &Checked) -> Levels {
    let ends = (checked.heart_rate.first_key_value()).zip(checked.heart_rate.last_key_value());
    let days = ends.map(|((first, _), (last, _))| first - 1..=last + 1);
    let dates = days.into_iter().flatten().map(LocalDate);
    let level = |date| Some((date, share(hours(checked, date), 24)?));
    dates.filter_map(level).collect()
}

fn hours(checked: &Checked, date: LocalDate) -> u32 {
    let offsets = &checked.offsets;
    let (start, end) = (offsets.day_start(date).0, offsets.day_end(date).0);
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
        let html = cells(&levels, &[dates_of(2023), dates_of(2024)]).into_string();
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
