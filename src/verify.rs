//! Is an output still what its manifest says? Presence, size, SHA-256, and for FIT files that they
//! are whole and that a reader which is not ours decodes every message.
//!
//! OUT may be a folder or a zip, and may be hostile: links are not followed, nothing outside is
//! opened, nothing larger than announced is read. The room writes nothing and does not know what
//! the files mean.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest, Sha256};

use crate::download::manifest::{self, Manifest, Output};
use crate::download::{again, cause, guard, zip};
use crate::fit::whole;
use crate::inspect;
use crate::platform;
use crate::report::words::counted;

/// Longest manifest that is read, in bytes.
const MAX_MANIFEST: u64 = 256 << 20;
/// Longest FIT file that is decoded, in bytes; ours have less than 1 MB.
const MAX_FIT: u64 = 64 << 20;
/// Deepest folder and most files that are listed; ours have 4 levels.
const MAX_DEPTH: usize = 32;
const MAX_FILES: usize = 1_000_000;
/// Most threads.
const MAX_JOBS: usize = 16;

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
    let source = match Source::open(out) {
        Ok(source) => source,
        Err(e) if e.raw_os_error().is_none() => {
            let text = cause(&e);
            return Ok(Verified {
                problems: vec![problem("", &text, "an output folder or zip")],
                ..Verified::default()
            });
        }
        Err(e) => return Err(failed(out, &e)),
    };
    let manifest = match source.manifest().map_err(|e| failed(out, &e))? {
        Ok(manifest) => manifest,
        Err(problem) => {
            return Ok(Verified {
                problems: vec![problem],
                ..Verified::default()
            });
        }
    };
    let mut problems = source.strangers(&manifest);
    let listed = unique(&manifest, &mut problems);
    let found = in_parallel(&listed, jobs, |output| check(&source, output));
    for result in found {
        problems.extend(result.map_err(|e| failed(out, &e))?);
    }
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

fn failed(out: &Path, error: &io::Error) -> VerifyError {
    let at_the_door = matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
    );
    let variant = if at_the_door {
        VerifyError::Unreadable
    } else {
        VerifyError::Io
    };
    variant(out.to_owned(), cause(error))
}

/// The listed files, each once.
fn unique<'a>(manifest: &'a Manifest, problems: &mut Vec<Problem>) -> Vec<&'a Output> {
    let mut seen = BTreeSet::new();
    let (first, again): (Vec<_>, Vec<_>) = manifest
        .outputs
        .iter()
        .partition(|o| seen.insert(o.path.as_str()));
    problems.extend(again.iter().map(|o| {
        problem(
            &o.path,
            "is listed more than once",
            "one line in the manifest",
        )
    }));
    first
}

/// Runs a check on every item; the results come in no order.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    check: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let work = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = check(item);
            guard(&results).push(result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.clamp(1, MAX_JOBS) {
            scope.spawn(work);
        }
        work();
    });
    results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Checks one listed file. Errors are those of the system.
fn check(source: &Source, output: &Output) -> io::Result<Option<Problem>> {
    let path = output.path.as_str();
    let wrong = |what: &str, expected: &str| Ok(Some(problem(path, what, expected)));
    let size = match source.size(path) {
        Found::File(size) => size,
        Found::Nothing => return wrong("is missing", "a file"),
        Found::Other => return wrong("is not a plain file", "a file"),
    };
    if size != output.bytes {
        return wrong(&format!("has {}", in_bytes(size)), &in_bytes(output.bytes));
    }
    let is_fit = path.ends_with(".fit");
    if is_fit && size > MAX_FIT {
        let what = format!("has {}", in_bytes(size));
        return wrong(&what, "a FIT file of at most 64 MiB");
    }
    let (sha256, bytes) = match source.open_file(path).and_then(|r| digest(r, size, is_fit)) {
        Ok(read) => read,
        Err(e) if e.raw_os_error().is_some() => return Err(e),
        Err(e) => return wrong(&format!("cannot be read: {}", cause(&e)), "a sound entry"),
    };
    if sha256 != output.sha256 {
        return wrong(&format!("has SHA-256 {sha256}"), &output.sha256);
    }
    match is_fit.then(|| fit(&bytes)) {
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

/// Returns SHA-256 as hex, and the bytes when they are wanted. Reads at most one byte too many.
fn digest(reader: impl Read, size: u64, keep: bool) -> io::Result<(String, Vec<u8>)> {
    let mut reader = reader.take(size.saturating_add(1));
    let mut hash = Sha256::new();
    let mut kept = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = again(|| reader.read(&mut buffer))?;
        let part = buffer.get(..n).unwrap_or_default();
        if part.is_empty() {
            return Ok((manifest::hex(hash.finalize().as_slice()), kept));
        }
        hash.update(part);
        if keep {
            kept.extend_from_slice(part);
        }
    }
}

/// What a listed path turns out to be.
enum Found {
    /// A plain file of so many bytes.
    File(u64),
    /// A link, a device, a pipe.
    Other,
    /// Nothing.
    Nothing,
}

/// Where the files are.
enum Source {
    /// A folder, and what a walk that follows no link found: sizes of plain files.
    Folder(PathBuf, BTreeMap<String, Option<u64>>),
    /// A zip.
    Zip(zip::Archive),
}

impl Source {
    /// Opens OUT. An error without a number of the system says why it is no output.
    fn open(out: &Path) -> io::Result<Self> {
        let meta = again(|| fs::metadata(out))?;
        if meta.is_dir() {
            return Ok(Self::Folder(out.to_owned(), walk(out)?));
        }
        if meta.is_file() {
            return zip::Archive::open(out).map(Self::Zip);
        }
        Err(io::Error::other("is neither a file nor a folder"))
    }

    fn size(&self, path: &str) -> Found {
        match self {
            Self::Folder(_, files) => match files.get(path) {
                Some(Some(size)) => Found::File(*size),
                Some(None) => Found::Other,
                None => Found::Nothing,
            },
            Self::Zip(archive) => archive
                .members()
                .get(path)
                .map_or(Found::Nothing, |m| Found::File(m.bytes)),
        }
    }

    /// Opens a file that was found.
    fn open_file(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        match self {
            Self::Folder(root, _) => Ok(Box::new(File::open(root.join(path))?)),
            Self::Zip(archive) => match archive.members().get(path) {
                Some(member) => archive.read(member),
                None => Err(io::Error::other("is missing")),
            },
        }
    }

    /// Reads the manifest; the inner error is what is wrong with it.
    fn manifest(&self) -> io::Result<Result<Manifest, Problem>> {
        let wrong = |what: &str| {
            Ok(Err(problem(
                manifest::NAME,
                what,
                "the manifest of an output of trackersync",
            )))
        };
        match self.size(manifest::NAME) {
            Found::File(size) if size <= MAX_MANIFEST => {}
            Found::File(_) => return wrong("is too long"),
            Found::Other => return wrong("is not a plain file"),
            Found::Nothing => return wrong("is missing"),
        }
        let mut bytes = Vec::new();
        let read = self
            .open_file(manifest::NAME)
            .and_then(|r| r.take(MAX_MANIFEST).read_to_end(&mut bytes));
        match read {
            Err(e) if e.raw_os_error().is_some() => Err(e),
            Err(e) => wrong(&format!("cannot be read: {}", cause(&e))),
            Ok(_) => match Manifest::from_slice(&bytes) {
                Err(what) => wrong(&what),
                Ok(m) if m.schema > manifest::SCHEMA => {
                    wrong(&format!("has schema {}, from a newer version", m.schema))
                }
                Ok(manifest) => Ok(Ok(manifest)),
            },
        }
    }

    /// Names that are not listed, or occur twice.
    fn strangers(&self, manifest: &Manifest) -> Vec<Problem> {
        let listed: BTreeSet<&str> = manifest.outputs.iter().map(|o| o.path.as_str()).collect();
        let is_noise = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default();
            platform::is_desktop_noise(OsStr::new(name))
        };
        let unknown = |path: &&String| {
            *path != manifest::NAME && !listed.contains(path.as_str()) && !is_noise(path)
        };
        let found = |paths: Vec<&String>, what: &str, expected: &str| -> Vec<Problem> {
            paths
                .into_iter()
                .map(|p| problem(p, what, expected))
                .collect()
        };
        let unlisted = "is not in the manifest";
        match self {
            Self::Folder(_, files) => found(
                files.keys().filter(unknown).collect(),
                unlisted,
                "only listed files",
            ),
            Self::Zip(archive) => {
                let mut problems = found(
                    archive.members().keys().filter(unknown).collect(),
                    unlisted,
                    "only listed files",
                );
                problems.extend(found(
                    archive.repeated().iter().collect(),
                    "is in the zip more than once",
                    "one entry",
                ));
                problems
            }
        }
    }
}

/// Lists everything below a folder that is not a folder itself, without following links; `None`
/// for what is not a plain file.
fn walk(root: &Path) -> io::Result<BTreeMap<String, Option<u64>>> {
    let mut found = BTreeMap::new();
    let mut left = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, inside, depth)) = left.pop() {
        for entry in again(|| fs::read_dir(&folder))? {
            let entry = entry?;
            let path = format!("{inside}{}", entry.file_name().to_string_lossy());
            let meta = fs::symlink_metadata(entry.path())?;
            if meta.is_dir() {
                left.push((entry.path(), format!("{path}/"), depth + 1));
            } else {
                // A name that is not Unicode can only be a stranger: never take it for another.
                let named = entry.file_name().to_str().is_some();
                found.insert(path, (named && meta.is_file()).then_some(meta.len()));
            }
            if depth > MAX_DEPTH || found.len() > MAX_FILES {
                return Err(io::Error::other(
                    "holds more folders or files than any output",
                ));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
