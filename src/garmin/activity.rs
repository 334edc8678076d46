//! `import/activities/batch-NNN/*.fit`: one FIT activity (type 4) per exercise.
//!
//! Message order is "summary last": file_id, device_info, sport, timer start, records and pauses in
//! time order, timer stop, laps, session, activity. Fields that are not known are left out or
//! written as not set, never as 0. The records are laid out in `activity/grid.rs`, the laps and
//! totals in `activity/totals.rs`. Knows nothing of how exercises were joined with their tracks.

use super::common::{self, Device};
use super::sport::{self, Sport};
use super::{PlannedFile, Rendered, Rendering};
use crate::fit::profile::{self, SPORT, event, event_kind, event_type};
use crate::fit::{
    EncodeError, Encoder, Field,
    Value::{self, Int, Unix},
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

/// Fields of a message with their values.
type Fields = Vec<(Field, Value<'static>)>;

/// Returns the folder of the n-th activity, counted from 0.
#[must_use]
pub fn batch_folder(n: usize) -> String {
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

/// Renders one exercise.
pub(super) fn render(checked: &Checked, _: bool, file: &PlannedFile, buffer: Vec<u8>) -> Rendering {
    let index = usize::try_from(file.range.0).unwrap_or(usize::MAX);
    let Some(w) = checked.workouts.get(index) else {
        return Ok(None);
    };
    let kind = sport_of(w);
    let grid = Grid::new(checked, w, kind);
    let mut fit = Encoder::new(buffer);
    let device = Device::named(w.device.as_deref());
    common::head(&mut fit, profile::file::ACTIVITY, &device, w.start)?;
    sport_message(&mut fit, w, kind)?;
    timer(&mut fit, w.start, event_type::START)?;
    grid.write(&mut fit)?;
    timer(&mut fit, w.end(), event_type::STOP_ALL)?;
    let left_out = totals::write(&mut fit, w, kind, &grid)?;
    Ok(Some(Rendered {
        records: 1,
        first: w.start.to_string(),
        last: w.end().to_string(),
        remarks: remarks(w, &left_out),
        bytes: fit.finish(),
    }))
}

/// Returns the metres of an exercise as they will be written: stated, of its track or of its steps.
#[must_use]
pub fn metres(checked: &Checked, w: &Workout) -> Option<f64> {
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
        found.sport = sport::SWIMMING;
    }
    if found.sport != sport::SWIMMING {
        return found;
    }
    let has_position = w.points.iter().any(|p| p.position.is_some());
    let sub_sport = match (w.pool, has_position) {
        (Some(_), _) => sport::LAP_SWIMMING,
        (None, true) => sport::OPEN_WATER,
        (None, false) => found.sub_sport,
    };
    Sport { sub_sport, ..found }
}

fn remarks(w: &Workout, left_out: &[String]) -> Vec<String> {
    let mut remarks = Vec::new();
    if !left_out.is_empty() {
        let few: Vec<&str> = left_out.iter().take(5).map(String::as_str).collect();
        remarks.push(format!(
            "exercise {}: {} left out, too big for FIT",
            w.log_id,
            few.join(", ")
        ));
    }
    if sport::find(&w.name, w.type_id).is_none() && sport_of(w) == sport::GENERIC {
        let id = w
            .type_id
            .map_or_else(|| "none".to_owned(), |id| id.to_string());
        remarks.push(format!(
            "exercise {}: no sport is known for {:?} (type id {id}); written as generic",
            w.log_id, w.name
        ));
    }
    remarks
}

/// Fitbit's own name stays readable in `sport.name`, without control characters.
fn sport_message(fit: &mut Encoder, w: &Workout, kind: Sport) -> Result<(), EncodeError> {
    let name = common::plain(&w.name);
    let mut fields = vec![
        (profile::sport::SPORT, Int(i64::from(kind.sport))),
        (profile::sport::SUB_SPORT, Int(i64::from(kind.sub_sport))),
    ];
    if !name.is_empty() {
        fields.push((profile::sport::NAME, Value::Text(&name)));
    }
    fit.message(SPORT, &fields)
}

fn timer(fit: &mut Encoder, at: Instant, what: i64) -> Result<(), EncodeError> {
    fit.message(
        profile::EVENT,
        &[
            (event::TIMESTAMP, Unix(at.0)),
            (event::EVENT, Int(event_kind::TIMER)),
            (event::EVENT_TYPE, Int(what)),
            (event::DATA, Int(TIMER_TRIGGER_MANUAL)),
        ],
    )
}

#[cfg(test)]
mod tests;
