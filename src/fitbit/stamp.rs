//! The text forms of time in a Fitbit export: validated, never guessed.
//!
//! A stamp comes out on the naive axis, as written; which clock it was is the reader's knowledge.

use crate::model::{Instant, LocalDate, LocalTime, Offset};

/// What is expected of a stamp in the classic JSON, for findings.
pub const US_EXPECTED: &str = "MM/dd/yy HH:mm:ss of a date from 2007 to 2034";
/// What is expected of an ISO stamp, for findings.
pub const ISO_EXPECTED: &str = "YYYY-MM-DDTHH:MM:SS of a date from 2007 to 2034";

/// An ISO 8601 stamp in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Iso {
    /// The clock as written, whole seconds (a fraction is cut off).
    pub clock: LocalTime,
    /// The offset as written; `Z` is 0; `None` when there is none.
    pub offset: Option<Offset>,
}

impl Iso {
    /// Returns the instant, when an offset is written.
    pub fn instant(self) -> Option<Instant> {
        self.offset.map(|o| self.clock.minus(o))
    }

    /// Returns the instant in a table that is in UTC where no offset is written.
    pub fn utc(self) -> Instant {
        self.clock.minus(self.offset.unwrap_or(Offset(0)))
    }
}

/// Value of `N` ASCII digits, or `None` if one of them is none.
fn digits<const N: usize>(b: &[u8; N]) -> Option<u32> {
    b.iter().try_fold(0, |n, &c| {
        c.is_ascii_digit().then(|| n * 10 + u32::from(c - b'0'))
    })
}

/// Seconds since midnight, for a time of day that exists.
fn second_of_day(h: u32, m: u32, s: u32) -> Option<i64> {
    (h < 24 && m < 60 && s < 60).then(|| i64::from(h * 3600 + m * 60 + s))
}

/// Parses `MM/dd/yy` (years are 20yy).
pub fn us_date(text: &[u8]) -> Option<LocalDate> {
    let [m0, m1, b'/', d0, d1, b'/', y0, y1] = *text else {
        return None;
    };
    let year = 2000 + i32::try_from(digits(&[y0, y1])?).ok()?;
    LocalDate::from_ymd(year, digits(&[m0, m1])?, digits(&[d0, d1])?)
}

/// Parses `HH:mm:ss` to seconds since midnight.
pub fn clock(text: &[u8]) -> Option<i64> {
    let [h0, h1, b':', m0, m1, b':', s0, s1] = *text else {
        return None;
    };
    second_of_day(digits(&[h0, h1])?, digits(&[m0, m1])?, digits(&[s0, s1])?)
}

/// Parses `MM/dd/yy HH:mm:ss`, the stamp of the classic JSON. Does not ask whether it is plausible.
pub fn us(text: &str) -> Option<LocalTime> {
    let bytes = text.as_bytes();
    let (date, rest) = bytes.split_at_checked(8)?;
    let time = rest.strip_prefix(b" ")?;
    Some(us_date(date)?.midnight().plus(clock(time)?))
}

/// Parses `MM/dd/yy HH:mm:ss` and asks that it can be meant.
pub fn plausible_us(text: &str) -> Option<LocalTime> {
    us(text).filter(|t| t.is_plausible())
}

/// Parses `YYYY-MM-DD`.
pub fn iso_date(text: &str) -> Option<LocalDate> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *text.as_bytes() else {
        return None;
    };
    let year = i32::try_from(digits(&[y0, y1, y2, y3])?).ok()?;
    LocalDate::from_ymd(year, digits(&[m0, m1])?, digits(&[d0, d1])?)
}

/// Parses an ISO stamp as exports write them: `T` or a space between date and time, seconds and
/// fraction optional, `Z`, `+HH:MM`, `+HHMM` or nothing behind; a bare date is its midnight.
pub fn iso(text: &str) -> Option<Iso> {
    let (date, rest) = text.split_at_checked(10)?;
    let midnight = iso_date(date)?.midnight();
    if rest.is_empty() {
        let (clock, offset) = (midnight, None);
        return Some(Iso { clock, offset });
    }
    let rest = rest.strip_prefix(['T', ' '])?;
    let end = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at_checked(end)?;
    let clock = midnight.plus(time_of_day(time)?);
    let offset = match zone {
        "" => None,
        "Z" => Some(Offset(0)),
        _ => Some(offset(zone)?),
    };
    Some(Iso { clock, offset })
}

/// Parses an ISO stamp and asks that it can be meant.
pub fn plausible_iso(text: &str) -> Option<Iso> {
    iso(text).filter(|t| t.clock.is_plausible())
}

/// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fraction` as seconds since midnight.
fn time_of_day(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match *whole.as_bytes() {
        [h0, h1, b':', m0, m1] => second_of_day(digits(&[h0, h1])?, digits(&[m0, m1])?, 0),
        _ => clock(whole.as_bytes()),
    }
}

/// Parses `+HH:MM` or `+HHMM`, at most 18 hours either way.
pub fn offset(text: &str) -> Option<Offset> {
    let (sign, h, m) = match *text.as_bytes() {
        [s, h0, h1, b':', m0, m1] | [s, h0, h1, m0, m1] => {
            (s, digits(&[h0, h1])?, digits(&[m0, m1])?)
        }
        _ => return None,
    };
    let seconds = i32::try_from(h * 3600 + m * 60).ok()?;
    match sign {
        _ if h > 18 || m >= 60 => None,
        b'+' => Some(Offset(seconds)),
        b'-' => Some(Offset(-seconds)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_of_the_classic_json() {
        assert_eq!(
            us("05/01/24 07:00:07").map(|t| t.to_string()).as_deref(),
            Some("2024-05-01T07:00:07")
        );
        assert!(plausible_us("12/31/99 00:00:00").is_none(), "padding");
        for bad in [
            "13/01/24 08:00:00",
            "02/30/24 08:00:00",
            "02/29/23 08:00:00",
            "03/05/24 24:00:00",
            "12/31/16 23:59:60",
            "03/05/24 08:60:00",
            "03/00/24 08:00:00",
            "",
            "2024-03-05T08:30:00",
            "03/05/2024 08:30:00",
            " 03/05/24 08:30:00 ",
            "03/05/24 08:30:00+99:99",
            "03/05/24\0 08:30:00",
            "٠٣/05/24 08:30:00",
            "03/05/24T08:30:00",
        ] {
            assert!(us(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn iso_stamps_in_all_their_forms() {
        let show = |t: &str| iso(t).map(|i| (i.clock.to_string(), i.offset.map(|o| o.0)));
        let at = |c: &str, o| Some((c.to_string(), o));
        assert_eq!(
            show("2024-06-21T23:30:00.000"),
            at("2024-06-21T23:30:00", None)
        );
        assert_eq!(show("2026-06-10T22:13"), at("2026-06-10T22:13:00", None));
        assert_eq!(
            show("2026-06-10T16:37:52.096319Z"),
            at("2026-06-10T16:37:52", Some(0))
        );
        assert_eq!(
            show("2019-09-03T16:52:50.000-04:00"),
            at("2019-09-03T16:52:50", Some(-14_400))
        );
        assert_eq!(
            show("2024-08-03 19:24:04+0000"),
            at("2024-08-03T19:24:04", Some(0))
        );
        assert_eq!(show("2026-06-16"), at("2026-06-16T00:00:00", None));
        for bad in [
            "2024-13-01T00:00:00Z",
            "2024-02-30T00:00:00Z",
            "2024-03-07T24:00:00Z",
            "2024-03-07T23:59:60Z",
            "never",
            "",
            "2024-03-01T07:00:00+99:00",
            "2024-03-01T07:00:00.Z",
            "2024-03-01T",
            "-001-01-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
        ] {
            assert!(iso(bad).is_none(), "{bad:?}");
        }
        assert!(
            plausible_iso("1970-01-01T00:00:00Z").is_none()
                && plausible_iso("2107-01-01T00:00:00Z").is_none()
        );
    }

    #[test]
    fn an_offset_turns_a_clock_into_an_instant() {
        let t = iso("2019-09-03T16:52:50.000-04:00").and_then(Iso::instant);
        assert_eq!(
            t.map(|t| t.to_string()).as_deref(),
            Some("2019-09-03T20:52:50Z")
        );
    }
}
