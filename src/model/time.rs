//! Time: instants, local wall-clock stamps, local dates and UTC offsets, all as whole seconds.
//!
//! Four types keep the two axes apart: an [`Instant`] lies on the UTC axis, a [`LocalTime`] on the
//! naive axis of somebody's wall clock, and only an [`Offset`] leads from one to the other. No time
//! zone rules live here and no clock is read.

use std::fmt;

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

impl Instant {
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

    /// Returns the second of the UTC day, 0 to 86,399.
    #[must_use]
    pub fn second_of_day(self) -> u32 {
        u32::try_from(self.0.rem_euclid(DAY)).unwrap_or(0)
    }

    /// Tells whether the instant lies in the window that a Fitbit export can hold.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        (EARLIEST..LATEST).contains(&self)
    }

    /// Returns the instant `seconds` later.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
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

    /// Returns the second of the local day, 0 to 86,399.
    #[must_use]
    pub fn second_of_day(self) -> u32 {
        u32::try_from(self.0.rem_euclid(DAY)).unwrap_or(0)
    }

    /// Tells whether the stamp lies in the window that a Fitbit export can hold, give or take a day
    /// for the unknown offset.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        (EARLIEST.0 - DAY..LATEST.0 + DAY).contains(&self.0)
    }

    /// Returns the stamp `seconds` later on the same clock.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
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
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        let y = i64::from(year) - i64::from(month <= 2);
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let shifted = (i64::from(month) + 9) % 12;
        let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
        let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100
            + day_of_year
            - 719_468;
        i32::try_from(days).ok().map(Self)
    }

    /// Returns year, month and day.
    #[must_use]
    pub fn ymd(self) -> (i32, u32, u32) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        (
            i32::try_from(year).unwrap_or(0),
            u32::try_from(month).unwrap_or(1),
            u32::try_from(day).unwrap_or(1),
        )
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

/// Number of days in a month of the Gregorian calendar.
fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
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
