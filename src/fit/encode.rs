//! The encoder: physical values in, a whole FIT file out.
//!
//! A definition message is written when a message comes with fields (or string sizes) that no
//! local type has yet; after that only data. Values round half away from zero; a value that its
//! field cannot hold is an error, never a wrap. `Value::None` writes the invalid value of its type,
//! which is how FIT says "not set".

use thiserror::Error;

use super::crc::crc16;
use super::profile::{Base, Field, Message};

/// Profile version in the header: major * 1000 + minor.
const PROFILE_VERSION: u16 = 21_218;
/// Protocol version 2.0, as Garmin's encoders write it.
const PROTOCOL_VERSION: u8 = 0x20;
/// Length of the header in bytes.
const HEADER: usize = 14;
/// Unix time of FIT's epoch, 1989-12-31T00:00:00Z.
pub const FIT_EPOCH: i64 = 631_065_600;
/// Smallest `date_time` that is a date: below, readers take it for seconds since power-on.
pub const FIRST_DATE_TIME: i64 = 0x1000_0000;
/// Number of local message types.
const LOCALS: usize = 16;
/// Longest string in bytes, the closing 0 included.
const STRING_MAX: usize = 64;
/// Bytes of a message that is a local type, a time and one byte.
const BEAT: usize = 6;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Not set.
    None,
    /// A physical value that is a whole number; scaled like any other.
    Int(i64),
    /// A physical value.
    Real(f64),
    /// A raw value that goes in as it is (semicircles, sub-fields with a scale of their own).
    Raw(i64),
    /// An instant as Unix seconds, for `date_time` fields; a local stamp likewise.
    Unix(i64),
    /// Text, cut on a character boundary where it is too long.
    Text(&'a str),
    /// Several raw values, for array fields.
    Array(&'a [i64]),
}

/// An unknown count is "not set".
impl<T: Into<i64>> From<Option<T>> for Value<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::None, |v| Value::Int(v.into()))
    }
}

/// A value that a field cannot hold.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{message}.{field} cannot hold {value}")]
pub struct EncodeError {
    /// Name of the message.
    pub message: &'static str,
    /// Name of the field.
    pub field: &'static str,
    /// The value, as text.
    pub value: String,
}

/// What a local type currently stands for.
#[derive(Clone, Debug, Default)]
struct Definition {
    message: u16,
    fields: Vec<(u8, u8)>,
}

/// Writes one FIT file into a buffer.
#[derive(Debug)]
pub struct Encoder {
    out: Vec<u8>,
    locals: Vec<Definition>,
    next: usize,
    messages: u64,
}

impl Encoder {
    /// Starts a file in `buffer`, whose contents are dropped and whose memory is reused.
    #[must_use]
    pub fn new(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        buffer.resize(HEADER, 0);
        Self {
            out: buffer,
            locals: Vec::new(),
            next: 0,
            messages: 0,
        }
    }

    /// Returns the number of data messages written so far.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// Writes a data message, and its definition where needed.
    ///
    /// # Errors
    /// [`EncodeError`] when a value does not fit its field; the message is then left out whole.
    pub fn message(
        &mut self,
        message: Message,
        values: &[(Field, Value<'_>)],
    ) -> Result<(), EncodeError> {
        let local = self.local(message, values);
        let data = self.out.len();
        self.out.push(local);
        for (field, value) in values {
            if let Err(text) = put(&mut self.out, *field, *value) {
                // A definition without data is legal and may serve the next message.
                self.out.truncate(data);
                return Err(misfit(message, *field, text));
            }
        }
        self.messages += 1;
        Ok(())
    }

    /// Writes one message per row, each a `date_time` (as Unix seconds) and a field of one byte.
    ///
    /// The lean way for long series: the definition is settled once, then the bytes go straight to
    /// their places. The bytes are those that [`Self::message`] would write row by row.
    ///
    /// # Errors
    /// [`EncodeError`] when a row does not fit its fields, or the fields are of other sizes; then
    /// no row of this call is written.
    pub fn series(
        &mut self,
        message: Message,
        time: Field,
        value: Field,
        rows: impl ExactSizeIterator<Item = (i64, u8)>,
    ) -> Result<(), EncodeError> {
        let count = rows.len();
        if count == 0 {
            return Ok(());
        }
        if (time.base, value.base) != (Base::Uint32, Base::Uint8) {
            let what = "a series of single bytes".to_owned();
            return Err(misfit(message, value, what));
        }
        let local = self.local(message, &[(time, Value::None), (value, Value::None)]);
        let start = self.out.len();
        self.out.resize(start + count * BEAT, local);
        let places = self.out.get_mut(start..).unwrap_or_default();
        if let Some((unix, byte)) = fill(places.as_chunks_mut::<BEAT>().0, local, rows) {
            self.out.truncate(start);
            return Err(misfit(message, value, format!("{byte} at {unix}")));
        }
        self.messages += count as u64;
        Ok(())
    }

    /// Closes the file: header, both CRCs. Returns the bytes.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let size = u32::try_from(self.out.len() - HEADER).unwrap_or(u32::MAX);
        let mut header = vec![14, PROTOCOL_VERSION];
        header.extend(PROFILE_VERSION.to_le_bytes());
        header.extend(size.to_le_bytes());
        header.extend(b".FIT");
        header.extend(crc16(&header).to_le_bytes());
        if let Some(place) = self.out.get_mut(..HEADER) {
            place.copy_from_slice(&header);
        }
        let crc = crc16(&self.out);
        self.out.extend(crc.to_le_bytes());
        self.out
    }

    /// Returns the local type that is defined for these fields, defining it where needed.
    fn local(&mut self, message: Message, values: &[(Field, Value<'_>)]) -> u8 {
        let laid_out = |&(f, v): &(Field, Value<'_>)| (f.number, size_of(f, v));
        let fits = |d: &Definition| {
            let is_same = d.message == message.number && d.fields.len() == values.len();
            is_same && values.iter().map(laid_out).eq(d.fields.iter().copied())
        };
        let found = self.locals.iter().position(fits);
        let at = found.unwrap_or_else(|| self.define(message, values));
        u8::try_from(at).unwrap_or(0)
    }

    /// Writes a definition message and returns its local type, taking the oldest when all are used.
    fn define(&mut self, message: Message, values: &[(Field, Value<'_>)]) -> usize {
        let at = self.next % LOCALS;
        self.next += 1;
        let fields = values.iter().map(|(f, v)| (f.number, size_of(*f, *v)));
        let fields: Vec<(u8, u8)> = fields.collect();
        self.out
            .extend([0x40 | u8::try_from(at).unwrap_or(0), 0, 0]);
        self.out.extend(message.number.to_le_bytes());
        self.out.push(u8::try_from(fields.len()).unwrap_or(u8::MAX));
        for ((field, _), (number, size)) in values.iter().zip(&fields) {
            self.out.extend([*number, *size, field.base.code()]);
        }
        let definition = Definition {
            message: message.number,
            fields,
        };
        match self.locals.get_mut(at) {
            Some(place) => *place = definition,
            None => self.locals.push(definition),
        }
        at
    }
}

/// Writes a row to each place; returns the first row that does not fit.
fn fill(
    places: &mut [[u8; BEAT]],
    local: u8,
    rows: impl Iterator<Item = (i64, u8)>,
) -> Option<(i64, u8)> {
    for (place, (unix, byte)) in places.iter_mut().zip(rows) {
        let raw = unix.saturating_sub(FIT_EPOCH);
        if !(FIRST_DATE_TIME..0xFFFF_FFFF).contains(&raw) || byte == 0xFF {
            return Some((unix, byte));
        }
        let [t0, t1, t2, t3, ..] = raw.to_le_bytes();
        *place = [local, t0, t1, t2, t3, byte];
    }
    None
}

fn misfit(message: Message, field: Field, value: String) -> EncodeError {
    EncodeError {
        message: message.name,
        field: field.name,
        value,
    }
}

/// Size of a field in bytes for this value.
fn size_of(field: Field, value: Value<'_>) -> u8 {
    let count = match (field.base, value) {
        (Base::String, Value::Text(text)) => cut(text).len() + 1,
        (_, Value::Array(items)) => items.len(),
        _ => return field.base.size(),
    };
    let count = u8::try_from(count).unwrap_or(u8::MAX);
    field.base.size().saturating_mul(count)
}

/// The part of a text that fits a string field, whole characters only, up to the first NUL.
fn cut(text: &str) -> &str {
    let text = text.split('\0').next().unwrap_or("");
    let end = (0..STRING_MAX.min(text.len() + 1))
        .rev()
        .find(|&i| text.is_char_boundary(i));
    text.get(..end.unwrap_or(0)).unwrap_or("")
}

/// Appends one field; the error is the value as text.
fn put(out: &mut Vec<u8>, field: Field, value: Value<'_>) -> Result<(), String> {
    let base = field.base;
    let (low, high) = base.range();
    let mut put = |raw: Option<i64>, value: &dyn std::fmt::Display| {
        let raw = raw.filter(|r| (low..=high).contains(r));
        put_raw(out, base, raw.ok_or_else(|| value.to_string())?);
        Ok(())
    };
    match value {
        Value::Text(text) => {
            out.extend(cut(text).as_bytes());
            out.push(0);
            Ok(())
        }
        Value::Array(items) => items.iter().try_for_each(|&item| put(Some(item), &item)),
        Value::None => {
            put_raw(out, base, base.invalid());
            Ok(())
        }
        Value::Raw(raw) => put(Some(raw), &raw),
        Value::Int(v) => {
            let moved = v.checked_add(i64::from(field.offset));
            put(
                moved.and_then(|v| v.checked_mul(i64::from(field.scale))),
                &v,
            )
        }
        Value::Unix(v) => {
            let raw = v.checked_sub(FIT_EPOCH);
            put(raw.filter(|&r| r >= FIRST_DATE_TIME), &v)
        }
        Value::Real(v) => {
            let scaled = ((v + f64::from(field.offset)) * f64::from(field.scale)).round();
            #[expect(
                clippy::cast_possible_truncation,
                reason = "bounded to 2^40 just before"
            )]
            let raw = (scaled.abs() < 1e12).then_some(scaled as i64);
            put(raw, &v)
        }
    }
}

/// Appends a raw value, little endian; it is in range by now.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range of the base type was checked"
)]
fn put_raw(out: &mut Vec<u8>, base: Base, raw: i64) {
    match base.size() {
        1 => out.push(raw as u8),
        2 => out.extend((raw as u16).to_le_bytes()),
        _ => out.extend((raw as u32).to_le_bytes()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::profile::{MONITORING, monitoring};
    use super::*;

    const T: i64 = 1_709_278_200;

    #[test]
    fn a_series_has_the_bytes_of_single_messages() {
        let rows: Vec<(i64, u8)> = (0..500u32)
            .map(|i| (T + i64::from(i) * 7, 40 + (i % 150).to_le_bytes()[0]))
            .collect();
        let (mut lean, mut single) = (Encoder::new(Vec::new()), Encoder::new(Vec::new()));
        let fields = (monitoring::TIMESTAMP, monitoring::HEART_RATE);
        let closing = [(monitoring::DURATION_MIN, Value::Int(1440))];
        for part in rows.chunks(37) {
            lean.series(MONITORING, fields.0, fields.1, part.iter().copied())
                .unwrap();
            lean.message(MONITORING, &closing).unwrap();
            for &(t, v) in part {
                let pair = [(fields.0, Value::Unix(t)), (fields.1, Value::Int(v.into()))];
                single.message(MONITORING, &pair).unwrap();
            }
            single.message(MONITORING, &closing).unwrap();
        }
        assert_eq!(lean.messages(), 500 + 14);
        assert_eq!(lean.finish(), single.finish());
    }

    #[test]
    fn a_series_with_one_row_that_does_not_fit_is_left_out_whole() {
        for bad in [(T, 0xFF), (FIT_EPOCH, 60), (i64::MAX, 60), (i64::MIN, 60)] {
            let mut fit = Encoder::new(Vec::new());
            let rows = [(T, 60), bad, (T + 2, 61)];
            let (time, rate) = (monitoring::TIMESTAMP, monitoring::HEART_RATE);
            let wrong = fit.series(MONITORING, time, rate, rows.into_iter());
            assert!(wrong.is_err(), "{bad:?}");
            assert_eq!(fit.messages(), 0);
            fit.series(MONITORING, time, rate, [(T, 60)].into_iter())
                .unwrap();
            assert_eq!(super::super::whole::check(&fit.finish()), Ok(1));
        }
        let wide = Encoder::new(Vec::new()).series(
            MONITORING,
            monitoring::TIMESTAMP,
            monitoring::CYCLES,
            [(T, 60)].into_iter(),
        );
        assert!(wide.is_err());
    }
}
