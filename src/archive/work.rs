//! Shares the reading of entries among threads.
//!
//! Zip entries and files can be read in any order; a tar is read in its order, under a lock, by
//! whichever thread is free. Every thread keeps its buffers. It does not know what becomes of the
//! bytes.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::tar::{Run, Wanted};
use super::zip::EntryBuffers;
use super::{EntryError, EntryInfo, EntryRead, Export, InputError, Place, Store, at, source};
use crate::model::EntryId;
use crate::parallel::{self, lock};

/// Entries over this size are read first, so that no thread begins one when the others are done.
/// All others are read in the order of the file, which disks like.
const LARGE: u64 = 4 << 20;

/// Entries over this size are in memory one at a time, whatever the number of threads.
const HUGE: u64 = 8 << 20;

/// What one thread does at a time.
enum Item {
    /// The fingerprint of an archive.
    Hash(u32),
    /// The next member of the tar with this place in the list of streams.
    Member(usize),
    /// An entry that can be read by itself.
    Direct(EntryId),
}

/// Entries that are to be read.
struct Plan<'a> {
    export: &'a Export,
    stop: &'a AtomicBool,
    streams: Vec<(u32, Mutex<Run<'a>>)>,
    items: Vec<Item>,
    /// Held by the thread that reads and uses a huge entry.
    huge: Mutex<()>,
}

/// Reads every wanted entry once and hands it to `f`; see [`Export::for_each`].
pub(super) fn run<W: Send>(
    export: &Export,
    wanted: &[EntryId],
    jobs: usize,
    stop: &AtomicBool,
    start: &(impl Fn() -> W + Sync),
    f: &(impl Fn(&mut W, EntryId, Result<&[u8], EntryError>) + Sync),
) -> Result<Vec<W>, InputError> {
    let plan = Plan::new(export, wanted, stop);
    let states = parallel::for_each(
        jobs,
        &plan.items,
        stop,
        || (start(), EntryBuffers::default()),
        |(state, buffers), item| plan.one(item, buffers, |id, read| f(state, id, read)),
    )?;
    if stop.load(Ordering::Relaxed) {
        return Err(InputError::Stopped);
    }
    Ok(states.into_iter().map(|(state, _)| state).collect())
}

impl<'a> Plan<'a> {
    fn new(export: &'a Export, wanted: &[EntryId], stop: &'a AtomicBool) -> Self {
        let mut ids = wanted.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let mut members: BTreeMap<u32, Vec<Wanted>> = BTreeMap::new();
        let mut direct = Vec::with_capacity(ids.len());
        for id in ids {
            match (at(&export.entries, id), at(&export.places, id)) {
                (Some(entry), Some(&Place::Tar(index))) if entry.error.is_none() => {
                    let bytes = entry.bytes;
                    let wanted = Wanted { index, id, bytes };
                    members.entry(entry.archive).or_default().push(wanted);
                }
                _ => direct.push(id),
            }
        }
        direct.sort_by_cached_key(|&id| turn(export, id));
        let (mut streams, mut items) = (Vec::new(), Vec::new());
        for (archive, wanted) in members {
            if let Some(Store::Tar(tar)) = source(&export.sources, archive).map(|s| &s.store) {
                items.extend((0..wanted.len()).map(|turn| (turn, streams.len())));
                streams.push((archive, Mutex::new(tar.read(wanted, &export.limits, stop))));
            }
        }
        // Tars first, in turns, so that threads do not wait for one another.
        items.sort_unstable();
        let items = items.into_iter().map(|(_, stream)| Item::Member(stream));
        let hashes = export.hashes_along.load(Ordering::Relaxed);
        let hashed = (0u32..).zip(&export.sources).filter(|_| hashes);
        let hashed = hashed.map(|(number, _)| Item::Hash(number));
        Self {
            export,
            stop,
            items: hashed
                .chain(items)
                .chain(direct.into_iter().map(Item::Direct))
                .collect(),
            streams,
            huge: Mutex::new(()),
        }
    }

    /// Reads one entry and hands it over.
    fn one(
        &self,
        item: &Item,
        buffers: &mut EntryBuffers,
        f: impl FnOnce(EntryId, Result<&[u8], EntryError>),
    ) -> Result<(), InputError> {
        match *item {
            Item::Hash(number) => {
                if let Some(archive) = source(&self.export.sources, number) {
                    self.export.fingerprint(archive, number, self.stop)?;
                }
            }
            Item::Member(stream) => self.member(stream, buffers, f)?,
            Item::Direct(id) => {
                let (archive, bytes) = at(&self.export.entries, id).map_or((0, 0), place);
                let _alone = self.alone(bytes);
                self.hand_over(archive, id, self.export.read(id, buffers), f)?;
            }
        }
        buffers.trim();
        Ok(())
    }

    fn member(
        &self,
        stream: usize,
        buffers: &mut EntryBuffers,
        f: impl FnOnce(EntryId, Result<&[u8], EntryError>),
    ) -> Result<(), InputError> {
        let Some((archive, stream)) = self.streams.get(stream) else {
            return Ok(());
        };
        let mut stream = lock(stream);
        // In this order everywhere: who holds a huge entry never waits for a stream.
        let _alone = self.alone(stream.bytes_of_next().unwrap_or_default());
        let next = stream.next_into(buffers);
        drop(stream);
        let Some((id, read)) = next else {
            return Ok(());
        };
        // A tar that was stopped looks damaged from there on.
        if matches!(read, Ok(Err(_))) && self.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.hand_over(*archive, id, read, f)
    }

    fn alone(&self, bytes: u64) -> Option<MutexGuard<'_, ()>> {
        (bytes > HUGE).then(|| lock(&self.huge))
    }

    fn hand_over(
        &self,
        archive: u32,
        id: EntryId,
        read: EntryRead<'_>,
        f: impl FnOnce(EntryId, Result<&[u8], EntryError>),
    ) -> Result<(), InputError> {
        let named = |error| InputError::from(error).of(&self.export.place(archive));
        f(id, read.map_err(named)?);
        Ok(())
    }
}

/// Returns the archive and the claimed size of an entry.
fn place(entry: &EntryInfo) -> (u32, u64) {
    (entry.archive, entry.bytes)
}

/// Returns by what entries that can be read in any order are sorted.
fn turn(export: &Export, id: EntryId) -> (bool, Reverse<u64>, u32, u64) {
    let (archive, bytes) = at(&export.entries, id).map_or((0, 0), place);
    let offset = match at(&export.places, id) {
        Some(Place::Zip(place)) => place.offset(),
        _ => u64::from(id.0),
    };
    let large = if bytes > LARGE { bytes } else { 0 };
    (large == 0, Reverse(large), archive, offset)
}
