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
        let [b'P', b'K', 3, 4, _, _, _, _, m0, m1, .., n0, n1, e0, e1] = *fixed else {
            return None;
        };
        let name_len = u16::from_le_bytes([n0, n1]);
        Some(Self {
            method: u16::from_le_bytes([m0, m1]),
            extra: u16::from_le_bytes([e0, e1]),
            name: rest.get(..usize::from(name_len)).unwrap_or(rest),
            name_len,
        })
    }
}

/// Reads the name in the local header at `offset`; `None` where there is no header.
pub(super) fn name(disk: &Disk, offset: u64, expected: usize) -> io::Result<Option<Vec<u8>>> {
    let mut len = expected;
    loop {
        let mut bytes = vec![0; 30 + len];
        let read = disk.fill(&mut bytes, offset)?;
        match bytes.get(..read).and_then(Local::parse) {
            Some(local) if usize::from(local.name_len) > len => len = usize::from(local.name_len),
            local => return Ok(local.map(|local| local.name.to_vec())),
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
        for cut in 0..bytes.len() {
            let local = Local::parse(&bytes[..cut]);
            assert_eq!(local.is_some(), cut >= 30, "cut at {cut}");
        }
        bytes[3] = 5;
        assert_eq!(Local::parse(&bytes), None);
    }
}
