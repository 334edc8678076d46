//! The names of Takeout's parts: `takeout-20240301T000000Z-3-001.zip`.
//!
//! Parts are whole archives; only their names tell that there are others. Names were seen with and
//! without the number before the part. It opens nothing, and looks only whether a file is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many parts after the last given one are looked for.
const AHEAD: u16 = 8;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AbsentPart {
    pub(crate) name: String,
    /// The name of the given part beside which it lies, if it does.
    pub(crate) lies_beside: Option<String>,
}

/// What was given of one download.
#[derive(Default)]
struct Download<'a> {
    stem: &'a str,
    suffix: &'static str,
    parts: BTreeSet<u16>,
    /// The folders in which its parts lie, and one of them in each.
    places: BTreeMap<&'a Path, &'a str>,
}

/// Returns the parts that were not given: those before the highest part of each download, and those
/// up to the last of the next eight that lies beside a given one. Other parts leave no trace.
///
/// `given` are names or paths, and the folders in which they lie, none where that is not known.
pub(super) fn absent<'a>(
    given: impl IntoIterator<Item = (&'a str, Option<&'a Path>)>,
) -> Vec<AbsentPart> {
    let mut downloads: BTreeMap<String, Download<'_>> = BTreeMap::new();
    for (path, folder) in given {
        let name = path.rsplit('/').next().unwrap_or_default();
        let Some((stem, part, suffix)) = split(name) else {
            continue;
        };
        let key = format!("{stem}.{suffix}").to_ascii_lowercase();
        let download = downloads.entry(key).or_default();
        if download.parts.is_empty() {
            (download.stem, download.suffix) = (stem, suffix);
        }
        download.parts.insert(part);
        if let Some(folder) = folder {
            download.places.entry(folder).or_insert(name);
        }
    }
    downloads.values().flat_map(Download::absent).collect()
}

impl Download<'_> {
    fn absent(&self) -> Vec<AbsentPart> {
        let last = self.parts.last().copied().unwrap_or_default();
        let after = (last + 1..=last.saturating_add(AHEAD)).map(|part| self.part(part));
        let mut beside: Vec<AbsentPart> = after.collect();
        while beside.pop_if(|part| part.lies_beside.is_none()).is_some() {}
        let before = (1..last).filter(|part| !self.parts.contains(part));
        before.map(|part| self.part(part)).chain(beside).collect()
    }

    fn part(&self, part: u16) -> AbsentPart {
        let name = format!("{}-{part:03}.{}", self.stem, self.suffix);
        let beside = self.places.iter().find(|(f, _)| f.join(&name).is_file());
        let lies_beside = beside.map(|(_, &given)| given.to_owned());
        AbsentPart { name, lies_beside }
    }
}

/// Splits a name into everything before the part, the part (from 1) and the suffix. A browser's
/// " (1)" for a second download does not count.
fn split(name: &str) -> Option<(&str, u16, &'static str)> {
    let (stem, own) = name.rsplit_once('.')?;
    let mut suffixes = ["zip", "tgz"].into_iter();
    let suffix = suffixes.find(|suffix| own.eq_ignore_ascii_case(suffix))?;
    let stem = match stem.rsplit_once(" (") {
        Some((stem, copy)) if copy.ends_with(')') => stem,
        _ => stem,
    };
    let (stem, part) = stem.rsplit_once('-')?;
    let is_takeout = stem.get(..8)?.eq_ignore_ascii_case("takeout-");
    let is_part = part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
    let number = part.parse().ok().filter(|&number| number > 0)?;
    (is_takeout && is_part).then_some((stem, number, suffix))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn missing(names: &[&str]) -> Vec<String> {
        let absent = absent(names.iter().map(|&name| (name, None)));
        absent.into_iter().map(|part| part.name).collect()
    }

    #[test]
    fn a_part_that_lies_beside_a_given_one_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let name = |part: u16| format!("takeout-20240301T000000Z-3-{part:03}.zip");
        let absent = |given: &[u16]| {
            let names: Vec<String> = given.iter().map(|&part| name(part)).collect();
            let given = names.iter().map(|n| (n.as_str(), Some(folder.path())));
            absent(given)
        };
        let part = |part, beside: Option<u16>| AbsentPart {
            name: name(part),
            lies_beside: beside.map(name),
        };
        for there in [1, 2, 3, 5, 7] {
            std::fs::write(folder.path().join(name(there)), "").unwrap();
        }
        std::fs::create_dir(folder.path().join(name(8))).unwrap();
        assert_eq!(absent(&[7]).len(), 6);
        assert_eq!(
            absent(&[2, 5]),
            [
                part(1, Some(2)),
                part(3, Some(2)),
                part(4, None),
                part(6, None),
                part(7, Some(2))
            ]
        );
        assert_eq!(absent(&[1, 2, 3, 4, 5, 6, 7]), []);
    }

    #[test]
    fn a_gap_before_the_highest_part_is_named() {
        assert_eq!(
            missing(&["takeout-20240301T000000Z-3-002.zip"]),
            ["takeout-20240301T000000Z-3-001.zip"]
        );
        assert_eq!(
            missing(&[
                "takeout-20230101T000000Z-004.tgz",
                "takeout-20230101T000000Z-002.tgz"
            ]),
            [
                "takeout-20230101T000000Z-001.tgz",
                "takeout-20230101T000000Z-003.tgz"
            ]
        );
    }

    #[test]
    fn each_download_is_counted_by_itself() {
        let names = [
            "takeout-20240301T000000Z-1-001.zip",
            "takeout-20250301T000000Z-1-002 (1).ZIP",
        ];
        assert_eq!(missing(&names), ["takeout-20250301T000000Z-1-001.zip"]);
    }

    #[test]
    fn other_names_and_whole_sets_miss_nothing() {
        for names in [
            &[
                "export.zip",
                "takeout-1.zip",
                "takeout-20240301T000000Z-3-000.zip",
                "é-002.zip",
            ][..],
            &[
                "takeout-20240301T000000Z-3-001.zip",
                "takeout-20240301T000000Z-3-002.zip",
            ],
            &[],
        ] {
            assert_eq!(missing(names), Vec::<String>::new());
        }
    }
}
