//! Goes through a tar from its start, entry by entry.
//!
//! The `tar` crate parses headers and extended headers; its own iterator is not used because it
//! reads a long name into memory whatever its length and cannot be handed from thread to thread.
//! Knows nothing of compression and judges no entry.

use std::io::{self, ErrorKind, Read};
use std::mem::take;

use tar::{EntryType, Header};

const BLOCK: usize = 512;
/// Largest extended header; a path is at most a few kB.
const EXTENDED: u64 = 1 << 20;
/// Bytes read at a time where nobody keeps them.
const CHUNK: usize = 64 << 10;

/// What a header says of its entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: Vec<u8>,
    pub(super) bytes: u64,
    pub(super) kind: Kind,
}

/// What an entry is, as far as that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    Link,
    Sparse,
    Other,
}

/// Names and sizes that an extended header puts before those of the header it announces.
#[derive(Debug, Default)]
struct Extended {
    name: Option<Vec<u8>>,
    bytes: Option<u64>,
    sparse: bool,
}

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
            let rest = take(&mut self.left).saturating_add(take(&mut self.padding));
            self.over(rest, |_| {})?;
            let Some(header) = self.header()? else {
                return Ok(None);
            };
            self.expect(header.entry_size()?);
            match header.entry_type() {
                EntryType::GNULongName => {
                    let mut name = self.small()?;
                    name.truncate(name.iter().position(|&b| b == 0).unwrap_or(name.len()));
                    extended.name = Some(name);
                }
                EntryType::XHeader => extended.read(&self.small()?)?,
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                kind => return Ok(Some(self.member(&header, kind, extended))),
            }
        }
    }

    /// Fills `buffer` from the data of the current entry, as far as both reach.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        self.reader
            .read_exact(buffer.get_mut(..wanted).unwrap_or_default())?;
        self.left -= wanted as u64;
        Ok(())
    }

    /// Returns the CRC-32 of what is left of the current entry.
    pub(super) fn checksum(&mut self) -> io::Result<u32> {
        let mut crc = crc32fast::Hasher::new();
        self.over(self.left, |chunk| crc.update(chunk))?;
        self.left = 0;
        Ok(crc.finalize())
    }

    /// Reads everything to the very end, so that the checksum of the compressed stream is checked.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        io::copy(&mut self.reader, &mut io::sink()).map(drop)
    }

    fn member(&mut self, header: &Header, kind: EntryType, extended: Extended) -> Member {
        if let Some(bytes) = extended.bytes {
            self.expect(bytes);
        }
        let name = extended
            .name
            .unwrap_or_else(|| header.path_bytes().into_owned());
        let kind = match kind {
            kind if extended.sparse && kind.is_file() => Kind::Sparse,
            // Before ustar a directory was a file whose name ends in a slash.
            EntryType::Regular if name.ends_with(b"/") => Kind::Directory,
            EntryType::Regular | EntryType::Continuous => Kind::File,
            EntryType::Directory => Kind::Directory,
            EntryType::Link | EntryType::Symlink => Kind::Link,
            EntryType::GNUSparse => Kind::Sparse,
            _ => Kind::Other,
        };
        let bytes = self.left;
        Member { name, bytes, kind }
    }

    /// Reads a header block; `None` at the end marker or where the stream ends between entries.
    fn header(&mut self) -> io::Result<Option<Box<Header>>> {
        let mut block = Vec::with_capacity(BLOCK);
        self.reader
            .by_ref()
            .take(BLOCK as u64)
            .read_to_end(&mut block)?;
        let mut header = Box::new(Header::new_old());
        match block.len() {
            0 => return Ok(None),
            BLOCK if block.iter().all(|&b| b == 0) => return Ok(None),
            BLOCK => header.as_mut_bytes().copy_from_slice(&block),
            _ => return Err(ErrorKind::UnexpectedEof.into()),
        }
        // The checksum counts its own field as spaces (POSIX ustar).
        let fields = block.iter().zip(0..).map(|(&b, i)| {
            if (148..156).contains(&i) {
                32
            } else {
                u32::from(b)
            }
        });
        match header.cksum() {
            Ok(sum) if sum == fields.sum::<u32>() => Ok(Some(header)),
            _ => Err(damaged("a header has a wrong checksum")),
        }
    }

    fn expect(&mut self, bytes: u64) {
        self.left = bytes;
        self.padding = bytes.wrapping_neg() % BLOCK as u64;
    }

    /// Goes over so many bytes, which `f` is shown.
    fn over(&mut self, mut bytes: u64, mut f: impl FnMut(&[u8])) -> io::Result<()> {
        while bytes > 0 {
            let wanted = usize::try_from(bytes).unwrap_or(CHUNK).min(CHUNK);
            let chunk = self.buffer.get_mut(..wanted).unwrap_or_default();
            self.reader.read_exact(chunk)?;
            f(chunk);
            bytes -= chunk.len() as u64;
        }
        Ok(())
    }

    fn small(&mut self) -> io::Result<Vec<u8>> {
        if self.left > EXTENDED {
            return Err(damaged("a name is too long"));
        }
        let mut bytes = vec![0; usize::try_from(self.left).unwrap_or_default()];
        self.read(&mut bytes)?;
        Ok(bytes)
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

impl Extended {
    /// Takes path and size from a pax header: records "length key=value\n", whose values may hold
    /// any byte (POSIX, pax interchange format; the parser of the `tar` crate stops at a newline).
    fn read(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let found = record(bytes).ok_or_else(|| damaged("a pax header is damaged"));
            let (key, value, rest) = found?;
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

/// Turns a stored name into a path.
pub(super) fn path(name: &[u8]) -> String {
    crate::archive::zip::path(name.strip_prefix(b"./").unwrap_or(name))
}
