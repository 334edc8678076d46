//! What stands at OUT already: nothing, an output of ours that may be replaced, an output that this
//! very request has made, or something that is not ours.
//!
//! "Ours" is a folder or zip with a manifest that this program wrote, which lists only what an output
//! can have, and with nothing in it beside that: `--force` must not cost anybody a file of their own,
//! even where a manifest lists it. Nothing is created or changed here.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use super::manifest::{self, Manifest};
use super::output::{self, Found, Output};
use super::{DownloadError, ELSEWHERE, IsOutput, OutKind, fs as files};
use crate::archive::EntryBuffers;
use crate::model::file::sha256;

/// How often an OUT that changes under our eyes is looked at.
const LOOKS: usize = 20;
/// The file of every output that no row of OUTPUTS writes.
const PAGE: &str = "report.html";

/// What is at OUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutState {
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
) -> Result<OutState, DownloadError> {
    let mut found = Ok(OutState::Nothing);
    for _ in 0..LOOKS {
        let before = fs::symlink_metadata(real);
        found = look_once(real, kind, force, is_output, &before);
        let after = fs::symlink_metadata(real).ok();
        if found.is_ok() || files::is_same(before.ok().as_ref(), after.as_ref()) {
            break;
        }
    }
    found
}

/// One look.
fn look_once(
    real: &Path,
    kind: OutKind,
    force: bool,
    is_output: IsOutput,
    meta: &io::Result<Metadata>,
) -> Result<OutState, DownloadError> {
    let failed = |e: io::Error| DownloadError::io(real, "cannot be read", &e);
    let refused = |what: &str, hint: &str| Err(DownloadError::exists(real, what, hint));
    match (kind, meta) {
        (_, Err(e)) if e.kind() == io::ErrorKind::NotFound => return Ok(OutState::Nothing),
        (_, Err(e)) => return Err(DownloadError::creating(real, e)),
        (OutKind::Folder, Ok(meta)) if !meta.is_dir() => {
            return refused("exists and is not a folder", ELSEWHERE);
        }
        (OutKind::Zip, Ok(meta)) if !meta.is_file() => {
            return refused("exists and is not a file", ELSEWHERE);
        }
        (OutKind::Folder, _) if files::names(real).map_err(failed)?.is_empty() => {
            return Ok(OutState::EmptyFolder);
        }
        _ => {}
    }
    let Some((output, manifest)) = ours(real, is_output).map_err(failed)? else {
        return refused(
            "exists and was not written by trackersync, expected a new name or an empty folder",
            "choose another place with -o OUT; --force replaces only what trackersync wrote",
        );
    };
    if !force {
        return refused(
            "already holds an output of trackersync",
            "use --force to replace it, or choose another place with -o OUT",
        );
    }
    unlisted(&output, &manifest).map_or(Ok(OutState::Ours), |path| {
        Err(DownloadError::exists(
            &real.join(path),
            "is not part of the output that --force would replace",
            "move it elsewhere, or choose another place with -o OUT",
        ))
    })
}

/// Opens an output of ours; `None` for what is none, or whose manifest lists what no output has:
/// somebody else has written that.
fn ours(real: &Path, is_output: IsOutput) -> io::Result<Option<(Output, Manifest)>> {
    let Ok(output) = Output::open(real)? else {
        return Ok(None);
    };
    let manifest = output.manifest()?.ok().filter(|manifest| {
        let mut paths = manifest.outputs.iter().map(|o| &o.path);
        paths.all(|path| path == PAGE || is_output(path))
    });
    Ok(manifest.map(|manifest| (output, manifest)))
}

/// Returns something in an output that is not its own.
fn unlisted(output: &Output, manifest: &Manifest) -> Option<String> {
    let mut own: BTreeSet<&str> = manifest.outputs.iter().map(|o| o.path.as_str()).collect();
    let folders: BTreeSet<&str> = own
        .iter()
        .flat_map(|path| path.match_indices('/').filter_map(|(at, _)| path.get(..at)))
        .collect();
    own.insert(manifest::NAME);
    let is_noise = |path: &str| matches!(output, Output::Folder(..)) && output::is_noise(path);
    let is_own = |path: &str, found| match found {
        Found::Folder => folders.contains(path),
        Found::File(_) => own.contains(path) || is_noise(path),
        Found::Other => false,
    };
    let mut paths = output.paths().into_iter();
    let other = paths.find(|(path, found)| !is_own(path, *found));
    other
        .map(|(path, _)| path.to_owned())
        .or_else(|| output.repeated().first().cloned())
}

/// Tells whether a folder that is being filled, or was, holds nothing but files of an output.
pub(crate) fn holds_outputs_only(folder: &Path, is_output: IsOutput) -> io::Result<bool> {
    let is_own = |path: &str| path == PAGE || path == manifest::NAME || is_output(path);
    Ok(output::walk(folder)?.is_ok_and(|found| {
        let mut found = found.iter();
        found.all(|(path, what)| *what == Found::Folder || is_own(path))
    }))
}

/// Tells whether OUT holds, whole, what a request has made of its input before. `request` is what
/// the manifest of that run says of it.
///
/// # Errors
/// [`super::Kind::Io`] when OUT cannot be read.
pub fn is_finished(out: &Path, kind: OutKind, request: &str) -> Result<bool, DownloadError> {
    match is_whole(out, kind, request) {
        Err(e) if e.kind() == io::ErrorKind::NotFound || e.raw_os_error().is_none() => Ok(false),
        other => other.map_err(|e| DownloadError::io(out, "cannot be read", &e)),
    }
}

fn is_whole(out: &Path, kind: OutKind, request: &str) -> io::Result<bool> {
    let Ok(output) = Output::open(out)? else {
        return Ok(false);
    };
    let Ok(manifest) = output.manifest()? else {
        return Ok(false);
    };
    let is_kind = matches!(output, Output::Folder(..)) == (kind == OutKind::Folder);
    if !is_kind || manifest.request.as_deref() != Some(request) {
        return Ok(false);
    }
    let mut buffers = EntryBuffers::default();
    for listed in &manifest.outputs {
        let is_there = output.find(&listed.path) == Some(Found::File(listed.bytes));
        let read = |buffers| output.read(&listed.path, listed.bytes, buffers);
        if !is_there || !read(&mut buffers)?.is_ok_and(|bytes| sha256(bytes) == listed.sha256) {
            return Ok(false);
        }
    }
    Ok(true)
}
