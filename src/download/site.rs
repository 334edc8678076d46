//! The work folder of one operation: its name, which proves whose it is, its lock, and what the
//! names in it mean.
//!
//! ```text
//! <parent>/.<name>.trackersync-<operation>-<plan>-<tag>/
//!     lock        held while the process lives
//!     out/        the tree (folder), or out.zip (zip)
//!     old-1       an OUT that --force moved aside
//! ```
//! All that a later process must know stands in the name, which appears whole: the tag is a digest
//! of operation, plan and OUT, keyed with the secret of the state. A folder that was planted, copied
//! from elsewhere or made under another state has no true tag. Sealed means that the manifest is in
//! place; it comes last and appears whole. The room knows no ledger: whether a sealed work folder is
//! to be published is asked elsewhere.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{IsOutput, OutKind, Secret, again, manifest, moves, place};
use crate::model::file::hex;

/// Hex digits of a tag: 128 bits.
const TAG: usize = 32;

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

    /// The tag of a plan for one OUT under one state.
    fn tag(&self, real: &Path, secret: &Secret) -> String {
        let text = self.text();
        let parts: [&[u8]; 4] = [
            &secret.0,
            b"work folder",
            real.as_os_str().as_encoded_bytes(),
            text.as_bytes(),
        ];
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part);
        }
        let mut tag = hex(hasher.finalize().as_slice());
        tag.truncate(TAG);
        tag
    }
}

/// A work folder and where its contents belong.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The work folder.
    pub(crate) folder: PathBuf,
    /// OUT, absolute, links resolved.
    pub(crate) real: PathBuf,
    /// The plan.
    pub(crate) plan: Plan,
    /// Tells the paths that an output can have.
    pub(crate) is_output: IsOutput,
}

impl Site {
    /// Names the work folder of a plan; `None` where OUT has no name.
    pub(crate) fn new(
        real: &Path,
        plan: Plan,
        secret: &Secret,
        is_output: IsOutput,
    ) -> Option<Self> {
        let mut name = place::work_prefix(real.file_name()?);
        name.push(format!("{}-{}", plan.text(), plan.tag(real, secret)));
        Some(Self {
            folder: real.with_file_name(name),
            real: real.to_owned(),
            plan,
            is_output,
        })
    }

    /// Returns the site of a folder that stands for `real` and whose name ends in `rest`, if its tag
    /// is true.
    pub(crate) fn proven(
        folder: &Path,
        real: &Path,
        rest: &OsStr,
        secret: &Secret,
        is_output: IsOutput,
    ) -> Option<Self> {
        let (text, _) = rest.to_str()?.rsplit_once('-')?;
        let site = Self::new(real, Plan::read(text)?, secret, is_output)?;
        (site.folder == folder).then_some(site)
    }

    /// The tree that becomes OUT.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// Makes the tree, under a name that no other operation gives it: file systems choose by it
    /// where a tree begins ([`moves::mark_as_top`]).
    pub(crate) fn make_tree(&self) -> io::Result<()> {
        moves::mark_as_top(&self.folder);
        let draft = self.folder.join(format!("out-{}", self.plan.operation));
        moves::make_folders(&draft)?;
        again(|| fs::rename(&draft, self.tree()))
    }

    /// The zip that becomes OUT.
    pub(crate) fn zip(&self) -> PathBuf {
        self.folder.join("out.zip")
    }

    /// The lock file.
    pub(crate) fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// The n-th OUT that was moved aside, from 1.
    pub(crate) fn old(&self, n: usize) -> PathBuf {
        self.folder.join(format!("old-{n}"))
    }

    /// Tells whether a name in the work folder is one that this program gives.
    pub(crate) fn is_own_name(&self, name: &OsString) -> bool {
        const FIXED: [&str; 7] = [
            "lock",
            "out",
            "out.zip",
            "draft.zip",
            "spool",
            "mark",
            manifest::NAME,
        ];
        name.to_str().is_some_and(|name| {
            let draft = name.strip_prefix("out-") == Some(&self.plan.operation);
            let number = name.strip_prefix("old-").map(str::parse::<usize>);
            draft || matches!(number, Some(Ok(_))) || FIXED.contains(&name)
        })
    }

    /// What is renamed to OUT: the tree or the zip.
    pub(crate) fn product(&self) -> PathBuf {
        match self.plan.kind {
            OutKind::Folder => self.tree(),
            OutKind::Zip => self.zip(),
        }
    }

    /// Tells whether the output is complete and waits to be published.
    pub(crate) fn is_sealed(&self) -> bool {
        match self.plan.kind {
            OutKind::Zip => moves::is_file(&self.zip()),
            OutKind::Folder => {
                moves::is_folder(&self.tree()) && moves::is_file(&self.tree().join(manifest::NAME))
            }
        }
    }
}

/// What came of asking for a lock without waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Locked {
    /// It is ours until the file is closed.
    Ours,
    /// Another process holds it.
    Theirs,
    /// This file system has no locks; nobody can tell whether a process lives.
    Unknown,
}

/// Asks for the lock of a file without waiting.
pub(crate) fn ask_lock(file: &File) -> Locked {
    let asked = again(|| match file.try_lock() {
        Ok(()) => Ok(Locked::Ours),
        Err(TryLockError::WouldBlock) => Ok(Locked::Theirs),
        Err(TryLockError::Error(e)) => Err(e),
    });
    asked.unwrap_or(Locked::Unknown)
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
                let site = Site::new(real, plan.clone(), &one, any).unwrap();
                let name = site.folder.file_name().unwrap().to_str().unwrap();
                let rest = name.strip_prefix(".o.trackersync-").unwrap();
                let read = |folder: &Path, real: &Path, rest: &str, secret| {
                    Site::proven(folder, real, OsStr::new(rest), secret, any).map(|s| s.plan)
                };
                assert_eq!(read(&site.folder, real, rest, &one), Some(plan));
                assert_eq!(read(&site.folder, real, rest, &two), None, "other state");
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
