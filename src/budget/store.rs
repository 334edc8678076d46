//! What a store of the budget can do, whatever it is made of.
//!
//! SQLite on this machine is the first; a store shared by several machines will stand beside it. The
//! tests of these promises are written against the trait (`contract`), with times that they choose.
//! Every method may fail with [`StateError`], and then nothing was charged or changed.

use super::key::{Digest, Key, OperationId, RequestId};
use super::{Limit, Mode, Period, Refusal, Rule, StateError};
use crate::model::time::Instant;

/// A store of the budget.
pub trait Store {
    /// Asks, without writing anything, whether a conversion may begin. A state that does not exist
    /// yet is not made; the answer is then that of an unused budget.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted, or could not be charged later.
    fn precheck(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError>;

    /// Asks again and, if admitted, charges, in one transaction. This decides: once it has returned
    /// [`Outcome::Charged`], the output is to be published.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted; nothing was charged.
    fn charge(&self, charge: &Charge, now: Instant) -> Result<Outcome, StateError>;

    /// Gives the units of an operation back to the periods they were taken from. `false` if there is
    /// nothing to give back: never charged, or refunded before.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted; nothing was refunded.
    fn refund(&self, operation: OperationId, now: Instant) -> Result<bool, StateError>;

    /// Tells whether an operation was charged and not refunded: whether its output is to be finished
    /// or removed.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted.
    fn charged(&self, operation: OperationId) -> Result<bool, StateError>;

    /// Returns a secret of this state, by which a later run knows what an earlier one has left on
    /// other disks. It is made of the salt, and the state with it where there is none yet.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted.
    fn secret(&self, now: Instant) -> Result<[u8; 32], StateError>;

    /// Returns what a key has used and has left. Works when it is exhausted or blocked.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted.
    fn usage(&self, key: &Key, now: Instant) -> Result<Usage, StateError>;

    /// Returns the usage of every key that the store knows, and of all together.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted.
    fn usage_all(&self, now: Instant) -> Result<UsageAll, StateError>;

    /// Returns the ledger, oldest first, of one key or of all.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted.
    fn ledger(&self, key: Option<&Key>) -> Result<Vec<LedgerRow>, StateError>;

    /// Counts the ledger anew and compares it with the counters.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted.
    fn verify(&self) -> Result<Verification, StateError>;

    /// Applies changes to one target, in one transaction. They hold from the next request on.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted; nothing was changed.
    fn change(&self, target: &Target, changes: &[Change], now: Instant) -> Result<(), StateError>;

    /// Keeps a ticket until it expires.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted; nothing was kept.
    fn put(&self, ticket: &Ticket, now: Instant) -> Result<(), StateError>;

    /// Returns a ticket, or `None` if it is unknown or expired.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted.
    fn get(&self, kind: TicketKind, id: &str, now: Instant) -> Result<Option<Ticket>, StateError>;

    /// Deletes every expired ticket and returns which they were.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted.
    fn sweep(&self, now: Instant) -> Result<Vec<(TicketKind, String)>, StateError>;
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

/// The answer to [`Store::precheck`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The conversion may begin.
    Granted {
        /// What is used before it.
        usage: Usage,
        /// Whether this request was charged before, so that it is free.
        repeated: bool,
        /// The tier that would have refused it, were it not in shadow mode.
        shadow: Option<Refusal>,
    },
    /// A tier is full (exit 75).
    Exhausted(Refusal),
    /// The key is blocked (exit 77).
    Blocked,
}

/// The answer to [`Store::charge`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Charged: publish.
    Charged(Box<Receipt>),
    /// A tier has become full meanwhile (exit 75).
    Exhausted(Refusal),
    /// The key has been blocked meanwhile (exit 77).
    Blocked,
}

/// What a charge has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What is used, this conversion included.
    pub usage: Usage,
    /// Whether this request was charged before, so that it was free.
    pub repeated: bool,
    /// The tier that would have refused it, were it not in shadow mode.
    pub shadow: Option<Refusal>,
    /// By how many seconds the clock lies behind the ledger's last entry, if it is worth a warning.
    /// The entry made now carries the earlier time, so that it is said once.
    pub clock_back: Option<i64>,
    /// Expired tickets that were deleted on the way; their files can go.
    pub swept: Vec<(TicketKind, String)>,
    /// Conversions of the lifeboat that were entered into the ledger on the way.
    pub folded: u64,
}

/// One limit and how far it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Over which period.
    pub period: Period,
    /// The limit.
    pub limit: Limit,
    /// Units used.
    pub used: u64,
    /// When the count starts anew; `None` for never.
    pub resets_at: Option<Instant>,
}

impl Balance {
    /// Returns the units left, or `None` if there is no end to them.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        match self.limit {
            Limit::Unlimited => None,
            Limit::Units(limit) => Some(limit.saturating_sub(self.used)),
        }
    }
}

/// What a key has used and has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The key's label, or `key-` and eight hex digits of its hash; `None` while no state exists.
    pub label: Option<String>,
    /// Whether the key is blocked.
    pub blocked: bool,
    /// What happens at its limits.
    pub mode: Mode,
    /// Its limits, own or default.
    pub budgets: Vec<Balance>,
    /// The limits over all keys.
    pub global: Vec<Balance>,
}

/// The usage of all keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageAll {
    /// Every key known, by label.
    pub keys: Vec<Usage>,
    /// What keys without limits of their own have.
    pub default: Rule,
    /// What is used by all keys together.
    pub global: Vec<Balance>,
    /// Whether all keys are blocked.
    pub global_blocked: bool,
}

/// What an entry of the ledger records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A conversion that was charged.
    Charge,
    /// A conversion that was free because its request had been charged.
    Repeat,
    /// Units given back.
    Refund,
    /// A conversion that went through on the lifeboat, entered later.
    Lifeboat,
    /// Units that a rescued file's counters knew and its ledger had lost.
    Rescue,
    /// Limits, mode or label were set.
    Set,
    /// The key was blocked.
    Block,
    /// The key was unblocked.
    Unblock,
    /// A counter was set to 0.
    Reset(Period),
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Charge,
        Self::Repeat,
        Self::Refund,
        Self::Lifeboat,
        Self::Rescue,
        Self::Set,
        Self::Block,
        Self::Unblock,
        Self::Reset(Period::Day),
        Self::Reset(Period::Month),
        Self::Reset(Period::Total),
    ];

    /// Returns the word used in the ledger.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Repeat => "repeat",
            Self::Refund => "refund",
            Self::Lifeboat => "lifeboat",
            Self::Rescue => "rescue",
            Self::Set => "set",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Reset(Period::Day) => "reset-day",
            Self::Reset(Period::Month) => "reset-month",
            Self::Reset(Period::Total) => "reset-total",
        }
    }

    /// Returns the kind that [`key`](Self::key) names.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its number, counted from 1.
    pub id: i64,
    /// What it records.
    pub kind: EntryKind,
    /// The operation.
    pub operation: OperationId,
    /// The label of the key as in [`Usage::label`]; `all keys` and `default` for those two.
    pub key: String,
    /// Units.
    pub cost: u64,
    /// When it was entered.
    pub at: Instant,
    /// First instant of the UTC day it counts for.
    pub day_start: Instant,
    /// First instant of the UTC month it counts for.
    pub month_start: Instant,
    /// Digest of the input; `None` where there was none.
    pub digest: Option<Digest>,
}

/// The result of counting the ledger anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Entries read.
    pub entries: u64,
    /// Units charged and not refunded.
    pub units: u64,
    /// What does not agree; empty if all is well.
    pub problems: Vec<String>,
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
}

/// A thing that was put down to be fetched later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// What it stands for.
    pub kind: TicketKind,
    /// The id that the user was told.
    pub id: String,
    /// What the one who fetches it needs to know; opaque here. Must hold no path and no name.
    pub payload: String,
    /// When it was put down.
    pub created_at: Instant,
    /// From when on it is gone.
    pub expires_at: Instant,
}
