//! Shares the reading of entries among threads.
//!
//! Zip entries and files can be read in any order and are taken one by one through an atomic
//! counter; a tar is read in its order, under a lock, by whichever thread is free. Every thread
//! keeps its buffers. It does not know what becomes of the bytes.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::error::{Failure, ReadError};
use super::tar::{Run, Wanted};
use super::zip::Bench;
use super::{Damage, EntryInfo, Export, Place, Store, at, source};
use crate::model::EntryId;

/// Entries over this size are read first, so that no thread begins one when the others are done.
/// All others are read in the order of the file, which disks like.
const LARGE: u64 = 4 << 20;

/// Entries over this size are in memory one at a time, whatever the number of threads.
const HUGE: u64 = 8 << 20;

/// More threads than any machine of a user has processors.
const MOST_THREADS: usize = 256;

/// Entries that are to be read, and how far that has come.
pub(super) struct Plan<'a> {
    export: &'a Export,
    stop: &'a AtomicBool,
    /// More threads than this have nothing to do.
    jobs: usize,
    streams: Vec<(u32, Mutex<Run<'a>>)>,
    direct: Vec<EntryId>,
    next: AtomicUsize,
    /// Held by the thread that reads and uses a huge entry.
    huge: Mutex<()>,
    failed: AtomicBool,
    failure: Mutex<Option<ReadError>>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(export: &'a Export, wanted: &[EntryId], stop: &'a AtomicBool) -> Self {
        let mut ids = wanted.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let count = ids.len();
        let mut members: BTreeMap<u32, Vec<Wanted>> = BTreeMap::new();
        let mut direct = Vec::with_capacity(ids.len());
        for id in ids {
            match (at(&export.entries, id), at(&export.places, id)) {
                (
                    Some(EntryInfo {
                        problem: None,
                        archive,
                        bytes,
                        ..
                    }),
                    Some(&Place::Tar(index)),
                ) => {
                    let wanted = Wanted {
                        index,
                        id,
                        bytes: *bytes,
                    };
                    members.entry(*archive).or_default().push(wanted);
                }
                _ => direct.push(id),
            }
        }
        direct.sort_by_cached_key(|&id| turn(export, id));
        let streams = members.into_iter().filter_map(|(archive, wanted)| {
            let Store::Tar(tar) = &source(&export.sources, archive)?.store else {
                return None;
            };
            Some((archive, Mutex::new(tar.read(wanted, &export.limits, stop))))
        });
        Self {
            export,
            stop,
            jobs: count.clamp(1, MOST_THREADS),
            streams: streams.collect(),
            direct,
            next: AtomicUsize::new(0),
            huge: Mutex::new(()),
            failed: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    /// Reads everything; returns the states of all threads.
    pub(super) fn run<W: Send>(
        self,
        jobs: usize,
        start: &(impl Fn() -> W + Sync),
        f: &(impl Fn(&mut W, EntryId, Result<&[u8], Damage>) + Sync),
    ) -> Result<Vec<W>, ReadError> {
        let plan = &self;
        let states = thread::scope(|scope| {
            // One thread is this one; if the system allows no more, it does the work alone.
            let others: Vec<_> = (1..jobs.min(self.jobs))
                .map_while(|number| {
                    let work = move || plan.work(number, start(), f);
                    thread::Builder::new().spawn_scoped(scope, work).ok()
                })
                .collect();
            let mut states = vec![plan.work(0, start(), f)];
            for other in others {
                states.push(
                    other
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                );
            }
            states
        });
        match self
            .failure
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
        {
            Some(failure) => Err(failure),
            None if self.stop.load(Ordering::Relaxed) => Err(ReadError::Stopped),
            None => Ok(states),
        }
    }

    /// The work of one thread: the tars first, each thread beginning with another, then the rest.
    fn work<W>(
        &self,
        number: usize,
        mut state: W,
        f: &impl Fn(&mut W, EntryId, Result<&[u8], Damage>),
    ) -> W {
        let mut bench = Bench::new();
        let (before, after) = self.streams.split_at(number % self.streams.len().max(1));
        for (archive, stream) in after.iter().chain(before) {
            while !self.halted() {
                let mut stream = lock(stream);
                let Some(bytes) = stream.bytes_of_next() else {
                    break;
                };
                // In this order everywhere: who holds a huge entry never waits for a stream.
                let alone = self.alone(bytes);
                let Some((id, read)) = stream.next_into(bench.text()) else {
                    break;
                };
                drop(stream);
                let read = read.map(|()| bench.text().as_slice());
                self.hand_over(&mut state, id, *archive, read, f);
                bench.trim();
                drop(alone);
            }
        }
        while let Some(&id) = self.direct.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if self.halted() {
                break;
            }
            let (archive, bytes) =
                at(&self.export.entries, id).map_or((0, 0), |entry| (entry.archive, entry.bytes));
            let alone = self.alone(bytes);
            self.hand_over(&mut state, id, archive, self.export.read(id, &mut bench), f);
            bench.trim();
            drop(alone);
        }
        state
    }

    fn alone(&self, bytes: u64) -> Option<MutexGuard<'_, ()>> {
        (bytes > HUGE).then(|| lock(&self.huge))
    }

    fn hand_over<W>(
        &self,
        state: &mut W,
        id: EntryId,
        archive: u32,
        read: Result<&[u8], Failure>,
        f: &impl Fn(&mut W, EntryId, Result<&[u8], Damage>),
    ) {
        match read {
            Ok(bytes) => f(state, id, Ok(bytes)),
            Err(Failure::Io(error)) => self.fail(archive, error),
            // A tar that was stopped looks damaged from there on.
            Err(Failure::Damage(_)) if self.halted() => {}
            Err(Failure::Damage(damage)) => f(state, id, Err(damage)),
        }
    }

    /// Keeps the first failure and lets all threads come to an end.
    fn fail(&self, archive: u32, source: io::Error) {
        let input = self.export.archive_name(archive).to_owned();
        lock(&self.failure).get_or_insert(ReadError::Io { input, source });
        self.failed.store(true, Ordering::Relaxed);
    }

    fn halted(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }
}

/// Returns by what entries that can be read in any order are sorted.
fn turn(export: &Export, id: EntryId) -> (bool, std::cmp::Reverse<u64>, u32, u64) {
    let (archive, bytes) =
        at(&export.entries, id).map_or((0, 0), |entry| (entry.archive, entry.bytes));
    let offset = match at(&export.places, id) {
        Some(Place::Zip(place)) => place.offset(),
        _ => u64::from(id.0),
    };
    let large = if bytes > LARGE { bytes } else { 0 };
    (large == 0, std::cmp::Reverse(large), archive, offset)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
