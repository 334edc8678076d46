//! Makes foreign text harmless: names of entries, names of exercises, values quoted in findings.
//!
//! An escape sequence must not reach a terminal, a bidi override must not reorder a line, and a
//! line break must not forge a second message. Nothing else about the text is changed, and what it
//! means is not known here. A word that goes into a command to copy is quoted here too.

use std::borrow::Cow;

/// Most characters of one message.
pub const LONGEST: usize = 300;

/// Returns the text with controls, bidi marks and invisible characters as visible escapes
/// (`\u{1b}`), cut at [`LONGEST`] characters.
pub fn clean(text: &str) -> Cow<'_, str> {
    clean_to(text, LONGEST)
}

/// Does what [`clean`] does, cut at `limit` characters of the result; a cut ends with `…`.
pub fn clean_to(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit && !text.chars().any(is_doubtful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let (mut length, mut cut) = (0_usize, 0);
    for c in text.chars() {
        length += push(&mut out, c);
        if length < limit {
            cut = out.len();
        }
        if length > limit {
            out.truncate(cut);
            out.push('…');
            break;
        }
    }
    Cow::Owned(out)
}

/// Does what [`clean_to`] does, but keeps the end: in a path, that is what tells.
pub fn clean_tail(text: &str, limit: usize) -> Cow<'_, str> {
    let start = text
        .char_indices()
        .rev()
        .nth(limit.saturating_sub(1))
        .map_or(0, |(at, _)| at);
    let tail = clean_to(text.get(start..).unwrap_or(text), usize::MAX);
    let length = tail.chars().count();
    if start == 0 && length <= limit {
        return tail;
    }
    let dropped = (length + 1).saturating_sub(limit);
    Cow::Owned("…".chars().chain(tail.chars().skip(dropped)).collect())
}

/// Returns a word as a shell takes it, cleaned.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._-/=+:,@%~\\".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        clean(word).into_owned()
    } else if cfg!(windows) {
        format!("\"{}\"", clean(word))
    } else {
        format!("'{}'", clean(word).replace('\'', r"'\''"))
    }
}

/// Appends one character or its escape; returns how many characters that made.
fn push(out: &mut String, c: char) -> usize {
    if !is_doubtful(c) {
        out.push(c);
        return 1;
    }
    let before = out.len();
    out.extend(c.escape_default());
    out.len() - before
}

/// Controls (C0, C1, delete), bidi marks, line separators and characters without a width.
fn is_doubtful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_becomes_visible() {
        for (raw, shown) in [
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}"),
            (
                "x\u{202e}y\u{2066}z\u{200f}",
                "x\\u{202e}y\\u{2066}z\\u{200f}",
            ),
            ("\u{feff}a\u{200b}\u{2028}", "\\u{feff}a\\u{200b}\\u{2028}"),
            ("\0", "\\u{0}"),
        ] {
            assert_eq!(clean(raw), shown);
        }
    }

    #[test]
    fn ordinary_text_of_any_script_is_not_even_copied() {
        for text in ["weight-2024-01-01.json", "Größe, 体重, وزن", "e\u{301}", ""] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn long_text_is_cut_at_whole_escapes() {
        let exact = "é".repeat(300);
        assert_eq!(clean(&exact), exact);
        let long = clean_to("\u{1b}\u{1b}\u{1b}", 14).into_owned();
        assert_eq!(long, "\\u{1b}\\u{1b}…");
        for n in [301, 5000] {
            let cut = clean(&"x".repeat(n)).into_owned();
            assert_eq!(cut.chars().count(), LONGEST, "{n}");
            assert!(cut.ends_with('…'));
        }
        assert!(clean(&"\u{10ffff}\u{e0001}".repeat(400)).chars().count() <= LONGEST);
    }

    #[test]
    fn a_path_that_is_too_long_keeps_its_end() {
        assert_eq!(clean_tail("Takeout/Fitbit/weight.json", 12), "…weight.json");
        assert_eq!(clean_tail("weight.json", 11), "weight.json");
        assert_eq!(clean_tail("\u{1b}weight", 12), "\\u{1b}weight");
        assert_eq!(clean_tail("\u{1b}weight", 8), "…}weight");
        assert_eq!(clean_tail(&"é".repeat(9000), 40).chars().count(), 40);
    }
}
