//! `import/activities/batch-NNN/*.fit`: one FIT activity (type 4) per exercise.
//!
//! Message order is "summary last": file_id, device_info, sport, timer start, records and pauses in
//! time order, timer stop, laps, session, activity. Fields that are not known are left out or
//! written as not set, never as 0. The records are laid out in `activity/grid.rs`, the laps and
//! totals in `activity/totals.rs`. Knows nothing of how exercises were joined with their tracks.

use super::sport::{self, Sport};
use super::{Choice, Piece, Rendered, common};
use crate::fit::profile::{self, SPORT, event, event_kind, event_type};
use crate::fit::{EncodeError, Encoder, Value};
use crate::model::checked::Workout;
use crate::model::{Checked, Instant};

mod grid;
mod pool;
mod totals;

use grid::Grid;

/// Files in one batch folder: Garmin Connect fails on bigger drops.
const BATCH: usize = 100;

/// Lays out one file per exercise, in the order of their starts.
#[must_use]
pub fn plan(checked: &Checked, _: &Choice) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(checked.workouts.len());
    for (i, w) in checked.workouts.iter().enumerate() {
        let at = w.start.to_string().replace(['-', ':'], "");
        let slug = sport::sport_name(sport_of(w).sport).replace('_', "-");
        let stem = format!(
            "import/activities/batch-{:03}/{at}-{slug}-{}",
            i / BATCH + 1,
            w.log_id
        );
        let taken = pieces
            .iter()
            .rev()
            .take(BATCH)
            .filter(|p| p.path.starts_with(&stem))
            .count();
        let suffix = if taken == 0 {
            String::new()
        } else {
            format!("{}", taken + 1)
        };
        let index = i64::try_from(i).unwrap_or(0);
        pieces.push(Piece {
            path: format!("{stem}{suffix}.fit"),
            range: (index, index + 1),
        });
    }
    pieces
}

/// Renders one exercise.
///
/// # Errors
/// When a value does not fit its FIT field; the readers' ranges should have kept it out.
pub fn render(
    checked: &Checked,
    _: &Choice,
    piece: &Piece,
    buffer: Vec<u8>,
) -> Result<Option<Rendered>, EncodeError> {
    let index = usize::try_from(piece.range.0).unwrap_or(usize::MAX);
    let Some(w) = checked.workouts.get(index) else {
        return Ok(None);
    };
    let kind = sport_of(w);
    let grid = Grid::new(checked, w, kind);
    let mut fit = Encoder::new(buffer);
    common::head(&mut fit, profile::file::ACTIVITY, serial(w), w.start)?;
    sport_message(&mut fit, w, kind)?;
    timer(&mut fit, w.start, event_type::START)?;
    grid.write(&mut fit, &w.pauses)?;
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

/// Identity of an exercise: the same on every run, another for every other exercise.
fn serial(w: &Workout) -> u32 {
    common::serial(&[w.log_id, w.start.0.cast_unsigned()])
}

/// The sport, refined for swims by what is known of pool and position.
fn sport_of(w: &Workout) -> Sport {
    let found = sport::find(&w.name, w.type_id).unwrap_or(sport::GENERIC);
    if found.sport != sport::SWIMMING {
        return found;
    }
    let has_position = w.points.iter().any(|p| p.position.is_some());
    let sub_sport = match (w.pool_length, has_position) {
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
    if sport::find(&w.name, w.type_id).is_none() {
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
    let name: String = w.name.chars().filter(|c| !c.is_control()).collect();
    let mut fields = vec![
        (profile::sport::SPORT, Value::Int(i64::from(kind.sport))),
        (
            profile::sport::SUB_SPORT,
            Value::Int(i64::from(kind.sub_sport)),
        ),
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
            (event::TIMESTAMP, Value::Unix(at.0)),
            (event::EVENT, Value::Int(event_kind::TIMER)),
            (event::EVENT_TYPE, Value::Int(what)),
        ],
    )
}

#[cfg(test)]
mod tests;
