//! The page as a whole: safe, self-contained, the same every time, small enough.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::super::account::tests::delivered;
use super::super::account::{Account, Books};
use super::super::group::tests::weights;
use super::*;
use crate::model::checked::{Day, Night, Parts, Sample, Weight, Workout};
use crate::model::records::{LogType, PackedSample, SleepKind, SleepSummary};
use crate::model::units::{Bpm, Kilograms, Metres, Milliseconds};
use crate::model::{
    EntryId, Evidence, Instant, LocalDate, Offset, Offsets, Position, Reject, Skip, Tally,
};

/// First date of the sample: 2019-03-02.
const FIRST: i32 = 17_957;
/// Days of the sample: to 2024-02-29.
const DAYS: i32 = 1826;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(u32::try_from(self.roll(10_000)).unwrap()) / 10_000.0
    }

    fn small(&mut self, below: u64) -> u32 {
        u32::try_from(self.roll(below)).unwrap()
    }
}

fn offsets() -> Offsets {
    let days: Vec<_> = (FIRST..FIRST + DAYS)
        .map(|d| {
            let (_, month, _) = LocalDate(d).ymd();
            let home = Offset(if (4..=10).contains(&month) {
                7200
            } else {
                3600
            });
            match d {
                18_400..18_416 => (Offset(-18_000), Evidence::HeartRateDays),
                19_300..19_330 => (Offset(34_200), Evidence::StatedOffsets),
                18_000..18_150 => (home, Evidence::Profile),
                d if d % 37 == 0 => (home, Evidence::Neighbours),
                _ => (home, Evidence::HeartRateDays),
            }
        })
        .collect();
    Offsets::new(LocalDate(FIRST), &days, Some("Europe/Paris".to_owned()))
}

fn wave(day: i32, period: f64) -> f64 {
    (f64::from(day) / period * std::f64::consts::TAU).sin()
}

fn day(d: i32, dice: &mut Dice) -> Day {
    let steps = dice.real(2500.0, 15_000.0) * (1.0 + 0.25 * wave(d, 365.0));
    Day {
        steps: format!("{steps:.0}").parse().ok(),
        distance_m: Some(steps * 0.75),
        calories: Some(dice.real(1900.0, 3100.0)),
        floors: (d > 18_200).then(|| dice.small(25)),
        resting_heart_rate: (d % 11 != 0)
            .then(|| 60.0 + 4.0 * wave(d, 700.0) + dice.real(-2.0, 2.0)),
        hrv_rmssd: (d > 18_900 && d % 5 != 0).then(|| dice.real(20.0, 60.0)),
        spo2_average: (d > 18_800).then(|| dice.real(93.0, 98.0)),
        active_zone_minutes: (d > 18_700).then(|| dice.small(60)),
        sleep_score: Some(60 + dice.small(35)),
        ..Day::default()
    }
}

fn workout(d: i32, dice: &mut Dice) -> Workout {
    let names = [
        "Run",
        "Walk",
        "Outdoor Bike",
        "Swim",
        "Yoga",
        "Weights",
        "Treadmill run",
    ];
    let pick = usize::try_from(dice.roll(49)).unwrap();
    let name = names.get(pick.isqrt()).unwrap_or(&"Aerobic Workout");
    Workout {
        log_id: u64::try_from(d).unwrap(),
        name: (*name).to_owned(),
        type_id: None,
        start: Instant(i64::from(d) * 86_400 + 25_000),
        offset: Offset(3600),
        duration_ms: 2_000_000,
        active_ms: 1_900_000 + dice.roll(3_000_000),
        calories: None,
        distance: Metres::new(dice.real(2000.0, 14_000.0)).ok(),
        steps: None,
        elevation_gain: None,
        average_heart_rate: None,
        log_type: LogType::Tracker,
        pool_length: None,
        pool_in_yards: false,
        swim_lengths: None,
        lengths: Vec::new(),
        laps: Vec::new(),
        points: Vec::new(),
        pauses: Vec::new(),
    }
}

fn night(d: i32, dice: &mut Dice) -> Night {
    Night {
        log_id: u64::try_from(d).unwrap(),
        date_of_sleep: LocalDate(d),
        start: Instant(i64::from(d) * 86_400 - 3600),
        offset: Offset(3600),
        seconds: 28_000,
        kind: SleepKind::Stages,
        minutes_asleep: Some(330 + dice.small(160)),
        minutes_awake: None,
        summary: SleepSummary::default(),
        main_sleep: true,
        stages: Vec::new(),
        score: None,
    }
}

fn weigh_in(d: i32, dice: &mut Dice) -> Weight {
    let kg = 84.0 - f64::from(d - FIRST) / 300.0 + 1.6 * wave(d, 500.0) + dice.real(-0.6, 0.6);
    Weight {
        at: Instant(i64::from(d) * 86_400 + 21_000),
        date: LocalDate(d),
        weight: Kilograms::new(kg).unwrap(),
        bmi: None,
        fat: None,
    }
}

/// Five years of a life, with holes.
fn five_years() -> Checked {
    let mut dice = Dice(7);
    let mut parts = Parts {
        offsets: offsets(),
        ..Parts::default()
    };
    for d in (FIRST..FIRST + DAYS).filter(|d| !(18_600..18_640).contains(d)) {
        parts.days.insert(LocalDate(d), day(d, &mut dice));
        let worn = dice.roll(24) + 1;
        let samples = (0..worn * 6)
            .map(|n| PackedSample::new(u32::try_from(n * 600).unwrap(), Bpm::new(70).unwrap()));
        parts.heart_rate.insert(d, samples.collect());
        if dice.roll(6) == 0 {
            parts.workouts.push(workout(d, &mut dice));
        }
        if dice.roll(10) > 0 {
            parts.nights.push(night(d, &mut dice));
        }
        if dice.roll(3) == 0 {
            parts.weights.push(weigh_in(d, &mut dice));
        }
        if d > 19_000 && dice.roll(2) == 0 {
            let at = Instant(i64::from(d) * 86_400);
            parts.hrv.push(Sample {
                at,
                value: Milliseconds::new(40.0).unwrap(),
            });
        }
    }
    Checked::new(parts)
}

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
    let book = |path, kind, tally| Books {
        archive: "takeout-20240301T080000Z-001.zip",
        path,
        kind,
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
        Books {
            ignored: Some("not Fitbit data"),
            ..book("Takeout/archive_browser.html", "", &hr)
        },
    ];
    Account::new("0.1.0", checked, &books, &[], &delivered())
}

fn page(checked: &Checked, account: &Account, inputs: &[&str]) -> String {
    render(&PageInput {
        account,
        checked,
        inputs,
        sample: false,
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
    let account = Account::new("0.1.0", &checked, &[], &[], &[]);
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
            "https:",
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
        assert!(links.iter().all(|l| l.starts_with('#')), "{links:?}");
        assert!(html.contains("default-src 'none'") || html.contains("default-src &#39;none&#39;"));
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
    account.unread.push((evil.to_owned(), 3));
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
                None if ["meta", "input", "!doctype"].contains(&tag) => {}
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
    assert_eq!(html.matches("<desc id=").count(), drawings);
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
        "import/activities/batch-001",
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
