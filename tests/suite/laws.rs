//! Laws on random data: what the encoder writes an independent reader reads, and the fast scanner of
//! intraday JSON gives what the slow path gives.

use trackersync::fit::encode::{Encoder, FIRST_DATE_TIME, FIT_EPOCH, Value};
use trackersync::fit::profile::{
    FILE_ID, MONITORING, RECORD, WEIGHT_SCALE, file_id, monitoring, record, weight_scale,
};
use trackersync::fitbit::{Action, Entry, Name, Settings, owner};
use trackersync::inspect::{Cell, decode};
use trackersync::model::{EntryId, Finding, Position, Records, Reject, Skip, Tally};

use crate::support::Chance;

/// What a reader made of a text, in a form that can be compared.
#[derive(Debug, PartialEq)]
struct Outcome {
    heart: Vec<(i64, u32, u8)>,
    bounds: Option<(i64, i64)>,
    minutes: Vec<(i32, usize, u32)>,
    records: u64,
    skipped: Vec<(Skip, u64)>,
    rejected: Vec<(Reject, u64)>,
    findings: Vec<(Position, Option<Reject>)>,
    failed: bool,
}

fn outcome(path: &str, bytes: &[u8]) -> Outcome {
    let name = Name::new(path);
    let Some(Action::Read(reader)) = owner(&name).map(|s| s.action) else {
        panic!("{path} is not read");
    };
    let (mut records, mut tally) = (Records::default(), Tally::default());
    let id = EntryId(0);
    reader(
        &Entry::new(id, name, bytes),
        &Settings::default(),
        &mut records,
        &mut tally,
    );
    assert!(tally.balances());
    let mut heart: Vec<_> = records
        .heart_rate
        .iter()
        .flat_map(|b| {
            b.samples
                .iter()
                .map(|s| (i64::from(b.day), s.second(), s.bpm()))
        })
        .collect();
    let streams = [
        &records.steps,
        &records.distance,
        &records.calories,
        &records.altitude,
    ];
    let blocks = streams.into_iter().flatten();
    let mut minutes: Vec<_> = blocks
        .flat_map(|b| b.values.rows().map(|(m, v)| (b.day, m, v)))
        .collect();
    heart.sort_unstable();
    minutes.sort_unstable();
    let place = |f: &Finding| (f.position, f.reject);
    Outcome {
        heart,
        bounds: records
            .heart_rate_bounds
            .first()
            .map(|b| (b.first.0, b.last.0)),
        minutes,
        records: tally.records,
        skipped: tally.skipped.clone().into_iter().collect(),
        rejected: tally.rejected.clone().into_iter().collect(),
        findings: tally.findings.iter().map(place).collect(),
        failed: tally.error.is_some(),
    }
}

fn stamp(chance: &mut Chance) -> String {
    let (h, m, s) = (chance.below(24), chance.below(60), chance.below(60));
    format!("05/0{}/24 {h:02}:{m:02}:{s:02}", 1 + chance.below(2))
}

/// The records of a file in the layout that Fitbit writes.
fn exact(chance: &mut Chance, path: &str, heart: bool) -> Vec<String> {
    let count = 1 + chance.below(40);
    (0..count)
        .map(|_| {
            let at = stamp(chance);
            if heart {
                let (bpm, confidence) = (30 + chance.below(190), chance.below(4));
                format!("{{\n  \"dateTime\" : \"{at}\",\n  \"value\" : {{\n    \"bpm\" : {bpm},\n    \"confidence\" : {confidence}\n  }}\n}}")
            } else {
                let at = format!("{}00", &at[..at.len() - 2]);
                let value = match chance.below(3) {
                    0 => "0".to_owned(),
                    1 => chance.below(180).to_string(),
                    _ if path.starts_with("steps") => chance.below(9).to_string(),
                    _ => format!("{}.{:02}", chance.below(9), chance.below(100)),
                };
                format!("{{\n  \"dateTime\" : \"{at}\",\n  \"value\" : \"{value}\"\n}}")
            }
        })
        .collect()
}

fn file(records: &[String]) -> String {
    format!("[{}]", records.join(","))
}

/// The same JSON in a layout that no scanner expects.
fn respaced(text: &str) -> String {
    text.replace("{\n  \"", "{ \n\t\"")
        .replace("},{", "} ,\n {")
}

/// The same JSON with a key spelt in a way that only a JSON parser reads.
fn respelt(text: &[u8]) -> Vec<u8> {
    let (key, same) = (&br#""dateTime""#[..], br#""dateT\u0069me""#);
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(key) {
            out.extend(same);
            rest = after;
        } else {
            out.push(byte);
            rest = after;
        }
    }
    out
}

const PATHS: &[(&str, bool)] = &[
    ("heart_rate-2024-05-01.json", true),
    ("steps-2024-05-01.json", false),
    ("calories-2024-05-01.json", false),
    ("distance-2024-05-01.json", false),
    ("altitude-2024-05-01.json", false),
];

#[test]
fn the_fast_scanner_and_the_parser_agree_on_the_exact_layout() {
    let (mut chance, mut samples) = (Chance::new(11), 0);
    for round in 0..400 {
        let (path, heart) = PATHS[round % PATHS.len()];
        let records = exact(&mut chance, path, heart);
        let text = file(&records);
        let fast = outcome(path, text.as_bytes());
        let compact: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            fast,
            outcome(path, respaced(&text).as_bytes()),
            "{path}: {text}"
        );
        assert_eq!(
            fast,
            outcome(path, compact.to_string().as_bytes()),
            "{path}: {text}"
        );
        assert_eq!(
            fast,
            outcome(path, format!(" {text}\n").as_bytes()),
            "{path}: {text}"
        );
        let parsed = respelt(text.as_bytes());
        assert_ne!(parsed, text.as_bytes());
        assert_eq!(fast, outcome(path, &parsed), "{path}: {text}");
        assert_eq!(fast.records, records.len() as u64);
        samples += fast.heart.len() + fast.minutes.len();
    }
    assert!(samples > 3000, "{samples}");
}

#[test]
fn the_order_of_samples_in_a_file_says_nothing() {
    let mut chance = Chance::new(12);
    for round in 0..200 {
        let (path, heart) = PATHS[round % PATHS.len()];
        let mut records = exact(&mut chance, path, heart);
        // One stamp once: which of two contradicting rows stands is a matter of order.
        records.sort_by_key(|r| r[18..36].to_owned());
        records.dedup_by_key(|r| r[18..36].to_owned());
        let sorted = outcome(path, file(&records).as_bytes());
        chance.shuffle(&mut records);
        assert_eq!(
            sorted,
            outcome(path, file(&records).as_bytes()),
            "{path}: {records:?}"
        );
    }
}

#[test]
fn the_fast_scanner_and_the_parser_agree_on_damaged_text() {
    let (mut chance, mut odd) = (Chance::new(13), 0);
    for round in 0..3000 {
        let (path, heart) = PATHS[round % PATHS.len()];
        let mut text = file(&exact(&mut chance, path, heart));
        if round % 2 == 1 {
            text = respaced(&text).replace("[{", "[ {");
        }
        let mut text = text.into_bytes();
        for _ in 0..=chance.below(3) {
            let at = chance.below(text.len());
            match chance.below(4) {
                0 => text[at] ^= 1 << chance.below(8),
                1 => text[at] = b"0123456789-.eE\" ,}]"[chance.below(19)],
                2 => drop(text.remove(at)),
                _ => text.insert(at, b"09-.\" "[chance.below(6)]),
            }
        }
        // A space before the first record is no damage, but no scanner of the exact layout expects it.
        let mut spaced = text.clone();
        if spaced.first() != Some(&b'[') {
            continue;
        }
        spaced.insert(1, b' ');
        let (fast, slow) = (outcome(path, &text), outcome(path, &spaced));
        assert_eq!(fast, slow, "{path}: {}", String::from_utf8_lossy(&text));
        let parsed = outcome(path, &respelt(&text));
        assert_eq!(fast, parsed, "{path}: {}", String::from_utf8_lossy(&text));
        odd += usize::from(fast.failed || !fast.findings.is_empty());
    }
    assert!(odd > 1000, "{odd}");
}

#[test]
fn what_departs_by_one_record_costs_that_record_only() {
    let mut chance = Chance::new(14);
    for round in 0..200 {
        let (path, heart) = PATHS[round % PATHS.len()];
        let mut records = exact(&mut chance, path, heart);
        records.sort();
        records.dedup_by_key(|r| r[18..36].to_owned());
        let sound = outcome(path, file(&records).as_bytes());
        let at = chance.below(records.len() + 1);
        records.insert(
            at,
            "{\n  \"dateTime\" : \"13/45/24 00:00:00\",\n  \"value\" : \"1\"\n}".to_owned(),
        );
        let odd = outcome(path, file(&records).as_bytes());
        assert_eq!(
            (&odd.heart, &odd.minutes, odd.bounds),
            (&sound.heart, &sound.minutes, sound.bounds)
        );
        assert_eq!(odd.rejected, [(Reject::BadDate, 1)]);
        assert_eq!((odd.records, odd.findings.len()), (sound.records + 1, 1));
    }
}

fn number(message: &trackersync::inspect::Message, name: &str) -> f64 {
    let field = message.fields.iter().find(|f| f.name == name);
    match field.map(|f| &f.value) {
        Some(Cell::Whole(n)) => *n as f64,
        Some(Cell::Real(x)) => *x,
        other => panic!("{name} is {other:?}"),
    }
}

fn begin() -> Encoder {
    let mut encoder = Encoder::new(Vec::new());
    let kind = FILE_ID;
    encoder
        .message(kind, &[(file_id::TYPE, Value::Int(4))])
        .unwrap();
    encoder
}

#[test]
fn what_is_encoded_an_independent_reader_reads() {
    let mut chance = Chance::new(15);
    for _ in 0..60 {
        let mut encoder = begin();
        let mut expected = Vec::new();
        for n in 0..=chance.below(40) {
            let at =
                FIT_EPOCH + FIRST_DATE_TIME + i64::try_from(chance.below(800_000_000) + n).unwrap();
            let kilograms = 20.0 + chance.below(28_000) as f64 / 100.0;
            let metres = chance.below(5_000_000) as f64 / 100.0;
            let altitude = chance.below(40_000) as f64 / 5.0 - 400.0;
            let heart = 30 + chance.below(200) as i64;
            let weight = [
                (weight_scale::TIMESTAMP, Value::Unix(at)),
                (weight_scale::WEIGHT, Value::Real(kilograms)),
            ];
            encoder.message(WEIGHT_SCALE, &weight).unwrap();
            let point = [
                (record::TIMESTAMP, Value::Unix(at)),
                (record::DISTANCE, Value::Real(metres)),
                (record::ENHANCED_ALTITUDE, Value::Real(altitude)),
                (record::HEART_RATE, Value::Int(heart)),
            ];
            encoder.message(RECORD, &point).unwrap();
            expected.push((kilograms, metres, altitude, heart as f64));
        }
        let count = encoder.messages();
        let bytes = encoder.finish();
        assert_eq!(trackersync::fit::whole::check(&bytes), Ok(count));
        let read = decode(&bytes).unwrap();
        assert_eq!(read.len() as u64, count);
        for (pair, (kilograms, metres, altitude, heart)) in read[1..].chunks(2).zip(expected) {
            assert!((number(&pair[0], "weight") - kilograms).abs() < 1e-6);
            assert!((number(&pair[1], "distance") - metres).abs() < 1e-6);
            assert!((number(&pair[1], "enhanced_altitude") - altitude).abs() < 1e-6);
            assert!((number(&pair[1], "heart_rate") - heart).abs() < 1e-6);
        }
    }
}

#[test]
fn a_series_has_the_bytes_of_its_messages() {
    let mut chance = Chance::new(16);
    for _ in 0..50 {
        let first = FIT_EPOCH + FIRST_DATE_TIME;
        let rows: Vec<(i64, u8)> = (0..chance.below(60))
            .map(|n| (first + n as i64 * 7, 1 + chance.below(250) as u8))
            .collect();
        let (mut one, mut many) = (begin(), begin());
        let (time, beat) = (monitoring::TIMESTAMP, monitoring::HEART_RATE);
        one.series(MONITORING, time, beat, rows.iter().copied())
            .unwrap();
        for (at, bpm) in rows {
            let values = [(time, Value::Unix(at)), (beat, Value::Int(i64::from(bpm)))];
            many.message(MONITORING, &values).unwrap();
        }
        assert_eq!(one.finish(), many.finish());
    }
}
