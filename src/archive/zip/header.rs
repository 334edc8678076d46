//! The local header, by which an entry tells of itself a second time (APPNOTE 4.3.7).
//!
//! The crate looks into it for the start of the data alone. Two tellings that differ are a sign of
//! damage even where the data is sound by its checksum, and even in an entry that nobody reads: a
//! flipped bit never comes alone. What real writers do differently is no contradiction: zeros where
//! a data descriptor follows, all ones where the zip64 field tells the size.

use std::io;

use super::directory::Central;
use crate::archive::EntryError;
use crate::archive::disk::Disk;

pub(super) const FIXED: u64 = 30;
/// Longest name that is read where the central directory tells a shorter one: no needed entry has
/// one as long, and without a bound a small zip would have gigabytes of names.
const LONGEST: usize = 4 << 10;
/// Flags that decide how the bytes are to be read: encryption (0, 6, 13), data descriptor (3) and
/// patched data (5). The others are hints, and writers set them in one header only (APPNOTE 4.4.4).
const FLAGS: u16 = 1 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 13;
/// Internal attributes that are in use: the text bit (APPNOTE 4.4.14).
const INTERNAL: u16 = 1;
/// A size that the zip64 field tells (APPNOTE 4.4.8).
const ELSEWHERE: u32 = u32::MAX;

/// The fields that are compared or needed to find the data.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Local<'a> {
    flags: u16,
    /// As DOS writes time and date.
    modified: u32,
    /// 0 where a data descriptor tells it.
    crc: u32,
    /// 0 where a data descriptor tells it, all ones where the extra field does.
    packed: u32,
    bytes: u32,
    method: u16,
    /// Length of the extra field.
    extra: u16,
    /// As far as the given bytes reach.
    pub(super) name: &'a [u8],
    name_len: u16,
}

impl<'a> Local<'a> {
    /// Parses a header; `None` without its signature.
    fn parse(bytes: &'a [u8]) -> Option<Self> {
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

    /// Returns where the data begins behind a header at `offset`.
    pub(super) fn data(&self, offset: u64) -> u64 {
        let names = u64::from(self.name_len) + u64::from(self.extra);
        offset.saturating_add(FIXED + names)
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
            Some(own) if own > len && own <= LONGEST => len = own,
            _ => return Ok(Local::parse(buffer)),
        }
    }
}

/// Returns what is wrong with the header of an entry so that it cannot be read.
pub(super) fn unreadable(local: Option<&Local<'_>>, central: &Central) -> Option<EntryError> {
    let Some(local) = local else {
        let what = "its header is damaged";
        return Some(EntryError::damaged(what, "a local file header"));
    };
    let method = local.method;
    if local.name != central.name || usize::from(local.name_len) != central.name.len() {
        let own = super::path(local.name);
        let what = format!("its own header has another name, {own:?}: the archive is damaged");
        return Some(EntryError::damaged(
            what,
            "the name in the central directory",
        ));
    }
    let what = || format!("its own header has another compression method, {method}");
    let expected = || format!("method {}", central.method);
    (method != central.method).then(|| EntryError::damaged(what(), expected()))
}

/// Returns the first contradiction between the two headers of an entry.
pub(super) fn contradiction(local: Option<&Local<'_>>, central: &Central) -> Option<String> {
    let Some(local) = local else {
        return Some("an entry has no header of its own".to_owned());
    };
    let name_is_other = local.name.len() == central.name.len() && local.name != central.name;
    let date_is_other = ![local.modified, central.modified].contains(&0);
    let what = if central.internal & !INTERNAL != 0 {
        return Some("the attributes of an entry have bits that no writer sets".to_owned());
    } else if name_is_other {
        "another name"
    } else if local.method != central.method {
        "another compression method"
    } else if (local.flags ^ central.flags) & FLAGS != 0 {
        "other flags"
    } else if local.crc != 0 && local.crc != central.crc {
        "another checksum"
    } else if is_other(local.packed, central.packed) || is_other(local.bytes, central.bytes) {
        "another size"
    } else if date_is_other && local.modified != central.modified {
        "another date"
    } else {
        return None;
    };
    Some(format!(
        "an entry tells {what} in its own header than in the central directory"
    ))
}

/// Tells whether a size in a local header is neither left open nor the one in the directory.
fn is_other(local: u32, central: u64) -> bool {
    local != 0 && local != ELSEWHERE && u64::from(local) != central
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

    fn local() -> Local<'static> {
        Local {
            flags: 0x800,
            modified: 0x5861_4000,
            crc: 7,
            packed: 20,
            bytes: 30,
            method: 8,
            extra: 0,
            name: b"a.json",
            name_len: 6,
        }
    }

    fn central() -> Central {
        Central {
            name: b"a.json".to_vec(),
            path: "a.json".to_owned(),
            header: 0,
            data: 0,
            packed: 20,
            bytes: 30,
            crc: 7,
            method: 8,
            flags: 0x800,
            modified: 0x5861_4000,
            internal: 1,
            file_type: 0,
        }
    }

    #[test]
    fn what_real_writers_do_differently_is_no_contradiction() {
        assert_eq!(contradiction(Some(&local()), &central()), None);
        let streamed = Local {
            flags: 0x808,
            crc: 0,
            packed: 0,
            bytes: 0,
            ..local()
        };
        let told = Central {
            flags: 0x808,
            ..central()
        };
        assert_eq!(
            contradiction(Some(&streamed), &told),
            None,
            "data descriptor"
        );
        let large = Local {
            packed: ELSEWHERE,
            bytes: ELSEWHERE,
            ..local()
        };
        assert_eq!(contradiction(Some(&large), &central()), None, "zip64");
        let undated = Local {
            modified: 0,
            flags: 0x6,
            ..local()
        };
        assert_eq!(contradiction(Some(&undated), &central()), None, "hints");
    }

    #[test]
    fn every_flipped_bit_of_what_matters_is_a_contradiction() {
        let flips: [fn(&mut Local<'_>, u32); 5] = [
            |l, bit| l.crc ^= bit,
            |l, bit| l.packed ^= bit,
            |l, bit| l.bytes ^= bit,
            |l, bit| l.modified ^= bit,
            |l, bit| l.method ^= u16::try_from(bit & 0xFFFF).unwrap_or(0),
        ];
        let mut met = 0;
        for flip in flips {
            for bit in (0..16).map(|n| 1 << n) {
                let mut local = local();
                flip(&mut local, bit);
                assert!(
                    contradiction(Some(&local), &central()).is_some(),
                    "{local:?}"
                );
                met += 1;
            }
        }
        for bit in (1..16).map(|n| 1 << n) {
            let odd = Central {
                internal: bit,
                ..central()
            };
            assert!(contradiction(Some(&local()), &odd).is_some());
            met += 1;
        }
        assert_eq!(met, 95);
    }
}
