//! `report.html`: one page on which a person sees what came in, what went out and what to do next.
//!
//! The page stands alone: no script, no network (its own policy forbids both), light and dark, for
//! screen and paper. It is a pure function of its input, with fixed decimals and no clock, so that
//! the same export gives the same page. Every string passes through [`html`], which escapes it.

use super::account::Account;
use crate::model::Checked;
use html::{Markup, join, raw, tag, text, void};

mod chart;
mod checklist;
mod coverage;
mod head;
mod html;
mod left_out;
mod scale;
mod series;
mod sports;
mod steps;
mod trends;
mod zone;

/// All that the page is made of.
#[derive(Clone, Copy, Debug)]
pub struct PageInput<'a> {
    /// The account of the run.
    pub account: &'a Account,
    /// The sound data.
    pub checked: &'a Checked,
    /// Names of the inputs, without their folders: foreign text.
    pub inputs: &'a [&'a str],
    /// Whether `--sample` was given: then the page says that this is only a try.
    pub sample: bool,
    /// Whether to show pounds and miles.
    pub imperial: bool,
}

/// The stylesheet, kept as a file of its own so that editors know what it is.
const STYLE: &str = include_str!("page/style.css");

/// Forbids everything but the styles in the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'";

/// Returns the page.
#[must_use]
pub fn render(input: &PageInput<'_>) -> String {
    let page = tag(
        "html",
        &[("lang", "en")],
        join([document_head(), body(input)]),
    );
    format!("<!doctype html>\n{}\n", page.into_string())
}

fn document_head() -> Markup {
    let meta = |key, (name, content)| void("meta", &[(key, name), ("content", content)]);
    tag(
        "head",
        &[],
        join([
            void("meta", &[("charset", "utf-8")]),
            meta("http-equiv", ("Content-Security-Policy", POLICY)),
            meta("name", ("viewport", "width=device-width, initial-scale=1")),
            meta("name", ("color-scheme", "light dark")),
            meta("name", ("referrer", "no-referrer")),
            tag("title", &[], text("Fitbit to Garmin Connect: report")),
            tag("style", &[], raw(STYLE)),
        ]),
    )
}

fn body(input: &PageInput<'_>) -> Markup {
    let main = join([
        checklist::section(input),
        coverage::section(input),
        trends::weight(input),
        steps::section(input),
        trends::resting_heart_rate(input),
        trends::sleep(input),
        sports::section(input),
        zone::section(input),
        left_out::section(input),
    ]);
    tag(
        "body",
        &[],
        join([
            head::header(input),
            tag("main", &[], main),
            head::footer(input),
        ]),
    )
}

/// A card of the page: a section with a heading and a sentence that says what is seen.
fn card(id: &'static str, title: &'static str, lead: &str, inner: Markup) -> Markup {
    let heading = format!("{id}-title");
    tag(
        "section",
        &[("class", "card"), ("id", id), ("aria-labelledby", &heading)],
        join([
            tag("h2", &[("id", &heading)], text(title)),
            tag("p", &[("class", "lead")], text(lead)),
            inner,
        ]),
    )
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
