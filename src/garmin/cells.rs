//! Cells: numbers as the text of our CSV files.
//!
//! Fixed decimals, `.` as decimal point, no thousands separator, nothing of a locale. No foreign
//! text ever comes here: every cell is a number, a date or a word of ours, so that no cell can be
//! taken for a formula.

use std::borrow::Borrow;

use super::Rendered;
use crate::model::LocalDate;

/// Returns a number with at most `places` decimals and no trailing zeros; empty when unknown.
pub(super) fn decimal(value: Option<f64>, places: usize) -> String {
    let Some(value) = value.filter(|v| v.is_finite()) else {
        return String::new();
    };
    let text = format!("{value:.places$}");
    let text = match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.'),
        None => &text,
    };
    if text == "-0" { "0" } else { text }.to_owned()
}

pub(super) fn count(value: Option<u32>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

/// Returns a number rounded half away from zero to a whole one, at least 0; empty when unknown.
pub(super) fn whole(value: Option<f64>) -> String {
    let value = value.filter(|v| v.is_finite());
    let text = value.map(|v| format!("{:.0}", v.max(0.0).round()));
    text.unwrap_or_default()
}

/// A column of a table: its heading, and its cell in a row.
pub(super) type Column<'a, T> = (&'a str, &'a dyn Fn(&T) -> String);

/// Returns a table as a file, or `None` when it has no row. Each row has the date that it counts for; one
/// of which nothing is known behind the first column is left out. A table with a title is one of Garmin's
/// forms: every cell stands in double quotes, as Fitbit wrote them.
pub(super) fn table<T, R: Borrow<T>>(
    mut buffer: Vec<u8>,
    title: &str,
    columns: &[Column<'_, T>],
    rows: impl Iterator<Item = (LocalDate, R)>,
) -> Option<Rendered> {
    buffer.clear();
    let mut text = String::from_utf8(buffer).unwrap_or_default();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let (quote, line_end) = if title.is_empty() {
        ("", "")
    } else {
        ("\"", "\n")
    };
    text.extend([title, line_end, &names.join(","), "\n"]);
    let mut dates: Vec<LocalDate> = Vec::new();
    for (date, row) in rows {
        let cells: Vec<String> = columns.iter().map(|(_, cell)| cell(row.borrow())).collect();
        if cells.iter().skip(1).any(|cell| !cell.is_empty()) {
            let cells = cells.join(&format!("{quote},{quote}"));
            text.extend([quote, &cells, quote, "\n"]);
            dates.push(date);
        }
    }
    let (first, last) = (dates.iter().min()?, dates.iter().max()?);
    Some(Rendered::new(text.into_bytes(), dates.len(), first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_fixed_and_carry_no_noise() {
        let told = |v, places| decimal(Some(v), places);
        assert_eq!(told(0.1 + 0.2, 3), "0.3");
        assert_eq!(told(1200.0, 2), "1200");
        assert_eq!(told(-0.0004, 3), "0");
        assert_eq!(told(-0.25, 3), "-0.25");
        assert_eq!(told(100.0, 0), "100");
        assert_eq!(told(f64::NAN, 2), "");
        assert_eq!(decimal(None, 2), "");
    }

    #[test]
    fn whole_numbers_round_half_away_from_zero() {
        assert_eq!(whole(Some(2.5)), "3");
        assert_eq!(whole(Some(1_234_567.4)), "1234567");
        assert_eq!(whole(Some(-3.0)), "0");
        for unknown in [None, Some(f64::NAN)] {
            assert_eq!(whole(unknown), "");
        }
    }
}
