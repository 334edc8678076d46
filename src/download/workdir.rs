//! The work folder of one operation: its name, which proves whose it is, its lock, and what the
//! names in it mean.
//!
//! ```text
//! <parent>/.<name>.trackersync-<operation>-<plan>-<tag>/
//!     lock        held while the process lives
//!     out/        the tree (folder), or out.zip (zip)
//!     paid        it is charged; not there where that was given back
//!     old-1       an OUT that --force moved aside
//! ```
//! All that a later process must know stands in the name, which appears whole: the tag is a digest
//! of operation, plan and OUT, keyed with the secret of the state. A folder that was planted, copied
//! from elsewhere or made under another state has no true tag. Sealed means that the manifest is in
//! place; it comes last and appears whole. The room knows no ledger: whether a sealed work folder is
//! to be published is asked elsewhere.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{IsOutput, OutKind, Secret, fs as files, manifest, place};
use crate::model::file::hex;

/// Hex digits of a tag: 128 bits.
const TAG: usize = 32;
/// What can be in a work folder, beside the draft of the tree and what was moved aside.
const NAMES: [&str; 8] = [
    "lock",
    "out",
    "out.zip",
    "draft.zip",
    "spool",
    "mark",
    "paid",
    manifest::NAME,
];

/// What a later process must know to finish or undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The operation, as the ledger knows it.
    pub(crate) operation: String,
    /// What OUT becomes.
    pub(crate) kind: OutKind,
    /// An output of ours at OUT is to be replaced.
    pub(crate) force: bool,
    /// How many of the innermost parents of OUT were made for it.
    pub(crate) parents: usize,
}

impl Plan {
    /// The plan as part of a file name.
    fn text(&self) -> String {
        let kind = match self.kind {
            OutKind::Folder => 'd',
            OutKind::Zip => 'z',
        };
        let force = if self.force { "f" } else { "" };
        format!("{}-{kind}{force}{}", self.operation, self.parents)
    }

    /// Reads [`Plan::text`]; `None` for any other text.
    fn read(text: &str) -> Option<Self> {
        let (operation, rest) = text.rsplit_once('-')?;
        let (kind, rest) = match rest.split_at_checked(1)? {
            ("d", rest) => (OutKind::Folder, rest),
            ("z", rest) => (OutKind::Zip, rest),
            _ => return None,
        };
        let parents = rest.strip_prefix('f');
        let plan = Self {
            operation: operation.to_owned(),
            kind,
            force: parents.is_some(),
            parents: parents.unwrap_or(rest).parse().ok()?,
        };
        (place::is_operation(operation) && plan.text() == text).then_some(plan)
    }
}

/// A work folder and where its contents belong.
#[derive(Clone, Debug)]
pub(crate) struct WorkDir {
    /// The work folder.
    pub(crate) folder: PathBuf,
    /// OUT, absolute, links resolved.
    pub(crate) real: PathBuf,
    /// The plan.
    pub(crate) plan: Plan,
    /// Tells the paths that an output can have.
    pub(crate) is_output: IsOutput,
}

impl WorkDir {
    /// Names the work folder of a plan; `None` where OUT has no name.
    pub(crate) fn new(
        real: &Path,
        plan: Plan,
        secret: &Secret,
        is_output: IsOutput,
    ) -> Option<Self> {
        let text = plan.text();
        let place = real.as_os_str().as_encoded_bytes();
        let mut hasher = Sha256::new();
        for part in [&secret.0, &b"work folder"[..], place, text.as_bytes()] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let mut tag = hex(hasher.finalize().as_slice());
        tag.truncate(TAG);
        let mut name = place::work_prefix(real.file_name()?);
        name.push(format!("{text}-{tag}"));
        Some(Self {
            folder: real.with_file_name(name),
            real: real.to_owned(),
            plan,
            is_output,
        })
    }

    /// Returns the work folder that stands for `real` and whose name ends in `rest`, if its tag is
    /// true.
    pub(crate) fn proven(
        folder: &Path,
        real: &Path,
        rest: &OsStr,
        secret: &Secret,
        is_output: IsOutput,
    ) -> Option<Self> {
        let (text, _) = rest.to_str()?.rsplit_once('-')?;
        let work = Self::new(real, Plan::read(text)?, secret, is_output)?;
        (work.folder == folder).then_some(work)
    }

    /// A path in the work folder.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What becomes OUT: the tree or the zip.
    pub(crate) fn product(&self) -> PathBuf {
        self.at(match self.plan.kind {
            OutKind::Folder => "out",
            OutKind::Zip => "out.zip",
        })
    }

    /// Notes that the output is charged, or that this is about to be given back. A copy of the state
    /// knows the folder for its own and the charge not; without the note it would be removed.
    pub(crate) fn mark_paid(&self, is_paid: bool) {
        let paid = self.at("paid");
        // Where it cannot be noted, the ledger of the state itself still knows.
        let _ = match is_paid {
            true => File::create(paid).map(drop),
            false => fs::remove_file(paid),
        };
    }

    /// Tells whether [`WorkDir::mark_paid`] noted a charge.
    pub(crate) fn is_paid(&self) -> bool {
        files::is_file(&self.at("paid"))
    }

    /// The n-th OUT that was moved aside, from 1.
    pub(crate) fn old(&self, n: usize) -> PathBuf {
        self.at(&format!("old-{n}"))
    }

    /// Tells whether a name in the work folder is one that this program gives.
    pub(crate) fn is_own_name(&self, name: &OsStr) -> bool {
        name.to_str().is_some_and(|name| {
            let is_draft = name.strip_prefix("out-") == Some(&self.plan.operation);
            let number = name.strip_prefix("old-").map(str::parse::<usize>);
            is_draft || matches!(number, Some(Ok(_))) || NAMES.contains(&name)
        })
    }

    /// Tells whether the output is complete and waits to be published.
    pub(crate) fn is_sealed(&self) -> bool {
        let product = self.product();
        match self.plan.kind {
            OutKind::Zip => files::is_file(&product),
            OutKind::Folder => {
                files::is_folder(&product) && files::is_file(&product.join(manifest::NAME))
            }
        }
    }
}

/// Asks for the lock of a file without waiting. An error other than [`TryLockError::WouldBlock`] is
/// that of a file system without locks, where nobody can tell whether a process lives.
pub(crate) fn ask_lock(file: &File) -> Result<(), TryLockError> {
    loop {
        match file.try_lock() {
            Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Interrupted => {}
            asked => return asked,
        }
    }
}

/// Removes the folders from `innermost` upwards, as many as were made, as far as they are empty.
pub(crate) fn remove_parents(innermost: Option<&Path>, mut count: usize) {
    for path in innermost.into_iter().flat_map(Path::ancestors) {
        if count == 0 {
            return;
        }
        match fs::remove_dir(path) {
            Ok(()) => count -= 1,
            // The making of it failed; those above were made.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_name_proves_operation_plan_place_and_state_together() {
        let (one, two) = (Secret([1; 32]), Secret([2; 32]));
        let any: IsOutput = |_| true;
        for kind in [OutKind::Folder, OutKind::Zip] {
            for (force, parents) in [(false, 0), (true, 3), (false, 12)] {
                let plan = Plan {
                    operation: "0a-b".into(),
                    kind,
                    force,
                    parents,
                };
                let real = Path::new("/home/o");
                let work = WorkDir::new(real, plan.clone(), &one, any).unwrap();
                let name = work.folder.file_name().unwrap().to_str().unwrap();
                let rest = name.strip_prefix(".o.trackersync-").unwrap();
                let read = |folder: &Path, real: &Path, rest: &str, secret| {
                    WorkDir::proven(folder, real, OsStr::new(rest), secret, any).map(|s| s.plan)
                };
                assert_eq!(read(&work.folder, real, rest, &one), Some(plan));
                assert_eq!(read(&work.folder, real, rest, &two), None, "other state");
                let moved = Path::new("/away/o");
                let folder = moved.with_file_name(name);
                assert_eq!(read(&folder, moved, rest, &one), None, "other place");
                for (from, to) in [("0a", "0b"), ("-d", "-z"), ("-z", "-d"), ("f3", "f4")] {
                    let other = rest.replacen(from, to, 1);
                    let folder = real.with_file_name(format!(".o.trackersync-{other}"));
                    let same = other == rest;
                    assert_eq!(read(&folder, real, &other, &one).is_some(), same, "{other}");
                }
            }
        }
        for text in [
            "", "-", "op", "op-d", "op-d01", "op-df", "op-x0", "op-d-1", "../x-d0",
        ] {
            assert_eq!(Plan::read(text), None, "{text}");
        }
    }
}
