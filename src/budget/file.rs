//! The state file as a file: what lies at its path, and how it comes to be.
//!
//! The file is looked at before SQLite may touch it, because SQLite would roll a stale journal into
//! whatever lies there. It is made under another name and linked into place, so that it appears
//! whole and exactly once however many processes start together. Rows are unknown here.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::Fault;
use super::key::OperationId;
use super::{network, schema};
use crate::parallel::lock;
use crate::platform;

/// Suffix of state files that are not finished yet; they begin with a dot.
const UNFINISHED: &str = ".new";

/// Suffix of the copy of what is set.
pub(crate) const SETTINGS: &str = ".settings";

/// Bytes of SQLite's file header (format description, section 1.3).
const HEADER: usize = 100;

/// Bytes of a page.
pub(crate) const PAGE: u64 = 4096;

/// Parts of the header that never change, by offset: page size 4096 and rollback journal; no reserved
/// bytes and the fixed payload fractions; schema format 4; no auto-vacuum; UTF-8; no incremental
/// vacuum (format description, section 1.3).
const FIXED: [(usize, [u8; 4]); 6] = [
    (16, [0x10, 0, 1, 1]),
    (20, [0, 64, 32, 32]),
    (44, [0, 0, 0, 4]),
    (52, [0; 4]),
    (56, [0, 0, 0, 1]),
    (64, [0; 4]),
];

/// Paths whose header this process has found sound.
///
/// Closing any descriptor of a file drops every POSIX lock that the process holds on it, also those
/// of SQLite. So a header is read by hand only before the first connection of the process.
static SEEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// What tells one file from another that was put in its place; the same for all where unknown.
pub(crate) type Identity = (u64, u64);

/// Returns the identity of a file.
#[cfg(unix)]
pub(crate) fn identity(found: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

/// Returns the identity of a file: an open file cannot be replaced on such systems.
#[cfg(not(unix))]
pub(crate) fn identity(_found: &fs::Metadata) -> Identity {
    (0, 0)
}

/// Looks at the path without opening a database: `None` if nothing is there.
pub(crate) fn exists(path: &Path, on_network: bool) -> Result<Option<Identity>, Fault> {
    let Some(found) = regular_file(path)? else {
        return Ok(None);
    };
    if found.len() == 0 {
        return Err(Fault::Empty);
    }
    if is_there(&beside(path, "-wal"))? {
        return Err(Fault::WriteAheadLog);
    }
    refuse_network(path, on_network)?;
    look_once(path)?;
    Ok(Some(identity(&found)))
}

/// Looks at the regular file at `path`; `None` if nothing is there.
pub(crate) fn regular_file(path: &Path) -> Result<Option<fs::Metadata>, Fault> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Fault::from_io("looking at it", &error)),
    };
    let kind = found.file_type();
    if kind.is_file() {
        Ok(Some(found))
    } else if kind.is_symlink() {
        Err(Fault::NotAFile("a symbolic link"))
    } else if kind.is_dir() {
        Err(Fault::NotAFile("a folder"))
    } else {
        Err(Fault::NotAFile("a pipe, socket or device"))
    }
}

fn is_there(path: &Path) -> Result<bool, Fault> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Fault::from_io("looking beside it", &error)),
    }
}

/// Refuses a network file system, unless that is accepted.
pub(crate) fn refuse_network(path: &Path, is_accepted: bool) -> Result<(), Fault> {
    let kind = network::remote_type(path).filter(|_| !is_accepted);
    kind.map_or(Ok(()), |kind| Err(Fault::Network(kind)))
}

/// Returns the path of a file that belongs to the state file: its name with `suffix`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Reads and judges the header, once in this process.
fn look_once(path: &Path) -> Result<(), Fault> {
    let mut seen = lock(&SEEN);
    if !seen.contains(path) {
        let page = first_page(path).map_err(|e| Fault::from_io("reading it", &e))?;
        judge_header(page.get(..HEADER).unwrap_or(&page))?;
        seen.insert(path.to_owned());
    }
    Ok(())
}

/// Reads the first page of a file, or what there is of it.
pub(crate) fn first_page(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    File::open(path)?.take(PAGE).read_to_end(&mut page)?;
    Ok(page)
}

/// Judges the bytes of the header that never change while the file is ours.
fn judge_header(header: &[u8]) -> Result<(), Fault> {
    let field = |at: usize, length: usize| header.get(at..at + length).unwrap_or_default();
    let number = |at: usize| field(at, 4).try_into().map_or(0, u32::from_be_bytes);
    if field(0, 16) != b"SQLite format 3\0" {
        return Err(Fault::Foreign(
            "it does not begin like an SQLite database".into(),
        ));
    }
    schema::check_identity(number(68), number(60))?;
    if field(18, 2) == [2, 2] {
        return Err(Fault::WriteAheadLog);
    }
    if FIXED.iter().any(|(at, bytes)| field(*at, 4) != bytes) || field(72, 20) != [0; 20] {
        return Err(Fault::Damaged("its header is broken".into()));
    }
    Ok(())
}

/// Mends the header on the first page of a file with so many pages: an empty free list, and a page count
/// that does not rest on the change counter. A write-ahead log beside the file is read whatever it says.
pub(crate) fn mend_header(page: &mut [u8], pages: u32) {
    let parts = [
        (0, &b"SQLite format 3\0"[..]),
        (28, &pages.to_be_bytes()),
        (32, &[0; 8]),
        (60, &schema::VERSION.to_be_bytes()),
        (68, &schema::APPLICATION_ID.to_be_bytes()),
        (72, &[0; 20]),
    ];
    let fixed = FIXED.iter().map(|(at, bytes)| (*at, &bytes[..]));
    for (at, bytes) in parts.into_iter().chain(fixed) {
        if let Some(place) = page.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }
}

/// Opens the file, which must exist. It is not read yet, and nothing waits for a lock.
pub(crate) fn open(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    // Setting `synchronous` would read the file; full sync is what SQLite is built with. On macOS a
    // sync reaches the disk only as `fullfsync`; elsewhere that says nothing.
    connection.execute_batch(
        "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; \
         PRAGMA fullfsync = ON",
    )?;
    Ok(connection)
}

/// Makes the file, filled by `fill`, unless another process was faster.
pub(crate) fn create(
    path: &Path,
    on_network: bool,
    fill: impl FnOnce(&Connection) -> Result<(), Fault>,
) -> Result<(), Fault> {
    refuse_network(path, on_network)?;
    let made = platform::private_folder(true).create(folder_of(path));
    made.map_err(|e| Fault::from_io("making its folder", &e))?;
    refuse_orphans(path)?;
    let unfinished = unfinished_name(path);
    let result = write_whole(&unfinished, fill).and_then(|()| link(&unfinished, path));
    // Moved, where there are no links; else what stays is removed by `maintain`.
    let _first_name = fs::remove_file(&unfinished);
    result?;
    sync_folder(path)
}

/// Returns the folder of a file.
pub(crate) fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Refuses to make a file beside the journal of a lost one: SQLite would roll it into the new file.
pub(crate) fn refuse_orphans(path: &Path) -> Result<(), Fault> {
    refuse_lost(path, &["-journal", "-wal"], "its journal")
}

/// Refuses to take a file for one that was never made where the copy of its settings says otherwise:
/// limits and blocks would be forgotten.
pub(crate) fn refuse_forgotten(path: &Path) -> Result<(), Fault> {
    refuse_lost(path, &[SETTINGS], "the copy of its settings")
}

fn refuse_lost(path: &Path, suffixes: &[&str], what: &str) -> Result<(), Fault> {
    for suffix in suffixes {
        // Another process may have made the file, and begun to use it, since we looked.
        if is_there(&beside(path, suffix))? && !is_there(path)? {
            let what = format!("{what} is there, the file is not");
            return Err(Fault::Damaged(what));
        }
    }
    Ok(())
}

/// Returns a name beside the file that nobody else has.
pub(crate) fn unfinished_name(path: &Path) -> PathBuf {
    let mut name = unfinished_prefix(path);
    name.push(format!("{}{UNFINISHED}", OperationId::fresh()));
    folder_of(path).join(name)
}

fn unfinished_prefix(path: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

/// Writes a whole database at a name that nobody else has. It needs no journal: if this process
/// dies, the name is never linked.
pub(crate) fn write_whole(
    name: &Path,
    fill: impl FnOnce(&Connection) -> Result<(), Fault>,
) -> Result<(), Fault> {
    private_file(name)?;
    let connection = open(name)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
    fill(&connection)?;
    connection.execute_batch("COMMIT")?;
    connection.close().map_err(|(_, error)| error)?;
    // Windows syncs only what is open for writing.
    let file = OpenOptions::new().write(true).open(name);
    file.and_then(|file| file.sync_all())
        .map_err(|e| Fault::from_io("syncing it", &e))
}

/// Makes an empty file that must not exist yet and that only its owner may read.
pub(crate) fn private_file(name: &Path) -> Result<File, Fault> {
    platform::private_file(name, 0o600).map_err(|e| Fault::from_io("making it", &e))
}

/// Gives the finished file its name, unless another process was faster.
pub(crate) fn link(unfinished: &Path, path: &Path) -> Result<(), Fault> {
    match fs::hard_link(unfinished, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) if platform::has_no_links(&error) => move_in_turn(unfinished, path),
        other => other.map_err(|e| Fault::from_io("linking it into place", &e)),
    }
}

/// [`link`] on a file system without links, where a rename would replace what another process has
/// just made: one process at a time looks and renames.
fn move_in_turn(unfinished: &Path, path: &Path) -> Result<(), Fault> {
    let turn = beside(path, "-turn");
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&turn);
    let lock = lock.and_then(|lock| lock.lock().map(|()| lock));
    let lock = lock.map_err(|e| Fault::from_io("waiting for its turn to make it", &e))?;
    if !is_there(path)? {
        fs::rename(unfinished, path).map_err(|e| Fault::from_io("moving it into place", &e))?;
    }
    drop(lock);
    // Whoever still waits on it finds the state in its place.
    let _kept_by_another = fs::remove_file(&turn);
    Ok(())
}

/// Makes the names in the folder of a file durable.
pub(crate) fn sync_folder(file: &Path) -> Result<(), Fault> {
    platform::sync_folder(folder_of(file)).map_err(|e| Fault::from_io("syncing its folder", &e))
}

/// Removes what processes left that died while they made the file. Returns how many.
///
/// A process takes milliseconds to make it and fails cleanly if its file disappears meanwhile.
pub(crate) fn remove_unfinished(path: &Path) -> Result<u64, Fault> {
    let Ok(entries) = fs::read_dir(folder_of(path)) else {
        return Ok(0);
    };
    let prefix = unfinished_prefix(path);
    let mut removed = 0;
    for entry in entries.flatten() {
        let (name, prefix) = (entry.file_name(), prefix.as_encoded_bytes());
        let rest = name.as_encoded_bytes().strip_prefix(prefix);
        let id = rest.and_then(|rest| std::str::from_utf8(rest).ok()?.strip_suffix(UNFINISHED));
        let is_ours = id.is_some_and(|id| OperationId::parse(id).is_some());
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            fs::remove_file(entry.path())
                .map_err(|e| Fault::from_io("removing an unfinished one", &e))?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests;
