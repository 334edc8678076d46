//! What was typed, as the stages need it.

use super::World;
use crate::archive::Limits;
use crate::cli::{Date, LimitArgs, Only, ReadArgs, Units, WeightUnit};
use crate::convert;
use crate::fitbit::Settings;
use crate::model::LocalDate;
use crate::model::records::WeightUnit as Unit;
use crate::validate::Request;

/// The outputs that are wanted.
pub(super) fn selected(args: &ReadArgs) -> Vec<Only> {
    convert::selected(&args.only)
}

/// The outputs that are written: of a sample, what Garmin Connect is to be tried with.
pub(super) fn written(args: &ReadArgs) -> Vec<Only> {
    let mut wanted = selected(args);
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
