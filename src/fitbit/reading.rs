//! CSV rows that are one reading each: its source, when, and how much.
//!
//! The common part of the tables below the folders of Takeout and of GoogleData: rows from Garmin
//! are skipped, the source is named, stamps keep the axis they are written on. Knows no Fitbit
//! type; the rows of `sources.rs` say which columns count and what means "no measurement".

use super::Entry;
use super::layout::{NumberRow, table};
use super::provider::{Sources, is_garmin};
use super::record_error::RecordError;
use super::table::{Row, each_row};
use crate::model::records::{DeviceBlock, Provider, Reading, Stamp};
use crate::model::units::OutOfRange;
use crate::model::{EntryId, Offset, Skip, Tally};

/// Walks the rows of a table that are not Garmin's own, each with its source, see [`each_row`].
pub fn each_sourced(
    entry: &Entry<'_>,
    tally: &mut Tally,
    needed: &[&str],
    mut read: impl FnMut(Row<'_>, Provider) -> Result<(), RecordError>,
) {
    let mut sources = Sources::default();
    each_row(entry, tally, needed, |row| {
        let source = row.get("data source").or_else(|| row.get("data_source"));
        if is_garmin(source) {
            return Err(Skip::FromGarmin.into());
        }
        read(row, sources.provider(source, &entry.name)?)
    });
}

/// Walks the rows of a table in the exact layout (see [`table`]) that are not Garmin's own; a row is
/// skipped by what `read` answers. Where it is not in that layout, nothing was counted.
pub fn each_exact<'a>(
    entry: &Entry<'a>,
    tally: &mut Tally,
    column: &str,
    mut read: impl FnMut(NumberRow<'a>, &Provider) -> Option<Result<(), Skip>>,
) -> Option<()> {
    if entry.is_stopped() {
        return None;
    }
    let (mut sources, mut counted) = (Sources::default(), Tally::default());
    let mut last: Option<(Option<&str>, Provider)> = None;
    table(entry.bytes, column, |row| {
        let known = last.as_ref().filter(|(source, _)| *source == row.source);
        let provider = match known {
            Some((_, provider)) => provider,
            None if is_garmin(row.source) => return None,
            None => {
                let provider = sources.provider(row.source, &entry.name).ok()?;
                &last.insert((row.source, provider)).1
            }
        };
        if !row.at().is_plausible() {
            return None;
        }
        counted.record();
        if let Err(why) = read(row, provider)? {
            counted.skip(why, 1);
        }
        Some(())
    })?;
    tally.records += counted.records;
    for (why, count) in counted.skipped {
        tally.skip(why, count);
    }
    Some(())
}

/// Adds a row to the block of its device.
pub fn keep_by_device<T>(
    blocks: &mut Vec<DeviceBlock<T>>,
    entry: EntryId,
    provider: &Provider,
    row: T,
) {
    let mut own = blocks.iter_mut().rev().take_while(|b| b.entry == entry);
    match own.find(|b| b.provider == *provider) {
        Some(block) => block.rows.push(row),
        None => blocks.push(DeviceBlock {
            entry,
            provider: provider.clone(),
            rows: vec![row],
        }),
    }
}

/// The columns of a table of readings.
#[derive(Debug)]
pub struct Series<Q> {
    /// Column of the stamp.
    pub time: &'static str,
    /// Whether it was measured in sleep, see [`Row::sleep_stamp`].
    pub in_sleep: bool,
    /// Column of the number.
    pub value: &'static str,
    /// Numbers that mean "no measurement".
    pub absent: &'static [f64],
    pub quantity: fn(f64) -> Result<Q, OutOfRange>,
}

/// Reads a table of readings.
pub fn read_series<Q>(
    entry: &Entry<'_>,
    tally: &mut Tally,
    series: &Series<Q>,
    into: &mut Vec<DeviceBlock<Reading<Q>>>,
) {
    let before = into.len();
    let exact = each_exact(entry, tally, series.value, |row, provider| {
        if series.absent.contains(&row.number) {
            return Some(Err(Skip::Sentinel));
        }
        let at = if series.in_sleep && row.source.is_none() {
            Stamp::Local(row.at().at(Offset(0)))
        } else {
            Stamp::Utc(row.at())
        };
        let value = (series.quantity)(row.number).ok()?;
        keep_by_device(into, entry.id, provider, Reading { at, value });
        Some(Ok(()))
    });
    if exact.is_some() {
        let own = into.get_mut(before..).unwrap_or_default();
        return own.iter_mut().for_each(|block| block.rows.shrink_to_fit());
    }
    into.truncate(before);
    each_sourced(
        entry,
        tally,
        &[series.time, series.value],
        |row, provider| {
            let at = if series.in_sleep {
                row.sleep_stamp(series.time)?
            } else {
                row.stamp(series.time)?
            };
            let number = row.measured(series.value, series.absent)?;
            let (at, number) = at.zip(number).ok_or(Skip::Sentinel)?;
            let value = (series.quantity)(number)?;
            keep_by_device(into, entry.id, &provider, Reading { at, value });
            Ok(())
        },
    );
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::fitbit::provider::MOST_SOURCES;
    use crate::fitbit::table::NONE;
    use crate::fitbit::testing::{read_as, run};
    use crate::fitbit::{Name, Read, Settings};
    use crate::model::units::Percent;
    use crate::model::{Instant, Records, Reject};

    fn percent(e: &Entry<'_>, _: &Settings, r: &mut Records, t: &mut Tally) {
        let series = Series {
            time: "timestamp",
            in_sleep: false,
            value: "value",
            absent: NONE,
            quantity: Percent::new,
        };
        read_series(e, t, &series, &mut r.spo2);
    }

    #[test]
    fn the_axis_is_that_of_the_text() {
        let text = "timestamp,value\n2024-02-22T07:00:00Z,95\n2024-02-22T07:00,96.5\n";
        let (records, _) = run(percent, "x.csv", text);
        let at: Vec<_> = records.spo2[0].rows.iter().map(|r| r.at).collect();
        let noon = Instant(1_708_585_200);
        assert_eq!(
            at,
            [
                Stamp::Utc(noon),
                Stamp::Local(noon.at(crate::model::Offset(0)))
            ]
        );
    }

    /// What stands in the exact layout gives what the CSV reader gives, which reads all with quotes.
    #[test]
    fn the_exact_layout_changes_no_record_and_no_tally() {
        let tables = [
            ("heart_rate.csv", "beats per minute"),
            ("steps.csv", "steps"),
            ("calories.csv", "calories"),
            ("distance.csv", "distance"),
            ("minute spo2.csv", "value"),
            (
                "heart_rate_variability.csv",
                "root mean square of successive differences milliseconds",
            ),
        ];
        let numbers = [
            "7", "71.0", "0", "72.5", "64", "1.15", "100", "-1", "", "9e9", "300",
        ];
        let sources = [
            "Charge 5",
            "Charge",
            "MobileTrack",
            "Garmin Connect",
            "null",
            " x",
        ];
        let (mut state, mut exact) = (7u32, 0);
        let mut below = |limit: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            usize::try_from(state >> 16).unwrap_or(0) % limit
        };
        for round in 0..3_000 {
            let (name, column) = tables[round % tables.len()];
            let (named, odd) = (below(2) == 1, below(4) == 0);
            let mut text = format!(
                "timestamp,{column}{}\n",
                if named { ",data source" } else { "" }
            );
            for _ in 0..below(9) {
                let (day, second) = (1 + below(3), below(90));
                let number = numbers[below(if odd { numbers.len() } else { 7 })];
                text += &format!(
                    "2024-02-0{day}T07:0{}:{:02}Z,{number}",
                    second / 60,
                    second % 60
                );
                if named {
                    text += &format!(",{}", sources[below(if odd { sources.len() } else { 3 })]);
                }
                text.push('\n');
            }
            let quoted = text.replacen("timestamp", "\"timestamp\"", 1);
            let (fast, slow) = (read_as(name, &text), read_as(name, &quoted));
            assert_eq!(format!("{fast:?}"), format!("{slow:?}"), "{text}");
            exact += u32::from(!odd);
        }
        assert!(exact > 1_000);
    }

    #[test]
    fn a_walk_ends_when_nobody_wants_the_records() {
        use crate::fitbit::{heart_rate, monthly, tcx};
        let points = "<Trackpoint><Time>2024-05-01T07:00:00Z</Time></Trackpoint>".repeat(9);
        let track = format!("<Lap><Track>{points}</Track></Lap>");
        let tracks = format!(
            "<T><Activities><Activity><Id>2024-05-01T07:00:00Z</Id>{track}</Activity></Activities></T>"
        );
        let rows = "2024-05-01T07:00:00Z,70\n".repeat(9);
        let rows = format!("timestamp,beats per minute\n{rows}");
        let days = format!("Body\nDate,Weight\n{}", "2024-05-01,70\n".repeat(9));
        let cases: [(Read, &str, &str); 4] = [
            (
                heart_rate::read_json,
                "x.json",
                "[{}, {}, {}, {}, {}, {}, {}, {}, {}]",
            ),
            (heart_rate::read_csv, "x.csv", &rows),
            (monthly::read, "fitbit_export_20240501.csv", &days),
            (tcx::read, "5.tcx", &tracks),
        ];
        let stop = std::sync::atomic::AtomicBool::new(true);
        for (read, name, text) in cases {
            let entry = Entry::new(EntryId(0), Name::new(name), text.as_bytes());
            let count = |entry: Entry<'_>| {
                let (mut records, mut tally) = (Records::default(), Tally::default());
                read(&entry, &Settings::default(), &mut records, &mut tally);
                tally.records
            };
            assert_eq!(count(entry), 9, "{name}");
            assert!(count(entry.until(&stop)) <= 1, "{name}");
        }
    }

    #[test]
    fn a_flood_of_sources_is_rejected_and_the_first_ones_are_read() {
        let row = |n: usize| format!("2024-02-22T07:00:00Z,95,watch {n}\n");
        let rows: String = (0..100).chain([0, 1]).map(row).collect();
        let text = format!("timestamp,value,data source\n{rows}");
        let (records, tally) = run(percent, "x.csv", &text);
        let readings: usize = records.spo2.iter().map(|b| b.rows.len()).sum();
        assert_eq!(readings, MOST_SOURCES + 2);
        assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&36));
    }

    #[test]
    fn what_says_nothing_is_a_sentinel_and_what_is_wrong_is_rejected() {
        let text = "timestamp,value,data source\n\
            2024-02-22T07:00:00Z,NaN,a\n2024-02-22T07:00:00Z,,a\n2024-02-22T07:00:00Z,-1.0,a\n\
            1970-01-01T00:00:00Z,95,a\n2024-02-22T07:00:00Z,95,Garmin Connect Health Connect\n\
            2024-02-22T07:00:00Z,0x46,a\n2024-02-30T07:00:00Z,95,a\n2024-02-22T07:00:00Z,900,a\n";
        let (records, tally) = run(percent, "x.csv", text);
        assert!(records.spo2.is_empty());
        assert_eq!(tally.skipped.get(&Skip::Sentinel), Some(&4));
        assert_eq!(tally.skipped.get(&Skip::FromGarmin), Some(&1));
        assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&2));
        assert_eq!(tally.rejected.get(&Reject::BadDate), Some(&1));
    }
}
