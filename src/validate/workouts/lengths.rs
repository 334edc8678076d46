//! Which rows of pool lengths are a swim's, and when each of its lengths began and ended.
//!
//! Trackers write lengths all day long, so only rows within a swim count, and only where they are
//! all that were swum: as many as Fitbit states, and as far as it states. A few lengths of many
//! would contradict the distance in every reader. Knows no file and no FIT.

use super::devices::Rows;
use crate::model::Skip;
use crate::model::checked::Workout;
use crate::model::records::{Pool, SwimLength};
use crate::model::units::Metres;
use crate::validate::books::Books;

/// Seconds before a swim from which its first lengths may begin.
pub(super) const EARLY: i64 = 100;
/// Seconds by which lengths may reach out of the swim or into each other, whole seconds being what
/// their stamps have.
const SLACK: f64 = 5.0;

/// Gives a swim its lengths, or sets them all aside.
pub(super) fn give(w: &mut Workout, rows: &Rows<'_, SwimLength>, books: &mut Books) {
    let mut lengths: Vec<SwimLength> = rows.iter().flat_map(|(_, part)| *part).cloned().collect();
    lengths.sort_by_key(|l| l.start);
    lengths.dedup_by_key(|l| l.start);
    if is_misfit(&lengths, w) {
        lengths.iter_mut().for_each(begin_at_end);
    }
    let all = agrees(w, lengths.len());
    w.lengths = all.and_then(|()| fitted(lengths, w)).unwrap_or_default();
    if w.lengths.is_empty() {
        for (entry, part) in rows {
            books.skip(*entry, Skip::NoOutput, part.len() as u64);
        }
    }
}

/// The distance of a swim that states its lengths and no distance.
pub(super) fn distance(w: &Workout) -> Option<Metres> {
    Metres::new(f64::from(w.swim_lengths?) * w.pool?.length.get()).ok()
}

/// Tells whether the lengths do not fit as starting at their stamps, but do as ending there.
fn is_misfit(lengths: &[SwimLength], w: &Workout) -> bool {
    let ended: Vec<SwimLength> = lengths
        .iter()
        .cloned()
        .map(|mut l| {
            begin_at_end(&mut l);
            l
        })
        .collect();
    let (begun, ended) = (misfit(lengths, w), misfit(&ended, w));
    begun > SLACK && 2.0 * ended < begun
}

/// Takes the stamp of a length as its end.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a length lasts an hour at most"
)]
fn begin_at_end(l: &mut SwimLength) {
    l.start = l.start.plus(-(l.seconds.round() as i64));
}

/// Seconds in which the lengths lie outside the swim, or in each other beyond what whole seconds do.
#[expect(clippy::cast_precision_loss, reason = "seconds of at most a week")]
fn misfit(lengths: &[SwimLength], w: &Workout) -> f64 {
    let seconds = |l: &SwimLength| (l.start.0 - w.start.0) as f64;
    let whole = (w.end().0 - w.start.0) as f64;
    let outside = lengths.iter().map(|l| {
        let (from, to) = (seconds(l), seconds(l) + l.seconds);
        (-from).max(0.0) + (to - whole).max(0.0)
    });
    let pairs = lengths.iter().zip(lengths.iter().skip(1));
    let shared = pairs.map(|(a, b)| (seconds(a) + a.seconds - seconds(b) - 1.0).max(0.0));
    outside.chain(shared).sum()
}

/// `Some` when so many lengths are what Fitbit states of the swim, as far as it states anything.
fn agrees(w: &Workout, count: usize) -> Option<()> {
    let count = u32::try_from(count).ok()?;
    let stated = w.swim_lengths.is_none_or(|stated| stated == count);
    let covers = w.distance.is_none_or(|d| covers(w.pool, count, d));
    (stated && covers).then_some(())
}

/// Tells whether so many lengths of the pool are the distance, up to half a length.
fn covers(pool: Option<Pool>, count: u32, distance: Metres) -> bool {
    let (length, distance) = (pool.map_or(0.0, |p| p.length.get()), distance.get());
    (f64::from(count) * length - distance).abs() <= length / 2.0 + distance / 100.0
}

/// The lengths one after the other within the swim: each ends before the next begins. `None` where
/// one of them has no time left.
fn fitted(mut lengths: Vec<SwimLength>, w: &Workout) -> Option<Vec<SwimLength>> {
    let mut limit = w.end();
    for l in lengths.iter_mut().rev() {
        #[expect(clippy::cast_precision_loss, reason = "seconds of at most a week")]
        let span = |from: crate::model::Instant, to: crate::model::Instant| (to.0 - from.0) as f64;
        l.seconds -= span(l.start, w.start).max(0.0);
        l.start = l.start.max(w.start);
        let room = span(l.start, limit);
        // Stamps have whole seconds: a length that seems to last up to one more keeps its time.
        if l.seconds - room > 1.0 {
            l.seconds = room;
        }
        if l.seconds < 1.0 || room < 1.0 {
            return None;
        }
        limit = l.start;
    }
    Some(lengths)
}
