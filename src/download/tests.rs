//! Tests of the whole room, and what they share: a scratch folder, a ledger in memory, a small output.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use super::manifest::Manifest;
use super::{DownloadError, Kind, Ledger, OutKind, Recovered, Request, Secret, Work, recover};
use crate::archive::{EntryBuffers, ZipFile};
use crate::model::file::WrittenFile;

mod kills;
mod looks;
mod manifest;
mod races;
mod refusals;
mod steps;
mod zips;

/// A folder of its own for one test, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let unique = format!(
            "ts-{name}-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(unique);
        fs::create_dir_all(&path).unwrap();
        Self(crate::platform::canonical(&path).unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Every path below, folders with a slash.
    fn tree(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut left = vec![self.0.clone()];
        while let Some(folder) = left.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let slash = if path.is_dir() && !path.is_symlink() {
                    "/"
                } else {
                    ""
                };
                found.push(format!(
                    "{}{slash}",
                    path.strip_prefix(&self.0).unwrap().display()
                ));
                left.extend((slash == "/").then_some(path));
            }
        }
        found.sort();
        found
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A ledger in memory.
#[derive(Default)]
struct Book(Mutex<BTreeSet<String>>);

impl Book {
    fn charge(&self, operation: &str) {
        self.0.lock().unwrap().insert(operation.to_owned());
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// The secret of the state in these tests.
const SECRET: Secret = Secret([7; 32]);
/// That of its lifeboat.
const LIFEBOAT: Secret = Secret([6; 32]);

fn is_output(path: &str) -> bool {
    ["import/", "archive/"]
        .iter()
        .any(|top| path.starts_with(top))
        && !path.ends_with(".txt")
}

fn settle(out: &Path, book: &Book) -> anyhow::Result<Recovered> {
    recover(out, is_output, book)
}

impl Ledger for Book {
    fn secrets(&self) -> anyhow::Result<Vec<Secret>> {
        Ok(vec![SECRET, LIFEBOAT])
    }

    fn charged(&self, operation: &str) -> anyhow::Result<bool> {
        Ok(self.0.lock().unwrap().contains(operation))
    }

    fn published(&self, out: &Path) -> anyhow::Result<()> {
        assert!(out.exists(), "what is told is there");
        Ok(())
    }

    fn refund(&self, operation: &str) -> anyhow::Result<()> {
        assert!(
            self.0.lock().unwrap().remove(operation),
            "only what was charged is given back"
        );
        Ok(())
    }
}

/// A request under the secret of these tests.
fn request<'a>(out: &'a Path, kind: OutKind, force: bool, operation: &'a str) -> Request<'a> {
    Request {
        out,
        kind,
        force,
        operation,
        inputs: &[],
        secret: &SECRET,
        is_output,
    }
}

fn begin(
    out: &Path,
    kind: OutKind,
    force: bool,
    operation: &str,
) -> Result<Work, super::DownloadError> {
    Work::begin(&request(out, kind, force, operation))
}

/// Fills and seals; the manifest lists what was put.
fn fill(mut work: Work, text: &str) -> Work {
    let manifest = put_all(&work, text);
    work.seal(&manifest).unwrap();
    work
}

/// Puts the files of an output and returns their manifest.
fn put_all(work: &Work, text: &str) -> Vec<u8> {
    let files = [
        ("import/weight/weight-2024.fit", text.as_bytes()),
        ("report.html", b"<p>"),
    ];
    for (path, bytes) in files {
        work.put(path, bytes).unwrap();
    }
    manifest_of(files)
}

fn manifest_of<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Vec<u8> {
    manifest_for(None, files)
}

/// The manifest of these files, made for a request that has a name.
fn manifest_for<'f>(
    request: Option<&str>,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> Vec<u8> {
    let mut m = Manifest::new("1");
    m.request = request.map(str::to_owned);
    let listed = files.into_iter();
    m.outputs = listed
        .map(|(path, bytes)| WrittenFile::new(path, "x", bytes))
        .collect();
    m.to_bytes().unwrap()
}

/// Writes one output in full.
fn write(out: &Path, kind: OutKind, force: bool, operation: &str, text: &str) {
    fill(begin(out, kind, force, operation).unwrap(), text)
        .publish()
        .unwrap();
}

/// What an output says; `None` when there is none or it is not whole.
fn says(out: &Path) -> Option<String> {
    let whole = out.join("manifest.json").is_file() && out.join("report.html").is_file();
    whole
        .then(|| fs::read_to_string(out.join("import/weight/weight-2024.fit")).ok())
        .flatten()
}

fn says_zip(out: &Path) -> Option<String> {
    let zip = ZipFile::open(out, 1 << 20).ok()?;
    let mut buffers = EntryBuffers::default();
    let text = zip.read("import/weight/weight-2024.fit", &mut buffers);
    String::from_utf8(text.ok()?.ok()?.to_vec()).ok()
}

const WHOLE: [&str; 6] = [
    "",
    "import/",
    "import/weight/",
    "import/weight/weight-2024.fit",
    "manifest.json",
    "report.html",
];

fn whole(out: &str) -> Vec<String> {
    WHOLE.iter().map(|p| format!("{out}/{p}")).collect()
}

#[test]
fn every_cause_of_the_system_has_its_words_and_says_what_to_do() {
    use std::io::ErrorKind as K;
    for (kind, cause, hint) in [
        (K::StorageFull, "no space left on device", "free some space"),
        (K::QuotaExceeded, "disk quota exceeded", "free some space"),
        (K::FileTooLarge, "file too large", "ulimit -f"),
        (K::ReadOnlyFilesystem, "read-only file system", "-o OUT"),
        (K::PermissionDenied, "permission denied", "-o OUT"),
        (K::TimedOut, "timed out", "try again"),
    ] {
        let out = Path::new("/out");
        let error = DownloadError::io(out, "cannot be written", &kind.into());
        let expected = format!("/out: cannot be written: {cause}");
        assert_eq!(
            (error.kind, error.text.as_str()),
            (Kind::Io, expected.as_str())
        );
        assert!(error.hint.contains(hint), "{error}");
        let creating = DownloadError::creating(out, &kind.into());
        let place = matches!(kind, K::ReadOnlyFilesystem | K::PermissionDenied);
        assert_eq!(creating.kind == Kind::CannotCreate, place, "{creating}");
    }
}
