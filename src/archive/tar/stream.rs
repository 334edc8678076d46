//! Goes through a tar from its start, entry by entry.
//!
//! The `tar` crate parses headers and extended headers; its own iterator is not used because it
//! reads a long name into memory whatever its length and cannot be handed from thread to thread.
//! Knows nothing of compression and judges no entry.

use std::borrow::Cow;
use std::io::{self, Read};

use tar::{EntryType, Header};

const BLOCK: usize = 512;
/// Largest extended header; a path is at most a few kB.
const EXTENDED: u64 = 1 << 20;
/// Bytes read at a time where nobody keeps them.
const CHUNK: usize = 64 << 10;

/// What a header says of its entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// The name as it stands in the archive.
    pub(super) name: Vec<u8>,
    /// Size of its data.
    pub(super) bytes: u64,
    /// What it is.
    pub(super) kind: Kind,
}

/// What an entry is, as far as that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An ordinary file.
    File,
    /// A directory.
    Directory,
    /// A symbolic or hard link.
    Link,
    /// A sparse file.
    Sparse,
    /// Anything else.
    Other,
}

/// Names and sizes that an extended header puts before those of the header it announces.
#[derive(Debug, Default)]
struct Extended {
    name: Option<Vec<u8>>,
    bytes: Option<u64>,
    sparse: bool,
}

/// A tar that is being read.
#[derive(Debug)]
pub(super) struct Stream<R> {
    reader: R,
    /// Bytes of the current entry that were not read yet, without padding.
    left: u64,
    padding: u64,
    buffer: Box<[u8]>,
}

impl<R: Read> Stream<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            left: 0,
            padding: 0,
            buffer: vec![0; CHUNK].into(),
        }
    }

    /// Goes to the next entry, over what is left of the current one; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        let mut extended = Extended::default();
        loop {
            self.skip()?;
            let Some(header) = self.header()? else {
                return Ok(None);
            };
            self.expect(header.entry_size()?);
            match header.entry_type() {
                EntryType::GNULongName => extended.name = Some(c_string(self.small()?)),
                EntryType::XHeader => extended.read(&self.small()?)?,
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                kind => return self.member(&header, kind, extended).map(Some),
            }
        }
    }

    /// Fills `buffer` from the data of the current entry, as far as both reach.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let wanted = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let buffer = buffer.get_mut(..wanted).unwrap_or_default();
        self.reader.read_exact(buffer)?;
        self.left -= buffer.len() as u64;
        Ok(())
    }

    /// Returns the CRC-32 of what is left of the current entry.
    pub(super) fn checksum(&mut self) -> io::Result<u32> {
        let mut crc = crc32fast::Hasher::new();
        while self.left > 0 {
            let wanted = usize::try_from(self.left).unwrap_or(CHUNK).min(CHUNK);
            let chunk = self.buffer.get_mut(..wanted).unwrap_or_default();
            self.reader.read_exact(chunk)?;
            crc.update(chunk);
            self.left -= chunk.len() as u64;
        }
        Ok(crc.finalize())
    }

    /// Reads everything to the very end, so that the checksum of the compressed stream is checked.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        while fill(&mut self.reader, &mut self.buffer)? > 0 {}
        Ok(())
    }

    fn member(
        &mut self,
        header: &Header,
        kind: EntryType,
        extended: Extended,
    ) -> io::Result<Member> {
        let name = match extended.name {
            Some(name) => name,
            None => header.path_bytes().into_owned(),
        };
        if let Some(bytes) = extended.bytes {
            self.expect(bytes);
        }
        let sparse = extended.sparse && kind.is_file();
        Ok(Member {
            kind: if sparse {
                Kind::Sparse
            } else {
                kind_of(kind, &name)
            },
            name,
            bytes: self.left,
        })
    }

    /// Reads a header block; `None` at the end marker or where the stream ends between entries.
    fn header(&mut self) -> io::Result<Option<Box<Header>>> {
        let mut header = Box::new(Header::new_old());
        let block = header.as_mut_bytes();
        let read = fill(&mut self.reader, block)?;
        if read == 0 || (read == BLOCK && block.iter().all(|&b| b == 0)) {
            return Ok(None);
        }
        if read < BLOCK {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // The checksum counts its own field as spaces (POSIX ustar).
        let sum: u32 = block
            .iter()
            .enumerate()
            .map(|(i, &b)| {
                if (148..156).contains(&i) {
                    32
                } else {
                    u32::from(b)
                }
            })
            .sum();
        if header.cksum().ok() != Some(sum) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a header has a wrong checksum",
            ));
        }
        Ok(Some(header))
    }

    fn expect(&mut self, bytes: u64) {
        self.left = bytes;
        self.padding = bytes.wrapping_neg() % BLOCK as u64;
    }

    /// Goes over what is left of the current entry.
    fn skip(&mut self) -> io::Result<()> {
        let mut left = self.left.saturating_add(self.padding);
        (self.left, self.padding) = (0, 0);
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            let chunk = self.buffer.get_mut(..wanted).unwrap_or_default();
            self.reader.read_exact(chunk)?;
            left -= chunk.len() as u64;
        }
        Ok(())
    }

    /// Reads an extended header.
    fn small(&mut self) -> io::Result<Vec<u8>> {
        if self.left > EXTENDED {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a name is too long",
            ));
        }
        let mut bytes = vec![0; usize::try_from(self.left).unwrap_or_default()];
        self.read(&mut bytes)?;
        Ok(bytes)
    }
}

impl Extended {
    /// Takes path and size from a pax header: records "length key=value\n", whose values may hold
    /// any byte (POSIX, pax interchange format; the parser of the `tar` crate stops at a newline).
    fn read(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (key, value, rest) = record(bytes).ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidData, "a pax header is damaged")
            })?;
            match key {
                b"path" => self.name = Some(value.to_vec()),
                b"size" => self.bytes = str::from_utf8(value).ok().and_then(|v| v.parse().ok()),
                key => self.sparse |= key.starts_with(b"GNU.sparse."),
            }
            bytes = rest;
        }
        Ok(())
    }
}

/// Splits off the first pax record: key, value, and what follows.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().take(20).position(|&b| b == b' ')?;
    let len: usize = str::from_utf8(bytes.get(..space)?).ok()?.parse().ok()?;
    let (record, rest) = bytes.split_at_checked(len)?;
    let content = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = content.iter().position(|&b| b == b'=')?;
    Some((content.get(..equals)?, content.get(equals + 1..)?, rest))
}

fn kind_of(kind: EntryType, name: &[u8]) -> Kind {
    match kind {
        // Before ustar a directory was a file whose name ends in a slash.
        EntryType::Regular if name.ends_with(b"/") => Kind::Directory,
        EntryType::Regular | EntryType::Continuous => Kind::File,
        EntryType::Directory => Kind::Directory,
        EntryType::Link | EntryType::Symlink => Kind::Link,
        EntryType::GNUSparse => Kind::Sparse,
        _ => Kind::Other,
    }
}

fn c_string(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    bytes
}

/// Fills `buffer` as far as the reader reaches.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Turns a stored name into a path.
pub(super) fn path(name: &[u8]) -> String {
    let name: Cow<'_, [u8]> = match name.strip_prefix(b"./") {
        Some(rest) => rest.into(),
        None => name.into(),
    };
    crate::archive::zip::path(&name)
}
