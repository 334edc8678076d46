//! How a process waits for others: jittered pauses, a longest wait, and a signal that ends it.
//!
//! No clock is read: a wait is as long as the pauses it is made of.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Options;
use crate::budget::key::OperationId;

/// Longest pause between two tries to get the lock, in microseconds.
const LONGEST_PAUSE: u64 = 25_000;

/// Returns SQLite's busy handler: jittered pauses until the wait is over or a signal came. `waited_ms`
/// is told how long.
///
/// SQLite's own timeout pauses alike in every process; at 64 processes it failed 3 to 4 of 640.
pub(super) fn handler(
    options: &Options,
    waited_ms: Arc<AtomicU64>,
) -> impl FnMut(i32) -> bool + Send + 'static {
    let longest = u64::try_from(options.busy.as_micros()).unwrap_or(u64::MAX);
    let stop = Arc::clone(&options.stop);
    let mut waited = 0_u64;
    let mut random = random_seed();
    move |tries| {
        if tries == 0 {
            waited = 0;
        }
        if waited >= longest || stop.load(Ordering::Relaxed) {
            return false;
        }
        random = xorshift(random);
        let pause = (500 + random % LONGEST_PAUSE).min(longest - waited);
        waited += pause;
        waited_ms.store(waited / 1000, Ordering::Relaxed);
        std::thread::sleep(Duration::from_micros(pause));
        true
    }
}

fn random_seed() -> u64 {
    let id = OperationId::fresh();
    id.0.first_chunk()
        .map_or(1, |bytes| u64::from_le_bytes(*bytes))
        | 1
}

/// Marsaglia's xorshift: good enough to spread processes out.
fn xorshift(mut x: u64) -> u64 {
    x ^= x << 13;
    x ^= x >> 7;
    x ^ (x << 17)
}
