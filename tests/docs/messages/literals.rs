//! The texts that stand in the source: every literal of two words or more outside of tests.

use std::fs;
use std::path::Path;

use super::super::stage::root;

/// A literal: file and line, and its text with its escapes undone.
pub(super) struct Literal {
    pub(super) place: String,
    pub(super) text: String,
}

/// Returns all of them, in the order of the paths.
pub(super) fn all() -> Vec<Literal> {
    let mut files = Vec::new();
    walk(&root().join("src"), &mut files);
    files.sort();
    let tests: Vec<String> = files.iter().flat_map(test_modules).collect();
    let is_test = |path: &str| {
        tests
            .iter()
            .any(|t| path == format!("{t}.rs") || path.starts_with(&format!("{t}/")))
    };
    let sources = files.iter().filter(|(path, _)| !is_test(path));
    sources
        .flat_map(|(path, text)| literals(path, text))
        .collect()
}

/// Reads the sources below a folder: paths below the package and texts.
fn walk(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            files.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Returns the paths, without their ending, of the modules that a file declares for tests.
fn test_modules((path, text): &(String, String)) -> Vec<String> {
    let folder = match path.as_str() {
        "src/lib.rs" | "src/main.rs" => "src",
        other => other.strip_suffix(".rs").unwrap(),
    };
    let after = text.split("#[cfg(test)]\n").skip(1);
    let declared = after.filter_map(|a| a.lines().find(|l| !l.starts_with("#[")));
    let names = declared.filter_map(|l| l.strip_suffix(';')?.rsplit(' ').next());
    names.map(|name| format!("{folder}/{name}")).collect()
}

/// Returns the literals of one file, up to its unit tests.
fn literals(path: &str, text: &str) -> Vec<Literal> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code = code.split("#[cfg(test)]\npub(crate) mod tests {").next();
    let (code, mut rest, mut found) = (code.unwrap(), code.unwrap(), Vec::new());
    while let Some(first) = rest.chars().next() {
        let start = rest;
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("#[") && !rest.starts_with("#[error(") {
            rest = after_attribute(rest);
        } else if let Some(after) = character(rest) {
            rest = after;
        } else if rest.starts_with("r#\"") {
            rest = rest.split_once("\"#").unwrap().1;
        } else if let Some(after) = rest.strip_prefix("b\"") {
            rest = quoted(after).1;
        } else if let Some(after) = rest.strip_prefix('"') {
            let line = 1 + code[..code.len() - start.len()].matches('\n').count();
            let (text, after) = quoted(after);
            let place = format!("{path}:{line}");
            found.extend(is_prose(&text).then_some(Literal { place, text }));
            rest = after;
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

/// Tells whether a text has two words, apart from what is put into it.
fn is_prose(text: &str) -> bool {
    let words: String = pieces(text).concat();
    text.trim().contains([' ', '\n']) && words.contains(|c: char| c.is_ascii_lowercase())
}

/// What stands between the placeholders and line ends of a text, without white space around.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let text = text.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let plain = text
        .split(['{', '\n'])
        .map(|part| match part.split_once('}') {
            Some((_, after)) => after,
            None => part,
        });
    let restored = plain.map(|p| p.trim().replace('\u{1}', "{").replace('\u{2}', "}"));
    restored
        .filter(|p| p.contains(char::is_alphabetic))
        .collect()
}

/// Returns what follows an attribute; none holds an unequal bracket in a text.
fn after_attribute(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 1 => return &text[at + 1..],
            ']' => depth -= 1,
            _ => {}
        }
    }
    ""
}

/// Returns what follows a character literal, which may be a quotation mark.
fn character(text: &str) -> Option<&str> {
    let after = text.strip_prefix("b'").or(text.strip_prefix('\''))?;
    let body = match after.strip_prefix('\\') {
        Some(escaped) => &escaped[1..],
        None => &after[after.chars().next()?.len_utf8()..],
    };
    let end = body
        .find('\'')
        .filter(|at| *at < 8 && (*at == 0 || after.starts_with('\\')))?;
    Some(&body[end + 1..])
}

/// Reads a literal from behind its opening quotation mark; returns its text and what follows.
fn quoted(text: &str) -> (String, &str) {
    let (mut out, mut letters) = (String::new(), text.chars());
    while let Some(c) = letters.next() {
        match c {
            '"' => break,
            '\\' => match letters.next().unwrap() {
                'n' => out.push('\n'),
                '\n' => letters = letters.as_str().trim_start().chars(),
                'u' | 'x' | '0' => out.push('\u{fffd}'),
                other => out.push(other),
            },
            other => out.push(other),
        }
    }
    (out, letters.as_str())
}

/// The reader of literals is what the check stands on.
#[test]
fn literals_are_read_as_the_compiler_reads_them() {
    let code = r##"
//! "not this one"
#[expect(lint, reason = "nor this")]
#[error("{0}: but this one\nand its advice")]
let quote = '"'; let other = '\''; let life: &'static str = "and \"this\" {x} \
    of two lines";
let bytes = b"no text"; let raw = r#"no text "either""#; let word = "single";
#[cfg(test)]
mod tests {
    "nor this"
}
"##;
    let found: Vec<(String, String)> = literals("src/a.rs", code)
        .into_iter()
        .map(|l| (l.place, l.text))
        .collect();
    let expected = [
        ("src/a.rs:4", "{0}: but this one\nand its advice"),
        ("src/a.rs:5", "and \"this\" {x} of two lines"),
    ];
    assert_eq!(found, expected.map(|(p, t)| (p.to_owned(), t.to_owned())));
    assert_eq!(pieces(expected[0].1), [": but this one", "and its advice"]);
    assert_eq!(pieces("{{a}} of {b:?}"), ["{a} of"]);
}
