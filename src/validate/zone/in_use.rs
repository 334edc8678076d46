//! The offsets that clocks of the world show: what two bounds of a day may mean, and nothing between.

use crate::model::Offset;

/// A zone has this offset today.
const NOW: i32 = i32::MAX;
/// The offsets that a zone of the world has had since 2007, in minutes, each with the last year in
/// which it was in use. Two bounds of a day may leave room for a quarter of an hour that no clock
/// ever showed; those prove nothing.
pub(super) const OFFSETS: [(i32, i32); 44] = [
    (-720, NOW),
    (-660, NOW),
    (-600, NOW),
    (-570, NOW),
    (-540, NOW),
    (-480, NOW),
    (-420, NOW),
    (-360, NOW),
    (-300, NOW),
    (-270, 2016),
    (-240, NOW),
    (-210, NOW),
    (-180, NOW),
    (-150, NOW),
    (-120, NOW),
    (-60, NOW),
    (0, NOW),
    (60, NOW),
    (120, NOW),
    (180, NOW),
    (210, NOW),
    (240, NOW),
    (270, NOW),
    (300, NOW),
    (330, NOW),
    (345, NOW),
    (360, NOW),
    (390, NOW),
    (420, NOW),
    (480, NOW),
    (510, 2018),
    (525, NOW),
    (540, NOW),
    (570, NOW),
    (585, 2009),
    (600, NOW),
    (630, NOW),
    (660, NOW),
    (690, 2015),
    (720, NOW),
    (765, NOW),
    (780, NOW),
    (825, NOW),
    (840, NOW),
];
/// Number of offsets that exist.
pub(super) const COUNT: usize = OFFSETS.len();
/// The offset at a place of the table.
pub(super) fn offset_at(index: usize) -> Offset {
    Offset(OFFSETS.get(index).map_or(0, |(minutes, _)| minutes * 60))
}

/// The place of the offset nearest to one; zones before 1972 had odd seconds, exports have not.
pub(super) fn index(offset: Offset) -> usize {
    let distance = |i: &usize| offset_at(*i).0.abs_diff(offset.0);
    (0..COUNT).min_by_key(distance).unwrap_or(0)
}

/// Tells whether a zone had an offset in a year.
pub(super) fn is_in_use(index: usize, year: i32) -> bool {
    OFFSETS.get(index).is_some_and(|(_, last)| year <= *last)
}
