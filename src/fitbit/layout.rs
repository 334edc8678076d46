//! The exact layouts in which Fitbit writes its largest families, scanned at memory speed.
//!
//! Every byte is compared with the layout or checked as a digit, so nothing is trusted: where the
//! text departs from the layout in any way, the scan says so and the reader falls back to the
//! record-by-record path of `json.rs`, which gives the same records and the findings. The layout is
//! pure ASCII, so a text that fits it is UTF-8.

mod table;

pub use table::{TableRow, table};

use super::stamp::us_date;
use crate::model::LocalDate;

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

/// The text departs from the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutMismatch;

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

/// One minute record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MinuteRow {
    /// The date as written.
    pub date: LocalDate,
    /// Seconds since its midnight.
    pub second: u32,
    /// The value, in the unit of the file.
    pub number: f64,
}

/// Scans a whole `heart_rate-*.json`.
///
/// # Errors
/// [`LayoutMismatch`] at the first byte that is not as expected; what `each` got until then is void.
pub fn heart_rate(
    bytes: &[u8],
    mut each: impl FnMut(HeartRow) -> Result<(), LayoutMismatch>,
) -> Result<(), LayoutMismatch> {
    let mut days = Days::default();
    array(bytes, |rest| {
        let (stamp, rest) = rest.split_first_chunk::<STAMP>().ok_or(LayoutMismatch)?;
        let (date, second) = days.stamp(stamp)?;
        let (bpm, rest) = small_number(skip(rest, BPM)?)?;
        let (tail, rest) = rest
            .split_first_chunk::<HEART_END>()
            .ok_or(LayoutMismatch)?;
        let (before, after) = tail.split_first_chunk::<21>().ok_or(LayoutMismatch)?;
        let (&confidence, after) = after.split_first().ok_or(LayoutMismatch)?;
        if before != CONFIDENCE || after != HEART_TAIL {
            return Err(LayoutMismatch);
        }
        each(HeartRow {
            date,
            second,
            bpm,
            confidence: digit(confidence)?,
        })?;
        Ok(rest)
    })
}

/// Scans a whole file of minutes (steps, distance, calories, altitude).
///
/// # Errors
/// [`LayoutMismatch`] at the first byte that is not as expected; what `each` got until then is void.
pub fn minutes(
    bytes: &[u8],
    mut each: impl FnMut(MinuteRow) -> Result<(), LayoutMismatch>,
) -> Result<(), LayoutMismatch> {
    let mut days = Days::default();
    array(bytes, |rest| {
        let (stamp, rest) = rest.split_first_chunk::<STAMP>().ok_or(LayoutMismatch)?;
        let (date, second) = days.stamp(stamp)?;
        let (number, rest) = decimal(skip(rest, VALUE)?)?;
        each(MinuteRow {
            date,
            second,
            number,
        })?;
        skip(rest, MINUTE_TAIL)
    })
}

/// Walks `[`, records joined by `,`, `]` and nothing after it.
#[inline(always)]
fn array<'a>(
    bytes: &'a [u8],
    mut record: impl FnMut(&'a [u8]) -> Result<&'a [u8], LayoutMismatch>,
) -> Result<(), LayoutMismatch> {
    let mut rest = bytes.strip_prefix(b"[").ok_or(LayoutMismatch)?;
    loop {
        rest = record(rest)?;
        match rest.split_first() {
            Some((b',', after)) => rest = after,
            Some((b']', [])) => return Ok(()),
            _ => return Err(LayoutMismatch),
        }
    }
}

/// Drops a fixed text.
fn skip<'a, const N: usize>(bytes: &'a [u8], text: &[u8; N]) -> Result<&'a [u8], LayoutMismatch> {
    match bytes.split_first_chunk::<N>() {
        Some((head, rest)) if head == text => Ok(rest),
        _ => Err(LayoutMismatch),
    }
}

fn digit(byte: u8) -> Result<u32, LayoutMismatch> {
    let value = byte.wrapping_sub(b'0');
    if value < 10 {
        Ok(u32::from(value))
    } else {
        Err(LayoutMismatch)
    }
}

/// A number of two or three digits without a leading zero.
fn small_number(bytes: &[u8]) -> Result<(u32, &[u8]), LayoutMismatch> {
    let (&[a, b], rest) = bytes.split_first_chunk::<2>().ok_or(LayoutMismatch)?;
    let two = digit(a)? * 10 + digit(b)?;
    let (value, rest) = match rest.split_first() {
        Some((&c, after)) if c.is_ascii_digit() => (two * 10 + u32::from(c - b'0'), after),
        _ => (two, rest),
    };
    if a == b'0' {
        Err(LayoutMismatch)
    } else {
        Ok((value, rest))
    }
}

/// The powers of ten that a decimal is divided by, all of them exact.
const POWERS: [f64; 13] = [
    1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
];

/// A plain decimal of at most twelve digits, and what stands behind it.
#[inline(always)]
fn decimal(bytes: &[u8]) -> Result<(f64, &[u8]), LayoutMismatch> {
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
        return Err(LayoutMismatch);
    }
    #[expect(clippy::cast_precision_loss, reason = "at most twelve digits")]
    let number = value as f64;
    let power = POWERS.get(decimals.unwrap_or(0)).ok_or(LayoutMismatch)?;
    Ok((number / power, rest))
}

/// Reads stamps, remembering the last date: a file holds few dates and many stamps, so that all
/// before the time of day is one comparison with the record before.
struct Days {
    opening: [u8; OPENING],
    date: LocalDate,
}

impl Default for Days {
    fn default() -> Self {
        Self {
            opening: [0; OPENING],
            date: LocalDate::default(),
        }
    }
}

impl Days {
    #[inline(always)]
    fn stamp(&mut self, text: &[u8; STAMP]) -> Result<(LocalDate, u32), LayoutMismatch> {
        let (opening, clock) = text.split_first_chunk::<OPENING>().ok_or(LayoutMismatch)?;
        if *opening != self.opening {
            self.turn(opening)?;
        }
        let clock = clock.first_chunk::<8>().ok_or(LayoutMismatch)?;
        Ok((self.date, second_of_day(*clock).ok_or(LayoutMismatch)?))
    }

    /// Takes on another date.
    #[cold]
    fn turn(&mut self, opening: &[u8; OPENING]) -> Result<(), LayoutMismatch> {
        let (date, rest) = skip(opening, HEAD)?
            .split_first_chunk::<8>()
            .ok_or(LayoutMismatch)?;
        self.date = us_date(date)
            .filter(|_| rest == b" ")
            .ok_or(LayoutMismatch)?;
        self.opening = *opening;
        Ok(())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<(String, u32, u32)>, LayoutMismatch> {
        let mut all = Vec::new();
        heart_rate(text.as_bytes(), |r| {
            let at = r.date.midnight().plus(i64::from(r.second));
            all.push((at.to_string(), r.bpm, r.confidence));
            Ok(())
        })?;
        Ok(all)
    }

    const ONE: &str = "{\n  \"dateTime\" : \"05/01/24 07:00:07\",\n  \"value\" : {\n    \"bpm\" : 72,\n    \"confidence\" : 3\n  }\n}";

    #[test]
    fn the_layout_is_read_as_it_is_written() {
        let two = format!(
            "[{ONE},{}]",
            ONE.replace("72", "121").replace("07:00:07", "07:00:12")
        );
        assert_eq!(
            rows(&two),
            Ok(vec![
                ("2024-05-01T07:00:07".into(), 72, 3),
                ("2024-05-01T07:00:12".into(), 121, 3)
            ])
        );
    }

    #[test]
    fn any_change_of_a_byte_departs_or_changes_a_digit() {
        let text = format!("[{ONE}]");
        for i in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            if let Some(b) = bytes.get_mut(i) {
                *b = b'x';
            }
            assert_eq!(
                heart_rate(&bytes, |_| Ok(())),
                Err(LayoutMismatch),
                "byte {i}"
            );
        }
        for cut in 0..text.len() {
            assert!(rows(text.get(..cut).unwrap_or_default()).is_err());
        }
        for bad in ["72", "072", "7", "7200"]
            .map(|n| text.replace("72", n))
            .iter()
            .skip(1)
        {
            assert!(rows(bad).is_err(), "{bad}");
        }
        assert!(rows(&format!("{text} ")).is_err() && rows("[]").is_err());
    }

    #[test]
    fn eight_bytes_at_once_read_what_the_careful_way_reads() {
        let sound = *b"17:42:09";
        let mut read = 0;
        for at in 0..sound.len() {
            for byte in 0..=u8::MAX {
                let mut text = sound;
                if let Some(place) = text.get_mut(at) {
                    *place = byte;
                }
                let careful = super::super::stamp::clock(&text);
                assert_eq!(second_of_day(text).map(i64::from), careful, "{text:?}");
                read += u32::from(careful.is_some());
            }
        }
        assert_eq!(read, 2 + 10 + 1 + 6 + 10 + 1 + 6 + 10);
    }

    #[test]
    fn values_of_minutes_keep_their_decimals() {
        let read = |v: &str| {
            let text =
                format!("[{{\n  \"dateTime\" : \"05/01/24 07:00:00\",\n  \"value\" : \"{v}\"\n}}]");
            let mut got = None;
            minutes(text.as_bytes(), |r| {
                got = Some(r.number);
                Ok(())
            })
            .map(|()| got)
        };
        assert_eq!(read("13"), Ok(Some(13.0)));
        assert_eq!(read("1.15"), Ok(Some(1.15)));
        assert_eq!(read("0.00000000001"), Ok(Some(1e-11)));
        for bad in [
            "",
            "abc",
            "-5",
            "1.",
            ".5",
            "1.2.3",
            "1e3",
            " 12",
            "1234567890123",
        ] {
            assert_eq!(read(bad), Err(LayoutMismatch), "{bad:?}");
        }
    }
}
