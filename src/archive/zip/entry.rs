//! One entry of a zip as bytes: read in one piece, inflated in one piece, checked, handed over.
//!
//! Whole buffers that are used again for the next entry are 1.3 to 2 times as fast as streaming, and
//! `libdeflate` inflates them half as fast again as any other. Nothing is allocated by a claim alone:
//! claims were bounded by the limits in the catalogue, and compressed bytes by the file itself. It
//! knows one entry at a time and nothing of names.

use std::io;

use libdeflater::{DecompressionError, Decompressor};

use super::header::{FIXED, Local};
use super::{DEFLATE, ZipPlace};
use crate::archive::disk::Disk;
use crate::archive::error::in_bytes;
use crate::archive::{EntryError, EntryRead};

/// Bytes read beyond the shortest possible entry, so that an ordinary extra field does not cost a
/// second call.
const SLACK: u64 = 64;
/// Capacity that a buffer keeps between entries; a day of heart rate is 1 to 2 MB.
const KEEP: usize = 8 << 20;

/// The buffers of one worker, used again for entry after entry.
pub struct EntryBuffers {
    raw: Vec<u8>,
    text: Vec<u8>,
    inflate: Decompressor,
}

impl Default for EntryBuffers {
    fn default() -> Self {
        Self {
            raw: Vec::new(),
            text: Vec::new(),
            inflate: Decompressor::new(),
        }
    }
}

impl EntryBuffers {
    /// Returns a buffer of this size for readers that need no inflating. It holds what was in it.
    pub(in crate::archive) fn text(&mut self, bytes: u64) -> io::Result<&mut [u8]> {
        room(&mut self.text, bytes)
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
    pub(in crate::archive) fn read(&mut self, disk: &Disk, place: &ZipPlace) -> EntryRead<'_> {
        let space = place.end.saturating_sub(place.header);
        let least = FIXED + place.name.len() as u64 + place.packed.min(space);
        let guess = (least + SLACK).min(space);
        let mut have = disk.fill(room(&mut self.raw, guess)?, place.header)?;
        let extra = Local::parse(self.raw.get(..have).unwrap_or_default()).map_or(0, |l| l.extra);
        let whole = (least + u64::from(extra)).min(space);
        if whole > have as u64 && have as u64 == guess {
            let rest = room(&mut self.raw, whole)?
                .get_mut(have..)
                .unwrap_or_default();
            have += disk.fill(rest, place.header.saturating_add(guess))?;
        }
        let text = if place.method == DEFLATE {
            place.bytes
        } else {
            0
        };
        room(&mut self.text, text)?;
        Ok(self.unpack(have, place))
    }

    /// Finds the entry in the bytes read, inflates and checks it.
    fn unpack(&mut self, have: usize, place: &ZipPlace) -> Result<&[u8], EntryError> {
        let raw = self.raw.get(..have).unwrap_or_default();
        let packed = packed(raw, place)?;
        let text = if place.method == DEFLATE {
            let claimed = usize::try_from(place.bytes).unwrap_or(usize::MAX);
            let text = self.text.get_mut(..claimed).unwrap_or_default();
            let inflated = self.inflate.deflate_decompress(packed, text);
            let len = inflated.map_err(|error| damage(&error, place.bytes))?;
            text.get(..len).unwrap_or_default()
        } else {
            packed
        };
        verify(text, place)?;
        Ok(text)
    }
}

/// Returns the first `bytes` of a buffer, which is only ever grown: clearing it would cost writing
/// zeros over it for every entry. Without memory the run ends with an error, not with an abort.
fn room(buffer: &mut Vec<u8>, bytes: u64) -> io::Result<&mut [u8]> {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    let more = bytes.saturating_sub(buffer.len());
    buffer
        .try_reserve(more)
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    if more > 0 {
        buffer.resize(bytes, 0);
    }
    Ok(buffer.get_mut(..bytes).unwrap_or_default())
}

/// Compares the local header with the central directory; returns the compressed bytes behind it.
fn packed<'b>(raw: &'b [u8], place: &ZipPlace) -> Result<&'b [u8], EntryError> {
    let Some(local) = Local::parse(raw) else {
        let what = "its header is damaged";
        return Err(EntryError::damaged(what, "a local file header"));
    };
    if local.name != place.name || usize::from(local.name_len) != place.name.len() {
        let own = super::path(local.name);
        return Err(EntryError::damaged(
            format!("its own header has another name, {own:?}: the archive is damaged"),
            "the name in the central directory",
        ));
    }
    if local.method != place.method {
        let what = format!(
            "its own header has another compression method, {}",
            local.method
        );
        return Err(EntryError::damaged(
            what,
            format!("method {}", place.method),
        ));
    }
    let start = FIXED + place.name.len() as u64 + u64::from(local.extra);
    let end = start.saturating_add(place.packed);
    if end > place.end.saturating_sub(place.header) {
        return Err(EntryError::damaged(
            "its bytes run into the next entry: the archive is damaged or entries overlap",
            "bytes of its own",
        ));
    }
    let range = |at: u64| usize::try_from(at).ok();
    range(start)
        .zip(range(end))
        .and_then(|(start, end)| raw.get(start..end))
        .ok_or_else(|| EntryError::damaged("the file ends within it", "the whole entry"))
}

fn damage(error: &DecompressionError, bytes: u64) -> EntryError {
    match error {
        DecompressionError::BadData => EntryError::damaged(
            "its compressed data is damaged or ends too early",
            "a whole deflate stream",
        ),
        DecompressionError::InsufficientSpace => EntryError::damaged(
            format!(
                "it has more than the {} that the archive claims as its size",
                in_bytes(bytes)
            ),
            in_bytes(bytes),
        ),
    }
}

/// Checks size and CRC-32 against the central directory.
fn verify(text: &[u8], place: &ZipPlace) -> Result<(), EntryError> {
    if text.len() as u64 != place.bytes {
        return Err(EntryError::damaged(
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
        return Err(EntryError::damaged(
            format!("its checksum (CRC-32) is {crc:08x}: the entry is damaged"),
            format!("CRC-32 {:08x}", place.crc),
        ));
    }
    Ok(())
}
