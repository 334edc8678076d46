//! Tracks whose exercise the export does not hold: the track itself is the workout.

use super::LONGEST;
use super::tracks::one_a_second;
use crate::model::Offsets;
use crate::model::checked::Workout;
use crate::model::records::Track;
use crate::model::units::Kilocalories;

/// A workout made of nothing but its track: its kind as the TCX tells it, where it does.
pub(super) fn of(mut track: Track, offsets: &Offsets) -> Option<Workout> {
    let (first, last) = (track.points.first()?.at, track.points.last()?.at);
    let start = track.start.min(first);
    let duration_ms = u64::try_from((last.0 - start.0) * 1000)
        .ok()
        .filter(|&d| d > 0 && d < 7 * 86_400_000)?;
    let energy = track
        .laps
        .iter()
        .filter_map(|l| l.calories)
        .map(|c| c.get())
        .sum();
    let seconds: f64 = track.laps.iter().map(|l| l.seconds).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a reader's lap has 0 to 10^6 s"
    )]
    let stated = (seconds * 1000.0) as u64;
    // A lap of another month would be longer than FIT can say.
    track
        .laps
        .retain(|l| (l.start.0 - start.0).abs() <= LONGEST);
    let active_ms = if stated > 0 { stated } else { duration_ms };
    Some(Workout {
        log_id: track.log_id.unwrap_or(0),
        name: track.sport.unwrap_or_default(),
        start,
        offset: offsets.at_instant(start),
        duration_ms,
        active_ms: active_ms.clamp(1, duration_ms),
        calories: Kilocalories::new(energy).ok().filter(|c| c.get() > 0.0),
        distance: track
            .points
            .iter()
            .rev()
            .find_map(|p| p.distance)
            .filter(|d| d.get() > 0.0),
        laps: track.laps,
        points: one_a_second(track.points),
        ..Workout::default()
    })
}
