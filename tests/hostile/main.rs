//! Hostile input from outside: laws for any bytes, and foreign names on their way through.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod any_bytes;
mod laws;
mod names;
