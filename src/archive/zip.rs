//! Zip: the catalogue of an archive, and its entries as bytes.
//!
//! The `zip` crate parses the structures; it leaves the guards to its caller, and they are here or
//! below: which end record is meant, which entries lie about themselves ([`EntryError`]), stand twice
//! or share bytes, and that what comes out is what was promised. Only entries that are needed are
//! ever inflated. It does not know what an export is.

mod directory;
mod ends;
mod entry;
mod header;

use std::borrow::Cow;
use std::sync::Arc;

use super::disk::Disk;
use super::{EntryError, Found, InputError, Limits, Place};

pub use entry::EntryBuffers;

use directory::Central;
use header::Local;

/// Size that every entry may have whatever its ratio: small files compress oddly.
const RATIO_FROM: u64 = 1 << 20;
/// Compressed bytes that an entry may have beyond its size and an eighth of it.
const PADDING: u64 = 64 << 10;
/// Method 0 of APPNOTE 4.4.5.
const STORED: u16 = 0;
/// Method 8 of APPNOTE 4.4.5.
const DEFLATE: u16 = 8;
/// Method 99 of APPNOTE 4.4.5: encrypted as WinZip does.
const AES: u16 = 99;
/// Flags of the ways in which an entry may be encrypted (APPNOTE 4.4.4).
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
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
            .checked_add(header::FIXED)?
            .checked_add(self.name.len() as u64)?
            .checked_add(self.packed)
    }
}

/// Catalogues a zip.
pub(super) fn catalogue(
    disk: &Arc<Disk>,
    limits: &Limits,
    needed: &dyn Fn(&str) -> bool,
) -> Result<Vec<Found>, InputError> {
    let directory = directory::find(disk, limits.entries)?;
    let mut found = Vec::with_capacity(directory.records.len());
    let mut buffer = Vec::new();
    for record in &directory.records {
        let entry = judge(disk, record, directory.start, limits, needed, &mut buffer)?;
        if !entry.path.ends_with('/') {
            found.push(entry);
        }
    }
    refuse_overlap(&mut found)?;
    Ok(found)
}

/// Judges one record of the central directory, by itself and against the header of its entry.
fn judge(
    disk: &Disk,
    record: &Central,
    end: u64,
    limits: &Limits,
    needed: &dyn Fn(&str) -> bool,
    buffer: &mut Vec<u8>,
) -> Result<Found, InputError> {
    let path = record.path.clone();
    let place = ZipPlace {
        header: record.header,
        end,
        packed: record.packed,
        bytes: record.bytes,
        crc: record.crc,
        method: record.method,
        name: record.name.clone(),
    };
    let mut error = claims(record, limits);
    if place.least_end().is_none_or(|least| least > end) {
        error.get_or_insert(EntryError::OutOfBounds);
    }
    let found = Found {
        needed: !path.ends_with('/') && needed(&path),
        path,
        bytes: place.bytes,
        crc: Some(place.crc),
        error,
        doubt: None,
        place: Place::Zip(place),
    };
    let own = header::read(disk, record.header, record.name.len(), buffer)?;
    Ok(compare(found, record, own, needed))
}

/// Compares an entry with its own header.
///
/// One flipped bit in a name of the directory would lose an entry without a word; its own header
/// still has the right name. What is wrong with the header of a needed entry so that it cannot be
/// read is told when it is read.
fn compare(
    found: Found,
    record: &Central,
    own: Option<Local<'_>>,
    needed: &dyn Fn(&str) -> bool,
) -> Found {
    let other = own.as_ref().filter(|own| own.name != record.name);
    match (other.map(|own| path(own.name)), found.needed) {
        (Some(other), false) if needed(&other) => Found {
            error: Some(EntryError::OtherName {
                central: found.path,
            }),
            path: other,
            needed: true,
            ..found
        },
        _ if found.error.is_some() => found,
        (Some(_), true) => found,
        _ => Found {
            doubt: match own {
                Some(own) => header::contradiction(&own, record),
                None => (!found.needed).then(|| "an entry has no header of its own".to_owned()),
            },
            ..found
        },
    }
}

/// Returns the first thing that the claims of a record make impossible.
fn claims(record: &Central, limits: &Limits) -> Option<EntryError> {
    let (bytes, packed) = (record.bytes, record.packed);
    if record.flags & ENCRYPTED != 0 || record.method == AES {
        Some(EntryError::Encrypted)
    } else if record.file_type == SYMLINK {
        Some(EntryError::Link)
    } else if !REGULAR.contains(&record.file_type) {
        Some(EntryError::NotAFile)
    } else if record.method != STORED && record.method != DEFLATE {
        Some(EntryError::Method(record.method))
    } else if bytes.max(packed) > limits.entry_bytes {
        let limit = limits.entry_bytes;
        Some(EntryError::TooLarge {
            bytes: bytes.max(packed),
            limit,
        })
    } else if bytes > RATIO_FROM && bytes > packed.saturating_mul(limits.ratio) {
        let limit = limits.ratio;
        Some(EntryError::Ratio {
            bytes,
            packed,
            limit,
        })
    } else if packed > bytes.saturating_add(bytes / 8 + PADDING) {
        Some(EntryError::Padded { bytes, packed })
    } else {
        None
    }
}

/// Refuses the archive when needed entries share bytes, and tells each where the next one begins.
/// Entries that nobody reads may overlap as they like; those that end outside are refused already.
fn refuse_overlap(found: &mut [Found]) -> Result<(), InputError> {
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

fn overlap(path: &str, other: &str) -> InputError {
    InputError::unusable(
        format!(
            "the entries {path:?} and {other:?} overlap, expected each to have bytes of its own"
        ),
        "this zip is damaged or made to harm (a zip bomb): download the export again",
    )
}

/// Turns a stored name into a path: UTF-8 as far as it goes, `/` between the parts.
pub(super) fn path(name: &[u8]) -> String {
    match String::from_utf8_lossy(name) {
        Cow::Borrowed(s) if !s.contains('\\') => s.to_owned(),
        s => s.replace('\\', "/"),
    }
}
