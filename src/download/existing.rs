//! What stands at OUT already: nothing, an output of ours that may be replaced, an output that this
//! very request has made, or something that is not ours.
//!
//! "Ours" is a folder or zip with a manifest that this program wrote, which lists only what an output
//! can have, and with nothing in it beside that: `--force` must not cost anybody a file of their own,
//! even where a manifest lists it. Nothing is created or changed here.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{self, Head, Listed};
use super::{DownloadError, IsOutput, OutKind, moves, place, zip};
use crate::archive::EntryBuffers;
use crate::model::file::hex;
use crate::platform;

/// How often an OUT that changes under our eyes is looked at.
const LOOKS: usize = 20;
/// The file of every output that no row of OUTPUTS writes.
const PAGE: &str = "report.html";

/// What is at OUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Nothing has this name.
    Nothing,
    /// A folder with nothing in it.
    EmptyFolder,
    /// An output of this program, to be replaced with `--force`.
    Ours,
}

/// Looks at OUT and refuses what may not be replaced. A refusal counts only when OUT stayed the same
/// thing meanwhile: other runs may be replacing it.
pub(crate) fn look(
    real: &Path,
    kind: OutKind,
    force: bool,
    is_output: IsOutput,
) -> Result<Holds, DownloadError> {
    let mut refused = None;
    for _ in 0..LOOKS {
        let before = fs::symlink_metadata(real);
        match look_once(real, kind, force, is_output, &before) {
            Err(e)
                if moves::is_same(
                    before.ok().as_ref(),
                    fs::symlink_metadata(real).ok().as_ref(),
                ) =>
            {
                return Err(e);
            }
            Err(e) => refused = Some(e),
            Ok(holds) => return Ok(holds),
        }
    }
    refused.map_or(Ok(Holds::Nothing), Err)
}

/// One look.
fn look_once(
    real: &Path,
    kind: OutKind,
    force: bool,
    is_output: IsOutput,
    meta: &io::Result<Metadata>,
) -> Result<Holds, DownloadError> {
    let meta = match meta {
        Ok(meta) => meta,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Holds::Nothing),
        Err(e) => return Err(DownloadError::creating(real, e)),
    };
    let other = "choose another place with -o OUT";
    let found = match kind {
        OutKind::Folder if meta.is_dir() => look_into(real, is_output),
        OutKind::Zip if meta.is_file() => look_into_zip(real, is_output),
        OutKind::Folder => {
            return Err(DownloadError::exists(
                real,
                "exists and is not a folder",
                other,
            ));
        }
        OutKind::Zip => {
            return Err(DownloadError::exists(
                real,
                "exists and is not a file",
                other,
            ));
        }
    };
    found
        .map_err(|e| DownloadError::io(real, "cannot be read", &e))?
        .judge(real, force)
}

/// What a look has found.
enum Found {
    Empty,
    Foreign,
    /// Ours, and what stands in it that is not.
    Ours(Option<PathBuf>),
}

impl Found {
    /// The rule of replacing: only what is ours, and only when asked.
    fn judge(self, real: &Path, force: bool) -> Result<Holds, DownloadError> {
        match self {
            Self::Empty => Ok(Holds::EmptyFolder),
            Self::Ours(None) if force => Ok(Holds::Ours),
            Self::Ours(_) if !force => Err(DownloadError::exists(
                real,
                "already holds an output of trackersync",
                "use --force to replace it, or choose another place with -o OUT",
            )),
            Self::Ours(stranger) => Err(DownloadError::exists(
                &stranger.unwrap_or_default(),
                "is not part of the output that --force would replace",
                "move it elsewhere, or choose another place with -o OUT",
            )),
            Self::Foreign => Err(DownloadError::exists(
                real,
                "exists and was not written by trackersync, expected a new name or an empty folder",
                "choose another place with -o OUT; --force replaces only what trackersync wrote",
            )),
        }
    }
}

/// Looks into a folder.
fn look_into(real: &Path, is_output: IsOutput) -> io::Result<Found> {
    if moves::names(real)?.is_empty() {
        return Ok(Found::Empty);
    }
    let head = manifest::head_of(&real.join(manifest::NAME))?;
    match head.as_ref().and_then(|head| Own::of(head, is_output)) {
        None => Ok(Found::Foreign),
        Some(own) => Ok(Found::Ours(stranger(real, &own)?)),
    }
}

/// Looks into a zip.
fn look_into_zip(real: &Path, is_output: IsOutput) -> io::Result<Found> {
    let Some(zip) = zip::open(real)? else {
        return Ok(Found::Foreign);
    };
    let head = zip::head_in(&zip)?;
    let Some(own) = head.as_ref().and_then(|head| Own::of(head, is_output)) else {
        return Ok(Found::Foreign);
    };
    let mut names = zip.names();
    let stranger = names.find(|name| !own.files.contains(name));
    let stranger = stranger.or(zip.repeated.first().map(String::as_str));
    Ok(Found::Ours(stranger.map(|name| real.join(name))))
}

/// What a manifest of ours may speak of.
struct Own<'h> {
    files: BTreeSet<&'h str>,
    folders: BTreeSet<&'h str>,
}

impl<'h> Own<'h> {
    /// `None` where it lists what no output has: somebody else has written that.
    fn of(head: &'h Head, is_output: IsOutput) -> Option<Self> {
        let mut files: BTreeSet<&str> = head.paths().collect();
        if !files.iter().all(|path| *path == PAGE || is_output(path)) {
            return None;
        }
        let mut folders = BTreeSet::new();
        for path in &files {
            folders.extend(path.match_indices('/').filter_map(|(at, _)| path.get(..at)));
        }
        files.insert(manifest::NAME);
        Some(Self { files, folders })
    }
}

/// Returns something below `folder` that is not the output's own.
fn stranger(folder: &Path, own: &Own<'_>) -> io::Result<Option<PathBuf>> {
    let mut left = vec![(folder.to_owned(), String::new())];
    while let Some((at, inside)) = left.pop() {
        for name in moves::names(&at)? {
            let path = at.join(&name);
            let Some(name) = name.to_str() else {
                return Ok(Some(path));
            };
            let within = format!("{inside}{name}");
            let noise = platform::is_desktop_noise(name.as_ref());
            if moves::is_folder(&path) && own.folders.contains(within.as_str()) {
                left.push((path, format!("{within}/")));
            } else if moves::is_folder(&path) || !(noise || own.files.contains(within.as_str())) {
                return Ok(Some(path));
            }
        }
    }
    Ok(None)
}

/// Tells whether a folder that is being filled, or was, holds nothing but files of an output.
pub(crate) fn holds_outputs_only(folder: &Path, is_output: IsOutput) -> io::Result<bool> {
    let mut left = vec![(folder.to_owned(), String::new())];
    while let Some((at, inside)) = left.pop() {
        for name in moves::names(&at)? {
            let (path, within) = (
                at.join(&name),
                format!("{inside}{}", name.to_string_lossy()),
            );
            if moves::is_folder(&path) {
                left.push((path, format!("{within}/")));
            } else if within != PAGE && within != manifest::NAME && !is_output(&within) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Tells whether OUT holds, whole, what a request has made of its input before. `request` is what
/// the manifest of that run says of it.
///
/// # Errors
/// [`super::Kind::Io`] when OUT cannot be read.
pub fn is_finished(out: &Path, kind: OutKind, request: &str) -> Result<bool, DownloadError> {
    let whole = match kind {
        OutKind::Folder => is_finished_folder(out, request),
        OutKind::Zip => is_finished_zip(out, request),
    };
    match whole {
        Err(e) if e.kind() == io::ErrorKind::NotFound || e.raw_os_error().is_none() => Ok(false),
        other => other.map_err(|e| DownloadError::io(out, "cannot be read", &e)),
    }
}

fn is_finished_folder(out: &Path, request: &str) -> io::Result<bool> {
    let Some(head) = manifest::head_of(&out.join(manifest::NAME))? else {
        return Ok(false);
    };
    let whole = |listed: &Listed| {
        let path = out.join(&listed.path);
        let right = fs::symlink_metadata(&path)?;
        Ok(place::is_plain(&listed.path)
            && right.is_file()
            && right.len() == listed.bytes
            && digest(platform::open_plain(&path)?, listed)? == listed.sha256)
    };
    Ok(head.is_of(request) && all(&head, whole)?)
}

fn is_finished_zip(out: &Path, request: &str) -> io::Result<bool> {
    if !moves::is_file(out) {
        return Ok(false);
    }
    let Some(zip) = zip::open(out)? else {
        return Ok(false);
    };
    let Some(head) = zip::head_in(&zip)? else {
        return Ok(false);
    };
    let buffers = RefCell::new(EntryBuffers::default());
    let whole = |listed: &Listed| {
        let mut buffers = buffers.borrow_mut();
        Ok(match zip.read(&listed.path, &mut buffers)? {
            Ok(bytes) => digest(bytes, listed)? == listed.sha256,
            Err(_) => false,
        })
    };
    Ok(head.is_of(request) && all(&head, whole)?)
}

/// Tells whether every listed file is as `whole` wants it.
fn all(head: &Head, whole: impl Fn(&Listed) -> io::Result<bool>) -> io::Result<bool> {
    for listed in head.listed() {
        if !whole(listed)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// SHA-256 of as many bytes as are listed, and one more, as hex digits.
fn digest(reader: impl Read, listed: &Listed) -> io::Result<String> {
    let mut reader = io::BufReader::new(reader.take(listed.bytes.saturating_add(1)));
    let mut hasher = Sha256::new();
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(hex(hasher.finalize().as_slice()));
        }
        hasher.update(bytes);
        let read = bytes.len();
        reader.consume(read);
    }
}
