//! The CRC of FIT: 16 bits, reflected polynomial 0xA001, initial value 0.
//!
//! Computed over the finished buffer, sixteen bytes a step, from tables made at compile time.

/// `TABLES[k][b]` is the CRC of byte `b` followed by `k` zero bytes.
const TABLES: [[u16; 256]; 16] = tables();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated at compile time, where a bad index is a build error"
)]
const fn tables() -> [[u16; 256]; 16] {
    let mut t = [[0u16; 256]; 16];
    let mut b = 0;
    while b < 256 {
        let mut crc = b as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xA001
            } else {
                crc >> 1
            };
            bit += 1;
        }
        t[0][b] = crc;
        b += 1;
    }
    let mut k = 1;
    while k < 16 {
        let mut b = 0;
        while b < 256 {
            let before = t[k - 1][b];
            t[k][b] = before >> 8 ^ t[0][(before & 0xFF) as usize];
            b += 1;
        }
        k += 1;
    }
    t
}

/// Returns the CRC of `bytes`.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    let (chunks, rest) = bytes.as_chunks::<16>();
    let crc = chunks.iter().fold(0, |crc, chunk| step(crc, *chunk));
    rest.iter().fold(crc, |crc, &b| {
        crc >> 8 ^ lookup(0, crc.to_le_bytes()[0] ^ b)
    })
}

/// Takes sixteen bytes at once: each byte has the table that already counts the bytes behind it.
/// The last fourteen do not wait for the CRC so far.
fn step(crc: u16, c: [u8; 16]) -> u16 {
    let [low, high] = crc.to_le_bytes();
    let [first, second, rest @ ..] = c;
    let rest = (0..14).rev().zip(rest);
    let rest = rest.fold(0, |sum, (k, byte)| sum ^ lookup(k, byte));
    rest ^ lookup(15, first ^ low) ^ lookup(14, second ^ high)
}

#[expect(
    clippy::indexing_slicing,
    reason = "k is below 16 and a byte is below 256"
)]
fn lookup(k: usize, byte: u8) -> u16 {
    TABLES[k][usize::from(byte)]
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
    fn sixteen_bytes_a_step_equals_one_bit_a_step() {
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
