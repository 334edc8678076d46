//! What a track tells of a lap or of the session: where it began and ended, and how high it went.

use super::curve::east;
use crate::model::records::TrackPoint;
use crate::model::units::{Latitude, Longitude};

/// Metres by which an altitude must turn before it counts as a climb: a height measured by satellites
/// is never still.
const TURN: f64 = 2.0;

pub(super) type Position = (Latitude, Longitude);

/// What the points of a span tell.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    pub(super) ends: Option<(Position, Position)>,
    /// South-west and north-east corner, degrees.
    pub(super) corners: Option<[(f64, f64); 2]>,
    /// Lowest, mean and highest altitude, metres.
    pub(super) altitudes: Option<[f64; 3]>,
    /// Metres climbed and gone down.
    pub(super) climbs: Option<(f64, f64)>,
}

impl Stretch {
    pub(super) fn of(points: &[TrackPoint]) -> Self {
        let positions = || points.iter().filter_map(|p| p.position);
        let altitudes = points.iter().filter_map(|p| Some(p.altitude?.get()));
        let altitudes: Vec<f64> = altitudes.collect();
        Self {
            ends: positions().next().zip(positions().next_back()),
            corners: corners(positions()),
            altitudes: bounds(&altitudes),
            climbs: (altitudes.len() > 1).then(|| climbs(&altitudes)),
        }
    }
}

/// Corners of the smallest area around the positions, seen from the first: it may lie on the date line.
fn corners(mut positions: impl Iterator<Item = Position>) -> Option<[(f64, f64); 2]> {
    let first = positions.next()?;
    let (lat, long) = (first.0.get(), first.1.get());
    let (mut low, mut high) = ((lat, 0.0_f64), (lat, 0.0_f64));
    for p in positions {
        let (north, aside) = (p.0.get(), east(long, p.1.get()));
        low = (low.0.min(north), low.1.min(aside));
        high = (high.0.max(north), high.1.max(aside));
    }
    Some([low, high].map(|(north, aside)| (north, east(0.0, long + aside))))
}

fn bounds(altitudes: &[f64]) -> Option<[f64; 3]> {
    let low = altitudes.iter().copied().reduce(f64::min)?;
    let high = altitudes.iter().copied().reduce(f64::max)?;
    let mean = altitudes.iter().sum::<f64>() / altitudes.len() as f64;
    Some([low, mean, high])
}

/// Metres up and down between the points where the altitudes turn.
fn climbs(altitudes: &[f64]) -> (f64, f64) {
    let (mut up, mut down) = (0.0, 0.0);
    let mut add = |metres: f64| {
        if metres > 0.0 {
            up += metres;
        } else {
            down -= metres;
        }
    };
    let mut altitudes = altitudes.iter().copied();
    let mut turn = altitudes.next().unwrap_or(0.0);
    let mut furthest = turn;
    for here in altitudes {
        let (way, back) = (furthest - turn, here - furthest);
        if way * back >= 0.0 {
            furthest = here;
        } else if back.abs() >= TURN {
            add(way);
            (turn, furthest) = (furthest, here);
        }
    }
    add(furthest - turn);
    (up, down)
}

/// Degrees as FIT's semicircles: 2^31 of them are 180 degrees.
pub(super) fn semicircles(degrees: f64) -> f64 {
    let whole = (degrees * 2_147_483_648.0 / 180.0).round();
    whole.min(2_147_483_646.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_turns_are_no_climbs() {
        assert_eq!(
            climbs(&[540.0, 541.5, 540.5, 545.0, 544.0, 550.0]),
            (10.0, 0.0)
        );
        assert_eq!(climbs(&[10.0, 9.0, 8.0, 12.0, 13.0, 5.0]), (5.0, 10.0));
        assert_eq!(climbs(&[10.0, 10.5, 9.5, 10.5, 9.5]), (0.5, 0.0));
    }

    #[test]
    fn an_area_on_the_date_line_is_small() {
        let at = |lat, long| Some((Latitude::new(lat).ok()?, Longitude::new(long).ok()?));
        let around = [at(1.0, 179.9), at(2.0, -179.8), at(0.5, 179.8)];
        let corners = corners(around.into_iter().flatten()).unwrap_or_default();
        let want = [(0.5, 179.8), (2.0, -179.8)];
        let near = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() + (a.1 - b.1).abs() < 1e-9;
        assert!(
            near(corners[0], want[0]) && near(corners[1], want[1]),
            "{corners:?}"
        );
    }
}
