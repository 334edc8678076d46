//! The sealed copy of what is set: the limits and blocks that hold when the state cannot be read.
//!
//! Written with the state by what changes a setting, never by a conversion that is charged: before the
//! commit with what held and what is to hold, after it with what holds, so that a kill in between
//! leaves the stricter of the two. It has the salt, without which no key is known, and a tag keyed with
//! it. It lies in the user's own folder of states; beside the state file too while anybody is blocked,
//! for a block holds for all who share the file, and where there is no such folder. What nobody has set
//! needs no copy.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::Fault;
use super::file;
use super::key::{KeyHash, OperationId, salted, unhex};
use crate::model::file::hex;
use crate::platform;

/// First line of a copy.
const HEAD: &str = "trackersync settings 1";

/// A copy that is longer is none of ours: every key has a line of some hundred bytes.
const LONGEST: u64 = 64 << 20;

/// What a copy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Salt of the state.
    pub(crate) salt: Vec<u8>,
    /// What is set; two of one key where it is not known which holds.
    pub(crate) accounts: Vec<Account>,
}

impl Sealed {
    /// Returns a copy of a state of which nothing is known.
    pub(crate) fn unknown() -> Self {
        let salt = [OperationId::fresh().0, OperationId::fresh().0].concat();
        let accounts = Vec::new();
        Self { salt, accounts }
    }

    /// Returns what is set for a key, the stricter of two.
    pub(crate) fn account(&self, key: KeyHash) -> Option<Account> {
        let of_key = || self.accounts.iter().filter(|account| account.key == key);
        let strictest = of_key().min_by_key(|account| account.strictness())?;
        Some(Account {
            blocked: of_key().any(|account| account.blocked),
            ..strictest.clone()
        })
    }

    fn text(&self) -> String {
        let mut text = format!("{HEAD}\n{}\n", hex(&self.salt));
        for account in &self.accounts {
            text += &format!("{} {}\n", OperationId(account.key.0), account.to_line());
        }
        let tag = OperationId(salted(&self.salt, b"settings", text.as_bytes()));
        text + &format!("{tag}\n")
    }

    fn parse(text: &str) -> Option<Self> {
        let (body, _) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        let mut lines = body.strip_prefix(HEAD)?.strip_prefix('\n')?.lines();
        let salt = unhex(lines.next()?)?;
        let account = |line: &str| {
            let (key, line) = line.split_once(' ')?;
            Account::from_line(KeyHash(OperationId::parse(key)?.0), line)
        };
        let accounts = lines.map(account).collect::<Option<_>>()?;
        let read = Self { salt, accounts };
        (read.text() == text).then_some(read)
    }
}

/// Where the copies of one state lie.
pub(crate) struct Copies {
    beside: PathBuf,
    own: Option<PathBuf>,
}

impl Copies {
    /// Returns the places for a state file; `folder` is the user's own folder of states.
    pub(crate) fn of(state: &Path, folder: Option<&Path>) -> Self {
        let real = platform::canonical(file::folder_of(state));
        let own = folder.zip(real.ok()).and_then(|(folder, real)| {
            let path = real.join(state.file_name()?);
            let id = salted(b"", b"state file", path.as_os_str().as_encoded_bytes());
            let is_elsewhere = platform::canonical(folder).ok() != Some(real);
            is_elsewhere.then(|| folder.join(format!("settings-{}", OperationId(id))))
        });
        Self {
            beside: file::beside(state, file::SETTINGS),
            own,
        }
    }

    /// Returns the places, whether there are copies or not.
    pub(crate) fn places(&self) -> Vec<&Path> {
        let own = self.own.as_deref();
        [self.beside.as_path()].into_iter().chain(own).collect()
    }

    /// Reads the copies; all that they say together, `None` if there is none.
    ///
    /// # Errors
    /// One is not as it was written: it may have said that somebody is blocked.
    pub(crate) fn read(&self) -> Result<Option<Sealed>, Fault> {
        let mut read: Option<Sealed> = None;
        for path in self.places() {
            match (read_one(path)?, &mut read) {
                // Of another state that was here before.
                (Some(other), Some(read)) if other.salt != read.salt => {}
                (Some(other), Some(read)) => read.accounts.extend(other.accounts),
                (found, None) => read = found,
                (None, _) => {}
            }
        }
        Ok(read)
    }

    /// Puts copies in place of those that are there, or removes these where nothing is set.
    ///
    /// # Errors
    /// Something else has the name of one, or none can be written.
    pub(crate) fn write(&self, sealed: &Sealed) -> Result<(), Fault> {
        let accounts = sealed.accounts.iter().filter(|account| account.is_set());
        let sealed = Sealed {
            salt: sealed.salt.clone(),
            accounts: accounts.cloned().collect(),
        };
        let any = !sealed.accounts.is_empty();
        let own = self.own.as_ref().map(|own| put(own, &sealed, any));
        let elsewhere = matches!(own, Some(Ok(())));
        let blocks = sealed.accounts.iter().any(|account| account.blocked);
        put(&self.beside, &sealed, any && (blocks || !elsewhere))
    }

    /// Keeps the salt for a state of which nothing is known, so that what is made under it is known
    /// again. Where it cannot be kept, what a kill leaves is named and left alone.
    pub(crate) fn keep_salt(&self, sealed: &Sealed) {
        let place = self.own.as_ref().unwrap_or(&self.beside);
        let _named_and_left_alone = put(place, sealed, true);
    }
}

/// Reads a copy; `None` if nothing has its name.
fn read_one(path: &Path) -> Result<Option<Sealed>, Fault> {
    let Some(mut file) = open(path)? else {
        return Ok(None);
    };
    let mut text = String::new();
    let read = Read::by_ref(&mut file)
        .take(LONGEST)
        .read_to_string(&mut text);
    read.map_err(|e| Fault::from_io("reading the copy of its settings", &e))?;
    let sealed = Sealed::parse(&text);
    sealed.map(Some).ok_or_else(|| not_ours(path))
}

/// Opens what has the name of a copy. A link is not followed, a pipe not waited for; in a folder that
/// this user cannot enter is no copy of theirs.
fn open(path: &Path) -> Result<Option<File>, Fault> {
    use ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    let failed = |e: std::io::Error| Fault::from_io("opening the copy of its settings", &e);
    match fs::symlink_metadata(path) {
        Err(e) if matches!(e.kind(), NotADirectory | NotFound | PermissionDenied) => Ok(None),
        Err(e) => Err(failed(e)),
        Ok(found) if !found.is_file() => Err(not_ours(path)),
        Ok(_) => platform::open_plain(path).map(Some).map_err(failed),
    }
}

fn not_ours(path: &Path) -> Fault {
    Fault::Io(format!(
        "the copy of its settings, {}, is not as it was written; move it away and set limits and blocks again",
        path.display()
    ))
}

/// Writes a copy whole and durable, or removes it.
fn put(path: &Path, sealed: &Sealed, wanted: bool) -> Result<(), Fault> {
    let failed = |e: std::io::Error| Fault::from_io("writing the copy of its settings", &e);
    if let Some(file) = open(path)? {
        let mut head = Vec::new();
        let length = u64::try_from(HEAD.len()).unwrap_or(u64::MAX);
        file.take(length).read_to_end(&mut head).map_err(failed)?;
        if head != HEAD.as_bytes() {
            return Err(not_ours(path));
        }
    }
    if !wanted {
        return match fs::remove_file(path) {
            Ok(()) => file::sync_folder(path),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(failed(error)),
        };
    }
    let made = platform::private_folder(true).create(file::folder_of(path));
    made.map_err(failed)?;
    let new = file::unfinished_name(path);
    let mut file = file::private_file(&new)?;
    let written = file
        .write_all(sealed.text().as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&new, path));
    let _gone_if_it_went_well = fs::remove_file(&new);
    written.map_err(failed)?;
    file::sync_folder(path)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::budget::contract::TestFolder;
    use crate::budget::{Change, Limit, Period};

    fn account(key: u8, changes: &[Change]) -> Account {
        let mut account = Account::new(KeyHash([key; 16]));
        for change in changes {
            account.apply(change);
        }
        account
    }

    fn limit(units: u64) -> Change {
        Change::Limit(Period::Month, Limit::Units(units))
    }

    fn sealed(accounts: &[Account]) -> Sealed {
        let accounts = accounts.to_vec();
        Sealed {
            salt: vec![7; 32],
            accounts,
        }
    }

    #[test]
    fn a_copy_lies_where_it_says_something_and_is_read_back_from_there() {
        let (folder, own) = (TestFolder::new(), TestFolder::new());
        let state = folder.path("state.db");
        let copies = Copies::of(&state, Some(&own.path("states")));
        let places = || {
            let own = fs::read_dir(own.path("states")).map_or(0, Iterator::count);
            (folder.path("state.db.settings").exists(), own)
        };
        assert_eq!(copies.read().unwrap(), None);
        copies.write(&sealed(&[account(1, &[])])).unwrap();
        assert_eq!(places(), (false, 0), "nothing is set");
        let limited = sealed(&[account(1, &[limit(30)])]);
        copies.write(&limited).unwrap();
        assert_eq!(places(), (false, 1), "a limit");
        assert_eq!(copies.read().unwrap(), Some(limited.clone()));
        let blocked = sealed(&[account(1, &[limit(30)]), account(2, &[Change::Block])]);
        copies.write(&blocked).unwrap();
        assert_eq!(places(), (true, 1), "a block");
        let both = copies.read().unwrap().unwrap();
        assert_eq!(both.account(KeyHash([2; 16])).unwrap(), blocked.accounts[1]);
        assert_eq!(both.account(KeyHash([3; 16])), None);
        let nowhere = Copies::of(&state, None);
        assert_eq!(nowhere.read().unwrap(), Some(blocked));
        copies.write(&sealed(&[])).unwrap();
        assert_eq!(places(), (false, 0), "nothing is set any more");
        nowhere.write(&limited).unwrap();
        assert_eq!(places(), (true, 0), "a limit, and no other folder");
        let default = Copies::of(&state, Some(&folder.path("")));
        assert_eq!(default.own, None, "the state lies there itself");
    }

    #[test]
    fn two_copies_of_one_state_say_what_holds_together_and_those_of_two_do_not() {
        let (folder, own) = (TestFolder::new(), TestFolder::new());
        let state = folder.path("state.db");
        let both = Copies::of(&state, Some(&own.path("")));
        let (here, there) = ([account(1, &[Change::Block])], [account(2, &[limit(5)])]);
        let mut elsewhere = sealed(&there);
        for (salt, accounts) in [(7, [&here[..], &there].concat()), (8, here.to_vec())] {
            elsewhere.salt = vec![salt; 32];
            Copies::of(&state, None).write(&sealed(&here)).unwrap();
            both.keep_salt(&elsewhere);
            assert_eq!(both.read().unwrap(), Some(sealed(&accounts)), "salt {salt}");
        }
        let long = Copies::of(&folder.path("x".repeat(250)), None);
        assert!(long.read().is_err(), "nobody knows what lies there");
    }

    #[test]
    fn of_what_was_and_what_is_to_be_the_stricter_holds() {
        let strict = [limit(5), Change::Block];
        for (a, b) in [
            (&strict[..], &[limit(50)][..]),
            (&[limit(5)], &[limit(50), Change::Block]),
            (&[Change::Block, limit(5)], &[]),
        ] {
            for pair in [[a, b], [b, a]] {
                let both = sealed(&pair.map(|changes| account(1, changes)));
                let held = both.account(KeyHash([1; 16])).unwrap();
                assert_eq!(held, account(1, &strict));
            }
        }
    }

    #[test]
    fn what_is_not_as_it_was_written_is_neither_believed_nor_replaced() {
        let folder = TestFolder::new();
        let copies = Copies::of(&folder.path("state.db"), None);
        let path = folder.path("state.db.settings");
        let blocked = sealed(&[account(1, &[Change::Block])]);
        copies.write(&blocked).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            fs::write(&path, bytes).unwrap();
            assert!(copies.read().is_err(), "byte {at}");
            fs::write(&path, &text[..at]).unwrap();
            assert!(copies.read().is_err(), "cut at {at}");
        }
        fs::write(&path, "the user's own").unwrap();
        assert!(copies.write(&blocked).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "the user's own");
        #[cfg(unix)]
        {
            let aside = folder.path("aside");
            fs::rename(&path, &aside).unwrap();
            fs::write(&aside, &text).unwrap();
            std::os::unix::fs::symlink(&aside, &path).unwrap();
            for fault in [copies.read().map(drop), copies.write(&blocked)] {
                let said = fault.unwrap_err().to_string();
                assert!(said.contains("is not as it was written"), "{said}");
            }
            assert_eq!(fs::read_to_string(&aside).unwrap(), text);
        }
    }
}
