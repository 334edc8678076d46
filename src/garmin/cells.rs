//! Cells: numbers as the text of our CSV files.
//!
//! Fixed decimals, `.` as decimal point, no thousands separator, nothing of a locale. No foreign
//! text ever comes here: every cell is a number, a date or a word of ours, so that no cell can be
//! taken for a formula.

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

/// Returns a count; empty when unknown.
pub(super) fn count(value: Option<u32>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

/// Returns a number rounded half away from zero to a whole one, at least 0; empty when unknown.
pub(super) fn whole(value: Option<f64>) -> String {
    let value = value.filter(|v| v.is_finite());
    let text = value.map(|v| format!("{:.0}", v.max(0.0).round()));
    text.unwrap_or_default()
}

/// Appends a row in which every cell stands in double quotes, as Fitbit wrote them.
pub(super) fn quoted_row(text: &mut String, cells: &[String]) {
    text.push('"');
    text.push_str(&cells.join("\",\""));
    text.push_str("\"\n");
}

/// Appends a plain row.
pub(super) fn row(text: &mut String, cells: &[String]) {
    text.push_str(&cells.join(","));
    text.push('\n');
}

/// Starts a text in `buffer`, whose contents are dropped and whose memory is reused.
pub(super) fn start(mut buffer: Vec<u8>, head: &str) -> String {
    buffer.clear();
    let mut text = String::from_utf8(buffer).unwrap_or_default();
    text.push_str(head);
    text
}

/// Returns the finished file with a row for each of the dates, or `None` when no row was written.
pub(super) fn finish(text: String, dates: impl Iterator<Item = LocalDate>) -> Option<Rendered> {
    let mut records = 0;
    let span = dates.fold(None, |span: Option<(LocalDate, LocalDate)>, date| {
        records += 1;
        Some(span.map_or((date, date), |(a, z)| (a.min(date), z.max(date))))
    });
    span.map(|(first, last)| Rendered {
        bytes: text.into_bytes(),
        records,
        first: first.to_string(),
        last: last.to_string(),
        remarks: Vec::new(),
    })
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
