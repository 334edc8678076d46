//! The readers: the first byte chooses an entry name, the rest is the entry.
#![no_main]

#[path = "../../tests/hostile/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::reader(bytes));
