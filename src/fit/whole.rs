//! Wholeness: is this a complete, undamaged FIT file?
//!
//! Needed because decoders forgive: `fitparser` accepts a file that was cut at the end of a message.
//! Header, length and both CRCs are checked, and the messages walked. In a file whose checksums are
//! right a definition may still be nonsense: a size that is no multiple of its type (the decoder
//! complains on stderr by itself, or reads past the field), a 64-bit number where a time is expected
//! (it stops the program). No values are decoded but those that say how developer fields are laid out.

use std::collections::BTreeMap;

use thiserror::Error;

use super::crc::crc16;

/// Why a file is not whole.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Broken {
    /// Too short for a header, or without ".FIT".
    #[error("no FIT header")]
    NoHeader,
    /// The length in the header is not the length of the file.
    #[error("the header says {expected} bytes, the file has {actual}")]
    Length {
        /// Bytes that the header asks for, both CRCs included.
        expected: u64,
        /// Bytes in the file.
        actual: u64,
    },
    /// The CRC of the header is wrong.
    #[error("the CRC of the header is wrong")]
    HeaderCrc,
    /// The CRC of the file is wrong.
    #[error("the CRC of the file is wrong")]
    FileCrc,
    /// The messages do not fill the data exactly.
    #[error("the messages do not end where the data ends")]
    Messages,
}

/// Number of the message that describes a developer field.
const FIELD_DESCRIPTION: u16 = 206;
/// Length of the file header, and of the old one without a checksum of its own.
const HEADER: u8 = 14;
const SHORT_HEADER: u8 = 12;
/// What is wrong when the walk runs off the data.
const OVERRUN: &str = "a message overruns the data";

/// What a local type stands for.
#[derive(Clone, Debug, Default)]
struct Definition {
    message: u16,
    /// Number and size of each field.
    fields: Vec<(u8, u8)>,
    /// Size of a data message.
    size: usize,
}

/// The walk over a file.
#[derive(Debug, Default)]
struct Walk {
    locals: BTreeMap<u8, Definition>,
    /// Type of each developer field, by developer and number.
    described: BTreeMap<(u8, u8), u8>,
}

/// Checks a file of ours, whose header has a checksum, and returns the number of its data messages.
///
/// # Errors
/// The first [`Broken`] thing met.
pub fn check(bytes: &[u8]) -> Result<u64, Broken> {
    let data = content(bytes)?;
    match bytes {
        [HEADER, _, _, _, _, _, _, _, _, _, _, _, 0, 0, ..] => Err(Broken::HeaderCrc),
        [HEADER, ..] => count(data).map_err(|_| Broken::Messages),
        _ => Err(Broken::NoHeader),
    }
}

/// Checks header, length and checksums of a file as devices write it too, with a short header or one
/// without a checksum, and returns the data between header and last checksum.
///
/// # Errors
/// The first [`Broken`] thing met.
pub fn content(bytes: &[u8]) -> Result<&[u8], Broken> {
    let head = bytes.first_chunk::<12>().ok_or(Broken::NoHeader)?;
    let [length, _, _, _, s0, s1, s2, s3, b'.', b'F', b'I', b'T'] = *head else {
        return Err(Broken::NoHeader);
    };
    if length != HEADER && length != SHORT_HEADER {
        return Err(Broken::NoHeader);
    }
    let expected = u64::from(length) + u64::from(u32::from_le_bytes([s0, s1, s2, s3])) + 2;
    if expected != bytes.len() as u64 {
        return Err(Broken::Length {
            expected,
            actual: bytes.len() as u64,
        });
    }
    let (content, last) = bytes.split_last_chunk::<2>().ok_or(Broken::NoHeader)?;
    let (header, data) = content
        .split_at_checked(usize::from(length))
        .ok_or(Broken::NoHeader)?;
    if let Some(crc) = header.get(12..14).filter(|crc| *crc != [0, 0])
        && crc != crc16(head).to_le_bytes()
    {
        return Err(Broken::HeaderCrc);
    }
    if crc16(content) != u16::from_le_bytes(*last) {
        return Err(Broken::FileCrc);
    }
    Ok(data)
}

/// Checks the definitions in the data of a file, and returns the number of its data messages.
///
/// # Errors
/// What is wrong and where, counted from the start of the data.
pub fn count(data: &[u8]) -> Result<u64, String> {
    let mut rest = data;
    let mut walk = Walk::default();
    let mut count = 0;
    while let Some((&head, after)) = rest.split_first() {
        let at = data.len() - rest.len();
        let defines = head & 0xC0 == 0x40;
        let take = if defines {
            Walk::definition
        } else {
            Walk::data
        };
        rest = take(&mut walk, head, after).map_err(|what| format!("data byte {at}: {what}"))?;
        count += u64::from(!defines);
    }
    Ok(count)
}

impl Walk {
    /// Takes a definition message; returns what follows it.
    fn definition<'a>(&mut self, head: u8, data: &'a [u8]) -> Result<&'a [u8], String> {
        let (fixed, rest) = data.split_first_chunk::<5>().ok_or(OVERRUN)?;
        let [_, order, low, high, count] = *fixed;
        let message = if order == 1 {
            u16::from_be_bytes([low, high])
        } else {
            u16::from_le_bytes([low, high])
        };
        let mut definition = Definition {
            message,
            ..Definition::default()
        };
        let (own, mut rest) = triples(rest, count)?;
        for &[number, size, base] in own {
            fits(number, size, base)?;
            if matches!(base & 0x9F, 0x8E..=0x90) {
                return Err(format!("field {number} has 64 bits, expected at most 32"));
            }
            definition.fields.push((number, size));
            definition.size += usize::from(size);
        }
        if head & 0x20 != 0 {
            let (&count, after) = rest.split_first().ok_or(OVERRUN)?;
            let (theirs, after) = triples(after, count)?;
            for &[number, size, developer] in theirs {
                let base = self.described.get(&(developer, number)).copied();
                let base =
                    base.ok_or_else(|| format!("developer field {number} was not described"));
                fits(number, size, base?)?;
                definition.size += usize::from(size);
            }
            rest = after;
        }
        self.locals.insert(head & 15, definition);
        Ok(rest)
    }

    /// Takes a data message; returns what follows it.
    fn data<'a>(&mut self, head: u8, data: &'a [u8]) -> Result<&'a [u8], String> {
        let local = if head & 0x80 == 0 {
            head & 15
        } else {
            head >> 5 & 3
        };
        let definition = self.locals.get(&local).ok_or("a message was not defined")?;
        let (message, rest) = data.split_at_checked(definition.size).ok_or(OVERRUN)?;
        if definition.message == FIELD_DESCRIPTION {
            let value = |number| definition.byte(number, message);
            if let (Some(developer), Some(number), Some(base)) = (value(0), value(1), value(2)) {
                // A message that follows may still be laid out by the old description.
                let old = self.described.insert((developer, number), base);
                if old.is_some_and(|old| old != base) {
                    return Err(format!("developer field {number} is described twice"));
                }
            }
        }
        Ok(rest)
    }
}

impl Definition {
    /// Returns the value of a one-byte field of a message.
    fn byte(&self, number: u8, message: &[u8]) -> Option<u8> {
        let at = self.fields.iter().position(|field| *field == (number, 1))?;
        let before = self.fields.iter().take(at);
        let before: usize = before.map(|&(_, size)| usize::from(size)).sum();
        message.get(before).copied()
    }
}

/// Takes the three bytes of each of so many fields; returns them, and what follows.
fn triples(data: &[u8], count: u8) -> Result<(&[[u8; 3]], &[u8]), String> {
    let (fields, rest) = data
        .split_at_checked(usize::from(count) * 3)
        .ok_or(OVERRUN)?;
    Ok((fields.as_chunks().0, rest))
}

/// Tells whether a size is a multiple of its type.
fn fits(number: u8, size: u8, base: u8) -> Result<(), String> {
    let unit = match base & 0x9F {
        0x83 | 0x84 | 0x8B => 2,
        0x85 | 0x86 | 0x88 | 0x8C => 4,
        0x89 | 0x8E..=0x90 => 8,
        _ => 1,
    };
    if size.is_multiple_of(unit) {
        return Ok(());
    }
    Err(format!(
        "field {number} has {size} bytes, expected a multiple of {unit}"
    ))
}
