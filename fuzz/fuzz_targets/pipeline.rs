//! The whole way: entries of any kinds, on one time axis, as files.
#![no_main]

#[path = "../../tests/hostile/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::pipeline(bytes));
