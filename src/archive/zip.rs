//! Zip: the catalogue of an archive, and its entries as bytes.
//!
//! `rawzip` parses the structures; every guard is here or below: which entries lie about
//! themselves ([`Problem`]), which share bytes, and that what comes out is what was promised. Only
//! entries that are needed are ever inflated. It does not know what an export is.

mod directory;
mod entry;
mod local;

use std::sync::Arc;

use super::disk::Disk;
use super::error::Halt;
use super::problem::Problem;
use super::{Found, Limits, Place};

pub(super) use directory::path;
pub(super) use entry::{Bench, room};

use directory::Central;

/// Size that every entry may have whatever its ratio: small files compress oddly.
const RATIO_FROM: u64 = 1 << 20;
/// Compressed bytes that an entry may have beyond its size and an eighth of it.
const PADDING: u64 = 64 << 10;
/// Method 0 of APPNOTE 4.4.5.
const STORED: u16 = 0;
/// Method 8 of APPNOTE 4.4.5.
const DEFLATE: u16 = 8;
/// File types of the Unix mode that are read (none, regular) and links, as in `stat(2)`.
const REGULAR: [u32; 2] = [0, 0o100_000];
const SYMLINK: u32 = 0o120_000;

/// Where in the archive an entry is and what it must turn out to be.
#[derive(Debug)]
pub(super) struct ZipPlace {
    /// Offset of the local header.
    header: u64,
    /// Where the bytes of the entry must end: the next needed entry or the central directory.
    end: u64,
    packed: u64,
    bytes: u64,
    crc: u32,
    method: u16,
    name: Vec<u8>,
}

impl ZipPlace {
    /// Returns the offset of the entry, for reading in the order of the file.
    pub(super) fn offset(&self) -> u64 {
        self.header
    }

    /// Returns where the entry ends at the earliest: the local header repeats the name.
    fn least_end(&self) -> Option<u64> {
        self.header
            .checked_add(local::FIXED)?
            .checked_add(self.name.len() as u64)?
            .checked_add(self.packed)
    }
}

/// Catalogues a zip.
pub(super) fn catalogue(
    disk: &Arc<Disk>,
    limits: &Limits,
    needed: &dyn Fn(&str) -> bool,
) -> Result<Vec<Found>, Halt> {
    let directory = directory::find(disk, limits.entries)?;
    let mut found = Vec::with_capacity(directory.records.len());
    for record in directory.records {
        let entry = judge(disk, record, directory.start, limits, needed)?;
        if !entry.path.ends_with('/') {
            found.push(entry);
        }
    }
    refuse_overlap(&mut found)?;
    Ok(found)
}

/// Judges one record of the central directory by itself.
fn judge(
    disk: &Disk,
    record: Central,
    end: u64,
    limits: &Limits,
    needed: &dyn Fn(&str) -> bool,
) -> Result<Found, Halt> {
    let path = path(&record.name);
    let is_needed = !path.ends_with('/') && needed(&path);
    let mut problem = claims(&record, limits);
    let place = ZipPlace {
        header: record.header,
        end,
        packed: record.packed,
        bytes: record.bytes,
        crc: record.crc,
        method: record.method,
        name: record.name,
    };
    if place.least_end().is_none_or(|least| least > end) {
        problem.get_or_insert(Problem::OutOfBounds);
    }
    let found = Found {
        path,
        bytes: place.bytes,
        crc: Some(place.crc),
        needed: is_needed,
        problem,
        place: Place::Zip(place),
    };
    if is_needed {
        Ok(found)
    } else {
        unmask(disk, found, needed)
    }
}

/// Finds an entry that only the central directory does not know as needed.
///
/// One flipped bit in a name of the directory would lose an entry without a word; its own header
/// still has the right name.
fn unmask(disk: &Disk, found: Found, needed: &dyn Fn(&str) -> bool) -> Result<Found, Halt> {
    let Place::Zip(place) = &found.place else {
        return Ok(found);
    };
    let own = local::name(disk, place.header, place.name.len()).map_err(Halt::Io)?;
    match own.filter(|own| *own != place.name).map(|own| path(&own)) {
        Some(own) if needed(&own) => Ok(Found {
            problem: Some(Problem::OtherName {
                central: found.path,
            }),
            path: own,
            needed: true,
            ..found
        }),
        _ => Ok(found),
    }
}

/// Returns the first thing that the claims of a record make impossible.
fn claims(record: &Central, limits: &Limits) -> Option<Problem> {
    let (bytes, packed) = (record.bytes, record.packed);
    if record.encrypted {
        Some(Problem::Encrypted)
    } else if record.file_type == SYMLINK {
        Some(Problem::Link)
    } else if !REGULAR.contains(&record.file_type) {
        Some(Problem::NotAFile)
    } else if record.method != STORED && record.method != DEFLATE {
        Some(Problem::Method(record.method))
    } else if bytes.max(packed) > limits.entry_bytes {
        let limit = limits.entry_bytes;
        Some(Problem::TooLarge {
            bytes: bytes.max(packed),
            limit,
        })
    } else if bytes > RATIO_FROM && bytes > packed.saturating_mul(limits.ratio) {
        let limit = limits.ratio;
        Some(Problem::Ratio {
            bytes,
            packed,
            limit,
        })
    } else if packed > bytes + bytes / 8 + PADDING {
        Some(Problem::Padded { bytes, packed })
    } else {
        None
    }
}

/// Refuses the archive when needed entries share bytes, and tells each where the next one begins.
/// Entries that nobody reads may overlap as they like; those that end outside are refused already.
fn refuse_overlap(found: &mut [Found]) -> Result<(), Halt> {
    let mut ranges: Vec<(u64, u64, &str, &mut ZipPlace)> = found
        .iter_mut()
        .filter(|found| found.needed)
        .filter_map(|found| match &mut found.place {
            Place::Zip(place) => {
                let end = place.least_end().filter(|&end| end <= place.end)?;
                Some((place.header, end, found.path.as_str(), place))
            }
            _ => None,
        })
        .collect();
    ranges.sort_by_key(|&(start, end, ..)| (start, end));
    let mut next: Option<(u64, &str)> = None;
    for (start, end, path, place) in ranges.into_iter().rev() {
        if let Some((header, other)) = next {
            if end > header {
                return Err(overlap(path, other));
            }
            place.end = header;
        }
        next = Some((start, path));
    }
    Ok(())
}

fn overlap(path: &str, other: &str) -> Halt {
    Halt::Unusable(
        format!(
            "the entries {path:?} and {other:?} overlap, expected each to have bytes of its own"
        ),
        "this zip is damaged or made to harm (a zip bomb): download the export again",
    )
}
