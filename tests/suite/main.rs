//! The integration tests: one binary, because linking it once is most of what many would cost.
//!
//! They meet the program as its users do: a command line, files, exit codes. Readers and scanners
//! are also called in-process where thousands of calls are needed. What is inside one room is
//! tested beside its code, not here.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod bad;
mod budget;
mod coverage;
mod damage;
mod floods;
mod goldens;
mod house;
mod laws;
mod outcomes;
mod outs;
mod page;
mod same_bytes;
mod selection;
mod since;
mod stages;
mod support;
mod values;
mod workouts;
