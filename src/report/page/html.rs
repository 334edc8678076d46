//! Markup as a type: what is in it has been escaped.
//!
//! Text becomes [`Markup`] only through [`text`] and [`foreign`], tags and attribute names are
//! constants of the program, attribute values are escaped. So a name in an export cannot become a
//! tag, wherever it turns up. It knows nothing of the page.

use std::borrow::Cow;

use super::super::clean::clean_to;

/// A piece of HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    /// Returns the HTML.
    pub(super) fn into_string(self) -> String {
        self.0
    }

    /// Tells whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One attribute: name and value.
pub(super) type Attribute<'a> = (&'static str, &'a str);

/// Takes HTML that stands in the program.
pub(super) fn raw(html: &'static str) -> Markup {
    Markup(html.to_owned())
}

/// Takes text of ours, however long; foreign parts in it lose controls and bidi marks.
pub(super) fn text(text: &str) -> Markup {
    Markup(escape(&clean_to(text, usize::MAX)).into_owned())
}

/// Takes foreign text: cleaned, and cut at `limit` characters.
pub(super) fn foreign(text: &str, limit: usize) -> Markup {
    Markup(escape(&clean_to(text, limit)).into_owned())
}

/// Puts pieces one after the other.
pub(super) fn join(pieces: impl IntoIterator<Item = Markup>) -> Markup {
    Markup(pieces.into_iter().map(|m| m.0).collect())
}

/// Returns an element with its content.
pub(super) fn tag(name: &'static str, attributes: &[Attribute<'_>], inner: Markup) -> Markup {
    let Markup(mut out) = void(name, attributes);
    out += &inner.0;
    out += "</";
    out += name;
    out += ">";
    Markup(out)
}

/// Returns an element that has no content and no end tag.
pub(super) fn void(name: &'static str, attributes: &[Attribute<'_>]) -> Markup {
    let mut out = format!("<{name}");
    for (key, value) in attributes {
        out += &format!(" {key}=\"{}\"", escape(value));
    }
    out.push('>');
    Markup(out)
}

/// Returns an element of a class.
pub(super) fn classed(name: &'static str, class: &str, inner: Markup) -> Markup {
    tag(name, &[("class", class)], inner)
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

/// Shorthand for a cell with text of ours.
pub(super) fn cell(words: &str) -> Cell {
    Cell::Text(text(words))
}

/// Returns a table; the first column heads its row. Wide tables scroll inside their box.
pub(super) fn table(caption: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Markup {
    let numeric = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.fold(false, |_, c| matches!(c, Cell::Number(_)))
    };
    let head = columns.iter().enumerate().map(|(i, c)| {
        let class = if numeric(i) { "number" } else { "" };
        tag("th", &[("scope", "col"), ("class", class)], text(c))
    });
    let head = tag("thead", &[], tag("tr", &[], join(head)));
    let body = tag("tbody", &[], join(rows.into_iter().map(row)));
    let caption = classed("caption", "hidden", text(caption));
    let table = tag("table", &[], join([caption, head, body]));
    tag("div", &[("class", "scroll"), ("tabindex", "0")], table)
}

fn row(cells: Vec<Cell>) -> Markup {
    let cells = cells.into_iter().enumerate().map(|(i, c)| match (i, c) {
        (0, Cell::Text(m)) => tag("th", &[("scope", "row")], m),
        (0, Cell::Date(d)) => tag("th", &[("scope", "row"), ("class", "date")], text(&d)),
        (_, Cell::Text(m)) => tag("td", &[], m),
        (_, Cell::Date(d)) => classed("td", "date", text(&d)),
        (_, Cell::Number(n)) => classed("td", "number", text(&n)),
    });
    tag("tr", &[], join(cells))
}

/// Returns a part that is folded away until asked for.
pub(super) fn details(summary: &str, inner: Markup) -> Markup {
    tag(
        "details",
        &[],
        join([tag("summary", &[], text(summary)), inner]),
    )
}

fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_a_tag() {
        let m = text("<script>alert('x' & \"y\")</script>");
        assert_eq!(
            m.into_string(),
            "&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;"
        );
        let m = void("meta", &[("content", "\"><img src=x>")]);
        assert_eq!(
            m.into_string(),
            "<meta content=\"&quot;&gt;&lt;img src=x&gt;\">"
        );
    }

    #[test]
    fn foreign_text_is_cleaned_and_cut() {
        assert_eq!(
            foreign("a\u{202e}b\u{1b}", 99).into_string(),
            "a\\u{202e}b\\u{1b}"
        );
        assert_eq!(foreign(&"<".repeat(99), 3).into_string(), "&lt;&lt;…");
        assert_eq!(text("\u{0}").into_string(), "\\u{0}");
    }

    #[test]
    fn the_first_column_heads_its_row_and_numbers_stand_right() {
        let rows = vec![vec![cell("Jan"), Cell::Number("1,200".to_owned())]];
        let html = table("Steps", &["Month", "Steps"], rows).into_string();
        assert!(html.contains("<th scope=\"row\">Jan</th><td class=\"number\">1,200</td>"));
        assert!(
            html.contains("<th scope=\"col\" class=\"number\">Steps</th>"),
            "{html}"
        );
    }
}
