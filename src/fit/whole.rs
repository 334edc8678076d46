//! Wholeness: is this a complete, undamaged FIT file?
//!
//! Needed because decoders forgive: `fitparser` accepts a file that was cut at the end of a
//! message. Checks header, length and both CRCs, and walks the messages; it decodes no values.

use thiserror::Error;

use super::crc::crc16;

/// Why a file is not whole.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Broken {
    /// Too short for a header, or without ".FIT".
    #[error("no FIT header")]
    NoHeader,
    /// The length in the header is not the length of the file.
    #[error("the header says {expected} bytes, the file has {actual}")]
    Length {
        /// Bytes that the header asks for, both CRCs included.
        expected: u64,
        /// Bytes in the file.
        actual: u64,
    },
    /// The CRC of the header is wrong.
    #[error("the CRC of the header is wrong")]
    HeaderCrc,
    /// The CRC of the file is wrong.
    #[error("the CRC of the file is wrong")]
    FileCrc,
    /// The messages do not fill the data exactly.
    #[error("the messages do not end where the data ends")]
    Messages,
}

/// Checks a file and returns the number of its data messages.
///
/// # Errors
/// The first [`Broken`] thing met.
pub fn check(bytes: &[u8]) -> Result<u64, Broken> {
    let header = bytes.first_chunk::<14>().ok_or(Broken::NoHeader)?;
    if header.first() != Some(&14) || header.get(8..12) != Some(b".FIT".as_slice()) {
        return Err(Broken::NoHeader);
    }
    let [_, _, _, _, s0, s1, s2, s3, _, _, _, _, c0, c1] = *header;
    let expected = 14 + u64::from(u32::from_le_bytes([s0, s1, s2, s3])) + 2;
    let actual = bytes.len() as u64;
    if expected != actual {
        return Err(Broken::Length { expected, actual });
    }
    if crc16(header.get(..12).unwrap_or_default()) != u16::from_le_bytes([c0, c1]) {
        return Err(Broken::HeaderCrc);
    }
    let (content, crc) = bytes.split_last_chunk::<2>().ok_or(Broken::NoHeader)?;
    if crc16(content) != u16::from_le_bytes(*crc) {
        return Err(Broken::FileCrc);
    }
    walk(content.get(14..).unwrap_or_default()).ok_or(Broken::Messages)
}

/// Walks all messages; `None` when one overruns the data or has no definition.
fn walk(mut data: &[u8]) -> Option<u64> {
    let mut sizes = [None; 16];
    let mut count = 0;
    while let Some((&head, rest)) = data.split_first() {
        data = rest;
        let local = usize::from(if head & 0x80 == 0 {
            head & 15
        } else {
            head >> 5 & 3
        });
        if head & 0xC0 == 0x40 {
            let (size, rest) = definition(data, head & 0x20 != 0)?;
            *sizes.get_mut(local)? = Some(size);
            data = rest;
        } else {
            data = data.get(sizes.get(local).copied().flatten()?..)?;
            count += 1;
        }
    }
    Some(count)
}

/// Size of the data messages that a definition announces, and what follows the definition.
fn definition(data: &[u8], developer: bool) -> Option<(usize, &[u8])> {
    let fields = usize::from(*data.get(4)?) * 3;
    let (own, mut rest) = data.get(5..)?.split_at_checked(fields)?;
    let mut size: usize = own
        .chunks_exact(3)
        .filter_map(|f| f.get(1))
        .map(|&s| usize::from(s))
        .sum();
    if developer {
        let (&n, after) = rest.split_first()?;
        let (theirs, after) = after.split_at_checked(usize::from(n) * 3)?;
        size += theirs
            .chunks_exact(3)
            .filter_map(|f| f.get(1))
            .map(|&s| usize::from(s))
            .sum::<usize>();
        rest = after;
    }
    Some((size, rest))
}
