//! A finished output, a folder or a zip: what stands in it, its files, its manifest.
//!
//! It may be hostile: no link below it is followed, nothing larger than announced is read. Whether
//! it is one that this program wrote, and whether it is whole, is for who asks.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::{self, Manifest};
use super::{again, fs as files};
use crate::archive::{EntryBuffers, EntryRead, InputError, ZipFile, read_file};
use crate::platform;

/// Longest file that is read, in bytes.
pub(crate) const MAX_FILE: u64 = manifest::MAX_BYTES;
/// Deepest folder and most files that are listed; ours have 4 levels.
const MAX_DEPTH: usize = 32;
const MAX_FILES: usize = 1_000_000;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A plain file of so many bytes.
    File(u64),
    /// A folder.
    Folder,
    /// A link, a device, a pipe, or a name that is not Unicode.
    Other,
}

/// The output.
pub(crate) enum Output {
    /// A folder, and what stands below it by path, with `/`.
    Folder(PathBuf, BTreeMap<String, Found>),
    /// A zip.
    Zip(ZipFile),
}

impl Output {
    /// Opens an output; the inner error is why it is none. What a folder without a manifest holds is
    /// not looked at.
    pub(crate) fn open(out: &Path) -> io::Result<Result<Self, String>> {
        let meta = again(|| fs::metadata(out))?;
        if meta.is_dir() {
            let folder = |found| Self::Folder(out.to_owned(), found);
            if !files::is_there(&out.join(manifest::NAME)) {
                return Ok(Ok(folder(BTreeMap::new())));
            }
            return Ok(walk(out)?.map(folder));
        }
        if !meta.is_file() {
            return Ok(Err("is neither a file nor a folder".to_owned()));
        }
        match ZipFile::open(out, MAX_FILE) {
            Ok(zip) => Ok(Ok(Self::Zip(zip))),
            Err(InputError::Unusable { what, .. } | InputError::Missing { what, .. }) => {
                let what = what.split(", expected").next().unwrap_or_default();
                Ok(Err(format!("is not a whole zip: {what}")))
            }
            Err(InputError::Io { source, .. }) => Err(source),
            Err(InputError::Stopped) => Ok(Err("was not read".to_owned())),
        }
    }

    /// Returns every path in it, in order, and what stands there.
    pub(crate) fn paths(&self) -> Vec<(&str, Found)> {
        match self {
            Self::Folder(_, found) => found.iter().map(|(p, f)| (p.as_str(), *f)).collect(),
            Self::Zip(zip) => zip
                .names()
                .map(|p| (p, Found::File(zip.size(p).unwrap_or_default())))
                .collect(),
        }
    }

    /// Returns the paths that stand in it more than once.
    pub(crate) fn repeated(&self) -> &[String] {
        match self {
            Self::Folder(..) => &[],
            Self::Zip(zip) => &zip.repeated,
        }
    }

    /// Returns what stands at a path.
    pub(crate) fn find(&self, path: &str) -> Option<Found> {
        match self {
            Self::Folder(_, found) => found.get(path).copied(),
            Self::Zip(zip) => zip.size(path).map(Found::File),
        }
    }

    /// Reads a file of this size; the inner error is what is wrong with it.
    pub(crate) fn read<'b>(
        &self,
        path: &str,
        size: u64,
        buffers: &'b mut EntryBuffers,
    ) -> EntryRead<'b> {
        match self {
            Self::Folder(root, _) => read_file(&root.join(path), size, buffers),
            Self::Zip(zip) => zip.read(path, buffers),
        }
    }

    /// Reads the manifest; the inner error is what is wrong with it.
    pub(crate) fn manifest(&self) -> io::Result<Result<Manifest, String>> {
        let wrong = |what: &str| Ok(Err(what.to_owned()));
        let size = match self.find(manifest::NAME) {
            Some(Found::File(size)) if size <= MAX_FILE => size,
            Some(Found::File(_)) => return wrong("is too long"),
            Some(_) => return wrong("is not a plain file"),
            None => return wrong("is missing"),
        };
        match self.read(manifest::NAME, size, &mut EntryBuffers::default())? {
            Ok(bytes) => Ok(Manifest::from_slice(bytes)),
            Err(e) => Ok(Err(format!("cannot be read: {e}"))),
        }
    }
}

/// Tells whether a path is what desktops leave in folders.
pub(crate) fn is_noise(path: &str) -> bool {
    platform::is_desktop_noise(OsStr::new(path.rsplit('/').next().unwrap_or_default()))
}

/// Lists everything below a folder without following links; the inner error is why it is no output.
pub(super) fn walk(root: &Path) -> io::Result<Result<BTreeMap<String, Found>, String>> {
    let mut found = BTreeMap::new();
    let mut left = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, inside, depth)) = left.pop() {
        for name in files::names(&folder)? {
            let path = format!("{inside}{}", name.to_string_lossy());
            let meta = fs::symlink_metadata(folder.join(&name))?;
            let what = if meta.is_dir() {
                left.push((folder.join(&name), format!("{path}/"), depth + 1));
                Found::Folder
            } else if meta.is_file() && name.to_str().is_some() {
                Found::File(meta.len())
            } else {
                Found::Other
            };
            found.insert(path, what);
            if depth > MAX_DEPTH || found.len() > MAX_FILES {
                return Ok(Err("holds more folders or files than any output".to_owned()));
            }
        }
    }
    Ok(Ok(found))
}
