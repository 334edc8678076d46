//! The scanner of the exact layout against the record-by-record path.
#![no_main]

#[path = "../../tests/hostile/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::scanner(bytes));
