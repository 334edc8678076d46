//! Finds what ends a zip: the record by which a reader finds the central directory (APPNOTE 4.3.16).
//!
//! The `zip` crate takes the last record that parses, be it forged in a comment. Here each one is
//! known by whether its comment ends exactly with the file, and where its directory must begin, so
//! that the crate has nothing to guess and never searches a file. It reads no directory.

use std::io;

use crate::archive::InputError;
use crate::archive::disk::Disk;

/// Size of an end record without its comment.
pub(super) const LEN: u64 = 22;
/// Largest comment, and with it how far from the end of the file a record can begin.
const COMMENT: u64 = 0xFFFF;
/// How far from the end of the file a record is looked for when bytes were added after it.
const SEARCH: u64 = 1 << 20;
/// Sizes of the record that locates the one of zip64, and of that one (APPNOTE 4.3.14, 4.3.15).
const LOCATOR: u64 = 20;
const ZIP64: u64 = 56;

const SIGNATURE: &[u8; 4] = b"PK\x05\x06";
/// Signature of a record of the central directory.
pub(super) const DIRECTORY: &[u8; 4] = b"PK\x01\x02";

#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) at: u64,
    /// Whether its comment ends with the file.
    pub(super) is_exact: bool,
    /// Whether its comment goes on where the file ends.
    is_cut: bool,
    disks: [u16; 2],
    size: u32,
    offset: u32,
}

/// Returns the end records of a file, the last one first; those far from the end of the file only
/// where none ends exactly with it.
pub(super) fn find(disk: &Disk) -> io::Result<Vec<End>> {
    let near = within(disk, LEN + COMMENT)?;
    if near.iter().any(|end| end.is_exact) {
        return Ok(near);
    }
    within(disk, SEARCH)
}

fn within(disk: &Disk, space: u64) -> io::Result<Vec<End>> {
    let start = disk.len().saturating_sub(space);
    let mut tail = vec![0; usize::try_from(disk.len() - start).unwrap_or_default()];
    let read = disk.fill(&mut tail, start)?;
    let records = tail.get(..read).unwrap_or_default().windows(22).enumerate();
    let found = records.filter(|(_, record)| record.starts_with(SIGNATURE));
    let mut found: Vec<End> = found
        .filter_map(|(at, record)| End::parse(record, start + at as u64, disk.len()))
        .collect();
    found.reverse();
    Ok(found)
}

impl End {
    #[rustfmt::skip]
    fn parse(record: &[u8], at: u64, file: u64) -> Option<Self> {
        let &[_, _, _, _, d0, d1, c0, c1, _, _, _, _, s0, s1, s2, s3, o0, o1, o2, o3, n0, n1] = record else {
            return None;
        };
        let end = at + LEN + u64::from(u16::from_le_bytes([n0, n1]));
        Some(Self {
            at,
            is_exact: end == file,
            is_cut: end > file,
            disks: [u16::from_le_bytes([d0, d1]), u16::from_le_bytes([c0, c1])],
            size: u32::from_le_bytes([s0, s1, s2, s3]),
            offset: u32::from_le_bytes([o0, o1, o2, o3]),
        })
    }

    /// Tells whether it claims a directory of no bytes.
    pub(super) fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// Returns how many bytes stand before the archive: from there its offsets count. The error says
    /// why the record cannot be that of a whole zip.
    pub(super) fn archive_start(&self, disk: &Disk) -> Result<u64, InputError> {
        let (size, room) = (u64::from(self.size), self.at);
        // 0xFFFF: the number is in the zip64 record (APPNOTE 4.4.19).
        if self.disks.iter().any(|&disk| disk != 0 && disk != 0xFFFF) {
            let what = "the file is one volume of a split (multi-part) zip, expected a whole zip";
            return Err(InputError::damaged(what));
        }
        if self.is_cut {
            let what =
                "the end record of the zip goes on outside the file, it is damaged or truncated";
            return Err(InputError::damaged(what));
        }
        if self.size != u32::MAX && size > room {
            return Err(InputError::damaged(format!(
                "the end record of the zip claims a central directory of {size} bytes, there is \
                 room for {room}"
            )));
        }
        if let Some(start) = self.zip64_start(disk)? {
            return Ok(start);
        }
        let (adjacent, stated) = (room.saturating_sub(size), u64::from(self.offset));
        // A zip without entries has no directory to look for.
        let start = if size == 0 || stands(disk, adjacent, DIRECTORY)? {
            adjacent.checked_sub(stated)
        } else {
            (stated < room && stands(disk, stated, DIRECTORY)?).then_some(0)
        };
        start.ok_or_else(|| {
            let what = "the end record of the zip points to no central directory, it is damaged or truncated";
            InputError::damaged(what)
        })
    }

    /// The same by the zip64 record, where there is one before this.
    fn zip64_start(&self, disk: &Disk) -> io::Result<Option<u64>> {
        let mut locator = [0; 16];
        let Some(at) = self.at.checked_sub(LOCATOR) else {
            return Ok(None);
        };
        if disk.fill(&mut locator, at)? < 16 || !locator.starts_with(b"PK\x06\x07") {
            return Ok(None);
        }
        let [.., a, b, c, d, e, f, g, h] = locator;
        let stated = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        for record in [stated, at.saturating_sub(ZIP64)] {
            if record < at && stands(disk, record, b"PK\x06\x06")? {
                return Ok(record.checked_sub(stated));
            }
        }
        Ok(None)
    }
}

pub(super) fn stands(disk: &Disk, at: u64, signature: &[u8; 4]) -> io::Result<bool> {
    let mut four = [0; 4];
    Ok(disk.fill(&mut four, at)? == 4 && four == *signature)
}

/// Tells whether another end record stands between two offsets, as far back as a comment reaches.
pub(super) fn between(disk: &Disk, from: u64, to: u64) -> io::Result<bool> {
    let from = from.max(to.saturating_sub(LEN + COMMENT));
    let mut bytes = vec![0; usize::try_from(to.saturating_sub(from)).unwrap_or_default()];
    let read = disk.fill(&mut bytes, from)?;
    let bytes = bytes.get(..read).unwrap_or_default();
    Ok(bytes.windows(4).any(|four| four == SIGNATURE))
}
