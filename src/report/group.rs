//! Groups: what was left out, by reason and type of entry, with exact counts and a few examples.
//!
//! Counts come from the books, which count everything; examples come from the findings, of which
//! each entry keeps only the first. A wall of equal lines is what this file prevents.

use std::collections::BTreeMap;

use serde::Serialize;

use super::clean::clean_tail;
use super::found::{EntryReport, Found};
use super::words::{counted, kind_words};
use crate::model::{Reject, Skip, Tally};

/// Examples that a group keeps.
const EXAMPLES: usize = 3;
/// Types that a merged group names before it counts the others.
const KINDS: usize = 2;

/// Records and entries left out for one reason in one type of entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Group {
    /// Key of the reason, as in the manifest.
    pub(crate) reason: &'static str,
    /// The reason in words.
    #[serde(skip)]
    pub(crate) text: &'static str,
    /// Type of the entries, as in the manifest.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Records left out.
    pub(crate) records: u64,
    /// Entries that could not be read to their end.
    pub(crate) entries: u64,
    /// The first few: lines of findings, or names of entries for what was skipped.
    pub(crate) examples: Vec<String>,
    /// The first of them with no more of its place than a line of a terminal has room for.
    #[serde(skip)]
    pub(crate) brief: String,
}

impl Group {
    fn new(reason: &'static str, text: &'static str, kind: &str) -> Self {
        Self {
            reason,
            text,
            kind: kind.to_owned(),
            ..Self::default()
        }
    }

    /// Tells whether it is about an archive as a whole, of which nothing was lost.
    pub(crate) fn is_of_archive(&self) -> bool {
        self.records == 0 && self.entries == 0
    }

    /// Returns how much it is: "3 records", "1 entry", or both; "archive" for one as a whole.
    pub(crate) fn amount(&self) -> String {
        let records = counted(self.records, "record", "records");
        let entries = counted(self.entries, "unreadable entry", "unreadable entries");
        match (self.records, self.entries) {
            (0, 0) => "archive".to_owned(),
            (_, 0) => records,
            (0, _) => entries,
            _ => format!("{records} and {entries}"),
        }
    }

    /// Returns `weight: a value out of range`.
    pub(crate) fn title(&self) -> String {
        match self.kind.as_str() {
            "" => self.text.to_owned(),
            kind => format!("{}: {}", kind_words(kind), self.text),
        }
    }

    fn example(&mut self, line: impl FnOnce() -> String) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(line());
        }
    }
}

/// Groups what was set aside, the largest group first.
pub(crate) fn skipped(entries: &[EntryReport<'_>]) -> Vec<Group> {
    let mut groups: BTreeMap<(Skip, &str), Group> = BTreeMap::new();
    for e in entries {
        for (&why, &count) in &e.tally.skipped {
            let group = (groups.entry((why, e.kind())))
                .or_insert_with(|| Group::new(why.key(), why.text(), e.kind()));
            group.records += count;
            group.example(|| clean_tail(e.path, 80).into_owned());
        }
    }
    largest_first(groups.into_values().collect())
}

/// Groups what was rejected, the largest group first. `found` holds the findings to quote from.
pub(crate) fn rejected(entries: &[EntryReport<'_>], found: &[Found]) -> Vec<Group> {
    let mut groups: BTreeMap<(Reject, &str), Group> = BTreeMap::new();
    let new = |why: Reject, kind: &str| Group::new(why.key(), why.text(), kind);
    for e in entries {
        let mut add = |why: Reject, records, entries| {
            let group = groups.entry((why, e.kind()));
            let group = group.or_insert_with(|| new(why, e.kind()));
            group.records += records;
            group.entries += entries;
        };
        for (&why, &count) in &e.tally.rejected {
            add(why, count, 0);
        }
        if let Some(why) = failure(e.tally) {
            add(why, 0, 1);
        }
    }
    // What is not there at all is told by itself, see `Account::incomplete`.
    for f in found.iter().filter(|f| !f.is_missing()) {
        let Some(why) = f.reject else { continue };
        if f.entry.is_empty() {
            let group = groups.entry((why, "")).or_insert_with(|| new(why, ""));
            group.example(|| f.line());
        } else if let Some(group) = groups.get_mut(&(why, f.kind.as_str())) {
            if group.brief.is_empty() {
                group.brief = f.brief();
            }
            group.example(|| f.line());
        }
    }
    largest_first(groups.into_values().collect())
}

/// Returns why an entry could not be read to its end, if it could not. The finding that says so may
/// have been crowded out by others; then it counts as damaged.
fn failure(tally: &Tally) -> Option<Reject> {
    let error = tally.error.as_ref()?;
    let finding = tally.findings.iter().find(|f| f.what == *error);
    Some(finding.and_then(|f| f.reject).unwrap_or(Reject::Damaged))
}

/// Sorts by size; equal sizes keep the order of reason and type.
fn largest_first(mut groups: Vec<Group>) -> Vec<Group> {
    groups.sort_by_key(|g| std::cmp::Reverse((g.entries, g.records)));
    groups
}

/// Merges groups of one reason over all types, the largest first. The kind of a merged group names
/// its largest types, as in "heart rate, steps and 3 more types".
pub(crate) fn by_reason(groups: &[Group]) -> Vec<Group> {
    let mut merged: Vec<(Group, Vec<String>)> = Vec::new();
    for g in groups {
        let kind = kind_words(&g.kind);
        match merged.iter_mut().find(|(m, _)| m.reason == g.reason) {
            Some((m, kinds)) => {
                m.records += g.records;
                m.entries += g.entries;
                kinds.push(kind);
            }
            None => merged.push((g.clone(), vec![kind])),
        }
    }
    let named = |(group, kinds): (Group, Vec<String>)| Group {
        kind: first_of(&kinds),
        ..group
    };
    largest_first(merged.into_iter().map(named).collect())
}

/// Names the first types of a list and counts the others; one other is named too.
fn first_of(kinds: &[String]) -> String {
    match kinds.get(..KINDS) {
        Some(first) if kinds.len() > KINDS + 1 => {
            let more = kinds.len() - KINDS;
            format!("{} and {more} more types", first.join(", "))
        }
        _ => kinds.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{entry, weights};
    use super::*;
    use crate::model::EntryId;

    #[test]
    fn groups_count_everything_and_quote_a_few() {
        let tally = weights();
        let books: Vec<_> = (0..40).map(|_| entry("w.json", "weight", &tally)).collect();
        let found: Vec<Found> = books
            .iter()
            .flat_map(|b| b.tally.findings.iter().map(|f| Found::new(f, Some(b))))
            .collect();
        let rejected = rejected(&books, &found);
        let [group] = rejected.as_slice() else {
            unreachable!("one reason, one type: {rejected:?}");
        };
        assert_eq!((group.records, group.examples.len()), (120, 3));
        assert_eq!(group.title(), "weight: a value out of range");
        assert_eq!(group.amount(), "120 records");
        assert_eq!(skipped(&books).first().map(|g| g.records), Some(80));
    }

    #[test]
    fn an_entry_that_broke_off_is_counted_as_an_entry() {
        let mut tally = Tally::default();
        tally.fail(
            EntryId(0),
            Reject::Truncated,
            "ends in a string",
            "a closing bracket",
        );
        let books = [entry("steps.json", "steps", &tally)];
        let groups = rejected(&books, &[]);
        assert_eq!(
            groups.iter().map(Group::amount).collect::<Vec<_>>(),
            ["1 unreadable entry"]
        );
    }

    #[test]
    fn one_reason_over_many_types_is_one_line() {
        let tally = weights();
        let books = [entry("a", "weight", &tally), entry("b", "steps", &tally)];
        assert_eq!(skipped(&books).len(), 2);
        let merged = by_reason(&skipped(&books));
        let told: Vec<_> = merged
            .iter()
            .map(|g| (g.records, g.kind.as_str()))
            .collect();
        assert_eq!(told, [(4, "steps, weight")]);
        let kinds = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(first_of(&kinds), "a, b and 2 more types");
    }
}
