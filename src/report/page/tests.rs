//! The page as a whole: safe, self-contained, the same every time, small enough.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use self::sample::{Dice, FIRST, five_years, offsets, weigh_in, workout};
use super::super::account::{Account, Unread};
use super::super::found::EntryReport;
use super::super::testing::{delivered, weights};
use super::super::words::date_words;
use super::*;
use crate::model::checked::Parts;
use crate::model::{EntryId, Evidence, Offset, Offsets, Position, Reject, Skip, Tally};

mod sample;

fn tallies() -> (Tally, Tally) {
    let mut hr = Tally {
        records: 20_000_000,
        ..Tally::default()
    };
    hr.skip(Skip::LowConfidence, 812_345);
    hr.skip(Skip::OtherSource, 10);
    (weights(), hr)
}

fn account(checked: &Checked, path: &str) -> Account {
    let (weight, hr) = tallies();
    let mut broken = Tally::default();
    broken.fail(
        EntryId(0),
        Reject::Truncated,
        "ends in the middle of a string",
        "a closing bracket",
    );
    broken.remark(
        EntryId(0),
        Position::Record(4),
        "a Strava import over a tracker log; the log was kept",
    );
    let book = |path, kind, tally| EntryReport {
        archive: "takeout-20240301T080000Z-001.zip",
        path,
        kind: Some(kind),
        bytes: 0,
        ignored: None,
        tally,
    };
    let books = [
        book(path, "weight", &weight),
        book(
            "Takeout/Fitbit/Global Export Data/heart_rate-2020-04-01.json",
            "heart_rate",
            &hr,
        ),
        book(
            "Takeout/Fitbit/Global Export Data/steps-2020-04-01.json",
            "steps",
            &broken,
        ),
        EntryReport {
            ignored: Some("not Fitbit data"),
            ..book("Takeout/archive_browser.html", "", &hr)
        },
    ];
    Account::new(checked, &books, &[], &delivered())
}

fn page(checked: &Checked, account: &Account, inputs: &[&str]) -> String {
    render(&PageInput {
        account,
        checked,
        metres: &[],
        inputs,
        files: &[],
        sample: false,
        only: false,
        imperial: false,
    })
}

fn full() -> String {
    let checked = five_years();
    let account = account(
        &checked,
        "Takeout/Fitbit/Global Export Data/weight-2020-04-01.json",
    );
    page(
        &checked,
        &account,
        &[
            "takeout-20240301T080000Z-001.zip",
            "takeout-20240301T080000Z-002.zip",
        ],
    )
}

/// One weigh-in and nothing else.
fn one_weight() -> String {
    let mut parts = Parts {
        offsets: Offsets::constant(Offset(3600), Evidence::Option),
        ..Parts::default()
    };
    parts.weights.push(weigh_in(19_000, &mut Dice(1)));
    let checked = Checked::new(parts);
    let account = Account::new(&checked, &[], &[], &[]);
    page(&checked, &account, &["weight-2022-01-01.json"])
}

/// The opening tags of a page, each without its `<` and attributes.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|t| t.split(['>', ' ']).next().unwrap_or(""))
        .filter(|t| !t.starts_with(['/', '!']))
        .collect()
}

#[test]
fn five_years_fit_into_a_megabyte() {
    let html = full();
    assert!(
        html.len() > 50_000,
        "the sample is too small to show anything: {}",
        html.len()
    );
    assert!(html.len() < 1_000_000, "{}", html.len());
}

#[test]
fn the_same_export_gives_the_same_page() {
    assert_eq!(full(), full());
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    for html in [full(), one_weight()] {
        for never in [
            "http:",
            "src=",
            "url(",
            "@import",
            "javascript:",
            " onload",
            "<script",
        ] {
            assert!(!html.contains(never), "{never}");
        }
        let links: Vec<&str> = html.split("href=\"").skip(1).collect();
        let import = "https://connect.garmin.com/modern/import-data\"";
        let (out, inside): (Vec<&str>, Vec<&str>) =
            links.iter().partition(|l| l.starts_with(import));
        assert!(inside.iter().all(|l| l.starts_with('#')), "{inside:?}");
        assert_eq!((out.len(), html.matches("https:").count()), (1, 1));
        assert!(html.contains("default-src 'none'"));
    }
}

#[test]
fn hostile_names_stay_text() {
    let evil = "</title><script>alert(1)</script>\u{202e}\u{1b}[2J\u{0}\"'&";
    let mut checked_parts = Parts {
        offsets: offsets(),
        ..Parts::default()
    };
    let mut w = workout(FIRST, &mut Dice(3));
    w.name = evil.repeat(50);
    checked_parts.workouts.push(w);
    let checked = Checked::new(checked_parts);
    let mut account = account(&checked, evil);
    account.unread.push(Unread {
        reason: evil.to_owned(),
        entries: 3,
    });
    let html = page(&checked, &account, &[evil, evil]);
    assert!(
        html.matches("&lt;script&gt;").count() >= 4,
        "the names were not shown at all"
    );
    assert!(!html.contains("<script") && !html.contains("</title><script"));
    let bad = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
    assert!(!html.contains(bad));
}

#[test]
fn every_tag_is_closed_in_order() {
    for html in [full(), one_weight()] {
        let mut open = Vec::new();
        for tag in html
            .split('<')
            .skip(1)
            .map(|t| t.split(['>', ' ']).next().unwrap())
        {
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if ["meta", "input", "wbr", "!DOCTYPE"].contains(&tag) => {}
                None => open.push(tag),
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}

#[test]
fn every_drawing_is_named_and_every_id_is_unique() {
    let html = full();
    let drawings = tags(&html).iter().filter(|t| **t == "svg").count();
    assert!(drawings >= 15, "{drawings}");
    assert_eq!(html.matches("role=\"img\"").count(), drawings);
    let described = html.matches("<desc id=").count();
    assert_eq!(
        described + html.matches("class=\"small\"").count(),
        drawings
    );
    let mut ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .map(|t| t.split('"').next().unwrap())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
    for reference in html.split("-labelledby=\"").skip(1) {
        let id = reference.split('"').next().unwrap();
        assert!(ids.binary_search(&id).is_ok(), "{id}");
    }
}

#[test]
fn the_page_shows_every_part_of_a_full_export() {
    let html = full();
    for id in [
        "import",
        "activities",
        "compare",
        "coverage",
        "weight",
        "steps",
        "resting-heart-rate",
        "sleep",
        "sports",
        "time-zone",
        "left-out",
    ] {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
    for words in [
        "import/<wbr>activities/<wbr>batch-001",
        "--sample 3",
        "Europe/Paris (bounds of the heart-rate day files",
        "812,345",
        "weight is -8 lb, expected 2.2 to 1433 lb",
        "no bulk undo",
    ] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn an_export_with_one_weight_gives_a_page_without_empty_charts() {
    let html = one_weight();
    for (id, there) in [
        ("weight", true),
        ("import", true),
        ("steps", false),
        ("sleep", false),
    ] {
        assert_eq!(html.contains(&format!("id=\"{id}\"")), there, "{id}");
    }
    assert!(
        !html.contains("NaN") && !html.contains("inf"),
        "a number ran away"
    );
    assert!(!full().contains("NaN"));
}

#[test]
fn nothing_at_all_still_gives_a_page() {
    let html = page(&Checked::default(), &Account::default(), &[]);
    assert!(html.contains("No dated records were found") && html.ends_with("</html>\n"));
}

/// The colours of the stylesheet by theme: light first, then dark.
fn themes() -> [BTreeMap<&'static str, &'static str>; 2] {
    let mut roots = STYLE.split(":root {").skip(1).take(2).map(|part| {
        let block = part.split('}').next().unwrap();
        let lines = block.lines().filter_map(|l| l.trim().split_once(": #"));
        lines
            .map(|(name, hex)| (name, hex.trim_end_matches(';')))
            .collect()
    });
    [roots.next().unwrap(), roots.next().unwrap()]
}

/// The relative luminance of WCAG 2.
fn luminance(hex: &str) -> f64 {
    let part = |at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
    let linear = |c: f64| {
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(part(0)) + 0.7152 * linear(part(2)) + 0.0722 * linear(part(4))
}

#[test]
fn what_is_drawn_stands_out_from_its_ground_and_words_can_be_read() {
    let drawn = [
        "accent", "dot", "blue", "violet", "sand", "warm", "mute", "level-1", "level-2", "level-3",
        "level-4",
    ];
    for theme in themes() {
        let contrast = |a: &str, b: &str| {
            let of = |name: &str| luminance(theme[format!("--{name}").as_str()]) + 0.05;
            (of(a) / of(b)).max(of(b) / of(a))
        };
        for name in drawn {
            for ground in ["card", "track"] {
                let found = contrast(name, ground);
                assert!(found >= 3.0, "{name} on {ground}: {found}");
            }
        }
        for (ink, ground) in [
            ("ink", "card"),
            ("quiet", "card"),
            ("quiet", "ground"),
            ("accent", "card"),
            ("warm", "warm-ground"),
            ("on-accent", "accent"),
        ] {
            let found = contrast(ink, ground);
            assert!(found >= 4.5, "{ink} on {ground}: {found}");
        }
    }
}

#[test]
fn an_export_that_is_not_whole_says_so_on_top() {
    let account = Account {
        incomplete: vec!["takeout-002.zip seems to be missing".to_owned()],
        ..Account::default()
    };
    let html = page(&Checked::default(), &account, &[]);
    let (warning, numbers) = (html.find("takeout-002.zip"), html.find("class=\"tiles\""));
    assert!(warning.is_some() && warning < numbers);
}

#[test]
fn what_was_handed_over_before_has_a_place_of_its_own_with_numbers_by_kind() {
    let mut account = Account {
        unchanged: crate::report::output_kinds(&delivered()),
        ..Account::default()
    };
    let html = page(&Checked::default(), &account, &[]);
    let card = html.split("id=\"before\"").nth(1).unwrap();
    let card = card.split("</section>").next().unwrap();
    assert!(card.contains("Nothing is new"), "{card}");
    for words in ["Activities", ">3<", "Weigh-ins", ">88<", "28 Feb 2024"] {
        assert!(card.contains(words), "{words}: {card}");
    }
    account.outputs.clone_from(&account.unchanged);
    let html = page(&Checked::default(), &account, &[]);
    assert!(html.contains("only what is new or changed is to be imported"));
    assert!(!full().contains("id=\"before\""));
}

#[test]
fn an_activity_names_its_file_and_its_local_start() {
    let checked = five_years();
    let newest = checked.workouts.last().unwrap();
    let path = format!("import/activities/batch-001/running-{}.fit", newest.log_id);
    let html = render(&PageInput {
        account: &account(&checked, "weight.json"),
        checked: &checked,
        metres: &[],
        inputs: &[],
        files: &["archive/health-daily.csv", &path],
        sample: false,
        only: false,
        imperial: false,
    });
    let file = path
        .replace("import/activities/", "")
        .replace('/', "/<wbr>");
    assert!(html.contains(&file), "no file");
    // It begins at 06:56:40 UTC, an hour earlier than on the wall clock.
    let local = format!(
        "{}, 07:56",
        date_words(newest.start.at(newest.offset).date())
    );
    assert!(html.contains(&local), "no local start");
}
