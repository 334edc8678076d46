//! Values of options: the words and numbers that are accepted, and how they are read.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::str::FromStr;

use chrono_tz::{TZ_VARIANTS, Tz};
use clap::builder::{OsStringValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, Command, ValueEnum};
use strsim::jaro_winkler;

use crate::model::LocalDate;
use crate::model::file::Only;

/// A number in digits alone: without a sign, which Rust would take.
fn digits<T: FromStr>(text: &str) -> Option<T> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// Reads `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<LocalDate, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let part = |at: usize, length| parts.get(at).copied().filter(|part| part.len() == length);
    let (Some(year), Some(month), Some(day), 3) = (
        part(0, 4).and_then(digits),
        part(1, 2).and_then(digits::<u8>),
        part(2, 2).and_then(digits),
        parts.len(),
    ) else {
        return Err("expected a date as YYYY-MM-DD, such as 2024-02-29".to_owned());
    };
    if !(1900..3000).contains(&year) {
        return Err(format!(
            "the year {year} is out of range, expected 1900 to 2999"
        ));
    }
    let Ok(name) = chrono::Month::try_from(month) else {
        return Err(format!("there is no month {month:02}, expected 01 to 12"));
    };
    let on = |day| LocalDate::from_ymd(year, month.into(), day);
    on(day).ok_or_else(|| {
        let days = (28..=31).filter(|day| on(*day).is_some()).max();
        let (name, days) = (name.name(), days.unwrap_or_default());
        format!("{name} {year} has the days 01 to {days}")
    })
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

/// The zone that may be meant: the same in other letters, that of the city, or the most alike.
fn like_zone(text: &str) -> Option<&'static str> {
    let plain = |name: &str| name.to_lowercase().replace([' ', '-'], "_");
    let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let typed = plain(text);
    // The sign of `Etc/GMT+2` is the other way round: nobody who types an offset means it.
    let names = || {
        let all = TZ_VARIANTS.iter().map(|zone| zone.name());
        all.filter(|name| !name.contains("GMT"))
    };
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
        read: |text| {
            text.parse().map_err(|_| match like_zone(text) {
                Some(name) => format!("there is no such time zone; did you mean {name}?"),
                None => "expected a name of the IANA time zone database, such as Europe/Berlin"
                    .to_owned(),
            })
        },
        words: || {
            let names = TZ_VARIANTS.iter().map(|zone| zone.name());
            names.map(PossibleValue::new).collect()
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
            let words = Only::value_variants().iter();
            words.filter_map(Only::to_possible_value).collect()
        },
    }
}

/// The names of `--only`.
pub(super) fn names_of_only() -> Vec<&'static str> {
    Only::value_variants().iter().map(|o| o.key()).collect()
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
        let number = digits(text).filter(|n| (low..=high).contains(n));
        let read = number.and_then(|n| T::try_from(n).ok());
        read.ok_or_else(|| format!("expected a whole number from {low} to {high}"))
    }
}

/// Returns a parser of numbers of units: at most what the state can count.
pub(super) fn units() -> impl TypedValueParser<Value = u64> {
    number(0, i64::MAX.unsigned_abs())
}

/// Reads a number of bytes: digits, then nothing or K, M, G for powers of 1024.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let (number, factor) = match text.bytes().last() {
        Some(b'K' | b'k') => (text.get(..text.len() - 1), 1 << 10),
        Some(b'M' | b'm') => (text.get(..text.len() - 1), 1 << 20),
        Some(b'G' | b'g') => (text.get(..text.len() - 1), 1 << 30),
        _ => (Some(text), 1),
    };
    let number = number.and_then(digits::<u64>);
    let bytes = number.and_then(|number| number.checked_mul(factor));
    bytes
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "expected a number of bytes, as 1048576, 1024K, 64M or 4G".to_owned())
}

/// Returns a parser of names that need not be text but must not be empty.
pub(super) fn name() -> impl TypedValueParser<Value = OsString> {
    OsStringValueParser::new().try_map(|name| match name.is_empty() {
        true => Err("expected a name that is not empty"),
        false => Ok(name),
    })
}

/// Reads OUT.
pub(super) fn out() -> impl TypedValueParser<Value = PathBuf> {
    let is_tar = |name: &str| {
        [".tgz", ".tar", ".tar.gz"]
            .iter()
            .any(|e| name.ends_with(e))
    };
    name().try_map(
        move |name| match name.to_string_lossy().to_ascii_lowercase() {
            text if text == "-" => Err(
                "many files do not go to standard output: name a folder, or a file ending in .zip",
            ),
            text if is_tar(&text) => {
                Err("a tar archive is not written: name a folder, or a file ending in .zip")
            }
            _ => Ok(PathBuf::from(name)),
        },
    )
}

/// Units of Garmin's CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Units {
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Degraded {
    /// Convert nothing (exit 69)
    #[default]
    Closed,
    /// Let a few conversions a day through, to be counted later
    Lifeboat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArg {
    /// Refuse (exit 75)
    Enforce,
    /// Let --overage units beyond the limit through and say so each time
    Soft,
    /// Count, let through and say what would have been refused
    Shadow,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// A table
    #[default]
    Human,
    /// One JSON document
    Json,
    /// Annotations for GitHub Actions
    Github,
}
