//! The tables in PostgreSQL, and the pieces of which messages to it are made.
//!
//! Every name is written with its schema: without rights on it an unqualified one would look like a
//! state in which nothing was used.

use crate::budget::account::{Account, limit_from, limit_to, mode_from, mode_to};
use crate::budget::error::Fault;
use crate::budget::key::{Digest, KeyHash, OperationId};
use crate::budget::ledger::{Counter, CounterId, Entry, EntryKind};
use crate::budget::store::{Ticket, TicketKind};
use crate::budget::{Limit, Limits, Period};
use crate::model::file::hex;
use crate::model::time::Instant;

use super::wire::Rows;

/// Version of the tables.
pub(super) const VERSION: u32 = 1;

/// Columns of an account and of an entry, in the order in which they are read.
pub(super) const ACCOUNT: &str = "key, label, blocked, mode, day_limit, month_limit, total_limit";
pub(super) const ENTRY: &str = "id, kind, operation, key, cost, at, day_start, month_start, digest, request, settings, waited_ms";

/// The second that a transaction counts for, once [`clock`] has noted it.
pub(super) const NOW: &str = "current_setting('trackersync.now')::bigint";

/// The server's clock in seconds, as the tables are made with it.
pub(super) const SECOND: &str = "extract(epoch FROM clock_timestamp())::bigint";

/// Returns the statements that make the tables, each once however many come together.
///
/// `accounts` holds what is set; its rows are the locks of a charge. The indexes see to it that an
/// operation is charged or given up once, and refunded once.
pub(super) fn tables(s: &str) -> String {
    format!(
        "CREATE SCHEMA IF NOT EXISTS {s};
CREATE TABLE IF NOT EXISTS {s}.meta (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL, salt bytea NOT NULL, swept_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS {s}.accounts (key bytea PRIMARY KEY, label text, blocked boolean NOT NULL DEFAULT false, mode bigint, day_limit bigint, month_limit bigint, total_limit bigint);
CREATE TABLE IF NOT EXISTS {s}.counters (key bytea, start bigint, period text, used bigint NOT NULL, reset_by bigint NOT NULL, PRIMARY KEY (key, start, period)) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS {s}.ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, operation bytea NOT NULL, key bytea NOT NULL, cost bigint NOT NULL, at bigint NOT NULL, day_start bigint NOT NULL, month_start bigint NOT NULL, digest bytea, request bytea, settings text, waited_ms bigint NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS ledger_once ON {s}.ledger (operation) WHERE kind IN ('charge', 'repeat', 'void');
CREATE UNIQUE INDEX IF NOT EXISTS ledger_refund_once ON {s}.ledger (operation) WHERE kind = 'refund';
CREATE INDEX IF NOT EXISTS ledger_by_request ON {s}.ledger (request) WHERE request IS NOT NULL;
CREATE TABLE IF NOT EXISTS {s}.uploads (id text PRIMARY KEY, created_at bigint NOT NULL, expires_at bigint NOT NULL);
CREATE INDEX IF NOT EXISTS uploads_by_expiry ON {s}.uploads (expires_at);
CREATE TABLE IF NOT EXISTS {s}.conversions (id text PRIMARY KEY, created_at bigint NOT NULL, expires_at bigint NOT NULL);
CREATE INDEX IF NOT EXISTS conversions_by_expiry ON {s}.conversions (expires_at);
INSERT INTO {s}.meta (version, salt, swept_at) VALUES ({VERSION}, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), {SECOND}) ON CONFLICT DO NOTHING;
INSERT INTO {s}.accounts (key) VALUES ({global}) ON CONFLICT DO NOTHING;
INSERT INTO {s}.accounts (key, month_limit) VALUES ({default}, {month}) ON CONFLICT DO NOTHING;",
        global = bytes(&KeyHash::GLOBAL.0),
        default = bytes(&KeyHash::DEFAULT.0),
        month = crate::budget::DEFAULT_PER_MONTH,
    )
}

/// The table of a kind of ticket.
pub(super) fn table(s: &str, kind: TicketKind) -> String {
    format!("{s}.{}s", kind.key())
}

/// Several statements that go in one message; each has its rows in the answer.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) text: String,
    statements: usize,
}

impl Message {
    /// Adds a statement and returns its number.
    pub(super) fn add(&mut self, statement: &str) -> usize {
        self.text.push_str(statement);
        self.text.push_str(";\n");
        self.statements += 1;
        self.statements - 1
    }

    /// Begins a transaction that cannot outlive its client for long, nor wait for ever.
    pub(super) fn begin(&mut self, busy_ms: u128) {
        self.add("BEGIN");
        self.add(&format!("SET LOCAL lock_timeout = {}", busy_ms.max(1)));
        self.add("SET LOCAL idle_in_transaction_session_timeout = 10000");
        // Whatever the database or the user has been set to: what is acknowledged is durable.
        self.add("SET LOCAL synchronous_commit = on");
    }

    /// Notes the second that the transaction counts for: the server's, or that of a test. Returns the
    /// number of its statement.
    pub(super) fn clock(&mut self, of_test: Option<Instant>) -> usize {
        let now = match of_test {
            Some(now) => format!("'{}'", now.0),
            None => "floor(extract(epoch FROM clock_timestamp()))::bigint::text".to_owned(),
        };
        self.add(&format!(
            "SELECT set_config('trackersync.now', {now}, true)"
        ))
    }

    /// Reads accounts. Returns the number of its statement.
    pub(super) fn accounts(&mut self, s: &str, keys: &[KeyHash]) -> usize {
        let keys: Vec<_> = keys.iter().map(|key| bytes(&key.0)).collect();
        let keys = keys.join(", ");
        self.add(&format!(
            "SELECT {ACCOUNT} FROM {s}.accounts WHERE key IN ({keys})"
        ))
    }

    /// Reads the counters of the periods of now, of these keys or of all.
    pub(super) fn counters_now(&mut self, s: &str, keys: &[KeyHash]) -> usize {
        let keys: Vec<_> = keys.iter().map(|key| bytes(&key.0)).collect();
        let of = match keys.is_empty() {
            true => String::new(),
            false => format!("key IN ({}) AND ", keys.join(", ")),
        };
        self.add(&format!(
            "SELECT key, period, start, used, reset_by FROM {s}.counters WHERE {of}\
             (period, start) IN (('day', {NOW} - mod(mod({NOW}, 86400) + 86400, 86400)), ('total', 0), \
             ('month', extract(epoch FROM date_trunc('month', to_timestamp({NOW}) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')::bigint))"
        ))
    }

    /// Writes an account in place of that with its key.
    pub(super) fn put_account(&mut self, s: &str, account: &Account) {
        let number = |n: Option<i64>| n.map_or_else(|| "NULL".to_owned(), |n| n.to_string());
        let limit = |limit: Option<Limit>| number(limit.map(limit_to));
        let Limits { day, month, total } = account.limits;
        let set = "label = excluded.label, blocked = excluded.blocked, mode = excluded.mode, \
                   day_limit = excluded.day_limit, month_limit = excluded.month_limit, total_limit = excluded.total_limit";
        self.add(&format!(
            "INSERT INTO {s}.accounts ({ACCOUNT}) VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (key) DO UPDATE SET {set}",
            bytes(&account.key.0),
            account.label.as_deref().map_or_else(|| "NULL".to_owned(), text),
            account.blocked,
            number(account.mode.map(mode_to)),
            limit(day),
            limit(month),
            limit(total),
        ));
    }

    /// Appends an entry; `rest` is what its statement says after the values.
    pub(super) fn append(&mut self, s: &str, entry: &Entry, rest: &str) {
        let insert = insert(s, entry);
        self.add(&format!("{insert}{rest}"));
    }

    /// Keeps a ticket in place of that with its id.
    pub(super) fn put(&mut self, s: &str, ticket: &Ticket) {
        self.add(&format!(
            "INSERT INTO {} (id, created_at, expires_at) VALUES ({}, {}, {}) \
             ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at, expires_at = excluded.expires_at",
            table(s, ticket.kind),
            text(&ticket.id),
            ticket.created_at.0,
            ticket.expires_at.0,
        ));
    }

    /// Deletes tickets that have expired by `at`, up to `batch` of each kind, and says which. Returns
    /// the number of the first of its statements, one for each kind.
    pub(super) fn sweep(&mut self, s: &str, batch: Option<u32>, at: &str) -> usize {
        let limit = batch
            .map(|batch| format!("LIMIT {batch}"))
            .unwrap_or_default();
        let first = self.statements;
        for kind in TicketKind::ALL {
            let table = table(s, kind);
            self.add(&format!(
                "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE expires_at <= {at} \
                 ORDER BY expires_at, id {limit}) RETURNING id, created_at, expires_at"
            ));
        }
        self.add(&format!("UPDATE {s}.meta SET swept_at = {at}"));
        first
    }
}

/// The statement that appends an entry.
pub(super) fn insert(s: &str, entry: &Entry) -> String {
    let optional = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
    format!(
        "INSERT INTO {s}.ledger ({columns}) VALUES ('{}', {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        entry.kind.key(),
        bytes(&entry.operation.0),
        bytes(&entry.key.0),
        entry.cost,
        entry.at.0,
        entry.day_start.0,
        entry.month_start.0,
        optional(entry.digest.map(|digest| bytes(&digest.0))),
        optional(entry.request.map(|request| bytes(&request))),
        optional(entry.settings.as_deref().map(text)),
        entry.waited_ms,
        columns = ENTRY.trim_start_matches("id, "),
    )
}

/// Bytes as a literal.
pub(super) fn bytes(bytes: &[u8]) -> String {
    format!("'\\x{}'::bytea", hex(bytes))
}

/// Text as a literal that no character of it can leave.
pub(super) fn text(text: &str) -> String {
    format!("convert_from({}, 'UTF8')", bytes(text.as_bytes()))
}

fn damaged(what: &str) -> Fault {
    Fault::Damaged(format!("{what} cannot be read"))
}

/// The value of a cell; an error where there is none.
pub(super) fn cell(row: &[Option<String>], at: usize) -> Result<&str, Fault> {
    optional(row, at).ok_or_else(|| damaged("a row"))
}

fn optional(row: &[Option<String>], at: usize) -> Option<&str> {
    row.get(at).and_then(Option::as_deref)
}

/// A number of a row.
pub(super) fn number(row: &[Option<String>], at: usize) -> Result<i64, Fault> {
    cell(row, at)?.parse().map_err(|_| damaged("a number"))
}

fn units(row: &[Option<String>], at: usize) -> Result<u64, Fault> {
    u64::try_from(number(row, at)?).map_err(|_| damaged("a count"))
}

fn optional_number(row: &[Option<String>], at: usize) -> Result<Option<i64>, Fault> {
    optional(row, at).map(|_| number(row, at)).transpose()
}

/// Reads bytes of a known length as PostgreSQL writes them.
pub(super) fn fixed<const N: usize>(text: &str) -> Result<[u8; N], Fault> {
    let hex = text.strip_prefix("\\x").filter(|hex| hex.len() == 2 * N);
    let mut bytes = [0; N];
    let digits = hex.ok_or_else(|| damaged("a row"))?;
    for (at, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.get(2 * at..2 * at + 2).unwrap_or_default();
        *byte = u8::from_str_radix(pair, 16).map_err(|_| damaged("a row"))?;
    }
    Ok(bytes)
}

/// Reads accounts.
pub(super) fn accounts_of(rows: &Rows) -> Result<Vec<Account>, Fault> {
    let account = |row: &Vec<Option<String>>| {
        let limit = |at| Ok::<_, Fault>(optional_number(row, at)?.map(limit_from));
        Ok(Account {
            key: KeyHash(fixed(cell(row, 0)?)?),
            label: optional(row, 1).map(str::to_owned),
            blocked: cell(row, 2)? == "t",
            mode: optional_number(row, 3)?.map(mode_from),
            limits: Limits {
                day: limit(4)?,
                month: limit(5)?,
                total: limit(6)?,
            },
        })
    };
    rows.iter().map(account).collect()
}

/// Reads counters.
pub(super) fn counters_of(rows: &Rows) -> Result<Vec<(CounterId, Counter)>, Fault> {
    let counter = |row: &Vec<Option<String>>| {
        let period = Period::from_key(cell(row, 1)?).ok_or_else(|| damaged("a counter"))?;
        let at = (
            KeyHash(fixed(cell(row, 0)?)?),
            period,
            Instant(number(row, 2)?),
        );
        let counter = Counter {
            used: units(row, 3)?,
            reset_by: number(row, 4)?,
        };
        Ok((at, counter))
    };
    rows.iter().map(counter).collect()
}

/// Reads entries with their numbers.
pub(super) fn entries_of(rows: &Rows) -> Result<Vec<(i64, Entry)>, Fault> {
    let entry = |row: &Vec<Option<String>>| {
        let digest = optional(row, 8).map(fixed).transpose()?;
        let entry = Entry {
            kind: EntryKind::from_key(cell(row, 1)?).ok_or_else(|| damaged("an entry"))?,
            operation: OperationId(fixed(cell(row, 2)?)?),
            key: KeyHash(fixed(cell(row, 3)?)?),
            cost: units(row, 4)?,
            at: Instant(number(row, 5)?),
            day_start: Instant(number(row, 6)?),
            month_start: Instant(number(row, 7)?),
            digest: digest.map(Digest),
            request: optional(row, 9).map(fixed).transpose()?,
            settings: optional(row, 10).map(str::to_owned),
            waited_ms: units(row, 11)?,
        };
        Ok((number(row, 0)?, entry))
    };
    rows.iter().map(entry).collect()
}

/// Reads tickets of a kind.
pub(super) fn tickets_of(kind: TicketKind, rows: &Rows) -> Result<Vec<Ticket>, Fault> {
    let ticket = |row: &Vec<Option<String>>| {
        Ok(Ticket {
            kind,
            id: cell(row, 0)?.to_owned(),
            created_at: Instant(number(row, 1)?),
            expires_at: Instant(number(row, 2)?),
        })
    };
    rows.iter().map(ticket).collect()
}
