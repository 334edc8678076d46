//! The zip layer: any bytes as an archive.
#![no_main]

#[path = "../../tests/hostile/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::zip(bytes));
