//! Where OUT really is, and every refusal that its place alone justifies.
//!
//! A link to a folder is followed, a link to nothing is refused. Nothing is created or changed here,
//! and what OUT holds is looked at elsewhere.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{DownloadError, ELSEWHERE, fs as files};
use crate::model::file::hex;
use crate::platform;

/// What every name of a work folder has after the name of its OUT.
pub(crate) const WORK: &str = ".trackersync-";
/// Longest OUT name that is repeated in the name of its work folder; file systems allow 255 bytes.
const LONGEST_NAME: usize = 150;

/// Returns the absolute path of OUT with links resolved; its last parts need not exist.
pub(crate) fn resolve(out: &Path) -> Result<PathBuf, DownloadError> {
    let typed = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let real = resolve_links(out)?;
    if platform::is_of_the_system(&typed) || platform::is_of_the_system(&real) {
        return Err(DownloadError::cannot(
            out,
            "is a place of the operating system, where no files can be kept",
            "name a folder of yours, or a file ending in .zip, with -o OUT",
        ));
    }
    Ok(real)
}

fn resolve_links(out: &Path) -> Result<PathBuf, DownloadError> {
    match super::again(|| platform::canonical(out)) {
        Ok(real) => Ok(real),
        Err(e) if e.kind() == io::ErrorKind::NotFound => resolve_missing(out),
        Err(e) => Err(DownloadError::creating(out, &e)),
    }
}

/// [`resolve_links`] for a path whose last part does not exist.
fn resolve_missing(out: &Path) -> Result<PathBuf, DownloadError> {
    let Some(name) = out.file_name() else {
        let what = "the folder before \"..\" does not exist";
        return Err(DownloadError::cannot(out, what, ELSEWHERE));
    };
    let parent = out.parent().filter(|p| *p != Path::new(""));
    let real = resolve_links(parent.unwrap_or(Path::new(".")))?.join(name);
    // Not a mere "exists": another process may have made it since.
    if real.is_symlink() && !real.exists() {
        let what = "is a symbolic link to nothing";
        return Err(DownloadError::cannot(out, what, ELSEWHERE));
    }
    Ok(real)
}

/// Refuses an OUT that is an input (by whatever name), lies inside one, or holds one.
pub(crate) fn apart_from(real: &Path, inputs: &[PathBuf]) -> Result<(), DownloadError> {
    let hint = "choose a place with -o OUT that is apart from every INPUT";
    for input in inputs.iter().filter_map(|i| platform::canonical(i).ok()) {
        let what = if real == input || files::is_one_file(real, &input) {
            "is the input itself"
        } else if holds(&input, real) {
            "lies inside an input"
        } else if holds(real, &input) {
            "holds an input"
        } else {
            continue;
        };
        return Err(DownloadError::cannot(real, what, hint));
    }
    Ok(())
}

/// Tells whether a path leads through a folder, by whatever name: a mount can give it two.
fn holds(folder: &Path, path: &Path) -> bool {
    let mut above = path.ancestors().skip(1);
    path.starts_with(folder) || above.any(|above| files::is_one_file(above, folder))
}

/// Refuses to replace the folder in which this program, and so most likely a shell, stands.
pub(crate) fn not_here(real: &Path) -> Result<(), DownloadError> {
    match platform::canonical(Path::new(".")) {
        Ok(here) if here == real => Err(DownloadError::exists(
            real,
            "is the current folder, which cannot be replaced",
            &below(real),
        )),
        Ok(here) if here.starts_with(real) => Err(DownloadError::exists(
            real,
            "holds the current folder, which cannot be replaced",
            "go to another folder first, or choose another place with -o OUT",
        )),
        _ => Ok(()),
    }
}

/// What to name instead of a folder that cannot be replaced itself.
pub(crate) fn below(real: &Path) -> String {
    let garmin = real.join("garmin");
    format!(
        "name a folder below it, for example with -o {}",
        garmin.display()
    )
}

/// Returns what the names of OUT's work folders begin with; the operation follows.
pub(crate) fn work_prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    if name.len() <= LONGEST_NAME {
        prefix.push(name);
    } else {
        let digest = Sha256::digest(name.as_encoded_bytes());
        let digest = hex(digest.as_slice());
        prefix.push(digest.get(..32).unwrap_or_default());
    }
    prefix.push(WORK);
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
