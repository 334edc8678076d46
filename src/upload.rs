//! Door 1, UPLOAD: INPUTs become a catalogue that says, for every entry, which row of SOURCES owns
//! it and whether it will be read.
//!
//! "Upload" is the web service's word for this stage: here nothing leaves the machine. Decides by
//! names alone; no entry is decompressed. Does not know what the readers do with the bytes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, bail};

use crate::archive::{EntryError, EntryInfo, Export, Limits};
use crate::fitbit::{self, Action, Name, Source};
use crate::model::EntryId;
use crate::model::file::Only;
use crate::model::finding::Reject;

/// Why an entry is of no interest.
const NOT_FITBIT: &str = "not a Fitbit file";
/// Why a file that only looks like data is of no interest.
const JUNK: &str = "a companion file without data";
/// Why an entry is not read although it could be.
const NOT_SELECTED: &str = "feeds no output that was asked for";
/// Why the second copy of an entry is not read.
const SAME_TWICE: &str = "the same file stands twice; one copy is read";

/// What is to be done with one entry.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The type that owns it, if any.
    pub source: Option<&'static Source>,
    /// Why it is not read, if it is not.
    pub ignored: Option<&'static str>,
}

/// An opened export with a row for every entry.
#[derive(Debug)]
pub struct Catalogue {
    /// The archives.
    pub export: Export,
    /// One row per entry, by entry number.
    pub rows: Vec<Row>,
}

impl Catalogue {
    /// Takes in the INPUTs of one export. `selected` are the outputs asked for.
    ///
    /// # Errors
    /// `InputError` of the archive, or [`NotAnExport`] when there is no Fitbit data or the
    /// data of two people.
    pub fn take_in(
        inputs: &[PathBuf],
        limits: Limits,
        selected: &[Only],
        stop: &AtomicBool,
    ) -> Result<Self> {
        let needed = |path: &str| row(path, selected).is_some_and(|r| r.ignored.is_none());
        let export = Export::open(inputs, limits, &needed, stop)?;
        let rows: Vec<Row> = export
            .entries()
            .iter()
            .map(|e| {
                let mut row = row(&e.path, selected).unwrap_or(Row {
                    source: None,
                    ignored: Some(NOT_FITBIT),
                });
                if matches!(e.error, Some(EntryError::IdenticalDuplicate { .. }))
                    && row.ignored.is_none()
                {
                    row.ignored = Some(SAME_TWICE);
                }
                row
            })
            .collect();
        let catalogue = Self { export, rows };
        catalogue.refuse_what_is_no_export()?;
        Ok(catalogue)
    }

    /// The entries to read.
    fn entries_wanted(&self) -> impl Iterator<Item = &EntryInfo> {
        let entries = self.export.entries().iter().zip(&self.rows);
        entries.filter_map(|(e, row)| row.ignored.is_none().then_some(e))
    }

    /// Returns the entries to read.
    #[must_use]
    pub fn wanted(&self) -> Vec<EntryId> {
        self.entries_wanted().map(|e| e.id).collect()
    }

    /// Returns the claimed size of what will be read, in bytes.
    #[must_use]
    pub fn wanted_bytes(&self) -> u64 {
        self.entries_wanted().map(|e| e.bytes).sum()
    }

    /// Returns what shows that a part of the export is not there, one text each: parts that the
    /// names of others tell of, and archives in a folder that cannot be read. Empty when all is
    /// there.
    #[must_use]
    pub fn incomplete(&self) -> Vec<(Reject, String)> {
        let parts = self.export.absent_parts().into_iter();
        let parts = parts.map(|part| match part.lies_beside {
            Some(given) => (
                Reject::NotGiven,
                format!("{} lies beside {given} and was not given", part.name),
            ),
            None => (Reject::Missing, format!("{} is missing", part.name)),
        });
        let archives = self.export.not_taken.iter().filter(|n| n.is_unreadable);
        let archives = archives.map(|n| {
            (
                Reject::Missing,
                format!("{} cannot be read: {}", n.path, n.why),
            )
        });
        parts.chain(archives).collect()
    }

    /// Returns what became of the archives in folders, one text each.
    #[must_use]
    pub fn archives_in_folders(&self) -> Vec<String> {
        let taken = self.export.sources.iter().filter(|s| s.is_in_folder);
        let taken = taken.map(|s| format!("{}: read as a part of the export", s.name));
        let others = self.export.not_taken.iter();
        taken
            .chain(others.map(|n| format!("{}: not read, {}", n.path, n.why)))
            .collect()
    }

    fn refuse_what_is_no_export(&self) -> Result<()> {
        let names = self.export.places();
        if !self.rows.iter().any(|r| r.source.is_some()) {
            return Err(NotAnExport).context(format!(
                "{names}: no Fitbit data was found\n{}",
                self.what_else()
            ));
        }
        self.refuse_encrypted(&names)?;
        self.refuse_two_exports()?;
        let owners: BTreeSet<String> = self
            .export
            .entries()
            .iter()
            .filter_map(|e| owner_of(&e.path))
            .collect();
        if owners.len() > 1 {
            bail!(anyhow::Error::new(NotAnExport).context(format!(
                "{names}: these are exports of {} different people\nconvert them one by one, or together with --each",
                owners.len()
            )));
        }
        Ok(())
    }

    /// A password is told before anything else is: all other complaints would follow from it.
    fn refuse_encrypted(&self, names: &str) -> Result<()> {
        let mut wanted = self.entries_wanted().peekable();
        let is_encrypted = |e: &EntryInfo| matches!(e.error, Some(EntryError::Encrypted));
        if wanted.peek().is_none() || !wanted.all(is_encrypted) {
            return Ok(());
        }
        Err(NotAnExport).context(format!(
            "{names}: it is encrypted with a password, expected an archive without one\nunpack it with its password and give the folder"
        ))
    }

    /// Parts of one export never hold the same path with other content: archives that do are two
    /// exports, of two people or of two days, and merging them would lose or mix records.
    fn refuse_two_exports(&self) -> Result<()> {
        for (entry, row) in self.export.entries().iter().zip(&self.rows) {
            let own = self.export.archive_name(entry.archive);
            let Some(EntryError::Duplicate { archive: other }) = &entry.error else {
                continue;
            };
            if row.ignored.is_none() && other != own {
                let place = self.export.place(entry.archive);
                return Err(NotAnExport).context(format!(
                    "{place}: {} stands in {other} too, with other content: these are two exports, not parts of one\ngive the newest export alone, or convert each by itself with --each",
                    entry.path
                ));
            }
        }
        Ok(())
    }

    /// What to do about an archive without Fitbit data, by what it holds instead.
    fn what_else(&self) -> &'static str {
        let nested = self
            .export
            .entries()
            .iter()
            .any(|e| e.path.to_ascii_lowercase().ends_with(".zip"));
        let ours = |e: &EntryInfo| e.path == "manifest.json" || e.path.ends_with("/manifest.json");
        let sealed = |e: &EntryInfo| e.path.contains("import/") || e.path.contains("archive/");
        let entries = self.export.entries();
        if entries.iter().any(ours) && (entries.iter().any(sealed) || entries.len() == 2) {
            "this looks like an output of trackersync: give the Takeout zip that it was made from"
        } else if nested {
            "it holds a zip inside: unpack that one and give it instead"
        } else {
            "choose Fitbit (or Google Health) at takeout.google.com, and give every part of the download"
        }
    }
}

/// The INPUTs are no usable export.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("not a usable export")]
pub struct NotAnExport;

/// The row of a path, or `None` for what is not Fitbit's.
fn row(path: &str, selected: &[Only]) -> Option<Row> {
    let lower = path.to_lowercase();
    let name = Name::new(&lower);
    let Some(source) = fitbit::owner(&name) else {
        return name.is_junk().then_some(Row {
            source: None,
            ignored: Some(JUNK),
        });
    };
    let ignored = match source.action {
        Action::Skip(reason) => Some(reason),
        Action::Read(_) if source.feeds.iter().any(|f| selected.contains(f)) => None,
        Action::Read(_) => Some(NOT_SELECTED),
    };
    Some(Row {
        source: Some(source),
        ignored,
    })
}

/// The person whose name the account archives of fitbit.com carry in their paths.
fn owner_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let at = |i: usize| parts.get(i).map(|p| p.to_lowercase());
    let under = parts.iter().position(|p| {
        p.eq_ignore_ascii_case("user-site-export") || p.eq_ignore_ascii_case("Google Data")
    });
    let root = parts
        .iter()
        .position(|p| p.eq_ignore_ascii_case("MyFitbitData"));
    match (root, under) {
        (Some(i), _) if parts.len() > i + 2 => at(i + 1),
        (_, Some(i)) if i > 0 => at(i - 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_decides_what_is_read_and_why_not() {
        let kind =
            |path: &str| row(path, &[Only::Weight]).map(|r| (r.source.map(|s| s.kind), r.ignored));
        assert_eq!(
            kind("Takeout/Fitbit/Global Export Data/weight-2024-01-01.json"),
            Some((Some("weight"), None))
        );
        assert_eq!(
            kind("anything/steps-2024-01-01.json"),
            Some((Some("steps"), Some(NOT_SELECTED)))
        );
        assert_eq!(
            kind("__MACOSX/a/._weight-2024-01-01.json"),
            Some((None, Some(JUNK)))
        );
        assert_eq!(kind("Takeout/Mail/All mail.mbox"), None);
        assert_eq!(
            kind("Takeout/Fit/Activities/Morning_Run.tcx"),
            None,
            "Google Fit"
        );
    }

    #[test]
    fn account_archives_name_their_owner() {
        assert_eq!(
            owner_of("MyFitbitData/Jane Doe/Sleep/sleep-2024-01-01.json").as_deref(),
            Some("jane doe")
        );
        assert_eq!(
            owner_of("JaneDoe/user-site-export/steps-2024-01-01.json").as_deref(),
            Some("janedoe")
        );
        assert_eq!(
            owner_of("Takeout/Fitbit/Global Export Data/steps-2024-01-01.json"),
            None
        );
    }
}
