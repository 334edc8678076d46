//! `import/activities/batch-NNN/*.fit`: one FIT activity (type 4) per exercise.
//!
//! Message order is "summary last": file_id, device_info, sport, timer start, records and pauses in
//! time order, timer stop, laps, session, activity. Fields that are not known are left out or
//! written as not set, never as 0. The records are laid out in `activity/grid.rs`, the laps and
//! totals in `activity/totals.rs`. Knows nothing of how exercises were joined with their tracks.

use super::common::{self, Device, fields};
use super::sport::{self, Sport};
use super::{PlannedFile, Rendered, Rendering};
use crate::fit::profile::sport_kind::SWIMMING;
use crate::fit::profile::sub_sport::{LAP_SWIMMING, OPEN_WATER};
use crate::fit::profile::{EVENT, SPORT, event_kind, event_type, file, sport as sport_fields};
use crate::fit::{
    EncodeError, Encoder,
    Value::{Int, Unix},
};
use crate::model::checked::Workout;
use crate::model::{Checked, Instant};

mod curve;
mod form;
mod grid;
mod laps;
mod pool;
mod totals;
mod track;

use grid::Grid;

/// `timer_trigger`, which stands in `event.data`: nobody tells what stopped the timer.
const TIMER_TRIGGER_MANUAL: i64 = 0;
/// Files in one batch folder: Garmin Connect fails on bigger drops.
const BATCH: usize = 100;

/// Most laps, or pool lengths with the idle ones, that one file tells; their numbers have 16 bits.
const MOST_PARTS: usize = 65_534;

/// Returns the folder of the n-th activity, counted from 0.
pub(crate) fn batch_folder(n: usize) -> String {
    format!("import/activities/batch-{:03}", n / BATCH + 1)
}

/// Lays out one file per exercise, in the order of their starts.
pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let mut files: Vec<PlannedFile> = Vec::with_capacity(checked.workouts.len());
    for (i, w) in checked.workouts.iter().enumerate() {
        let at = digits(w.start, later_ones_of_its_second(&checked.workouts, i));
        let slug = sport::sport_name(sport_of(w).sport).replace('_', "-");
        let (folder, log_id) = (batch_folder(i), w.log_id);
        let index = i64::try_from(i).unwrap_or(0);
        files.push(PlannedFile {
            path: format!("{folder}/{at}-{slug}-{log_id}.fit"),
            range: (index, index + 1),
        });
    }
    files
}

/// The digits that a name begins with: the start in UTC, and a number of its own for each further
/// exercise of the same second. Readers such as GarminDB take them for the id of the activity.
fn digits(start: Instant, twins: usize) -> String {
    let stamp = start.to_string();
    let mut digits: String = stamp.chars().filter(char::is_ascii_digit).collect();
    if twins > 0 {
        digits += &(twins + 1).to_string();
    }
    digits
}

/// How many exercises of the list begin in the same second and stand behind this one. Counted from
/// the end, the names of the newest do not depend on what a sample leaves out.
fn later_ones_of_its_second(workouts: &[Workout], i: usize) -> usize {
    let behind = workouts.get(i..).unwrap_or(&[]);
    let same = behind.iter().zip(behind.iter().skip(1));
    same.take_while(|(a, b)| a.start == b.start).count()
}

pub(super) fn render(checked: &Checked, _: bool, file: &PlannedFile, buffer: Vec<u8>) -> Rendering {
    let Some(w) = file.part_of(&checked.workouts).first() else {
        return Ok(None);
    };
    let kind = sport_of(w);
    let grid = Grid::new(checked, w, kind);
    let device = Device::named(w.device.as_deref());
    let mut fit = common::begin(buffer, file::ACTIVITY, &device, w.start)?;
    // Fitbit's own name stays readable.
    let (sport, sub_sport, name) = (Int(kind.sport), Int(kind.sub_sport), common::plain(&w.name));
    let mut fields = fields![sport: SPORT = sport, SUB_SPORT = sub_sport];
    fields.extend(common::text(sport_fields::NAME, &name));
    fit.message(SPORT, &fields)?;
    timer(&mut fit, w.start, event_type::START)?;
    grid.write(&mut fit)?;
    timer(&mut fit, w.end(), event_type::STOP_ALL)?;
    let left_out = totals::write(&mut fit, &grid)?;
    Ok(Some(Rendered {
        remarks: remarks(w, &left_out),
        ..Rendered::new(fit.finish(), 1, w.start, w.end())
    }))
}

/// Returns the metres of an exercise as they will be written: stated, of its track or of its steps.
pub(crate) fn metres(checked: &Checked, w: &Workout) -> Option<f64> {
    let stated = w.distance.map(|d| d.get());
    stated.or_else(|| curve::Curve::of(checked, w, sport_of(w)).total())
}

/// The sport, refined for swims by what is known of pool and position.
fn sport_of(w: &Workout) -> Sport {
    let known = sport::find(&w.name, w.type_id);
    // Whatever it is called, counted lengths of a pool are a swim.
    let is_counted = known.is_none() && w.pool.is_some() && w.swim_lengths.is_some();
    let mut found = known.unwrap_or(sport::GENERIC);
    if is_counted {
        found.sport = SWIMMING;
    }
    if found.sport != SWIMMING {
        return found;
    }
    let has_position = w.points.iter().any(|p| p.position.is_some());
    let sub_sport = match (w.pool, has_position) {
        (Some(_), _) => LAP_SWIMMING,
        (None, true) => OPEN_WATER,
        (None, false) => found.sub_sport,
    };
    Sport { sub_sport, ..found }
}

fn remarks(w: &Workout, left_out: &[String]) -> Vec<String> {
    let mut remarks = Vec::new();
    if !left_out.is_empty() {
        let few = left_out.get(..5).unwrap_or(left_out).join(", ");
        remarks.push(format!("{few} left out, too big for FIT"));
    }
    if sport::find(&w.name, w.type_id).is_none() && sport_of(w) == sport::GENERIC {
        let id = w.type_id.map_or("none".to_owned(), |id| id.to_string());
        remarks.push(format!(
            "no sport is known for {:?} (type id {id}); written as generic",
            w.name
        ));
    }
    let of_exercise = |remark| format!("exercise {}: {remark}", w.log_id);
    remarks.into_iter().map(of_exercise).collect()
}

fn timer(fit: &mut Encoder, at: Instant, what: i64) -> Result<(), EncodeError> {
    let fields = fields![event:
        TIMESTAMP = Unix(at.0),
        EVENT = Int(event_kind::TIMER),
        EVENT_TYPE = Int(what),
        DATA = Int(TIMER_TRIGGER_MANUAL),
    ];
    fit.message(EVENT, &fields)
}

#[cfg(test)]
mod tests;
