//! The names of Takeout's parts: `takeout-20240301T000000Z-3-001.zip`.
//!
//! Parts are whole archives; only their names tell that there are others. Names were seen with and
//! without the number before the part. It opens nothing.

use std::collections::{BTreeMap, BTreeSet};

/// Returns the names of parts that must exist but were not given: those before the highest part
/// of each download. Parts after it leave no trace in the names.
#[must_use]
pub fn missing_parts(names: &[String]) -> Vec<String> {
    let mut downloads: BTreeMap<String, (&str, &str, BTreeSet<u16>)> = BTreeMap::new();
    for (stem, part, suffix) in names.iter().filter_map(|name| split(name)) {
        downloads
            .entry(format!("{stem}.{suffix}").to_ascii_lowercase())
            .or_insert((stem, suffix, BTreeSet::new()))
            .2
            .insert(part);
    }
    downloads
        .values()
        .flat_map(|(stem, suffix, parts)| {
            let last = parts.last().copied().unwrap_or_default();
            (1..last)
                .filter(|part| !parts.contains(part))
                .map(move |part| format!("{stem}-{part:03}.{suffix}"))
        })
        .collect()
}

/// Splits a name into everything before the part, the part (from 1) and the suffix. A browser's
/// " (1)" for a second download does not count.
fn split(name: &str) -> Option<(&str, u16, &'static str)> {
    let (stem, suffix) = ["zip", "tgz"].into_iter().find_map(|suffix| {
        let (stem, found) = name.rsplit_once('.')?;
        found.eq_ignore_ascii_case(suffix).then_some((stem, suffix))
    })?;
    let stem = match stem.rsplit_once(" (") {
        Some((stem, copy)) if copy.ends_with(')') => stem,
        _ => stem,
    };
    let (stem, part) = stem.rsplit_once('-')?;
    let digits = part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
    let takeout = stem.get(..8)?.eq_ignore_ascii_case("takeout-");
    let part = part
        .parse()
        .ok()
        .filter(|&part| digits && takeout && part > 0)?;
    Some((stem, part, suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(names: &[&str]) -> Vec<String> {
        missing_parts(&names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>())
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
