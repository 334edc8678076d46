//! CSV rows that are one reading each: its source, when, and how much.
//!
//! The common part of the tables below the folders of Takeout and of GoogleData: rows from Garmin
//! (which must not go back) are skipped, the source is named and ranked by `data source`, stamps keep the
//! axis they are written on. Rows of several devices stand interleaved and repeat each other; they are
//! never summed. Knows no Fitbit type; the rows of `sources.rs` say which columns count and what means "no
//! measurement".

use std::sync::Arc;

use super::Entry;
use super::layout::{NumberRow, table};
use super::name::Name;
use super::record_error::RecordError;
use super::table::{Row, each_row};
use crate::model::records::{DeviceBlock, Provider, Rank, Reading, Stamp};
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

/// Most sources that one table names; real ones name up to six.
pub const MOST_SOURCES: usize = 64;

/// The sources that a table has named so far: each name is kept and ranked once.
#[derive(Debug, Default)]
pub struct Sources(Vec<Provider>);

impl Sources {
    /// Returns the provider of a row. Where it names none (all exports before 2026) the table
    /// itself is the source, so that two tables that tell the same values are never added up.
    pub fn provider(
        &mut self,
        source: Option<&str>,
        table: &Name<'_>,
    ) -> Result<Provider, RecordError> {
        let name = source.unwrap_or_else(|| table.stem());
        if let Some(known) = self.0.iter().find(|p| *p.name == *name) {
            return Ok(known.clone());
        }
        if self.0.len() == MOST_SOURCES {
            let expected = "one of at most 64 sources in a file";
            return Err(RecordError::value("data source", name, expected));
        }
        let fresh = Provider {
            rank: match source {
                None if table.is_title() => Rank::Takeout,
                None => Rank::Device,
                Some(name) => rank(name),
            },
            name: Arc::from(name),
        };
        self.0.push(fresh.clone());
        Ok(fresh)
    }
}

/// Tells whether a row was brought in from Garmin Connect.
pub fn is_garmin(source: Option<&str>) -> bool {
    let brand = |w: &[u8]| w.eq_ignore_ascii_case(b"garmin");
    source.is_some_and(|s| s.as_bytes().windows(6).any(brand))
}

/// Fitbit devices before apps before the phone before everybody else.
fn rank(name: &str) -> Rank {
    let lower = name.to_ascii_lowercase();
    let is_other = |word| lower.ends_with(word);
    match lower.as_str() {
        _ if ["health connect", "health kit"].into_iter().any(is_other) => Rank::Foreign,
        name if name.contains("3p web api") => Rank::Foreign,
        "mobiletrack" => Rank::Phone,
        name if name.ends_with(" app") => Rank::App,
        _ => Rank::Device,
    }
}

#[cfg(test)]
mod tests;
