//! Several archives as one tree: one order, one number for each entry, and each name once.
//!
//! The order is that of the paths, so it is the same for a zip, its folder, and any order of
//! parts. It does not know where the bytes are, only how to ask for their checksum.

use std::collections::BTreeMap;

use super::{EntryError, EntryInfo, Export, InputError, Source, folder, source};
use crate::model::EntryId;

/// Puts the entries of all archives in order and numbers them.
pub(super) fn number(entries: &mut [EntryInfo]) {
    // Stable: within one archive the order of the archive decides.
    entries.sort_by(|a, b| (&a.path, a.archive).cmp(&(&b.path, b.archive)));
    for (entry, id) in entries.iter_mut().zip(0..) {
        entry.id = EntryId(id);
    }
}

/// Marks needed entries that have the same name as another: what is identical is read once, what
/// is not is refused, because nothing says which one is meant.
///
/// Names are the same if they would unpack to one file where upper and lower case do not differ.
pub(super) fn mark_duplicates(export: &mut Export) -> Result<(), InputError> {
    let Export {
        entries, sources, ..
    } = export;
    let mut names: BTreeMap<String, Vec<&mut EntryInfo>> = BTreeMap::new();
    for entry in entries.iter_mut().filter(|e| e.needed) {
        names.entry(folded(&entry.path)).or_default().push(entry);
    }
    for mut same in names.into_values().filter(|same| same.len() > 1) {
        let identical = are_identical(&same, sources)?;
        let sound = same.iter().position(|e| e.error.is_none());
        let kept = sound.filter(|_| identical);
        let name = |e: &&mut EntryInfo| source(sources, e.archive).map(|s| s.name.clone());
        let archives: Vec<String> = same.iter().filter_map(name).collect();
        for (i, entry) in same.iter_mut().enumerate() {
            // The other one that is named: the one that is kept, else the next in line.
            let other = archives.iter().cycle().nth(kept.unwrap_or(i + 1));
            let archive = other.cloned().unwrap_or_default();
            if !identical {
                entry.error.get_or_insert(EntryError::Duplicate { archive });
            } else if kept != Some(i) {
                let twice = EntryError::IdenticalDuplicate { archive };
                entry.error.get_or_insert(twice);
            }
        }
    }
    Ok(())
}

/// Tells whether entries claim the same size and checksum. The checksum of the one that is read is
/// verified then.
fn are_identical(same: &[&mut EntryInfo], sources: &[Source]) -> Result<bool, InputError> {
    if same
        .windows(2)
        .any(|two| matches!(two, [a, b] if a.bytes != b.bytes))
    {
        return Ok(false);
    }
    let mut first = None;
    for entry in same {
        let place = source(sources, entry.archive).map(Source::place);
        let failed = |error| InputError::from(error).of(&place.unwrap_or_default());
        let sum = folder::checksum(entry).map_err(failed)?;
        if sum.is_none() || *first.get_or_insert(sum) != sum {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the name under which an entry would collide with others.
fn folded(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.collect::<Vec<_>>().join("/").to_lowercase()
}

/// Refuses an export whose needed entries are too much together, by what they claim: what an
/// entry has beyond its claim is never read.
pub(super) fn refuse_too_much(export: &Export) -> Result<(), InputError> {
    let (mut total, most) = (0u64, export.limits.total_bytes);
    for entry in export
        .entries
        .iter()
        .filter(|e| e.needed && e.error.is_none())
    {
        total = total.saturating_add(entry.bytes);
        if total > most {
            let what = format!(
                "the entries to be read have more than {most} bytes together, expected less"
            );
            let advice = "split the export, or raise the limit with --max-total-bytes";
            let place = export.place(entry.archive);
            return Err(InputError::unusable(what, advice).of(&place));
        }
    }
    Ok(())
}
