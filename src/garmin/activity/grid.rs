//! The records of an activity: all channels on the union of their times.
//!
//! Readers such as GoldenCheetah take a missing heart rate for 0 and a missing position for 0/0, so a
//! record carries every channel that is known at its time: heart rate is carried forward for at most
//! 30 s; within a track the records stand at its points, and what was measured between two of them
//! lies on the line between them. What is not known is left out. No record stands within a pause.

use super::curve::{Curve, east};
use super::track::{Stretch, semicircles};
use super::{form, timer};
use crate::fit::profile::{RECORD, event_type, record};
use crate::fit::{EncodeError, Encoder, Value::Unix};
use crate::garmin::common::{Fields, known};
use crate::garmin::sport::Sport;
use crate::model::Checked;
use crate::model::checked::{Form, Workout, utc_minutes_in};
use crate::model::records::TrackPoint;
use crate::model::time::Instant;

/// Longest time for which a heart rate stands in for the next.
const CARRY: i64 = 30;
/// Seconds by which a heart rate may be late, so that it stands at a point of the track.
const LATE: i64 = 3;
/// Seconds between records where no sample says when; readers cut gaps of an hour.
const PLAIN_STEP: usize = 60;
/// Longest hole between records, in seconds: readers cut out gaps of an hour.
const HOLE: i64 = 1800;
/// Seconds between the records that bridge a longer hole.
const BRIDGE: usize = 900;

/// The channels of one activity.
pub(super) struct Grid<'w> {
    pub(super) workout: &'w Workout,
    pub(super) kind: Sport,
    /// The times of the records, each with the speed at it, m/s.
    records: Vec<(Instant, Option<f64>)>,
    heart_rate: Vec<(Instant, u8)>,
    /// The points that tell where, outside of pauses.
    points: Vec<TrackPoint>,
    pub(super) curve: Curve,
    /// Steps of each minute of the workout, by its start.
    cadence: Vec<(Instant, u32)>,
    /// Running form, of those on foot.
    pub(super) form: Option<&'w Form>,
}

impl<'w> Grid<'w> {
    pub(super) fn new(checked: &Checked, w: &'w Workout, kind: Sport) -> Self {
        let mut heart_rate = heart_rate(checked, w);
        heart_rate.retain(|&(at, _)| !is_paused(w, at));
        let points = points(w);
        let form = kind.is_on_foot().then_some(&w.form);
        let curve = Curve::of(checked, w, kind);
        let times = times(w, &heart_rate, &points, form);
        let before = std::iter::once(None).chain(times.iter().map(|t| Some(*t)));
        let record = |(&at, before)| (at, curve.speed_at(at, before, active_around(w, at)));
        let records = times.iter().zip(before).map(record).collect();
        // Steps tell it, unless the form does moment by moment.
        let counted = form.is_some_and(|form| !form::has_cadence(form));
        let minutes = utc_minutes_in(&checked.steps, w.start.plus(-59), w.end());
        let cadence = minutes.filter(|(_, steps)| counted && (1..=400).contains(steps));
        let cadence = cadence.collect();
        Self {
            workout: w,
            kind,
            records,
            heart_rate,
            points,
            curve,
            cadence,
            form,
        }
    }

    /// Returns the heart rates within `from..=to`, those of pauses apart.
    pub(super) fn heart_rates(&self, from: Instant, to: Instant) -> impl Iterator<Item = u8> + '_ {
        within(&self.heart_rate, from, to).map(|&(_, bpm)| bpm)
    }

    /// Returns the highest speed of the records after `from` and up to `to`, m/s.
    pub(super) fn top_speed(&self, from: Instant, to: Instant) -> Option<f64> {
        let records = within(&self.records, from.plus(1), to);
        records.filter_map(|&(_, speed)| speed).reduce(f64::max)
    }

    /// Returns what the track tells of `from..=to`.
    pub(super) fn stretch(&self, from: Instant, to: Instant) -> Stretch {
        let low = self.points.partition_point(|p| p.at < from);
        let high = self.points.partition_point(|p| p.at <= to);
        Stretch::of(self.points.get(low..high).unwrap_or(&[]))
    }

    /// Writes the records, and the pauses between them.
    pub(super) fn write(&self, fit: &mut Encoder) -> Result<(), EncodeError> {
        let pauses = self.workout.pauses.iter();
        let mut edges = pauses
            .flat_map(|&(a, b)| [(a, event_type::STOP_ALL), (b, event_type::START)])
            .peekable();
        let mut fields = Fields::with_capacity(16);
        for &(at, speed) in &self.records {
            let is_due = |&(edge, what): &(Instant, i64)| {
                edge < at || (edge == at && what == event_type::START)
            };
            while let Some((edge, what)) = edges.next_if(is_due) {
                timer(fit, edge, what)?;
            }
            fields.clear();
            self.record(at, speed, &mut fields);
            fit.message(RECORD, &fields)?;
        }
        edges.try_for_each(|(edge, what)| timer(fit, edge, what))
    }

    /// Adds what is known at the time of a record.
    fn record(&self, at: Instant, speed: Option<f64>, fields: &mut Fields<'static>) {
        fields.push((record::TIMESTAMP, Unix(at.0)));
        self.place(at, fields);
        let told = [
            known(record::HEART_RATE, self.beat_at(at)),
            known(record::DISTANCE, self.curve.metres_at(at)),
            known(record::SPEED, speed),
            known(record::ENHANCED_SPEED, speed),
            known(record::CADENCE, self.cadence_at(at)),
        ];
        fields.extend(told.into_iter().flatten());
        let form = self.form.into_iter();
        fields.extend(form.flat_map(|form| form::at(form, at)));
    }

    /// Adds position and altitude: those of a point, or on the line between two.
    fn place(&self, at: Instant, fields: &mut Fields<'static>) {
        let ahead = self.points.partition_point(|p| p.at < at);
        let before = ahead.checked_sub(1).and_then(|i| self.points.get(i));
        let Some(b) = self.points.get(ahead) else {
            return;
        };
        let Some(a) = (if b.at == at { Some(b) } else { before }) else {
            return;
        };
        let share = (at.0 - a.at.0) as f64 / (b.at.0 - a.at.0).max(1) as f64;
        let between = |a: f64, b: f64| a + (b - a) * share;
        let position = a.position.zip(b.position).map(|(a, b)| {
            let long = a.1.get() + east(a.1.get(), b.1.get()) * share;
            let lat = between(a.0.get(), b.0.get());
            (semicircles(lat), semicircles(east(0.0, long)))
        });
        let metres = a.altitude.zip(b.altitude);
        let metres = metres.map(|(a, b)| between(a.get(), b.get()));
        let told = [
            known(record::POSITION_LAT, position.map(|p| p.0)),
            known(record::POSITION_LONG, position.map(|p| p.1)),
            known(record::ALTITUDE, metres),
            known(record::ENHANCED_ALTITUDE, metres),
        ];
        fields.extend(told.into_iter().flatten());
    }

    /// The last heart rate, unless it is too old; before the first, the first.
    fn beat_at(&self, at: Instant) -> Option<u8> {
        let after = self.heart_rate.partition_point(|(t, _)| *t <= at);
        let (told, bpm) = self.heart_rate.get(after.saturating_sub(1))?;
        ((at.0 - told.0).abs() <= CARRY).then_some(*bpm)
    }

    /// Strides per minute of the minute around `at`.
    fn cadence_at(&self, at: Instant) -> Option<u32> {
        let after = self.cadence.partition_point(|(t, _)| *t <= at);
        let (from, steps) = self.cadence.get(after.checked_sub(1)?)?;
        (at.0 - from.0 < 60).then(|| steps.div_ceil(2))
    }
}

/// The part of a list by time that lies within `from..=to`.
fn within<T>(
    list: &[(Instant, T)],
    from: Instant,
    to: Instant,
) -> impl Iterator<Item = &(Instant, T)> {
    let low = list.partition_point(|&(at, _)| at < from);
    let later = list.get(low..).unwrap_or(&[]).iter();
    later.take_while(move |&&(at, _)| at <= to)
}

/// Tells whether an instant lies within a pause; its edges do not.
fn is_paused(w: &Workout, at: Instant) -> bool {
    let begun = w.pauses.partition_point(|&(from, _)| from < at);
    let last = begun.checked_sub(1).and_then(|i| w.pauses.get(i));
    last.is_some_and(|&(_, to)| at < to)
}

/// The stretch between two pauses that an instant lies in.
fn active_around(w: &Workout, at: Instant) -> (Instant, Instant) {
    let over = w.pauses.partition_point(|&(_, to)| to <= at);
    let before = over.checked_sub(1).and_then(|i| w.pauses.get(i));
    let from = before.map_or(w.start, |&(_, to)| to);
    let to = w.pauses.get(over).map_or(w.end(), |&(from, _)| from);
    (from, to)
}

/// Heart rate of the stream during the activity, else that of the track.
fn heart_rate(checked: &Checked, w: &Workout) -> Vec<(Instant, u8)> {
    let stream: Vec<_> = checked.heart_rate_in(w.start, w.end().plus(1)).collect();
    if !stream.is_empty() {
        return stream;
    }
    let told = |p: &TrackPoint| Some((p.at, p.heart_rate?.get()));
    w.points.iter().filter_map(told).collect()
}

/// The points with a position; where there is none at all, all points.
fn points(w: &Workout) -> Vec<TrackPoint> {
    let has_position = w.points.iter().any(|p| p.position.is_some());
    let is_wanted = |p: &&TrackPoint| p.position.is_some() || !has_position;
    let active = w.points.iter().filter(|p| !is_paused(w, p.at));
    active.filter(is_wanted).copied().collect()
}

/// Every instant that a record tells: the points of the track, the heart rates that do not come with
/// one of them, the end; the start where no sample is near it, and each minute where there is none.
fn times(
    w: &Workout,
    heart_rate: &[(Instant, u8)],
    points: &[TrackPoint],
    form: Option<&Form>,
) -> Vec<Instant> {
    let (start, end) = (w.start, w.end());
    let mut times: Vec<Instant> = points.iter().map(|p| p.at).collect();
    times.extend(beats_apart(heart_rate, points));
    if times.is_empty() {
        times.extend(form.into_iter().flat_map(form::times));
    }
    times.retain(|at| start <= *at && *at <= end);
    times.sort_unstable();
    times.dedup();
    if times.is_empty() {
        let minutes = (start.0..end.0).step_by(PLAIN_STEP).map(Instant);
        times.extend(minutes.filter(|at| !is_paused(w, *at)));
    }
    if times.first().is_none_or(|t| t.0 - start.0 > CARRY) || times == [end] {
        times.insert(0, start);
    }
    let near = if points.len() > 1 { CARRY } else { 0 };
    if times.len() < 2 || times.last().is_some_and(|t| end.0 - t.0 > near) {
        times.push(end);
    }
    let mut times = bridge(&times);
    times.retain(|at| !is_paused(w, *at));
    times
}

/// The times of the heart rates that need a record of their own: those outside of the track, and those
/// within it that the next point would tell too late or not at all.
fn beats_apart<'a>(
    heart_rate: &'a [(Instant, u8)],
    points: &'a [TrackPoint],
) -> impl Iterator<Item = Instant> + 'a {
    let next = heart_rate.iter().skip(1).map(|b| Some(b.0)).chain([None]);
    let is_apart = |at: Instant, following: Option<Instant>| {
        let ahead = points.partition_point(|p| p.at < at);
        match points.get(ahead).filter(|p| ahead > 0 || p.at == at) {
            Some(p) => p.at.0 - at.0 > LATE || following.is_some_and(|f| f <= p.at),
            None => true,
        }
    };
    let all = heart_rate.iter().zip(next);
    all.filter(move |(beat, following)| is_apart(beat.0, *following))
        .map(|(beat, _)| beat.0)
}

/// Sets records into holes that readers would take for the end of the activity.
fn bridge(times: &[Instant]) -> Vec<Instant> {
    let mut all = Vec::with_capacity(times.len());
    let next = times.iter().skip(1).map(Some).chain([None]);
    for (&at, next) in times.iter().zip(next) {
        all.push(at);
        if let Some(next) = next.filter(|n| n.0 - at.0 > HOLE) {
            all.extend((at.0..next.0).step_by(BRIDGE).skip(1).map(Instant));
        }
    }
    all
}
