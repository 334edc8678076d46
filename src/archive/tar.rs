//! Tar, as Takeout's .tgz: the catalogue of an archive, and its entries as bytes.
//!
//! A compressed tar has no directory: it is gone through once to see what is there, and a second
//! time, in its order, to read what is wanted. Both passes inflate everything, so the whole stream
//! is held to the limits, not only the entries that are needed. It does not know what an export is.

mod stream;

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::disk::Disk;
use super::error::TOO_MANY;
use super::zip::EntryBuffers;
use super::{EntryError, EntryInfo, EntryRead, InputError, Limits, Opener, Place};
use stream::{Kind, Stream};

/// Size that every stream may have whatever its ratio.
const RATIO_FROM: u64 = 1 << 20;
/// All names together; real exports stay below 10 MB.
const NAME_BYTES: usize = 64 << 20;

#[derive(Clone, Debug)]
pub(super) struct Tar {
    pub(super) disk: Arc<Disk>,
    pub(super) gzip: bool,
}

type Opened<'s> = Stream<Bounded<Box<dyn Read + Send + 's>>>;

impl Tar {
    fn open<'s>(&self, limits: &Limits, stop: &'s AtomicBool) -> Opened<'s> {
        let file = BufReader::with_capacity(256 << 10, self.disk.sequential(stop));
        let (reader, left): (Box<dyn Read + Send + 's>, u64) = if self.gzip {
            let left = RATIO_FROM.saturating_add(self.disk.len().saturating_mul(limits.ratio));
            (Box::new(MultiGzDecoder::new(file)), left)
        } else {
            (Box::new(file), u64::MAX)
        };
        Stream::new(Bounded { reader, left })
    }

    pub(super) fn catalogue(&self, opener: Opener<'_>) -> Result<Vec<EntryInfo>, InputError> {
        let Opener { limits, stop, .. } = opener;
        let halt = |error: io::Error| self.halt(&error, stop);
        let mut stream = self.open(limits, stop);
        let (mut found, mut names) = (Vec::new(), 0);
        for index in 0.. {
            let Some(member) = stream.next().map_err(halt)? else {
                break;
            };
            names += member.name.len();
            if index == limits.entries || names > NAME_BYTES {
                let most = limits.entries;
                let what = format!(
                    "it holds more than {most} entries, or names of more than 64 MiB together"
                );
                return Err(InputError::unusable(what, TOO_MANY));
            }
            if member.kind == Kind::Directory {
                continue;
            }
            let (path, bytes) = (stream::path(&member.name), member.bytes);
            let mut entry = EntryInfo::new(path, bytes, Place::Tar(index), opener);
            entry.error = match member.kind {
                Kind::Link => Some(EntryError::Link),
                Kind::Sparse => Some(EntryError::Sparse),
                Kind::Other => Some(EntryError::NotAFile),
                _ => limits.too_large(bytes),
            };
            if entry.needed && entry.error.is_none() {
                entry.crc = Some(stream.checksum().map_err(halt)?);
            }
            found.push(entry);
        }
        stream.finish().map_err(halt)?;
        Ok(found)
    }

    /// Starts the second pass, over these members.
    pub(super) fn read<'s>(
        &self,
        mut wanted: Vec<&'s EntryInfo>,
        limits: &Limits,
        stop: &'s AtomicBool,
    ) -> Run<'s> {
        wanted.sort_by_key(|entry| index(entry));
        Run {
            disk: Arc::clone(&self.disk),
            stream: self.open(limits, stop),
            wanted: wanted.into_iter(),
            next: 0,
            broken: None,
        }
    }

    fn halt(&self, error: &io::Error, stop: &AtomicBool) -> InputError {
        if let Some(error) = self.disk.failure() {
            return error.into();
        }
        if stop.load(Ordering::Relaxed) {
            return InputError::Stopped;
        }
        let kind = if self.gzip { ".tgz" } else { ".tar" };
        InputError::damaged(format!(
            "it is not a whole {kind} archive ({error}), expected one from Takeout"
        ))
    }
}

/// The number of an entry among all members of its tar.
fn index(entry: &EntryInfo) -> Option<u64> {
    match entry.place {
        Place::Tar(index) => Some(index),
        _ => None,
    }
}

pub(super) struct Run<'s> {
    disk: Arc<Disk>,
    stream: Opened<'s>,
    wanted: std::vec::IntoIter<&'s EntryInfo>,
    /// Number of the member that comes next in the stream.
    next: u64,
    /// Why nothing more can be read; said of every member that is still wanted.
    broken: Option<EntryError>,
}

impl<'s> Run<'s> {
    /// Returns the size of the member that [`Run::next_into`] will read.
    pub(super) fn bytes_of_next(&self) -> u64 {
        self.wanted
            .as_slice()
            .first()
            .map_or(0, |entry| entry.bytes)
    }

    /// Reads the next wanted member; `None` when there is no other.
    pub(super) fn next_into<'b>(
        &mut self,
        buffers: &'b mut EntryBuffers,
    ) -> Option<(&'s EntryInfo, EntryRead<'b>)> {
        let entry = self.wanted.next()?;
        let read = match &self.broken {
            Some(error) => Ok(Err(error.clone())),
            None => self.read(entry, buffers),
        };
        Some((entry, read))
    }

    fn read<'b>(&mut self, entry: &EntryInfo, buffers: &'b mut EntryBuffers) -> EntryRead<'b> {
        // Bounded by the limit on one entry, and read through once already.
        let text = buffers.text(entry.bytes)?;
        let Err(error) = self.find(entry).and_then(|()| self.stream.read(text)) else {
            return Ok(Ok(text));
        };
        if let Some(error) = self.disk.failure() {
            return Err(error);
        }
        let error = EntryError::damaged(
            format!("the archive cannot be read up to it any more ({error})"),
            "an archive that does not change while it is read",
        );
        self.broken = Some(error.clone());
        Ok(Err(error))
    }

    fn find(&mut self, entry: &EntryInfo) -> io::Result<()> {
        while let Some(member) = self.stream.next()? {
            let is_it = Some(self.next) == index(entry);
            self.next += 1;
            if is_it && member.bytes == entry.bytes {
                return Ok(());
            } else if is_it {
                break;
            }
        }
        Err(io::Error::other("it has changed"))
    }
}

/// Ends a stream that inflates to more than any real archive does.
struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| {
            io::Error::other("it inflates to more than --max-ratio allows, like a zip bomb")
        })?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::testing::Scratch;
    use super::*;

    #[test]
    fn a_tar_that_changes_meanwhile_is_damage() {
        let scratch = Scratch::new("changes");
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(3);
        tar.append_data(&mut header, "a.json", b"[1]".as_slice())
            .unwrap();
        let path = scratch.file("a.tar", &tar.into_inner().unwrap());
        let tar = Tar {
            disk: Arc::new(Disk::open(&path).unwrap()),
            gzip: false,
        };
        for (bytes, sound) in [(3, true), (4, false)] {
            let stop = AtomicBool::new(false);
            let limits = Limits::default();
            let needed = &|_: &str| true;
            let opener = Opener {
                limits: &limits,
                needed,
                stop: &stop,
            };
            let entry = EntryInfo::new("a.json".to_owned(), bytes, Place::Tar(0), opener);
            let mut run = tar.read(vec![&entry], &limits, &stop);
            match run
                .next_into(&mut EntryBuffers::default())
                .unwrap()
                .1
                .unwrap()
            {
                Ok(_) => assert!(sound),
                Err(e) => assert!(!sound && e.to_string().contains("it has changed"), "{e}"),
            }
        }
    }
}
