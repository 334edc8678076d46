//! Values of options: the words and numbers that are accepted, and how they are read.

use std::ffi::{OsStr, OsString};

use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};

/// A calendar date that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year, 1900 to 2999.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day, 1 to 31.
    pub day: u32,
}

/// Reads `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<Date, String> {
    let wrong = || "expected a date that exists, as YYYY-MM-DD".to_owned();
    let shape = |(at, byte): (usize, u8)| {
        if matches!(at, 4 | 7) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err(wrong());
    }
    let mut parts = text.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let (year, month, day) = (next(), next(), next());
    if !(1900..3000).contains(&year) || day == 0 || day > days_in_month(year, month) {
        return Err(wrong());
    }
    Ok(Date {
        year: i32::try_from(year).map_err(|_| wrong())?,
        month,
        day,
    })
}

fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Labels that the program gives itself.
const RESERVED: [&str; 3] = ["local user", "all keys", "default"];

/// Reads a label, which is shown in listings: nothing in it may steer a terminal, and it must be told
/// from the program's own by eye.
pub(super) fn label(text: &str) -> Result<String, String> {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    if text.chars().any(steers) {
        return Err(
            "expected a text without line ends, control characters, marks of direction and invisible characters"
                .to_owned(),
        );
    }
    // Every kind of space looks like one.
    let words: Vec<&str> = text.split_whitespace().collect();
    let seen = words.join(" ").to_lowercase();
    if seen.is_empty() {
        return Err("expected a text that can be seen".to_owned());
    }
    if RESERVED.contains(&seen.as_str()) || seen.starts_with("key-") {
        return Err(format!(
            "{seen:?} is a label of the program's own, expected another"
        ));
    }
    Ok(text.trim().to_owned())
}

/// Reads a name of the IANA time zone database.
pub(super) fn timezone(text: &str) -> Result<chrono_tz::Tz, String> {
    text.parse()
        .map_err(|_| "expected a name of the IANA time zone database, as Europe/Berlin".to_owned())
}

/// Reads a number of bytes: digits, then nothing or K, M, G for powers of 1024.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || "expected a number of bytes, as 1048576, 1024K, 64M or 4G".to_owned();
    let unit = |letter| match letter {
        'K' | 'k' => Some(1 << 10),
        'M' | 'm' => Some(1 << 20),
        'G' | 'g' => Some(1 << 30),
        _ => None,
    };
    let (digits, factor) = match text
        .char_indices()
        .last()
        .and_then(|(at, letter)| Some((text.get(..at)?, unit(letter)?)))
    {
        Some((digits, factor)) => (digits, factor),
        None => (text, 1),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse::<u64>().ok().filter(|_| plain);
    number
        .and_then(|number| number.checked_mul(factor))
        .filter(|bytes| *bytes > 0)
        .ok_or_else(wrong)
}

/// Reads a number of units: digits only, at most what the state can count.
pub(super) fn units(text: &str) -> Result<u64, String> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text
        .parse::<u64>()
        .ok()
        .filter(|number| plain && i64::try_from(*number).is_ok());
    number.ok_or_else(|| format!("expected a whole number from 0 to {}", i64::MAX))
}

/// Returns a parser of names that need not be text but must not be empty.
pub(super) fn name() -> impl TypedValueParser<Value = OsString> {
    OsStringValueParser::new().try_map(|name| {
        if name == OsStr::new("") {
            Err("expected a name that is not empty")
        } else {
            Ok(name)
        }
    })
}

/// What can be asked for with `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum Only {
    /// Activities with heart rate and GPS (FIT, import)
    Activities,
    /// Weight (FIT, import)
    Weight,
    /// Daily totals (Garmin CSV, import)
    Daily,
    /// Weight as Garmin CSV, the fallback for --only weight (made only when asked for)
    Body,
    /// Steps, heart rate, SpO2 and respiration by minute (FIT, archive)
    Monitoring,
    /// Sleep (FIT and CSV, archive)
    Sleep,
    /// Heart rate variability (FIT, archive)
    Hrv,
    /// One line of values per day (CSV, archive)
    Health,
}

/// Unit of the weights in the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WeightUnit {
    /// Pounds
    Lb,
    /// Kilograms
    Kg,
}

/// Units of Garmin's CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Units {
    /// Kilometres and kilograms
    Metric,
    /// Miles and pounds
    Imperial,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do when the state cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Degraded {
    /// Convert nothing (exit 69)
    #[default]
    Closed,
    /// Let a few conversions a day through, to be counted later
    Lifeboat,
}

/// What happens at a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    /// Refuse (exit 75)
    Enforce,
    /// Let --overage units beyond the limit through and say so each time
    Soft,
    /// Count, let through and say what would have been refused
    Shadow,
}

/// Form of the report of `validate`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// A table
    #[default]
    Human,
    /// One JSON document
    Json,
    /// Annotations for GitHub Actions
    Github,
}
