//! JSON arrays record by record: one bad record never costs its neighbours.
//!
//! Every record is first taken as raw text by `serde_json`, which checks its syntax, and then given
//! to the reader as a slice; a reader that cannot use it reports it and the walk goes on. Where the
//! syntax of the array itself breaks, the records before the break stay and the entry is marked.
//! Knows no Fitbit type.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Entry;
use super::record_error::{OrError as _, RecordError, shorten};
use super::stamp::{US_EXPECTED, plausible_us};
use crate::model::records::Origin;
use crate::model::{Instant, LocalTime, Position, Reject, Tally};

/// Returns the text of an entry, or marks the entry and returns `None`. Shared by all text formats.
///
/// A UTF-8 BOM is dropped. The words `no data`, which real exports hold in place of a file, are an
/// empty text. Bytes that are not UTF-8 are replaced; the records they stand in will not parse, or
/// carry U+FFFD, and are refused by [`each_record`].
pub fn text<'a>(entry: &Entry<'a>, tally: &mut Tally) -> Option<Cow<'a, str>> {
    let bytes = entry.bytes;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, ..]) {
        let expected = "UTF-8, as Google writes it";
        tally.fail(entry.id, Reject::Encoding, "the text is UTF-16", expected);
        return None;
    }
    // Nearly every entry is sound, and checking is several times as fast as replacing.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    };
    let trimmed = text.trim();
    if trimmed.eq_ignore_ascii_case("no data") {
        return None;
    }
    if trimmed.is_empty() {
        let expected = "records, or the words \"no data\"";
        tally.fail(entry.id, Reject::Empty, "the file is empty", expected);
        return None;
    }
    Some(text)
}

/// Walks the records of a JSON array. `read` gets each record's place and its text, which is a JSON
/// object; its error is reported and the walk goes on.
pub fn each_record(
    entry: &Entry<'_>,
    tally: &mut Tally,
    mut read: impl FnMut(Origin, &str, &mut Tally) -> Result<(), RecordError>,
) {
    let Some(text) = text(entry, tally) else {
        return;
    };
    let is_damaged = matches!(text, Cow::Owned(_));
    let mut position = 0;
    let each = |text: &str| {
        position += 1;
        tally.record();
        let answer = if is_damaged && text.contains('\u{FFFD}') {
            let (what, expected) = ("the record is not UTF-8", "UTF-8, as Google writes it");
            Err(RecordError::new(Reject::Encoding, what, expected))
        } else if text.starts_with('{') {
            read(entry.origin(position), text, tally)
        } else {
            let what = format!("the record is {}", shorten(text));
            Err(RecordError::new(Reject::WrongType, what, "a JSON object"))
        };
        if let Err(bad) = answer {
            bad.book(entry.id, Position::Record(u64::from(position)), tally);
        }
        Ok(!entry.is_stopped())
    };
    let expected = "an array";
    let mut json = serde_json::Deserializer::from_str(&text);
    let ended = json.deserialize_any(Elements { expected, each });
    let ended = ended.and_then(|()| json.end());
    if let Err(e) = ended {
        let (why, what) = if e.is_eof() {
            (
                Reject::Truncated,
                format!("the JSON ends in the middle: {e}"),
            )
        } else {
            (Reject::Syntax, format!("not a JSON array of records: {e}"))
        };
        let expected = "a whole JSON array; download the export again";
        tally.fail(entry.id, why, shorten(&what), expected);
    }
}

/// Visits an array and hands every element on as raw text, until the answer is `false`.
struct Elements<F> {
    expected: &'static str,
    each: F,
}

impl<'de, F> Visitor<'de> for Elements<F>
where
    F: FnMut(&'de str) -> Result<bool, serde_json::Error>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(raw) = seq.next_element::<&'de RawValue>()? {
            if !(self.each)(raw.get()).map_err(A::Error::custom)? {
                break;
            }
        }
        Ok(())
    }
}

/// A scalar that real and damaged exports write as number, string or null.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Scalar<'a> {
    /// Not there, or null.
    #[default]
    Absent,
    /// A JSON number, as written.
    Number(f64),
    Text(Cow<'a, str>),
    /// Anything else (true, an array, an object).
    Other,
}

impl Scalar<'_> {
    /// Returns the number, whether it is written as a number or as a string of one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            Self::Text(t) => decimal(t),
            Self::Absent | Self::Other => None,
        }
    }

    /// Returns the number of an optional field: `Ok(None)` when absent.
    pub fn optional(&self, field: &str) -> Result<Option<f64>, RecordError> {
        match self {
            Self::Absent => Ok(None),
            _ => self.required(field).map(Some),
        }
    }

    /// Returns the number of a field that the record needs.
    pub fn required(&self, field: &str) -> Result<f64, RecordError> {
        if *self == Self::Absent {
            return Err(RecordError::missing(field));
        }
        self.number().or_value(field, self, "a number")
    }

    /// Returns the string, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the text of a field that the record needs.
    pub fn text(&self, field: &str) -> Result<&str, RecordError> {
        match self {
            Self::Text(t) => Ok(t),
            Self::Absent => Err(RecordError::missing(field)),
            other => {
                let what = format!("{field} is {other}");
                Err(RecordError::new(Reject::WrongType, what, "a string"))
            }
        }
    }

    /// Returns the stamp `MM/dd/yy HH:mm:ss` of a field.
    pub fn us_stamp(&self, field: &str) -> Result<LocalTime, RecordError> {
        let text = self.text(field)?;
        plausible_us(text).or_date(field, text, US_EXPECTED)
    }

    /// Returns the stamp `MM/dd/yy HH:mm:ss` of a field that is UTC.
    pub fn us_instant(&self, field: &str) -> Result<Instant, RecordError> {
        let at = Instant(self.us_stamp(field)?.0);
        if at.is_plausible() {
            return Ok(at);
        }
        Err(RecordError::date(field, self.text(field)?, US_EXPECTED))
    }
}

impl fmt::Display for Scalar<'_> {
    /// Writes the value as people read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("missing"),
            Self::Number(n) => write!(f, "{n}"),
            Self::Text(t) => write!(f, "{t:?}"),
            Self::Other => f.write_str("no number"),
        }
    }
}

/// Parses a plain decimal number: digits, one point, an exponent, a sign. Neither `NaN` nor `inf`
/// nor white space, which `str::parse` would partly take.
pub fn decimal(text: &str) -> Option<f64> {
    let mut bytes = text.bytes();
    let is_plain = bytes.all(|b| b.is_ascii_digit() || b".-+eE".contains(&b));
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
    number.filter(|_| is_plain)
}

/// Reads a count out of a float: a whole number from 0 to `most`.
pub fn count(number: f64, most: u32) -> Option<u32> {
    let count = whole(number).and_then(|n| u32::try_from(n).ok());
    count.filter(|n| *n <= most)
}

/// Reads a whole number out of a float: integral and not beyond 2^53, where floats skip integers.
pub fn whole(number: f64) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounded to 2^53 just before"
    )]
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?;
        Ok(from_raw(raw.get()))
    }
}

/// Reads a scalar out of raw JSON; what is none becomes `Other`.
fn from_raw(raw: &str) -> Scalar<'_> {
    let finite = |n: &f64| n.is_finite();
    match raw.as_bytes().first() {
        Some(b'"') => string(raw).map_or(Scalar::Other, Scalar::Text),
        Some(b'n') => Scalar::Absent,
        Some(b'-' | b'0'..=b'9') => {
            let number = raw.parse().ok().filter(finite);
            number.map_or(Scalar::Other, Scalar::Number)
        }
        _ => Scalar::Other,
    }
}

/// The contents of a JSON string, borrowed where it has no escapes.
fn string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str::<String>(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// A record of many types: a stamp and a value.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[serde(bound(deserialize = "'de: 'a, V: Default + Deserialize<'de>"))]
pub struct Dated<'a, V> {
    #[serde(default)]
    pub date_time: Scalar<'a>,
    #[serde(default)]
    pub value: V,
}

/// Declares a JSON object by its fields: scalars where no type is given, camelCase in the file.
macro_rules! object {
    ($name:ident { $($(#[$meta:meta])* $field:ident $(: $type:ty)?),* }) => {
        #[derive(Default, serde::Deserialize)]
        #[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
        struct $name<'a> {
            $($(#[$meta])* $field: object!($($type)?),)*
        }
    };
    () => { $crate::fitbit::json::Scalar<'a> };
    ($type:ty) => { $type };
}
pub(super) use object;

/// A JSON object that must be one: `serde`'s derive would take an array for a struct.
pub struct Object<T>(pub Option<T>);

impl<T> Object<T> {
    /// Returns the object of a field that the record needs.
    pub fn required(self, field: &str) -> Result<T, RecordError> {
        self.0.or_missing(field)
    }
}

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?.get();
        let object = raw.starts_with('{').then(|| serde_json::from_str(raw));
        object.transpose().map(Self).map_err(D::Error::custom)
    }
}

/// Reads an array inside a record; elements that are no objects of `T` are an error.
pub fn objects<'de, T: Deserialize<'de>>(raw: &'de RawValue) -> Result<Vec<T>, serde_json::Error> {
    let mut all = Vec::new();
    let each = |text: &'de str| {
        if !text.starts_with('{') {
            return Err(serde_json::Error::custom("an element is no object"));
        }
        all.push(serde_json::from_str(text)?);
        Ok(true)
    };
    let expected = "an array of objects";
    let mut json = serde_json::Deserializer::from_str(raw.get());
    json.deserialize_seq(Elements { expected, each })?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::EntryId;

    fn walk_over(bytes: &[u8]) -> (Vec<String>, Tally) {
        let entry = Entry::new(EntryId(0), Name::new("x.json"), bytes);
        let (mut seen, mut tally) = (Vec::new(), Tally::default());
        each_record(&entry, &mut tally, |_, text, _| {
            seen.push(text.to_owned());
            Ok(())
        });
        (seen, tally)
    }

    #[test]
    fn what_is_no_object_is_rejected_and_the_rest_is_read() {
        let (seen, tally) = walk_over(br#"[{"a":1},null,17,"x",[],{"b":2}]"#);
        assert_eq!(seen.len(), 2);
        assert_eq!(
            (tally.records, tally.rejected_total(), tally.error.is_some()),
            (6, 4, false)
        );
    }

    #[test]
    fn records_before_a_cut_stay() {
        let (seen, tally) = walk_over(br#"[{"a":1},{"a":2},{"a":"#);
        assert_eq!(seen.len(), 2);
        assert!(tally.error.is_some() && tally.is_partial());
    }

    #[test]
    fn broken_arrays_mark_the_entry() {
        for bad in [
            "{}",
            "null",
            "[1] x",
            "[{}] [{}]",
            "<html>",
            "[{},]",
            "['a']",
            "[NaN]",
            "",
        ] {
            assert!(walk_over(bad.as_bytes()).1.error.is_some(), "{bad}");
        }
        for fine in ["[]", "[ ]", "no data", "\u{FEFF}[]"] {
            assert!(walk_over(fine.as_bytes()).1.error.is_none(), "{fine}");
        }
    }

    #[test]
    fn a_hundred_thousand_brackets_do_not_overflow_the_stack() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(walk_over(deep.as_bytes()).1.is_partial());
    }

    #[test]
    fn bytes_that_are_not_utf8_cost_only_their_record() {
        let (seen, tally) = walk_over(b"[{\"a\":1},{\"a\":\"\xFF\"},{\"a\":3}]");
        assert_eq!(
            (seen.len(), tally.rejected.get(&Reject::Encoding)),
            (2, Some(&1))
        );
    }

    #[test]
    fn numbers_come_as_numbers_and_as_strings_but_not_as_words() {
        assert_eq!(from_raw("12.5").number(), Some(12.5));
        assert_eq!(from_raw("\"13\"").number(), Some(13.0));
        for none in [
            "\"\"", "\"abc\"", "\"NaN\"", "\" 12 \"", "true", "[1]", "1e999", "\"inf\"",
        ] {
            assert_eq!(from_raw(none).number(), None, "{none}");
        }
        assert_eq!(from_raw("null"), Scalar::Absent);
    }
}
