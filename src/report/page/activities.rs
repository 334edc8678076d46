//! The activities one by one, newest first: what to hold beside Garmin Connect after the first try.
//!
//! Each has its local start, and the newest a small drawing of the track; those of a sample also
//! show their heart rate.

use maud::{Markup, html};

use super::super::words::{counted, date_words};
use super::scale::place;
use super::series::bounds;
use super::table::{Cell, cell, details, foreign, path_code, table};
use super::{PageInput, card, distance_words};
use crate::model::Checked;
use crate::model::checked::Workout;

/// Where the files of activities lie, below OUT.
const FOLDER: &str = "import/activities/";
/// Activities in the open table; on paper no others are printed.
const OPEN: usize = 15;
/// Activities in all; older ones stand in the manifest.
const LISTED: usize = 400;
/// Most points of a small drawing.
const POINTS: usize = 40;
/// Width and height of a small drawing.
const SIZE: (f64, f64) = (60.0, 24.0);

pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let workouts: Vec<(&Workout, Option<f64>)> = input.workouts().rev().collect();
    if workouts.is_empty() || input.account.counts.activities.count == 0 {
        return html! {};
    }
    let open = workouts.get(..OPEN).unwrap_or(&workouts);
    let folded = workouts.get(OPEN..LISTED.min(workouts.len()));
    let rest = workouts.len().saturating_sub(LISTED) as u64;
    let earlier = "Earlier activities";
    let inner = html! {
        (listed(input, "The newest activities", open, true))
        @if let Some(folded) = folded.filter(|f| !f.is_empty()) {
            (details(earlier, &listed(input, earlier, folded, false)))
        }
        @if rest > 0 {
            p class="quiet" { (counted(rest, "older activity stands", "older activities stand")) " in the manifest." }
        }
    };
    let lead = "Newest first. Hold these beside what Garmin Connect shows after the first import.";
    card("activities", "Your activities", lead, &inner)
}

/// A table of activities with their metres, with drawings or without.
fn listed(
    input: &PageInput<'_>,
    caption: &str,
    workouts: &[(&Workout, Option<f64>)],
    drawn: bool,
) -> Markup {
    let checked = input.checked;
    let distance = |m| distance_words(m, input.imperial);
    table(
        caption,
        workouts,
        &[
            ("Start, local time", &|(w, _)| Cell::Date(start(w))),
            ("Sport", &|(w, _)| cell(foreign(&w.name, 40))),
            ("Duration", &|(w, _)| Cell::Number(clock(w.duration_ms))),
            ("Distance", &|(_, metres)| {
                Cell::Number(metres.map(distance).unwrap_or_default())
            }),
            ("Mean heart rate", &|(w, _)| {
                cell(html! {
                    @if let Some(bpm) = mean_heart_rate(checked, w) { (bpm) " bpm" }
                    @if input.sample && drawn { (heart_rate(checked, w)) }
                })
            }),
            ("Track", &|(w, _)| cell(track(w, drawn))),
            ("File in import/activities", &|(w, _)| cell(file(input, w))),
        ],
    )
}

/// Returns `2 Mar 2019, 07:05`.
fn start(w: &Workout) -> String {
    let local = w.start.at(w.offset);
    let minute = local.second_of_day() / 60;
    let (hours, minutes) = (minute / 60, minute % 60);
    format!("{}, {hours:02}:{minutes:02}", date_words(local.date()))
}

/// Returns `1:05:09`, or `5:09` below an hour.
fn clock(ms: u64) -> String {
    let seconds = (ms + 500) / 1000;
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if h > 0 {
        format!("{h}:{m:02}:{s:02}")
    } else {
        format!("{m}:{s:02}")
    }
}

/// The mean that Fitbit states, or that of the samples.
fn mean_heart_rate(checked: &Checked, w: &Workout) -> Option<u64> {
    if let Some(stated) = w.average_heart_rate {
        return Some(u64::from(stated.get()));
    }
    let samples = checked.heart_rate_in(w.start, w.end());
    let (sum, count) = samples.fold((0, 0), |(s, n), (_, bpm)| (s + u64::from(bpm), n + 1));
    (sum + count / 2).checked_div(count)
}

/// The file of an activity, whose name ends in its log id.
fn file(input: &PageInput<'_>, w: &Workout) -> Markup {
    let end = format!("-{}.fit", w.log_id);
    let mut files = input.files.iter().filter_map(|f| f.strip_prefix(FOLDER));
    let before = input.account.unchanged.iter().any(|k| k.kind == "activity");
    html! {
        @if let Some(file) = files.find(|f| f.ends_with(&end)) { (path_code(file)) }
        @else if before { "handed over before" }
    }
}

/// The way on the ground as a line, north up; without a drawing, whether there is one.
fn track(w: &Workout, drawn: bool) -> Markup {
    let positions = w.points.iter().filter_map(|p| p.position);
    let all: Vec<(f64, f64)> = positions
        .map(|(lat, long)| (long.get(), -lat.get()))
        .collect();
    if !drawn {
        return html! { @if !all.is_empty() { "GPS" } };
    }
    let narrow = all
        .first()
        .map_or(1.0, |(_, south)| south.to_radians().cos());
    let ground: Vec<_> = all.iter().map(|(x, y)| (x * narrow, *y)).collect();
    drawing(&ground, "Track of the activity, north up", true)
}

fn heart_rate(checked: &Checked, w: &Workout) -> Markup {
    let samples = checked.heart_rate_in(w.start, w.end());
    let spot =
        |(at, bpm): (crate::model::Instant, u8)| ((at.0 - w.start.0) as f64, -f64::from(bpm));
    let line: Vec<_> = samples.map(spot).collect();
    drawing(&line, "Heart rate over the activity", false)
}

/// A small drawing of a line that fills its box, with one scale for both axes where it is a map.
fn drawing(line: &[(f64, f64)], what: &str, map: bool) -> Markup {
    let step = line.len().div_ceil(POINTS).max(1);
    let few: Vec<(f64, f64)> = line.iter().step_by(step).copied().collect();
    if few.len() < 2 {
        return html! {};
    }
    let (x, y) = (
        bounds(few.iter().map(|p| p.0)),
        bounds(few.iter().map(|p| p.1)),
    );
    let room = |(low, high): (f64, f64), size: f64| size / (high - low).max(1e-9);
    let (mut across, mut down) = (room(x, SIZE.0), room(y, SIZE.1));
    if map {
        (across, down) = (across.min(down), across.min(down));
    }
    let spot = |p: &(f64, f64)| {
        let (right, below) = ((p.0 - x.0) * across, (p.1 - y.0) * down);
        format!("{} {}", place(right), place(below))
    };
    let d = format!("M{}", few.iter().map(spot).collect::<Vec<_>>().join("L"));
    let (width, height) = ((x.1 - x.0) * across, (y.1 - y.0) * down);
    let frame = format!("-2 -2 {} {}", place(width + 4.0), place(height + 4.0));
    html! { svg class="small" role="img" aria-label=(what) viewBox=(frame) { path class="line" d=(d) {} } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_like_a_clock() {
        assert_eq!(clock(309_000), "5:09");
        assert_eq!(clock(3_909_499), "1:05:09");
    }

    #[test]
    fn a_map_keeps_its_proportions_and_a_curve_fills_its_box() {
        let line = [(0.0, 0.0), (1.0, 1.0)];
        let map = drawing(&line, "map", true).into_string();
        assert!(map.contains("viewBox=\"-2 -2 28 28\""), "{map}");
        let curve = drawing(&line, "curve", false).into_string();
        assert!(curve.contains("M0 0L60 24"), "{curve}");
        assert!(drawing(&line[..1], "one", true).into_string().is_empty());
    }
}
