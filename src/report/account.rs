//! The account of a run: what came in, what went out, what was left out, and why.
//!
//! Only what follows from the input and the options stands here. Where OUT is, what the budget says
//! and when the run was are facts of the machine and stand in the summary, so that a page made from
//! an [`Account`] has the same bytes tomorrow and elsewhere.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::clean::clean_to;
use super::found::{EntryReport, Found};
use super::group::{self, Group};
use super::outputs::{OutputKind, output_kinds};
use super::zones::Zones;
use crate::model::file::WrittenFile;
use crate::model::records::PackedSample;
use crate::model::{Checked, Finding, LocalDate, Reject, Tally};

/// Findings that are kept in full; the rest are only counted.
pub(crate) const FINDINGS: usize = 1000;

/// A count with its first and last date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Extent {
    pub(crate) count: u64,
    pub(crate) first: Option<LocalDate>,
    pub(crate) last: Option<LocalDate>,
}

/// What the export held, in the units that people count in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) activities: Extent,
    pub(crate) weigh_ins: Extent,
    /// Local dates of which something is known.
    pub(crate) days: Extent,
    /// Main sleeps.
    pub(crate) nights: Extent,
    /// Other sleeps.
    pub(crate) naps: Extent,
}

/// The account of a run, with the fields that the document of `--json` has in their order there.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Account {
    #[serde(flatten)]
    pub(crate) counts: Counts,
    /// First and last date of any data.
    #[serde(skip)]
    pub(crate) covered: Option<(LocalDate, LocalDate)>,
    #[serde(rename = "timezone")]
    pub(crate) zones: Zones,
    /// What was written, by kind, in the order of the paths.
    pub(crate) outputs: Vec<OutputKind>,
    /// What was left out because an earlier output handed it over, by kind.
    pub(crate) unchanged: Vec<OutputKind>,
    /// Why the export is not whole, a line each: parts that are missing, entries that are damaged.
    pub(crate) incomplete: Vec<String>,
    /// Entries that were read.
    pub(crate) entries: u64,
    /// Records in them.
    pub(crate) records: u64,
    /// Records converted.
    pub(crate) converted: u64,
    /// What was set aside, largest group first.
    pub(crate) skipped: Vec<Group>,
    /// What was rejected, largest group first.
    pub(crate) rejected: Vec<Group>,
    /// Entries left unread, by reason.
    pub(crate) unread: Vec<Unread>,
    /// The first [`FINDINGS`] findings, of which the document shows a hundred; those of the export as a whole first.
    #[serde(serialize_with = "first_hundred")]
    pub(crate) findings: Vec<Found>,
    /// Number of all findings, kept or not.
    pub(crate) findings_total: u64,
}

/// Entries left unread for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unread {
    pub(crate) reason: String,
    pub(crate) entries: u64,
}

/// All findings that were kept stand in the manifest.
fn first_hundred<S: Serializer>(findings: &[Found], to: S) -> Result<S::Ok, S::Error> {
    findings.get(..100).unwrap_or(findings).serialize(to)
}

impl Account {
    pub(crate) fn records_skipped(&self) -> u64 {
        self.skipped.iter().map(|g| g.records).sum()
    }

    pub(crate) fn records_rejected(&self) -> u64 {
        self.rejected.iter().map(|g| g.records).sum()
    }

    /// Draws up the account. `export` holds the findings that belong to no entry; every list is
    /// taken in the order given, which must not depend on threads.
    pub(crate) fn new(
        checked: &Checked,
        entries: &[EntryReport<'_>],
        export: &[Finding],
        files: &[WrittenFile],
    ) -> Self {
        let (read, unread): (Vec<EntryReport<'_>>, _) =
            entries.iter().partition(|b| b.ignored.is_none());
        let counts = Counts::new(checked);
        let covered = counts.covered(checked);
        let findings = findings(&read, export);
        Self {
            incomplete: incomplete(&findings),
            counts,
            covered,
            zones: Zones::new(&checked.offsets, covered),
            outputs: output_kinds(files),
            unchanged: Vec::new(),
            skipped: group::skipped(&read),
            rejected: group::rejected(&read, &findings),
            unread: reasons(&unread),
            findings_total: findings_total(&read, export),
            findings: findings.into_iter().take(FINDINGS).collect(),
            entries: count(&read, |_| 1),
            records: count(&read, |t| t.records),
            converted: count(&read, Tally::converted),
        }
    }

    /// Tells whether something recognised was rejected or is missing.
    pub(crate) fn is_partial(&self) -> bool {
        !self.rejected.is_empty() || !self.incomplete.is_empty()
    }

    /// Returns the number that a run which got to its end ends with: 3 where it is partial.
    pub(crate) fn exit_code(&self) -> u8 {
        if self.is_partial() { 3 } else { 0 }
    }

    /// Returns what to do where something is incomplete.
    pub(crate) fn how_to_complete(&self) -> &'static str {
        let count = |reject| {
            self.findings
                .iter()
                .filter(|f| f.reject == Some(reject))
                .count()
        };
        let (missing, not_given) = (count(Reject::Missing), count(Reject::NotGiven));
        if self.incomplete.len() == not_given {
            "give all parts in one command before you import"
        } else if missing + not_given > 0 {
            // A missing part may lie somewhere, forgotten.
            "download again before you import, and give all parts in one command"
        } else {
            "download again before you import"
        }
    }

    /// Returns the findings that are told one by one, and how many more there are. What is missing
    /// has its own place and is not among them.
    pub(crate) fn told_singly(&self) -> (Vec<&Found>, u64) {
        let told: Vec<&Found> = self.findings.iter().filter(|f| !f.is_missing()).collect();
        let kept = u64::try_from(self.findings.len()).unwrap_or(u64::MAX);
        (told, self.findings_total.saturating_sub(kept))
    }

    /// Returns the folders below `prefix` with the number of files in each.
    pub(crate) fn folders<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = &'a (String, u64)> {
        let all = self.outputs.iter().flat_map(|o| &o.folders);
        all.filter(move |(folder, _)| folder.starts_with(prefix))
    }
}

impl Extent {
    fn new(dates: impl Iterator<Item = LocalDate>) -> Self {
        dates.fold(Self::default(), |extent, date| Self {
            count: extent.count + 1,
            first: Some(extent.first.map_or(date, |first| first.min(date))),
            last: extent.last.max(Some(date)),
        })
    }
}

impl Counts {
    pub(crate) fn new(checked: &Checked) -> Self {
        let sleeps = |main| {
            let of_kind = checked.nights.iter().filter(|n| n.main_sleep == main);
            Extent::new(of_kind.map(|n| n.date_of_sleep))
        };
        Self {
            activities: Extent::new(checked.workouts.iter().map(|w| w.start.at(w.offset).date())),
            weigh_ins: Extent::new(checked.weights.iter().map(|w| w.date)),
            days: Extent::new(checked.days.keys().copied()),
            nights: sleeps(true),
            naps: sleeps(false),
        }
    }

    /// First and last date of any data.
    fn covered(&self, checked: &Checked) -> Option<(LocalDate, LocalDate)> {
        let counted = [
            self.activities,
            self.weigh_ins,
            self.days,
            self.nights,
            self.naps,
        ];
        let dates = counted.iter().filter_map(|e| e.first.zip(e.last));
        (dates.chain(heart_rate(checked))).reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
    }
}

/// The local dates of the first and the last heart-rate sample, which lie by UTC day.
fn heart_rate(checked: &Checked) -> Option<(LocalDate, LocalDate)> {
    let date = |day, sample: &PackedSample| checked.offsets.date_of(sample.at(day));
    let (&first, head) = checked.heart_rate.first_key_value()?;
    let (&last, tail) = checked.heart_rate.last_key_value()?;
    Some((date(first, head.first()?), date(last, tail.last()?)))
}

/// Names of damaged entries that are said.
const DAMAGED: usize = 3;

/// Why the export is not whole, in words: what is missing, then by archive what is damaged.
fn incomplete(findings: &[Found]) -> Vec<String> {
    let missing = findings.iter().filter(|f| f.is_missing());
    let mut texts: Vec<String> = missing.map(|f| f.what.clone()).collect();
    let is_broken = |f: &&Found| {
        matches!(f.reject, Some(Reject::Damaged | Reject::Truncated)) && !f.entry.is_empty()
    };
    let mut archives: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for f in findings.iter().filter(is_broken) {
        archives.entry(&f.archive).or_default().push(f.entry_name());
    }
    for (archive, mut names) in archives {
        names.dedup();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let others = match names.len().saturating_sub(DAMAGED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        names.truncate(DAMAGED);
        let names = names.join(", ");
        texts.push(format!("{names}{others} in {archive} {verb} damaged"));
    }
    texts
}

fn findings<'e>(entries: &'e [EntryReport<'_>], export: &[Finding]) -> Vec<Found> {
    let of_entry = |e: &'e EntryReport<'_>| e.tally.findings.iter().map(|f| Found::new(f, Some(e)));
    let of_export = export.iter().map(|f| Found::new(f, None));
    of_export.chain(entries.iter().flat_map(of_entry)).collect()
}

/// Rejected records are counted whether or not their findings were kept.
fn findings_total(entries: &[EntryReport<'_>], export: &[Finding]) -> u64 {
    let of_entry = |t: &Tally| t.rejected_total() + u64::from(t.error.is_some()) + t.remarks;
    count(entries, of_entry) + export.len() as u64
}

fn count(entries: &[EntryReport<'_>], of: impl Fn(&Tally) -> u64) -> u64 {
    entries.iter().map(|e| of(e.tally)).sum()
}

fn reasons(unread: &[EntryReport<'_>]) -> Vec<Unread> {
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for b in unread {
        let why = clean_to(b.ignored.unwrap_or(""), 120).into_owned();
        *reasons.entry(why).or_default() += 1;
    }
    let unread = reasons.into_iter();
    let unread = unread.map(|(reason, entries)| Unread { reason, entries });
    unread.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::checked::Parts;
    use crate::model::units::Bpm;
    use crate::model::{EntryId, Evidence, Offset, Offsets, Position};

    #[test]
    fn every_finding_is_counted_though_few_are_kept() {
        let mut tally = Tally::default();
        for n in 0..5000 {
            tally.record();
            let why = crate::model::Reject::BadValue;
            tally.reject(EntryId(0), Position::Record(n), why, "x", "y");
        }
        let books: Vec<_> = (0..30)
            .map(|_| testing::entry("w", "weight", &tally))
            .collect();
        let account = Account::new(&Checked::default(), &books, &[], &[]);
        assert_eq!(account.findings_total, 150_000);
        assert_eq!(account.findings.len(), FINDINGS);
        assert!(account.is_partial());
        assert_eq!(
            (account.entries, account.records, account.converted),
            (30, 150_000, 0)
        );
    }

    #[test]
    fn heart_rate_covers_the_local_dates_of_its_samples() {
        let day = |second| Bpm::new(60).map(|bpm| vec![PackedSample::new(second, bpm)]);
        let of = |first, last| {
            let days = [(100, day(first)), (101, day(last))];
            let days = days.into_iter().filter_map(|(d, s)| Some((d, s.ok()?)));
            let checked = Checked::new(Parts {
                heart_rate: days.collect(),
                offsets: Offsets::constant(Offset(3 * 3600), Evidence::Option),
                ..Parts::default()
            });
            Counts::new(&checked).covered(&checked)
        };
        assert_eq!(of(0, 79_200), Some((LocalDate(100), LocalDate(102))));
        assert_eq!(of(79_200, 0), Some((LocalDate(101), LocalDate(101))));
    }

    #[test]
    fn entries_left_unread_are_counted_by_reason() {
        let tally = Tally::default();
        let mut junk = testing::entry("readme.txt", "", &tally);
        junk.ignored = Some("not Fitbit data");
        let account = Account::new(&Checked::default(), &[junk, junk], &[], &[]);
        let reason = "not Fitbit data".to_owned();
        assert_eq!(account.unread, [Unread { reason, entries: 2 }]);
        assert_eq!((account.entries, account.covered), (0, None));
    }
}
