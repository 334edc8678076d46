//! What was typed: as the stages need it, and as it is told again.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum as _;
use serde_json::{Value, json};

use super::World;
use crate::archive::Limits;
use crate::cli::{ConvertArgs, LimitArgs, ReadArgs};
use crate::convert;
use crate::fitbit::Settings;
use crate::model::file::Only;
use crate::report::Typed;
use crate::validate::Request;

/// The outputs that are written: of a sample, what Garmin Connect is to be tried with.
pub(super) fn written(args: &ReadArgs) -> Vec<Only> {
    let mut wanted = convert::selected(&args.only);
    if args.sample.is_some() {
        wanted.retain(|o| matches!(o, Only::Activities | Only::Weight));
    }
    wanted
}

pub(super) fn limits(args: &LimitArgs) -> Limits {
    let default = Limits::default();
    Limits {
        entries: args.max_entries.unwrap_or(default.entries),
        entry_bytes: args.max_entry_bytes.unwrap_or(default.entry_bytes),
        total_bytes: args.max_total_bytes.unwrap_or(default.total_bytes),
        ratio: args.max_ratio.unwrap_or(default.ratio),
    }
}

pub(super) fn jobs(args: &ReadArgs, world: &World<'_>) -> usize {
    args.jobs.unwrap_or(world.jobs).max(1)
}

pub(super) fn request(args: &ReadArgs, imperial: Option<bool>, world: &World<'_>) -> Request {
    Request {
        settings: Settings {
            min_confidence: args.min_confidence,
            weight_unit: args.weight_unit,
            imperial,
        },
        timezone: args.timezone,
        from: args.from,
        to: args.to,
        sample: args.sample,
        jobs: jobs(args, world),
    }
}

/// Options of one value each that shape the output, by their names on the command line.
fn shaping(args: &ReadArgs) -> impl Iterator<Item = (&'static str, String)> {
    let default = Settings::default().min_confidence;
    let confidence = Some(args.min_confidence).filter(|n| *n != default);
    let unit = args.weight_unit.and_then(|u| u.to_possible_value());
    let options = [
        ("from", args.from.map(|d| d.to_string())),
        ("to", args.to.map(|d| d.to_string())),
        ("timezone", args.timezone.map(|z| z.name().to_owned())),
        ("weight-unit", unit.map(|u| u.get_name().to_owned())),
        ("min-confidence", confidence.map(|n| n.to_string())),
    ];
    (options.into_iter()).filter_map(|(name, value)| Some((name, value?)))
}

/// The options of the manifest; those that do not shape the output (jobs, colours, paths) are left out.
pub(super) fn listed(args: &ConvertArgs) -> BTreeMap<String, Value> {
    let units = match args.is_imperial() {
        Some(true) => "imperial",
        _ => "metric",
    };
    let mut options = BTreeMap::from([("units".to_owned(), json!(units))]);
    if !args.read.only.is_empty() {
        let names: Vec<&str> = args.read.only.iter().map(|o| o.key()).collect();
        options.insert("only".to_owned(), json!(names));
    }
    options.extend(args.read.sample.map(|n| ("sample".to_owned(), json!(n))));
    options.extend(shaping(&args.read).map(|(name, value)| (name.replace('-', "_"), json!(value))));
    options.insert("min_confidence".to_owned(), json!(args.read.min_confidence));
    options
}

/// What was typed, as far as a command to copy repeats it.
pub(super) fn typed(inputs: &[OsString], args: &ReadArgs) -> Typed {
    let only: Vec<&str> = args.only.iter().map(|o| o.key()).collect();
    let only = (!only.is_empty()).then(|| ("only", only.join(",")));
    let options = only.into_iter().chain(shaping(args));
    let inputs = inputs.iter().map(|i| i.to_string_lossy().into_owned());
    Typed {
        output: None,
        sample: args.sample,
        inputs: inputs.collect(),
        options: options.map(|(n, value)| format!("--{n}={value}")).collect(),
    }
}

/// [`typed`] of a conversion.
pub(super) fn typed_to_convert(args: &ConvertArgs) -> Typed {
    let mut typed = typed(&args.inputs, &args.read);
    let since = |path: &PathBuf| format!("--since={}", path.display());
    let key = |key: &OsString| format!("--key={}", key.to_string_lossy());
    let options = args.since.iter().map(since);
    typed
        .options
        .extend(options.chain(args.key.iter().map(key)));
    if args.is_imperial() == Some(true) {
        typed.options.push("--units=imperial".to_owned());
    }
    typed.output = args.output.as_ref().map(|out| out.display().to_string());
    typed
}
