//! The options that choose what is read and how it is written.

use crate::support::{Sandbox, fixture, manifest, text, walk};

fn kinds(sandbox: &Sandbox, out: &str) -> Vec<String> {
    let manifest = manifest(&sandbox.path(out));
    let outputs = manifest["outputs"].as_array().unwrap();
    let mut kinds: Vec<_> = outputs
        .iter()
        .map(|o| o["kind"].as_str().unwrap().to_owned())
        .collect();
    kinds.retain(|kind| kind != "report");
    kinds.retain(|kind| kind != "report");
    kinds.sort();
    kinds.dedup();
    kinds
}

fn file(sandbox: &Sandbox, path: &str) -> String {
    std::fs::read_to_string(sandbox.path(path)).unwrap()
}

#[test]
fn dry_run_says_the_same_writes_nothing_and_costs_nothing() {
    let sandbox = Sandbox::new();
    let dry = sandbox.convert(&fixture("b-takeout"), "out", &["--dry-run", "--json"], 0);
    assert_eq!(sandbox.names(), ["home"], "not even a state file");
    let wet = sandbox.convert(&fixture("b-takeout"), "out", &["--json"], 0);
    for told in ["activities", "weigh_ins", "days", "nights", "timezone"] {
        assert_eq!(dry.json()[told], wet.json()[told], "{told}");
    }
}

#[test]
fn only_makes_what_is_asked_for_and_reads_no_more() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("b-takeout"), "w", &["--only", "weight"], 0);
    assert_eq!(kinds(&sandbox, "w"), ["weight"]);
    let only = ["--only", "body,activities"];
    sandbox.convert(&fixture("b-takeout"), "two", &only, 0);
    assert_eq!(kinds(&sandbox, "two"), ["activity", "body"]);
    sandbox.convert(&fixture("b-takeout"), "all", &[], 0);
    assert!(
        !kinds(&sandbox, "all").contains(&"body".to_owned()),
        "by name only"
    );
    assert!(kinds(&sandbox, "all").len() >= 7);
}

#[test]
fn from_and_to_are_local_dates() {
    let sandbox = Sandbox::new();
    let day = ["--from", "2024-05-02", "--to", "2024-05-02"];
    sandbox.convert(&fixture("b-takeout"), "out", &day, 0);
    let health = file(&sandbox, "out/archive/health-daily.csv");
    let dates: Vec<_> = health.lines().skip(1).map(|l| &l[..10]).collect();
    assert_eq!(dates, ["2024-05-02"]);
    let names: Vec<_> = walk(&sandbox.path("out/import/activities"));
    assert_eq!(names.len(), 1);
    assert!(names[0].0.contains("64000000001"), "{}", names[0].0);
}

#[test]
fn a_sample_is_the_newest_of_each() {
    let sandbox = Sandbox::new();
    sandbox.convert(&fixture("b-takeout"), "out", &["--sample", "1"], 0);
    let names = walk(&sandbox.path("out/import/activities"));
    assert_eq!(names.len(), 1);
    assert!(names[0].0.contains("64000000002"), "{}", names[0].0);
    let weights = manifest(&sandbox.path("out"));
    let of = |kind: &str| {
        let outputs = weights["outputs"].as_array().unwrap();
        outputs
            .iter()
            .find(|o| o["kind"] == kind)
            .map(|o| o["records"].clone())
    };
    assert_eq!(of("weight"), Some(3.into()), "a month of them");
}

#[test]
fn units_change_the_numbers_of_garmins_csv_and_nothing_else() {
    let sandbox = Sandbox::new();
    for units in ["metric", "imperial"] {
        let more = ["--units", units, "--only", "daily,body,weight"];
        sandbox.convert(&fixture("b-takeout"), units, &more, 0);
    }
    let (km, mi) = (
        file(&sandbox, "metric/import/daily/daily-2024-05.csv"),
        file(&sandbox, "imperial/import/daily/daily-2024-05.csv"),
    );
    assert!(km != mi && km.lines().count() == mi.lines().count());
    let body = file(&sandbox, "imperial/import/body/body-2024.csv");
    assert!(body.contains("179.4"), "pounds as typed in: {body}");
    let fit = |units| std::fs::read(sandbox.path(units).join("import/weight/weight-2024-05.fit"));
    assert_eq!(fit("metric").unwrap(), fit("imperial").unwrap());
}

#[test]
fn weight_unit_overrides_the_evidence() {
    let sandbox = Sandbox::new();
    let at = |unit| {
        let more = ["--only", "weight,body", "--weight-unit", unit];
        sandbox.convert(&fixture("b-takeout"), unit, &more, 0);
        file(&sandbox, &format!("{unit}/import/body/body-2024.csv"))
    };
    assert!(at("lb").contains("82.19"), "181.2 lb");
    assert!(at("kg").contains("181.2"), "181.2 kg");
}

#[test]
fn a_stated_time_zone_overrides_the_evidence() {
    let sandbox = Sandbox::new();
    let more = ["--timezone", "Asia/Tokyo"];
    sandbox.convert(&fixture("b-takeout"), "out", &more, 0);
    let manifest = manifest(&sandbox.path("out"));
    let zone = manifest["timezone"].to_string();
    assert!(
        zone.contains("+09:00") && !zone.contains("-07:00"),
        "{zone}"
    );
    assert!(zone.contains("--timezone"), "the evidence is named: {zone}");
}

#[test]
fn an_option_from_the_environment_yields_to_the_command_line() {
    let sandbox = Sandbox::new();
    let input = text(&fixture("b-takeout"));
    let ask = |arguments: &[&str]| {
        let mut command = sandbox.command();
        command.env("TRACKERSYNC_ONLY", "weight").args(arguments);
        assert!(command.output().unwrap().status.success());
    };
    ask(&["convert", &input, "-o", "env"]);
    ask(&["convert", &input, "-o", "flag", "--only", "hrv"]);
    assert_eq!(kinds(&sandbox, "env"), ["weight"]);
    assert_eq!(kinds(&sandbox, "flag"), ["hrv"]);
}

#[test]
fn low_confidence_is_left_out_from_the_given_level_on() {
    let sandbox = Sandbox::new();
    let skipped = |level: &str| {
        let more = ["--min-confidence", level, "--only", "monitoring"];
        sandbox.convert(&fixture("a1-flat"), level, &more, 0);
        let manifest = manifest(&sandbox.path(level));
        let entries = manifest["entries"].as_array().unwrap();
        let of = |e: &serde_json::Value| e["skipped"]["low_confidence"].as_u64().unwrap_or(0);
        entries.iter().map(of).sum::<u64>()
    };
    let counts: Vec<_> = ["0", "1", "2"].map(skipped).into();
    assert_eq!(counts[0], 0);
    assert_eq!(counts[1], 1, "the fixture has one sample of confidence 0");
    assert!(counts[2] > 10, "{counts:?}");
}
