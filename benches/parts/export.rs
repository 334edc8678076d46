//! A made-up export, the same every time: days of heart rate, months of minutes, as a zip.
//!
//! The numbers wander like a pulse and steps do, so that they pack about as well as real ones.
//! Knows the texts of the two largest families, and of a zip just what it takes to write one.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::{Compress, Compression, FlushCompress};
use trackersync::model::LocalDate;

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

/// Writes an export of so many days.
pub(super) fn write(path: &Path, days: i32) -> io::Result<()> {
    let mut zip = Zip::create(path)?;
    let folder = "Takeout/Fitbit/Global Export Data";
    for day in 0..days {
        let name = format!("{folder}/heart_rate-{}.json", LocalDate(FIRST + day));
        zip.add(&name, heart_rate(day).as_bytes())?;
    }
    for day in (0..days).step_by(30) {
        for family in ["steps", "calories", "distance"] {
            let name = format!("{folder}/{family}-{}.json", LocalDate(FIRST + day));
            let text = minutes(day, CHUNK.min(days - day), family);
            zip.add(&name, text.as_bytes())?;
        }
    }
    zip.close()
}

/// A zip in the making: entries, then their directory.
struct Zip {
    out: BufWriter<File>,
    at: u32,
    directory: Vec<u8>,
    entries: u16,
}

impl Zip {
    fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            out: BufWriter::new(File::create(path)?),
            at: 0,
            directory: Vec::new(),
            entries: 0,
        })
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.out.write_all(bytes)
    }

    fn add(&mut self, name: &str, text: &[u8]) -> io::Result<()> {
        let mut packed = Vec::with_capacity(text.len());
        Compress::new(Compression::default(), false).compress_vec(
            text,
            &mut packed,
            FlushCompress::Finish,
        )?;
        let size = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(io::Error::other);
        // Version, flags, method, time and date; checksum and sizes; lengths of name and extra.
        let mut head = vec![20, 0, 0, 8, 8, 0, 0, 0, 0x21, 0x58];
        head.extend(crc32fast::hash(text).to_le_bytes());
        head.extend(size(&packed)?.to_le_bytes());
        head.extend(size(text)?.to_le_bytes());
        head.extend(
            u16::try_from(name.len())
                .map_err(io::Error::other)?
                .to_le_bytes(),
        );
        head.extend([0, 0]);
        self.directory.extend(b"PK\x01\x02\x14\0");
        self.directory.extend(&head);
        self.directory.extend([0; 10]);
        self.directory.extend(self.at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        self.put(b"PK\x03\x04")?;
        self.put(&head)?;
        self.put(name.as_bytes())?;
        self.put(&packed)
    }

    fn close(mut self) -> io::Result<()> {
        let (at, directory) = (self.at, std::mem::take(&mut self.directory));
        self.put(&directory)?;
        let length = self.at - at;
        self.put(b"PK\x05\x06\0\0\0\0")?;
        let entries = self.entries.to_le_bytes();
        self.put(&[entries, entries].concat())?;
        self.put(&length.to_le_bytes())?;
        self.put(&at.to_le_bytes())?;
        self.put(&[0, 0])?;
        self.out.flush()
    }
}
