//! What the speed of the program is made of, each part against its target: `cargo bench`.
//!
//! Every input is made here, always the same. Parts are timed in CPU time of their thread where the
//! system tells it, so that a busy machine changes little; whole programs are compared with `unzip`
//! in turn, as ratios. Knows no figure but the targets.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its table and stops at the first surprise"
)]

#[cfg(feature = "postgres")]
mod database;
mod export;
mod process;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::{Compress, Compression, FlushCompress};
use libdeflater::Decompressor;
use trackersync::fit::Encoder;
use trackersync::fit::profile::{MONITORING, monitoring};
use trackersync::fitbit::{self, Action, Entry, Name, Settings};
use trackersync::model::{EntryId, Records, Tally};

/// Rounds of each part; the median counts.
const ROUNDS: usize = 5;
/// CPU time of a round.
const ROUND: Duration = Duration::from_millis(150);

fn main() {
    // `cargo test --benches` and the like pass other arguments: only a bench run measures.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    #[cfg(feature = "postgres")]
    if std::env::args().any(|a| a == "database") {
        return database::all(&folder);
    }
    println!(
        "{:44} {:>12} {:>14}",
        "part (one core)", "measured", "target"
    );
    inflate();
    scans();
    encode();
    println!(
        "\n{:44} {:>12} {:>14}",
        "whole program", "measured", "target"
    );
    process::all(&folder);
    #[cfg(feature = "postgres")]
    database::all(&folder);
}

/// Prints a row of the table.
fn row(what: &str, measured: &str, target: &str) {
    println!("{what:44} {measured:>12} {target:>14}");
}

/// On-CPU time of this thread, or time since `start` where the system does not tell.
fn now(start: Instant) -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = text.and_then(|t| t.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Median seconds that one call takes.
fn seconds(mut part: impl FnMut()) -> f64 {
    let clock = Instant::now();
    let mut round = || {
        let (start, mut calls) = (now(clock), 0u32);
        loop {
            part();
            calls += 1;
            let spent = now(clock).saturating_sub(start);
            if spent >= ROUND {
                return spent.as_secs_f64() / f64::from(calls);
            }
        }
    };
    let mut times: Vec<f64> = (0..=ROUNDS).map(|_| round()).skip(1).collect();
    times.sort_by(f64::total_cmp);
    *times.get(ROUNDS / 2).unwrap()
}

/// Gigabytes a second, as text.
fn rate(bytes: usize, part: impl FnMut()) -> String {
    let bytes = f64::from(u32::try_from(bytes).unwrap());
    format!("{:.2} GB/s", bytes / seconds(part) / 1e9)
}

fn inflate() {
    let text = export::heart_rate(0);
    let mut packed = Vec::with_capacity(text.len());
    Compress::new(Compression::default(), false)
        .compress_vec(text.as_bytes(), &mut packed, FlushCompress::Finish)
        .unwrap();
    let mut buffer = vec![0; text.len()];
    let mut inflate = Decompressor::new();
    let speed = rate(text.len(), || {
        inflate.deflate_decompress(&packed, &mut buffer).unwrap();
        black_box(&buffer);
    });
    assert_eq!(buffer, text.as_bytes());
    row("inflate, a day of heart rate", &speed, "");
    let speed = rate(text.len(), || {
        black_box(crc32fast::hash(black_box(text.as_bytes())));
    });
    row("CRC-32 of the same", &speed, "");
}

fn scans() {
    let beats = export::heart_rate(0);
    let steps = export::minutes(0, 30, "steps");
    for (name, text, target) in [
        ("heart_rate-2024-01-01.json", &beats, ">= 1.5 GB/s"),
        ("steps-2024-01-01.json", &steps, ""),
    ] {
        let speed = rate(text.len(), || scan(name, text));
        row(&format!("{name}, exact layout"), &speed, target);
        let spaced = text.replace('\n', " ");
        let speed = rate(text.len(), || scan(name, &spaced));
        row(&format!("{name}, other layout"), &speed, "");
    }
}

fn scan(name: &str, text: &str) {
    let name = Name::new(name);
    let entry = Entry::new(EntryId(0), name, text.as_bytes());
    let (mut records, mut tally) = (Records::default(), Tally::default());
    if let Action::Read(read) = fitbit::owner(&name).unwrap().action {
        read(&entry, &Settings::default(), &mut records, &mut tally);
    }
    assert!(tally.records > 10_000 && !tally.is_partial());
    black_box(records);
}

fn encode() {
    const BEATS: u32 = 200_000;
    let beats = || {
        (0..BEATS).map(|i| {
            (
                1_709_278_200 + i64::from(i) * 5,
                60 + i.to_le_bytes()[1] % 90,
            )
        })
    };
    let mut buffer = Vec::new();
    let time = seconds(|| {
        let mut fit = Encoder::new(std::mem::take(&mut buffer));
        fit.series(
            MONITORING,
            monitoring::TIMESTAMP,
            monitoring::HEART_RATE,
            black_box(beats().collect::<Vec<_>>()).into_iter(),
        )
        .unwrap();
        buffer = black_box(fit.finish());
    });
    let speed = format!("{:.0} M/s", f64::from(BEATS) / time / 1e6);
    row("FIT encoding of monitoring messages", &speed, ">= 40 M/s");
}
