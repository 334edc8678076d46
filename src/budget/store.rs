//! What a store of the budget can do, whatever it is made of.
//!
//! A file on this machine is one, PostgreSQL for many machines the other. The tests of these promises
//! are written against the trait (`contract`), with times that they choose. Every method may fail with
//! [`StateError`], and then nothing was charged or changed, except where the error itself says that
//! nobody knows ([`StateError::may_be_charged`]).

use super::key::{Digest, Key, KeyHash, OperationId, RequestId};
use super::ledger::{Entry, EntryKind, LedgerRow, Verification};
use super::sqlite::SqliteStore;
use super::status::Status;
use super::usage::{Usage, UsageAll};
use super::{Limit, Mode, Period, Refusal, Scope, StateError};
use crate::model::time::Instant;

/// A store of the budget.
///
/// # Errors
/// Of every method: the state is unavailable or cannot be trusted, and nothing was done.
pub trait Store {
    /// Asks, without writing anything, whether a conversion may begin. A state that does not exist
    /// yet is not made; the answer is then that of an unused budget.
    ///
    /// # Errors
    /// Also where it could not be charged later.
    fn precheck(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError>;

    /// Asks again and, if admitted, charges, in one transaction. This decides: once it has returned
    /// [`Outcome::Charged`], the output is to be published.
    fn charge(&self, charge: &Charge, now: Instant) -> Result<Outcome, StateError>;

    /// Gives the units of an operation back to the periods they were taken from. `false` if there is
    /// nothing to give back: never charged, or refunded before.
    fn refund(&self, operation: OperationId, now: Instant) -> Result<bool, StateError>;

    /// Tells whether an operation was charged and not refunded: whether its output is to be finished
    /// or removed.
    fn charged(&self, operation: OperationId) -> Result<bool, StateError>;

    /// Returns a secret of this state, by which a later run knows what an earlier one has left on
    /// other disks. It is made of the salt, and the state with it where there is none yet.
    fn secret(&self, now: Instant) -> Result<[u8; 32], StateError>;

    /// Returns what a key has used and has left. Works when it is exhausted or blocked.
    fn usage(&self, key: &Key, now: Instant) -> Result<Usage, StateError>;

    /// Returns the usage of every key that the store knows, and of all together.
    fn usage_all(&self, now: Instant) -> Result<UsageAll, StateError>;

    /// Returns the ledger, oldest first, of one key or of all.
    fn ledger(&self, key: Option<&Key>) -> Result<Vec<LedgerRow>, StateError>;

    /// Counts the ledger anew and compares it with the counters.
    fn verify(&self) -> Result<Verification, StateError>;

    /// Applies changes to one target, in one transaction. They hold from the next request on.
    fn change(&self, target: &Target, changes: &[Change], now: Instant) -> Result<(), StateError>;

    /// Keeps a ticket until it expires.
    fn put(&self, ticket: &Ticket, now: Instant) -> Result<(), StateError>;

    /// Returns a ticket, or `None` if it is unknown or expired.
    fn get(&self, kind: TicketKind, id: &str, now: Instant) -> Result<Option<Ticket>, StateError>;

    /// Deletes every expired ticket and returns which they were.
    fn sweep(&self, now: Instant) -> Result<Swept, StateError>;

    /// Returns what users call the store: the path of its file, or its address without a password.
    fn place(&self) -> String;

    /// Looks whether the store is as it should be; `deep` reads all of it. Changes nothing.
    fn status(&self, deep: bool, now: Instant) -> Status;

    /// Returns the store itself where it is a file on this machine, with other files beside it.
    fn file(&self) -> Option<&SqliteStore> {
        None
    }

    /// Returns the statements with which an administrator makes the tables; `None` for a file.
    fn tables(&self) -> Option<String> {
        None
    }
}

/// Tells whether what users call a store lies on another machine.
pub(super) fn is_remote(place: &str) -> bool {
    place.contains("://")
}

/// Tickets that were deleted; their files can go.
pub type Swept = Vec<(TicketKind, String)>;

/// What is still known of a key in a state that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastKnown {
    /// Who is blocked.
    pub blocked: Option<Scope>,
    /// The smallest limit that refuses; `None` if none does.
    pub limit: Option<Limit>,
    /// See [`Store::secret`].
    pub secret: [u8; 32],
}

/// What is asked before a conversion.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Whose budget.
    pub key: &'a Key,
    /// How many units.
    pub cost: u64,
    /// The request, if the user has named it.
    pub request: Option<&'a RequestId>,
}

/// A conversion that is ready to be published.
#[derive(Clone, Copy, Debug)]
pub struct Charge<'a> {
    /// The conversion.
    pub operation: OperationId,
    /// What was asked before it.
    pub ask: Ask<'a>,
    /// Digest of the input, for the ledger.
    pub digest: Digest,
    /// A ticket to keep in the same transaction: the conversion that waits for its download.
    pub ticket: Option<&'a Ticket>,
}

impl Charge<'_> {
    /// Returns its entry in the ledger. A repeated request is entered too, at no cost, so that its
    /// output is finished after a crash.
    pub(super) fn entry(&self, salt: &[u8], repeated: bool, now: Instant) -> Entry {
        let key = self.ask.key.hash(salt);
        let (kind, cost) = match repeated {
            true => (EntryKind::Repeat, 0),
            false => (EntryKind::Charge, self.ask.cost),
        };
        let request = self.ask.request.filter(|_| !repeated);
        Entry {
            digest: Some(self.digest),
            request: request.map(|request| request.hash(salt, key)),
            ..Entry::new(kind, self.operation, key, cost, now)
        }
    }
}

/// The answer to [`Store::precheck`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The conversion may begin.
    Granted {
        /// Whether this request was charged before, so that it is free.
        repeated: bool,
        /// The tier that it goes beyond in soft or shadow mode.
        beyond: Option<Refusal>,
    },
    /// A tier is full (exit 75).
    Exhausted(Refusal),
    /// The key, or all keys, are blocked (exit 77).
    Blocked(Scope),
}

/// The answer to [`Store::charge`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Charged: publish.
    Charged(Box<Receipt>),
    /// A tier has become full meanwhile (exit 75).
    Exhausted(Refusal),
    /// The key, or all keys, have been blocked meanwhile (exit 77).
    Blocked(Scope),
}

/// What a charge has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What is used, this conversion included.
    pub usage: Usage,
    /// Whether this request was charged before, so that it was free.
    pub repeated: bool,
    /// The tier that it went beyond in soft or shadow mode.
    pub beyond: Option<Refusal>,
    /// By how many seconds the clock lies behind the ledger's last entry, if it is worth a warning.
    /// The entry made now carries the earlier time, so that it is said once.
    pub clock_back: Option<i64>,
    /// By how many seconds this machine's clock is off that of the store, which decides; only where it
    /// is worth a warning.
    pub clock_off: Option<i64>,
    /// Expired tickets that were deleted on the way; their files can go.
    pub swept: Swept,
    /// Conversions of the lifeboat that were entered into the ledger on the way.
    pub folded: u64,
}

/// What a change applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One key.
    Key(Key),
    /// All keys together.
    Global,
    /// What keys without limits of their own have.
    Default,
}

impl Target {
    /// Returns the account in a store with this salt.
    #[must_use]
    pub fn hash(&self, salt: &[u8]) -> KeyHash {
        match self {
            Self::Key(key) => key.hash(salt),
            Self::Global => KeyHash::GLOBAL,
            Self::Default => KeyHash::DEFAULT,
        }
    }
}

/// A change of limits or counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Sets the limit of a period.
    Limit(Period, Limit),
    /// Takes away every limit: unlimited by month, nothing else set.
    Unlimited,
    /// Forgets the limits and the mode of its own, so that the default holds again.
    Inherit,
    /// Sets what happens at the limits.
    Mode(Mode),
    /// Gives the key a label, which is stored in clear.
    Label(String),
    /// Blocks it.
    Block,
    /// Ends the block.
    Unblock,
    /// Sets the counters of the current periods to 0, or that of one.
    Reset(Option<Period>),
}

/// Which of the two kinds of tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TicketKind {
    /// An archive that was taken in.
    Upload,
    /// A result that waits for its download.
    Conversion,
}

impl TicketKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Upload, Self::Conversion];

    /// Returns the word used in the state.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Conversion => "conversion",
        }
    }
}

/// A thing that was put down to be fetched later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// What it stands for.
    pub kind: TicketKind,
    /// The id that the user was told.
    pub id: String,
    /// When it was put down.
    pub created_at: Instant,
    /// From when on it is gone.
    pub expires_at: Instant,
}
