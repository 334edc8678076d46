//! Colours: the four tones that lines have, and the column of labels.
//!
//! Whether there are colours at all is decided in [`Settings`](super::Settings). Only the basic
//! colours are used, which every palette, light or dark, shows legibly.

use crate::report::LABEL;

/// How a word is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    /// Something to look at.
    Warning,
    /// The run has failed.
    Error,
}

/// Returns the text in its tone.
pub(super) fn paint(text: &str, tone: Tone, colors: bool) -> String {
    let code = match tone {
        Tone::Strong => "1",
        Tone::Warning => "1;33",
        Tone::Error => "1;31",
        Tone::Plain => "",
    };
    if colors && !code.is_empty() && !text.is_empty() {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// Returns a line of the summary as the lines that fit a terminal: broken between words and going on
/// in the column of the text. What is no terminal gets it whole, and so does a very narrow one.
pub(super) fn fold(line: &str, columns: Option<usize>) -> Vec<String> {
    fold_to(line, columns, LABEL)
}

/// [`fold`] that goes on in another column.
pub(super) fn fold_to(line: &str, columns: Option<usize>, indent: usize) -> Vec<String> {
    // A command to copy stays whole: the terminal wraps it, and a shell gets it as one line.
    let is_command = line
        .get(LABEL..)
        .is_some_and(|text| text.starts_with("trackersync "));
    let Some(columns) = columns.filter(|&c| c >= 3 * LABEL && !is_command) else {
        return vec![line.to_owned()];
    };
    let column = " ".repeat(indent);
    let options = textwrap::Options::new(columns)
        .subsequent_indent(&column)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines = textwrap::wrap(line, options).into_iter();
    lines.map(std::borrow::Cow::into_owned).collect()
}

/// Returns a line of the summary with its label in its tone.
pub(super) fn label_column(line: &str, colors: bool) -> String {
    let Some((label, text)) = line.split_at_checked(LABEL) else {
        return line.to_owned();
    };
    let tone = match label.trim_end() {
        "rejected" | "incomplete" | "degraded" => Tone::Warning,
        _ => Tone::Strong,
    };
    if label.trim_end().is_empty() {
        line.to_owned()
    } else {
        format!("{}{text}", paint(label, tone, colors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_in_the_column_of_the_text() {
        let line =
            "next        open Garmin Connect, drop import/activities/batch-001, then the others";
        assert_eq!(fold(line, None), [line]);
        assert_eq!(fold(line, Some(20)), [line]);
        assert_eq!(
            fold(line, Some(50)),
            [
                "next        open Garmin Connect, drop",
                "            import/activities/batch-001, then the",
                "            others"
            ]
        );
        assert_eq!(
            fold("budget      97 left", Some(80)),
            ["budget      97 left"]
        );
        let command = format!("{:LABEL$}trackersync convert {}", "", "a.zip ".repeat(20));
        assert_eq!(fold(&command, Some(50)), fold(&command, None));
        let path = format!("report      {}", "a/".repeat(40));
        assert_eq!(
            fold(&path, Some(50)).concat().replace(' ', ""),
            path.replace(' ', "")
        );
    }

    #[test]
    fn labels_are_painted_and_text_is_left_alone() {
        assert_eq!(
            label_column("budget      97 left", true),
            "\u{1b}[1mbudget      \u{1b}[0m97 left"
        );
        assert_eq!(
            label_column("            7 more", true),
            "            7 more"
        );
        assert_eq!(
            label_column("budget      97 left", false),
            "budget      97 left"
        );
        assert_eq!(label_column("é", true), "é");
        assert_eq!(
            paint("error", Tone::Error, true),
            "\u{1b}[1;31merror\u{1b}[0m"
        );
        assert_eq!(paint("error", Tone::Error, false), "error");
    }
}
