//! Values that the tests of several files share.

use super::EntryReport;
use crate::model::file::{Connect, WrittenFile};
use crate::model::{EntryId, Evidence, LocalDate, Offset, Offsets, Position, Reject, Skip, Tally};

/// A tally of 10 records: 3 rejected weights, 2 duplicates.
pub(crate) fn weights() -> Tally {
    let mut t = Tally::default();
    for n in 1..=10 {
        t.record();
        if n > 7 {
            let what = format!("weight is -{n} lb");
            t.reject(
                EntryId(0),
                Position::Record(n),
                Reject::BadValue,
                what,
                "2.2 to 1433 lb",
            );
        }
    }
    t.skip(Skip::Duplicate, 2);
    t
}

pub(crate) fn entry<'a>(path: &'a str, kind: &'a str, tally: &'a Tally) -> EntryReport<'a> {
    EntryReport {
        archive: "takeout-001.zip",
        path,
        kind: Some(kind),
        bytes: 0,
        ignored: None,
        tally,
    }
}

/// Files as a run over three years writes them: two batches, weight, daily totals, sleep.
pub(crate) fn delivered() -> Vec<WrittenFile> {
    let (a, b) = ("2022-03-02T06:00:00Z", "2024-02-28T18:00:00Z");
    let march = ("2022-03-01", "2022-03-31");
    let files = [
        ("archive/sleep/2022/2022-03-02.fit", "sleep", 1, (a, a)),
        ("import/activities/batch-001/a.fit", "activity", 1, (a, a)),
        ("import/activities/batch-001/b.fit", "activity", 1, (a, b)),
        ("import/activities/batch-002/c.fit", "activity", 1, (b, b)),
        ("import/daily/daily-2022-03.csv", "daily", 30, march),
        ("import/weight/weight-2022.fit", "weight", 88, (a, b)),
    ];
    let file =
        |(path, kind, records, (first, last)): (&str, &str, u64, (&str, &str))| WrittenFile {
            path: path.to_owned(),
            kind: kind.to_owned(),
            bytes: 1000,
            records,
            first: Some(first.to_owned()),
            last: Some(last.to_owned()),
            garmin_connect: match kind {
                "sleep" => Connect::Archive,
                "daily" => Connect::Often,
                _ => Connect::Imports,
            },
            ..WrittenFile::default()
        };
    files.map(file).to_vec()
}

/// Paris from 2023-11-01 to 2024-05-28 with ten days in New York and a gap in the evidence.
pub(crate) fn paris() -> Offsets {
    let first = LocalDate::from_ymd(2023, 11, 1).unwrap_or_default();
    let summer = LocalDate::from_ymd(2024, 3, 31).unwrap_or_default();
    let trip = LocalDate::from_ymd(2024, 2, 3).unwrap_or_default();
    let days: Vec<_> = (first.0..first.0 + 210)
        .map(|d| match d {
            d if (trip.0..trip.0 + 10).contains(&d) => (Offset(-18_000), Evidence::HeartRateDays),
            d if d % 9 == 0 => (paris_offset(d > summer.0), Evidence::Neighbours),
            d => (paris_offset(d > summer.0), Evidence::HeartRateDays),
        })
        .collect();
    Offsets::new(first, &days, Some("Europe/Paris".to_owned()))
}

fn paris_offset(summer: bool) -> Offset {
    Offset(if summer { 7200 } else { 3600 })
}
