//! Tables, and text that may come from an export: `maud` escapes it, here it loses its controls.

use maud::{Markup, Render, html};

use super::super::clean::clean_to;

/// Foreign text: without controls and marks that turn its direction, and cut to a length.
pub(super) fn foreign(text: &str, limit: usize) -> String {
    clean_to(text, limit).into_owned()
}

/// A path of an output, which a narrow page may break at its slashes.
pub(super) fn path_code(path: &str) -> Markup {
    let mut parts = path.split('/');
    let first = parts.next().unwrap_or_default();
    html! { code { (first) @for part in parts { "/" wbr; (part) } } }
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

/// A cell with text of ours.
pub(super) fn cell(words: &str) -> Cell {
    Cell::Text(words.render())
}

/// A table whose first column heads its row. A wide table scrolls inside its box.
pub(super) fn table(caption: &str, columns: &[&str], rows: &[Vec<Cell>]) -> Markup {
    let numeric = |at| {
        let mut cells = rows.iter().filter_map(|row| row.get(at));
        cells.any(|c| matches!(c, Cell::Number(_)))
    };
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(caption) {
            table {
                caption class="hidden" { (caption) }
                thead { tr {
                    @for (i, name) in columns.iter().enumerate() {
                        th scope="col" class=[numeric(i).then_some("number")] { (name) }
                    }
                } }
                tbody { @for cells in rows { tr { @for (i, c) in cells.iter().enumerate() { (shown(i, c)) } } } }
            }
        }
    }
}

fn shown(column: usize, cell: &Cell) -> Markup {
    match (column, cell) {
        (0, Cell::Text(m)) => html! { th scope="row" { (m) } },
        (0, Cell::Date(d)) => html! { th scope="row" class="date" { (d) } },
        (_, Cell::Text(m)) => html! { td { (m) } },
        (_, Cell::Date(d)) => html! { td class="date" { (d) } },
        (_, Cell::Number(n)) => html! { td class="number" { (n) } },
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
        let rows = [vec![cell("<Jan>"), Cell::Number("1,200".to_owned())]];
        let html = table("Steps", &["Month", "Steps"], &rows).into_string();
        assert!(html.contains("<th scope=\"row\">&lt;Jan&gt;</th><td class=\"number\">1,200</td>"));
        assert!(
            html.contains("<th scope=\"col\" class=\"number\">Steps</th>"),
            "{html}"
        );
    }
}
