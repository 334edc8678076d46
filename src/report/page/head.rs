//! Head and foot of the page: what this is, in four numbers.

use super::super::account::Extent;
use super::super::words::{counted, date_words, grouped};
use super::PageInput;
use super::html::{Markup, classed, foreign, join, tag, text};

/// Inputs named one by one; the rest are counted.
const NAMED: usize = 6;

/// Returns the head: title, where the data is from, the numbers.
pub(super) fn header(input: &PageInput<'_>) -> Markup {
    let lead = tag(
        "p",
        &[("class", "lead")],
        join([text(&span(input)), sources(input)]),
    );
    tag(
        "header",
        &[],
        join([
            classed("p", "kicker", text("trackersync report")),
            tag("h1", &[], text("From Fitbit to Garmin Connect")),
            lead,
            notices(input),
            tiles(input),
        ]),
    )
}

/// Returns the foot: version, and what the page is not.
pub(super) fn footer(input: &PageInput<'_>) -> Markup {
    let version = format!("Made by trackersync {} ", input.account.version);
    let rest = "on your own computer; nothing was sent anywhere. Not affiliated with Garmin, \
                Fitbit or Google. What Garmin Connect does with a file rests on reports of other \
                people and can change.";
    tag("footer", &[], tag("p", &[], text(&(version + rest))))
}

fn span(input: &PageInput<'_>) -> String {
    match input.account.covered {
        Some((first, last)) if first == last => format!("One day, {}. ", date_words(first)),
        Some((first, last)) => format!("{} to {}. ", date_words(first), date_words(last)),
        None => "No dated records were found. ".to_owned(),
    }
}

fn sources(input: &PageInput<'_>) -> Markup {
    let named = input
        .inputs
        .iter()
        .take(NAMED)
        .enumerate()
        .map(|(i, name)| {
            let comma = if i == 0 { "" } else { ", " };
            join([text(comma), tag("code", &[], foreign(name, 60))])
        });
    let named = join(named);
    if named.is_empty() {
        return named;
    }
    let rest = input.inputs.len().saturating_sub(NAMED);
    let more = if rest == 0 {
        String::new()
    } else {
        format!(" and {rest} more")
    };
    join([text("Read from "), named, text(&more), text(".")])
}

fn notices(input: &PageInput<'_>) -> Markup {
    let sample = "This is a sample: only the newest activities and weights were converted, to try \
                  the import first.";
    let sample = if input.sample {
        notice(text(sample))
    } else {
        Markup::default()
    };
    let rejected: u64 = input
        .account
        .rejected
        .iter()
        .map(|g| (g.records + g.entries).max(1))
        .sum();
    if rejected == 0 {
        return sample;
    }
    let link = tag(
        "a",
        &[("href", "#left-out")],
        text("what was left out and why"),
    );
    let count = counted(rejected, "record or file was", "records or files were");
    let words = format!("{count} rejected: see ");
    join([sample, notice(join([text(&words), link, text(".")]))])
}

fn notice(inner: Markup) -> Markup {
    tag("p", &[("class", "notice"), ("role", "note")], inner)
}

fn tiles(input: &PageInput<'_>) -> Markup {
    let c = &input.account.counts;
    let tiles = [
        tile("Activities", c.activities),
        tile("Weigh-ins", c.weigh_ins),
        tile("Days", c.days),
        tile("Nights", c.nights),
    ];
    classed("dl", "tiles", join(tiles))
}

fn tile(name: &'static str, extent: Extent) -> Markup {
    let dates = match extent.dates {
        Some((first, last)) if first == last => date_words(first),
        Some((first, last)) => format!("{} – {}", date_words(first), date_words(last)),
        None => "none in this export".to_owned(),
    };
    tag(
        "div",
        &[],
        join([
            tag("dt", &[], text(name)),
            classed("dd", "big", text(&grouped(extent.count))),
            tag("dd", &[], text(&dates)),
        ]),
    )
}
