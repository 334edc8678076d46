//! Minute streams of GoogleData: steps, distance, floors, calories, altitude and levels of activity.
//!
//! **Shape.** `timestamp`, a column named after the family (or three flags, or a word), since 2026
//! `data source`; rows of several devices interleaved. A row may cover more than its minute: a phone
//! writes one for a long walk. **Time.** UTC. **Units.** Steps, floors: count. Distance: metres.
//! Altitude: millimetres of ascent, 3048 a floor. Calories: kilocalories, with the basal rate where a
//! day has a row for every minute. **Errors.** A bad row is rejected, and so is a count with a
//! fraction, whose point may set thousands apart. **Source.** fitbit-format §7.

use super::layout::LayoutMismatch;
use super::minutes::{CALORIES, Minutes, Stream};
use super::reading::{each_exact, each_sourced};
use super::record_error::RecordError;
use super::table::Row;
use super::{Entry, Settings};
use crate::model::records::{MinuteBlock, Provider};
use crate::model::{EntryId, Records, Skip, Tally};

/// Reads `calories_in_heart_rate_zone_DATE.csv`: kilocalories with the basal rate, UTC.
pub fn read_zone_calories(
    entry: &Entry<'_>,
    _: &Settings,
    records: &mut Records,
    tally: &mut Tally,
) {
    let blocks = read(entry, &CALORIES, "kcal", tally);
    records.calories_utc.extend(own_table(entry, blocks));
}

/// Reads `active_minutes_DATE.csv`: a flag for one of three levels, UTC.
pub fn read_active_minutes(
    entry: &Entry<'_>,
    _: &Settings,
    records: &mut Records,
    tally: &mut Tally,
) {
    const FLAGS: [(&str, u32); 3] = [("light", 1), ("moderate", 2), ("very", 3)];
    let needed = ["timestamp", "light", "moderate", "very"];
    let blocks = minutes_of(entry, tally, &needed, |row| {
        let mut level = 0;
        for (column, number) in FLAGS {
            match row.number(column)? {
                None | Some(0.0) => {}
                Some(1.0) => level = number,
                Some(other) => {
                    return Err(RecordError::value(column, &other.to_string(), "0 or 1"));
                }
            }
        }
        Ok(Some(level))
    });
    records.levels.extend(blocks);
}

/// Reads `activity_level_DATE.csv`: the word for a level, UTC.
pub fn read_activity_level(
    entry: &Entry<'_>,
    _: &Settings,
    records: &mut Records,
    tally: &mut Tally,
) {
    const WORDS: [(&str, u32); 4] = [
        ("SEDENTARY", 0),
        ("LIGHTLY_ACTIVE", 1),
        ("MODERATELY_ACTIVE", 2),
        ("VERY_ACTIVE", 3),
    ];
    let blocks = minutes_of(entry, tally, &["timestamp", "level"], |row| {
        let Some(text) = row.get("level").filter(|t| !t.ends_with("UNSPECIFIED")) else {
            return Ok(None);
        };
        let known = WORDS
            .iter()
            .find(|(word, _)| text.eq_ignore_ascii_case(word));
        let expected = "SEDENTARY, LIGHTLY_ACTIVE, MODERATELY_ACTIVE or VERY_ACTIVE";
        let bad = || RecordError::value("level", &format!("{text:?}"), expected);
        known.map(|(_, level)| Some(*level)).ok_or_else(bad)
    });
    records.levels.extend(own_table(entry, blocks));
}

/// Keeps a table that tells the minutes of another one apart from it, where both name their source.
fn own_table(entry: &Entry<'_>, mut blocks: Vec<MinuteBlock>) -> Vec<MinuteBlock> {
    let table = entry.name.stem();
    for block in blocks.iter_mut().filter(|b| *b.provider.name != *table) {
        block.provider.name = format!("{} ({table})", block.provider.name).into();
    }
    blocks
}

/// Reads a table with one number a minute.
pub fn read(
    entry: &Entry<'_>,
    stream: &Stream,
    column: &str,
    tally: &mut Tally,
) -> Vec<MinuteBlock> {
    let mut fast = Rows::new(entry.id);
    let exact = each_exact(entry, tally, column, |row, provider| {
        let value = stream.scale(row.number).ok_or(LayoutMismatch)?;
        let is_new = fast.add((row.date.0, row.second), value, provider);
        Ok((!is_new).then_some(Skip::Duplicate))
    });
    if exact.is_ok() {
        return fast.minutes.blocks;
    }
    minutes_of(entry, tally, &["timestamp", column], |row| {
        let Some(number) = row.number(column)? else {
            return Ok(None);
        };
        let bad = || RecordError::value(column, &number.to_string(), stream.expected);
        stream.scale(number).map(Some).ok_or_else(bad)
    })
}

/// Reads a table of UTC minutes; a row without a value is a sentinel.
fn minutes_of(
    entry: &Entry<'_>,
    tally: &mut Tally,
    needed: &[&str],
    value: impl Fn(&Row<'_>) -> Result<Option<u32>, RecordError>,
) -> Vec<MinuteBlock> {
    let mut rows = Rows::new(entry.id);
    each_sourced(entry, tally, needed, |row| {
        let at = row.iso("timestamp")?.utc();
        let value = value(&row)?.ok_or(Skip::Sentinel)?;
        if rows.add((at.utc_day(), at.second_of_day()), value, &row.provider) {
            Ok(())
        } else {
            Err(Skip::Duplicate.into())
        }
    });
    rows.minutes.blocks
}

/// The minutes of a table, and the last row of each source.
struct Rows {
    minutes: Minutes,
    latest: Vec<(Provider, (i32, u32), u32)>,
}

impl Rows {
    fn new(entry: EntryId) -> Self {
        Self {
            minutes: Minutes::new(entry),
            latest: Vec::new(),
        }
    }

    /// Adds a row to its minute, but for one that repeats the row of its source before: then the answer
    /// is `false`.
    fn add(&mut self, at: (i32, u32), value: u32, provider: &Provider) -> bool {
        match self.latest.iter_mut().find(|(p, ..)| p == provider) {
            Some((_, last, same)) if (*last, *same) == (at, value) => return false,
            Some((_, last, same)) => (*last, *same) = (at, value),
            None => self.latest.push((provider.clone(), at, value)),
        }
        self.minutes.add(at, value, provider);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::fitbit::minutes::STEPS;
    use crate::fitbit::testing::read_as;
    use crate::model::Reject;

    #[test]
    fn devices_of_a_csv_are_never_summed() {
        let text = "timestamp,steps,data source\n2026-05-01T10:00:00Z,20,Charge 5\n2026-05-01T10:00:07.008Z,23,MobileTrack\n2026-05-01T10:00:30Z,4,Charge 5\n";
        let entry = Entry::new(
            EntryId(0),
            Name::new("steps_2026-05-01.csv"),
            text.as_bytes(),
        );
        let blocks = read(&entry, &STEPS, "steps", &mut Tally::default());
        let mut sums: Vec<_> = blocks
            .iter()
            .map(|b| {
                (
                    b.provider.name.to_string(),
                    b.values.rows().map(|r| r.1).sum::<u32>(),
                )
            })
            .collect();
        sums.sort();
        assert_eq!(
            sums,
            [("Charge 5".to_owned(), 24), ("MobileTrack".to_owned(), 23)]
        );
    }

    fn rows(blocks: &[MinuteBlock]) -> Vec<(usize, u32)> {
        blocks.iter().flat_map(|b| b.values.rows()).collect()
    }

    #[test]
    fn a_row_of_a_long_walk_keeps_its_steps_and_a_fraction_is_no_count() {
        let text = "timestamp,steps\n2026-05-01T10:00:00Z,2410\n2026-05-01T11:00:00Z,51.0\n2026-05-01T12:00:00Z,11.204\n2026-05-01T13:00:00Z,9e9\n";
        let (records, tally) = read_as("steps_2026-05-01.csv", text);
        assert_eq!(rows(&records.steps), [(600, 2410), (660, 51)]);
        assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&2));
    }

    #[test]
    fn levels_come_as_flags_and_as_words() {
        let flags = "timestamp,light,moderate,very\n2024-09-24T14:00:00Z,1,0,0\n2024-09-24T14:01:00Z,0,0,1\n2024-09-24T14:02:00Z,0,0,0\n2024-09-24T14:03:00Z,0,2,0\n";
        let words = "timestamp,level\n2024-09-24T14:00:00Z,LIGHTLY_ACTIVE\n2024-09-24T14:01:00Z,VERY_ACTIVE\n2024-09-24T14:02:00Z,SEDENTARY\n2024-09-24T14:03:00Z,FLYING\n";
        for (name, text) in [("active_minutes.csv", flags), ("activity_level.csv", words)] {
            let (records, tally) = read_as(name, text);
            assert_eq!(rows(&records.levels), [(840, 1), (841, 3), (842, 0)]);
            assert_eq!(tally.rejected_total(), 1);
        }
    }

    #[test]
    fn the_calories_of_zones_are_a_table_of_their_own() {
        let text = "timestamp,heart rate zone type,kcal,data source\n2026-05-01T10:00:00Z,LIGHT,1.25,Fitbit App\n";
        let name = "calories_in_heart_rate_zone_2026-05-01.csv";
        let (records, _) = read_as(name, text);
        let told: Vec<_> = records
            .calories_utc
            .iter()
            .map(|b| &*b.provider.name)
            .collect();
        assert_eq!(told, ["Fitbit App (calories_in_heart_rate_zone)"]);
        assert_eq!(rows(&records.calories_utc), [(600, 12_500)]);
    }
}
