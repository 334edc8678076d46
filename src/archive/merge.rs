//! Several archives as one tree: one order, one number for each entry, and each name once.
//!
//! The order is that of the paths, so it is the same for a zip, its folder, and any order of
//! parts. It does not know where the bytes are, only how to ask for their checksum.

use std::collections::BTreeMap;

use super::{EntryError, EntryInfo, Found, InputError, Limits, Place};
use crate::model::EntryId;

/// An entry on its way into the tree: the number of its archive, and what was found.
pub(super) type Numbered = (u32, Found);

/// Puts the entries of all archives in order.
pub(super) fn sort(found: &mut [Numbered]) {
    // Stable: within one archive the order of the archive decides.
    found.sort_by(|(a, x), (b, y)| x.path.cmp(&y.path).then(a.cmp(b)));
}

/// Marks needed entries that have the same name as another: what is identical is read once, what
/// is not is refused, because nothing says which one is meant.
///
/// Names are the same if they would unpack to one file where upper and lower case do not differ.
pub(super) fn mark_duplicates<E>(
    found: &mut [Numbered],
    archive_name: impl Fn(u32) -> String,
    checksum: impl Fn(&Numbered) -> Result<Option<u32>, E>,
) -> Result<(), E> {
    let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (_, found)) in found.iter().enumerate().filter(|(_, (_, f))| f.needed) {
        names.entry(folded(&found.path)).or_default().push(index);
    }
    for same in names.into_values().filter(|same| same.len() > 1) {
        let identical = are_identical(found, &same, &checksum)?;
        mark(found, &same, identical, &archive_name);
    }
    Ok(())
}

/// Marks one set of entries of the same name.
fn mark(
    found: &mut [Numbered],
    same: &[usize],
    identical: bool,
    archive_name: impl Fn(u32) -> String,
) {
    let sound = |&&index: &&usize| found.get(index).is_some_and(|(_, f)| f.error.is_none());
    let kept = same.iter().find(sound).copied();
    let archives: Vec<u32> = same
        .iter()
        .filter_map(|&i| found.get(i))
        .map(|(archive, _)| *archive)
        .collect();
    for (position, &index) in same.iter().enumerate() {
        // The other one that is named: the one that is kept, else the next in line.
        let other = match kept.filter(|_| identical) {
            Some(kept) => same.iter().position(|&i| i == kept).unwrap_or_default(),
            None => (position + 1) % same.len(),
        };
        let archive = archives
            .get(other)
            .map(|&a| archive_name(a))
            .unwrap_or_default();
        let Some((_, entry)) = found.get_mut(index) else {
            continue;
        };
        if !identical {
            entry.error.get_or_insert(EntryError::Duplicate { archive });
        } else if kept != Some(index) {
            entry
                .error
                .get_or_insert(EntryError::IdenticalDuplicate { archive });
        }
    }
}

/// Tells whether entries claim the same size and checksum. The checksum of the one that is read is
/// verified then.
fn are_identical<E>(
    found: &[Numbered],
    same: &[usize],
    checksum: impl Fn(&Numbered) -> Result<Option<u32>, E>,
) -> Result<bool, E> {
    let entries: Vec<&Numbered> = same.iter().filter_map(|&index| found.get(index)).collect();
    let first = entries.first().map(|(_, found)| found.bytes);
    if entries.iter().any(|(_, found)| Some(found.bytes) != first) {
        return Ok(false);
    }
    let mut sums = entries.into_iter().map(checksum);
    let Some(first) = sums.next().transpose()?.flatten() else {
        return Ok(false);
    };
    for sum in sums {
        if sum? != Some(first) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the name under which an entry would collide with others.
fn folded(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    parts.join("/").to_lowercase()
}

/// Numbers the entries in their order.
pub(super) fn number(found: Vec<Numbered>) -> (Vec<EntryInfo>, Vec<Place>) {
    found
        .into_iter()
        .zip(0..)
        .map(|((archive, found), id)| {
            let info = EntryInfo {
                id: EntryId(id),
                archive,
                path: found.path,
                bytes: found.bytes,
                needed: found.needed,
                error: found.error,
                doubt: found.doubt,
            };
            (info, found.place)
        })
        .unzip()
}

/// Refuses an export whose needed entries are too much together, by what they claim: what an
/// entry has beyond its claim is never read.
pub(super) fn refuse_too_much(
    found: &[Numbered],
    limits: &Limits,
    place: impl Fn(u32) -> String,
) -> Result<(), InputError> {
    let mut total = 0u64;
    for (archive, entry) in found.iter().filter(|(_, f)| f.needed && f.error.is_none()) {
        total = total.saturating_add(entry.bytes);
        if total > limits.total_bytes {
            let what = format!(
                "the entries to be read have more than {} bytes together, expected less",
                limits.total_bytes
            );
            let advice = "split the export, or raise the limit with --max-total-bytes";
            return Err(InputError::unusable(what, advice).of(&place(*archive)));
        }
    }
    Ok(())
}
