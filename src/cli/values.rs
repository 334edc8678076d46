//! Values of options: the words and numbers that are accepted, and how they are read.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use chrono_tz::{TZ_VARIANTS, Tz};
use clap::builder::{OsStringValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, Command, ValueEnum};
use strsim::jaro_winkler;

use crate::model::file::Only;

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

impl std::fmt::Display for Date {
    /// Writes `YYYY-MM-DD`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Names of the months, for messages.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Reads `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<Date, String> {
    let shape = |(at, byte): (usize, u8)| {
        if matches!(at, 4 | 7) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err("expected a date as YYYY-MM-DD, such as 2024-02-29".to_owned());
    }
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap_or(0));
    let mut next = || u32::from(parts.next().unwrap_or(0));
    let (year, month, day) = (next(), next(), next());
    if !(1900..3000).contains(&year) {
        return Err(format!(
            "the year {year} is out of range, expected 1900 to 2999"
        ));
    }
    let name = usize::try_from(month)
        .ok()
        .and_then(|m| MONTHS.get(m.checked_sub(1)?));
    let Some(name) = name else {
        return Err(format!("there is no month {month:02}, expected 01 to 12"));
    };
    let days = days_in_month(year, month);
    if day == 0 || day > days {
        return Err(format!("{name} {year} has the days 01 to {days}"));
    }
    Ok(Date {
        year: i32::try_from(year).unwrap_or_default(),
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
fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| match like_zone(text) {
        Some(name) => format!("there is no such time zone; did you mean {name}?"),
        None => "expected a name of the IANA time zone database, such as Europe/Berlin".to_owned(),
    })
}

/// The zone that may be meant: the same in other letters, that of the city, or the most alike.
fn like_zone(text: &str) -> Option<&'static str> {
    let plain = |name: &str| name.to_lowercase().replace([' ', '-'], "_");
    let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let typed = plain(text);
    let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
    let same = names().find(|name| plain(name) == typed);
    let of_city = || names().find(|name| plain(city(name)) == typed);
    let alike = || {
        let score = |name| {
            let whole = jaro_winkler(&plain(name), &typed);
            whole.max(jaro_winkler(&plain(city(name)), &typed))
        };
        let best = names()
            .map(|name| (score(name), name))
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 > 0.85).then_some(best.1)
    };
    same.or_else(of_city).or_else(alike)
}

/// Returns a parser of time zones.
pub(super) fn timezone() -> impl TypedValueParser<Value = Tz> {
    Words {
        read: zone,
        words: || {
            TZ_VARIANTS
                .iter()
                .map(|zone| PossibleValue::new(zone.name()))
                .collect()
        },
    }
}

/// Reads one name of `--only`; blanks beside the commas are fine.
fn output(text: &str) -> Result<Only, String> {
    let word = text.trim();
    Only::from_str(word, true).map_err(|_| match word {
        "" => "a name is missing beside a comma; names have commas and no spaces between them"
            .to_owned(),
        _ if word.contains(char::is_whitespace) => format!(
            "expected commas between names, as in --only {}",
            word.split_whitespace().collect::<Vec<_>>().join(",")
        ),
        _ => format!("expected one of {}", names_of_only().join(", ")),
    })
}

/// Returns a parser of the names of `--only`.
pub(super) fn outputs() -> impl TypedValueParser<Value = Only> {
    Words {
        read: output,
        words: || {
            Only::value_variants()
                .iter()
                .filter_map(Only::to_possible_value)
                .collect()
        },
    }
}

/// The names of `--only`.
pub(super) fn names_of_only() -> Vec<String> {
    let words = Only::value_variants()
        .iter()
        .filter_map(Only::to_possible_value);
    words.map(|word| word.get_name().to_owned()).collect()
}

/// A parser that completions know the words of.
#[derive(Clone)]
struct Words<T: 'static> {
    read: fn(&str) -> Result<T, String>,
    words: fn() -> Vec<PossibleValue>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Words<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        TypedValueParser::parse_ref(&self.read, command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.words)().into_iter()))
    }
}

/// Returns a parser of whole numbers in a range.
pub(super) fn number<T: TryFrom<u64> + Clone + Send + Sync + 'static>(
    low: u64,
    high: u64,
) -> impl TypedValueParser<Value = T> {
    move |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text
            .parse()
            .ok()
            .filter(|n| digits && (low..=high).contains(n));
        let read = number.and_then(|n: u64| T::try_from(n).ok());
        read.ok_or_else(|| format!("expected a whole number from {low} to {high}"))
    }
}

/// Reads OUT.
pub(super) fn out() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|name| match name.to_str() {
        Some("") => Err("expected a name that is not empty"),
        Some("-") => {
            Err("many files do not go to standard output: name a folder, or a file ending in .zip")
        }
        _ => Ok(PathBuf::from(name)),
    })
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
