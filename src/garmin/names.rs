//! The paths that outputs can have, read off the patterns of OUTPUTS: what `--force` may replace.

use super::OUTPUTS;

/// Tells whether a path below OUT is one that a row of OUTPUTS gives its files.
#[must_use]
pub fn is_output(path: &str) -> bool {
    OUTPUTS.iter().any(|output| fits(output.files, path))
}

/// Tells whether a path fits a pattern: a word in capitals stands for a number or a stamp (`SPORT`
/// for a word), `[-n]` for a number that may be missing.
fn fits(pattern: &str, path: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("[-n]") {
        return fits(rest, path) || fits(&format!("-N{rest}"), path);
    }
    let end = pattern.find(|c: char| !c.is_ascii_uppercase());
    let (word, rest) = pattern.split_at(end.unwrap_or(pattern.len()));
    if word.is_empty() {
        let (mut letters, mut met) = (pattern.chars(), path.chars());
        return match (letters.next(), met.next()) {
            (None, None) => true,
            (a, b) => a == b && fits(letters.as_str(), met.as_str()),
        };
    }
    let stands = |c: char| match word {
        "SPORT" => c.is_ascii_lowercase() || c == '-' || c == '_',
        _ => c.is_ascii_digit(),
    };
    let longest = path.find(|c| !stands(c)).unwrap_or(path.len());
    (1..=longest).any(|n| path.get(n..).is_some_and(|after| fits(rest, after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_paths_of_outputs_fit() {
        for ours in [
            "import/activities/batch-001/20240301070000-running-51000000000.fit",
            "import/weight/weight-2024-03-2.fit",
            "import/activities/batch-012/20240301070000-cross-country-skiing-5.fit",
            "import/daily/daily-2024-03.csv",
            "archive/sleep/2024/2024-03-01.fit",
            "archive/sleep/2024/2024-03-01-2.fit",
            "archive/health-daily.csv",
        ] {
            assert!(is_output(ours), "{ours}");
        }
        for foreign in [
            "",
            "mine.txt",
            "mine.fit",
            "photos/a.jpg",
            "import/mine.fit",
            "import/activities/batch-001/mine.fit",
            "import/activities/batch-001/my-own-run.fit",
            "import/activities/batch-x/20240301070000-running-5.fit",
            "archive/sleep/2024/2024-03-01-.fit",
            "archive/sleep/2024/2024-03-01.fit.bak",
            "archive/sleep/2024/x/2024-03-01.fit",
            "archive/health-daily.csv/x",
            "../archive/sleep.csv",
        ] {
            assert!(!is_output(foreign), "{foreign}");
        }
    }
}
