//! Commands that only look: `inspect`, `verify`, `completions`, `man`.

use std::path::Path;

use anyhow::{Error, Result};
use serde_json::{Value, json};

use super::World;
use super::failure::{NO_DATA, NO_INPUT, WRONG_USE, failure};
use crate::cli::{self, InspectArgs, VerifyArgs};
use crate::download::{cause, manifest};
use crate::inspect;
use crate::report::words::counted;
use crate::terminal::{clean, clean_tail};
use crate::verify;

/// The text of an error: what it was about, then its causes that add something; then what to do.
pub(super) fn message(error: &Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if !texts.iter().any(|t| t.contains(&text)) && !text.is_empty() {
            texts.push(text);
        }
    }
    let first = texts.first().cloned().unwrap_or_default();
    match texts.get(1) {
        Some(cause) if !first.contains('\n') => format!("{first}: {cause}"),
        _ => first,
    }
}

/// The messages of one file.
fn messages(path: &Path) -> Result<Vec<inspect::Message>> {
    let name = path.display();
    let bytes = inspect::read(path).map_err(|e| {
        let why = cause(&e);
        failure(
            NO_INPUT,
            format!("{name}: cannot be read: {why}\ngive the path of a FIT file"),
        )
    })?;
    inspect::decode(&bytes).map_err(|e| {
        failure(
            NO_DATA,
            format!("{name}: {e}\ncopy it from its device again, or convert again"),
        )
    })
}

/// `inspect`
pub(super) fn inspect(args: &InspectArgs, world: &World<'_>) -> Result<u8> {
    let (mut documents, mut code) = (Vec::new(), 0);
    for path in &args.files {
        let name = path.display().to_string();
        let messages = match messages(path) {
            Ok(messages) => messages,
            Err(error) if args.files.len() == 1 => return Err(error),
            Err(error) => {
                code = code.max(super::exit_code(&error, world));
                world.reporter.error(&message(&error));
                continue;
            }
        };
        if world.general.json {
            documents.push(json!({"file": name, "messages": inspect::json(&messages)}));
        } else if args.csv {
            world.reporter.result(&inspect::csv(&messages))?;
        } else {
            let table = inspect::table(&messages);
            let lines: Vec<_> = table.lines().map(clean).collect();
            let text = format!("{}\n{}\n", clean_tail(&name, 200), lines.join("\n"));
            world.reporter.result(&text)?;
        }
    }
    if world.general.json {
        world.document(&json!({"schema": 1, "files": documents}))?;
    }
    Ok(code)
}

/// `verify`
pub(super) fn verify(args: &VerifyArgs, world: &World<'_>) -> Result<u8> {
    let verified = verify::verify(manifest::output_of(&args.output), world.jobs)?;
    let (code, verdict) = match verified.problems.is_empty() {
        true => (0, "all as the manifest says"),
        false => (3, "not as the manifest says"),
    };
    if world.general.json {
        let problem =
            |p: &verify::Problem| json!({"path": p.path, "what": p.what, "expected": p.expected});
        let problems: Vec<Value> = verified.problems.iter().map(problem).collect();
        world.document(&json!({"schema": 1, "files": verified.files, "bytes": verified.bytes, "problems": problems}))?;
        return Ok(code);
    }
    let mut text = String::new();
    for p in &verified.problems {
        let place = match p.path.as_str() {
            "" => args.output.display().to_string(),
            path => path.to_owned(),
        };
        let expected = match p.expected.as_str() {
            "" => String::new(),
            expected => format!(", expected {expected}"),
        };
        text += &clean(&format!("{place}: {}{expected}", p.what));
        text.push('\n');
    }
    let files = counted(verified.files as u64, "file", "files");
    let bytes = counted(verified.bytes, "byte", "bytes");
    text += &format!("{files}, {bytes}: {verdict}\n");
    world.reporter.result(&text)?;
    Ok(code)
}

/// `completions`
pub(super) fn completions(shell: clap_complete::Shell, world: &World<'_>) -> Result<u8> {
    world.reporter.result(&cli::completions(shell))?;
    Ok(0)
}

/// `man`
pub(super) fn man(words: &[String], world: &World<'_>) -> Result<u8> {
    let (mut command, mut name) = (cli::manual(), "trackersync".to_owned());
    for word in words {
        let Some(found) = command.find_subcommand(word).cloned() else {
            let text = format!("{name} has no command {word:?}\nsee trackersync --help");
            return Err(failure(WRONG_USE, text));
        };
        (command, name) = (found, format!("{name} {word}"));
    }
    let page = cli::man_page(command, &name)?;
    world.reporter.result(&String::from_utf8_lossy(&page))?;
    Ok(0)
}
