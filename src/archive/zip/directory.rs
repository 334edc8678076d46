//! Reads the central directory of a zip, believing nothing that it does not show.
//!
//! The `zip` crate parses the records; which of several end records is meant, whether all entries
//! are there and how many are too many is decided here. It knows no entry names that matter and
//! reads no entry.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use zip::read::{ArchiveOffset, Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::ends::{self, End};
use super::header;
use crate::archive::InputError;
use crate::archive::disk::{Disk, Window};
use crate::archive::error::TOO_MANY;

/// Directories that are read before a file made of end records is given up.
const DIRECTORIES: usize = 16;
/// All names of a directory together; real exports stay below 10 MB.
const NAME_BYTES: usize = 64 << 20;

/// One record of the central directory: where an entry is, and what it must turn out to be.
#[derive(Debug)]
pub(in crate::archive) struct Central {
    /// The name as it stands in the archive.
    pub(super) name: Vec<u8>,
    /// The path that it means: by the crate's rules for code pages, `/` between the parts.
    pub(super) path: String,
    /// Offset of the local header from the start of the file.
    pub(in crate::archive) header: u64,
    /// Offset of the compressed bytes, as the local header tells it.
    pub(super) data: u64,
    /// Claimed sizes, compressed and not, and CRC-32.
    pub(super) packed: u64,
    pub(super) bytes: u64,
    pub(super) crc: u32,
    pub(super) method: u16,
    pub(super) flags: u16,
    /// Time and date as DOS writes them.
    pub(super) modified: u32,
    pub(super) internal: u16,
    /// File type bits of the Unix mode, 0 where there is none.
    pub(super) file_type: u32,
}

impl Central {
    /// Returns where the entry ends at the earliest: the local header repeats the name.
    pub(super) fn least_end(&self) -> Option<u64> {
        let name = header::FIXED + self.name.len() as u64;
        self.header.checked_add(name)?.checked_add(self.packed)
    }
}

/// The central directory: where entries end, and what there is. Directories without data are left
/// out.
#[derive(Debug)]
pub(super) struct Directory {
    /// Offset of its first byte; the bytes of all entries lie before.
    pub(super) start: u64,
    pub(super) records: Vec<Central>,
}

impl From<ZipError> for InputError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(e) if e.raw_os_error().is_some() => e.into(),
            ZipError::InvalidArchive(what) => {
                Self::damaged(format!("the zip is damaged: {}", what.to_lowercase()))
            }
            e => Self::damaged(format!("the zip is damaged: {e}")),
        }
    }
}

/// Finds and reads the one central directory of the file.
///
/// An end record whose comment ends exactly with the file is preferred to one that has bytes after
/// it, so that a forged record inside a comment loses against the true one. Two that both end
/// exactly are refused: two programs would read two different archives.
pub(super) fn find(disk: &Arc<Disk>, max_entries: u64) -> Result<Directory, InputError> {
    let ends = ends::find(disk)?;
    let (exact, loose): (Vec<&End>, Vec<&End>) = ends.iter().partition(|end| end.is_exact);
    let (mut found, mut empty, mut flaw) = (None, None, None);
    for end in exact.into_iter().chain(loose).take(DIRECTORIES) {
        if found.is_some() && !end.is_exact {
            break;
        }
        match read(disk, end, max_entries) {
            Err(error @ InputError::Io { .. }) => return Err(error),
            // The first flaw belongs to the record nearest to the end.
            Err(other) => flaw = flaw.or(Some(other)),
            Ok(directory) if directory.records.is_empty() => empty = empty.or(Some(directory)),
            Ok(_) if found.is_some() => {
                let what = "the zip has two end records that both fit, expected one: it can be read in two ways";
                return Err(InputError::damaged(what));
            }
            Ok(directory) => found = Some(directory),
        }
    }
    match (found, empty, flaw) {
        (Some(directory), ..) | (None, Some(directory), None) => Ok(directory),
        (None, _, Some(flaw)) => Err(flaw),
        (None, None, None) => Err(InputError::damaged(
            "the zip has no end record: it is truncated or one volume of a split archive, \
             expected a whole zip",
        )),
    }
}

/// Reads the directory of one end record.
fn read(disk: &Arc<Disk>, end: &End, max_entries: u64) -> Result<Directory, InputError> {
    let archive_offset = ArchiveOffset::Known(end.archive_start(disk)?);
    // The file is shown up to this record, without a comment: no other record is taken for it.
    let mut window = Window::new(disk, end.at + ends::LEN, 2);
    let mut zip = ZipIterable::try_new(window.clone(), Config { archive_offset })?;
    let claimed = zip.len();
    if claimed as u64 > max_entries {
        let what = format!("the zip claims {claimed} entries, expected at most {max_entries}");
        return Err(InputError::unusable(what, TOO_MANY));
    }
    if claimed == 0 && !end.is_empty() {
        let what = "the end record of the zip claims no entries, but a central directory";
        return Err(InputError::damaged(what));
    }
    let (mut start, mut next, mut names) = (end.at, end.at, 0);
    let mut records = Vec::new();
    for (count, entry) in zip.files()?.enumerate() {
        let entry = entry.map_err(|error| match error.into() {
            InputError::Unusable { .. } => InputError::damaged(format!(
                "the number of readable entries of the zip is {count}, expected the {claimed} that \
                 its end record claims"
            )),
            error => error,
        })?;
        let record = record(&mut window, &entry, &mut next)?;
        if count == 0 {
            start = entry.central_header_start();
        }
        names += record.name.len();
        if names > NAME_BYTES {
            let what = "the names of all entries of the zip are longer than 64 MiB together";
            return Err(InputError::unusable(what, TOO_MANY));
        }
        // A directory has no data; what has some may be a file under a damaged name.
        if record.bytes > 0 || !matches!(record.name.as_slice(), [.., b'/' | b'\\']) {
            records.push(record);
        }
    }
    // Bytes between the directory and its end record are harmless once all entries were met.
    let is_other = next > end.at || ends::between(disk, next, end.at)?;
    if is_other || ends::stands(disk, next, ends::DIRECTORY)? {
        return Err(InputError::damaged(format!(
            "the central directory of the zip holds more than the {claimed} entries that its \
             end record claims"
        )));
    }
    Ok(Directory { start, records })
}

/// Takes a record over from the crate, with what it keeps to itself, and tells where it ends.
fn record(
    window: &mut Window,
    entry: &ZipFileEntry<'_>,
    end: &mut u64,
) -> Result<Central, InputError> {
    let mut fixed = [0; 46];
    window.seek(SeekFrom::Start(entry.central_header_start()))?;
    window.read_exact(&mut fixed)?;
    // Size and fields of a record without name, extra field and comment (APPNOTE 4.3.12).
    #[rustfmt::skip]
    let [_, _, _, _, _, _, _, _, _, _, m0, m1, t0, t1, d0, d1, _, _, _, _, _, _, _, _, _, _, _, _,
         n0, n1, e0, e1, c0, c1, _, _, i0, i1, ..] = fixed;
    let mut name = vec![0; usize::from(u16::from_le_bytes([n0, n1]))];
    window.read_exact(&mut name)?;
    let rest = [[e0, e1], [c0, c1]].map(u16::from_le_bytes).map(i64::from);
    *end = window.seek(SeekFrom::Current(rest.iter().sum()))?;
    let path = entry
        .name()
        .map_or_else(|_| super::path(&name), |path| path.replace('\\', "/"));
    Ok(Central {
        name,
        path,
        header: entry.header_start(),
        data: 0,
        packed: entry.compressed_size(),
        bytes: entry.size(),
        crc: entry.crc32(),
        method: u16::from_le_bytes([m0, m1]),
        flags: entry.flags().as_u16(),
        modified: u32::from_le_bytes([t0, t1, d0, d1]),
        internal: u16::from_le_bytes([i0, i1]),
        file_type: entry.unix_mode().unwrap_or(0) & 0o170_000,
    })
}
