//! The sections of the monthly CSV as tables: names, headers, rows and their numbers.
//!
//! Knows how the file is cut and how a cell writes a number; what a section means is the reader's
//! knowledge.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::Entry;
use super::json::decimal;
use super::record_error::{OrError as _, RecordError, shorten};
use super::table::{columns, line_of};
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
    style: Style,
}

/// How the file writes its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// `1,234.5`, as the file that is documented.
    #[default]
    Point,
    /// `1.234,5`, as many locales of Europe.
    Comma,
}

impl<'a> Line<'a> {
    /// Returns a cell by the lower-case name of its column; `None` where it is missing, empty or
    /// `N/A`.
    pub fn get(self, column: &str) -> Option<&'a str> {
        let at = self.header.iter().position(|h| h == column)?;
        let cell = self.cells.get(at)?;
        (!cell.is_empty() && !is_none(cell)).then_some(cell)
    }

    /// Returns a cell that the row needs.
    pub fn need(self, column: &str) -> Result<&'a str, RecordError> {
        self.get(column).or_missing(column)
    }

    /// Returns the number in a cell; `Ok(None)` where there is none.
    pub fn number(self, column: &str) -> Result<Option<f64>, RecordError> {
        let expected = match self.style {
            Style::Point => "a number such as 1,234.5",
            Style::Comma => "a number such as 1.234,5, as in the rest of the file",
        };
        let read = |cell| number(cell, self.style).or_text(column, cell, expected);
        self.get(column).map(read).transpose()
    }

    /// Returns the whole number in a cell; `Ok(None)` where there is none. A fraction is refused: its
    /// point sets thousands apart somewhere.
    pub fn count(self, column: &str) -> Result<Option<f64>, RecordError> {
        let number = self.number(column)?;
        match number.filter(|n| n.fract() != 0.0).and(self.get(column)) {
            None => Ok(number),
            Some(cell) => {
                let expected = "a whole number, or a file all of whose numbers are as 1.234,5";
                Err(RecordError::text(column, cell, expected))
            }
        }
    }

    /// Tells whether all numbers of the row can be meant in a style.
    fn is_written_in(self, style: Style, section: Section) -> bool {
        let cells = self.header.iter().zip(self.cells);
        let numbers = cells.skip(if section == Section::Sleep { 2 } else { 1 });
        let counts = section != Section::Body;
        let mut told = numbers.filter(|(_, cell)| !cell.is_empty() && !is_none(cell));
        told.all(|(column, cell)| {
            let may_have_fraction = !counts || column == "distance";
            number(cell, style).is_some_and(|n| may_have_fraction || n.fract() == 0.0)
        })
    }
}

fn is_none(cell: &str) -> bool {
    cell.eq_ignore_ascii_case("n/a")
}

/// A number whose thousands may be set apart. A separator at another place is refused: 8,1 would be
/// a decimal in one locale and a slip in another.
fn number(cell: &str, style: Style) -> Option<f64> {
    let (separator, point) = match style {
        Style::Point => (',', '.'),
        Style::Comma => ('.', ','),
    };
    let is_separator =
        |c: char| c == separator || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let (whole, fraction) = cell.split_once(point).unwrap_or((cell, "0"));
    if !whole.contains(is_separator) {
        return decimal(&cell.replace(point, "."));
    }
    let mut groups = whole.trim_start_matches('-').split(is_separator);
    let first = groups.next()?;
    let sound = (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3);
    let digits = whole.replace(is_separator, "");
    sound.then(|| decimal(&format!("{digits}.{fraction}")))?
}

/// What the rows of a file say about its style: whether one does not fit a style.
#[derive(Debug, Default)]
pub struct Styles {
    not_point: bool,
    not_comma: bool,
}

impl Styles {
    /// Takes in a row.
    pub fn see(&mut self, section: Section, line: Line<'_>) {
        if section != Section::Foods {
            self.not_point |= !line.is_written_in(Style::Point, section);
            self.not_comma |= !line.is_written_in(Style::Comma, section);
        }
    }

    /// Returns the style: that of the other locales only where it alone fits every row.
    pub fn found(&self) -> Style {
        if self.not_point && !self.not_comma {
            Style::Comma
        } else {
            Style::Point
        }
    }
}

/// Walks the rows of all sections: `f` gets the section, the line number and the row. Nothing is
/// kept, for a file may hold very many rows.
pub fn each_line(
    entry: &Entry<'_>,
    text: &str,
    style: Style,
    mut f: impl FnMut(Section, u32, Line<'_>),
) -> Result<(), RecordError> {
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
            let what = format!("the first line names no section: {:?}", first(&cells));
            return Err(syntax(&what));
        };
        if header.is_empty() {
            *header = header_of(*section, &cells)?;
            continue;
        }
        if *section != Section::Foods && is_title(&cells) {
            return Err(syntax(&format!("{:?} is no section", first(&cells))));
        }
        let row = Line {
            header,
            cells: &cells,
            style,
        };
        f(*section, line_of(&cells, text), row);
    }
    Ok(())
}

fn syntax(what: &str) -> RecordError {
    let expected = "the sections Body, Foods, Activities or Sleep with English columns; set the language to English in the settings of fitbit.com and export again";
    RecordError::new(Reject::Syntax, what, expected)
}

/// The first cell of a line, as far as a finding can carry it.
fn first(row: &StringRecord) -> String {
    shorten(row.get(0).unwrap_or_default())
}

/// The header in lower case; one without the column that every row is found by is refused.
fn header_of(section: Section, cells: &StringRecord) -> Result<Vec<String>, RecordError> {
    columns(cells.len())?;
    let header: Vec<String> = cells.iter().map(str::to_lowercase).collect();
    let needed = match section {
        Section::Body | Section::Activities => "date",
        Section::Sleep => "end time",
        Section::Foods => return Ok(header),
    };
    if header.iter().any(|h| h == needed) {
        return Ok(header);
    }
    Err(syntax(&format!("the header has no column {needed:?}")))
}

/// Tells whether a line is a heading of some kind: words with nothing behind them.
fn is_title(row: &StringRecord) -> bool {
    let word = row.get(0).unwrap_or_default();
    word.starts_with(char::is_alphabetic) && row.iter().skip(1).all(str::is_empty)
}

/// The section that a line names, if it is a heading: a name with nothing behind it but commas.
fn heading(row: &StringRecord) -> Option<Section> {
    if row.iter().skip(1).any(|cell| !cell.is_empty()) {
        return None;
    }
    match row.get(0)?.to_lowercase().as_str() {
        "body" => Some(Section::Body),
        "activities" => Some(Section::Activities),
        "sleep" => Some(Section::Sleep),
        name => (name == "foods" || name.starts_with("food log")).then_some(Section::Foods),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::EntryId;

    #[test]
    fn commas_set_thousands_apart_and_nothing_else() {
        let point = |cell| number(cell, Style::Point);
        let comma = |cell| number(cell, Style::Comma);
        assert_eq!(point("1,234"), Some(1234.0));
        assert_eq!(point("12,345,678.9"), Some(12_345_678.9));
        assert_eq!(point("-1,234.5"), Some(-1234.5));
        assert_eq!(point("80.5"), Some(80.5));
        assert_eq!(comma("1.234,5"), Some(1234.5));
        assert_eq!((comma("8,1"), comma("11.204")), (Some(8.1), Some(11_204.0)));
        assert_eq!(
            (comma("8.9"), point("11\u{202f}204")),
            (None, Some(11_204.0))
        );
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
            assert_eq!(point(bad), None, "{bad}");
        }
    }

    #[test]
    fn headings_may_have_commas_behind_them() {
        let text = "Body,,,\nDate,Weight\n\"2021-08-01\",\"80.5\"\n\nFood Log 20210801\nDaily Totals\n\"\",\"Calories\",\"0\"\n";
        let entry = Entry::new(EntryId(0), Name::new("x.csv"), &[]);
        let mut found = Vec::new();
        let walked = each_line(&entry, text, Style::Point, |section, number, line| {
            found.push((section, number, line.get("weight").map(str::to_owned)));
        });
        assert!(walked.is_ok());
        let weight = Some("80.5".to_owned());
        assert_eq!(
            found,
            [(Section::Body, 3, weight), (Section::Foods, 7, None)]
        );
        let walk = |text: &str| each_line(&entry, text, Style::Point, |_, _, _| {});
        assert!(walk("Date,Weight\n1,2\n").is_err());
        assert!(walk(&format!("Body\n{}\n1\n", "a,".repeat(2000))).is_err());
        assert!(walk("Body\nDatum,Gewicht\n2021-08-01,80\n").is_err());
        assert!(walk("Body\nDate,Weight\n2021-08-01,80\n\nAktivitäten,,\nDatum,x\n").is_err());
    }
}
