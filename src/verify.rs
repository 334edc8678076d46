//! Is an output still what its manifest says? Presence, size, SHA-256, and for FIT files that they
//! are whole and that a reader which is not ours decodes every message.
//!
//! OUT may be a folder or a zip, and may be hostile: links are not followed, nothing outside is
//! opened, nothing larger than announced is read. The room writes nothing and does not know what
//! the files mean.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::archive::{EntryBuffers, EntryRead, InputError, ZipFile, read_file};
use crate::download::manifest::{self, Manifest};
use crate::download::{again, cause};
use crate::fit::whole;
use crate::inspect;
use crate::model::file::{WrittenFile, sha256};
use crate::parallel;
use crate::platform;
use crate::report::words::counted;

/// Longest file that is read, in bytes; the manifest of ten years has some 5 MB.
const MAX_FILE: u64 = 256 << 20;
/// Longest FIT file that is decoded, in bytes; ours have less than 1 MB.
const MAX_FIT: u64 = 64 << 20;
/// Deepest folder and most files that are listed; ours have 4 levels.
const MAX_DEPTH: usize = 32;
const MAX_FILES: usize = 1_000_000;

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

impl Verified {
    /// What is said of something that is no output.
    fn no_output(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }
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
        Ok(Ok(source)) => source,
        Ok(Err(why)) => {
            let problem = problem("", &why, "an output folder or zip");
            return Ok(Verified::no_output(problem));
        }
        Err(e) => return Err(failed(out, &e)),
    };
    let manifest = match source.manifest().map_err(|e| failed(out, &e))? {
        Ok(manifest) => manifest,
        Err(problem) => return Ok(Verified::no_output(problem)),
    };
    let mut problems = source.strangers(&manifest);
    let listed = unique(&manifest, &mut problems);
    let found = parallel::for_each(
        jobs,
        &listed,
        &AtomicBool::new(false),
        || (EntryBuffers::default(), Vec::new()),
        |(buffers, problems), output| {
            problems.extend(check(&source, output, buffers)?);
            Ok(())
        },
    );
    for (_, found) in found.map_err(|e| failed(out, &e))? {
        problems.extend(found);
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
fn unique<'a>(manifest: &'a Manifest, problems: &mut Vec<Problem>) -> Vec<&'a WrittenFile> {
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

/// Checks one listed file. Errors are those of the system.
fn check(
    source: &Source,
    output: &WrittenFile,
    buffers: &mut EntryBuffers,
) -> io::Result<Option<Problem>> {
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
    if size > MAX_FILE || (is_fit && size > MAX_FIT) {
        let what = format!("has {}", in_bytes(size));
        return wrong(
            &what,
            "a FIT file of at most 64 MiB, any other of at most 256 MiB",
        );
    }
    let bytes = match source.read(path, size, buffers)? {
        Ok(bytes) => bytes,
        Err(e) => return wrong(&format!("cannot be read: {e}"), e.expected()),
    };
    let sha256 = sha256(bytes);
    if sha256 != output.sha256 {
        return wrong(&format!("has SHA-256 {sha256}"), &output.sha256);
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
    Zip(ZipFile),
}

impl Source {
    /// Opens OUT; the inner error is why it is no output.
    fn open(out: &Path) -> io::Result<Result<Self, String>> {
        let meta = again(|| fs::metadata(out))?;
        if meta.is_dir() {
            let files = walk(out)?;
            return Ok(files.map(|files| Self::Folder(out.to_owned(), files)));
        }
        if !meta.is_file() {
            return Ok(Err("is neither a file nor a folder".to_owned()));
        }
        Ok(match ZipFile::open(out, MAX_FILE) {
            Ok(zip) => Ok(Self::Zip(zip)),
            Err(InputError::Unusable { what, .. } | InputError::Missing { what, .. }) => {
                let what = what.split(", expected").next().unwrap_or_default();
                Err(format!("is not a whole zip: {what}"))
            }
            Err(InputError::Io { source, .. }) => return Err(source),
            Err(InputError::Stopped) => Err("was not read".to_owned()),
        })
    }

    fn size(&self, path: &str) -> Found {
        match self {
            Self::Folder(_, files) => match files.get(path) {
                Some(Some(size)) => Found::File(*size),
                Some(None) => Found::Other,
                None => Found::Nothing,
            },
            Self::Zip(zip) => zip.size(path).map_or(Found::Nothing, Found::File),
        }
    }

    /// Reads a file of this size; the inner error is what is wrong with it.
    fn read<'b>(&self, path: &str, size: u64, buffers: &'b mut EntryBuffers) -> EntryRead<'b> {
        match self {
            Self::Folder(root, _) => read_file(&root.join(path), size, buffers),
            Self::Zip(zip) => zip.read(path, buffers),
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
        let size = match self.size(manifest::NAME) {
            Found::File(size) if size <= MAX_FILE => size,
            Found::File(_) => return wrong("is too long"),
            Found::Other => return wrong("is not a plain file"),
            Found::Nothing => return wrong("is missing"),
        };
        let mut buffers = EntryBuffers::default();
        let bytes = match self.read(manifest::NAME, size, &mut buffers)? {
            Ok(bytes) => bytes,
            Err(e) => return wrong(&format!("cannot be read: {e}")),
        };
        match Manifest::from_slice(bytes) {
            Err(what) => wrong(&what),
            Ok(m) if m.schema > manifest::SCHEMA => {
                wrong(&format!("has schema {}, from a newer version", m.schema))
            }
            Ok(manifest) => Ok(Ok(manifest)),
        }
    }

    /// Names that are not listed, or occur twice.
    fn strangers(&self, manifest: &Manifest) -> Vec<Problem> {
        let listed: BTreeSet<&str> = manifest.outputs.iter().map(|o| o.path.as_str()).collect();
        let is_noise = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default();
            platform::is_desktop_noise(OsStr::new(name))
        };
        let is_unknown =
            |path: &&str| *path != manifest::NAME && !listed.contains(path) && !is_noise(path);
        let unlisted = |path: &str| problem(path, "is not in the manifest", "only listed files");
        match self {
            Self::Folder(_, files) => {
                let names = files.keys().map(String::as_str);
                names.filter(is_unknown).map(unlisted).collect()
            }
            Self::Zip(zip) => {
                let names = zip.names();
                let mut problems: Vec<Problem> = names.filter(is_unknown).map(unlisted).collect();
                let twice =
                    |path: &String| problem(path, "is in the zip more than once", "one entry");
                problems.extend(zip.repeated.iter().map(twice));
                problems
            }
        }
    }
}

/// Lists everything below a folder that is not a folder itself, without following links; `None`
/// for what is not a plain file.
fn walk(root: &Path) -> io::Result<Result<BTreeMap<String, Option<u64>>, String>> {
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
                let what = "holds more folders or files than any output";
                return Ok(Err(what.to_owned()));
            }
        }
    }
    Ok(Ok(found))
}

#[cfg(test)]
mod tests;
