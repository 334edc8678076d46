//! CSV tables row by row, columns by name.
//!
//! Column order and extra columns vary between generations of exports, so cells are found by the
//! lower-cased header. A row that lacks a needed cell is the reader's to judge; a header that lacks
//! a needed column marks the entry. Knows no Fitbit type.

use csv::{ReaderBuilder, StringRecord};

use super::Entry;
use super::json::{decimal, text};
use super::record_error::{OrError as _, RecordError};
use super::stamp::{ISO_EXPECTED, Iso, plausible_iso};
use crate::model::records::{Origin, Stamp};
use crate::model::{Instant, Offset, Position, Reject, Tally};

/// Most columns of a table; real ones have up to 46.
const MOST_COLUMNS: usize = 1000;
/// The values by which most tables say that they have none.
pub const NONE: &[f64] = &[0.0, -1.0];
/// How the date of a placeholder row begins.
const NEVER: &str = "1970-01-01";

/// One row with its columns.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a [String],
    cells: &'a StringRecord,
    /// Where it stands.
    pub origin: Origin,
}

impl<'a> Row<'a> {
    /// Returns the cell of a column, or `None` where it is missing, empty or the word `null`.
    pub fn get(&self, column: &str) -> Option<&'a str> {
        let at = self.columns.iter().position(|c| c == column)?;
        let cell = self.cells.get(at).map(str::trim);
        cell.filter(|c| !c.is_empty() && *c != "null")
    }

    /// Tells whether the table has a column, whatever its cell holds.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    /// Returns a cell that the row needs.
    pub fn need(&self, column: &str) -> Result<&'a str, RecordError> {
        self.get(column).or_missing(column)
    }

    /// Returns the number in a cell: `Ok(None)` where it is empty or `NaN`.
    pub fn number(&self, column: &str) -> Result<Option<f64>, RecordError> {
        let cell = self.get(column).filter(|cell| *cell != "NaN");
        let number = |cell| decimal(cell).or_text(column, cell, "a number");
        cell.map(number).transpose()
    }

    /// Returns the number in a cell, but for those that mean "no measurement".
    pub fn measured(&self, column: &str, absent: &[f64]) -> Result<Option<f64>, RecordError> {
        Ok(self.number(column)?.filter(|n| !absent.contains(n)))
    }

    /// Returns the number in a cell, if it is above 0.
    pub fn positive(&self, column: &str) -> Result<Option<f64>, RecordError> {
        Ok(self.number(column)?.filter(|n| *n > 0.0))
    }

    /// Returns the number in a cell that the row needs.
    pub fn need_number(&self, column: &str) -> Result<f64, RecordError> {
        self.number(column)?.or_missing(column)
    }

    /// Returns the ISO stamp in a cell that the row needs.
    pub fn iso(&self, column: &str) -> Result<Iso, RecordError> {
        let text = self.need(column)?;
        plausible_iso(text).or_date(column, text, ISO_EXPECTED)
    }

    /// Returns the ISO stamp in a cell; `None` for the placeholder of 1970-01-01.
    pub fn iso_unless_never(&self, column: &str) -> Result<Option<Iso>, RecordError> {
        let is_never = self.need(column)?.starts_with(NEVER);
        (!is_never).then(|| self.iso(column)).transpose()
    }

    /// Returns the stamp in a cell, on the axis it is written on: with an offset it is an instant,
    /// without one the wall clock. `None` for the placeholder of 1970-01-01.
    pub fn stamp(&self, column: &str) -> Result<Option<Stamp>, RecordError> {
        let axis = |iso: Iso| iso.instant().map_or(Stamp::Local(iso.clock), Stamp::Utc);
        Ok(self.iso_unless_never(column)?.map(axis))
    }

    /// Returns the stamp in a cell of a table that was measured in sleep: in exports that do not name
    /// the source of a row, its `Z` is false and the time is local (as far as other tables of the
    /// export do not prove something else, see `validate::clocks`).
    pub fn sleep_stamp(&self, column: &str) -> Result<Option<Stamp>, RecordError> {
        Ok(match self.stamp(column)? {
            Some(Stamp::Utc(at)) if !self.has("data source") => {
                Some(Stamp::Local(at.at(Offset(0))))
            }
            other => other,
        })
    }

    /// Returns the instant in a cell that is always UTC.
    pub fn instant(&self, column: &str) -> Result<Instant, RecordError> {
        let at = self.iso(column)?.instant().filter(|t| t.is_plausible());
        at.or_date(column, self.need(column)?, ISO_EXPECTED)
    }
}

/// Walks the rows of a CSV entry. `needed` columns must be in the header (lower case). The error of
/// `read` is reported and the walk goes on.
pub fn each_row(
    entry: &Entry<'_>,
    tally: &mut Tally,
    needed: &[&str],
    mut read: impl FnMut(Row<'_>) -> Result<(), RecordError>,
) {
    let Some(text) = text(entry, tally) else {
        return;
    };
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut cells = StringRecord::new();
    let mut columns: Option<Vec<String>> = None;
    while !entry.is_stopped() {
        match rows.read_record(&mut cells) {
            Ok(false) => return,
            Ok(true) => {}
            Err(e) => {
                let what = format!("not a CSV table: {e}");
                return tally.fail(entry.id, Reject::Syntax, what, "comma-separated rows");
            }
        }
        let Some(columns) = &columns else {
            match header(&cells, needed) {
                Ok(header) => columns = Some(header),
                Err(bad) => return bad.fail(entry.id, tally),
            }
            continue;
        };
        tally.record();
        let line = line_of(&cells, &text);
        let row = Row {
            columns,
            cells: &cells,
            origin: entry.origin(line),
        };
        if let Err(bad) = sound(row, needed).and_then(|()| read(row)) {
            bad.book(entry.id, Position::Line(u64::from(line)), tally);
        }
    }
}

/// Returns the line of a row of `text`. The reader has it begin with what is left of the line before:
/// the second half of CR LF, and empty lines.
pub fn line_of(row: &StringRecord, text: &str) -> u32 {
    let (at, line) = row.position().map_or((0, 0), |p| (p.byte(), p.line()));
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    let rest = text.bytes().skip(at).take_while(|b| b"\r\n".contains(b));
    let line = line + rest.filter(|&b| b == b'\n').count() as u64;
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// The columns in lower case, of which none that is needed may be missing.
fn header(cells: &StringRecord, needed: &[&str]) -> Result<Vec<String>, RecordError> {
    columns(cells.len())?;
    let header: Vec<String> = cells.iter().map(|c| c.trim().to_lowercase()).collect();
    match needed.iter().find(|n| !header.iter().any(|h| h == **n)) {
        None => Ok(header),
        Some(column) => {
            let what = format!("the header has no column {column:?}");
            Err(syntax(what, "the header as Google writes it"))
        }
    }
}

/// Refuses a header with an implausible number of columns: cells are found by walking over them.
pub fn columns(count: usize) -> Result<(), RecordError> {
    if count <= MOST_COLUMNS {
        return Ok(());
    }
    let what = format!("the header has {count} columns");
    Err(syntax(what, "at most 1000 columns"))
}

/// Refuses damaged rows: with NUL bytes, or too short for a needed column.
fn sound(row: Row<'_>, needed: &[&str]) -> Result<(), RecordError> {
    if row.cells.as_slice().contains('\0') {
        return Err(syntax("a cell holds a NUL byte", "text"));
    }
    let mut missing = row.columns.iter().skip(row.cells.len());
    match missing.find(|c| needed.contains(&c.as_str())) {
        Some(column) => {
            let what = format!("the row ends before {column:?}");
            Err(syntax(what, "a cell for every column of the header"))
        }
        None => Ok(()),
    }
}

fn syntax(what: impl Into<String>, expected: &str) -> RecordError {
    RecordError::new(Reject::Syntax, what, expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::EntryId;

    fn cells_of(text: &str, needed: &[&str], column: &str) -> (Vec<Option<String>>, Tally) {
        let entry = Entry::new(EntryId(0), Name::new("x.csv"), text.as_bytes());
        let (mut seen, mut tally) = (Vec::new(), Tally::default());
        each_row(&entry, &mut tally, needed, |row| {
            seen.push(row.get(column).map(str::to_owned));
            Ok(())
        });
        (seen, tally)
    }

    #[test]
    fn a_finding_names_the_line_that_an_editor_shows() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "1,2", "", "", "3", "\"4\n4\",5", "6"].join(end);
            let (_, tally) = cells_of(&text, &["b"], "b");
            let places: Vec<_> = tally.findings.iter().map(|f| f.position).collect();
            assert_eq!(places, [Position::Line(5), Position::Line(8)], "{end:?}");
        }
    }

    #[test]
    fn columns_are_found_by_name_whatever_their_order() {
        let (seen, _) = cells_of("b,A\r\n1,\"x, y\"\r\n2,\r\n", &["a"], "a");
        assert_eq!(seen, [Some("x, y".to_owned()), None]);
    }

    #[test]
    fn a_flood_of_columns_marks_the_entry() {
        let table = |count: usize| format!("a{}\n{}", ",b".repeat(count - 1), "1\n".repeat(3));
        let (seen, tally) = cells_of(&table(MOST_COLUMNS), &["a"], "a");
        assert!(seen.len() == 3 && tally.error.is_none());
        let (seen, tally) = cells_of(&table(MOST_COLUMNS + 1), &["a"], "a");
        assert!(seen.is_empty() && tally.error.is_some_and(|e| e.contains("1001 columns")));
    }

    #[test]
    fn a_header_without_a_needed_column_marks_the_entry() {
        let (seen, tally) = cells_of("zeit,puls\n1,2\n", &["timestamp"], "puls");
        assert!(seen.is_empty() && tally.error.is_some_and(|e| e.contains("timestamp")));
    }

    #[test]
    fn a_line_break_in_a_cell_belongs_to_the_cell() {
        let (seen, tally) = cells_of("id,about\n7,\"a\nb\"\n", &[], "about");
        assert_eq!((seen.len(), tally.records), (1, 1));
    }

    #[test]
    fn a_header_alone_holds_no_record_and_no_fault() {
        let (seen, tally) = cells_of("timestamp,x\n", &["timestamp"], "x");
        assert!(seen.is_empty() && !tally.is_partial());
    }
}
