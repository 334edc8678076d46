//! `report.html`: one page on which a person sees what came in, what went out and what to do next.
//!
//! The page stands alone: no script, no network (its own policy forbids both), light and dark, for
//! screen and paper. It is a pure function of its input, with fixed decimals and no clock, so that
//! the same export gives the same page. `maud` escapes every string in it; foreign text also loses
//! its controls on the way ([`table::foreign`]).

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::account::Account;
use crate::model::Checked;
use crate::model::checked::Workout;

mod activities;
mod chart;
mod checklist;
mod compare;
mod coverage;
mod head;
mod left_out;
mod scale;
mod series;
mod sports;
mod table;
mod trends;
mod zone;

/// All that the page is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageInput<'a> {
    /// The account of the run.
    pub(crate) account: &'a Account,
    /// The sound data.
    pub(crate) checked: &'a Checked,
    /// The metres of each workout in `checked`, in its order; `None` for one without a way.
    pub(crate) metres: &'a [Option<f64>],
    /// Names of the inputs, without their folders: foreign text.
    pub(crate) inputs: &'a [&'a str],
    /// Paths of the files that were written, below OUT.
    pub(crate) files: &'a [&'a str],
    /// Whether `--sample` was given: then the page says that this is only a try.
    pub(crate) sample: bool,
    /// Whether only some outputs were asked for (`--only`).
    pub(crate) only: bool,
    /// Whether to show pounds and miles.
    pub(crate) imperial: bool,
}

impl PageInput<'_> {
    /// Tells whether all of it was handed over before.
    fn is_nothing_new(&self) -> bool {
        self.account.outputs.is_empty() && !self.account.unchanged.is_empty()
    }

    /// Returns the workouts, each with its metres.
    fn workouts(&self) -> impl DoubleEndedIterator<Item = (&Workout, Option<f64>)> {
        let metres = |at| self.metres.get(at).copied().flatten();
        let workouts = self.checked.workouts.iter().enumerate();
        workouts.map(move |(at, w)| (w, metres(at)))
    }
}

/// The stylesheet, kept as a file of its own so that editors know what it is.
const STYLE: &str = include_str!("page/style.css");

/// Forbids everything but the styles in the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'";

/// Returns the page.
pub(crate) fn render(input: &PageInput<'_>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { "Fitbit to Garmin Connect: report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head::header(input))
                main {
                    @if !input.is_nothing_new() { (checklist::section(input)) }
                    (checklist::before(input))
                    (activities::section(input))
                    (coverage::section(input))
                    (compare::section(input))
                    (trends::weight(input))
                    (trends::steps(input))
                    (trends::resting_heart_rate(input))
                    (trends::sleep(input))
                    (sports::section(input))
                    (zone::section(input))
                    (left_out::section(input))
                }
                (head::footer())
            }
        }
    };
    page.into_string() + "\n"
}

/// A card of the page: a section with a heading and a sentence that says what is seen.
fn card(id: &str, title: &str, lead: &str, inner: &Markup) -> Markup {
    let heading = format!("{id}-title");
    html! {
        section class="card" id=(id) aria-labelledby=(heading) {
            h2 id=(heading) { (title) }
            p class="lead" { (lead) }
            (inner)
        }
    }
}

/// A distance in kilometres or miles, with its unit.
fn distance_words(metres: f64, imperial: bool) -> String {
    if imperial {
        format!("{:.1} mi", metres / crate::model::units::METRES_PER_MILE)
    } else {
        format!("{:.1} km", metres / 1000.0)
    }
}

#[cfg(test)]
mod tests;
