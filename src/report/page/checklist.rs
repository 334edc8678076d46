//! The way into Garmin Connect: three steps to tick off, and what each file is good for.
//!
//! Garmin Connect has no bulk undo, so trying comes first. The labels are said plainly: what is
//! refused today is called refused. The page to import at is the only address that is linked.

use maud::{Markup, html};

use super::super::outputs::OutputKind;
use super::super::words::{IMPORT_PAGE, connect_text, counted, grouped, output_words};
use super::table::{Cell, cell, date, path_code, table};
use super::{PageInput, card};

/// Folders listed one by one; the rest are counted.
const LISTED: usize = 60;

pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let lead = "Garmin Connect has no bulk undo, so try a few files first. The ticks are forgotten \
                when this page is closed: print it to keep them.";
    let inner = html! {
        ol class="steps" { (try_first(input)) (in_batches(input)) (daily(input)) }
        h3 { "Good to know before importing" }
        (hints())
        @if !input.account.outputs.is_empty() {
            h3 { "What each file is good for" }
            (kinds("Outputs and what Garmin Connect does with them", &input.account.outputs))
            (legend(&input.account.outputs))
        }
    };
    card("import", "Into Garmin Connect", lead, &inner)
}

fn step(title: &str, inner: &Markup) -> Markup {
    html! { li { label { input type="checkbox"; span { (title) } } (inner) } }
}

fn try_first(input: &PageInput<'_>) -> Markup {
    let is_since = !input.account.unchanged.is_empty();
    let what = if is_since {
        "one or two of the files of step 2"
    } else {
        "the files"
    };
    let inner = html! {
        @if input.sample {
            p { "This output is the sample: these few files are the ones to try." }
        } @else if !is_since {
            p { "Convert once with " code { "--sample 3" } " into another folder and import only what is in there." }
        }
        p {
            "Open "
            a href=(IMPORT_PAGE) rel="noreferrer noopener" { "connect.garmin.com/modern/import-data" }
            " (Garmin Connect on the web, Import Data), drop " (what) ", and hold what it shows beside "
            a href="#activities" { "the list below" }
            ": day, time, duration, distance. Delete them by hand if something is off."
        }
    };
    step("Try a few files first", &inner)
}

fn in_batches(input: &PageInput<'_>) -> Markup {
    let prefixes = ["import/activities", "import/weight", "import/body"].into_iter();
    let folders = prefixes.flat_map(|prefix| input.account.folders(prefix));
    let folders: Vec<&(String, u64)> = folders.collect();
    let rest = folders.len().saturating_sub(LISTED) as u64;
    let inner = html! {
        @if folders.is_empty() {
            p { "This output has neither activities nor weight." }
        } @else {
            p { "Drop one folder at a time: larger drops fail with an error that says nothing." }
            ul class="folders" {
                @for (name, files) in folders.iter().take(LISTED) {
                    li { label {
                        input type="checkbox";
                        (path_code(name))
                        span class="quiet" { (counted(*files, "file", "files")) }
                    } }
                }
                @if rest > 0 { li { (counted(rest, "more folder", "more folders")) } }
            }
        }
    };
    step("Import activities and weight, folder by folder", &inner)
}

fn daily(input: &PageInput<'_>) -> Markup {
    if input.sample {
        let later = "They come with the whole export, as a file for each month.";
        return step("Later: the daily totals", &html! { p { (later) } });
    }
    if input.account.folders("import/daily").next().is_none() {
        let none = html! { p { "This output has no daily totals." } };
        return step("Daily totals", &none);
    }
    let inner = html! {
        p {
            "Drop the monthly files of " (path_code("import/daily")) ", a few at a time. The dialog \
             asks for the date format (year-month-day), the number format (a point before decimals) \
             and the units (metric, unless you chose imperial). It often works, not always: on an \
             error try again, with fewer files or in another browser. Importing a month twice \
             overwrites it."
        }
    };
    step("Import the daily totals, month by month", &inner)
}

fn hints() -> Markup {
    let hints = [
        "In Europe, allow “Device Upload” in the privacy settings of your Garmin account first; \
         without it every upload is refused.",
        "Activities that already came to Garmin through Strava or another app will be there twice.",
        "Importing the same file again is recognised and skipped. Files of another program, or of \
         another version of this one, may not be.",
        "Imported activities count in your history and totals; they bring no Training Effect, \
         load, VO2max or badges.",
    ];
    html! { ul class="hints" { @for hint in hints { li { (hint) } } } }
}

fn kinds(caption: &str, kinds: &[OutputKind]) -> Markup {
    table(
        caption,
        kinds,
        &[
            ("Data", &|kind| cell(output_words(&kind.kind))),
            ("In Garmin Connect", &|kind| cell(badge(kind))),
            ("Files", &|kind| Cell::Number(grouped(kind.files))),
            ("Records", &|kind| Cell::Number(grouped(kind.records))),
            ("From", &|kind| date(kind.first)),
            ("To", &|kind| date(kind.last)),
        ],
    )
}

fn badge(o: &OutputKind) -> Markup {
    let label = o.connect.label();
    html! { span class={ "badge " (label) } { (label) } }
}

fn legend(outputs: &[OutputKind]) -> Markup {
    let groups = outputs.chunk_by(|a, b| a.connect == b.connect);
    html! {
        ul class="legend" {
            @for o in groups.filter_map(|same| same.first()) {
                li { (badge(o)) " " (connect_text(o.connect)) "." }
            }
        }
    }
}

/// What `--since` left out: the files that an earlier output handed over, by kind, in a card of its
/// own; nothing where no file was handed over before.
pub(super) fn before(input: &PageInput<'_>) -> Markup {
    let unchanged = &input.account.unchanged;
    let lead = if input.account.outputs.is_empty() {
        "Nothing is new: every file of this export was handed over before, and there is nothing to \
         import."
    } else {
        "An earlier output handed over these very files. They are left out here: only what is new \
         or changed is to be imported."
    };
    let table = kinds("Files that were handed over before", unchanged);
    html! { @if !unchanged.is_empty() { (card("before", "Handed over before", lead, &table)) } }
}
