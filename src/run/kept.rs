//! What lies beside the state file between two stages: uploads, and results that wait for their
//! download, in private folders named by id.
//!
//! An upload is a copy, so that nothing that happens to the user's files later changes it. Links,
//! pipes and devices below an INPUT are kept as what they are, or as the like of it, so that the
//! conversion rejects the same entries as if it had been given the INPUT itself.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

use crate::budget::{CONVERSION_TTL, OperationId, SqliteStore, Store, TicketKind};
use crate::download::{DownloadError, holds_outputs_only, is_folder, keep_private, make_private};
use crate::garmin::is_output;
use crate::model::Instant;
use crate::platform;

/// The folder in which uploads or conversions lie, beside the state file.
pub(super) fn folder(store: &SqliteStore, kind: TicketKind) -> PathBuf {
    let name = match kind {
        TicketKind::Upload => ".uploads",
        TicketKind::Conversion => ".conversions",
    };
    let mut path = store.path().as_os_str().to_owned();
    path.push(name);
    PathBuf::from(path)
}

/// Makes that folder, or closes one that others can look into, and returns it.
pub(super) fn private_folder(store: &SqliteStore, kind: TicketKind) -> Result<PathBuf> {
    let path = folder(store, kind);
    let made = match make_private(&path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists && is_folder(&path) => {
            keep_private(&path)
        }
        made => made,
    };
    made.map_err(|e| failed(&path, &e))?;
    Ok(path)
}

/// It lies beside the state, not in an OUT.
fn failed(path: &Path, error: &io::Error) -> DownloadError {
    DownloadError {
        hint: "make room beside the state file, or name another one with --state".to_owned(),
        ..DownloadError::io(path, "cannot be written", error)
    }
}

/// Copies the inputs into the folder of an upload. Each has a folder of its own, by number: two may
/// have one name.
pub(super) fn keep(inputs: &[PathBuf], target: &Path) -> Result<()> {
    keep_all(inputs, target).inspect_err(|_| {
        // What stays now goes when the upload has expired.
        let _ = fs::remove_dir_all(target);
    })
}

fn keep_all(inputs: &[PathBuf], target: &Path) -> Result<()> {
    let written = |e: io::Error| failed(target, &e);
    make_private(target).map_err(written)?;
    let inside = platform::canonical(target).map_err(written)?;
    for (number, input) in inputs.iter().enumerate() {
        let real = platform::canonical(input).map_err(|e| failed(input, &e))?;
        if inside.starts_with(&real) {
            return Err(DownloadError::cannot(
                input,
                "holds the folder in which uploads are kept",
                "give the folder of the export alone, or name another state file with --state",
            )
            .into());
        }
        let folder = target.join(format!("{number:04}"));
        make_private(&folder).map_err(written)?;
        let name = input.file_name().unwrap_or(OsStr::new("export"));
        copy(&real, &folder.join(name)).map_err(written)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_dir() {
        make_private(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        Ok(())
    } else if kind.is_file() {
        copy_file(from, to)
    } else {
        copy_special(from, to, kind)
    }
}

/// Copies a file for this user's eyes only. One that may not be read becomes one that may not be read.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let open = File::open(from);
    let closed = matches!(&open, Err(e) if e.kind() == io::ErrorKind::PermissionDenied);
    let mut file = platform::private_file(to, if closed { 0 } else { 0o600 })?;
    if !closed {
        io::copy(&mut open?, &mut file)?;
    }
    Ok(())
}

/// A link stays a link; of pipes, sockets and devices a pipe is made, which is no file either. macOS
/// has no call for that which takes a folder: there it is a link to a device.
#[cfg(unix)]
fn copy_special(from: &Path, to: &Path, kind: fs::FileType) -> io::Result<()> {
    if kind.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    #[cfg(target_vendor = "apple")]
    return std::os::unix::fs::symlink("/dev/null", to);
    #[cfg(not(target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        Ok(mknodat(CWD, to, FileType::Fifo, Mode::RUSR, 0)?)
    }
}

#[cfg(not(unix))]
fn copy_special(from: &Path, _: &Path, _: fs::FileType) -> io::Result<()> {
    let what = format!("{}: is no plain file", from.display());
    Err(io::Error::new(io::ErrorKind::Unsupported, what))
}

/// The inputs of an upload, in the order in which they were given.
pub(super) fn inputs_of(upload: &Path) -> Result<Vec<PathBuf>> {
    let list = |folder: &Path| -> io::Result<_> {
        let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        let mut paths = paths.collect::<io::Result<Vec<PathBuf>>>()?;
        paths.sort();
        Ok(paths)
    };
    let list = |folder: &Path| list(folder).with_context(|| folder.display().to_string());
    let numbered = list(upload)?;
    let inputs: Result<Vec<_>> = numbered.iter().map(|folder| list(folder)).collect();
    Ok(inputs?.concat())
}

/// Removes the files of tickets that are gone. One that cannot be removed now goes with the orphans.
pub(super) fn forget(store: &SqliteStore, gone: &[(TicketKind, String)]) {
    for (kind, id) in gone {
        if let Some(path) = ours(store, *kind, id.as_ref()) {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// The folder of an id, if it holds nothing but what this program puts there and no link leads to it.
fn ours(store: &SqliteStore, kind: TicketKind, id: &OsStr) -> Option<PathBuf> {
    let folder = folder(store, kind);
    let path = folder.join(id);
    let is_id = OperationId::parse(id.to_str()?).is_some();
    let in_place = is_id && is_folder(&folder) && is_folder(&path);
    (in_place && holds_ours_only(&path, kind).unwrap_or(false)).then_some(path)
}

/// Tells whether a folder holds the numbered INPUTs of an upload, or files of an output, alone.
fn holds_ours_only(path: &Path, kind: TicketKind) -> io::Result<bool> {
    if kind == TicketKind::Conversion {
        return holds_outputs_only(path, is_output);
    }
    let is_numbered = |name: &OsStr| {
        let digits = name.as_encoded_bytes();
        digits.len() == 4 && digits.iter().all(u8::is_ascii_digit)
    };
    let mut entries = fs::read_dir(path)?;
    Ok(entries.all(|e| e.is_ok_and(|e| is_numbered(&e.file_name()) && is_folder(&e.path()))))
}

/// What was done with folders of uploads and conversions that no ticket knows any more.
#[derive(Debug, Default)]
pub(super) struct Orphans {
    pub(super) removed: u64,
    /// Conversions that were paid not long ago: the state has lost their tickets.
    pub(super) kept: Vec<PathBuf>,
}

/// Removes folders of uploads and conversions that no ticket knows any more, these as soon as their
/// tickets would have expired.
pub(super) fn remove_orphans(store: &SqliteStore, now: Instant) -> Result<Orphans> {
    let mut orphans = Orphans::default();
    for kind in TicketKind::ALL {
        let entries = fs::read_dir(folder(store, kind)).into_iter().flatten();
        for id in entries.flatten().map(|entry| entry.file_name()) {
            let Some(path) = ours(store, kind, &id) else {
                continue;
            };
            if store.get(kind, &id.to_string_lossy(), now)?.is_some() {
            } else if kind == TicketKind::Conversion && is_recent(&path, now) {
                orphans.kept.push(path);
            } else if fs::remove_dir_all(&path).is_ok() {
                orphans.removed += 1;
            }
        }
    }
    Ok(orphans)
}

fn is_recent(path: &Path, now: Instant) -> bool {
    let written = fs::symlink_metadata(path).and_then(|found| found.modified());
    let seconds = written.map(|at| at.duration_since(UNIX_EPOCH).map_or(0, |at| at.as_secs()));
    let seconds = seconds.ok().and_then(|at| i64::try_from(at).ok());
    seconds.is_some_and(|at| now.0 < at.saturating_add(CONVERSION_TTL))
}
