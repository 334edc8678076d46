//! Time: instants, local wall-clock stamps, local dates and UTC offsets, all as whole seconds.
//!
//! Four types keep the two axes apart: an [`Instant`] lies on the UTC axis, a [`LocalTime`] on the
//! naive axis of somebody's wall clock, and only an [`Offset`] leads from one to the other. No time
//! zone rules live here and no clock is read.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

/// Seconds in a day of 24 hours.
pub const DAY: i64 = 86_400;

/// First instant that a record may carry: 2007-01-01T00:00:00Z, the year Fitbit was founded.
pub const EARLIEST: Instant = Instant(1_167_609_600);

/// First instant that is too late: 2035-01-01T00:00:00Z. A fixed bound, because one that moves with
/// the clock of the machine would make the output depend on the day of the run.
pub const LATEST: Instant = Instant(2_051_222_400);

/// A point in time: seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

/// A wall-clock stamp without a zone: seconds since 1970-01-01 00:00:00 on that clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(pub i64);

/// A date on the wall clock: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDate(pub i32);

/// A UTC offset in seconds, east positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(pub i32);

/// What both axes have.
macro_rules! axes {
    ($($axis:ident)*) => {$(
        impl $axis {
            /// Returns the second of the day on this axis, 0 to 86,399.
            #[must_use]
            pub fn second_of_day(self) -> u32 {
                u32::try_from(self.0.rem_euclid(DAY)).unwrap_or(0)
            }

            /// Returns what lies `seconds` later on this axis.
            #[must_use]
            pub fn plus(self, seconds: i64) -> Self {
                Self(self.0 + seconds)
            }
        }
    )*};
}

axes!(Instant LocalTime);

impl Instant {
    /// Returns the instant at a second of a UTC day, given as days since 1970-01-01.
    #[must_use]
    pub fn of_day(day: i32, second: u32) -> Self {
        Self(i64::from(day) * DAY + i64::from(second))
    }

    /// Returns this instant on a wall clock that runs at `offset`.
    #[must_use]
    pub fn at(self, offset: Offset) -> LocalTime {
        LocalTime(self.0 + i64::from(offset.0))
    }

    /// Returns the days since 1970-01-01 of the UTC date.
    #[must_use]
    pub fn utc_day(self) -> i32 {
        day_number(self.0)
    }

    /// Tells whether the instant lies in the window that a Fitbit export can hold.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        (EARLIEST..LATEST).contains(&self)
    }
}

impl LocalTime {
    /// Returns the date on this clock.
    #[must_use]
    pub fn date(self) -> LocalDate {
        LocalDate(day_number(self.0))
    }

    /// Returns the instant that this stamp names on a clock at `offset`.
    #[must_use]
    pub fn minus(self, offset: Offset) -> Instant {
        Instant(self.0 - i64::from(offset.0))
    }

    /// Tells whether the stamp lies in the window that a Fitbit export can hold, give or take a day
    /// for the unknown offset.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        (EARLIEST.0 - DAY..LATEST.0 + DAY).contains(&self.0)
    }
}

impl LocalDate {
    /// Returns 00:00:00 of this date.
    #[must_use]
    pub fn midnight(self) -> LocalTime {
        LocalTime(i64::from(self.0) * DAY)
    }

    /// Returns the date of a proleptic Gregorian year, month and day, or `None` if there is none.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        let date = NaiveDate::from_ymd_opt(year, month, day)?;
        Some(Self(date.to_epoch_days()))
    }

    /// Reads the date with which a stamp of ISO 8601 begins, as `2024-02-28T18:00:00Z`.
    #[must_use]
    pub fn of_stamp(stamp: &str) -> Option<Self> {
        let mut parts = stamp.get(..10)?.splitn(3, '-');
        let mut number = || parts.next()?.parse::<u32>().ok();
        let (year, month, day) = (number()?, number()?, number()?);
        Self::from_ymd(i32::try_from(year).ok()?, month, day)
    }

    /// Returns year, month and day; those of 1970-01-01 for a date beyond all calendars.
    #[must_use]
    pub fn ymd(self) -> (i32, u32, u32) {
        let date = NaiveDate::from_epoch_days(self.0).unwrap_or_default();
        (date.year(), date.month(), date.day())
    }

    /// Returns the calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// Returns the date `days` later.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Tells whether the date lies in the window that a Fitbit export can hold.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        self.midnight().is_plausible()
    }
}

/// Days since 1970-01-01 of a second count; saturates far outside any plausible time.
fn day_number(seconds: i64) -> i32 {
    i32::try_from(seconds.div_euclid(DAY)).unwrap_or(if seconds < 0 { i32::MIN } else { i32::MAX })
}

/// In documents a date, a time or an offset stands as it is written.
macro_rules! as_written {
    ($($type:ty)*) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}

as_written!(LocalDate Instant Offset);

impl fmt::Display for LocalDate {
    /// Writes `YYYY-MM-DD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl fmt::Display for LocalTime {
    /// Writes `YYYY-MM-DDTHH:MM:SS`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.second_of_day();
        write!(
            f,
            "{}T{:02}:{:02}:{:02}",
            self.date(),
            s / 3600,
            s / 60 % 60,
            s % 60
        )
    }
}

impl fmt::Display for Instant {
    /// Writes `YYYY-MM-DDTHH:MM:SSZ`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.at(Offset(0)))
    }
}

impl fmt::Display for Offset {
    /// Writes `+HH:MM`, with seconds only where they are not 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.0.unsigned_abs();
        let sign = if self.0 < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", s / 3600, s / 60 % 60)?;
        if s.is_multiple_of(60) {
            Ok(())
        } else {
            write!(f, ":{:02}", s % 60)
        }
    }
}

/// A span of UTC's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// Calendar day, UTC
    Day,
    /// Calendar month, UTC
    Month,
    /// All time; never resets
    Total,
}

impl Period {
    /// Every period, shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Total];

    /// Returns its word on the command line, in JSON and in the state.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Total => "total",
        }
    }

    /// Returns the period that [`key`](Self::key) names.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }

    /// Returns the first instant of the period that holds `now`.
    #[must_use]
    pub fn start(self, now: Instant) -> Instant {
        let date = now.at(Offset(0)).date();
        let (year, month, _) = date.ymd();
        let first = match self {
            Self::Day => date,
            Self::Month => LocalDate::from_ymd(year, month, 1).unwrap_or(date),
            Self::Total => return Instant(0),
        };
        first.midnight().minus(Offset(0))
    }

    /// Returns the first instant of the next period, or `None` for the one that never ends.
    #[must_use]
    pub fn resets_at(self, now: Instant) -> Option<Instant> {
        match self {
            Self::Day => Some(self.start(now).plus(DAY)),
            // 31 days after the first of a month is always in the next one, and never beyond it.
            Self::Month => Some(self.start(self.start(now).plus(31 * DAY))),
            Self::Total => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_goes_there_and_back() {
        for n in -10_000..140_000 {
            let (y, m, d) = LocalDate(n).ymd();
            assert_eq!(LocalDate::from_ymd(y, m, d), Some(LocalDate(n)));
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_none() {
        for (y, m, d) in [
            (2023, 2, 29),
            (2024, 2, 30),
            (2024, 13, 1),
            (2024, 0, 1),
            (2024, 3, 0),
            (1900, 2, 29),
        ] {
            assert_eq!(LocalDate::from_ymd(y, m, d), None, "{y}-{m}-{d}");
        }
        assert_eq!(
            LocalDate::from_ymd(2024, 2, 29)
                .map(|d| d.to_string())
                .as_deref(),
            Some("2024-02-29")
        );
    }

    #[test]
    fn an_offset_leads_from_one_axis_to_the_other_and_back() {
        let t = Instant(1_709_278_200);
        let paris = Offset(3600);
        assert_eq!(t.to_string(), "2024-03-01T07:30:00Z");
        assert_eq!(t.at(paris).to_string(), "2024-03-01T08:30:00");
        assert_eq!(t.at(paris).minus(paris), t);
        assert_eq!(Offset(-12_600).to_string(), "-03:30");
        assert_eq!(Offset(34_200).to_string(), "+09:30");
    }
}
