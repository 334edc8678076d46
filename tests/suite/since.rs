//! `--since`: a later export hands over what is new, and the newest manifest carries the chain.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::support::{Sandbox, manifest, walk, zip};

const GLOBAL: &str = "Takeout/Fitbit/Global Export Data";
const PROFILE: &str = "id,timezone,weight_unit\nA1,Europe/Zurich,METRIC\n";

/// What an account holds: activities (log ids, by day of the year 2025), weigh-ins (month, day, kg),
/// days with steps.
struct Life {
    activities: std::ops::Range<u64>,
    weights: Vec<(u32, u32, f64)>,
    days: std::ops::Range<u32>,
}

/// Writes it as an export, a folder.
fn export(sandbox: &Sandbox, name: &str, life: &Life) {
    let list = |items: Vec<String>| format!("[{}]", items.join(","));
    let activities = life.activities.clone().map(|n| {
        let (month, day) = (n / 28 % 12 + 1, n % 28 + 1);
        format!(r#"{{"logId":{},"activityName":"Yoga","activityTypeId":52000,"calories":90,"duration":600000,"activeDuration":600000,"logType":"manual","startTime":"{month:02}/{day:02}/25 0{}:00:00"}}"#, 5000 + n, n / 336)
    });
    let weights = life.weights.iter().map(|(month, day, kg)| {
        format!(r#"{{"logId":{month}{day:02},"weight":{kg},"date":"{month:02}/{day:02}/25","time":"07:00:00"}}"#)
    });
    let steps = life.days.clone().map(|day| {
        format!(
            r#"{{"dateTime":"{:02}/{:02}/25 10:00:00","value":"70"}}"#,
            day / 28 + 1,
            day % 28 + 1
        )
    });
    for (file, text) in [
        ("exercise-0.json", list(activities.collect())),
        ("weight-2025-01-01.json", list(weights.collect())),
        ("steps-2025-01-01.json", list(steps.collect())),
    ] {
        sandbox.file(&format!("{name}/{GLOBAL}/{file}"), text.as_bytes());
    }
    sandbox.file(
        &format!("{name}/Takeout/Fitbit/Your Profile/Profile.csv"),
        PROFILE.as_bytes(),
    );
}

fn january() -> Life {
    Life {
        activities: 0..3,
        weights: vec![(1, 5, 80.0), (2, 3, 79.5)],
        days: 0..30,
    }
}

fn later() -> Life {
    Life {
        activities: 0..5,
        weights: vec![(1, 5, 80.0), (2, 3, 79.5), (2, 20, 79.0), (3, 1, 78.5)],
        days: 0..60,
    }
}

fn convert(sandbox: &Sandbox, input: &str, out: &str, more: &[&str]) -> String {
    let options = [&["--weight-unit", "kg"], more].concat();
    sandbox
        .convert(&sandbox.path(input), out, &options, 0)
        .stderr
}

fn names(sandbox: &Sandbox, out: &str) -> Vec<String> {
    let files = walk(&sandbox.path(out)).into_iter().map(|(path, _)| path);
    files.collect()
}

/// Paths below import/ with their records.
fn imported(sandbox: &Sandbox, out: &str) -> BTreeMap<String, u64> {
    let manifest = manifest(&sandbox.path(out));
    let outputs = manifest["outputs"].as_array().unwrap();
    let of = |o: &serde_json::Value| {
        Some((
            o["path"].as_str()?.strip_prefix("import/")?.to_owned(),
            o["records"].as_u64()?,
        ))
    };
    outputs.iter().filter_map(of).collect()
}

#[test]
fn what_was_handed_over_is_left_out_and_a_month_that_grew_gives_the_new_weigh_ins() {
    let sandbox = Sandbox::new();
    export(&sandbox, "old", &january());
    export(&sandbox, "new", &later());
    convert(&sandbox, "old", "first", &[]);
    convert(&sandbox, "old", "first.zip", &[]);
    let first = sandbox.path("first");
    // Zipped by hand, the folder stands in its zip.
    let by_hand = walk(&first);
    let by_hand: Vec<_> = by_hand
        .into_iter()
        .map(|(name, bytes)| (format!("first/{name}"), bytes))
        .collect();
    let by_hand = [
        vec![("__MACOSX/first/._manifest.json".into(), b"x".to_vec())],
        by_hand,
    ]
    .concat();
    let by_hand = sandbox.file("by-hand.zip", &zip(&by_hand, false));
    for (n, earlier) in [
        first.clone(),
        first.join("manifest.json"),
        sandbox.path("first.zip"),
        by_hand,
    ]
    .iter()
    .enumerate()
    {
        let out = format!("second-{n}");
        let said = convert(
            &sandbox,
            "new",
            &out,
            &["--since", earlier.to_str().unwrap()],
        );
        let got = imported(&sandbox, &out);
        let activities = got
            .keys()
            .filter(|k| k.starts_with("activities/batch-001/"))
            .count();
        assert_eq!(
            (
                activities,
                got["weight/weight-2025-02.fit"],
                got["weight/weight-2025-03.fit"]
            ),
            (2, 1, 1),
            "{got:?}"
        );
        assert_eq!(
            got.keys().filter(|k| k.starts_with("daily/")).count(),
            2,
            "{got:?}"
        );
        assert!(!got.contains_key("weight/weight-2025-01.fit"));
        assert!(
            said.contains(
                "unchanged   3 activities, 2 files of weigh-ins, 1 month of daily totals"
            ),
            "{said}"
        );
        let tables = ["archive/health-daily.csv", "report.html"];
        assert!(
            tables
                .iter()
                .all(|t| names(&sandbox, &out).contains(&(*t).to_owned()))
        );
    }
    let page = fs::read_to_string(sandbox.path("second-0/report.html")).unwrap();
    assert!(page.contains("handed over before"), "the page says it too");
}

#[test]
fn the_newest_manifest_alone_carries_the_chain() {
    let sandbox = Sandbox::new();
    export(&sandbox, "old", &january());
    export(&sandbox, "new", &later());
    convert(&sandbox, "old", "a", &[]);
    let since = |out: &str| sandbox.path(out).display().to_string();
    convert(
        &sandbox,
        "new",
        "b",
        &["--since", &since("a"), "--only", "activities,weight,daily"],
    );
    let said = convert(
        &sandbox,
        "new",
        "c",
        &["--since", &since("b"), "--only", "activities,weight,daily"],
    );
    assert_eq!(names(&sandbox, "c"), ["manifest.json", "report.html"]);
    assert!(said.contains("nothing is new"), "{said}");
    let mut more = later();
    more.activities = 0..6;
    more.weights.insert(3, (2, 25, 78.9));
    export(&sandbox, "newer", &more);
    convert(&sandbox, "newer", "d", &["--since", &since("c")]);
    let got = imported(&sandbox, "d");
    assert_eq!(got["weight/weight-2025-02.fit"], 1, "{got:?}");
    assert_eq!(
        got.len(),
        2,
        "one activity, one weigh-in in the middle: {got:?}"
    );
}

#[test]
fn nothing_new_leaves_the_manifest_and_the_page() {
    let sandbox = Sandbox::new();
    export(&sandbox, "old", &january());
    convert(&sandbox, "old", "a", &[]);
    let a = sandbox.path("a").display().to_string();
    let said = convert(&sandbox, "old", "b", &["--since", &a]);
    assert_eq!(names(&sandbox, "b"), ["manifest.json", "report.html"]);
    assert!(said.contains("nothing is new"), "{said}");
    assert_eq!(sandbox.run(&["verify", "b"]).code, 0);
}

#[test]
fn a_month_in_which_a_weigh_in_changed_is_written_whole() {
    let sandbox = Sandbox::new();
    let mut life = later();
    export(&sandbox, "old", &life);
    convert(&sandbox, "old", "a", &[]);
    life.weights[1].2 = 77.0;
    export(&sandbox, "new", &life);
    let a = sandbox.path("a").display().to_string();
    convert(&sandbox, "new", "b", &["--since", &a]);
    let got = imported(&sandbox, "b");
    assert_eq!(got.get("weight/weight-2025-02.fit"), Some(&2), "{got:?}");
    let part = ["--since", &a, "--from", "2025-02-10"];
    convert(&sandbox, "old", "c", &part);
    assert!(
        imported(&sandbox, "c")
            .keys()
            .all(|k| !k.starts_with("weight/")),
        "a part of a known month is known"
    );
}

#[test]
fn batches_hold_new_activities_alone_and_at_most_a_hundred() {
    let sandbox = Sandbox::new();
    let life = |n| Life {
        activities: 0..n,
        weights: Vec::new(),
        days: 0..1,
    };
    export(&sandbox, "old", &life(150));
    export(&sandbox, "new", &life(270));
    convert(&sandbox, "old", "a", &["--only", "activities"]);
    let a = sandbox.path("a").display().to_string();
    convert(
        &sandbox,
        "new",
        "b",
        &["--only", "activities", "--since", &a],
    );
    let got = imported(&sandbox, "b");
    let of = |batch: &str| got.keys().filter(|k| k.starts_with(batch)).count();
    assert_eq!(
        (
            of("activities/batch-001/"),
            of("activities/batch-002/"),
            got.len()
        ),
        (100, 20, 120)
    );
}

#[test]
fn a_sample_holds_what_is_to_be_tried_with_the_bytes_of_the_full_run() {
    let sandbox = Sandbox::new();
    export(&sandbox, "new", &later());
    convert(&sandbox, "new", "all", &[]);
    convert(&sandbox, "new", "try", &["--sample", "2"]);
    let files = names(&sandbox, "try");
    let tried: Vec<&String> = files.iter().filter(|f| f.contains('/')).collect();
    assert_eq!(tried.len(), 3, "{files:?}");
    assert_eq!(
        tried[2], "import/weight/weight-2025-02.fit",
        "the newest finished month"
    );
    let all: BTreeMap<String, Vec<u8>> = walk(&sandbox.path("all"))
        .into_iter()
        .map(|(path, bytes)| (path.rsplit('/').next().unwrap().to_owned(), bytes))
        .collect();
    for (path, bytes) in walk(&sandbox.path("try/import")) {
        assert_eq!(
            all.get(path.rsplit('/').next().unwrap()),
            Some(&bytes),
            "{path}"
        );
    }
}

#[test]
fn what_is_no_output_of_ours_or_was_changed_is_refused() {
    let sandbox = Sandbox::new();
    export(&sandbox, "old", &january());
    convert(&sandbox, "old", "a", &[]);
    let manifest = fs::read_to_string(sandbox.path("a/manifest.json")).unwrap();
    let (_, outputs) = manifest.split_once("\"outputs\": [").unwrap();
    let (_, sha) = outputs.split_once("\"sha256\":\"").unwrap();
    let sha = &sha[..64];
    let mut twice = String::new();
    write!(twice, "{}", manifest.replacen("\"outputs\": [\n", "\"outputs\": [\n{\"path\":\"import/x.fit\",\"kind\":\"weight\",\"bytes\":0,\"sha256\":\"00\"},\n", 1)).unwrap();
    for (name, text) in [
        ("foreign", manifest.replace("trackersync", "othersync")),
        (
            "newer",
            manifest.replacen("\"schema\": 1", "\"schema\": 99", 1),
        ),
        (
            "outside",
            manifest.replacen("import/weight/", "../../weight/", 1),
        ),
        ("sum", manifest.replacen(sha, "nothing", 1)),
        ("added", twice),
        ("cut", manifest[..manifest.len() / 2].to_owned()),
        ("list", "[]".to_owned()),
    ] {
        sandbox.file(&format!("{name}.json"), text.as_bytes());
        let path = sandbox.path(&format!("{name}.json")).display().to_string();
        let said = sandbox
            .convert(&sandbox.path("old"), "out", &["--since", &path], 65)
            .stderr;
        assert!(said.contains(&format!("{name}.json")), "{said}");
    }
    for (path, code) in [("old", 65), ("absent", 66)] {
        let path = sandbox.path(path).display().to_string();
        sandbox.convert(&sandbox.path("old"), "out", &["--since", &path], code);
    }
}
