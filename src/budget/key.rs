//! Names that the budget deals in: keys, operations, requests, digests.
//!
//! A key is only ever stored as a salted hash, because it may be somebody's mail address. Nothing
//! here knows files or limits.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

use sha2::{Digest as _, Sha256};

use crate::model::clean::{clean, quoted};
use crate::model::file::hex;

/// Whose budget is used: the local user's, or that of a name given with `--key`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key(Option<Vec<u8>>);

impl Key {
    /// Label of the local user's key.
    pub const LOCAL_LABEL: &'static str = "local user";

    /// Returns the key that is used when none is named.
    #[must_use]
    pub fn local() -> Self {
        Self(None)
    }

    /// Returns the key of a name, which may be of any length and need not be text.
    #[must_use]
    pub fn named(name: &OsStr) -> Self {
        Self(Some(name.as_encoded_bytes().to_vec()))
    }

    /// Returns the key of `--key`.
    #[must_use]
    pub fn from_option(name: Option<&OsStr>) -> Self {
        name.map_or_else(Self::local, Self::named)
    }

    /// Tells whether it is the local user's key.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the name as it was typed, for the user who typed it; controls as visible escapes.
    #[must_use]
    pub fn shown(&self) -> String {
        self.text().map_or_else(
            || Self::LOCAL_LABEL.to_owned(),
            |name| clean(&name).into_owned(),
        )
    }

    /// Returns the option that names the key, as a shell takes it; empty for the local user's.
    #[must_use]
    pub fn option(&self) -> String {
        self.text()
            .map_or_else(String::new, |name| format!(" --key {}", quoted(&name)))
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        self.0.as_deref().map(String::from_utf8_lossy)
    }

    /// Returns what is stored instead of the name.
    #[must_use]
    pub fn hash(&self, salt: &[u8]) -> KeyHash {
        match &self.0 {
            None => KeyHash(salted(salt, b"local", b"")),
            Some(name) => KeyHash(salted(salt, b"named", name)),
        }
    }
}

impl fmt::Debug for Key {
    /// Writes nothing of the name, so that it cannot end in a log by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            None => "Key(local)",
            Some(_) => "Key(named)",
        })
    }
}

/// A key as it is stored: 128 bits of a salted SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash(pub [u8; 16]);

impl KeyHash {
    /// The account that counts for all keys together.
    pub const GLOBAL: Self = Self([0; 16]);
    /// The account whose limits hold for keys without their own.
    pub const DEFAULT: Self = Self([0xFF; 16]);

    /// Tells whether this is a key that conversions are charged to.
    #[must_use]
    pub fn is_key(self) -> bool {
        self != Self::GLOBAL && self != Self::DEFAULT
    }
}

impl fmt::Display for KeyHash {
    /// Writes `key-` and the first eight hex digits: enough to tell keys apart in a list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key-{:.8}", hex(&self.0))
    }
}

/// The name of one conversion, by which its charge is found again after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub [u8; 16]);

impl OperationId {
    /// Returns an id that nobody has had before: the operating system's randomness, as the standard
    /// library draws it for its hash tables, mixed with the process number.
    #[must_use]
    pub fn fresh() -> Self {
        let mut hasher = Sha256::new();
        for _ in 0..4 {
            hasher.update(RandomState::new().build_hasher().finish().to_le_bytes());
        }
        hasher.update(std::process::id().to_le_bytes());
        Self(first_half(hasher))
    }

    /// Reads 32 hex digits; `None` where the text is something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text)?.try_into().ok().map(Self)
    }
}

impl fmt::Display for OperationId {
    /// Writes 32 lower-case hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// Reads hex digits, two a byte; `None` where there are others.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16));
    let digits: Vec<u32> = digits.collect::<Option<_>>()?;
    let byte = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(16 * high + low).ok(),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}

/// A request that the user has named, so that a retry of it is free: the name and the input. The
/// same name with another input is another request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId {
    name: Vec<u8>,
    input: Digest,
}

impl RequestId {
    /// Returns the request of `--request-id` for an input.
    #[must_use]
    pub fn new(name: &OsStr, input: Digest) -> Self {
        let name = name.as_encoded_bytes().to_vec();
        Self { name, input }
    }

    /// Returns what is stored instead of the name, for the request of a key.
    #[must_use]
    pub fn hash(&self, salt: &[u8], key: KeyHash) -> [u8; 16] {
        salted(
            salt,
            b"request",
            &[&key.0[..], &self.input.0, &self.name].concat(),
        )
    }

    /// Returns 32 hex digits that stand for this request of a key and tell nothing of it to whoever
    /// does not know the secret of the state.
    #[must_use]
    pub fn mark(&self, secret: &[u8], key: &Key) -> String {
        OperationId(self.hash(secret, key.hash(secret))).to_string()
    }
}

/// SHA-256 of an input, as the ledger keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Digest {
    /// Writes 64 lower-case hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// The secret of a state, from which its salt cannot be told.
pub(crate) fn secret(salt: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"trackersync: secret of a state\0");
    hasher.update(salt);
    hasher.finalize().into()
}

/// Hashes `name` within `domain`, so that a key and a request of one name differ.
pub(crate) fn salted(salt: &[u8], domain: &[u8], name: &[u8]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in [salt, domain, name] {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(part);
    }
    first_half(hasher)
}

fn first_half(hasher: Sha256) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut()
        .zip(hasher.finalize())
        .for_each(|(to, from)| *to = from);
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_is_another_hash_in_every_state_file() {
        let key = Key::named(OsStr::new("a@example.org"));
        assert_eq!(key.hash(b"one"), key.hash(b"one"));
        assert_ne!(key.hash(b"one"), key.hash(b"two"));
        assert_ne!(key.hash(b"one"), Key::local().hash(b"one"));
        let request = |name: &str, input| RequestId::new(OsStr::new(name), Digest([input; 32]));
        let hash = |request: RequestId, key: &Key| request.hash(b"one", key.hash(b"one"));
        let first = hash(request("a", 1), &key);
        assert_ne!(first, hash(request("a", 2), &key), "another input");
        assert_ne!(first, hash(request("b", 1), &key), "another name");
        assert_ne!(first, hash(request("a", 1), &Key::local()), "another key");
        assert_eq!(format!("{key:?}"), "Key(named)");
    }

    #[test]
    fn a_key_named_like_nothing_is_not_the_local_user() {
        assert_ne!(
            Key::named(OsStr::new("")).hash(b"s"),
            Key::local().hash(b"s")
        );
        assert_eq!(Key::from_option(None), Key::local());
        let long = "k".repeat(100_000);
        assert!(Key::named(OsStr::new(&long)).hash(b"s").is_key());
    }

    #[test]
    fn operation_ids_are_fresh_and_survive_being_written_down() {
        let ids: std::collections::BTreeSet<_> = (0..1000).map(|_| OperationId::fresh()).collect();
        assert_eq!(ids.len(), 1000);
        for id in ids {
            assert_eq!(OperationId::parse(&id.to_string()), Some(id));
        }
        for text in [
            "",
            "+0000000000000000000000000000000",
            "g0000000000000000000000000000000",
            "00",
        ] {
            assert_eq!(OperationId::parse(text), None);
        }
    }
}
