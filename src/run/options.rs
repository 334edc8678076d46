//! What was typed, as the stages need it.

use super::World;
use crate::archive::Limits;
use crate::cli::{Date, LimitArgs, Only, ReadArgs, Units, WeightUnit};
use crate::convert;
use crate::fitbit::Settings;
use crate::model::LocalDate;
use crate::model::records::WeightUnit as Unit;
use crate::validate::Request;

/// Names of the outputs that are wanted.
pub(super) fn selected(args: &ReadArgs) -> Vec<&'static str> {
    let only: Vec<String> = args.only.iter().map(|o| name(*o).to_owned()).collect();
    let wanted = convert::selected(&only);
    convert::names().filter(|n| wanted.contains(n)).collect()
}

/// Names of the outputs that are written: of a sample, what Garmin Connect is to be tried with.
pub(super) fn written(args: &ReadArgs) -> Vec<&'static str> {
    let mut names = selected(args);
    if args.sample.is_some() {
        names.retain(|n| matches!(*n, "activities" | "weight"));
    }
    names
}

/// The name of an output on the command line.
pub(super) fn name(only: Only) -> &'static str {
    match only {
        Only::Activities => "activities",
        Only::Weight => "weight",
        Only::Daily => "daily",
        Only::Body => "body",
        Only::Monitoring => "monitoring",
        Only::Sleep => "sleep",
        Only::Hrv => "hrv",
        Only::Health => "health",
    }
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
    args.jobs
        .and_then(|j| usize::try_from(j).ok())
        .unwrap_or(world.jobs)
        .max(1)
}

pub(super) fn imperial(units: Option<Units>) -> bool {
    units == Some(Units::Imperial)
}

pub(super) fn request(args: &ReadArgs, units: Option<Units>, world: &World<'_>) -> Request {
    Request {
        settings: Settings {
            min_confidence: args.min_confidence,
            weight_unit: args.weight_unit.map(|u| match u {
                WeightUnit::Lb => Unit::Pounds,
                WeightUnit::Kg => Unit::Kilograms,
            }),
            imperial: units.map(|u| u == Units::Imperial),
        },
        timezone: args.timezone,
        from: args.from.and_then(date),
        to: args.to.and_then(date),
        sample: args.sample.and_then(|n| usize::try_from(n).ok()),
        jobs: jobs(args, world),
    }
}

fn date(date: Date) -> Option<LocalDate> {
    LocalDate::from_ymd(date.year, date.month, date.day)
}
