//! Finds the central directory of a zip and reads it, believing nothing that it does not show.
//!
//! `rawzip` finds end records and parses the structures; which of several end records is meant,
//! whether all entries are there and how many are too many is decided here. It knows no entry
//! names that matter and reads no entry.

use std::borrow::Cow;

use rawzip::{MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ZipArchive, ZipFileHeaderRecord, ZipLocator};

use crate::archive::disk::Disk;
use crate::archive::error::{Halt, TOO_MANY};

/// Size of an end record without its comment (APPNOTE 4.3.16).
const END: u64 = 22;
/// Largest comment, and with it how far from the end of the file an end record can begin.
const WINDOW: u64 = END + 0xFFFF;
/// How far from the end of the file an end record is looked for when bytes were added after it.
const SEARCH: u64 = 1 << 20;
/// Directories that are read in full before a file made of end records is given up.
const DIRECTORIES: u32 = 16;
/// Signatures looked at before such a file is given up.
const SIGNATURES: u32 = 20_000;
/// All names of a directory together; real exports stay below 10 MB.
const NAME_BYTES: usize = 64 << 20;

const AGAIN: &str = "download the export again; a file that was cut off or changed cannot be used";

/// Why a directory is of no use: what is wrong, and what to do.
#[derive(Debug)]
struct Flaw(String, &'static str);

impl From<String> for Flaw {
    fn from(what: String) -> Self {
        Self(what, AGAIN)
    }
}

impl From<&str> for Flaw {
    fn from(what: &str) -> Self {
        Self(what.into(), AGAIN)
    }
}

/// One record of the central directory.
#[derive(Debug)]
pub(super) struct Central {
    /// The name as it stands in the archive.
    pub(super) name: Vec<u8>,
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
    /// Encrypted in any of the ways that the format knows.
    pub(super) encrypted: bool,
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

/// Finds and reads the one central directory of the file.
pub(super) fn find(disk: &Disk, max_entries: u64) -> Result<Directory, Halt> {
    let mut search = Search {
        disk,
        max_entries,
        buffer: vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE],
        read: 0,
        flaw: None,
        empty: None,
    };
    let found = search.run();
    // An error of the disk may have been taken for a missing record further up.
    if let Some(error) = disk.failure() {
        return Err(Halt::Io(error));
    }
    match (found?, search.empty, search.flaw) {
        (Some(directory), _, _) | (None, Some(directory), None) => Ok(directory),
        (None, _, Some(Flaw(what, advice))) => Err(Halt::Unusable(what, advice)),
        (None, None, None) => Err(Halt::Unusable(
            "the zip has no end record: it is truncated or one volume of a split archive, \
             expected a whole zip"
                .into(),
            AGAIN,
        )),
    }
}

struct Search<'a> {
    disk: &'a Disk,
    max_entries: u64,
    buffer: Vec<u8>,
    read: u32,
    flaw: Option<Flaw>,
    empty: Option<Directory>,
}

impl<'a> Search<'a> {
    /// Goes backward over everything that looks like an end record.
    ///
    /// An end record whose comment ends exactly with the file is preferred to one that has bytes
    /// after it, so that a forged record inside a comment loses against the true one. Two that
    /// both end exactly are refused: two programs would read two different archives.
    fn run(&mut self) -> Result<Option<Directory>, Halt> {
        let len = self.disk.len();
        let (mut exact, mut loose): (Option<Directory>, Option<Directory>) = (None, None);
        let mut end = len;
        for _ in 0..SIGNATURES {
            let known = exact.is_some() || loose.is_some();
            let window = if known { WINDOW } else { SEARCH };
            let space = window.saturating_sub(len - end);
            if space < END {
                break;
            }
            let Some((at, archive)) = self.before(end, space) else {
                break;
            };
            end = at;
            let Some(archive) = archive else { continue };
            let fits = archive.end_offset() == len;
            if known && !fits {
                continue;
            }
            let Some(directory) = self.directory(&archive)? else {
                continue;
            };
            match (fits, exact.is_some()) {
                (true, true) => return Err(ambiguous()),
                (true, false) => exact = Some(directory),
                (false, _) => loose = Some(directory),
            }
        }
        Ok(exact.or(loose))
    }

    /// Returns the last end record before `end`: its offset, and the archive if it holds together.
    fn before(&mut self, end: u64, space: u64) -> Option<(u64, Option<ZipArchive<&'a Disk>>)> {
        let locator = ZipLocator::new().max_search_space(space);
        let disk = self.disk;
        match locator.locate_in_reader(disk, &mut self.buffer, end) {
            Ok(archive) => Some((archive.eocd_offset(), Some(archive))),
            Err((_, error)) => {
                let at = error.eocd_offset()?;
                let what =
                    "the end record of the zip points outside the file, it is damaged or truncated";
                self.note(what.into());
                Some((at, None))
            }
        }
    }

    /// Reads the directory of one end record; `None` when it does not show what it claims.
    fn directory(&mut self, archive: &ZipArchive<&Disk>) -> Result<Option<Directory>, Halt> {
        if self.read == DIRECTORIES {
            return Ok(None);
        }
        self.read += 1;
        match self.read_directory(archive) {
            Ok(directory) if archive.entries_hint() == 0 => {
                self.empty.get_or_insert(directory);
                Ok(None)
            }
            Ok(directory) => Ok(Some(directory)),
            Err(flaw) => {
                self.note(flaw);
                Ok(None)
            }
        }
    }

    fn read_directory(&mut self, archive: &ZipArchive<&Disk>) -> Result<Directory, Flaw> {
        self.whole(archive)?;
        let claimed = archive.entries_hint();
        if claimed > self.max_entries {
            let most = self.max_entries;
            let what = format!("the zip claims {claimed} entries, expected at most {most}");
            return Err(Flaw(what, TOO_MANY));
        }
        let (mut records, mut count, mut names) = (Vec::new(), 0u64, 0usize);
        let mut fixed = [0; 46];
        let mut entries = archive.entries(&mut self.buffer);
        let clean = loop {
            match entries.next_entry() {
                Ok(Some(record)) => {
                    count += 1;
                    names += record.file_path().as_ref().len();
                    if count > self.max_entries || names > NAME_BYTES {
                        let what =
                            "the zip has more entries than the limit allows, or too long names";
                        return Err(Flaw(what.into(), TOO_MANY));
                    }
                    // A directory has no data; what has some may be a file under a damaged name.
                    if record.uncompressed_size_hint() > 0 || !is_directory(&record) {
                        let told = self
                            .disk
                            .fill(&mut fixed, record.central_directory_offset());
                        let read = matches!(told, Ok(46)).then_some(&fixed);
                        records.push(central(&record, read.unwrap_or(&[0; 46])));
                    }
                }
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        // Bytes between the directory and its end record are harmless once all entries were met.
        // Writers without zip64 count modulo 65,536.
        let all = count == claimed || (count > 0xFFFF && count & 0xFFFF == claimed);
        if all && (clean || count > 0) {
            return Ok(Directory {
                start: archive.directory_offset(),
                records,
            });
        }
        Err(Flaw::from(format!(
            "the number of readable entries of the zip is {count}, expected the {claimed} that its \
             end record claims"
        )))
    }

    /// Checks that the end record speaks of one whole file and of a directory before itself.
    fn whole(&self, archive: &ZipArchive<&Disk>) -> Result<(), Flaw> {
        let mut end = [0; 22];
        let read = self.disk.fill(&mut end, archive.eocd_offset());
        if !matches!(read, Ok(22)) {
            return Err("the end record of the zip is cut off".into());
        }
        let [_, _, _, _, d0, d1, c0, c1, _, _, _, _, s0, s1, s2, s3, ..] = end;
        let disks = [u16::from_le_bytes([d0, d1]), u16::from_le_bytes([c0, c1])];
        // 0xFFFF: the number is in the zip64 record (APPNOTE 4.4.19).
        if disks.iter().any(|&disk| disk != 0 && disk != 0xFFFF) {
            return Err(
                "the file is one volume of a split (multi-part) zip, expected a whole zip".into(),
            );
        }
        let size = u32::from_le_bytes([s0, s1, s2, s3]);
        let room = archive
            .eocd_offset()
            .saturating_sub(archive.directory_offset());
        if size != u32::MAX && u64::from(size) > room {
            return Err(Flaw::from(format!(
                "the end record of the zip claims a central directory of {size} bytes, there is \
                 room for {room}"
            )));
        }
        Ok(())
    }

    /// Keeps the first thing that is wrong: it belongs to the record nearest to the end.
    fn note(&mut self, flaw: Flaw) {
        self.flaw.get_or_insert(flaw);
    }
}

fn ambiguous() -> Halt {
    Halt::Unusable(
        "the zip has two end records that both fit, expected one: it can be read in two ways"
            .into(),
        AGAIN,
    )
}

/// Takes a record over; `fixed` is the fixed part of its header, for what `rawzip` keeps to itself.
fn central(record: &ZipFileHeaderRecord<'_>, fixed: &[u8; 46]) -> Central {
    let flags = record.flags();
    let [_, _, _, _, _, _, _, _, f0, f1, _, _, t0, t1, d0, d1, ..] = *fixed;
    let [.., i0, i1, _, _, _, _, _, _, _, _] = *fixed;
    let method = record.compression_method().as_u16();
    Central {
        name: record.file_path().as_ref().to_vec(),
        header: record.local_header_offset(),
        packed: record.compressed_size_hint(),
        bytes: record.uncompressed_size_hint(),
        crc: record.crc32(),
        method,
        flags: u16::from_le_bytes([f0, f1]),
        modified: u32::from_le_bytes([t0, t1, d0, d1]),
        internal: u16::from_le_bytes([i0, i1]),
        // Method 99 is WinZip AES (APPNOTE 4.4.5).
        encrypted: flags.is_encrypted()
            || flags.has_strong_encryption()
            || flags.is_masked()
            || method == 99,
        file_type: record.mode().value() & 0o170_000,
    }
}

fn is_directory(record: &ZipFileHeaderRecord<'_>) -> bool {
    matches!(record.file_path().as_ref(), [.., b'/' | b'\\'])
}

/// Turns a stored name into a path: UTF-8 as far as it goes, `/` between the parts.
pub(in crate::archive) fn path(name: &[u8]) -> String {
    match String::from_utf8_lossy(name) {
        Cow::Borrowed(s) if !s.contains('\\') => s.to_owned(),
        s => s.replace('\\', "/"),
    }
}
