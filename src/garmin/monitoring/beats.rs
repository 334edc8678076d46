//! The heart rate of a day, written in runs between the other messages.
//!
//! The hottest path of the program: a year holds ten million samples. The samples stay where they
//! are, and each run goes to the encoder as one series.

use super::span::Span;
use crate::fit::profile::{MONITORING, monitoring};
use crate::fit::{EncodeError, Encoder};
use crate::model::records::PackedSample;
use crate::model::time::DAY;
use crate::model::{Checked, Instant};

/// What is left to write: the samples by UTC day, with the midnight they count from.
#[derive(Debug)]
pub(super) struct Beats<'a> {
    days: Vec<(i64, &'a [PackedSample])>,
}

impl<'a> Beats<'a> {
    /// Takes the samples within a span.
    pub(super) fn of(checked: &'a Checked, span: &Span) -> Self {
        let days = span.start.utc_day()..=span.end.utc_day();
        let days = checked.heart_rate.range(days).map(|(&day, samples)| {
            let midnight = i64::from(day) * DAY;
            let low = samples.partition_point(|s| midnight + i64::from(s.second()) < span.start.0);
            let high = samples.partition_point(|s| midnight + i64::from(s.second()) < span.end.0);
            (midnight, samples.get(low..high).unwrap_or(&[]))
        });
        Self {
            days: days.filter(|(_, samples)| !samples.is_empty()).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Writes all that is left before an instant.
    pub(super) fn write_until(
        &mut self,
        fit: &mut Encoder,
        until: Instant,
    ) -> Result<(), EncodeError> {
        for (midnight, samples) in &mut self.days {
            let midnight = *midnight;
            let limit = until.0 - midnight;
            // Runs are short, so a walk finds their end sooner than a search would.
            let run = samples.iter().take_while(|s| i64::from(s.second()) < limit);
            let (run, rest) = samples.split_at_checked(run.count()).unwrap_or_default();
            *samples = rest;
            fit.series(
                MONITORING,
                monitoring::TIMESTAMP,
                monitoring::HEART_RATE,
                run.iter()
                    .map(|s| (midnight + i64::from(s.second()), s.bpm())),
            )?;
        }
        Ok(())
    }
}
