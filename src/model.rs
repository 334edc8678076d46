//! The one model that every reader fills and every writer asks: quantities, time, records, findings.
//!
//! The middle of the hour-glass. It knows neither Fitbit's field names nor FIT's numbers, reads no
//! clock, touches no disk and depends on nothing of ours. "Absent" is `None`, never 0.

#![expect(unreachable_pub, reason = "inside a room, pub means the room")]

pub(crate) mod checked;
pub(crate) mod clean;
pub mod file;
pub(crate) mod finding;
pub(crate) mod metrics;
pub(crate) mod minutes;
pub(crate) mod offsets;
pub(crate) mod records;
pub mod time;
pub(crate) mod units;

pub use checked::Checked;
pub use finding::{EntryId, Finding, Position, Reject, Skip, Tally};
pub(crate) use finding::{counted, grouped, kind_words, thin};
pub(crate) use minutes::{DayMinutes, MINUTES, MinuteDays};
pub(crate) use offsets::{Evidence, Offsets};
pub use records::Records;
pub use time::{Instant, LocalDate, LocalTime, Offset};
