//! The activities one by one, newest first: what to hold beside Garmin Connect after the first try.
//!
//! Each has its local start, and the newest a small drawing of the track; those of a sample also
//! show their heart rate.

use maud::{Markup, html};

use super::super::words::{counted, date_words};
use super::scale::place;
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

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let workouts: Vec<(&Workout, Option<f64>)> = input.workouts().rev().collect();
    if workouts.is_empty() || input.account.counts.activities.count == 0 {
        return html! {};
    }
    let files = input
        .files
        .iter()
        .filter(|f| f.starts_with("import/activities/"));
    let files: Vec<&str> = files.copied().collect();
    let rows = |range: &[(&Workout, Option<f64>)], drawn| -> Vec<Vec<Cell>> {
        let row = |&(w, metres): &(&Workout, _)| row(input, &files, w, metres, drawn);
        range.iter().map(row).collect()
    };
    let open = workouts.get(..OPEN).unwrap_or(&workouts);
    let folded = workouts.get(OPEN..LISTED.min(workouts.len()));
    let rest = u64::try_from(workouts.len().saturating_sub(LISTED)).unwrap_or(0);
    let columns = [
        "Start, local time",
        "Sport",
        "Duration",
        "Distance",
        "Mean heart rate",
        "Track",
        "File in import/activities",
    ];
    let inner = html! {
        (table("The newest activities", &columns, &rows(open, true)))
        @if let Some(folded) = folded.filter(|f| !f.is_empty()) {
            (details("Earlier activities", &table("Earlier activities", &columns, &rows(folded, false))))
        }
        @if rest > 0 {
            p class="quiet" { (counted(rest, "older activity stands", "older activities stand")) " in the manifest." }
        }
    };
    let lead = "Newest first. Hold these beside what Garmin Connect shows after the first import.";
    card("activities", "Your activities", lead, &inner)
}

fn row(
    input: &PageInput<'_>,
    files: &[&str],
    w: &Workout,
    metres: Option<f64>,
    drawn: bool,
) -> Vec<Cell> {
    let beats = mean_heart_rate(input.checked, w);
    let file = file_of(files, w).map(|f| path_code(f.trim_start_matches(FOLDER)));
    let before = input.account.unchanged.iter().any(|k| k.kind == "activity");
    let distance = metres.map(|m| distance_words(m, input.imperial));
    vec![
        Cell::Date(start(w)),
        cell(&foreign(&w.name, 40)),
        Cell::Number(clock(w.duration_ms)),
        Cell::Number(distance.unwrap_or_default()),
        Cell::Text(html! {
            @if let Some(bpm) = beats { (bpm) " bpm" }
            @if input.sample && drawn { (heart_rate(input.checked, w)) }
        }),
        Cell::Text(if drawn { track(w) } else { has_track(w) }),
        Cell::Text(html! {
            @if let Some(file) = file { (file) } @else if before { "handed over before" }
        }),
    ]
}

/// Returns `2 Mar 2019, 07:05`.
fn start(w: &Workout) -> String {
    let local = w.start.at(w.offset);
    let minute = local.0.rem_euclid(86_400) / 60;
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
    (count > 0).then(|| (sum + count / 2) / count)
}

/// The file of an activity, whose name ends in its log id.
fn file_of<'a>(files: &[&'a str], w: &Workout) -> Option<&'a str> {
    let end = format!("-{}.fit", w.log_id);
    files.iter().find(|f| f.ends_with(&end)).copied()
}

fn has_track(w: &Workout) -> Markup {
    html! { @if w.points.iter().any(|p| p.position.is_some()) { "GPS" } }
}

/// The way on the ground as a line, north up.
fn track(w: &Workout) -> Markup {
    let all: Vec<(f64, f64)> = w
        .points
        .iter()
        .filter_map(|p| p.position)
        .map(|(lat, long)| (long.get(), -lat.get()))
        .collect();
    let narrow = all
        .first()
        .map_or(1.0, |(_, south)| south.to_radians().cos());
    let ground: Vec<_> = all.iter().map(|(x, y)| (x * narrow, *y)).collect();
    drawing(&ground, "Track of the activity, north up", true)
}

/// The heart rate over the activity as a line.
fn heart_rate(checked: &Checked, w: &Workout) -> Markup {
    let samples = checked.heart_rate_in(w.start, w.end());
    let line: Vec<_> = samples
        .map(|(at, bpm)| (seconds(at.0 - w.start.0), -f64::from(bpm)))
        .collect();
    drawing(&line, "Heart rate over the activity", false)
}

fn seconds(span: i64) -> f64 {
    f64::from(i32::try_from(span).unwrap_or(i32::MAX))
}

/// A small drawing of a line that fills its box, with one scale for both axes where it is a map.
fn drawing(line: &[(f64, f64)], what: &str, map: bool) -> Markup {
    let step = line.len().div_ceil(POINTS).max(1);
    let few: Vec<(f64, f64)> = line.iter().step_by(step).copied().collect();
    if few.len() < 2 {
        return html! {};
    }
    let bounds = |pick: fn(&(f64, f64)) -> f64| {
        let values = few.iter().map(pick);
        values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)))
    };
    let (x, y) = (bounds(|p| p.0), bounds(|p| p.1));
    let room = |(low, high): (f64, f64), size: f64| size / (high - low).max(1e-9);
    let (across, down) = (room(x, SIZE.0), room(y, SIZE.1));
    let (across, down) = if map {
        (across.min(down), across.min(down))
    } else {
        (across, down)
    };
    let spots = few.iter().map(|p| {
        let spot = (place((p.0 - x.0) * across), place((p.1 - y.0) * down));
        format!("{} {}", spot.0, spot.1)
    });
    let d = format!("M{}", spots.collect::<Vec<_>>().join("L"));
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
