//! One entry of a zip as bytes: read in one piece, inflated in one piece, checked, handed over.
//!
//! Whole buffers that are used again for the next entry are 1.3 to 2 times as fast as streaming, and
//! `libdeflate` inflates them half as fast again as any other. Nothing is allocated by a claim alone:
//! claims were bounded by the limits in the catalogue, and compressed bytes by the file itself. It
//! knows one entry at a time and nothing of names.

use std::io;

use libdeflater::{DecompressionError, Decompressor};

use super::{Central, DEFLATE};
use crate::archive::EntryRead;
use crate::archive::disk::Disk;
use crate::archive::error::{damaged, in_bytes};

/// Capacity that a buffer keeps between entries; a day of heart rate is 1 to 2 MB.
const KEEP: usize = 8 << 20;

/// The buffers of one worker, used again for entry after entry.
pub(crate) struct EntryBuffers {
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

    /// Reads, inflates and checks one entry, whose own header was found to be sound.
    pub(in crate::archive) fn read(&mut self, disk: &Disk, record: &Central) -> EntryRead<'_> {
        let raw = room(&mut self.raw, record.packed)?;
        if disk.fill(raw, record.data)? < raw.len() {
            let what = "the file ends within it";
            return damaged(what, "the whole entry");
        }
        if record.method != DEFLATE {
            return verified(raw, record);
        }
        let text = room(&mut self.text, record.bytes)?;
        match self.inflate.deflate_decompress(raw, text) {
            Ok(len) => verified(text.get(..len).unwrap_or_default(), record),
            Err(DecompressionError::BadData) => damaged(
                "its compressed data is damaged or ends too early",
                "a whole deflate stream",
            ),
            Err(DecompressionError::InsufficientSpace) => {
                let size = in_bytes(record.bytes);
                let what =
                    format!("it has more than the {size} that the archive claims as its size");
                damaged(what, size)
            }
        }
    }
}

/// Returns the first `bytes` of a buffer, which is only ever grown: clearing it would cost writing
/// zeros over it for every entry. Without memory the run ends with an error, not with an abort.
fn room(buffer: &mut Vec<u8>, bytes: u64) -> io::Result<&mut [u8]> {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    let more = bytes.saturating_sub(buffer.len());
    let reserved = buffer.try_reserve(more);
    reserved.map_err(|_| io::ErrorKind::OutOfMemory)?;
    if more > 0 {
        buffer.resize(bytes, 0);
    }
    Ok(buffer.get_mut(..bytes).unwrap_or_default())
}

/// Checks size and CRC-32 against the central directory.
fn verified<'b>(text: &'b [u8], record: &Central) -> EntryRead<'b> {
    let (bytes, crc) = (text.len() as u64, crc32fast::hash(text));
    if bytes != record.bytes {
        let claimed = record.bytes;
        let what = format!(
            "its size is {}, the archive claims {claimed}",
            in_bytes(bytes)
        );
        return damaged(what, in_bytes(claimed));
    }
    if crc != record.crc {
        let what = format!("its checksum (CRC-32) is {crc:08x}: the entry is damaged");
        return damaged(what, format!("CRC-32 {:08x}", record.crc));
    }
    Ok(Ok(text))
}
