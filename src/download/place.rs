//! Where OUT really is and what is there already: every refusal that can be told before any work.
//!
//! A link to a folder is followed, a link to nothing is refused. "Ours" is a folder or zip with a
//! manifest that this program wrote and, for a folder, no file beside those in the manifest:
//! `--force` must not cost anybody a file of their own. Nothing is created or changed here.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{self, Head};
use super::{DownloadError, OutKind, moves, zip};
use crate::platform;

/// Name of the work folder inside an OUT that nothing can be put beside.
pub(crate) const INSIDE: &str = ".trackersync-work";
/// Longest OUT name that is repeated in the name of its work folder; file systems allow 255 bytes.
const LONGEST_NAME: usize = 150;
/// How often an OUT that changes under our eyes is looked at.
const LOOKS: usize = 20;

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

/// Returns the absolute path of OUT with links resolved; its last parts need not exist.
pub(crate) fn resolve(out: &Path) -> Result<PathBuf, DownloadError> {
    match super::again(|| platform::canonical(out)) {
        Ok(real) => Ok(real),
        Err(e) if e.kind() == io::ErrorKind::NotFound => resolve_missing(out),
        Err(e) => Err(DownloadError::creating(out, &e)),
    }
}

/// [`resolve`] for a path whose last part does not exist.
fn resolve_missing(out: &Path) -> Result<PathBuf, DownloadError> {
    let hint = "choose another place with -o OUT";
    let Some(name) = out.file_name() else {
        return Err(DownloadError::cannot(
            out,
            "the folder before \"..\" does not exist",
            hint,
        ));
    };
    let parent = match out.parent() {
        Some(p) if p != Path::new("") => resolve(p)?,
        _ => resolve(Path::new("."))?,
    };
    let real = parent.join(name);
    // Not a mere "exists": another process may have made it since.
    if real.is_symlink() && !real.exists() {
        return Err(DownloadError::cannot(
            out,
            "is a symbolic link to nothing",
            hint,
        ));
    }
    Ok(real)
}

/// Refuses an OUT that is an input, lies inside one, or holds one.
pub(crate) fn apart_from(real: &Path, inputs: &[PathBuf]) -> Result<(), DownloadError> {
    let hint = "choose a place with -o OUT that is apart from every INPUT";
    for input in inputs.iter().filter_map(|i| platform::canonical(i).ok()) {
        let what = if real == input {
            "is the input itself"
        } else if real.starts_with(&input) {
            "lies inside an input"
        } else if input.starts_with(real) {
            "holds an input"
        } else {
            continue;
        };
        return Err(DownloadError::cannot(real, what, hint));
    }
    Ok(())
}

/// Looks at OUT and refuses what may not be replaced. A refusal counts only when OUT stayed the same
/// thing meanwhile: other runs may be replacing it.
pub(crate) fn look(real: &Path, kind: OutKind, force: bool) -> Result<Holds, DownloadError> {
    let mut refused = None;
    for _ in 0..LOOKS {
        let before = fs::symlink_metadata(real);
        match look_once(real, kind, force, &before) {
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
    meta: &io::Result<Metadata>,
) -> Result<Holds, DownloadError> {
    let meta = match meta {
        Ok(meta) => meta,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Holds::Nothing),
        Err(e) => return Err(DownloadError::creating(real, e)),
    };
    let other = "choose another place with -o OUT";
    match kind {
        OutKind::Folder if meta.is_dir() => look_into(real, force),
        OutKind::Zip if meta.is_file() => {
            let head =
                zip::head(real).map_err(|e| DownloadError::io(real, "cannot be read", &e))?;
            replaceable(real, head.is_some(), force)
        }
        OutKind::Folder => Err(DownloadError::exists(
            real,
            "exists and is not a folder",
            other,
        )),
        OutKind::Zip => Err(DownloadError::exists(
            real,
            "exists and is not a file",
            other,
        )),
    }
}

/// [`look`] for a folder.
fn look_into(real: &Path, force: bool) -> Result<Holds, DownloadError> {
    let names = moves::names(real).map_err(|e| DownloadError::creating(real, &e))?;
    if names.iter().all(|n| n == INSIDE) {
        return Ok(Holds::EmptyFolder);
    }
    let path = real.join(manifest::NAME);
    let head =
        manifest::head_of(&path).map_err(|e| DownloadError::io(&path, "cannot be read", &e))?;
    let holds = replaceable(real, head.is_some(), force)?;
    let stranger = head.map_or(Ok(None), |h| stranger(real, &h));
    match stranger.map_err(|e| DownloadError::io(real, "cannot be read", &e))? {
        None => Ok(holds),
        Some(file) => Err(DownloadError::exists(
            &file,
            "is not part of the output that --force would replace",
            "move it elsewhere, or choose another place with -o OUT",
        )),
    }
}

/// The rule of replacing: only what is ours, and only when asked.
fn replaceable(real: &Path, ours: bool, force: bool) -> Result<Holds, DownloadError> {
    match (ours, force) {
        (true, true) => Ok(Holds::Ours),
        (true, false) => Err(DownloadError::exists(
            real,
            "already holds an output of trackersync",
            "use --force to replace it, or choose another place with -o OUT",
        )),
        (false, _) => Err(DownloadError::exists(
            real,
            "exists and was not written by trackersync, expected a new name or an empty folder",
            "choose another place with -o OUT; --force replaces only what trackersync wrote",
        )),
    }
}

/// Returns a file below `folder` that its manifest does not list.
fn stranger(folder: &Path, head: &Head) -> io::Result<Option<PathBuf>> {
    let listed: BTreeSet<&str> = head.paths().collect();
    let mut left = vec![(folder.to_owned(), String::new())];
    while let Some((at, inside)) = left.pop() {
        for name in moves::names(&at)? {
            let path = at.join(&name);
            let within = format!("{inside}{}", name.to_string_lossy());
            if path.is_dir() && !path.is_symlink() {
                left.extend((within != INSIDE).then(|| (path, format!("{within}/"))));
            } else if !is_known(&name, &within, &listed) {
                return Ok(Some(path));
            }
        }
    }
    Ok(None)
}

/// Tells whether a file is listed, the manifest itself, or something that a desktop left.
fn is_known(name: &OsStr, within: &str, listed: &BTreeSet<&str>) -> bool {
    platform::is_desktop_noise(name)
        || within == manifest::NAME
        || (name.to_str().is_some() && listed.contains(within))
}

/// Returns what the names of OUT's work folders begin with; the operation follows.
pub(crate) fn work_prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    if name.len() <= LONGEST_NAME {
        prefix.push(name);
    } else {
        let digest = Sha256::digest(name.as_encoded_bytes());
        prefix.push(
            manifest::hex(digest.as_slice())
                .get(..32)
                .unwrap_or_default(),
        );
    }
    prefix.push(".trackersync-");
    prefix
}

/// Tells whether a path stays below OUT on every system.
pub(crate) fn is_plain(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    !path.is_empty() && path.split('/').all(plain)
}

/// Tells whether text can be an operation: it becomes part of a file name.
pub(crate) fn is_operation(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
