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
use super::error::{AGAIN, TOO_MANY};
use super::zip::EntryBuffers;
use super::{EntryError, EntryRead, Found, InputError, Limits, Place};
use crate::model::EntryId;

use stream::{Kind, Member, Stream};

/// Size that every stream may have whatever its ratio.
const RATIO_FROM: u64 = 1 << 20;
/// All names together; real exports stay below 10 MB.
const NAME_BYTES: usize = 64 << 20;

/// A tar on disk.
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

    /// Catalogues the archive.
    pub(super) fn catalogue(
        &self,
        limits: &Limits,
        needed: &dyn Fn(&str) -> bool,
        stop: &AtomicBool,
    ) -> Result<Vec<Found>, InputError> {
        let mut stream = self.open(limits, stop);
        let mut found = Vec::new();
        let (mut index, mut names) = (0u64, 0usize);
        while let Some(member) = stream.next().map_err(|e| self.halt(&e, stop))? {
            names += member.name.len();
            if index == limits.entries || names > NAME_BYTES {
                return Err(InputError::unusable(
                    format!(
                        "it holds more than {} entries, or names of more than {} MiB together",
                        limits.entries,
                        NAME_BYTES >> 20
                    ),
                    TOO_MANY,
                ));
            }
            if member.kind != Kind::Directory {
                let mut entry = judge(&member, index, limits, needed);
                if entry.needed && entry.error.is_none() {
                    entry.crc = Some(stream.checksum().map_err(|e| self.halt(&e, stop))?);
                }
                found.push(entry);
            }
            index += 1;
        }
        stream.finish().map_err(|e| self.halt(&e, stop))?;
        Ok(found)
    }

    /// Starts the second pass, over the members with these numbers.
    pub(super) fn read<'s>(
        &self,
        mut wanted: Vec<Wanted>,
        limits: &Limits,
        stop: &'s AtomicBool,
    ) -> Run<'s> {
        wanted.sort_by_key(|wanted| wanted.index);
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
        let what = if self.gzip { ".tgz" } else { ".tar" };
        InputError::unusable(
            format!("it is not a whole {what} archive ({error}), expected one from Takeout"),
            AGAIN,
        )
    }
}

/// Judges one member by its header.
fn judge(member: &Member, index: u64, limits: &Limits, needed: &dyn Fn(&str) -> bool) -> Found {
    let path = stream::path(&member.name);
    let (bytes, limit) = (member.bytes, limits.entry_bytes);
    let error = match member.kind {
        Kind::Link => Some(EntryError::Link),
        Kind::Sparse => Some(EntryError::Sparse),
        Kind::Other => Some(EntryError::NotAFile),
        _ if bytes > limit => Some(EntryError::TooLarge { bytes, limit }),
        _ => None,
    };
    Found {
        needed: needed(&path),
        path,
        bytes,
        crc: None,
        error,
        doubt: None,
        place: Place::Tar(index),
    }
}

/// A member to be read in the second pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// Its number among all members.
    pub(super) index: u64,
    /// Its number in the export.
    pub(super) id: EntryId,
    /// Its size in the first pass.
    pub(super) bytes: u64,
}

/// The second pass.
pub(super) struct Run<'s> {
    disk: Arc<Disk>,
    stream: Opened<'s>,
    wanted: std::vec::IntoIter<Wanted>,
    /// Number of the member that comes next in the stream.
    next: u64,
    /// Why nothing more can be read; said of every member that is still wanted.
    broken: Option<EntryError>,
}

impl Run<'_> {
    /// Returns the size of the member that [`Run::next_into`] will read.
    pub(super) fn bytes_of_next(&self) -> Option<u64> {
        self.wanted.as_slice().first().map(|wanted| wanted.bytes)
    }

    /// Reads the next wanted member; `None` when there is no other.
    pub(super) fn next_into<'b>(
        &mut self,
        buffers: &'b mut EntryBuffers,
    ) -> Option<(EntryId, EntryRead<'b>)> {
        let wanted = self.wanted.next()?;
        if let Some(error) = &self.broken {
            return Some((wanted.id, Ok(Err(error.clone()))));
        }
        Some((wanted.id, self.read(wanted, buffers)))
    }

    fn read<'b>(&mut self, wanted: Wanted, buffers: &'b mut EntryBuffers) -> EntryRead<'b> {
        // Bounded by the limit on one entry, and read through once already.
        let text = buffers.text(wanted.bytes)?;
        let read = self.find(wanted).and_then(|()| self.stream.read(text));
        match read {
            Ok(()) => Ok(Ok(text)),
            Err(error) => self.failure(&error).map(Err),
        }
    }

    /// Goes to a member.
    fn find(&mut self, wanted: Wanted) -> io::Result<()> {
        while let Some(member) = self.stream.next()? {
            self.next += 1;
            if self.next > wanted.index {
                let same = member.bytes == wanted.bytes;
                return if same { Ok(()) } else { Err(changed()) };
            }
        }
        Err(changed())
    }

    fn failure(&mut self, error: &io::Error) -> io::Result<EntryError> {
        if let Some(error) = self.disk.failure() {
            return Err(error);
        }
        let error = EntryError::damaged(
            format!("the archive cannot be read up to it any more ({error})"),
            "an archive that does not change while it is read",
        );
        self.broken = Some(error.clone());
        Ok(error)
    }
}

fn changed() -> io::Error {
    io::Error::other("it has changed")
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
        let wanted = |bytes| Wanted {
            index: 0,
            id: EntryId(0),
            bytes,
        };
        for (bytes, sound) in [(3, true), (4, false)] {
            let stop = AtomicBool::new(false);
            let mut run = tar.read(vec![wanted(bytes)], &Limits::default(), &stop);
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
