//! OUT as one zip: written in path order whatever the order of the threads, and read again.
//!
//! Every file is deflated by the thread that brings it and spooled beside OUT; sealing copies the
//! pieces in path order. So memory stays small, all cores compress, and the bytes depend on the
//! files alone: every entry is dated 1980-01-01, the first day that a zip can name. Reading trusts
//! nothing: names, sizes and checksums are compared, and nothing grows beyond what was announced.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

use flate2::read::DeflateDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};
use rawzip::time::UtcDateTime;
use rawzip::{
    CompressionMethod, DataDescriptorOutput, FileReader, ReaderAt, ZipArchive,
    ZipArchiveEntryWayfinder,
};
use rawzip::{ZipArchiveWriter, ZipLocator};

use super::again;
use super::manifest::{self, Head};
use super::work::guard;

/// 1980-01-01T00:00:00Z in Unix seconds.
const DATE: i64 = 315_532_800;
/// Plain file, rw-r--r--.
const MODE: u32 = 0o100_644;
/// Deflate level: on 20 MB of monitoring files, 3 makes 9.8 MB in half the time that 6 takes for
/// 9.7 MB; 1 makes 12.3 MB.
const LEVEL: u32 = 3;
/// Buffer of the finished zip, in bytes.
const BUFFER: usize = 1 << 20;
/// Most entries that are listed; our own outputs have some 20,000.
const MAX_ENTRIES: usize = 1_000_000;

/// Deflated pieces in the order in which they came.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Mutex<(File, u64)>,
    pieces: Mutex<BTreeMap<String, Piece>>,
    idle: Mutex<Vec<Compress>>,
}

/// Where a piece is and what it holds.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u64,
    deflated: u64,
    crc: u32,
    size: u64,
}

impl Spool {
    /// Starts an empty spool in a new file.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)?;
        Ok(Self {
            file: Mutex::new((file, 0)),
            pieces: Mutex::default(),
            idle: Mutex::default(),
        })
    }

    /// Deflates one file and appends it; any thread may call this.
    pub(crate) fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let idle = guard(&self.idle).pop();
        let mut compress = idle.unwrap_or_else(|| Compress::new(Compression::new(LEVEL), false));
        let deflated = deflate(&mut compress, bytes)?;
        guard(&self.idle).push(compress);
        let start = {
            let mut file = guard(&self.file);
            file.0.write_all(&deflated)?;
            let start = file.1;
            file.1 += deflated.len() as u64;
            start
        };
        let piece = Piece {
            start,
            deflated: deflated.len() as u64,
            crc: crc32fast::hash(bytes),
            size: bytes.len() as u64,
        };
        match guard(&self.pieces).insert(path.to_owned(), piece) {
            None => Ok(()),
            Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }

    /// Writes the zip, entries in path order, and syncs it.
    pub(crate) fn assemble(self, to: &Path) -> io::Result<()> {
        let (mut spool, _) = self
            .file
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut zip = ZipArchiveWriter::new(BufWriter::with_capacity(BUFFER, File::create(to)?));
        for (path, piece) in guard(&self.pieces).iter() {
            let builder = zip
                .new_file(path.as_str())
                .compression_method(CompressionMethod::DEFLATE);
            let started = builder
                .last_modified(UtcDateTime::from_unix(DATE))
                .unix_permissions(MODE)
                .start();
            let (mut entry, _) = started.map_err(plain)?;
            spool.seek(SeekFrom::Start(piece.start))?;
            let copied = io::copy(&mut (&spool).take(piece.deflated), &mut entry)?;
            if copied != piece.deflated {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            entry
                .finish(DataDescriptorOutput::new(piece.crc, piece.size))
                .map_err(plain)?;
        }
        let buffer = zip.finish().map_err(plain)?;
        buffer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()
    }
}

/// Deflates a whole buffer.
fn deflate(compress: &mut Compress, bytes: &[u8]) -> io::Result<Vec<u8>> {
    compress.reset();
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let done = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
        let rest = bytes.get(done..).unwrap_or_default();
        let status = compress
            .compress_vec(rest, &mut out, FlushCompress::Finish)
            .map_err(io::Error::other)?;
        if status == Status::StreamEnd {
            return Ok(out);
        }
        out.reserve(rest.len() / 2 + 64);
    }
}

/// The error of the system inside an error of the zip layer, or its words.
fn plain(error: rawzip::Error) -> io::Error {
    let text = error.to_string();
    match error.into_kind() {
        rawzip::ErrorKind::IO(e) => e,
        _ => io::Error::other(text.to_lowercase()),
    }
}

/// The error of a file in which no directory was found.
fn no_zip(error: rawzip::Error) -> io::Error {
    match plain(error) {
        e if e.raw_os_error().is_some() => e,
        e => io::Error::other(format!("is not a whole zip ({e})")),
    }
}

/// Reads at an offset, again after an interruption; never beyond the end of the file, because a
/// hostile offset would be an error of the system otherwise.
#[derive(Debug)]
struct Bounded(FileReader, u64);

impl ReaderAt for Bounded {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.1 {
            Ok(0)
        } else {
            again(|| self.0.read_at(buf, offset))
        }
    }
}

/// A zip that is read: its entries by name.
#[derive(Debug)]
pub struct Archive {
    zip: ZipArchive<Bounded>,
    members: BTreeMap<String, Member>,
    oddities: Vec<String>,
}

/// One entry.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    /// Size in bytes as announced.
    pub bytes: u64,
}

impl Archive {
    /// Opens a zip and lists it.
    ///
    /// # Errors
    /// Errors of the system, or why it is not a zip.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let end = file.metadata()?.len();
        let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
        let reader = Bounded(FileReader::from(file), end);
        let zip = ZipLocator::new()
            .locate_in_reader(reader, &mut buffer, end)
            .map_err(|(_, e)| no_zip(e))?;
        let mut members = BTreeMap::new();
        let mut oddities = Vec::new();
        let mut entries = zip.entries(&mut buffer);
        while let Some(record) = entries.next_entry().map_err(plain)? {
            let name = String::from_utf8_lossy(record.file_path().as_bytes()).into_owned();
            let member = Member {
                place: record.wayfinder(),
                method: record.compression_method(),
                bytes: record.uncompressed_size_hint(),
            };
            if members.len() + oddities.len() >= MAX_ENTRIES {
                return Err(io::Error::other("has too many entries"));
            }
            if members.insert(name.clone(), member).is_some() {
                oddities.push(name);
            }
        }
        Ok(Self {
            zip,
            members,
            oddities,
        })
    }

    /// The entries by name.
    #[must_use]
    pub fn members(&self) -> &BTreeMap<String, Member> {
        &self.members
    }

    /// Names that occur more than once.
    #[must_use]
    pub fn repeated(&self) -> &[String] {
        &self.oddities
    }

    /// Returns a reader of one entry. It ends with an error when size or checksum are not as
    /// announced.
    ///
    /// # Errors
    /// Errors of the system, or what is wrong with the entry.
    pub fn read(&self, member: &Member) -> io::Result<Box<dyn Read + '_>> {
        let entry = self.zip.get_entry(member.place).map_err(plain)?;
        let packed = entry.reader();
        let limit = member.bytes.saturating_add(1);
        match member.method {
            CompressionMethod::DEFLATE => Ok(Box::new(
                entry.verifying_reader(DeflateDecoder::new(packed).take(limit)),
            )),
            CompressionMethod::STORE => Ok(Box::new(entry.verifying_reader(packed.take(limit)))),
            _ => Err(io::Error::other("has an unknown compression method")),
        }
    }
}

/// Reads the head of the manifest in a zip; `None` unless it is there and ours. Errors are those of
/// the system only.
pub(crate) fn head(path: &Path) -> io::Result<Option<Head>> {
    let read = || {
        let archive = Archive::open(path)?;
        match archive.members.get(manifest::NAME) {
            Some(member) => Head::read(archive.read(member)?),
            None => Ok(None),
        }
    };
    read().or_else(|e| {
        if e.raw_os_error().is_some() {
            Err(e)
        } else {
            Ok(None)
        }
    })
}
