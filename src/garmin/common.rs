//! What all our FIT files share: who made them, when the data in them begins, and what becomes of a
//! value that its field cannot hold.
//!
//! `time_created` is a time of the data, never of the run, so that the same data always gives the
//! same bytes and Garmin Connect recognises what it has seen. The serial number stands for the device
//! that told the data: readers list every serial as a device of its own.

use crate::fit::profile::{
    DEVELOPMENT, DEVICE_INFO, FILE_ID, TIMESTAMP_CORRELATION, device_info, file_id,
    timestamp_correlation,
};
use crate::fit::{
    EncodeError, Encoder, Field,
    Value::{self, Int, Raw, Real, Unix},
};
use crate::model::{Instant, Offset};

/// Our product number among the software that calls itself `development`.
pub(super) const PRODUCT: i64 = 1;
/// `device_index` of the device that created the file.
const CREATOR: i64 = 0;

/// Returns a field with its value, if there is one that the field can hold; see [`too_big`].
pub(super) fn known(field: Field, value: Option<f64>) -> Option<(Field, Value<'static>)> {
    let value = value.filter(|&v| field.holds(v))?;
    Some((field, Real(value)))
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

/// Writes `file_id` and the `device_info` of the creator.
pub(super) fn head(
    fit: &mut Encoder,
    file_type: i64,
    device: &Device,
    created: Instant,
) -> Result<(), EncodeError> {
    let serial = Raw(i64::from(device.serial.max(1)));
    let name = |field| device.name.as_deref().map(|n| (field, Value::Text(n)));
    let mut id = vec![
        (file_id::TYPE, Int(file_type)),
        (file_id::MANUFACTURER, Int(DEVELOPMENT)),
        (file_id::PRODUCT, Int(PRODUCT)),
        (file_id::SERIAL_NUMBER, serial),
        (file_id::TIME_CREATED, Unix(created.0)),
    ];
    id.extend(name(file_id::PRODUCT_NAME));
    fit.message(FILE_ID, &id)?;
    let mut info = vec![
        (device_info::TIMESTAMP, Unix(created.0)),
        (device_info::DEVICE_INDEX, Int(CREATOR)),
        (device_info::MANUFACTURER, Int(DEVELOPMENT)),
        (device_info::SERIAL_NUMBER, serial),
        (device_info::PRODUCT, Int(PRODUCT)),
        (device_info::SOFTWARE_VERSION, Real(1.0)),
    ];
    info.extend(name(device_info::PRODUCT_NAME));
    fit.message(DEVICE_INFO, &info)
}

/// Tells which local time an instant had.
pub(super) fn correlation(
    fit: &mut Encoder,
    at: Instant,
    offset: Offset,
) -> Result<(), EncodeError> {
    let fields = [
        (timestamp_correlation::TIMESTAMP, Unix(at.0)),
        (
            timestamp_correlation::LOCAL_TIMESTAMP,
            Unix(at.at(offset).0),
        ),
    ];
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
