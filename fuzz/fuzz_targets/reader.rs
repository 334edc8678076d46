//! The readers: the first byte chooses an entry name, the rest is the entry.
//!
//! `KINDS=heart_rate,heart_rate_csv` keeps to the readers of these kinds of entries, so that each can
//! be run for as long as it deserves; without it all of them share one run.
#![no_main]

use std::sync::OnceLock;

use trackersync::fitbit::{self, Name};

#[path = "../../tests/hostile/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::reader_among(chosen(), bytes));

/// The names whose readers are run.
fn chosen() -> &'static [String] {
    static CHOSEN: OnceLock<Vec<String>> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let Ok(kinds) = std::env::var("KINDS") else {
            return laws::names().to_vec();
        };
        let wanted = |name: &&String| {
            fitbit::owner(&Name::new(name)).is_some_and(|s| kinds.split(',').any(|k| k == s.kind))
        };
        let names: Vec<String> = laws::names().iter().filter(wanted).cloned().collect();
        assert!(!names.is_empty(), "no entry is of the kinds {kinds}");
        names
    })
}
