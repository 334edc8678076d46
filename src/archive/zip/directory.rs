//! Reads the central directory of a zip, believing nothing that it does not show.
//!
//! The `zip` crate parses the records; which of several end records is meant, whether all entries
//! are there and how many are too many is decided here. It knows no entry names that matter and
//! reads no entry.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use zip::read::{ArchiveOffset, Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::ends::{self, End};
use crate::archive::InputError;
use crate::archive::disk::{Disk, Window};
use crate::archive::error::{AGAIN, TOO_MANY};

/// Directories that are read before a file made of end records is given up.
const DIRECTORIES: usize = 16;
/// All names of a directory together; real exports stay below 10 MB.
const NAME_BYTES: usize = 64 << 20;
/// Size of a record without name, extra field and comment (APPNOTE 4.3.12).
const FIXED: u64 = 46;

/// One record of the central directory.
#[derive(Debug)]
pub(super) struct Central {
    /// The name as it stands in the archive.
    pub(super) name: Vec<u8>,
    /// The path that it means: by the crate's rules for code pages, `/` between the parts.
    pub(super) path: String,
    /// Offset of the local header from the start of the file.
    pub(super) header: u64,
    /// Claimed compressed size.
    pub(super) packed: u64,
    /// Claimed size.
    pub(super) bytes: u64,
    /// Claimed CRC-32.
    pub(super) crc: u32,
    /// Compression method.
    pub(super) method: u16,
    /// General purpose flags.
    pub(super) flags: u16,
    /// Time and date as DOS writes them.
    pub(super) modified: u32,
    /// Internal attributes.
    pub(super) internal: u16,
    /// File type bits of the Unix mode, 0 where there is none.
    pub(super) file_type: u32,
}

/// The central directory: where entries end, and what there is. Directories without data are left
/// out.
#[derive(Debug)]
pub(super) struct Directory {
    /// Offset of its first byte; the bytes of all entries lie before.
    pub(super) start: u64,
    /// Its records in their order.
    pub(super) records: Vec<Central>,
}

/// Why a directory is of no use.
enum Flaw {
    /// It is damaged, or not all there.
    Damaged(String),
    /// It is larger than the limits allow.
    TooLarge(String),
    /// The operating system failed.
    Io(io::Error),
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ZipError> for Flaw {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(e) if e.raw_os_error().is_some() => Self::Io(e),
            ZipError::InvalidArchive(what) => {
                Self::Damaged(format!("the zip is damaged: {}", what.to_lowercase()))
            }
            e => Self::Damaged(format!("the zip is damaged: {e}")),
        }
    }
}

impl From<Flaw> for InputError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Damaged(what) => Self::unusable(what, AGAIN),
            Flaw::TooLarge(what) => Self::unusable(what, TOO_MANY),
            Flaw::Io(error) => error.into(),
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
            Err(Flaw::Io(error)) => return Err(error.into()),
            // The first flaw belongs to the record nearest to the end.
            Err(other) => flaw = flaw.or(Some(other)),
            Ok(directory) if directory.records.is_empty() => empty = empty.or(Some(directory)),
            Ok(_) if found.is_some() => return Err(ambiguous()),
            Ok(directory) => found = Some(directory),
        }
    }
    match (found, empty, flaw) {
        (Some(directory), ..) | (None, Some(directory), None) => Ok(directory),
        (None, _, Some(flaw)) => Err(flaw.into()),
        (None, None, None) => Err(InputError::unusable(
            "the zip has no end record: it is truncated or one volume of a split archive, \
             expected a whole zip",
            AGAIN,
        )),
    }
}

fn ambiguous() -> InputError {
    InputError::unusable(
        "the zip has two end records that both fit, expected one: it can be read in two ways",
        AGAIN,
    )
}

/// Reads the directory of one end record.
fn read(disk: &Arc<Disk>, end: &End, max_entries: u64) -> Result<Directory, Flaw> {
    let archive_start = end.archive_start(disk)?.map_err(Flaw::Damaged)?;
    let config = Config {
        archive_offset: ArchiveOffset::Known(archive_start),
    };
    // The file is shown up to this record, without a comment: no other record is taken for it.
    let window = Window::new(disk, end.at + ends::LEN, 2);
    let mut zip = ZipIterable::try_new(window.clone(), config)?;
    let claimed = zip.len();
    if claimed as u64 > max_entries {
        let what = format!("the zip claims {claimed} entries, expected at most {max_entries}");
        return Err(Flaw::TooLarge(what));
    }
    if claimed == 0 && !end.is_empty() {
        let what = "the end record of the zip claims no entries, but a central directory";
        return Err(Flaw::Damaged(what.to_owned()));
    }
    let mut records = Reader::new(window, end.at);
    for entry in zip.files()? {
        let entry = entry.map_err(|error| short(&records, claimed, error))?;
        records.add(&entry)?;
    }
    records.finish(disk, claimed)
}

/// What is said when a record of the directory cannot be read.
fn short(records: &Reader, claimed: usize, error: ZipError) -> Flaw {
    match Flaw::from(error) {
        Flaw::Damaged(_) => Flaw::Damaged(format!(
            "the number of readable entries of the zip is {}, expected the {claimed} that its end \
             record claims",
            records.count
        )),
        flaw => flaw,
    }
}

/// Takes the records over from the crate, with what it keeps to itself.
struct Reader {
    window: Window,
    /// Where the first record begins, where the last one ends, where the end record stands.
    start: Option<u64>,
    next: u64,
    end: u64,
    count: usize,
    names: usize,
    records: Vec<Central>,
}

impl Reader {
    fn new(window: Window, end: u64) -> Self {
        Self {
            window,
            start: None,
            next: end,
            end,
            count: 0,
            names: 0,
            records: Vec::new(),
        }
    }

    fn add(&mut self, entry: &ZipFileEntry<'_>) -> Result<(), Flaw> {
        let at = entry.central_header_start();
        let mut fixed = [0; 46];
        self.window.seek(SeekFrom::Start(at))?;
        self.window.read_exact(&mut fixed)?;
        #[rustfmt::skip]
        let [_, _, _, _, _, _, _, _, _, _, m0, m1, t0, t1, d0, d1, _, _, _, _, _, _, _, _, _, _, _, _,
             n0, n1, e0, e1, c0, c1, _, _, i0, i1, ..] = fixed;
        let mut name = vec![0; usize::from(u16::from_le_bytes([n0, n1]))];
        self.window.read_exact(&mut name)?;
        self.count += 1;
        self.names += name.len();
        if self.names > NAME_BYTES {
            let what = "the names of all entries of the zip are longer than 64 MiB together";
            return Err(Flaw::TooLarge(what.to_owned()));
        }
        let rest = [[e0, e1], [c0, c1]].map(u16::from_le_bytes).map(u64::from);
        self.start.get_or_insert(at);
        self.next = at + FIXED + name.len() as u64 + rest.iter().sum::<u64>();
        // A directory has no data; what has some may be a file under a damaged name.
        if entry.size() > 0 || !matches!(name.as_slice(), [.., b'/' | b'\\']) {
            let path = entry
                .name()
                .map_or_else(|_| super::path(&name), |path| path.replace('\\', "/"));
            self.records.push(Central {
                name,
                path,
                header: entry.header_start(),
                packed: entry.compressed_size(),
                bytes: entry.size(),
                crc: entry.crc32(),
                method: u16::from_le_bytes([m0, m1]),
                flags: entry.flags().as_u16(),
                modified: u32::from_le_bytes([t0, t1, d0, d1]),
                internal: u16::from_le_bytes([i0, i1]),
                file_type: entry.unix_mode().unwrap_or(0) & 0o170_000,
            });
        }
        Ok(())
    }

    /// Checks that the directory ends where its end record stands, or has no more entries at least.
    fn finish(self, disk: &Disk, claimed: usize) -> Result<Directory, Flaw> {
        // Bytes between the directory and its end record are harmless once all entries were met.
        let is_other = self.next > self.end || ends::between(disk, self.next, self.end)?;
        if is_other || ends::stands(disk, self.next, ends::DIRECTORY)? {
            return Err(Flaw::Damaged(format!(
                "the central directory of the zip holds more than the {claimed} entries that its \
                 end record claims"
            )));
        }
        Ok(Directory {
            start: self.start.unwrap_or(self.end),
            records: self.records,
        })
    }
}
