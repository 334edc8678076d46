//! CSV tables row by row, columns by name.
//!
//! Column order and extra columns vary between generations of exports, so cells are found by the
//! lower-cased header. A row that lacks a needed cell is the reader's to judge; a header that lacks
//! a needed column marks the entry. Knows no Fitbit type.

use csv::{ReaderBuilder, StringRecord};

use super::Entry;
use super::json::{Bad, decimal, text};
use crate::model::{Position, Reject, Tally};

/// Most columns of a table; real ones have up to 46.
const MOST_COLUMNS: usize = 1000;

/// One row with its columns.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a [String],
    cells: Cells<'a>,
}

/// The cells of a row, untrimmed.
#[derive(Clone, Copy, Debug)]
enum Cells<'a> {
    /// A line without quotes: its commas are the borders.
    Line(&'a str),
    /// As the CSV reader found them.
    Parsed(&'a StringRecord),
}

impl<'a> Cells<'a> {
    fn get(self, at: usize) -> Option<&'a str> {
        match self {
            Self::Line(text) => text.split(',').nth(at),
            Self::Parsed(cells) => cells.get(at),
        }
        .map(str::trim)
    }

    fn all(self) -> Vec<&'a str> {
        match self {
            Self::Line(text) => text.split(',').map(str::trim).collect(),
            Self::Parsed(cells) => cells.iter().map(str::trim).collect(),
        }
    }

    fn len(self) -> usize {
        match self {
            Self::Line(text) => text.split(',').count(),
            Self::Parsed(cells) => cells.len(),
        }
    }

    /// Everything that is in the row, with or without the commas.
    fn text(self) -> &'a str {
        match self {
            Self::Line(text) => text,
            Self::Parsed(cells) => cells.as_slice(),
        }
    }
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
    let Some(text) = text(entry, tally) else {
        return;
    };
    let mut table = Table {
        entry,
        needed,
        columns: None,
        read,
    };
    if text.contains(['"', '\r']) {
        parsed(&text, &mut table, tally);
    } else {
        lines(&text, &mut table, tally);
    }
}

/// Walks a text without quotes, whose lines are its rows: what [`parsed`] would find, for a
/// fraction of its time. Empty lines are no rows, and count with the row behind them.
fn lines<R>(text: &str, table: &mut Table<'_, R>, tally: &mut Tally)
where
    R: FnMut(u32, Row<'_>, &mut Tally) -> Result<(), Bad>,
{
    let mut line = 1;
    for (row, after) in text.split('\n').zip(2..) {
        if !row.is_empty() {
            if !table.take(line, Cells::Line(row), tally) {
                return;
            }
            line = after;
        }
    }
}

/// Walks a text that may hold quotes.
fn parsed<R>(text: &str, table: &mut Table<'_, R>, tally: &mut Tally)
where
    R: FnMut(u32, Row<'_>, &mut Tally) -> Result<(), Bad>,
{
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut cells = StringRecord::new();
    loop {
        match rows.read_record(&mut cells) {
            Ok(false) => return,
            Ok(true) => {}
            Err(e) => {
                return tally.fail(
                    table.entry.id,
                    Reject::Syntax,
                    format!("not a CSV table: {e}"),
                    "comma-separated rows",
                );
            }
        }
        let line = cells.position().map_or(0, csv::Position::line);
        if !table.take(line, Cells::Parsed(&cells), tally) {
            return;
        }
    }
}

/// A table while it is walked.
struct Table<'t, R> {
    entry: &'t Entry<'t>,
    needed: &'t [&'t str],
    /// The header, once it was met.
    columns: Option<Vec<String>>,
    read: R,
}

impl<R> Table<'_, R>
where
    R: FnMut(u32, Row<'_>, &mut Tally) -> Result<(), Bad>,
{
    /// Takes one row, the first as the header; `false` when no other is wanted.
    fn take(&mut self, line: u64, cells: Cells<'_>, tally: &mut Tally) -> bool {
        let Some(columns) = &self.columns else {
            return self.head(cells, tally);
        };
        tally.record();
        let number = u32::try_from(line).unwrap_or(u32::MAX);
        let answer = sound(cells, columns, self.needed)
            .and_then(|()| (self.read)(number, Row { columns, cells }, tally));
        if let Err(bad) = answer {
            bad.book(self.entry.id, Position::Line(line), tally);
        }
        !self.entry.is_stopped()
    }

    fn head(&mut self, cells: Cells<'_>, tally: &mut Tally) -> bool {
        if let Err(bad) = columns(cells.len()) {
            tally.fail(self.entry.id, bad.why, bad.what, bad.expected);
            return false;
        }
        let header: Vec<String> = cells.all().iter().map(|c| c.to_lowercase()).collect();
        let missing = |n: &&&str| !header.iter().any(|h| h == **n);
        if let Some(column) = self.needed.iter().find(missing) {
            tally.fail(
                self.entry.id,
                Reject::Syntax,
                format!("the header has no column {column:?}"),
                "the header as Google writes it",
            );
            return false;
        }
        self.columns = Some(header);
        true
    }
}

/// Refuses a header with more columns than can be meant: cells are found by walking over them.
///
/// # Errors
/// [`Bad`] for more than [`MOST_COLUMNS`].
pub fn columns(count: usize) -> Result<(), Bad> {
    if count <= MOST_COLUMNS {
        return Ok(());
    }
    let what = format!("the header has {count} columns");
    Err(Bad::new(Reject::Syntax, what, "at most 1000 columns"))
}

/// Refuses rows that cannot be meant: with NUL bytes, or too short for a needed column.
fn sound(cells: Cells<'_>, columns: &[String], needed: &[&str]) -> Result<(), Bad> {
    let text = cells.text();
    if text.contains('\0') {
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
        let entry = Entry::new(EntryId(0), Name::new("x.csv"), text.as_bytes());
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
    fn lines_give_what_the_csv_reader_gives() {
        let mut compared = 0;
        let parts = ["a", "1", ",", "\n", " ", "\0", "é", "2,3", "\n\n", ",\n"];
        for seed in 0..20_000u32 {
            let mut state = seed;
            let mut text = String::from("a,b\n");
            for _ in 0..seed % 12 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let pick = usize::try_from(state >> 16).unwrap_or(0) % parts.len();
                text.push_str(parts.get(pick).unwrap_or(&""));
            }
            let walk = |fast: bool| {
                let entry = Entry::new(EntryId(0), Name::new("x.csv"), &[]);
                let (mut seen, mut tally) = (Vec::new(), Tally::default());
                let mut table = Table {
                    entry: &entry,
                    needed: &["a", "b"],
                    columns: None,
                    read: |line, row: Row<'_>, _: &mut Tally| {
                        seen.push((
                            line,
                            row.get("a").map(str::to_owned),
                            row.cells.all().join("|"),
                        ));
                        Ok(())
                    },
                };
                if fast {
                    lines(&text, &mut table, &mut tally);
                } else {
                    parsed(&text, &mut table, &mut tally);
                }
                (seen, tally.records, tally.findings)
            };
            let fast = walk(true);
            compared += fast.1;
            assert_eq!(fast, walk(false), "{text:?}");
        }
        assert!(compared > 10_000, "{compared}");
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
