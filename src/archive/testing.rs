//! Scratch folders, and zips whose every field can lie, for the tests of the room.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![expect(clippy::cast_possible_truncation, reason = "tests make small archives")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::{EntryError, Export, InputError, Limits};
use crate::model::EntryId;

/// A folder that is gone when the test ends.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new(name: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unique = format!("trackersync-{}-{number}-{name}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, with the folders that lead to it.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// One entry of a zip; what is `None` is told as it is.
#[derive(Clone, Default)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    pub(super) text: Vec<u8>,
    pub(super) stored: bool,
    pub(super) packed: Option<Vec<u8>>,
    pub(super) method: Option<u16>,
    pub(super) flags: u16,
    pub(super) mode: u32,
    pub(super) crc: Option<u32>,
    pub(super) bytes: Option<u32>,
    pub(super) packed_len: Option<u32>,
    pub(super) header: Option<u32>,
    pub(super) local_name: Option<Vec<u8>>,
    pub(super) local_method: Option<u16>,
    pub(super) local_extra: Vec<u8>,
    pub(super) central_extra: Vec<u8>,
    pub(super) descriptor: bool,
}

impl Entry {
    pub(super) fn new(name: &str, text: &[u8]) -> Self {
        Self {
            name: name.into(),
            text: text.to_vec(),
            mode: 0o100_644,
            ..Self::default()
        }
    }
}

/// What a zip has around its entries.
#[derive(Clone, Default)]
pub(super) struct Around {
    pub(super) prefix: Vec<u8>,
    pub(super) gap: Vec<u8>,
    pub(super) comment: Vec<u8>,
    pub(super) suffix: Vec<u8>,
    pub(super) disk: u16,
    pub(super) count: Option<u16>,
    pub(super) directory: Option<u32>,
    pub(super) directory_len: Option<u32>,
    pub(super) comment_len: Option<u16>,
    pub(super) zip64: bool,
}

pub(super) fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_with(entries, &Around::default())
}

/// Offsets count from behind the prefix, as in a zip that something was put in front of.
pub(super) fn zip_with(entries: &[Entry], around: &Around) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        add(entry, &mut out, &mut directory);
    }
    let start = around.directory.unwrap_or(out.len() as u32);
    let len = around.directory_len.unwrap_or(directory.len() as u32);
    out.extend(directory);
    out.extend(&around.gap);
    let count = around.count.unwrap_or(entries.len() as u16);
    if around.zip64 {
        let at = out.len() as u64;
        out.extend(b"PK\x06\x06");
        out.extend(44u64.to_le_bytes());
        out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for n in [
            u64::from(count),
            u64::from(count),
            u64::from(len),
            u64::from(start),
        ] {
            out.extend(n.to_le_bytes());
        }
        out.extend(b"PK\x06\x07\0\0\0\0");
        out.extend(at.to_le_bytes());
        out.extend(1u32.to_le_bytes());
    }
    let (count, len, start) = if around.zip64 {
        (u16::MAX, u32::MAX, u32::MAX)
    } else {
        (count, len, start)
    };
    out.extend(b"PK\x05\x06");
    for n in [around.disk, around.disk, count, count] {
        out.extend(n.to_le_bytes());
    }
    out.extend(len.to_le_bytes());
    out.extend(start.to_le_bytes());
    let comment_len = around.comment_len.unwrap_or(around.comment.len() as u16);
    out.extend(comment_len.to_le_bytes());
    out.extend(&around.comment);
    [around.prefix.as_slice(), &out, &around.suffix].concat()
}

fn add(entry: &Entry, out: &mut Vec<u8>, directory: &mut Vec<u8>) {
    let packed = match (&entry.packed, entry.stored) {
        (Some(packed), _) => packed.clone(),
        (None, true) => entry.text.clone(),
        (None, false) => deflate(&entry.text),
    };
    let crc = entry.crc.unwrap_or_else(|| crc32fast::hash(&entry.text));
    let len = entry.packed_len.unwrap_or(packed.len() as u32);
    let bytes = entry.bytes.unwrap_or(entry.text.len() as u32);
    let method = entry.method.unwrap_or(if entry.stored { 0 } else { 8 });
    let flags = entry.flags | if entry.descriptor { 8 } else { 0 };
    let header = entry.header.unwrap_or(out.len() as u32);
    if entry.header.is_none() {
        let name = entry.local_name.as_ref().unwrap_or(&entry.name);
        let claims = if entry.descriptor {
            [0; 3]
        } else {
            [crc, len, bytes]
        };
        out.extend(b"PK\x03\x04\x14\0");
        out.extend(flags.to_le_bytes());
        out.extend(entry.local_method.unwrap_or(method).to_le_bytes());
        out.extend([0, 0x40, 0x61, 0x58]);
        out.extend(claims.iter().flat_map(|n| n.to_le_bytes()));
        out.extend((name.len() as u16).to_le_bytes());
        out.extend((entry.local_extra.len() as u16).to_le_bytes());
        out.extend(name);
        out.extend(&entry.local_extra);
        out.extend(packed);
        if entry.descriptor {
            out.extend(b"PK\x07\x08");
            out.extend([crc, len, bytes].iter().flat_map(|n| n.to_le_bytes()));
        }
    }
    directory.extend(b"PK\x01\x02\x14\x03\x14\0");
    directory.extend(flags.to_le_bytes());
    directory.extend(method.to_le_bytes());
    directory.extend([0, 0x40, 0x61, 0x58]);
    directory.extend([crc, len, bytes].iter().flat_map(|n| n.to_le_bytes()));
    directory.extend((entry.name.len() as u16).to_le_bytes());
    directory.extend((entry.central_extra.len() as u16).to_le_bytes());
    directory.extend([0; 6]);
    directory.extend((entry.mode << 16).to_le_bytes());
    directory.extend(header.to_le_bytes());
    directory.extend(&entry.name);
    directory.extend(&entry.central_extra);
}

pub(super) fn deflate(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// The entries that tests need: .json, under whatever name.
pub(super) fn needed(path: &str) -> bool {
    path.to_lowercase().ends_with(".json")
}

pub(super) fn open(inputs: &[PathBuf]) -> Result<Export, InputError> {
    Export::open(inputs, Limits::default(), &needed, &AtomicBool::new(false))
}

/// Opens one file of these bytes.
pub(super) fn open_bytes(scratch: &Scratch, bytes: &[u8]) -> Result<Export, InputError> {
    open(&[scratch.file("in.zip", bytes)])
}

/// An entry as it was handed over.
pub(super) type HandedOver = (String, Result<Vec<u8>, EntryError>);

/// Reads all needed entries, in the order of the export.
pub(super) fn read(export: &Export, jobs: usize) -> Vec<HandedOver> {
    let wanted: Vec<EntryId> = export
        .entries()
        .iter()
        .filter(|entry| entry.needed)
        .map(|entry| entry.id)
        .collect();
    let states = export.for_each(
        &wanted,
        jobs,
        &AtomicBool::new(false),
        Vec::new,
        |all, id, text| {
            all.push((id, text.map(<[u8]>::to_vec)));
        },
    );
    let mut all: Vec<_> = states.unwrap().into_iter().flatten().collect();
    all.sort_by_key(|(id, _)| *id);
    let ids: Vec<EntryId> = all.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, wanted, "each wanted entry once");
    let path = |id: EntryId| export.entries()[id.0 as usize].path.clone();
    all.into_iter().map(|(id, text)| (path(id), text)).collect()
}

/// Reads the one needed entry of an export.
pub(super) fn read_one(export: &Export) -> Result<Vec<u8>, EntryError> {
    let mut all = read(export, 1);
    assert_eq!(all.len(), 1);
    all.remove(0).1
}
