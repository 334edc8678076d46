//! The laps of an activity, and the activity as a whole: from when to when, how long, how far.
//!
//! Laps follow the track's where it has several, else one lap is the session. Their times always add
//! up to the session's, and a pause leaves the timer of the lap in which it lies.

use super::MOST_PARTS;
use super::grid::Grid;
use crate::model::Instant;
use crate::model::checked::Workout;
use crate::model::records::TrackLap;

/// One lap, or the session, as it will be written.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) start: Instant,
    pub(super) elapsed_ms: u64,
    pub(super) timer_ms: u64,
    pub(super) metres: Option<f64>,
    pub(super) calories: Option<f64>,
}

impl Span {
    /// Returns the end: start and wall span, rounded to the second.
    pub(super) fn end(&self) -> Instant {
        let seconds = (self.elapsed_ms + 500) / 1000;
        self.start.plus(i64::try_from(seconds).unwrap_or(0))
    }

    pub(super) fn speed(&self) -> Option<f64> {
        let seconds = self.timer_ms as f64 / 1000.0;
        self.metres.filter(|_| seconds >= 1.0).map(|m| m / seconds)
    }

    fn paused_ms(&self, pauses: &[(Instant, Instant)]) -> u64 {
        let both = |&(a, b): &(Instant, Instant)| b.min(self.end()).0 - a.max(self.start).0;
        let seconds: i64 = pauses.iter().map(|p| both(p).max(0)).sum();
        u64::try_from(seconds * 1000).unwrap_or(0)
    }
}

pub(super) fn session(w: &Workout, grid: &Grid<'_>) -> Span {
    Span {
        start: w.start,
        elapsed_ms: w.duration_ms,
        timer_ms: w.active_ms,
        metres: w.distance.map(|d| d.get()).or_else(|| grid.curve.total()),
        calories: w.calories.map(|c| c.get()),
    }
}

/// The laps of the track where there are several, else one that is the whole session.
pub(super) fn laps(w: &Workout, grid: &Grid<'_>) -> Vec<Span> {
    let whole = session(w, grid);
    // Fewer than two are known, or too many for the numbers of a file.
    if !(2..=MOST_PARTS).contains(&w.laps.len()) {
        return vec![whole];
    }
    let later = w.laps.iter().skip(1).map(|l| l.start);
    let end_ms = w.start.0 * 1000 + i64::try_from(w.duration_ms).unwrap_or(0);
    let ends = later.clone().map(|s| s.0 * 1000).chain([end_ms]);
    let times = std::iter::once(w.start).chain(later).zip(ends);
    let spans = w.laps.iter().zip(times);
    let mut spans: Vec<Span> = spans.map(|(l, (start, end))| span(l, start, end)).collect();
    share_timer(&mut spans, w);
    share_distance(&mut spans, &whole, grid);
    spans
}

fn span(l: &TrackLap, start: Instant, end_ms: i64) -> Span {
    let elapsed_ms = u64::try_from(end_ms - start.0 * 1000).unwrap_or(0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds of a lap are within 0 and 10^6"
    )]
    let stated = (l.seconds * 1000.0).round() as u64;
    Span {
        start,
        elapsed_ms,
        timer_ms: stated.min(elapsed_ms),
        metres: l.distance.map(|d| d.get()),
        calories: l.calories.map(|c| c.get()),
    }
}

/// Makes the laps' timers add up to the session's, which rules. Each lap is without its own pauses,
/// where it is known when they were; else as long as it states, or its share.
fn share_timer(spans: &mut [Span], w: &Workout) {
    let missing = w.duration_ms.saturating_sub(w.active_ms);
    let paused: u64 = spans.iter().map(|s| s.paused_ms(&w.pauses)).sum();
    let own = |s: &Span| (s.paused_ms(&w.pauses) * missing).checked_div(paused);
    if let Some(own) = spans.iter().map(own).collect::<Option<Vec<u64>>>() {
        for (s, own) in spans.iter_mut().zip(own) {
            s.timer_ms = s.elapsed_ms.saturating_sub(own);
        }
        return;
    }
    let stated: u64 = spans.iter().map(|s| s.timer_ms).sum();
    if stated.abs_diff(w.active_ms) <= 1000 {
        return;
    }
    let elapsed: u64 = spans.iter().map(|s| s.elapsed_ms).sum::<u64>().max(1);
    for s in spans {
        s.timer_ms = (s.elapsed_ms * w.active_ms / elapsed).min(s.elapsed_ms);
    }
}

/// Gives each lap the way that the records go in it. Where they have none, what the laps state stays if
/// it makes the session's.
fn share_distance(spans: &mut [Span], whole: &Span, grid: &Grid<'_>) {
    if grid.curve.total().is_some() {
        let metres = |at| grid.curve.metres_at(at).unwrap_or(0.0);
        for s in spans.iter_mut() {
            s.metres = Some(metres(s.end()) - metres(s.start));
        }
        return;
    }
    let sum: Option<f64> = spans.iter().map(|s| s.metres).sum();
    let adds_up = |(a, b): (f64, f64)| (a - b).abs() <= 0.001 * b + 1.0;
    if !sum.zip(whole.metres).is_some_and(adds_up) {
        spans.iter_mut().for_each(|s| s.metres = None);
    }
}
