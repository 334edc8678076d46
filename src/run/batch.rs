//! `--each`: every INPUT an export of its own, one unit each; a failed one does not stop the rest.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::failure::exit_code;
use super::{Conversion, World, one, stopped};
use crate::cli::ConvertArgs;
use crate::download::{DownloadError, ELSEWHERE, manifest};
use crate::platform;
use crate::report::{Summary, retry, summary_value};

/// Converts every INPUT into a folder of its own below `out`.
pub(super) fn each(
    args: &ConvertArgs,
    inputs: &[PathBuf],
    out: &Path,
    world: &World<'_>,
) -> Result<u8> {
    if out.join(manifest::NAME).is_file() {
        bail!(DownloadError::exists(
            out,
            "already holds an output of trackersync",
            ELSEWHERE,
        ));
    }
    let mut taken = BTreeSet::new();
    let (mut codes, mut told) = (Vec::new(), Vec::new());
    for path in inputs {
        let folder = out.join(folder_name(path, &mut taken));
        let conversion = Conversion {
            inputs: std::slice::from_ref(path),
            apart_from: inputs,
            out: &folder,
            args,
            ticket: None,
        };
        let (code, value) = tell(path, &folder, one(&conversion, world), world)?;
        codes.push(code);
        told.push(value);
        if let Some(code) = stopped(world) {
            return Ok(code);
        }
    }
    let code = total(&codes);
    if world.general.json {
        world.document(
            &json!({"schema": 1, "program": "trackersync", "exit_code": code, "conversions": told}),
        )?;
    }
    Ok(code)
}

/// Says how one INPUT ended, and returns it for the document.
fn tell(
    input: &Path,
    folder: &Path,
    result: Result<Summary>,
    world: &World<'_>,
) -> Result<(u8, Value)> {
    let name = input.display().to_string();
    let mut summary = match result {
        Ok(summary) => summary,
        Err(error) => {
            let (code, text) = (exit_code(&error, world), super::look::message(&error));
            let line = format!("{name}: not converted (exit {code})\n{text}");
            world.reporter.error(&line);
            let value =
                json!({"input": name, "exit_code": code, "error": text, "retry": retry(code)});
            return Ok((code, value));
        }
    };
    let out = folder.display().to_string();
    if !summary.task.only_looks() {
        super::handed_over(&mut summary, folder);
        (world.reporter).detail(&format!("{name}: converted into {out}"));
    }
    summary.typed.inputs = vec![name.clone()];
    summary.typed.output = Some(out);
    let code = summary.exit_code();
    let value = json!({"input": name, "exit_code": code, "summary": summary_value(&summary)});
    world.reporter.part(&name, &summary)?;
    Ok((code, value))
}

/// 0 when all went well, 3 when some did not; where all ended alike, that code.
fn total(codes: &[u8]) -> u8 {
    let worst = codes.iter().copied().max().unwrap_or(0);
    let done = codes.iter().any(|c| matches!(c, 0 | 3));
    match (worst, done) {
        (0, _) => 0,
        (worst, false) if codes.iter().all(|c| *c == worst) => worst,
        _ => 3,
    }
}

/// The input's name without its endings, made of plain characters, once only. It must not end in
/// `.zip` itself: OUT would be a zip.
fn folder_name(input: &Path, taken: &mut BTreeSet<String>) -> String {
    const LONGEST: usize = 80;
    let stem = input.file_stem().unwrap_or(OsStr::new("export"));
    let plain = |c: char| match c.is_ascii_alphanumeric() || "._-".contains(c) {
        true => c,
        false => '_',
    };
    let name: String = stem
        .to_string_lossy()
        .chars()
        .map(plain)
        .take(LONGEST)
        .collect();
    let mut name = platform::portable_name(name.trim_start_matches('.'));
    while let Some((rest, ending)) = name.rsplit_once('.')
        && ["zip", "tar", "tgz", "gz"].contains(&ending.to_ascii_lowercase().as_str())
    {
        name = platform::portable_name(rest);
    }
    if name.is_empty() {
        name.push_str("export");
    }
    let mut unique = name.clone();
    for n in 2.. {
        // Windows and macOS hold names for one that differ in case alone.
        if taken.insert(unique.to_ascii_lowercase()) {
            break;
        }
        unique = format!("{name}-{n}");
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_after_the_inputs_and_never_twice() {
        let mut taken = BTreeSet::new();
        let mut name = |p: &str| folder_name(Path::new(p), &mut taken);
        assert_eq!(name("a/takeout-001.zip"), "takeout-001");
        assert_eq!(name("b/takeout-001.zip"), "takeout-001-2");
        assert_eq!(name("c/Jane Doe's.tgz"), "Jane_Doe_s");
        assert_eq!(name(".."), "export");
        assert_eq!(name("d/Takeout-001.zip"), "Takeout-001-3");
        assert_eq!(name("e/con.zip"), "_con");
        assert_eq!(name("f/ends in a dot..zip"), "ends_in_a_dot");
        assert_eq!(name("t.zip.zip"), "t");
        assert_eq!(name("T.ZIP.tar.gz"), "T-2");
        assert_eq!(name(".zip.zip"), "zip");
        assert_eq!(name("u.zip..zip"), "u");
        let long = format!("{}.zip.more.zip", "x".repeat(76));
        assert_eq!(name(&long), "x".repeat(76));
    }

    #[test]
    fn the_code_of_a_batch_says_whether_some_or_all_failed() {
        assert_eq!(
            (
                total(&[0, 0]),
                total(&[0, 3]),
                total(&[0, 75]),
                total(&[75, 75]),
                total(&[65, 75])
            ),
            (0, 3, 3, 75, 3)
        );
    }
}
