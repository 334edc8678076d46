//! What all our FIT files share: who made them, when the data in them begins, and what becomes of a
//! value that its field cannot hold.
//!
//! `time_created` is a time of the data, never of the run, so that the same data always gives the
//! same bytes and Garmin Connect recognises what it has seen. The serial number stands for the device
//! that told the data: readers list every serial as a device of its own.

use crate::fit::profile::{DEVELOPMENT, DEVICE_INFO, FILE_ID, TIMESTAMP_CORRELATION};
use crate::fit::{
    EncodeError, Encoder, Field,
    Value::{self, Int, Raw, Real, Unix},
};
use crate::model::{Instant, Offset};

/// Our product number among the software that calls itself `development`.
const PRODUCT: i64 = 1;
/// `device_index` of the device that created the file.
const CREATOR: i64 = 0;

pub(super) type Fields<'a> = Vec<(Field, Value<'a>)>;

/// Lists fields of a message of the profile with their values: `NAME = value`, and `NAME ? number` for
/// one that is left out where it is `None` or more than the field can hold; see [`known`]. Of `summary` it
/// lists the fields of the session or of a lap.
macro_rules! fields {
    ($message:ident: $($field:ident $is:tt $value:expr),* $(,)?) => {
        [$(fields!(@ crate::fit::profile::$message::$field, $is $value)),*]
            .into_iter()
            .flatten()
            .collect::<$crate::garmin::common::Fields<'_>>()
    };
    ($message:ident($of:expr): $($field:ident $is:tt $value:expr),* $(,)?) => {
        [$(fields!(@ crate::fit::profile::$message::$field.of($of), $is $value)),*]
            .into_iter()
            .flatten()
            .collect::<$crate::garmin::common::Fields<'_>>()
    };
    (@ $field:expr, = $value:expr) => { Some(($field, $value)) };
    (@ $field:expr, ? $value:expr) => { $crate::garmin::common::known($field, $value) };
}
pub(super) use fields;

/// Returns a field with its value, if there is one that the field can hold; see [`too_big`].
pub(super) fn known(
    field: Field,
    value: Option<impl Into<f64>>,
) -> Option<(Field, Value<'static>)> {
    let value = value.map(Into::into).filter(|&v| field.holds(v))?;
    Some((field, Real(value)))
}

/// Returns a field with a text, if there is one.
pub(super) fn text(field: Field, text: &str) -> Option<(Field, Value<'_>)> {
    (!text.is_empty()).then_some((field, Value::Text(text)))
}

/// Returns the name and the value of a field that is left out because it cannot hold the value, as in
/// "distance 50000000".
pub(super) fn too_big(field: Field, value: Option<f64>) -> Option<String> {
    let value = value.filter(|&v| !field.holds(v))?;
    Some(format!("{} {value}", field.name.to_ascii_lowercase()))
}

/// Who told the data of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Device {
    /// Serial number: the same for all files of one device.
    pub(super) serial: u32,
    /// Its name as Fitbit writes it, where it is known.
    pub(super) name: Option<String>,
}

impl Device {
    /// Returns the device of this name; without one, the account as a whole.
    pub(super) fn named(name: Option<&str>) -> Self {
        let name = name.map(plain).filter(|n| !n.is_empty());
        let letters = name.as_deref().unwrap_or_default().bytes();
        let serial = serial(&letters.map(u64::from).collect::<Vec<_>>());
        Self { serial, name }
    }
}

/// Returns a foreign text without its control characters.
pub(super) fn plain(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).collect()
}

/// Begins a file in a buffer: `file_id` and the `device_info` of the creator.
pub(super) fn begin(
    buffer: Vec<u8>,
    file_type: i64,
    device: &Device,
    created: Instant,
) -> Result<Encoder, EncodeError> {
    let mut fit = Encoder::new(buffer);
    let serial = Raw(i64::from(device.serial.max(1)));
    let name = device.name.as_deref().unwrap_or("");
    let mut id = fields![file_id:
        TYPE = Int(file_type),
        MANUFACTURER = Int(DEVELOPMENT),
        PRODUCT = Int(PRODUCT),
        SERIAL_NUMBER = serial,
        TIME_CREATED = Unix(created.0),
    ];
    id.extend(text(crate::fit::profile::file_id::PRODUCT_NAME, name));
    fit.message(FILE_ID, &id)?;
    let mut info = fields![device_info:
        TIMESTAMP = Unix(created.0),
        DEVICE_INDEX = Int(CREATOR),
        MANUFACTURER = Int(DEVELOPMENT),
        SERIAL_NUMBER = serial,
        PRODUCT = Int(PRODUCT),
        SOFTWARE_VERSION = Real(1.0),
    ];
    info.extend(text(crate::fit::profile::device_info::PRODUCT_NAME, name));
    fit.message(DEVICE_INFO, &info)?;
    Ok(fit)
}

/// Tells which local time an instant had.
pub(super) fn correlation(
    fit: &mut Encoder,
    at: Instant,
    offset: Offset,
) -> Result<(), EncodeError> {
    let (utc, local) = (Unix(at.0), Unix(at.at(offset).0));
    let fields = fields![timestamp_correlation: TIMESTAMP = utc, LOCAL_TIMESTAMP = local];
    fit.message(TIMESTAMP_CORRELATION, &fields)
}

/// Returns what the name of the n-th file of a month or night ends in; the first has nothing.
pub(super) fn numbered(n: u32) -> String {
    if n > 1 {
        format!("-{n}")
    } else {
        String::new()
    }
}

/// A stable hash for serial numbers: FNV-1a over the bytes of the given numbers. Never 0.
pub(super) fn serial(parts: &[u64]) -> u32 {
    let bytes = parts.iter().flat_map(|p| p.to_le_bytes());
    let hash = bytes.fold(0x811C_9DC5_u32, |h, b| {
        (h ^ u32::from(b)).wrapping_mul(0x0100_0193)
    });
    hash.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_one_serial_whatever_stands_around_its_name() {
        let tracker = Device::named(Some("Charge 5"));
        assert_eq!(tracker, Device::named(Some(" Charge\u{7} 5\n")));
        assert_eq!(tracker.name.as_deref(), Some("Charge 5"));
        let account = Device::named(None);
        assert_eq!(account, Device::named(Some(" ")));
        assert!(account.serial != 0 && account.serial != tracker.serial);
    }

    #[test]
    fn serials_are_stable_and_tell_contents_apart() {
        assert_eq!(serial(&[384_529_004]), serial(&[384_529_004]));
        assert_ne!(serial(&[1]), serial(&[2]));
        assert_ne!(serial(&[]), 0);
    }
}
