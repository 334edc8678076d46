//! Tests of `fitbit::reading`.
#![expect(clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::fitbit::table::NONE;
use crate::fitbit::testing::{read_as, run};
use crate::fitbit::{Read, Settings};
use crate::model::units::Percent;
use crate::model::{Instant, Records, Reject};

fn percent(e: &Entry<'_>, _: &Settings, r: &mut Records, t: &mut Tally) {
    let series = Series {
        time: "timestamp",
        in_sleep: false,
        value: "value",
        absent: NONE,
        quantity: Percent::new,
    };
    read_series(e, t, &series, &mut r.spo2);
}

#[test]
fn the_axis_is_that_of_the_text() {
    let text = "timestamp,value\n2024-02-22T07:00:00Z,95\n2024-02-22T07:00,96.5\n";
    let (records, _) = run(percent, "x.csv", text);
    let at: Vec<_> = records.spo2[0].rows.iter().map(|r| r.at).collect();
    let noon = Instant(1_708_585_200);
    assert_eq!(
        at,
        [
            Stamp::Utc(noon),
            Stamp::Local(noon.at(crate::model::Offset(0)))
        ]
    );
}

/// What stands in the exact layout gives what the CSV reader gives, which reads all with quotes.
#[test]
fn the_exact_layout_changes_no_record_and_no_tally() {
    let tables = [
        ("heart_rate.csv", "beats per minute"),
        ("steps.csv", "steps"),
        ("calories.csv", "calories"),
        ("distance.csv", "distance"),
        ("minute spo2.csv", "value"),
        (
            "heart_rate_variability.csv",
            "root mean square of successive differences milliseconds",
        ),
    ];
    let numbers = [
        "7", "71.0", "0", "72.5", "64", "1.15", "100", "-1", "", "9e9", "300",
    ];
    let sources = [
        "Charge 5",
        "Charge",
        "MobileTrack",
        "Garmin Connect",
        "null",
        " x",
    ];
    let (mut state, mut exact) = (7u32, 0);
    let mut below = |limit: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 16).unwrap_or(0) % limit
    };
    for round in 0..3_000 {
        let (name, column) = tables[round % tables.len()];
        let (named, odd) = (below(2) == 1, below(4) == 0);
        let mut text = format!(
            "timestamp,{column}{}\n",
            if named { ",data source" } else { "" }
        );
        for _ in 0..below(9) {
            let (day, second) = (1 + below(3), below(90));
            let number = numbers[below(if odd { numbers.len() } else { 7 })];
            text += &format!(
                "2024-02-0{day}T07:0{}:{:02}Z,{number}",
                second / 60,
                second % 60
            );
            if named {
                text += &format!(",{}", sources[below(if odd { sources.len() } else { 3 })]);
            }
            text.push('\n');
        }
        let quoted = text.replacen("timestamp", "\"timestamp\"", 1);
        let (fast, slow) = (read_as(name, &text), read_as(name, &quoted));
        assert_eq!(format!("{fast:?}"), format!("{slow:?}"), "{text}");
        exact += u32::from(!odd);
    }
    assert!(exact > 1_000);
}

#[test]
fn a_walk_ends_when_nobody_wants_the_records() {
    use crate::fitbit::{heart_rate, monthly, tcx};
    let points = "<Trackpoint><Time>2024-05-01T07:00:00Z</Time></Trackpoint>".repeat(9);
    let track = format!("<Lap><Track>{points}</Track></Lap>");
    let tracks = format!(
        "<T><Activities><Activity><Id>2024-05-01T07:00:00Z</Id>{track}</Activity></Activities></T>"
    );
    let rows = "2024-05-01T07:00:00Z,70\n".repeat(9);
    let rows = format!("timestamp,beats per minute\n{rows}");
    let days = format!("Body\nDate,Weight\n{}", "2024-05-01,70\n".repeat(9));
    let cases: [(Read, &str, &str); 4] = [
        (
            heart_rate::read_json,
            "x.json",
            "[{}, {}, {}, {}, {}, {}, {}, {}, {}]",
        ),
        (heart_rate::read_csv, "x.csv", &rows),
        (monthly::read, "fitbit_export_20240501.csv", &days),
        (tcx::read, "5.tcx", &tracks),
    ];
    let stop = std::sync::atomic::AtomicBool::new(true);
    for (read, name, text) in cases {
        let entry = Entry::new(EntryId(0), Name::new(name), text.as_bytes());
        let count = |entry: Entry<'_>| {
            let (mut records, mut tally) = (Records::default(), Tally::default());
            read(&entry, &Settings::default(), &mut records, &mut tally);
            tally.records
        };
        assert_eq!(count(entry), 9, "{name}");
        assert!(count(entry.until(&stop)) <= 1, "{name}");
    }
}

#[test]
fn a_flood_of_sources_is_rejected_and_the_first_ones_are_read() {
    let row = |n: usize| format!("2024-02-22T07:00:00Z,95,watch {n}\n");
    let rows: String = (0..100).chain([0, 1]).map(row).collect();
    let text = format!("timestamp,value,data source\n{rows}");
    let (records, tally) = run(percent, "x.csv", &text);
    let readings: usize = records.spo2.iter().map(|b| b.rows.len()).sum();
    assert_eq!(readings, MOST_SOURCES + 2);
    assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&36));
}

#[test]
fn what_says_nothing_is_a_sentinel_and_what_is_wrong_is_rejected() {
    let text = "timestamp,value,data source\n\
        2024-02-22T07:00:00Z,NaN,a\n2024-02-22T07:00:00Z,,a\n2024-02-22T07:00:00Z,-1.0,a\n\
        1970-01-01T00:00:00Z,95,a\n2024-02-22T07:00:00Z,95,Garmin Connect Health Connect\n\
        2024-02-22T07:00:00Z,0x46,a\n2024-02-30T07:00:00Z,95,a\n2024-02-22T07:00:00Z,900,a\n";
    let (records, tally) = run(percent, "x.csv", text);
    assert!(records.spo2.is_empty());
    assert_eq!(tally.skipped.get(&Skip::Sentinel), Some(&4));
    assert_eq!(tally.skipped.get(&Skip::FromGarmin), Some(&1));
    assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&2));
    assert_eq!(tally.rejected.get(&Reject::BadDate), Some(&1));
}

#[test]
fn devices_come_before_apps_and_mirrors_come_last() {
    assert!(rank("Charge 5") < rank("Fitbit App"));
    assert!(rank("Google Health App") < rank("MobileTrack"));
    assert!(rank("MobileTrack") < rank("Strava Health Connect"));
    assert_eq!(rank("Renpho Fitbit 3P Web API"), Rank::Foreign);
    assert!(is_garmin(Some("Garmin Connect Health Connect")) && !is_garmin(None));
}

#[test]
fn a_table_that_names_no_source_is_one() {
    let source = |file| {
        let provider = Sources::default().provider(None, &Name::new(file));
        provider.ok().map(|p| (p.rank, p.name.to_string()))
    };
    let google = source("x/active_zone_minutes_2025-02-01.csv");
    assert_eq!(google, source("x/active_zone_minutes_2025-03-01 (1).csv"));
    assert_eq!(
        google,
        Some((Rank::Device, "active_zone_minutes".to_owned()))
    );
    let takeout = source("x/active zone minutes - 2025-02-01.csv");
    assert!(takeout < google && takeout.is_some_and(|(rank, _)| rank == Rank::Takeout));
}
