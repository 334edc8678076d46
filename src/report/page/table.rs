//! Tables, and text that may come from an export: `maud` escapes it, here it loses its controls.

use maud::{Markup, Render, html};

use super::super::clean::clean_to;
use super::super::words::date_words;
use crate::model::LocalDate;

/// Foreign text: without controls and marks that turn its direction, and cut to a length.
pub(super) fn foreign(text: &str, limit: usize) -> String {
    clean_to(text, limit).into_owned()
}

/// A path of an output, which a narrow page may break at its slashes.
pub(super) fn path_code(path: &str) -> Markup {
    html! { code { @for (i, part) in path.split('/').enumerate() { @if i > 0 { "/" wbr; } (part) } } }
}

/// A cell of a table.
pub(super) enum Cell {
    /// Text, to the left.
    Text(Markup),
    /// Dates, never broken.
    Date(String),
    /// A number, to the right.
    Number(String),
}

/// A column: its heading, and its cell in a row.
pub(super) type Column<'a, T> = (&'a str, &'a dyn Fn(&T) -> Cell);

pub(super) fn cell(words: impl Render) -> Cell {
    Cell::Text(words.render())
}

/// A cell with a date, empty without one.
pub(super) fn date(date: Option<LocalDate>) -> Cell {
    Cell::Date(date.map(date_words).unwrap_or_default())
}

/// A table whose first column heads its row. A wide table scrolls inside its box.
pub(super) fn table<'r, T: 'r>(
    caption: &str,
    rows: impl IntoIterator<Item = &'r T>,
    columns: &[Column<'_, T>],
) -> Markup {
    let cells = |row| columns.iter().map(|(_, cell)| cell(row)).collect();
    let rows: Vec<Vec<Cell>> = rows.into_iter().map(cells).collect();
    let is_numeric = |at| {
        let mut cells = rows.iter().filter_map(|row| row.get(at));
        cells.any(|c| matches!(c, Cell::Number(_)))
    };
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(caption) {
            table {
                caption class="hidden" { (caption) }
                thead { tr {
                    @for (i, (name, _)) in columns.iter().enumerate() {
                        th scope="col" class=[is_numeric(i).then_some("number")] { (name) }
                    }
                } }
                tbody { @for cells in &rows { tr { @for (i, c) in cells.iter().enumerate() { (shown(i, c)) } } } }
            }
        }
    }
}

fn shown(column: usize, cell: &Cell) -> Markup {
    let (class, inner) = match cell {
        Cell::Text(markup) => (None, html! { (markup) }),
        Cell::Date(date) => (Some("date"), html! { (date) }),
        Cell::Number(number) => (Some("number"), html! { (number) }),
    };
    html! {
        @if column == 0 { th scope="row" class=[class] { (inner) } } @else { td class=[class] { (inner) } }
    }
}

/// A part that is folded away until asked for.
pub(super) fn details(summary: &str, inner: &Markup) -> Markup {
    html! { details { summary { (summary) } (inner) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_cleaned_and_cut() {
        assert_eq!(foreign("a\u{202e}b\u{1b}", 99), "a\\u{202e}b\\u{1b}");
        assert_eq!(foreign(&"<".repeat(99), 3).chars().count(), 3);
    }

    #[test]
    fn the_first_column_heads_its_row_and_numbers_stand_right() {
        let columns: [Column<'_, _>; 2] = [
            ("Month", &|row: &(&str, &str)| cell(row.0)),
            ("Steps", &|row| Cell::Number(row.1.to_owned())),
        ];
        let html = table("Steps", &[("<Jan>", "1,200")], &columns).into_string();
        assert!(html.contains("<th scope=\"row\">&lt;Jan&gt;</th><td class=\"number\">1,200</td>"));
        assert!(
            html.contains("<th scope=\"col\" class=\"number\">Steps</th>"),
            "{html}"
        );
    }
}
