//! CSV tables row by row, columns by name.
//!
//! Column order and extra columns vary between generations of exports, so cells are found by the
//! lower-cased header. A row that lacks a needed cell is the reader's to judge; a header that lacks
//! a needed column marks the entry. Knows no Fitbit type.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::Entry;
use super::json::{Bad, decimal, text};
use crate::model::{Position, Reject, Tally};

/// Longest CSV row that is read, in bytes.
const LONGEST_ROW: usize = 1 << 20;

/// One row with its columns.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a [String],
    cells: &'a StringRecord,
}

impl<'a> Row<'a> {
    /// Returns the cell of a column, or `None` where it is missing, empty or the word `null`.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&'a str> {
        let at = self.columns.iter().position(|c| c == column)?;
        self.cells.get(at).filter(|c| !c.is_empty() && *c != "null")
    }

    /// Tells whether the table has a column, whatever its cell holds.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    /// Returns a cell that the row needs.
    ///
    /// # Errors
    /// [`Bad`] when it is missing or empty.
    pub fn need(&self, column: &str) -> Result<&'a str, Bad> {
        self.get(column).ok_or_else(|| Bad::missing(column))
    }

    /// Returns the number in a cell: `Ok(None)` where it is empty or `NaN`.
    ///
    /// # Errors
    /// [`Bad`] when something else stands there.
    pub fn number(&self, column: &str) -> Result<Option<f64>, Bad> {
        match self.get(column) {
            None | Some("NaN") => Ok(None),
            Some(cell) => decimal(cell)
                .map(Some)
                .ok_or_else(|| Bad::value(column, &format!("{cell:?}"), "a number")),
        }
    }
}

/// Walks the rows of a CSV entry. `needed` columns must be in the header (lower case). `read` gets
/// each row's line number and its cells; its error is reported and the walk goes on.
pub fn each_row(
    entry: &Entry<'_>,
    tally: &mut Tally,
    needed: &[&str],
    read: impl FnMut(u32, Row<'_>, &mut Tally) -> Result<(), Bad>,
) {
    if let Some(text) = text(entry, tally) {
        walk(entry, &text, tally, needed, read);
    }
}

fn walk(
    entry: &Entry<'_>,
    text: &str,
    tally: &mut Tally,
    needed: &[&str],
    mut read: impl FnMut(u32, Row<'_>, &mut Tally) -> Result<(), Bad>,
) {
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut cells = StringRecord::new();
    let mut columns: Option<Vec<String>> = None;
    loop {
        match rows.read_record(&mut cells) {
            Ok(false) => return,
            Ok(true) => {}
            Err(e) => {
                return tally.fail(
                    entry.id,
                    Reject::Syntax,
                    format!("not a CSV table: {e}"),
                    "comma-separated rows",
                );
            }
        }
        let line = cells.position().map_or(0, csv::Position::line);
        let Some(columns) = &columns else {
            let header: Vec<String> = cells.iter().map(str::to_lowercase).collect();
            if let Some(column) = needed.iter().find(|n| !header.iter().any(|h| h == *n)) {
                return tally.fail(
                    entry.id,
                    Reject::Syntax,
                    format!("the header has no column {column:?}"),
                    "the header as Google writes it",
                );
            }
            columns = Some(header);
            continue;
        };
        tally.record();
        let answer = sound(&cells, columns, needed).and_then(|()| {
            read(
                u32::try_from(line).unwrap_or(u32::MAX),
                Row {
                    columns,
                    cells: &cells,
                },
                tally,
            )
        });
        if let Err(bad) = answer {
            tally.reject(
                entry.id,
                Position::Line(line),
                bad.why,
                bad.what,
                bad.expected,
            );
        }
    }
}

/// Refuses rows that cannot be meant: too long, with NUL bytes, or too short for a needed column.
fn sound(cells: &StringRecord, columns: &[String], needed: &[&str]) -> Result<(), Bad> {
    let all = cells.as_slice();
    if all.len() > LONGEST_ROW {
        return Err(Bad::new(
            Reject::Syntax,
            format!("the row has {} bytes", all.len()),
            "a row of at most 1 MiB",
        ));
    }
    if all.contains('\0') {
        return Err(Bad::new(Reject::Syntax, "a cell holds a NUL byte", "text"));
    }
    let short = columns
        .iter()
        .skip(cells.len())
        .find(|c| needed.contains(&c.as_str()));
    match short {
        Some(column) => Err(Bad::new(
            Reject::Syntax,
            format!("the row ends before {column:?}"),
            "a cell for every column of the header",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::EntryId;

    fn cells_of(text: &str, needed: &[&str], column: &str) -> (Vec<Option<String>>, Tally) {
        let entry = Entry {
            id: EntryId(0),
            name: Name::new("x.csv"),
            bytes: text.as_bytes(),
        };
        let (mut seen, mut tally) = (Vec::new(), Tally::default());
        each_row(&entry, &mut tally, needed, |_, row, _| {
            seen.push(row.get(column).map(str::to_owned));
            Ok(())
        });
        (seen, tally)
    }

    #[test]
    fn columns_are_found_by_name_whatever_their_order() {
        let (seen, _) = cells_of("b,A\r\n1,\"x, y\"\r\n2,\r\n", &["a"], "a");
        assert_eq!(seen, [Some("x, y".to_owned()), None]);
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
