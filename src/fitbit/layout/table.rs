//! The exact layout of a table with one number a row: `timestamp`, its column, since 2026 `data source`.
//!
//! As with the JSON, every byte is compared or checked, and a text that departs from the layout (quotes,
//! an empty cell, other columns, an offset, white space) is read row by row by the CSV reader, which
//! gives the same records and the findings.

use super::{LayoutMismatch, decimal, digit, second_of_day, skip};
use crate::model::{Instant, LocalDate};

/// Length of a date with the `T` behind it.
const DATE: usize = 11;
/// Length of a stamp up to its second.
const STAMP: usize = DATE + 8;

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableRow<'a> {
    /// The UTC date.
    pub date: LocalDate,
    /// Seconds since its midnight; a fraction is left off.
    pub second: u32,
    /// The number, in the unit of the table.
    pub number: f64,
    /// The cell of `data source`, where the table has that column.
    pub source: Option<&'a str>,
}

impl TableRow<'_> {
    /// Returns the second of the stamp.
    #[must_use]
    pub fn at(&self) -> Instant {
        Instant(self.date.midnight().0 + i64::from(self.second))
    }
}

/// Scans a whole table; `column` is the name of the number's column as it is written.
///
/// # Errors
/// [`LayoutMismatch`] at the first byte that is not as expected; what `each` got until then is void.
pub fn table<'a>(
    bytes: &'a [u8],
    column: &str,
    mut each: impl FnMut(TableRow<'a>) -> Result<(), LayoutMismatch>,
) -> Result<(), LayoutMismatch> {
    let rest = skip(bytes, b"timestamp,")?;
    let rest = rest.strip_prefix(column.as_bytes()).ok_or(LayoutMismatch)?;
    let named = rest.strip_prefix(b",data source");
    let mut rest = end_of_line(named.unwrap_or(rest))?;
    let (mut dates, mut sources) = (Dates::default(), Sources::default());
    while let Some((stamp, after)) = rest.split_first_chunk::<STAMP>() {
        let (date, second) = dates.stamp(stamp)?;
        let (number, after) = decimal(skip(zulu(after)?, b",")?)?;
        let (source, after) = match named {
            Some(_) => sources
                .take(skip(after, b",")?)
                .map(|(s, r)| (Some(s), r))?,
            None => (None, after),
        };
        each(TableRow {
            date,
            second,
            number,
            source,
        })?;
        rest = end_of_line(after)?;
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(LayoutMismatch)
    }
}

/// Drops a line feed; the last line may lack it.
fn end_of_line(bytes: &[u8]) -> Result<&[u8], LayoutMismatch> {
    match bytes.split_first() {
        Some((b'\n', rest)) => Ok(rest),
        None => Ok(bytes),
        Some(_) => Err(LayoutMismatch),
    }
}

/// Drops the fraction of a second, if there is one, and the `Z`.
fn zulu(bytes: &[u8]) -> Result<&[u8], LayoutMismatch> {
    let Some(fraction) = bytes.strip_prefix(b".") else {
        return skip(bytes, b"Z");
    };
    let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
    match fraction.split_at_checked(digits) {
        Some((_, rest)) if digits > 0 => skip(rest, b"Z"),
        _ => Err(LayoutMismatch),
    }
}

/// Reads stamps, remembering the last date.
#[derive(Default)]
struct Dates {
    text: [u8; DATE],
    date: LocalDate,
}

impl Dates {
    #[inline(always)]
    fn stamp(&mut self, stamp: &[u8; STAMP]) -> Result<(LocalDate, u32), LayoutMismatch> {
        let (date, clock) = stamp.split_first_chunk::<DATE>().ok_or(LayoutMismatch)?;
        if *date != self.text {
            self.turn(date)?;
        }
        let clock = clock.first_chunk::<8>().ok_or(LayoutMismatch)?;
        Ok((self.date, second_of_day(*clock).ok_or(LayoutMismatch)?))
    }

    /// Takes on another date.
    #[cold]
    fn turn(&mut self, text: &[u8; DATE]) -> Result<(), LayoutMismatch> {
        let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T'] = text else {
            return Err(LayoutMismatch);
        };
        let number = |digits: &[u8]| {
            let more = |sum: u32, &byte: &u8| Ok(sum * 10 + digit(byte)?);
            digits.iter().try_fold(0, more)
        };
        let year = i32::try_from(number(&[y0, y1, y2, y3])?).map_err(|_| LayoutMismatch)?;
        let date = LocalDate::from_ymd(year, number(&[m0, m1])?, number(&[d0, d1])?);
        self.date = date.ok_or(LayoutMismatch)?;
        self.text = *text;
        Ok(())
    }
}

/// Reads the cell of `data source`, remembering the last one.
#[derive(Default)]
struct Sources<'a>(&'a str);

impl<'a> Sources<'a> {
    #[inline(always)]
    fn take(&mut self, bytes: &'a [u8]) -> Result<(&'a str, &'a [u8]), LayoutMismatch> {
        let known = bytes.strip_prefix(self.0.as_bytes());
        match known {
            Some(rest @ ([] | [b'\n', ..])) if !self.0.is_empty() => Ok((self.0, rest)),
            _ => self.turn(bytes),
        }
    }

    /// Takes on another source.
    #[cold]
    fn turn(&mut self, bytes: &'a [u8]) -> Result<(&'a str, &'a [u8]), LayoutMismatch> {
        let end = bytes.iter().position(|&b| b == b'\n');
        let (cell, rest) = bytes
            .split_at_checked(end.unwrap_or(bytes.len()))
            .ok_or(LayoutMismatch)?;
        let name = std::str::from_utf8(cell).map_err(|_| LayoutMismatch)?;
        let is_plain = !name.contains([',', '"', '\r', '\0']) && name.trim() == name;
        if name.is_empty() || name == "null" || !is_plain {
            return Err(LayoutMismatch);
        }
        self.0 = name;
        Ok((name, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (String, f64, Option<String>);

    fn rows(text: &str) -> Result<Vec<Told>, LayoutMismatch> {
        let mut all = Vec::new();
        table(text.as_bytes(), "steps", |r| {
            let at = r.date.midnight().plus(i64::from(r.second)).to_string();
            all.push((at, r.number, r.source.map(str::to_owned)));
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn the_layout_is_read_with_and_without_a_source() {
        let text = "timestamp,steps\n2024-05-01T07:00:07Z,72.5\n2024-05-02T00:00:00.096Z,0";
        let first = ("2024-05-01T07:00:07".to_owned(), 72.5, None);
        let second = ("2024-05-02T00:00:00".to_owned(), 0.0, None);
        assert_eq!(rows(text), Ok(vec![first, second]));
        let text = "timestamp,steps,data source\n2024-05-01T07:00:07Z,1,Inspire\n\
            2024-05-01T07:00:08Z,2,Inspire 3\n2024-05-01T07:00:09Z,3,Inspire\n";
        let sources: Vec<_> = rows(text).unwrap_or_default();
        let sources: Vec<_> = sources.iter().filter_map(|r| r.2.as_deref()).collect();
        assert_eq!(sources, ["Inspire", "Inspire 3", "Inspire"]);
        assert_eq!(rows("timestamp,steps\n"), Ok(Vec::new()));
    }

    #[test]
    fn any_other_text_departs() {
        let text =
            "timestamp,steps,data source\n2024-05-01T07:00:07Z,7,A\n2024-05-01T07:00:08Z,8,A\n";
        assert!(rows(text).is_ok_and(|all| all.len() == 2));
        for i in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes.splice(i..=i, *b"\"");
            assert_eq!(
                table(&bytes, "steps", |_| Ok(())),
                Err(LayoutMismatch),
                "byte {i}"
            );
        }
        let odd = [
            "\u{feff}timestamp,steps\n",
            "timestamp,steps\n\n",
            "timestamp,steps\r\n",
            "timestamp,steps\n2024-05-01T07:00:07Z,\n",
            "timestamp,steps\n2024-05-01T07:00:07,7\n",
            "timestamp,steps\n2024-05-01T07:00:07+02:00,7\n",
            "timestamp,steps\n2024-05-01T07:00:07.Z,7\n",
            "timestamp,steps\n2024-02-30T07:00:07Z,7\n",
            "timestamp,steps\n2024-05-01T07:00:07Z,-7\n",
            "timestamp,steps\n2024-05-01T07:00:07Z,7,A\n",
            "timestamp,steps,data source\n2024-05-01T07:00:07Z,7\n",
            "timestamp,steps,data source\n2024-05-01T07:00:07Z,7,\n",
            "timestamp,steps,data source\n2024-05-01T07:00:07Z,7,null\n",
            "timestamp,steps,data source\n2024-05-01T07:00:07Z,7, A\n",
            "timestamp,steps,data source\n2024-05-01T07:00:07Z,7,A,B\n",
            "timestamp,floors\n",
        ];
        for text in odd {
            assert_eq!(rows(text), Err(LayoutMismatch), "{text:?}");
        }
    }
}
