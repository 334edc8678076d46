//! The CRC of FIT: CRC-16/ARC, sixteen bytes a step.

use crc::{CRC_16_ARC, Crc, Table};

static CRC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_ARC);

/// Returns the CRC of `bytes`.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    CRC.checksum(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One bit at a time, straight from the definition.
    fn slow(bytes: &[u8]) -> u16 {
        let mut crc = 0u16;
        for &b in bytes {
            crc ^= u16::from(b);
            for _ in 0..8 {
                crc = if crc & 1 == 1 {
                    crc >> 1 ^ 0xA001
                } else {
                    crc >> 1
                };
            }
        }
        crc
    }

    #[test]
    fn it_is_the_one_of_the_definition() {
        assert_eq!(crc16(b"123456789"), 0xBB3D, "check value of CRC-16/ARC");
        let bytes: Vec<u8> = (0..1000u32)
            .map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()[3])
            .collect();
        for n in 0..bytes.len() {
            let part = bytes.get(..n).unwrap_or_default();
            assert_eq!(crc16(part), slow(part), "{n} bytes");
        }
    }
}
