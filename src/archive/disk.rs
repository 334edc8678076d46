//! A file on disk, read by position from several threads, or from its start to its end.
//!
//! The only place of the room that calls the operating system for bytes. It retries interrupted
//! calls and remembers a failure, because the layers above (zip, inflate, tar) turn errors into
//! their own and a bad disk must never look like a bad entry. It knows no formats.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Bytes that a [`Window`] reads at a time.
const WINDOW: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Disk {
    file: File,
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
            file,
            len,
            failed: OnceLock::new(),
        })
    }

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

    /// Offsets come from hostile archives: beyond the end there is nothing, and the kernel is not
    /// asked (above `i64::MAX` it would answer with an error that looks like a bad disk).
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..wanted).filter(|b| !b.is_empty()) else {
            return Ok(0);
        };
        retry(|| read_at(&self.file, buffer, offset)).inspect_err(|error| {
            self.failed.get_or_init(|| error.raw_os_error());
        })
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

pub(super) fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

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

/// The first bytes of a [`Disk`] as a file of its own, for parsers that go back and forth in small
/// steps.
#[derive(Clone, Debug)]
pub(super) struct Window {
    disk: Arc<Disk>,
    /// Length of the file that is shown.
    len: u64,
    /// Its last bytes that are shown as zeros.
    blank: u64,
    position: u64,
    /// What was read last, and from where.
    buffer: Vec<u8>,
    start: u64,
}

impl Window {
    /// Shows the first `len` bytes of a file, the last `blank` of them as zeros.
    pub(super) fn new(disk: &Arc<Disk>, len: u64, blank: u64) -> Self {
        Self {
            disk: Arc::clone(disk),
            len: len.min(disk.len()),
            blank,
            position: 0,
            buffer: Vec::new(),
            start: 0,
        }
    }

    /// Returns what is in the buffer from the position on, reading anew when that is nothing.
    fn ahead(&mut self) -> io::Result<&[u8]> {
        let known = self.start..self.start + self.buffer.len() as u64;
        if !known.contains(&self.position) {
            let left = self.len.saturating_sub(self.position);
            let size = usize::try_from(left).unwrap_or(WINDOW).min(WINDOW);
            self.buffer.resize(size, 0);
            let read = self.disk.fill(&mut self.buffer, self.position)?;
            self.buffer.truncate(read);
            self.start = self.position;
            let shown = self.len.saturating_sub(self.blank);
            let shown = usize::try_from(shown.saturating_sub(self.start)).unwrap_or(usize::MAX);
            self.buffer.get_mut(shown..).unwrap_or_default().fill(0);
        }
        let at = usize::try_from(self.position - self.start).unwrap_or(usize::MAX);
        Ok(self.buffer.get(at..).unwrap_or_default())
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.ahead()?.read(buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
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
    fn a_window_shows_the_beginning_and_hides_the_end() {
        let scratch = Scratch::new("window");
        let disk = Arc::new(Disk::open(&scratch.file("a", b"0123456789")).unwrap());
        let mut window = Window::new(&disk, 8, 2);
        let mut text = String::new();
        window.read_to_string(&mut text).unwrap();
        assert_eq!(text, "012345\0\0");
        let mut two = [0; 2];
        for (to, expected) in [
            (SeekFrom::Start(4), b"45"),
            (SeekFrom::Current(-5), b"12"),
            (SeekFrom::End(-2), b"\0\0"),
        ] {
            window.seek(to).unwrap();
            window.read_exact(&mut two).unwrap();
            assert_eq!(&two, expected);
        }
        assert!(window.seek(SeekFrom::Current(-9)).is_err());
        window.seek(SeekFrom::Start(u64::MAX)).unwrap();
        assert_eq!(window.read(&mut two).unwrap(), 0);
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
            file: File::open(scratch.path()).unwrap(),
            len: 100,
            failed: OnceLock::new(),
        };
        assert!(disk.fill(&mut [0; 4], 0).is_err());
        assert!(disk.failure().unwrap().raw_os_error().is_some());
        let opener = crate::archive::Opener {
            limits: &Default::default(),
            needed: &|_| true,
            stop: &AtomicBool::new(false),
        };
        let error = crate::archive::zip::catalogue(&Arc::new(disk), opener);
        assert!(matches!(error, Err(crate::archive::InputError::Io { .. })));
    }
}
