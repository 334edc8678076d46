//! Door 2, VALIDATE: every entry is read by the reader of its row of SOURCES, and everything doubtful
//! about the sum of them is resolved.
//!
//! Entries are read on all cores, each worker into records of its own; nothing depends on which
//! worker read what, because records are sorted before they are resolved. After this door no stage
//! meets raw text. Knows no output and no disk.

#![expect(unreachable_pub, reason = "inside a room, pub means the room")]

mod choose;
mod clocks;
mod daily_cap;
mod daily_values;
mod days;
mod evidence;
mod local_days;
mod nights;
mod readings;
mod streams;
pub(crate) mod tallies;
mod temperature;
mod weights;
mod workouts;
mod zone;
mod zone_minutes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono_tz::Tz;
use thiserror::Error;

use crate::archive::{EntryError, InputError};
use crate::fitbit::{Action, Entry, Name, Settings};
use crate::model::checked::Parts;
use crate::model::finding::ENTRIES_WITH_FINDINGS;
use crate::model::{
    Checked, EntryId, LocalDate, Records, Reject, Skip, Tally, counted, kind_words,
};
use crate::upload::Catalogue;
use tallies::Tallies;

/// What the user chose that decides what is sound and what is taken.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What the readers must know.
    pub settings: Settings,
    /// `--timezone`.
    pub timezone: Option<Tz>,
    /// `--from`: first local date.
    pub from: Option<LocalDate>,
    /// `--to`: last local date.
    pub to: Option<LocalDate>,
    /// `--sample`: the newest so many activities and weigh-ins.
    pub sample: Option<usize>,
    /// Number of threads.
    pub jobs: usize,
}

/// The result: the sound data, and what became of every record.
#[derive(Debug, Default)]
pub struct Validated {
    /// The sound data.
    pub checked: Checked,
    /// The tallies.
    pub tallies: Tallies,
}

/// Why nothing can be said of the export as a whole.
#[derive(Debug, Error)]
pub enum ValidateError {
    /// A failing disk, or a stop.
    #[error(transparent)]
    Read(#[from] InputError),
    /// No evidence of the time zone in what could be read, and no `--timezone`; and how many entries
    /// could not be read.
    #[error(
        "nothing in this export tells its time zone: no heart-rate day files that pin it, no stated offsets, no profile with a zone{}\npass --timezone with the IANA name of the zone you lived in, as in --timezone Europe/Paris",
        unread(*.0)
    )]
    NoZone(usize),
    /// Profiles of two people.
    #[error(
        "these are exports of {0} different people\nconvert them one by one, or together with --each"
    )]
    SeveralPeople(usize),
}

/// Says that evidence may stand in what could not be read; with a zone given, the run tells it all.
fn unread(entries: usize) -> String {
    match entries {
        0 => String::new(),
        1 => ", and 1 entry could not be read".to_owned(),
        n => format!(", and {n} entries could not be read"),
    }
}

/// Reads and resolves an export. `progress` is told the bytes that have been read.
///
/// # Errors
/// [`ValidateError`]; what is wrong with single records and entries is in the tallies instead.
pub fn validate(
    catalogue: &Catalogue,
    request: &Request,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Validated, ValidateError> {
    let (mut records, mut tallies) = read(catalogue, request, stop, progress)?;
    let people = records.profiles.iter().map(|p| p.user_id.as_str());
    let people: BTreeSet<&str> = people.filter(|id| !id.is_empty()).collect();
    if people.len() > 1 {
        return Err(ValidateError::SeveralPeople(people.len()));
    }
    let offsets = evidence::resolve(&mut records, request, &mut tallies).ok_or_else(|| {
        let unread = tallies.entries.iter().filter(|t| t.error.is_some()).count();
        ValidateError::NoZone(unread)
    })?;
    let mut parts = Parts {
        offsets,
        ..Parts::default()
    };
    for step in STEPS {
        // Steps take seconds only for what nobody lived.
        if stop.load(Ordering::Relaxed) {
            return Err(InputError::Stopped.into());
        }
        step(&mut records, &mut parts, &mut tallies);
    }
    tell_preferences(catalogue, &mut tallies);
    choose::apply(&mut parts, request, &mut tallies);
    tallies.thin();
    Ok(Validated {
        checked: Checked::new(parts),
        tallies,
    })
}

/// Takes records of some kinds and fills the parts that they become.
type Step = fn(&mut Records, &mut Parts, &mut Tallies);

/// What resolves what the records leave open, each in a room below, in this order: each needs what the
/// ones before it have filled.
const STEPS: [Step; 6] = [
    streams::resolve,
    nights::resolve,
    days::resolve,
    workouts::resolve,
    weights::resolve,
    readings::resolve,
];

/// Says, for each type of entry, how much of it a better source tells too.
fn tell_preferences(catalogue: &Catalogue, tallies: &mut Tallies) {
    let mut aside: BTreeMap<&str, u64> = BTreeMap::new();
    for (row, tally) in catalogue.rows.iter().zip(&tallies.entries) {
        if let (Some(source), Some(count)) = (row.source, tally.skipped.get(&Skip::OtherSource)) {
            *aside.entry(source.kind).or_default() += count;
        }
    }
    if !aside.is_empty() {
        tallies.remark(
            "where several sources have the same data, one is used for each date and they are never summed: the JSON before the device, the app, the phone and other apps",
        );
    }
    for (kind, count) in aside {
        tallies.remark(format!(
            "{}: {} skipped, because a preferred source has the same",
            kind_words(kind),
            counted(count, "record was", "records were")
        ));
    }
}

/// What one worker has read.
#[derive(Default)]
struct Worker {
    records: Records,
    tallies: BTreeMap<EntryId, Tally>,
    /// The first of its entries with several findings, which keep them.
    full: BTreeSet<EntryId>,
}

impl Worker {
    /// Closes the tallies of an entry; what [`Tally::thin`] would drop in the end is dropped at once.
    fn close(&mut self, id: EntryId, tally: Tally) {
        if tally.findings.len() > 1 {
            self.full.insert(id);
        }
        self.tallies.insert(id, tally);
        if self.full.len() > ENTRIES_WITH_FINDINGS {
            let last = self.full.pop_last();
            let tally = last.and_then(|id| self.tallies.get_mut(&id));
            tally.into_iter().for_each(Tally::thin);
        }
    }
}

fn read(
    catalogue: &Catalogue,
    request: &Request,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(Records, Tallies), InputError> {
    let entries = catalogue.export.entries();
    let one = |worker: &mut Worker, id: EntryId, bytes: Result<&[u8], EntryError>| {
        let index = usize::try_from(id.0).unwrap_or(usize::MAX);
        let (Some(info), Some(row)) = (entries.get(index), catalogue.rows.get(index)) else {
            return;
        };
        let mut tally = Tally::default();
        match (bytes, row.source.map(|s| s.action)) {
            (Ok(bytes), Some(Action::Read(read))) => {
                let path = info.path.to_lowercase();
                let entry = Entry::new(id, Name::new(&path), bytes).until(stop);
                read(&entry, &request.settings, &mut worker.records, &mut tally);
            }
            (Err(e), _) => tally.fail(id, Reject::Damaged, e.to_string(), e.expected()),
            (Ok(_), _) => {}
        }
        worker.close(id, tally);
        progress(info.bytes);
    };
    let (wanted, jobs) = (catalogue.wanted(), request.jobs.max(1));
    let workers = catalogue
        .export
        .for_each(&wanted, jobs, stop, Worker::default, one)?;
    let mut records = Records::default();
    let mut tallies = Tallies::new(entries.len());
    for worker in workers {
        records.absorb(worker.records);
        for (id, tally) in worker.tallies {
            if let Some(place) = tallies.of(id) {
                *place = tally;
            }
        }
    }
    records.sort();
    tallies.thin();
    tell_doubts(catalogue, &mut tallies);
    Ok((records, tallies))
}

/// Tells which archives contradict themselves, once each with the first entry as the example, and
/// what is not there at all.
fn tell_doubts(catalogue: &Catalogue, tallies: &mut Tallies) {
    let mut doubts: BTreeMap<u32, (u64, &str, &str)> = BTreeMap::new();
    for entry in catalogue.export.entries() {
        if let Some(doubt) = &entry.doubt {
            let seen = doubts.entry(entry.archive);
            seen.or_insert((0, &entry.path, doubt)).0 += 1;
        }
    }
    for (archive, (count, path, doubt)) in doubts {
        let name = catalogue.export.archive_name(archive);
        let more = match count {
            1 => String::new(),
            2 => ", and 1 more entry".to_owned(),
            n => format!(", and {} more entries", n - 1),
        };
        let what = format!("{name}: the archive is damaged: {doubt}, in {path}{more}");
        let expected = "an undamaged archive; download it again to be sure";
        tallies.doubt(Reject::Damaged, what, expected);
    }
    for (reject, what) in catalogue.incomplete() {
        let expected = match reject {
            Reject::NotGiven => "all parts of the export in one command",
            _ => "the whole export; download what is missing again",
        };
        tallies.doubt(reject, what, expected);
    }
}
