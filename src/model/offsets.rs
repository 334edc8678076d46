//! The account's UTC offset on every local date, and the evidence it rests on.
//!
//! Fitbit keeps one offset per local date, valid from that date's midnight; a day whose next date
//! has another offset is longer or shorter than 24 hours. Local days therefore tile time without a
//! gap: date D is the instants from `midnight(D) - offset(D)` to `midnight(D+1) - offset(D+1)`.
//! How the offsets are found is no concern of this file (see `validate::zone`).

use serde::{Serialize, Serializer};

use super::time::{Instant, LocalDate, LocalTime, Offset};

/// What an offset rests on, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// `--timezone`, which overrides everything.
    Option,
    /// The first and last samples of the heart-rate day files.
    HeartRateDays,
    /// Offsets stated in `UserSleeps` or `UserExercises`.
    StatedOffsets,
    /// Offsets stated in TCX files.
    Tcx,
    /// The zone in the profile.
    Profile,
    /// Nothing of its own: taken from the nearest dates that have evidence.
    Neighbours,
}

impl Evidence {
    /// Returns the words used in the manifest, the summary and the report.
    pub fn text(self) -> &'static str {
        match self {
            Self::Option => "--timezone",
            Self::HeartRateDays => "bounds of the heart-rate day files",
            Self::StatedOffsets => "offsets in UserSleeps/UserExercises",
            Self::Tcx => "offsets in TCX files",
            Self::Profile => "zone of the profile",
            Self::Neighbours => "neighbouring dates",
        }
    }
}

impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

/// A run of dates with one offset and one kind of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    pub first: LocalDate,
    pub last: LocalDate,
    /// The offset at each of these dates' midnights.
    pub offset: Offset,
    pub evidence: Evidence,
}

/// The offset of every local date. Before the first and after the last span their offsets go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Offsets {
    /// IANA name of the home zone, if one is known.
    pub zone: Option<String>,
    /// In time order, without a gap.
    pub spans: Vec<Span>,
}

impl Offsets {
    /// Builds the table from one (offset, evidence) per date, the first for `first`. `zone` is the
    /// IANA name that explains them best, for people to read.
    pub fn new(first: LocalDate, days: &[(Offset, Evidence)], zone: Option<String>) -> Self {
        let mut spans: Vec<Span> = Vec::new();
        for (date, &(offset, evidence)) in (first.0..).map(LocalDate).zip(days) {
            match spans.last_mut() {
                Some(s) if s.offset == offset && s.evidence == evidence => s.last = date,
                _ => spans.push(Span {
                    first: date,
                    last: date,
                    offset,
                    evidence,
                }),
            }
        }
        Self { spans, zone }
    }

    /// Builds a table with the same offset on every date.
    pub fn constant(offset: Offset, evidence: Evidence) -> Self {
        Self::new(LocalDate(0), &[(offset, evidence)], None)
    }

    /// Returns the offset at the midnight of a date.
    pub fn on(&self, date: LocalDate) -> Offset {
        let at = self.spans.partition_point(|s| s.first <= date);
        let span = self.spans.get(at.saturating_sub(1));
        span.map(|s| s.offset).unwrap_or_default()
    }

    /// Returns the first instant of a date.
    pub fn day_start(&self, date: LocalDate) -> Instant {
        date.midnight().minus(self.on(date))
    }

    /// Returns the first instant after a date: the start of the next one.
    pub fn day_end(&self, date: LocalDate) -> Instant {
        self.day_start(date.plus(1))
    }

    /// Returns the local date that an instant belongs to.
    pub fn date_of(&self, at: Instant) -> LocalDate {
        let mut date = at.at(self.on(LocalDate(at.utc_day()))).date();
        while at < self.day_start(date) {
            date = date.plus(-1);
        }
        while at >= self.day_end(date) {
            date = date.plus(1);
        }
        date
    }

    /// Returns the offset of the wall clock that shows `local`: that of its date, and from noon of
    /// a date whose offset changes that of the next date (by then the phone has synced).
    pub fn at_local(&self, local: LocalTime) -> Offset {
        let date = local.date();
        if local.second_of_day() >= 43_200 {
            self.on(date.plus(1))
        } else {
            self.on(date)
        }
    }

    /// Returns the instant that a wall-clock stamp names.
    pub fn to_instant(&self, local: LocalTime) -> Instant {
        local.minus(self.at_local(local))
    }

    /// Returns the offset of the wall clock at an instant, by the same rule as [`Self::at_local`].
    pub fn at_instant(&self, at: Instant) -> Offset {
        let date = self.date_of(at);
        let offset = self.on(date);
        if at.at(offset) >= date.midnight().plus(43_200) {
            self.on(date.plus(1))
        } else {
            offset
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris_in_spring() -> Offsets {
        // 2024-03-31 is 23 hours long: +01:00 at its midnight, +02:00 at the next.
        let first = LocalDate::from_ymd(2024, 3, 30).unwrap_or_default();
        let e = Evidence::Profile;
        Offsets::new(
            first,
            &[(Offset(3600), e), (Offset(3600), e), (Offset(7200), e)],
            None,
        )
    }

    #[test]
    fn days_tile_time_across_a_change_of_offset() {
        let o = paris_in_spring();
        let d = LocalDate::from_ymd(2024, 3, 31).unwrap_or_default();
        assert_eq!(o.day_end(d).0 - o.day_start(d).0, 23 * 3600);
        for t in o.day_start(d.plus(-1)).0..o.day_end(d.plus(1)).0 {
            let date = o.date_of(Instant(t));
            assert!(o.day_start(date).0 <= t && t < o.day_end(date).0);
        }
    }

    #[test]
    fn from_noon_of_a_change_date_the_new_offset_holds() {
        let o = paris_in_spring();
        let d = LocalDate::from_ymd(2024, 3, 31).unwrap_or_default();
        assert_eq!(o.at_local(d.midnight().plus(3600)), Offset(3600));
        assert_eq!(o.at_local(d.midnight().plus(13 * 3600)), Offset(7200));
        assert_eq!(
            o.at_instant(o.to_instant(d.midnight().plus(22 * 3600))),
            Offset(7200)
        );
    }

    #[test]
    fn dates_without_a_span_take_the_nearest_offset() {
        let o = paris_in_spring();
        assert_eq!(o.on(LocalDate(0)), Offset(3600));
        assert_eq!(o.on(LocalDate(30_000)), Offset(7200));
    }
}
