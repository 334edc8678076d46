//! One queue of work for every stage that uses all cores: reading entries, rendering files,
//! checking an output.
//!
//! Threads take one item after the other from a counter, so the order in which items are done is
//! not determined, and what is made of them must not depend on it. Knows nothing of the work.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// More threads than any machine of a user has processors.
const MOST_THREADS: usize = 256;

/// Locks what only grows: what a panicking thread has left of it is as good as any.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does `work` on every item, on up to `threads` threads or as many as the system allows. Each
/// thread has a state of its own, made by `start`; all states are returned, in no order. Once
/// `stop` is set no other item is begun.
///
/// # Errors
/// The first error of `work`; items that were not begun by then are left.
pub(crate) fn for_each<T: Sync, W: Send, E: Send>(
    threads: usize,
    items: &[T],
    stop: &AtomicBool,
    start: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &T) -> Result<(), E> + Sync,
) -> Result<Vec<W>, E> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let failure = Mutex::new(None);
    let run = || {
        let mut state = start();
        while !stop.load(Ordering::Relaxed) && !failed.load(Ordering::Relaxed) {
            let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            if let Err(error) = work(&mut state, item) {
                failed.store(true, Ordering::Relaxed);
                lock(&failure).get_or_insert(error);
            }
        }
        state
    };
    let states = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, run).ok();
        let others = 1..threads.min(items.len()).min(MOST_THREADS);
        let others: Vec<_> = others.map_while(spawn).collect();
        // One thread is this one; where the system allows no more, it does the work alone.
        let mut states = vec![run()];
        states.extend(others.into_iter().map(|other| {
            let state = other.join();
            state.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }));
        states
    });
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(states),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(threads: usize) -> Result<u32, u32> {
        let items: Vec<u32> = (1..=100).collect();
        let add = |sum: &mut u32, item: &u32| {
            *sum += item;
            Ok::<(), u32>(())
        };
        let sums = for_each(threads, &items, &AtomicBool::new(false), || 0, add)?;
        assert!(sums.len() <= threads.max(1));
        Ok(sums.into_iter().sum())
    }

    #[test]
    fn every_item_is_done_once_whatever_the_number_of_threads() {
        for threads in [0, 1, 2, 7, 1000] {
            assert_eq!(sum(threads), Ok(5050));
        }
    }

    #[test]
    fn an_error_or_a_stop_ends_it() {
        let done = AtomicUsize::new(0);
        let fail = |(): &mut (), item: &u32| {
            done.fetch_add(1, Ordering::Relaxed);
            if *item == 3 { Err(*item) } else { Ok(()) }
        };
        let items: Vec<u32> = (1..=1000).collect();
        let go = AtomicBool::new(false);
        assert_eq!(for_each(1, &items, &go, || (), fail), Err(3));
        assert_eq!(done.swap(0, Ordering::Relaxed), 3);
        let stopped = AtomicBool::new(true);
        assert_eq!(
            for_each(2, &items, &stopped, || (), fail).map(|s| s.len()),
            Ok(2)
        );
        assert_eq!(done.into_inner(), 0);
    }
}
