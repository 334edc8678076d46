//! `inspect`: any bytes as a FIT file, and the same with right checksums.
#![no_main]

#[path = "../../tests/hostile/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::inspect(bytes));
