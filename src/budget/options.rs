//! How a store behaves, and how it waits for others: jittered pauses, a longest wait, and a signal that
//! ends it.
//!
//! No clock is read: a wait is as long as the pauses it is made of.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::error::Fault;

/// Shortest and longest pause between two tries to get the lock, in microseconds.
const PAUSE: (u64, u64) = (500, 25_000);

/// How a store behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long to wait for other processes.
    pub busy: Duration,
    /// Ends every wait when it becomes true.
    pub stop: Arc<AtomicBool>,
    /// Whether a network file system is accepted.
    pub on_network: bool,
    /// The user's own folder of states, where the sealed copy of what is set lies; `None` where there
    /// is none.
    pub own_folder: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            busy: Duration::from_secs(30),
            stop: Arc::default(),
            on_network: false,
            own_folder: None,
        }
    }
}

impl Options {
    /// Returns SQLite's busy handler, which is told how often it was tried and answers whether to try
    /// again: it pauses until the wait is over or a signal came. `waited_ms` is told how long.
    ///
    /// SQLite's own timeout pauses alike in every process; at 64 processes it failed 3 to 4 of 640.
    pub(super) fn patience(&self, waited_ms: Arc<AtomicU64>) -> impl FnMut(i32) -> bool + use<> {
        let (longest, stop) = (micros(self.busy), Arc::clone(&self.stop));
        let mut waited = 0_u64;
        move |tries| {
            if tries == 0 {
                waited = 0;
            }
            if waited >= longest || stop.load(Ordering::Relaxed) {
                return false;
            }
            // The system's randomness, as the standard library draws it for its hash tables.
            let random = RandomState::new().build_hasher().finish();
            let pause = (PAUSE.0 + random % (PAUSE.1 - PAUSE.0)).min(longest - waited);
            waited += pause;
            waited_ms.store(waited / 1000, Ordering::Relaxed);
            std::thread::sleep(Duration::from_micros(pause));
            true
        }
    }

    /// Tells whether a signal has asked to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Returns the fault of a wait that came to its end: by a signal, or because it was too long.
    pub(super) fn gave_up(&self) -> Fault {
        match self.is_stopped() {
            true => Fault::Interrupted,
            false => Fault::Locked {
                waited_ms: micros(self.busy) / 1000,
            },
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "a wait is measured")]
    use super::*;

    /// Returns what each try had waited so far, in milliseconds, until it was told to give up.
    fn waits(options: &Options) -> Vec<u64> {
        let waited = Arc::<AtomicU64>::default();
        let mut patience = options.patience(Arc::clone(&waited));
        (0..)
            .map_while(|tries| patience(tries).then(|| waited.load(Ordering::Relaxed)))
            .collect()
    }

    #[test]
    fn a_wait_is_as_long_as_was_asked_for_and_begins_anew_with_every_lock() {
        let options = Options {
            busy: Duration::from_millis(60),
            ..Options::default()
        };
        let begun = std::time::Instant::now();
        let first = waits(&options);
        assert!(begun.elapsed() >= options.busy);
        assert_eq!(first.last(), Some(&60));
        assert!((3..=60).contains(&first.len()), "{first:?}");
        let pauses = |waits: &[u64]| -> Vec<u64> {
            let before = [0].into_iter().chain(waits.iter().copied());
            waits
                .iter()
                .zip(before)
                .map(|(now, before)| now - before)
                .collect()
        };
        assert!(pauses(&first).iter().all(|pause| *pause <= 26), "{first:?}");
        assert_ne!(first, waits(&options), "two processes wait alike");
        let mut patience = options.patience(Arc::default());
        assert!((0..3).all(|_| (0..).take_while(|tries| patience(*tries)).count() > 1));
    }

    #[test]
    fn a_signal_ends_a_wait_before_its_first_pause() {
        let options = Options::default();
        assert!(matches!(
            options.gave_up(),
            Fault::Locked { waited_ms: 30_000 }
        ));
        options.stop.store(true, Ordering::Relaxed);
        assert_eq!(waits(&options), Vec::<u64>::new());
        assert!(matches!(options.gave_up(), Fault::Interrupted));
    }
}
