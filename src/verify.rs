//! Is an output still what its manifest says? Presence, size, SHA-256, and for FIT files that they
//! are whole and that a reader which is not ours decodes every message.
//!
//! OUT may be a folder or a zip, and may be hostile: links are not followed, nothing outside is
//! opened, nothing larger than announced is read. The room writes nothing and does not know what
//! the files mean.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::archive::EntryBuffers;
use crate::download::cause;
use crate::download::manifest::{self, Manifest};
use crate::download::output::{Found, MAX_FILE, Output, is_noise};
use crate::fit::whole;
use crate::inspect;
use crate::model::file::{WrittenFile, sha256};
use crate::parallel;
use crate::report::words::counted;

/// Longest FIT file that is decoded, in bytes; ours have less than 1 MB.
const MAX_FIT: u64 = 64 << 20;

/// One thing that is not as the manifest says. The path is not yet cleaned for a terminal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path below OUT, with `/`.
    pub path: String,
    /// What is wrong.
    pub what: String,
    /// What was expected; may be empty.
    pub expected: String,
}

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files that the manifest lists.
    pub files: usize,
    /// Their sizes together, in bytes.
    pub bytes: u64,
    /// What is wrong, in path order; empty when all is well.
    pub problems: Vec<Problem>,
}

/// OUT could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// There is no such file or folder, or it may not be read (66).
    #[error(
        "{0}: {1}, expected the folder or the zip that a conversion wrote\ncheck the spelling and the folder"
    )]
    Unreadable(PathBuf, String),
    /// Reading failed on the way (74).
    #[error("{0}: cannot be read: {1}\ncheck the disk and try again")]
    Io(PathBuf, String),
}

/// Checks an output on up to `jobs` threads.
///
/// # Errors
/// [`VerifyError`] when OUT cannot be read at all; whatever is wrong with an OUT that can is a
/// [`Problem`].
pub fn verify(out: &Path, jobs: usize) -> Result<Verified, VerifyError> {
    verified(out, jobs).map_err(|error| failed(out, &error))
}

fn failed(out: &Path, error: &io::Error) -> VerifyError {
    let variant = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => VerifyError::Unreadable,
        _ => VerifyError::Io,
    };
    variant(out.to_owned(), cause(error))
}

fn verified(out: &Path, jobs: usize) -> io::Result<Verified> {
    let no_output = |path: &str, what: &str, expected: &str| {
        Ok(Verified {
            problems: vec![problem(path, what, expected)],
            ..Verified::default()
        })
    };
    let output = match Output::open(out)? {
        Ok(output) => output,
        Err(why) => return no_output("", &why, "an output folder or zip"),
    };
    let expected = "the manifest of an output of trackersync";
    let manifest = match output.manifest()? {
        Ok(manifest) if manifest.schema <= manifest::SCHEMA => manifest,
        Ok(newer) => {
            let what = format!("has schema {}, from a newer version", newer.schema);
            return no_output(manifest::NAME, &what, expected);
        }
        Err(what) => return no_output(manifest::NAME, &what, expected),
    };
    let mut problems = unlisted(&output, &manifest);
    let listed = unique(&manifest, &mut problems);
    let found = parallel::for_each(
        jobs,
        &listed,
        &AtomicBool::new(false),
        || (EntryBuffers::default(), Vec::new()),
        |(buffers, problems), file| {
            problems.extend(check(&output, file, buffers)?);
            Ok::<_, io::Error>(())
        },
    );
    problems.extend(found?.into_iter().flat_map(|(_, problems)| problems));
    problems.sort();
    Ok(Verified {
        files: listed.len(),
        bytes: listed.iter().map(|o| o.bytes).sum(),
        problems,
    })
}

fn problem(path: &str, what: &str, expected: &str) -> Problem {
    Problem {
        path: path.to_owned(),
        what: what.to_owned(),
        expected: expected.to_owned(),
    }
}

/// Names that are not listed, or occur twice.
fn unlisted(output: &Output, manifest: &Manifest) -> Vec<Problem> {
    let mut listed: BTreeSet<&str> = manifest.outputs.iter().map(|o| o.path.as_str()).collect();
    listed.insert(manifest::NAME);
    let paths = output.paths().into_iter();
    let others = paths.filter(|(path, found)| {
        *found != Found::Folder && !listed.contains(path) && !is_noise(path)
    });
    let unlisted = |path: &str| problem(path, "is not in the manifest", "only listed files");
    let twice = |path: &String| problem(path, "is in the zip more than once", "one entry");
    others
        .map(|(path, _)| unlisted(path))
        .chain(output.repeated().iter().map(twice))
        .collect()
}

/// The listed files, each once.
fn unique<'a>(manifest: &'a Manifest, problems: &mut Vec<Problem>) -> Vec<&'a WrittenFile> {
    let mut seen = BTreeSet::new();
    let files = manifest.outputs.iter();
    let (first, again): (Vec<_>, Vec<_>) = files.partition(|o| seen.insert(o.path.as_str()));
    let what = "is listed more than once";
    let again = again
        .iter()
        .map(|o| problem(&o.path, what, "one line in the manifest"));
    problems.extend(again);
    first
}

/// Checks one listed file. Errors are those of the system.
fn check(
    output: &Output,
    file: &WrittenFile,
    buffers: &mut EntryBuffers,
) -> io::Result<Option<Problem>> {
    let path = file.path.as_str();
    let wrong = |what: &str, expected: &str| Ok(Some(problem(path, what, expected)));
    let size = match output.find(path) {
        Some(Found::File(size)) => size,
        None | Some(Found::Folder) => return wrong("is missing", "a file"),
        Some(Found::Other) => return wrong("is not a plain file", "a file"),
    };
    let has = format!("has {}", in_bytes(size));
    if size != file.bytes {
        return wrong(&has, &in_bytes(file.bytes));
    }
    let is_fit = path.ends_with(".fit");
    if size > MAX_FILE || (is_fit && size > MAX_FIT) {
        let expected = "a FIT file of at most 64 MiB, any other of at most 256 MiB";
        return wrong(&has, expected);
    }
    let bytes = match output.read(path, size, buffers)? {
        Ok(bytes) => bytes,
        Err(e) => return wrong(&format!("cannot be read: {e}"), e.expected()),
    };
    let sha256 = sha256(bytes);
    if sha256 != file.sha256 {
        return wrong(&format!("has SHA-256 {sha256}"), &file.sha256);
    }
    match is_fit.then(|| fit(bytes)) {
        Some(Err(what)) => wrong(&what, "a whole FIT file that decodes"),
        _ => Ok(None),
    }
}

/// Checks a FIT file: whole by our rule, and the other reader finds as many messages.
fn fit(bytes: &[u8]) -> Result<(), String> {
    let ours = whole::check(bytes).map_err(|e| e.to_string())?;
    let theirs = inspect::count(bytes).map_err(|e| e.to_string())?;
    if ours == theirs {
        Ok(())
    } else {
        Err(format!("the decoder reads {theirs} of its {ours} messages"))
    }
}

/// A size as in "1 byte" or "2,000 bytes".
fn in_bytes(size: u64) -> String {
    counted(size, "byte", "bytes")
}

#[cfg(test)]
mod tests;
