//! INPUTs as they were typed: patterns expanded, every missing one named at once, and the place of
//! OUT where none was given.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum as _;
use strsim::jaro_winkler;

use super::failure::{NO_INPUT, failure};
use crate::model::file::Only;
use crate::platform;
use crate::report::words::counted;

/// Missing INPUTs that are named.
const NAMED: usize = 6;
/// What is said of `-`.
const STDIN: &str = "-: an export is not read from standard input";
/// From here on a name is so like the typed one that it may be meant.
const ALIKE: f64 = 0.85;

/// Returns the INPUTs of a command line. A pattern that names no file is expanded, because the shells
/// of Windows do not, and quotes keep others from it.
///
/// # Errors
/// Every INPUT that does not exist (66).
pub(super) fn all(typed: &[impl Clone + Into<OsString>]) -> Result<Vec<PathBuf>> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for typed in typed {
        match one(typed.clone().into().into()) {
            Ok(paths) => found.extend(paths),
            Err((_, text)) => missing.push(text),
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    let more = missing.len().saturating_sub(NAMED);
    missing.truncate(NAMED);
    let last = match more {
        _ if missing == [STDIN] => "save it as a file first".to_owned(),
        0 => "check the spelling and the folder".to_owned(),
        more => counted(
            more as u64,
            "more INPUT does not exist",
            "more INPUTs do not exist",
        ),
    };
    let text = format!("{}\n{last}", missing.join("\n"));
    Err(failure(NO_INPUT, text))
}

/// Returns the INPUTs of a batch: one that is missing fails by itself.
pub(super) fn each(typed: &[OsString]) -> Vec<PathBuf> {
    let paths = typed.iter().map(|t| one(t.into()));
    paths
        .flat_map(|found| found.unwrap_or_else(|(path, _)| vec![path]))
        .collect()
}

/// The paths that one INPUT stands for, or the path and why there is none.
fn one(path: PathBuf) -> Result<Vec<PathBuf>, (PathBuf, String)> {
    let found = fs::symlink_metadata(&path);
    // Something may be there that cannot be looked at: the archive room says why.
    let is_refused = |e: io::Error| e.kind() == io::ErrorKind::PermissionDenied;
    if found.err().is_none_or(is_refused) {
        return Ok(vec![path]);
    }
    match expanded(&path) {
        Some(paths) if !paths.is_empty() => Ok(paths),
        pattern => {
            let text = absent(&path, pattern.is_some());
            Err((path, text))
        }
    }
}

/// The files that a pattern names, in order; `None` where it is no pattern. Its folder may have
/// brackets in its name.
fn expanded(path: &Path) -> Option<Vec<PathBuf>> {
    let folder = path
        .parent()
        .filter(|p| p.as_os_str().is_empty() || p.is_dir());
    let typed = match folder {
        Some(_) => path.file_name()?.to_str()?,
        None => path.to_str()?,
    };
    if !typed.contains(['*', '?', '[']) {
        return None;
    }
    let folder = folder.map(|folder| folder.join("")).unwrap_or_default();
    let pattern = glob::Pattern::escape(folder.to_str()?) + typed;
    let options = glob::MatchOptions {
        case_sensitive: !cfg!(windows),
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths = glob::glob_with(&pattern, options).ok()?;
    Some(paths.filter_map(Result::ok).collect())
}

/// Says that there is no such file, and what may be meant.
fn absent(path: &Path, is_pattern: bool) -> String {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (shown, text) = (platform::full(path), path.to_string_lossy());
    let folder = full.parent().unwrap_or(&full);
    let more = if is_pattern {
        return format!("{shown}: no file has such a name");
    } else if text == "-" {
        return STDIN.to_owned();
    } else if Only::from_str(&text, true).is_ok() {
        let other = match text.eq_ignore_ascii_case("weight") {
            true => "activities",
            false => "weight",
        };
        format!("; for --only, write names with commas and no spaces, as in --only {other},{text}")
    } else if !folder.is_dir() {
        format!(", and there is no folder {}", folder.display())
    } else if let Some(name) = like(folder, &full) {
        format!("; did you mean {name}?")
    } else {
        String::new()
    };
    format!("{shown}: it does not exist{more}")
}

/// The name in a folder that is most like that of a path, if any is.
fn like(folder: &Path, path: &Path) -> Option<String> {
    let typed = path.file_name()?.to_string_lossy().to_lowercase();
    let names = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let alike = names.map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (jaro_winkler(&typed, &name.to_lowercase()), name)
    });
    let best = alike.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))?;
    (best.0 >= ALIKE).then_some(best.1)
}

/// OUT where none was given: `garmin` beside the first INPUT.
pub(super) fn beside(first: &Path) -> PathBuf {
    let parent = match first.file_name() {
        Some(_) => first.parent().map(Path::to_owned),
        // "." and ".." have no name of their own.
        None => (platform::canonical(first).ok()).and_then(|p| p.parent().map(Path::to_owned)),
    };
    parent.unwrap_or_default().join("garmin")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn out_stands_beside_the_first_input() {
        for (input, out) in [
            ("takeout.zip", "garmin"),
            ("a/takeout.zip", "a/garmin"),
            ("a/Takeout/", "a/garmin"),
            ("/takeout.zip", "/garmin"),
        ] {
            assert_eq!(beside(Path::new(input)), Path::new(out), "{input}");
        }
        let here = std::env::current_dir().unwrap();
        assert_eq!(
            beside(Path::new(".")),
            here.parent().unwrap().join("garmin")
        );
    }

    #[test]
    fn a_pattern_is_expanded_in_a_folder_with_brackets_too() {
        let folder = std::env::temp_dir().join(format!("inputs [{}]", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["a-001.zip", "a-002.zip", "b.zip", "a[1].zip"] {
            fs::write(folder.join(name), "").unwrap();
        }
        let named = |pattern: &str| {
            let found = all(&[folder.join(pattern)])?;
            let name = |p: &PathBuf| p.file_name().unwrap().to_string_lossy().into_owned();
            anyhow::Ok(found.iter().map(name).collect::<Vec<_>>())
        };
        assert_eq!(named("a-*.zip").unwrap(), ["a-001.zip", "a-002.zip"]);
        assert_eq!(
            named("a[1].zip").unwrap(),
            ["a[1].zip"],
            "a file wins over a pattern"
        );
        assert_eq!(named("a-00[2-9].zip").unwrap(), ["a-002.zip"]);
        assert!(
            named("c*.zip")
                .unwrap_err()
                .to_string()
                .contains("no file has such a name")
        );
        assert!(
            named("a-0002.zip")
                .unwrap_err()
                .to_string()
                .contains("did you mean a-00")
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
