//! The exact layouts in which Fitbit writes its largest families, scanned at memory speed: the classic
//! JSON of heart rate and minutes, and tables with one number a row (`timestamp`, its column, since 2026
//! `data source`).
//!
//! Every byte is compared with the layout or checked as a digit, so nothing is trusted: where the text
//! departs from the layout in any way (in a table: quotes, an empty cell, other columns, an offset, white
//! space), the scan answers `None`, what it handed out is void, and the reader falls back to the
//! record-by-record path of `json.rs` or `table.rs`, which gives the same records and the findings. The
//! layout of the JSON is pure ASCII, so a text that fits it is UTF-8.

use super::stamp::{iso_date, us_date};
use crate::model::{Instant, LocalDate};

/// Length of a heart-rate record of two digits, in bytes.
pub const HEART_RECORD: usize = 94;
/// Length of what all records of one date begin with: [`HEAD`], the date and a space.
const OPENING: usize = 27;
/// Length of a record up to the end of its stamp.
const STAMP: usize = OPENING + 8;
/// Length of a heart-rate record behind the heart rate.
const HEART_END: usize = 28;
/// Before the stamp of a record.
const HEAD: &[u8; 18] = b"{\n  \"dateTime\" : \"";
/// Between stamp and heart rate.
const BPM: &[u8; 29] = b"\",\n  \"value\" : {\n    \"bpm\" : ";
/// Between heart rate and confidence.
const CONFIDENCE: &[u8; 21] = b",\n    \"confidence\" : ";
/// After the confidence.
const HEART_TAIL: &[u8; 6] = b"\n  }\n}";
/// Between stamp and value of a minute.
const VALUE: &[u8; 16] = b"\",\n  \"value\" : \"";
/// After the value of a minute, its closing quote included.
const MINUTE_TAIL: &[u8; 3] = b"\"\n}";
/// Length of a date with the `T` behind it, in a table.
const DATE: usize = 11;
/// Length of a stamp up to its second, in a table.
const TABLE_STAMP: usize = DATE + 8;

/// One heart-rate record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeartRow {
    /// The date as written.
    pub date: LocalDate,
    /// Seconds since its midnight.
    pub second: u32,
    /// Heart rate, two or three digits.
    pub bpm: u32,
    /// Confidence, one digit.
    pub confidence: u32,
}

/// One record of minutes, or one row of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberRow<'a> {
    /// The date as written.
    pub date: LocalDate,
    /// Seconds since its midnight; a fraction is left off.
    pub second: u32,
    /// The number, in the unit of the file.
    pub number: f64,
    /// The cell of `data source`, in a table that has that column.
    pub source: Option<&'a str>,
}

impl NumberRow<'_> {
    /// Returns the second of the stamp, which is UTC.
    #[must_use]
    pub fn at(&self) -> Instant {
        Instant::of_day(self.date.0, self.second)
    }
}

/// Scans a whole `heart_rate-*.json`.
pub fn heart_rate(bytes: &[u8], mut each: impl FnMut(HeartRow) -> Option<()>) -> Option<()> {
    let mut dates = Dates::new(us_opening);
    array(bytes, |rest| {
        let (stamp, rest) = rest.split_first_chunk::<STAMP>()?;
        let (date, second) = dates.stamp(stamp)?;
        let (bpm, rest) = small_number(skip(rest, BPM)?)?;
        let (tail, rest) = rest.split_first_chunk::<HEART_END>()?;
        let (before, after) = tail.split_first_chunk::<21>()?;
        let (&confidence, after) = after.split_first()?;
        if before != CONFIDENCE || after != HEART_TAIL {
            return None;
        }
        each(HeartRow {
            date,
            second,
            bpm,
            confidence: digit(confidence)?,
        })?;
        Some(rest)
    })
}

/// Scans a whole file of minutes (steps, distance, calories, altitude).
pub fn minutes(bytes: &[u8], mut each: impl FnMut(NumberRow<'_>) -> Option<()>) -> Option<()> {
    let mut dates = Dates::new(us_opening);
    array(bytes, |rest| {
        let (stamp, rest) = rest.split_first_chunk::<STAMP>()?;
        let (date, second) = dates.stamp(stamp)?;
        let (number, rest) = decimal(skip(rest, VALUE)?)?;
        each(NumberRow {
            date,
            second,
            number,
            source: None,
        })?;
        skip(rest, MINUTE_TAIL)
    })
}

/// Scans a whole table; `column` is the name of the number's column as it is written.
pub fn table<'a>(
    bytes: &'a [u8],
    column: &str,
    mut each: impl FnMut(NumberRow<'a>) -> Option<()>,
) -> Option<()> {
    let rest = skip(bytes, b"timestamp,")?.strip_prefix(column.as_bytes())?;
    let named = rest.strip_prefix(b",data source");
    let mut rest = end_of_line(named.unwrap_or(rest))?;
    let (mut dates, mut sources) = (Dates::new(iso_opening), Sources::default());
    while let Some((stamp, after)) = rest.split_first_chunk::<TABLE_STAMP>() {
        let (date, second) = dates.stamp(stamp)?;
        let (number, after) = decimal(skip(zulu(after)?, b",")?)?;
        let (source, after) = match named {
            Some(_) => sources
                .take(skip(after, b",")?)
                .map(|(s, r)| (Some(s), r))?,
            None => (None, after),
        };
        each(NumberRow {
            date,
            second,
            number,
            source,
        })?;
        rest = end_of_line(after)?;
    }
    rest.is_empty().then_some(())
}

/// Walks `[`, records joined by `,`, `]` and nothing after it.
#[inline(always)]
fn array<'a>(bytes: &'a [u8], mut record: impl FnMut(&'a [u8]) -> Option<&'a [u8]>) -> Option<()> {
    let mut rest = bytes.strip_prefix(b"[")?;
    loop {
        rest = record(rest)?;
        match rest.split_first() {
            Some((b',', after)) => rest = after,
            Some((b']', [])) => return Some(()),
            _ => return None,
        }
    }
}

/// Drops a fixed text.
fn skip<'a, const N: usize>(bytes: &'a [u8], text: &[u8; N]) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    (head == text).then_some(rest)
}

/// Drops a line feed; the last line may lack it.
fn end_of_line(bytes: &[u8]) -> Option<&[u8]> {
    match bytes.split_first() {
        Some((b'\n', rest)) => Some(rest),
        None => Some(bytes),
        Some(_) => None,
    }
}

/// Drops the fraction of a second, if there is one, and the `Z`.
fn zulu(bytes: &[u8]) -> Option<&[u8]> {
    let Some(fraction) = bytes.strip_prefix(b".") else {
        return skip(bytes, b"Z");
    };
    let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
    let (_, rest) = fraction.split_at_checked(digits).filter(|_| digits > 0)?;
    skip(rest, b"Z")
}

fn digit(byte: u8) -> Option<u32> {
    let value = byte.wrapping_sub(b'0');
    (value < 10).then_some(u32::from(value))
}

/// A number of two or three digits without a leading zero.
fn small_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (&[a, b], rest) = bytes.split_first_chunk::<2>()?;
    let two = digit(a)? * 10 + digit(b)?;
    let (value, rest) = match rest.split_first() {
        Some((&c, after)) if c.is_ascii_digit() => (two * 10 + u32::from(c - b'0'), after),
        _ => (two, rest),
    };
    (a != b'0').then_some((value, rest))
}

/// The powers of ten that a decimal is divided by, all of them exact.
const POWERS: [f64; 13] = [
    1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
];

/// A plain decimal of at most twelve digits, and what stands behind it.
#[inline(always)]
fn decimal(bytes: &[u8]) -> Option<(f64, &[u8])> {
    let mut rest = bytes;
    let (mut value, mut count, mut decimals) = (0u64, 0u32, None::<usize>);
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'0'..=b'9' => {
                value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                count += 1;
                decimals = decimals.map(|d| d + 1);
            }
            b'.' if decimals.is_none() && count > 0 => decimals = Some(0),
            _ => break,
        }
        rest = after;
    }
    if !(1..=12).contains(&count) || decimals == Some(0) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most twelve digits")]
    let number = value as f64;
    Some((number / POWERS.get(decimals.unwrap_or(0))?, rest))
}

/// Reads stamps, remembering the last date: a file holds few dates and many stamps, so that all
/// before the time of day is one comparison with the record before.
struct Dates<const N: usize> {
    opening: [u8; N],
    date: LocalDate,
    read: fn(&[u8; N]) -> Option<LocalDate>,
}

impl<const N: usize> Dates<N> {
    fn new(read: fn(&[u8; N]) -> Option<LocalDate>) -> Self {
        let date = LocalDate::default();
        Self {
            opening: [0; N],
            date,
            read,
        }
    }

    /// Returns date and second of the day of a stamp with its opening.
    #[inline(always)]
    fn stamp<const S: usize>(&mut self, text: &[u8; S]) -> Option<(LocalDate, u32)> {
        let (opening, clock) = text.split_first_chunk::<N>()?;
        if *opening != self.opening {
            self.turn(opening)?;
        }
        Some((self.date, second_of_day(*clock.first_chunk::<8>()?)?))
    }

    /// Takes on another date.
    #[cold]
    fn turn(&mut self, opening: &[u8; N]) -> Option<()> {
        self.date = (self.read)(opening)?;
        self.opening = *opening;
        Some(())
    }
}

/// The date in the opening of a record of JSON.
fn us_opening(opening: &[u8; OPENING]) -> Option<LocalDate> {
    let (date, rest) = skip(opening, HEAD)?.split_first_chunk::<8>()?;
    us_date(date).filter(|_| rest == b" ")
}

/// The date in the opening of a row of a table.
fn iso_opening(text: &[u8; DATE]) -> Option<LocalDate> {
    let (date, rest) = text.split_first_chunk::<10>()?;
    iso_date(std::str::from_utf8(date).ok()?).filter(|_| rest == b"T")
}

/// `HH:mm:ss` as seconds since midnight, all eight bytes at once.
///
/// Xor with `00:00:00` leaves 0 to 9 at the digits and 0 at the colons; adding 0x76 to a byte sets
/// its high bit from 10 on.
#[inline(always)]
fn second_of_day(text: [u8; 8]) -> Option<u32> {
    let digits = u64::from_le_bytes(text) ^ u64::from_le_bytes(*b"00:00:00");
    let high = 0x8080_8080_8080_8080;
    let carried =
        (digits & !high) + u64::from_le_bytes([0x76, 0x76, 0x7F, 0x76, 0x76, 0x7F, 0x76, 0x76]);
    if (digits | carried) & high != 0 {
        return None;
    }
    let [h0, h1, _, m0, m1, _, s0, s1] = digits.to_le_bytes();
    let pair = |tens: u8, ones: u8| u32::from(tens) * 10 + u32::from(ones);
    let (h, m, s) = (pair(h0, h1), pair(m0, m1), pair(s0, s1));
    (h < 24 && m < 60 && s < 60).then(|| h * 3600 + m * 60 + s)
}

/// Reads the cell of `data source`, remembering the last one.
#[derive(Default)]
struct Sources<'a>(&'a str);

impl<'a> Sources<'a> {
    #[inline(always)]
    fn take(&mut self, bytes: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
        match bytes.strip_prefix(self.0.as_bytes()) {
            Some(rest @ ([] | [b'\n', ..])) if !self.0.is_empty() => Some((self.0, rest)),
            _ => self.turn(bytes),
        }
    }

    /// Takes on another source.
    #[cold]
    fn turn(&mut self, bytes: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
        let end = bytes.iter().position(|&b| b == b'\n');
        let (cell, rest) = bytes.split_at_checked(end.unwrap_or(bytes.len()))?;
        let name = std::str::from_utf8(cell).ok()?;
        let is_plain = !name.contains([',', '"', '\r', '\0']) && name.trim() == name;
        if name.is_empty() || name == "null" || !is_plain {
            return None;
        }
        self.0 = name;
        Some((name, rest))
    }
}

#[cfg(test)]
mod tests;
