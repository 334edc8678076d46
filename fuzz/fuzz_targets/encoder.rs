//! The FIT encoder, read back by `fitparser`.
#![no_main]

#[path = "../../tests/hostile/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::encoder(bytes));
