//! What all our FIT files share: who made them, when the data in them begins, and what becomes of a
//! value that its field cannot hold.
//!
//! `time_created` is a time of the data, never of the run, and the serial number is a hash of the
//! contents' identity, so that the same data always gives the same bytes and Garmin Connect, which
//! tells files apart by these two, recognises what it has seen.

use crate::fit::profile::{DEVELOPMENT, DEVICE_INFO, FILE_ID, device_info, file_id};
use crate::fit::{EncodeError, Encoder, Field, Value};
use crate::model::Instant;

/// Our product number among the software that calls itself `development`.
pub const PRODUCT: i64 = 1;
/// `device_index` of the device that created the file.
const CREATOR: i64 = 0;

/// Returns a field with its value, if there is one that the field can hold; see [`too_big`].
#[must_use]
pub fn known(field: Field, value: Option<f64>) -> Option<(Field, Value<'static>)> {
    let value = value.filter(|&v| field.holds(v))?;
    Some((field, Value::Real(value)))
}

/// Returns the name and the value of a field that is left out because it cannot hold the value, as in
/// "distance 50000000".
#[must_use]
pub fn too_big(field: Field, value: Option<f64>) -> Option<String> {
    let value = value.filter(|&v| !field.holds(v))?;
    Some(format!("{} {value}", field.name.to_ascii_lowercase()))
}

/// Writes `file_id` and the `device_info` of the creator.
///
/// # Errors
/// When `created` is no time that FIT can hold.
pub fn head(
    fit: &mut Encoder,
    file_type: i64,
    serial: u32,
    created: Instant,
) -> Result<(), EncodeError> {
    let serial = Value::Raw(i64::from(serial.max(1)));
    fit.message(
        FILE_ID,
        &[
            (file_id::TYPE, Value::Int(file_type)),
            (file_id::MANUFACTURER, Value::Int(DEVELOPMENT)),
            (file_id::PRODUCT, Value::Int(PRODUCT)),
            (file_id::SERIAL_NUMBER, serial),
            (file_id::TIME_CREATED, Value::Unix(created.0)),
        ],
    )?;
    fit.message(
        DEVICE_INFO,
        &[
            (device_info::TIMESTAMP, Value::Unix(created.0)),
            (device_info::DEVICE_INDEX, Value::Int(CREATOR)),
            (device_info::MANUFACTURER, Value::Int(DEVELOPMENT)),
            (device_info::SERIAL_NUMBER, serial),
            (device_info::PRODUCT, Value::Int(PRODUCT)),
            (device_info::SOFTWARE_VERSION, Value::Real(1.0)),
        ],
    )
}

/// A stable hash for serial numbers: FNV-1a over the bytes of the given numbers. Never 0.
#[must_use]
pub fn serial(parts: &[u64]) -> u32 {
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
    fn serials_are_stable_and_tell_files_apart() {
        assert_eq!(serial(&[384_529_004]), serial(&[384_529_004]));
        assert_ne!(serial(&[1]), serial(&[2]));
        assert_ne!(serial(&[]), 0);
    }
}
