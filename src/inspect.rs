//! FIT files as people read them: decoded by `fitparser`, a reader that is not ours, so that a
//! mistake of our encoder cannot hide behind the same mistake in a decoder.
//!
//! [`whole`] stands before it, because it accepts cut files and stops the program on some damaged
//! ones. Three of its habits are undone here: weight comes unscaled, stamps come in the time zone of the
//! machine, and some values hang on the order of a hash table. The room prints nothing and knows no file of ours:
//! any FIT file goes in, strings come out, foreign text as it is except in CSV cells.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use chrono::{DateTime, TimeZone};
use fitparser::Value;
use fitparser::de::{FitDataMessage, FitObject, FitStreamProcessor};
use thiserror::Error;

use crate::fit::encode::FIT_EPOCH;
use crate::fit::profile::{MONITORING, monitoring};
use crate::fit::whole::{self, Broken};
use crate::model::{Instant, Offset};

mod render;

pub use render::{csv, json, table};

/// Most messages that are decoded; a day of monitoring has some 10,000.
pub const MAX_MESSAGES: u64 = 2_000_000;
/// Longest file that is read, in bytes; those of devices have a few MB.
pub const MAX_BYTES: u64 = 64 << 20;
/// Number of `monitoring.current_activity_type_intensity` (profile 21.218); we do not write it.
const PACKED_ACTIVITY: u8 = 24;

/// Why a file cannot be shown.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum InspectError {
    /// It is not whole.
    #[error("not a whole FIT file: {0}, expected a whole .fit file")]
    Broken(#[from] Broken),
    /// A definition is nonsense, although the checksums are right.
    #[error("not a sound FIT file: {0}")]
    Unsound(String),
    /// More messages than any device writes.
    #[error("has {0} messages, expected at most {MAX_MESSAGES}")]
    TooMany(u64),
    /// The decoder refuses it.
    #[error("cannot be decoded: {0}")]
    Undecodable(String),
}

/// One data message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Name in the profile, or `unknown_<number>`.
    pub name: String,
    /// Its fields, in the order of their numbers; fields that are not set are left out.
    pub fields: Vec<Field>,
}

/// One field of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name in the profile, or `unknown_field_<number>`.
    pub name: String,
    /// Its value.
    pub value: Cell,
    /// Its unit; may be empty.
    pub units: String,
}

/// A value, in the unit of its field.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A whole number.
    Whole(i128),
    /// A number that was scaled, or a floating-point one.
    Real(f64),
    /// Text: a name of the profile or a string of the file, not cleaned.
    Text(String),
    /// An instant, or a local stamp where the field is one.
    Time(String),
    /// Several values; `None` where one is not set.
    List(Vec<Option<Cell>>),
}

/// Reads a file that is to be decoded: a plain one, through links if need be, of a size that a device
/// writes. A pipe is not waited for and a device not read.
///
/// # Errors
/// Those of the system, or what it is instead.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let plain = |meta: &Metadata| {
        let what = match meta.len() {
            _ if meta.is_dir() => "is a folder".to_owned(),
            _ if !meta.is_file() => "is no plain file".to_owned(),
            bytes if bytes > MAX_BYTES => {
                format!("has {bytes} bytes, expected at most {MAX_BYTES}")
            }
            _ => return Ok(()),
        };
        Err(io::Error::other(what))
    };
    plain(&std::fs::metadata(path)?)?;
    let file = File::open(path)?;
    plain(&file.metadata()?)?;
    let mut bytes = Vec::new();
    // It may grow while it is read.
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Decodes a file.
///
/// # Errors
/// [`InspectError`]; a file is shown whole or not at all.
pub fn decode(bytes: &[u8]) -> Result<Vec<Message>, InspectError> {
    let mut messages = Vec::new();
    each(bytes, |record| messages.push(message(&record)))?;
    Ok(messages)
}

/// Decodes a file, keeps nothing and returns the number of its data messages.
///
/// # Errors
/// [`InspectError`], also when the decoder finds another number than our own check.
pub fn count(bytes: &[u8]) -> Result<u64, InspectError> {
    let mut count = 0;
    let expected = each(bytes, |_| count += 1)?;
    if count == expected {
        return Ok(count);
    }
    Err(InspectError::Undecodable(format!(
        "{count} messages decoded, expected {expected}"
    )))
}

/// Checks a file, decodes it message by message, and returns how many there should be.
fn each(bytes: &[u8], mut take: impl FnMut(fitparser::FitDataRecord)) -> Result<u64, InspectError> {
    let expected = whole::count(whole::content(bytes)?).map_err(InspectError::Unsound)?;
    if expected > MAX_MESSAGES {
        return Err(InspectError::TooMany(expected));
    }
    let mut processor = FitStreamProcessor::new();
    let mut rest = bytes;
    let failed = |e: fitparser::Error| InspectError::Undecodable(e.to_string().to_lowercase());
    while !rest.is_empty() {
        let (after, object) = processor.deserialize_next(rest).map_err(failed)?;
        rest = after;
        if let FitObject::DataMessage(mut data) = object {
            if data.global_message_number() == MONITORING.number {
                unpack_activity(&mut data);
            }
            take(processor.decode_message(data).map_err(failed)?);
        }
    }
    Ok(expected)
}

/// Tells the activity type of a monitoring message before it is decoded, where it comes packed in
/// another field (bits 0 to 4). The decoder unpacks it too, but in an order that differs from run
/// to run, and what `cycles` means (steps, strokes, half-cycles) hangs on it.
fn unpack_activity(data: &mut FitDataMessage) {
    let fields = data.fields_mut();
    if let Some(Value::Byte(packed)) = fields.get(&PACKED_ACTIVITY) {
        let activity = Value::Enum(packed & 31);
        fields.insert(monitoring::ACTIVITY_TYPE.number, activity);
    }
}

/// Takes a message over. The decoder's order of fields differs from run to run where numbers
/// repeat (expanded components, developer fields), so it is settled here.
fn message(record: &fitparser::FitDataRecord) -> Message {
    let name = match record.kind() {
        fitparser::profile::MesgNum::Value(number) => format!("unknown_{number}"),
        kind => kind.to_string(),
    };
    let mut fields: Vec<(u8, Field)> = record
        .fields()
        .iter()
        .map(|f| (f.number(), field(&name, f)))
        .collect();
    fields.sort_by_cached_key(|(number, f)| {
        (*number, f.name.clone(), render::text(&f.value).into_owned())
    });
    // Told twice, once packed and once by itself.
    fields.dedup();
    Message {
        name,
        fields: fields.into_iter().map(|(_, f)| f).collect(),
    }
}

/// Takes a field over.
fn field(message: &str, field: &fitparser::FitDataField) -> Field {
    let value = match (message, field.name(), field.value()) {
        ("weight_scale", "weight", Value::SInt64(raw)) => weight(*raw),
        (_, "local_timestamp", Value::Timestamp(at)) => Cell::Time(local(at)),
        (_, _, value) => cell(value).unwrap_or(Cell::Text(String::new())),
    };
    Field {
        name: field.name().to_owned(),
        value,
        units: field.units().to_owned(),
    }
}

/// The weight of a `weight_scale` message in kilograms: the decoder takes the field for a list of
/// names, because one of its values has a name, and hands over the raw number of 10 g steps.
fn weight(raw: i64) -> Cell {
    i32::try_from(raw).map_or(Cell::Whole(i128::from(raw)), |raw| {
        Cell::Real(f64::from(raw) / 100.0)
    })
}

/// A stamp on a wall clock. The decoder counted its seconds from the epoch in the zone of this
/// machine; counting back from there gives what the file says, wherever it is read.
fn local<Tz: TimeZone>(at: &DateTime<Tz>) -> String {
    let epoch = DateTime::from_timestamp(FIT_EPOCH, 0).map(|e| e.naive_utc());
    let here = epoch.and_then(|e| at.timezone().from_local_datetime(&e).earliest());
    let seconds = here.map_or(at.timestamp() - FIT_EPOCH, |h| {
        at.timestamp() - h.timestamp()
    });
    Instant(FIT_EPOCH + seconds).at(Offset(0)).to_string()
}

/// A value; `None` where it is not set.
fn cell(value: &Value) -> Option<Cell> {
    Some(match value {
        Value::Timestamp(at) => Cell::Time(Instant(at.timestamp()).to_string()),
        Value::Byte(n) | Value::Enum(n) | Value::UInt8(n) | Value::UInt8z(n) => {
            Cell::Whole(i128::from(*n))
        }
        Value::SInt8(n) => Cell::Whole(i128::from(*n)),
        Value::SInt16(n) => Cell::Whole(i128::from(*n)),
        Value::UInt16(n) | Value::UInt16z(n) => Cell::Whole(i128::from(*n)),
        Value::SInt32(n) => Cell::Whole(i128::from(*n)),
        Value::UInt32(n) | Value::UInt32z(n) => Cell::Whole(i128::from(*n)),
        Value::SInt64(n) => Cell::Whole(i128::from(*n)),
        Value::UInt64(n) | Value::UInt64z(n) => Cell::Whole(i128::from(*n)),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Float32(x) => Cell::Real(f64::from(*x)),
        Value::Float64(x) => Cell::Real(*x),
        Value::Array(items) => Cell::List(items.iter().map(cell).collect()),
        Value::Invalid => return None,
    })
}

#[cfg(test)]
mod tests;
