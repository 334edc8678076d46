//! Zips, tars and their like that lie: sound ones are made, then single fields are overwritten.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use tar::{Builder, EntryType, Header};

use super::super::stage::zip_of;

/// A zip whose fields can be overwritten; offsets are those of APPNOTE 4.3.
pub(super) struct Zip(pub(super) Vec<u8>);

impl Zip {
    /// A sound one of stored entries.
    pub(super) fn new(entries: &[(&str, &[u8])]) -> Self {
        Self(zip_of(entries))
    }

    /// Overwrites bytes of the end record.
    pub(super) fn end(mut self, at: usize, bytes: &[u8]) -> Self {
        let end = self.0.len() - 22;
        self.put(end + at, bytes);
        self
    }

    /// Overwrites bytes of the n-th record of the central directory.
    pub(super) fn central(&mut self, n: usize, at: usize, bytes: &[u8]) -> &mut Self {
        let start = self.record(n);
        self.put(start + at, bytes);
        self
    }

    /// Overwrites bytes of the n-th entry's own header.
    pub(super) fn local(&mut self, n: usize, at: usize, bytes: &[u8]) -> &mut Self {
        let header = self.number(self.record(n) + 42);
        self.put(header + at, bytes);
        self
    }

    /// Overwrites a field of the n-th entry in both of its headers.
    pub(super) fn both(&mut self, n: usize, at: usize, bytes: &[u8]) -> &mut Self {
        self.central(n, at + 2, bytes).local(n, at, bytes)
    }

    /// Gives the n-th entry a Unix mode.
    pub(super) fn mode(&mut self, n: usize, mode: u16) -> &mut Self {
        self.central(n, 5, &[3]).central(n, 40, &mode.to_le_bytes())
    }

    /// Where the n-th record of the central directory begins.
    fn record(&self, n: usize) -> usize {
        let mut at = self.number(self.0.len() - 6);
        for _ in 0..n {
            at += 46 + usize::from(self.0[at + 28]);
        }
        at
    }

    fn number(&self, at: usize) -> usize {
        let bytes = self.0[at..at + 4].try_into().unwrap();
        usize::try_from(u32::from_le_bytes(bytes)).unwrap()
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

/// Returns a deflate stream.
pub(super) fn deflated(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Returns a gzip stream.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Returns a tar of members of the given kinds.
pub(super) fn tar(members: &[(EntryType, &str, &[u8])]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for (kind, name, bytes) in members {
        let mut header = Header::new_ustar();
        header.set_entry_type(*kind);
        header.set_path(name).unwrap();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}
