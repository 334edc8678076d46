//! The way into Garmin Connect: three steps to tick off, and what each file is good for.
//!
//! Garmin Connect has no bulk undo, so trying comes first. The labels are said plainly: what is
//! refused today is called refused. No address is linked: the page loads nothing and leads nowhere.

use super::super::outputs::OutputKind;
use super::super::words::{connect_text, counted, grouped, kind_title};
use super::html::{Cell, Markup, cell, classed, details, join, raw, table, tag, text, void};
use super::{PageInput, card};

/// Folders listed one by one; the rest are counted.
const LISTED: usize = 60;

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let lead = "Tick off as you go. Garmin Connect has no bulk undo, so try a few files first.";
    let steps = tag(
        "ol",
        &[("class", "steps")],
        join([try_first(input), in_batches(input), daily(input)]),
    );
    let inner = join([steps, hints(), labels(input)]);
    card("import", "Into Garmin Connect", lead, inner)
}

fn step(title: &str, inner: Markup) -> Markup {
    let label = join([
        void("input", &[("type", "checkbox")]),
        tag("span", &[], text(title)),
    ]);
    tag("li", &[], join([tag("label", &[], label), inner]))
}

fn paragraph(pieces: impl IntoIterator<Item = Markup>) -> Markup {
    tag("p", &[], join(pieces))
}

/// A name or a path, which may be broken at its slashes.
fn code(words: &str) -> Markup {
    let parts = words.split('/').map(text);
    let slash = |part| [raw("/<wbr>"), part];
    tag("code", &[], join(parts.flat_map(slash).skip(1)))
}

fn try_first(input: &PageInput<'_>) -> Markup {
    let how = if input.sample {
        paragraph([text(
            "This output is the sample: these few files are the ones to try. ",
        )])
    } else {
        paragraph([
            text("Convert once with "),
            code("--sample 3"),
            text(" into another folder and import only what is in there. "),
        ])
    };
    let look = paragraph([
        text("Open "),
        code("connect.garmin.com/modern/import-data"),
        text(
            " (Garmin Connect on the web, Import Data), drop the files, and look whether each \
             shows on the right day with the right time. Delete them by hand if not.",
        ),
    ]);
    step("Try a few files first", join([how, look]))
}

fn in_batches(input: &PageInput<'_>) -> Markup {
    let folders: Vec<&(String, u64)> = ["import/activities", "import/weight", "import/body"]
        .iter()
        .flat_map(|prefix| input.account.folders(prefix))
        .collect();
    let words = "Drop one folder at a time: larger drops fail with an error that says nothing.";
    let inner = if folders.is_empty() {
        paragraph([text("This output has neither activities nor weight.")])
    } else {
        join([paragraph([text(words)]), folder_list(&folders)])
    };
    step("Import activities and weight, folder by folder", inner)
}

fn folder_list(folders: &[&(String, u64)]) -> Markup {
    let item = |(name, files): &(String, u64)| {
        let label = join([
            void("input", &[("type", "checkbox")]),
            code(name),
            classed("span", "quiet", text(&counted(*files, "file", "files"))),
        ]);
        tag("li", &[], tag("label", &[], label))
    };
    let listed = join(folders.iter().take(LISTED).map(|f| item(f)));
    let rest = u64::try_from(folders.len().saturating_sub(LISTED)).unwrap_or(0);
    let more = match rest {
        0 => Markup::default(),
        _ => tag(
            "li",
            &[],
            text(&counted(rest, "more folder", "more folders")),
        ),
    };
    classed("ul", "folders", join([listed, more]))
}

fn daily(input: &PageInput<'_>) -> Markup {
    let folders: Vec<_> = input.account.folders("import/daily").collect();
    if input.sample {
        let later = "Leave import/daily for the whole export: it is months, not a few files.";
        return step("Later: the daily totals", paragraph([text(later)]));
    }
    if folders.is_empty() {
        return step(
            "Daily totals",
            paragraph([text("This output has no daily totals.")]),
        );
    }
    let words = " The dialog asks for the date format (year-month-day), the number format (a point \
                 before decimals) and the units (metric, unless you chose imperial). It often \
                 works, not always: on an error try again, with fewer files or in another browser. \
                 Importing a month twice overwrites it.";
    let inner = paragraph([
        text("Drop the monthly files of "),
        code("import/daily"),
        text(", a few at a time."),
        text(words),
    ]);
    step("Import the daily totals, month by month", inner)
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
    let list = hints.map(|h| tag("li", &[], text(h)));
    details(
        "Good to know before importing",
        classed("ul", "hints", join(list)),
    )
}

fn labels(input: &PageInput<'_>) -> Markup {
    let outputs = &input.account.outputs;
    if outputs.is_empty() {
        return Markup::default();
    }
    let rows = outputs.iter().map(label_row).collect();
    let columns = [
        "Data",
        "In Garmin Connect",
        "Files",
        "Records",
        "From",
        "To",
    ];
    join([
        tag("h3", &[], text("What each file is good for")),
        table(
            "Outputs and what Garmin Connect does with them",
            &columns,
            rows,
        ),
        legend(outputs),
    ])
}

fn label_row(o: &OutputKind) -> Vec<Cell> {
    vec![
        cell(&kind_title(&o.kind)),
        Cell::Text(badge(o)),
        Cell::Number(grouped(o.files)),
        Cell::Number(grouped(o.records)),
        Cell::Date(o.first.clone()),
        Cell::Date(o.last.clone()),
    ]
}

fn badge(o: &OutputKind) -> Markup {
    let label = o.connect.label();
    classed("span", &format!("badge {label}"), text(label))
}

/// Says what the labels in use mean.
fn legend(outputs: &[OutputKind]) -> Markup {
    let firsts = outputs.chunk_by(|a, b| a.connect == b.connect);
    let items = firsts.filter_map(|same| same.first()).map(|o| {
        let words = format!(" {}.", connect_text(o.connect));
        tag("li", &[], join([badge(o), text(&words)]))
    });
    classed("ul", "legend", join(items))
}
