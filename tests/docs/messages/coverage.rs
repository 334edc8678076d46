//! Is every text of the source seen in the golden file, or listed with the reason why not?

use std::fmt::Write as _;

use super::super::stage::root;
use super::listed::{COLUMNS, NOT_MESSAGES, NOT_PROVOKED, OTHER_FILES};
use super::literals::{Literal, all, pieces};

/// Returns the part of the golden file with what is not provoked, and the texts that are missing in
/// it and in what the cases print.
pub(super) fn section(outputs: &[String]) -> (String, Vec<String>) {
    let literals = all();
    assert!(literals.len() > 800, "{}", literals.len());
    let messages: Vec<&Literal> = literals.iter().filter(|l| is_message(l)).collect();
    let (seen, unseen): (Vec<&Literal>, Vec<&Literal>) = messages
        .iter()
        .partition(|l| outputs.iter().any(|o| holds(o, &l.text)));
    let listed = |l: &Literal| {
        NOT_PROVOKED
            .iter()
            .any(|(_, _, t)| t.contains(&l.text.as_str()))
    };
    let mut faults = Vec::new();
    for literal in unseen.iter().filter(|l| !listed(l)) {
        let Literal { place, text } = literal;
        faults.push(format!(
            "{place}: no case provokes {text:?}, and it is not listed"
        ));
    }
    let mut section = "\n== Not provoked here ==\n".to_owned();
    for (why, test, texts) in NOT_PROVOKED {
        faults.extend((!is_there(test)).then(|| format!("{test}: there is no such test")));
        let _ = write!(section, "\n{why} ({test})\n");
        for text in *texts {
            let _ = writeln!(section, "  {}", text.replace('\n', "\n  "));
            let stands = |all: &[&Literal]| all.iter().any(|l| l.text == *text);
            if stands(&seen) {
                faults.push(format!("a case provokes {text:?}: take it from the list"));
            } else if !stands(&unseen) {
                faults.push(format!("{text:?} is listed and stands nowhere in src/"));
            }
        }
    }
    (section, faults)
}

/// Tells whether a test stands in the file that is named before it.
fn is_there(test: &str) -> bool {
    let (file, name) = test.split_once(": ").unwrap();
    let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
    text.contains(&format!("fn {name}()"))
}

/// Tells whether a literal is said to the user on the terminal.
fn is_message(literal: &Literal) -> bool {
    let text = literal.text.as_str();
    let elsewhere = OTHER_FILES.iter().any(|f| literal.place.starts_with(f));
    let is_column = literal.place.starts_with("src/fitbit/") && COLUMNS.contains(&text);
    !elsewhere && !is_column && !NOT_MESSAGES.iter().any(|t| text.starts_with(t))
}

/// Tells whether an output holds a text: what stands between its placeholders, in that order.
fn holds(output: &str, text: &str) -> bool {
    let mut rest = output;
    pieces(text).iter().all(|piece| match after(rest, piece) {
        Some(after) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// Returns what follows a piece that stands in a text as words of its own.
fn after<'t>(text: &'t str, piece: &str) -> Option<&'t str> {
    let inside = |a: Option<char>, b: Option<char>| {
        a.is_some_and(char::is_alphanumeric) && b.is_some_and(char::is_alphanumeric)
    };
    let whole = |at: usize| {
        let (before, after) = (&text[..at], &text[at + piece.len()..]);
        !inside(before.chars().last(), piece.chars().next())
            && !inside(piece.chars().last(), after.chars().next())
    };
    let (at, _) = text.match_indices(piece).find(|(at, _)| whole(*at))?;
    Some(&text[at + piece.len()..])
}

#[test]
fn a_text_is_found_by_its_words_in_their_order() {
    let output = "state.db: has schema version 2, expected at most 1\nupgrade it";
    assert!(holds(
        output,
        "has schema version {found}, expected at most {known}"
    ));
    assert!(holds(output, "{}: has schema {what}\nupgrade it"));
    assert!(!holds(output, "expected at most {known}, has schema"));
    assert!(!holds(output, "has schema vers"), "half a word");
}
