//! A made-up export, the same every time: days of heart rate, months of minutes, as a zip.
//!
//! The numbers wander like a pulse and steps do, so that they pack about as well as real ones.
//! Knows the texts of the largest families.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use trackersync::model::LocalDate;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// First date: 2024-01-01.
const FIRST: i32 = 19_723;
/// Days in a file of minutes.
const CHUNK: i32 = 30;

/// A small generator of numbers, always in the same order.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn stamp(text: &mut String, date: LocalDate, second: u32) {
    let (y, m, d) = date.ymd();
    let (h, min, s) = (second / 3600, second / 60 % 60, second % 60);
    let _ = write!(text, "{m:02}/{d:02}/{:02} {h:02}:{min:02}:{s:02}", y % 100);
}

fn opening(text: &mut String) {
    text.push(if text.is_empty() { '[' } else { ',' });
    text.push_str("{\n  \"dateTime\" : \"");
}

/// A `heart_rate-DATE.json`, `day` days after the first.
pub(super) fn heart_rate(day: i32) -> String {
    let mut dice = Dice(u64::from(day.unsigned_abs()) + 1);
    let (mut text, mut second, mut bpm) = (String::new(), 2u32, 60i64);
    while second < 86_400 {
        let drift = i64::try_from(dice.below(5)).unwrap_or(2) - 2;
        bpm = (bpm + drift).clamp(45, 170);
        opening(&mut text);
        stamp(&mut text, LocalDate(FIRST + day), second);
        let confidence = 1 + dice.below(3);
        let _ = write!(
            text,
            "\",\n  \"value\" : {{\n    \"bpm\" : {bpm},\n    \"confidence\" : {confidence}\n  }}\n}}"
        );
        second += if dice.below(4) == 0 { 10 } else { 5 };
    }
    text + "]"
}

/// A file of minutes of `family`, from `day` on.
pub(super) fn minutes(day: i32, days: i32, family: &str) -> String {
    let mut dice = Dice(u64::from(day.unsigned_abs()) + 7);
    let mut text = String::new();
    for date in (FIRST + day..FIRST + day + days).map(LocalDate) {
        for minute in 0..1440 {
            let moves = dice.below(6) == 0;
            let count = if moves { dice.below(110) } else { 0 };
            opening(&mut text);
            stamp(&mut text, date, minute * 60);
            text.push_str("\",\n  \"value\" : \"");
            let _ = match family {
                "calories" => write!(text, "1.{:02}", 10 + count % 90),
                "distance" => write!(text, "{}", count * 75),
                _ => write!(text, "{count}"),
            };
            text.push_str("\"\n}");
        }
    }
    text + "]"
}

/// The twin of a [`heart_rate`] file: the same samples as GoogleData tells them since 2026.
fn heart_rate_table(day: i32) -> String {
    let mut text = "timestamp,beats per minute,data source\n".to_owned();
    let date = LocalDate(FIRST + day);
    for record in heart_rate(day).split("\"dateTime\" : \"").skip(1) {
        let clock = record.get(9..17).unwrap_or_default();
        let bpm = record.split("\"bpm\" : ").nth(1);
        let bpm = bpm.and_then(|b| b.split(',').next()).unwrap_or_default();
        let _ = writeln!(text, "{date}T{clock}Z,{bpm}.0,Charge 5");
    }
    text
}

/// The twin of a [`minutes`] file: the minutes that count, steps or metres.
fn table(day: i32, days: i32, family: &str) -> String {
    let mut text = format!("timestamp,{family},data source\n");
    let json = minutes(day, days, family);
    let records = json.split("\"dateTime\" : \"").skip(1);
    for (record, minute) in records.zip(0..) {
        let date = LocalDate(FIRST + day + minute / 1440);
        let clock = record.get(9..17).unwrap_or_default();
        let value = record.split("\"value\" : \"").nth(1);
        let value = value.and_then(|v| v.split('"').next()).unwrap_or_default();
        let value: f64 = value.parse().unwrap_or_default();
        let value = if family == "distance" {
            value / 100.0
        } else {
            value
        };
        if value > 0.0 {
            let _ = writeln!(text, "{date}T{clock}Z,{value},Charge 5");
        }
    }
    text
}

/// Writes an export of so many days; `twice` adds the tables of GoogleData, which tell the same.
pub(super) fn write(path: &Path, days: i32, twice: bool) -> io::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path)?));
    let mut add = |name: &str, from: i32, ext: &str, text: String| {
        let folder = match ext {
            "csv" => "Physical Activity_GoogleData",
            _ => "Global Export Data",
        };
        let mark = if ext == "csv" { '_' } else { '-' };
        let date = LocalDate(FIRST + from);
        let path = format!("Takeout/Fitbit/{folder}/{name}{mark}{date}.{ext}");
        zip.start_file(path, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())
    };
    for day in 0..days {
        add("heart_rate", day, "json", heart_rate(day))?;
        if twice {
            add("heart_rate", day, "csv", heart_rate_table(day))?;
        }
    }
    for day in (0..days).step_by(30) {
        let count = CHUNK.min(days - day);
        for family in ["steps", "calories", "distance"] {
            add(family, day, "json", minutes(day, count, family))?;
            if twice {
                add(family, day, "csv", table(day, count, family))?;
            }
        }
    }
    zip.finish()?;
    Ok(())
}
