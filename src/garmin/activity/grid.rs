//! The records of an activity: all channels on the union of their times.
//!
//! Readers such as GoldenCheetah take a missing heart rate for 0 and Garmin Connect draws dots, so
//! every record carries every channel that the activity has: heart rate is carried forward for at
//! most 30 s, distance lies on the line between its neighbours, positions are never invented.

use super::{form, timer};
use crate::fit::profile::{RECORD, event_type, record};
use crate::fit::{EncodeError, Encoder, Field, Value};
use crate::garmin::sport::{self, Sport};
use crate::model::Checked;
use crate::model::checked::{Form, Workout, utc_minutes_in};
use crate::model::records::TrackPoint;
use crate::model::time::Instant;

/// Longest time for which a heart rate stands in for the next.
const CARRY: i64 = 30;
/// Seconds between records where no sample says when; readers cut gaps of an hour.
const PLAIN_STEP: usize = 60;
/// Longest hole between records, in seconds: readers cut out gaps of an hour.
const HOLE: i64 = 1800;
/// Seconds between the records that bridge a longer hole.
const BRIDGE: usize = 900;
/// Metres per degree of latitude on a sphere of the Earth's mean radius.
const METRES_PER_DEGREE: f64 = 111_194.926_6;

/// The channels of one activity.
pub(super) struct Grid<'w> {
    times: Vec<Instant>,
    heart_rate: Vec<(Instant, u8)>,
    points: &'w [TrackPoint],
    distance: Vec<(Instant, f64)>,
    /// Metres along the track, where they are more than a record can hold: then there is no distance.
    pub(super) too_far: Option<f64>,
    cadence: Vec<(Instant, u32)>,
    /// Running form, of those on foot.
    form: Option<&'w Form>,
}

impl<'w> Grid<'w> {
    pub(super) fn new(checked: &Checked, w: &'w Workout, kind: Sport) -> Self {
        let heart_rate = heart_rate(checked, w);
        let on_foot = [sport::RUNNING, sport::WALKING, sport::HIKING].contains(&kind.sport);
        let cadence = if on_foot && !form::has_cadence(&w.form) {
            cadence(checked, w)
        } else {
            Vec::new()
        };
        let mut distance = distance(checked, w);
        let metres = distance.last().map(|(_, metres)| *metres);
        let too_far = metres.filter(|&m| !record::DISTANCE.holds(m));
        if too_far.is_some() {
            distance.clear();
        }
        let form = on_foot.then_some(&w.form);
        let times = times(w, &heart_rate, form);
        Self {
            times,
            heart_rate,
            points: &w.points,
            distance,
            too_far,
            cadence,
            form,
        }
    }

    /// Returns the heart rates within `from..=to`.
    pub(super) fn heart_rates(&self, from: Instant, to: Instant) -> impl Iterator<Item = u8> + '_ {
        let low = self.heart_rate.partition_point(|&(at, _)| at < from);
        let rates = self.heart_rate.get(low..).unwrap_or(&[]);
        let inside = rates.iter().take_while(move |&&(at, _)| at <= to);
        inside.map(|&(_, bpm)| bpm)
    }

    /// Returns the metres covered by an instant, if the activity has a distance.
    pub(super) fn metres_at(&self, at: Instant) -> Option<f64> {
        between(&self.distance, at)
    }

    /// Writes the records, and the pauses between them.
    pub(super) fn write(
        &self,
        fit: &mut Encoder,
        pauses: &[(Instant, Instant)],
    ) -> Result<(), EncodeError> {
        let mut edges = pauses
            .iter()
            .flat_map(|&(a, b)| [(a, event_type::STOP), (b, event_type::START)])
            .peekable();
        let mut row = Row::new(self);
        for &at in &self.times {
            while let Some((edge, what)) = edges
                .next_if(|&(edge, what)| edge < at || (edge == at && what == event_type::START))
            {
                timer(fit, edge, what)?;
            }
            fit.message(RECORD, row.at(at))?;
        }
        edges.try_for_each(|(edge, what)| timer(fit, edge, what))
    }
}

/// Heart rate of the stream during the activity, else that of the track.
fn heart_rate(checked: &Checked, w: &Workout) -> Vec<(Instant, u8)> {
    let stream: Vec<_> = checked.heart_rate_in(w.start, w.end().plus(1)).collect();
    if !stream.is_empty() {
        return stream;
    }
    w.points
        .iter()
        .filter_map(|p| Some((p.at, p.heart_rate?.get())))
        .collect()
}

/// Every instant at which something was measured; start and end where no sample is near them, and
/// each minute where there is no sample at all.
fn times(w: &Workout, heart_rate: &[(Instant, u8)], form: Option<&Form>) -> Vec<Instant> {
    let (start, end) = (w.start, w.end());
    let mut times: Vec<Instant> = heart_rate
        .iter()
        .map(|(at, _)| *at)
        .filter(|at| start <= *at && *at <= end)
        .collect();
    times.extend(w.points.iter().map(|p| p.at));
    if times.is_empty() {
        times.extend(form.into_iter().flat_map(form::times));
    }
    times.sort_unstable();
    times.dedup();
    if times.is_empty() {
        times.extend((start.0..end.0).step_by(PLAIN_STEP).map(Instant));
        times.push(end);
    }
    if times.first().is_none_or(|t| t.0 - start.0 > CARRY) {
        times.insert(0, start);
    }
    if times.len() < 2 || times.last().is_some_and(|t| end.0 - t.0 > CARRY) {
        times.push(end);
    }
    bridge(&times)
}

/// Sets records into holes that readers would take for the end of the activity.
fn bridge(times: &[Instant]) -> Vec<Instant> {
    let mut all = Vec::with_capacity(times.len());
    for (&at, next) in times
        .iter()
        .zip(times.iter().skip(1).map(Some).chain([None]))
    {
        all.push(at);
        if let Some(next) = next.filter(|n| n.0 - at.0 > HOLE) {
            all.extend((at.0..next.0).step_by(BRIDGE).skip(1).map(Instant));
        }
    }
    all
}

/// Steps of each minute of the workout, as (start of the minute, steps).
fn cadence(checked: &Checked, w: &Workout) -> Vec<(Instant, u32)> {
    utc_minutes_in(&checked.steps, w.start.plus(-59), w.end())
        .filter(|(_, steps)| *steps > 0 && *steps <= 400)
        .collect()
}

/// Metres by time: of the track, or of the minute stream; stretched so that it ends at the total.
fn distance(checked: &Checked, w: &Workout) -> Vec<(Instant, f64)> {
    let stated: Vec<(Instant, f64)> = w
        .points
        .iter()
        .filter_map(|p| Some((p.at, p.distance?.get())))
        .collect();
    let mut line = if stated.len() > 1 {
        rising(stated)
    } else if w.points.iter().filter(|p| p.position.is_some()).count() > 1 {
        along(&w.points)
    } else {
        by_minutes(checked, w)
    };
    let last = line.last().map_or(0.0, |(_, m)| *m);
    if last <= 0.0 {
        return Vec::new();
    }
    let factor = w.distance.map_or(1.0, |total| total.get() / last);
    line.iter_mut().for_each(|(_, m)| *m *= factor);
    line
}

/// A cumulative distance never falls.
fn rising(mut line: Vec<(Instant, f64)>) -> Vec<(Instant, f64)> {
    let mut most = 0.0_f64;
    for (_, metres) in &mut line {
        most = most.max(*metres);
        *metres = most;
    }
    line
}

/// Metres along the positions of a track.
fn along(points: &[TrackPoint]) -> Vec<(Instant, f64)> {
    let mut line: Vec<(Instant, f64)> = Vec::with_capacity(points.len());
    let mut before = None;
    let mut sum = 0.0;
    for (at, here) in points.iter().filter_map(|p| Some((p.at, p.position?))) {
        let here = (here.0.get(), here.1.get());
        sum += before.map_or(0.0, |b| apart(b, here));
        before = Some(here);
        line.push((at, sum));
    }
    line
}

/// Metres between two near positions in degrees.
fn apart(a: (f64, f64), b: (f64, f64)) -> f64 {
    // The shorter way round: a track may cross the date line.
    let east = (b.1 - a.1 + 180.0).rem_euclid(360.0) - 180.0;
    let east = east * a.0.to_radians().cos();
    (b.0 - a.0).hypot(east) * METRES_PER_DEGREE
}

/// Metres at the end of each minute of the minute stream, cut to the workout.
fn by_minutes(checked: &Checked, w: &Workout) -> Vec<(Instant, f64)> {
    let (start, end) = (w.start, w.end());
    let mut line = vec![(start, 0.0)];
    let mut sum = 0.0;
    for (at, millimetres) in utc_minutes_in(&checked.distance, start.plus(-59), end) {
        let (from, to) = (at.max(start), at.plus(60).min(end));
        if line.last().is_some_and(|(t, _)| *t < from) {
            line.push((from, sum));
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 60 seconds")]
        let share = (to.0 - from.0) as f64 / 60.0;
        sum += f64::from(millimetres) / 1000.0 * share;
        line.push((to, sum));
    }
    line
}

/// The value at an instant on the line through the known ones; the end values beyond them.
fn between(line: &[(Instant, f64)], at: Instant) -> Option<f64> {
    let after = line.partition_point(|(t, _)| *t <= at);
    let Some(&(t0, m0)) = after.checked_sub(1).and_then(|i| line.get(i)) else {
        return line.first().map(|_| 0.0);
    };
    let Some(&(t1, m1)) = line.get(after) else {
        return Some(m0);
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds of at most a week")]
    let share = (at.0 - t0.0) as f64 / (t1.0 - t0.0).max(1) as f64;
    Some(m0 + (m1 - m0) * share)
}

/// Builds one record after the other; the set of fields is the same for all.
struct Row<'g, 'w> {
    grid: &'g Grid<'w>,
    fields: Vec<(Field, Value<'static>)>,
    has_position: bool,
    has_altitude: bool,
    point: usize,
    beat: usize,
}

impl<'g, 'w> Row<'g, 'w> {
    fn new(grid: &'g Grid<'w>) -> Self {
        let has_position = grid.points.iter().any(|p| p.position.is_some());
        let has_altitude = grid.points.iter().any(|p| p.altitude.is_some());
        Self {
            grid,
            fields: Vec::with_capacity(8),
            has_position,
            has_altitude,
            point: 0,
            beat: 0,
        }
    }

    fn at(&mut self, at: Instant) -> &[(Field, Value<'static>)] {
        let point = self.point_at(at);
        let beat = self.beat_at(at);
        self.fields.clear();
        self.fields.push((record::TIMESTAMP, Value::Unix(at.0)));
        if self.has_position {
            let position = point.and_then(|p| p.position);
            self.fields.push((
                record::POSITION_LAT,
                semicircles(position.map(|p| p.0.get())),
            ));
            self.fields.push((
                record::POSITION_LONG,
                semicircles(position.map(|p| p.1.get())),
            ));
        }
        if self.has_altitude {
            let altitude = point
                .and_then(|p| p.altitude)
                .map_or(Value::None, |a| Value::Real(a.get()));
            self.fields.push((record::ALTITUDE, altitude));
            self.fields.push((record::ENHANCED_ALTITUDE, altitude));
        }
        if !self.grid.heart_rate.is_empty() {
            self.fields.push((record::HEART_RATE, Value::from(beat)));
        }
        if let Some(metres) = self.grid.metres_at(at) {
            self.fields.push((record::DISTANCE, Value::Real(metres)));
        }
        if !self.grid.cadence.is_empty() {
            self.fields
                .push((record::CADENCE, Value::from(self.cadence_at(at))));
        }
        let told = self.grid.form.into_iter();
        self.fields.extend(told.flat_map(|form| form::at(form, at)));
        &self.fields
    }

    /// The point of exactly this second.
    fn point_at(&mut self, at: Instant) -> Option<&'w TrackPoint> {
        let points = self.grid.points;
        while points.get(self.point).is_some_and(|p| p.at < at) {
            self.point += 1;
        }
        points.get(self.point).filter(|p| p.at == at)
    }

    /// The last heart rate, unless it is too old; before the first, the first.
    fn beat_at(&mut self, at: Instant) -> Option<u8> {
        let beats = &self.grid.heart_rate;
        while beats.get(self.beat + 1).is_some_and(|(t, _)| *t <= at) {
            self.beat += 1;
        }
        beats
            .get(self.beat)
            .filter(|(t, _)| (at.0 - t.0).abs() <= CARRY)
            .map(|(_, bpm)| *bpm)
    }

    /// Strides per minute of the minute around `at`.
    fn cadence_at(&self, at: Instant) -> Option<u8> {
        let cadence = &self.grid.cadence;
        let i = cadence.partition_point(|(t, _)| *t <= at).checked_sub(1)?;
        let (from, steps) = *cadence.get(i)?;
        if at.0 - from.0 < 60 {
            u8::try_from(steps.div_ceil(2)).ok()
        } else {
            None
        }
    }
}

/// Degrees as FIT's semicircles: 2^31 of them are 180 degrees.
fn semicircles(degrees: Option<f64>) -> Value<'static> {
    #[expect(clippy::cast_possible_truncation, reason = "degrees lie within ±180")]
    degrees.map_or(Value::None, |d| {
        Value::Raw(((d * 2_147_483_648.0 / 180.0).round() as i64).min(0x7FFF_FFFE))
    })
}
