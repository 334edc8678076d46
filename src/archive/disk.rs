//! A file on disk, read by position from several threads, or from its start to its end.
//!
//! The only place of the room that calls the operating system for bytes. It retries interrupted
//! calls and remembers a failure, because the layers above (zip, inflate, tar) turn errors into
//! their own and a bad disk must never look like a bad entry. It knows no formats.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rawzip::{FileReader, ReaderAt};

/// An open regular file.
#[derive(Debug)]
pub(super) struct Disk {
    reader: FileReader,
    len: u64,
    failed: OnceLock<Option<i32>>,
}

impl Disk {
    /// Opens a regular file; anything else (a FIFO would block for ever) is `InvalidInput`.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        // Asked before opening: opening a FIFO waits for somebody to write into it.
        if !retry(|| fs::metadata(path))?.is_file() {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        let file = File::open(path)?;
        let len = retry(|| file.metadata())?.len();
        Ok(Self {
            reader: FileReader::from(file),
            len,
            failed: OnceLock::new(),
        })
    }

    /// Returns the length that the file had when it was opened.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Returns the first failure of the operating system, whatever became of it further up.
    pub(super) fn failure(&self) -> Option<io::Error> {
        self.failed.get().map(|code| match code {
            Some(code) => io::Error::from_raw_os_error(*code),
            None => io::Error::other("reading failed"),
        })
    }

    /// Fills `buffer` from `offset` on and returns how much there was; less than asked for only
    /// at the end of the file.
    pub(super) fn fill(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read_at(rest, offset.saturating_add(filled as u64))? {
                0 => break,
                n => filled += n,
            }
        }
        Ok(filled)
    }

    /// Returns a reader that goes through the file from its start until `stop` is set.
    pub(super) fn sequential<'s>(self: &Arc<Self>, stop: &'s AtomicBool) -> Sequential<'s> {
        Sequential {
            disk: Arc::clone(self),
            position: 0,
            stop,
        }
    }
}

impl ReaderAt for Disk {
    /// Offsets come from hostile archives: beyond the end there is nothing, and the kernel is not
    /// asked (above `i64::MAX` it would answer with an error that looks like a bad disk).
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..wanted).filter(|b| !b.is_empty()) else {
            return Ok(0);
        };
        retry(|| self.reader.read_at(buffer, offset)).inspect_err(|error| {
            self.failed.get_or_init(|| error.raw_os_error());
        })
    }
}

/// Calls again what a signal interrupted.
pub(super) fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Goes through a [`Disk`] from its start.
#[derive(Debug)]
pub(super) struct Sequential<'s> {
    disk: Arc<Disk>,
    position: u64,
    stop: &'s AtomicBool,
}

impl Read for Sequential<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("stopped"));
        }
        let n = self.disk.read_at(buffer, self.position)?;
        self.position += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::archive::testing::Scratch;

    #[test]
    fn beyond_the_end_there_is_nothing() {
        let scratch = Scratch::new("disk-end");
        let disk = Disk::open(&scratch.file("a", b"0123456789")).unwrap();
        let mut buffer = [0; 4];
        assert_eq!(disk.fill(&mut buffer, 8).unwrap(), 2);
        assert_eq!(&buffer[..2], b"89");
        for offset in [10, 11, 1 << 63, u64::MAX] {
            assert_eq!(disk.fill(&mut buffer, offset).unwrap(), 0);
        }
        assert!(disk.failure().is_none());
    }

    #[test]
    fn a_directory_is_not_opened_as_a_file() {
        let scratch = Scratch::new("disk-dir");
        let error = Disk::open(scratch.path()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_disk_is_remembered() {
        let scratch = Scratch::new("disk-fails");
        // Reading a directory fails in the operating system, as a bad disk would.
        let disk = Disk {
            reader: FileReader::from(File::open(scratch.path()).unwrap()),
            len: 100,
            failed: OnceLock::new(),
        };
        assert!(disk.fill(&mut [0; 4], 0).is_err());
        assert!(disk.failure().unwrap().raw_os_error().is_some());
        let error = crate::archive::zip::catalogue(&Arc::new(disk), &Default::default(), &|_| true);
        assert!(matches!(error, Err(crate::archive::error::Halt::Io(_))));
    }
}
