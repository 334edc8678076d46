//! Findings and the books: what became of every record of every entry.
//!
//! A record ends in exactly one of converted, skipped (with why) or rejected (with a finding). A
//! [`Tally`] counts the last two; converted is what remains, so the books of an entry balance by
//! construction. It knows nothing of files, formats or terminals.

use std::collections::BTreeMap;

/// Number of an entry in the catalogue of the run, in catalogue order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

/// Findings that one entry keeps in full; the rest are only counted.
pub const FINDINGS_PER_ENTRY: usize = 50;

/// Entries of an export that keep more than one finding, the first ones in catalogue order.
pub const ENTRIES_WITH_FINDINGS: usize = 1000;

/// Where in an entry something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// The entry as a whole.
    Entry,
    /// The n-th record, counted from 1 (JSON array element, TCX trackpoint).
    Record(u64),
    /// The n-th line, counted from 1 (CSV).
    Line(u64),
}

/// Returns a whole number with a comma between thousands.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Returns a number with its noun, as in "1 file" or "1,200 files".
#[must_use]
pub fn counted(count: u64, one: &str, many: &str) -> String {
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", grouped(count))
}

/// Returns a key such as `heart_rate` or `health-daily` as words.
pub(crate) fn kind_words(key: &str) -> String {
    let word = |word| match word {
        "csv" => "CSV",
        "gps" => "GPS",
        "hrv" => "HRV",
        "spo2" => "SpO2",
        "tcx" => "TCX",
        "vo2" => "VO2",
        other => other,
    };
    let words: Vec<&str> = key.split(['_', '-']).map(word).collect();
    words.join(" ")
}

/// Declares reasons: each with its key in the manifest and the words for people.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident { $($reason:ident $key:literal $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $text] $reason,)*
        }

        impl $name {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$reason),*];

            /// Returns the key used in the manifest.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$reason => $key,)*
                }
            }

            /// Returns the words for people.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$reason => $text,)*
                }
            }
        }
    )*};
}

reasons! {
    /// Why a record is skipped although nothing is wrong with it; the words stand behind "records".
    Skip {
        Padding "padding" "filling only the time before the first or after the last day of use",
        Sentinel "sentinel" "by which the export says \"no measurement\"",
        NoData "no_data" "marked as holding no data",
        Duplicate "duplicate" "that stand twice in the export",
        OverlappingExercise "overlapping_exercise" "of a workout logged twice; one copy was kept",
        LowConfidence "low_confidence" "of which the tracker was not sure (--min-confidence)",
        OtherSource "other_source" "that stand in a preferred source too",
        FromGarmin "from_garmin" "that came from Garmin in the first place",
        Deleted "deleted" "that you deleted in Fitbit",
        NoOutput "no_output" "sound, but without a place in any file",
    }
    /// What is wrong with a rejected record or entry.
    Reject {
        Missing "missing" "missing from the export",
        NotGiven "not_given" "a part of the export that was not given",
        Damaged "damaged" "damaged in the archive",
        Empty "empty" "empty where records were expected",
        Encoding "encoding" "not UTF-8 text",
        Syntax "syntax" "not valid JSON, CSV or XML",
        Truncated "truncated" "cut off in the middle",
        WrongType "wrong_type" "a field of the wrong type",
        MissingField "missing_field" "a field is missing",
        BadDate "bad_date" "an implausible date or time",
        BadValue "bad_value" "a value out of range",
        UnknownUnit "unknown_unit" "a unit that cannot be settled",
        BadInterval "bad_interval" "an interval that does not fit",
        Conflict "conflict" "records that contradict each other",
    }
}

/// One thing that is wrong or worth knowing, told with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The entry it was found in; `None` for the export as a whole.
    pub entry: Option<EntryId>,
    /// Where in the entry.
    pub position: Position,
    /// What was rejected, or `None` for a remark (something was preferred, derived or corrected).
    pub reject: Option<Reject>,
    /// What was found, as in "weight is -3.2 lb". Foreign text in it is not yet cleaned.
    pub what: String,
    /// What was expected instead, or what to do; may be empty.
    pub expected: String,
}

/// The books of one entry.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Records met in the entry.
    pub records: u64,
    /// Records skipped, by reason.
    pub skipped: BTreeMap<Skip, u64>,
    /// Records rejected, by reason.
    pub rejected: BTreeMap<Reject, u64>,
    /// Remarks made, kept or not.
    pub remarks: u64,
    /// Why reading stopped before the end, if it did.
    pub error: Option<String>,
    /// The first [`FINDINGS_PER_ENTRY`] findings; see also [`thin`].
    pub findings: Vec<Finding>,
}

/// Drops findings, which are all counted, so that those of very many entries fit in memory. Of the
/// entries with several only the first [`ENTRIES_WITH_FINDINGS`] keep them, see [`Tally::thin`].
/// `tallies` are in catalogue order. Thinning a part of the export first, or the same twice, changes
/// nothing of what is left in the end.
pub fn thin<'t>(tallies: impl Iterator<Item = &'t mut Tally>) {
    let several = tallies.filter(|t| t.findings.len() > 1);
    several.skip(ENTRIES_WITH_FINDINGS).for_each(Tally::thin);
}

impl Tally {
    /// Counts one record as met; whatever happens to it later is told to the other methods.
    pub fn record(&mut self) {
        self.records += 1;
    }

    /// Sets `count` records aside.
    pub fn skip(&mut self, why: Skip, count: u64) {
        if count > 0 {
            *self.skipped.entry(why).or_default() += count;
        }
    }

    /// Rejects one record.
    pub fn reject(
        &mut self,
        entry: EntryId,
        position: Position,
        why: Reject,
        what: impl Into<String>,
        expected: impl Into<String>,
    ) {
        *self.rejected.entry(why).or_default() += 1;
        self.keep(entry, position, Some(why), what.into(), expected.into());
    }

    /// Notes something worth knowing that rejects nothing.
    pub fn remark(&mut self, entry: EntryId, position: Position, what: impl Into<String>) {
        self.remarks += 1;
        self.keep(entry, position, None, what.into(), String::new());
    }

    /// Marks the entry as unreadable from some point on. Records read before stay.
    pub fn fail(
        &mut self,
        entry: EntryId,
        why: Reject,
        what: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let what = what.into();
        self.error.get_or_insert_with(|| what.clone());
        self.keep(entry, Position::Entry, Some(why), what, expected.into());
    }

    /// Returns the records that were neither skipped nor rejected.
    #[must_use]
    pub fn converted(&self) -> u64 {
        self.records
            .saturating_sub(self.skipped_total() + self.rejected_total())
    }

    /// Returns the number of records skipped.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Returns the number of records rejected.
    #[must_use]
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Tells whether something recognised in the entry was rejected.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.error.is_some() || !self.rejected.is_empty()
    }

    /// Tells whether no record was counted twice.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.skipped_total() + self.rejected_total() <= self.records
    }

    /// Keeps one finding: that which ended the entry, or else the first.
    pub fn thin(&mut self) {
        let ended = |f: &Finding| self.error.as_ref().is_some_and(|error| f.what == *error);
        let kept = self.findings.iter().position(ended).unwrap_or(0);
        self.findings.truncate(kept + 1);
        self.findings.drain(..kept.min(self.findings.len()));
        self.findings.shrink_to_fit();
    }

    fn keep(
        &mut self,
        entry: EntryId,
        position: Position,
        reject: Option<Reject>,
        what: String,
        expected: String,
    ) {
        if self.findings.len() < FINDINGS_PER_ENTRY {
            let entry = Some(entry);
            self.findings.push(Finding {
                entry,
                position,
                reject,
                what,
                expected,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_skipped_nor_rejected_is_converted() {
        let mut t = Tally::default();
        for _ in 0..5 {
            t.record();
        }
        t.skip(Skip::Duplicate, 2);
        t.skip(Skip::Padding, 0);
        t.reject(
            EntryId(0),
            Position::Record(3),
            Reject::BadValue,
            "bpm is abc",
            "20 to 250",
        );
        assert_eq!(
            (t.converted(), t.skipped_total(), t.rejected_total()),
            (2, 2, 1)
        );
        assert_eq!(t.skipped.len(), 1, "a reason with no record is not listed");
        assert!(t.balances() && t.is_partial());
    }

    #[test]
    fn very_many_entries_keep_one_finding_each_and_the_parts_agree_with_the_whole() {
        let entry = |n: usize| {
            let mut t = Tally::default();
            for i in 0..n % 4 {
                t.record();
                let (id, at) = (EntryId(0), Position::Record(i as u64));
                t.reject(id, at, Reject::BadValue, "x", "y");
            }
            if n.is_multiple_of(7) {
                t.fail(EntryId(0), Reject::Truncated, "cut", "z");
            }
            t
        };
        let all: Vec<Tally> = (0..9000).map(entry).collect();
        let mut whole = all.clone();
        thin(whole.iter_mut());
        let (mut even, mut odd): (Vec<_>, Vec<_>) = all
            .iter()
            .cloned()
            .enumerate()
            .partition(|(n, _)| n % 2 == 0);
        thin(even.iter_mut().map(|(_, t)| t));
        thin(odd.iter_mut().map(|(_, t)| t));
        let mut joined = [even, odd].concat();
        joined.sort_by_key(|&(n, _)| n);
        thin(joined.iter_mut().map(|(_, t)| t));
        for ((before, a), (_, b)) in all.iter().zip(&whole).zip(&joined) {
            assert_eq!(
                (a.findings.len(), a.rejected_total()),
                (b.findings.len(), before.rejected_total())
            );
            assert_eq!(a.findings, b.findings);
            assert_eq!(a.findings.is_empty(), before.findings.is_empty());
        }
        let several = whole.iter().filter(|t| t.findings.len() > 1);
        assert_eq!(several.count(), ENTRIES_WITH_FINDINGS);
        let cut = whole.iter().filter(|t| t.error.is_some());
        assert!(cut.clone().count() > 1000);
        assert!(cut.flat_map(|t| t.findings.last()).all(|f| f.what == "cut"));
    }

    #[test]
    fn a_flood_of_findings_is_counted_in_full_and_kept_in_part() {
        let mut t = Tally::default();
        for i in 0..1000 {
            t.record();
            t.reject(EntryId(0), Position::Record(i), Reject::BadValue, "x", "y");
        }
        assert_eq!(
            (t.rejected_total(), t.findings.len()),
            (1000, FINDINGS_PER_ENTRY)
        );
    }
}
