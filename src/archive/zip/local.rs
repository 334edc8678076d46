//! The local header, by which an entry names itself a second time (APPNOTE 4.3.7).
//!
//! Parsed here, not by `rawzip`, because it is read together with the bytes that follow it. It
//! knows only its own fields; comparing them with the central directory is the reader's work.

use std::io;

use crate::archive::disk::Disk;

/// Size of the fixed part.
pub(super) const FIXED: u64 = 30;

/// The fields that are compared or needed to find the data.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Local<'a> {
    /// General purpose flags.
    pub(super) flags: u16,
    /// Time and date as DOS writes them.
    pub(super) modified: u32,
    /// CRC-32, 0 where a data descriptor tells it.
    pub(super) crc: u32,
    /// Compressed size, 0 where a data descriptor tells it, all ones where the extra field does.
    pub(super) packed: u32,
    /// Size, likewise.
    pub(super) bytes: u32,
    /// Compression method.
    pub(super) method: u16,
    /// Length of the extra field.
    pub(super) extra: u16,
    /// The name, as far as the given bytes reach.
    pub(super) name: &'a [u8],
    /// Length of the name.
    pub(super) name_len: u16,
}

impl<'a> Local<'a> {
    /// Parses a header; `None` without its signature.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (fixed, rest) = bytes.split_first_chunk::<30>()?;
        #[rustfmt::skip]
        let [b'P', b'K', 3, 4, _, _, f0, f1, m0, m1, t0, t1, d0, d1, c0, c1, c2, c3,
             p0, p1, p2, p3, b0, b1, b2, b3, n0, n1, e0, e1] = *fixed else {
            return None;
        };
        let name_len = u16::from_le_bytes([n0, n1]);
        Some(Self {
            flags: u16::from_le_bytes([f0, f1]),
            modified: u32::from_le_bytes([t0, t1, d0, d1]),
            crc: u32::from_le_bytes([c0, c1, c2, c3]),
            packed: u32::from_le_bytes([p0, p1, p2, p3]),
            bytes: u32::from_le_bytes([b0, b1, b2, b3]),
            method: u16::from_le_bytes([m0, m1]),
            extra: u16::from_le_bytes([e0, e1]),
            name: rest.get(..usize::from(name_len)).unwrap_or(rest),
            name_len,
        })
    }
}

/// Reads the local header at `offset` with its name into `buffer`; nothing where there is none.
pub(super) fn read<'b>(
    disk: &Disk,
    offset: u64,
    expected: usize,
    buffer: &'b mut Vec<u8>,
) -> io::Result<Option<Local<'b>>> {
    let mut len = expected;
    loop {
        buffer.clear();
        buffer.resize(30 + len, 0);
        let read = disk.fill(buffer, offset)?;
        buffer.truncate(read);
        match Local::parse(buffer).map(|local| usize::from(local.name_len)) {
            Some(own) if own > len => len = own,
            _ => return Ok(Local::parse(buffer)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn a_header_is_parsed_at_every_length_without_a_panic() {
        let mut bytes = b"PK\x03\x04\x14\0\0\0\x08\0aabbccccuuuupppp\x04\0\x02\0name".to_vec();
        let whole = Local::parse(&bytes).unwrap();
        assert_eq!(
            (whole.method, whole.extra, whole.name),
            (8, 2, b"name".as_slice())
        );
        let four = |c: &[u8; 4]| u32::from_le_bytes(*c);
        assert_eq!(
            (whole.modified, whole.crc, whole.packed, whole.bytes),
            (four(b"aabb"), four(b"cccc"), four(b"uuuu"), four(b"pppp"))
        );
        for cut in 0..bytes.len() {
            let local = Local::parse(&bytes[..cut]);
            assert_eq!(local.is_some(), cut >= 30, "cut at {cut}");
        }
        bytes[3] = 5;
        assert_eq!(Local::parse(&bytes), None);
    }
}
