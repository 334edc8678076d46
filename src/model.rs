//! The one model that every reader fills and every writer asks: quantities, time, records, findings.
//!
//! The middle of the hour-glass. It knows neither Fitbit's field names nor FIT's numbers, reads no
//! clock, touches no disk and depends on nothing of ours. "Absent" is `None`, never 0.

pub mod checked;
pub mod clean;
pub mod file;
pub mod finding;
pub mod metrics;
pub mod minutes;
pub mod offsets;
pub mod records;
pub mod time;
pub mod units;

pub use checked::Checked;
pub use finding::{EntryId, Finding, Position, Reject, Skip, Tally, counted, grouped, thin};
pub use minutes::{DayMinutes, MINUTES, MinuteDays};
pub use offsets::{Evidence, Offsets};
pub use records::Records;
pub use time::{Instant, LocalDate, LocalTime, Offset};
