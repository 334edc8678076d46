//! OUT as one zip: written in path order whatever the order of the threads.
//!
//! Every file is deflated by the thread that brings it, as a zip of its own that is spooled beside
//! OUT; sealing copies the compressed entries in path order. So memory stays small, all cores
//! compress, and the bytes depend on the files alone: every entry is dated 1980-01-01, the first day
//! that a zip can name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use crate::parallel::lock;

/// Plain file, rw-r--r--; Windows writes it too, so that the bytes are the same everywhere.
const MODE: u32 = 0o644;
/// Deflate level: on 20 MB of monitoring files, 3 makes 9.8 MB in half the time that 6 takes for
/// 9.7 MB; 1 makes 12.3 MB.
const LEVEL: i64 = 3;
/// Buffer of the finished zip, in bytes.
const BUFFER: usize = 1 << 20;

/// Zips of one file each, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Mutex<(File, u64)>,
    /// Where each is in the file: from where on, how long.
    pieces: Mutex<BTreeMap<String, (u64, usize)>>,
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
        })
    }

    /// Deflates one file and appends it; any thread may call this.
    pub(crate) fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let piece = deflate(path, bytes).map_err(plain)?;
        let start = {
            let mut file = lock(&self.file);
            file.0.write_all(&piece)?;
            let start = file.1;
            file.1 += piece.len() as u64;
            start
        };
        match lock(&self.pieces).insert(path.to_owned(), (start, piece.len())) {
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
        let file = Failing(File::create(to)?, false);
        let mut zip = ZipWriter::new(BufWriter::with_capacity(BUFFER, file));
        let mut piece = Vec::new();
        for &(start, len) in lock(&self.pieces).values() {
            piece.resize(len, 0);
            spool.seek(SeekFrom::Start(start))?;
            spool.read_exact(&mut piece)?;
            let mut one = ZipArchive::new(Cursor::new(&piece)).map_err(plain)?;
            let entry = one.by_index_raw(0).map_err(plain)?;
            zip.raw_copy_file(entry).map_err(plain)?;
        }
        let buffer = zip.finish().map_err(plain)?;
        buffer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .0
            .sync_all()
    }
}

/// A file that takes everything in silence once a write has failed: a `ZipWriter` that is dropped
/// tries again, and prints to standard error what the caller was told already.
struct Failing(File, bool);

impl Failing {
    fn unless_failed<T>(
        &mut self,
        silent: T,
        act: impl FnOnce(&mut File) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.1 {
            return Ok(silent);
        }
        // What was interrupted is tried again.
        let failed = |e: &io::Error| e.kind() != io::ErrorKind::Interrupted;
        act(&mut self.0).inspect_err(|e| self.1 = failed(e))
    }
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_failed(bytes.len(), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_failed((), File::flush)
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.unless_failed(0, |file| file.seek(to))
    }
}

/// Returns a zip of one file.
fn deflate(path: &str, bytes: &[u8]) -> Result<Vec<u8>, ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(MODE);
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() / 2 + 512)));
    zip.start_file(path, options)?;
    zip.write_all(bytes)?;
    Ok(zip.finish()?.into_inner())
}

/// The error of the system inside an error of the zip layer, or its words.
fn plain(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}
