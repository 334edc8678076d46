//! The sections of the monthly CSV as tables: names, headers, rows and their numbers.
//!
//! Knows how the file is cut and how a cell writes a number; what a section means is the reader's
//! knowledge.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::Entry;
use super::json::{Bad, decimal};
use super::table::columns;
use crate::model::Reject;

/// A section of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Weights.
    Body,
    /// What was eaten, by day or by food; no output has a place for it.
    Foods,
    /// Totals of days.
    Activities,
    /// Sleep logs.
    Sleep,
}

/// One row with its header.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    header: &'a [String],
    cells: &'a StringRecord,
}

impl<'a> Line<'a> {
    /// Returns a cell by the lower-case name of its column; `None` where it is missing, empty or
    /// `N/A`.
    #[must_use]
    pub fn get(self, column: &str) -> Option<&'a str> {
        let at = self.header.iter().position(|h| h == column)?;
        let cell = self.cells.get(at)?;
        (!cell.is_empty() && !cell.eq_ignore_ascii_case("n/a")).then_some(cell)
    }

    /// Returns a cell that the row needs.
    ///
    /// # Errors
    /// [`Bad`] when there is none.
    pub fn need(self, column: &str) -> Result<&'a str, Bad> {
        self.get(column).ok_or_else(|| Bad::missing(column))
    }

    /// Returns the number in a cell; `Ok(None)` where there is none.
    ///
    /// # Errors
    /// [`Bad`] when something else stands there.
    pub fn number(self, column: &str) -> Result<Option<f64>, Bad> {
        let bad = |cell| Bad::value(column, &format!("{cell:?}"), "a number such as 1,234.5");
        self.get(column)
            .map(|cell| number(cell).ok_or_else(|| bad(cell)))
            .transpose()
    }
}

/// A number whose thousands may be set apart by commas. A comma elsewhere is refused: 8,1 would be
/// a decimal in one locale and a slip in another.
fn number(cell: &str) -> Option<f64> {
    if !cell.contains(',') {
        return decimal(cell);
    }
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, "0"));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next()?;
    let sound = (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3);
    let digits = whole.replace(',', "");
    sound.then(|| decimal(&format!("{digits}.{fraction}")))?
}

/// Walks the rows of all sections: `f` gets the section, the line number and the row. Nothing is
/// kept, for a file may hold very many rows.
///
/// # Errors
/// [`Bad`] when it is no CSV, does not begin with a section or has a header without end.
pub fn each_line(
    entry: &Entry<'_>,
    text: &str,
    mut f: impl FnMut(Section, u32, Line<'_>),
) -> Result<(), Bad> {
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut cells = StringRecord::new();
    let mut inside: Option<(Section, Vec<String>)> = None;
    while !entry.is_stopped() {
        let more = rows.read_record(&mut cells);
        if !more.map_err(|e| syntax(&format!("not a CSV table: {e}")))? {
            return Ok(());
        }
        if let Some(section) = heading(&cells) {
            inside = Some((section, Vec::new()));
            continue;
        }
        let Some((section, header)) = &mut inside else {
            return Err(syntax("the first line names no section"));
        };
        if header.is_empty() {
            columns(cells.len())?;
            *header = cells.iter().map(str::to_lowercase).collect();
            continue;
        }
        let line = cells.position().map_or(0, csv::Position::line);
        let row = Line {
            header,
            cells: &cells,
        };
        f(*section, u32::try_from(line).unwrap_or(u32::MAX), row);
    }
    Ok(())
}

fn syntax(what: &str) -> Bad {
    let expected = "the sections Body, Foods, Activities or Sleep as fitbit.com writes them";
    Bad::new(Reject::Syntax, what, expected)
}

/// The section that a line names, if it is a heading: a name with nothing behind it but commas.
fn heading(row: &StringRecord) -> Option<Section> {
    if row.iter().skip(1).any(|cell| !cell.is_empty()) {
        return None;
    }
    let name = row.get(0)?.to_lowercase();
    match name.as_str() {
        "body" => Some(Section::Body),
        "foods" => Some(Section::Foods),
        "activities" => Some(Section::Activities),
        "sleep" => Some(Section::Sleep),
        _ => name.starts_with("food log").then_some(Section::Foods),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::EntryId;

    #[test]
    fn commas_set_thousands_apart_and_nothing_else() {
        assert_eq!(number("1,234"), Some(1234.0));
        assert_eq!(number("12,345,678.9"), Some(12_345_678.9));
        assert_eq!(number("-1,234.5"), Some(-1234.5));
        assert_eq!(number("80.5"), Some(80.5));
        for bad in [
            "8,1",
            "1,23,456",
            ",123",
            "1234,567",
            "1,234,",
            "abc",
            "1,abc",
            "1,234.5,6",
        ] {
            assert_eq!(number(bad), None, "{bad}");
        }
    }

    #[test]
    fn headings_may_have_commas_behind_them() {
        let text = "Body,,,\nDate,Weight\n\"2021-08-01\",\"80.5\"\n\nFood Log 20210801\nDaily Totals\n\"\",\"Calories\",\"0\"\n";
        let entry = Entry::new(EntryId(0), Name::new("x.csv"), &[]);
        let mut found = Vec::new();
        let walked = each_line(&entry, text, |section, number, line| {
            found.push((section, number, line.get("weight").map(str::to_owned)));
        });
        assert!(walked.is_ok());
        let weight = Some("80.5".to_owned());
        assert_eq!(
            found,
            [(Section::Body, 3, weight), (Section::Foods, 7, None)]
        );
        assert!(each_line(&entry, "Date,Weight\n1,2\n", |_, _, _| {}).is_err());
        let flood = format!("Body\n{}\n1\n", "a,".repeat(2000));
        assert!(each_line(&entry, &flood, |_, _, _| {}).is_err());
    }
}
