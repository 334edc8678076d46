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

use std::sync::Arc;

use super::disk::Disk;
use super::{EntryError, EntryInfo, InputError, Limits, Opener, Place};

pub(super) use directory::Central;
pub(crate) use entry::EntryBuffers;

use header::Local;

/// Size that every entry may have whatever its ratio: small files compress oddly.
const RATIO_FROM: u64 = 1 << 20;
/// Compressed bytes that an entry may have beyond its size and an eighth of it.
const PADDING: u64 = 64 << 10;
/// Methods of APPNOTE 4.4.5: 99 is encrypted as WinZip does.
const STORED: u16 = 0;
const DEFLATE: u16 = 8;
const AES: u16 = 99;
/// Flags of the ways in which an entry may be encrypted (APPNOTE 4.4.4).
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
/// File types of the Unix mode that are read (none, regular) and links, as in `stat(2)`.
const REGULAR: [u32; 2] = [0, 0o100_000];
const SYMLINK: u32 = 0o120_000;

pub(super) fn catalogue(
    disk: &Arc<Disk>,
    opener: Opener<'_>,
) -> Result<Vec<EntryInfo>, InputError> {
    let directory = directory::find(disk, opener.limits.entries)?;
    let mut found = Vec::with_capacity(directory.records.len());
    let mut buffer = Vec::new();
    for record in directory.records {
        let own = header::read(disk, record.header, record.name.len(), &mut buffer)?;
        let entry = judge(record, own.as_ref(), directory.start, opener);
        if !entry.path.ends_with('/') {
            found.push(entry);
        }
    }
    refuse_overlap(&mut found, directory.start)?;
    Ok(found)
}

/// Judges one record of the central directory, by itself and against the header of its entry. `end` is
/// where the bytes of all entries end.
///
/// One flipped bit in a name of the directory would lose an entry without a word; its own header
/// still has the right name.
fn judge(mut record: Central, own: Option<&Local<'_>>, end: u64, opener: Opener<'_>) -> EntryInfo {
    let impossible = claims(&record, opener.limits).or_else(|| {
        let is_outside = record.least_end().is_none_or(|least| least > end);
        is_outside.then_some(EntryError::OutOfBounds)
    });
    let unreadable = header::unreadable(own, &record);
    let doubt = header::contradiction(own, &record);
    let other = own.filter(|own| own.name != record.name);
    let other = other.map(|own| path(own.name));
    record.data = own.map_or(0, |own| own.data(record.header));
    let name = std::mem::take(&mut record.path);
    let (bytes, crc) = (record.bytes, record.crc);
    let mut entry = EntryInfo::new(name, bytes, Place::Zip(record), opener);
    entry.crc = Some(crc);
    entry.needed &= !entry.path.ends_with('/');
    match (other, impossible) {
        (Some(other), _) if !entry.needed && (opener.needed)(&other) => {
            let central = std::mem::replace(&mut entry.path, other);
            entry.error = Some(EntryError::OtherName { central });
            entry.needed = true;
        }
        (_, Some(error)) => entry.error = Some(error),
        (other, None) => {
            // A needed entry tells by its error what else would be a doubt.
            let is_told = entry.needed && (other.is_some() || own.is_none());
            entry.doubt = doubt.filter(|_| !is_told);
            entry.error = unreadable.filter(|_| entry.needed);
        }
    }
    entry
}

/// Returns the first thing that the claims of a record make impossible.
fn claims(record: &Central, limits: &Limits) -> Option<EntryError> {
    let (bytes, packed, limit) = (record.bytes, record.packed, limits.ratio);
    let too_large = limits.too_large(bytes.max(packed));
    if record.flags & ENCRYPTED != 0 || record.method == AES {
        Some(EntryError::Encrypted)
    } else if record.file_type == SYMLINK {
        Some(EntryError::Link)
    } else if !REGULAR.contains(&record.file_type) {
        Some(EntryError::NotAFile)
    } else if record.method != STORED && record.method != DEFLATE {
        Some(EntryError::Method(record.method))
    } else if too_large.is_some() {
        too_large
    } else if bytes > RATIO_FROM && bytes > packed.saturating_mul(limit) {
        Some(EntryError::Ratio {
            bytes,
            packed,
            limit,
        })
    } else {
        let is_padded = packed > bytes.saturating_add(bytes / 8 + PADDING);
        is_padded.then_some(EntryError::Padded { bytes, packed })
    }
}

/// Refuses the archive when needed entries share bytes by what they claim, and an entry whose bytes
/// reach into the next needed one, or beyond `end`, as they turn out to lie. Entries that nobody reads
/// may overlap as they like; those that end outside are refused already.
fn refuse_overlap(found: &mut [EntryInfo], end: u64) -> Result<(), InputError> {
    let needed = found.iter_mut().filter(|entry| entry.needed);
    let ranges = needed.filter_map(|entry| {
        let Place::Zip(record) = &entry.place else {
            return None;
        };
        let least = record.least_end().filter(|&least| least <= end)?;
        let whole = record.data.saturating_add(record.packed);
        Some((record.header, least, whole, entry))
    });
    let mut ranges: Vec<_> = ranges.collect();
    ranges.sort_by_key(|&(start, least, ..)| (start, least));
    let mut next = (end, "");
    for (start, least, whole, entry) in ranges.into_iter().rev() {
        if least > next.0 {
            let (path, other) = (&entry.path, next.1);
            let what = format!(
                "the entries {path:?} and {other:?} overlap, expected each to have bytes of its own"
            );
            let advice =
                "this zip is damaged or made to harm (a zip bomb): download the export again";
            return Err(InputError::unusable(what, advice));
        }
        if whole > next.0 {
            let what =
                "its bytes run into the next entry: the archive is damaged or entries overlap";
            let error = EntryError::damaged(what, "bytes of its own");
            entry.error.get_or_insert(error);
        }
        let entry: &EntryInfo = entry;
        next = (start, &entry.path);
    }
    Ok(())
}

/// Turns a stored name into a path: UTF-8 as far as it goes, `/` between the parts.
pub(super) fn path(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace('\\', "/")
}
