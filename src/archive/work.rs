//! Shares the reading of entries among threads.
//!
//! Zip entries and files can be read in any order; a tar is read in its order, under a lock, by
//! whichever thread is free. Every thread keeps its buffers. It does not know what becomes of the
//! bytes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::tar::Run;
use super::zip::EntryBuffers;
use super::{EntryError, EntryInfo, Export, InputError, Place, Store, source};
use crate::model::EntryId;
use crate::parallel::{self, lock};

/// Entries over this size are read first, so that no thread begins one when the others are done.
/// All others are read in the order of the file, which disks like.
const LARGE: u64 = 4 << 20;

/// Entries over this size are in memory one at a time, whatever the number of threads.
const HUGE: u64 = 8 << 20;

/// What one thread does at a time.
enum Item<'i, 'a> {
    /// The fingerprint of an archive.
    Hash(u32),
    /// The next member of this tar.
    Member(&'i Mutex<Run<'a>>),
    /// An entry that can be read by itself.
    Direct(&'a EntryInfo),
}

impl Export {
    /// Reads every wanted entry and hands it to `f`, each once, on `jobs` threads or as many as
    /// there can be. Each thread has a state of its own, made by `start`; all states are returned.
    /// The order of entries, and which thread gets which, is not determined.
    ///
    /// Entries that cannot be used are handed over as the `EntryError` that they are.
    ///
    /// # Errors
    /// A failing disk, or that `stop` was set; then some entries were not handed over.
    pub fn for_each<W: Send>(
        &self,
        wanted: &[EntryId],
        jobs: usize,
        stop: &AtomicBool,
        start: impl Fn() -> W + Sync,
        f: impl Fn(&mut W, EntryId, Result<&[u8], EntryError>) + Sync,
    ) -> Result<Vec<W>, InputError> {
        let (tars, direct) = self.in_turn(wanted, stop);
        let mut items = Vec::new();
        if self.hashes_along.load(Ordering::Relaxed) {
            items.extend(
                (0..)
                    .zip(&self.sources)
                    .map(|(number, _)| Item::Hash(number)),
            );
        }
        // Tars first, in turns, so that threads do not wait for one another.
        let most = tars.iter().map(|(_, members)| *members).max();
        for turn in 0..most.unwrap_or(0) {
            let running = tars.iter().filter(|(_, members)| turn < *members);
            items.extend(running.map(|(run, _)| Item::Member(run)));
        }
        items.extend(direct.into_iter().map(Item::Direct));
        // Held by the thread that reads and uses a huge entry.
        let huge = Mutex::new(());
        let alone = |bytes| (bytes > HUGE).then(|| lock(&huge));
        let work = |(state, buffers): &mut (W, EntryBuffers), item: &Item<'_, '_>| {
            let (_alone, entry, read) = match item {
                Item::Hash(number) => return self.fingerprint(*number, stop).map(drop),
                Item::Direct(entry) => (alone(entry.bytes), *entry, self.read(entry, buffers)),
                Item::Member(run) => {
                    let mut run = lock(run);
                    // In this order everywhere: who holds a huge entry never waits for a tar.
                    let alone = alone(run.bytes_of_next());
                    let Some((entry, read)) = run.next_into(buffers) else {
                        return Ok(());
                    };
                    // A tar that was stopped looks damaged from there on.
                    if matches!(read, Ok(Err(_))) && stop.load(Ordering::Relaxed) {
                        return Ok(());
                    }
                    (alone, entry, read)
                }
            };
            let failed = |error| InputError::from(error).of(&self.place(entry.archive));
            f(state, entry.id, read.map_err(failed)?);
            buffers.trim();
            Ok(())
        };
        let start = || (start(), EntryBuffers::default());
        let states = parallel::for_each(jobs, &items, stop, start, work)?;
        if stop.load(Ordering::Relaxed) {
            return Err(InputError::Stopped);
        }
        Ok(states.into_iter().map(|(state, _)| state).collect())
    }

    /// The tars in which entries are wanted, with how many, and the other entries in the order in
    /// which they are read.
    fn in_turn<'a>(
        &'a self,
        wanted: &[EntryId],
        stop: &'a AtomicBool,
    ) -> (Vec<(Mutex<Run<'a>>, usize)>, Vec<&'a EntryInfo>) {
        let mut members: BTreeMap<u32, Vec<&EntryInfo>> = BTreeMap::new();
        let mut direct = Vec::with_capacity(wanted.len());
        for id in BTreeSet::from_iter(wanted) {
            let place = usize::try_from(id.0).ok();
            match place.and_then(|i| self.entries.get(i)) {
                Some(entry) if matches!(entry.place, Place::Tar(_)) && entry.error.is_none() => {
                    members.entry(entry.archive).or_default().push(entry);
                }
                entry => direct.extend(entry),
            }
        }
        direct.sort_by_cached_key(|entry| {
            let offset = match &entry.place {
                Place::Zip(record) => record.header,
                _ => u64::from(entry.id.0),
            };
            let large = if entry.bytes > LARGE { entry.bytes } else { 0 };
            (large == 0, Reverse(large), entry.archive, offset)
        });
        let run = |(archive, wanted): (u32, Vec<&'a EntryInfo>)| {
            let Store::Tar(tar) = &source(&self.sources, archive)?.store else {
                return None;
            };
            let count = wanted.len();
            Some((Mutex::new(tar.read(wanted, &self.limits, stop)), count))
        };
        (members.into_iter().filter_map(run).collect(), direct)
    }
}
