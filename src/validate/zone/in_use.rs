//! The offsets that clocks of the world show: what two bounds of a day may mean, and nothing between.

use crate::model::Offset;

/// The offsets that a zone of the world has had since 2007, in minutes. Two bounds of a day may leave
/// room for a quarter of an hour that no clock ever showed; those prove nothing.
pub(super) const MINUTES: [i32; COUNT] = [
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -270, -240, -210, -180, -150, -120, -60,
    0, 60, 120, 180, 210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 510, 525, 540, 570, 585,
    600, 630, 660, 690, 720, 765, 780, 825, 840,
];
pub(super) const COUNT: usize = 44;
/// Offsets that no zone has today, and the last year in which one had them.
pub(super) const GONE: [(i32, i32); 4] = [(-270, 2016), (510, 2018), (585, 2009), (690, 2015)];

/// The offset at a place of the table.
pub(super) fn offset_at(index: usize) -> Offset {
    Offset(MINUTES.get(index).map_or(0, |minutes| minutes * 60))
}

/// The place of the offset nearest to one; zones before 1972 had odd seconds, exports have not.
pub(super) fn index(offset: Offset) -> usize {
    let distance = |i: &usize| offset_at(*i).0.abs_diff(offset.0);
    (0..COUNT).min_by_key(distance).unwrap_or(0)
}

/// Tells whether a zone had an offset in a year.
pub(super) fn is_in_use(index: usize, year: i32) -> bool {
    let minutes = offset_at(index).0 / 60;
    let last = GONE.iter().find(|(gone, _)| *gone == minutes);
    last.is_none_or(|(_, last)| year <= *last)
}
