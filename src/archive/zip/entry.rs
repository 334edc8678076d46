//! One entry of a zip as bytes: read in one piece, inflated in one piece, checked, handed over.
//!
//! Whole buffers that are used again for the next entry are 1.3 to 2 times as fast as streaming.
//! Nothing is allocated by a claim alone: claims were bounded by the limits in the catalogue, and
//! compressed bytes by the file itself. It knows one entry at a time and nothing of names.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::local::{FIXED, Local};
use super::{DEFLATE, ZipPlace};
use crate::archive::disk::Disk;
use crate::archive::error::{Damage, Failure, in_bytes};

/// Bytes read beyond the shortest possible entry, so that an ordinary extra field does not cost a
/// second call.
const SLACK: u64 = 64;
/// Capacity that a buffer keeps between entries; a day of heart rate is 1 to 2 MB.
const KEEP: usize = 8 << 20;

/// The buffers of one worker.
#[derive(Debug)]
pub(in crate::archive) struct Bench {
    raw: Vec<u8>,
    text: Vec<u8>,
    inflate: Decompress,
}

impl Bench {
    pub(in crate::archive) fn new() -> Self {
        Self {
            raw: Vec::new(),
            text: Vec::new(),
            inflate: Decompress::new(false),
        }
    }

    /// Returns a buffer for readers that need no inflating.
    pub(in crate::archive) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    /// Gives back the memory of an unusually large entry.
    pub(in crate::archive) fn trim(&mut self) {
        for buffer in [&mut self.raw, &mut self.text] {
            if buffer.capacity() > KEEP {
                *buffer = Vec::new();
            }
        }
    }

    /// Reads, inflates and checks one entry.
    pub(in crate::archive) fn read(
        &mut self,
        disk: &Disk,
        place: &ZipPlace,
    ) -> Result<&[u8], Failure> {
        let packed = packed(disk, place, &mut self.raw)?;
        let text = if place.method == DEFLATE {
            inflate(&mut self.inflate, packed, place.bytes, &mut self.text)?;
            self.text.as_slice()
        } else {
            packed
        };
        verify(text, place)?;
        Ok(text)
    }
}

/// Reads the compressed bytes of an entry, header first.
fn packed<'b>(disk: &Disk, place: &ZipPlace, raw: &'b mut Vec<u8>) -> Result<&'b [u8], Failure> {
    let room = place.end.saturating_sub(place.header);
    let name = place.name.len() as u64;
    let guess = (FIXED + name + SLACK)
        .saturating_add(place.packed)
        .min(room);
    let mut have = more(disk, place.header, raw, 0, guess)?;
    let extra = u64::from(check(raw.get(..have).unwrap_or_default(), place)?);
    let start = FIXED + name + extra;
    let end = start.saturating_add(place.packed);
    if end > room {
        return Err(Damage::new(
            "its bytes run into the next entry: the archive is damaged or entries overlap",
            "bytes of its own",
        )
        .into());
    }
    if end > have as u64 {
        have = more(disk, place.header, raw, have, end)?;
    }
    range(raw.get(..have).unwrap_or_default(), start, end)
        .ok_or_else(|| Damage::new("the file ends within it", "the whole entry").into())
}

/// Reads on until the first `upto` bytes from `offset` are in `raw`; returns how many there are.
fn more(
    disk: &Disk,
    offset: u64,
    raw: &mut Vec<u8>,
    have: usize,
    upto: u64,
) -> Result<usize, Failure> {
    let upto = usize::try_from(upto).unwrap_or(usize::MAX);
    // Only ever grown: clearing it would cost writing zeros over it for every entry.
    if raw.len() < upto {
        room(raw, upto)?;
        raw.resize(upto, 0);
    }
    let rest = raw.get_mut(have..upto).unwrap_or_default();
    let read = disk
        .fill(rest, offset.saturating_add(have as u64))
        .map_err(Failure::Io)?;
    Ok(have + read)
}

/// Makes room for `bytes` in all. Without memory the run ends with an error, not with an abort.
pub(in crate::archive) fn room(buffer: &mut Vec<u8>, bytes: usize) -> Result<(), Failure> {
    let more = bytes.saturating_sub(buffer.len());
    buffer
        .try_reserve(more)
        .map_err(|_| Failure::Io(io::ErrorKind::OutOfMemory.into()))
}

fn range(bytes: &[u8], start: u64, end: u64) -> Option<&[u8]> {
    bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}

/// Compares the local header with the central directory; returns the length of its extra field.
fn check(bytes: &[u8], place: &ZipPlace) -> Result<u16, Damage> {
    let Some(local) = Local::parse(bytes) else {
        return Err(Damage::new("its header is damaged", "a local file header"));
    };
    if local.name != place.name || usize::from(local.name_len) != place.name.len() {
        let own = super::path(local.name);
        return Err(Damage::new(
            format!("its own header has another name, {own:?}: the archive is damaged"),
            "the name in the central directory",
        ));
    }
    if local.method != place.method {
        return Err(Damage::new(
            format!(
                "its own header has another compression method, {}",
                local.method
            ),
            format!("method {}", place.method),
        ));
    }
    Ok(local.extra)
}

/// Inflates into `text`, which is never grown beyond what is claimed and one byte more.
fn inflate(
    inflate: &mut Decompress,
    packed: &[u8],
    bytes: u64,
    text: &mut Vec<u8>,
) -> Result<(), Failure> {
    let claimed = usize::try_from(bytes).unwrap_or(usize::MAX);
    text.clear();
    // Bounded by the limits on size and ratio; the byte more shows an entry that goes on.
    room(text, claimed.saturating_add(1))?;
    inflate.reset(false);
    let status = inflate.decompress_vec(packed, text, FlushDecompress::Finish);
    let damage = match status {
        Err(_) => Damage::new("its compressed data is damaged", "a deflate stream"),
        _ if text.len() > claimed => Damage::new(
            format!(
                "it has more than the {} that the archive claims as its size",
                in_bytes(bytes)
            ),
            in_bytes(bytes),
        ),
        Ok(Status::StreamEnd) => return Ok(()),
        Ok(_) => Damage::new(
            "its compressed data ends too early",
            "a whole deflate stream",
        ),
    };
    Err(damage.into())
}

/// Checks size and CRC-32 against the central directory.
fn verify(text: &[u8], place: &ZipPlace) -> Result<(), Damage> {
    if text.len() as u64 != place.bytes {
        return Err(Damage::new(
            format!(
                "its size is {}, the archive claims {}",
                in_bytes(text.len() as u64),
                place.bytes
            ),
            in_bytes(place.bytes),
        ));
    }
    let crc = crc32fast::hash(text);
    if crc != place.crc {
        return Err(Damage::new(
            format!("its checksum (CRC-32) is {crc:08x}: the entry is damaged"),
            format!("CRC-32 {:08x}", place.crc),
        ));
    }
    Ok(())
}
