//! The tables in PostgreSQL, and the statements of which messages to it are made.
//!
//! Every name is written with its schema, `s`: without rights on it an unqualified one would look like
//! a state in which nothing was used.

use rusqlite::types::Value;

use super::wire::Rows;
use crate::budget::error::Fault;
use crate::budget::key::{Key, KeyHash, OperationId, RequestId, unhex};
use crate::budget::ledger::Entry;
use crate::budget::row::{ACCOUNTS, COUNTERS, LEDGER, Row, Table};
use crate::budget::store::{Swept, TicketKind};
use crate::budget::{DEFAULT_PER_MONTH, Period};
use crate::model::file::hex;
use crate::model::time::Instant;

/// Version of the tables.
pub(super) const VERSION: u32 = 1;

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
INSERT INTO {s}.accounts (key, month_limit) VALUES ({default}, {DEFAULT_PER_MONTH}) ON CONFLICT DO NOTHING;",
        global = bytes(&KeyHash::GLOBAL.0),
        default = bytes(&KeyHash::DEFAULT.0),
    )
}

/// Notes the second that the transaction counts for: the server's, or that of a test.
pub(super) fn clock(of_test: Option<Instant>) -> String {
    let now = match of_test {
        Some(now) => format!("'{}'", now.0),
        None => "floor(extract(epoch FROM clock_timestamp()))::bigint::text".to_owned(),
    };
    format!("SELECT set_config('trackersync.now', {now}, true)")
}

/// Reads whole rows of a table.
pub(super) fn select(s: &str, table: &Table, rest: &str) -> String {
    format!("SELECT {} FROM {s}.{} {rest}", table.columns, table.name)
}

/// Reads the counters of the periods of now; `of` limits whose.
pub(super) fn counters_now(s: &str, of: &str) -> String {
    select(
        s,
        &COUNTERS,
        &format!(
            "WHERE {of} (period, start) IN (('day', {NOW} - mod(mod({NOW}, 86400) + 86400, 86400)), ('total', 0), \
             ('month', extract(epoch FROM date_trunc('month', to_timestamp({NOW}) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')::bigint))"
        ),
    )
}

/// Reads what decides about a request: the accounts that it touches, what is used, and its entries.
pub(super) fn standing(
    s: &str,
    key: &Key,
    request: Option<&RequestId>,
    salt: &[u8],
) -> [String; 3] {
    let hash = key.hash(salt);
    let request = request.map(|id| bytes(&id.hash(salt, hash)));
    let [key, global, default] = [hash, KeyHash::GLOBAL, KeyHash::DEFAULT].map(|key| bytes(&key.0));
    let accounts = format!("WHERE key IN ({key}, {global}, {default})");
    // No entry equals NULL.
    let request = request.unwrap_or_else(|| "NULL".to_owned());
    [
        select(s, &ACCOUNTS, &accounts),
        counters_now(s, &format!("key IN ({key}, {global}) AND")),
        select(s, &LEDGER, &format!("WHERE request = {request}")),
    ]
}

/// Reads the entries of an operation.
pub(super) fn operation(s: &str, OperationId(id): OperationId) -> String {
    let of = format!("WHERE operation = {} ORDER BY id", bytes(&id));
    select(s, &LEDGER, &of)
}

/// Writes a row; a number that the server gives is left out.
pub(super) fn insert(s: &str, table: &Table, row: &Row) -> String {
    let given = table.columns.strip_prefix("id, ");
    let values = row.0.iter().zip(table.kinds.chars());
    let values: Vec<_> = values
        .skip(usize::from(given.is_some()))
        .map(|(value, kind)| literal(value, kind))
        .collect();
    format!(
        "INSERT INTO {s}.{} ({}) VALUES ({})",
        table.name,
        given.unwrap_or(table.columns),
        values.join(", ")
    )
}

/// Writes a row in place of that with its key.
pub(super) fn put(s: &str, table: &Table, row: &Row) -> String {
    let others = table.columns.split(", ").filter(|name| *name != table.key);
    let set: Vec<_> = others
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    let insert = insert(s, table, row);
    format!(
        "{insert} ON CONFLICT ({}) DO UPDATE SET {}",
        table.key,
        set.join(", ")
    )
}

/// Appends an entry.
pub(super) fn append(s: &str, entry: &Entry) -> String {
    insert(s, &LEDGER, &entry.row(0))
}

/// Counts an entry.
pub(super) fn count(s: &str, entry: &Entry) -> String {
    let keys = [entry.key, KeyHash::GLOBAL].into_iter();
    let row = |(KeyHash(key), period): (KeyHash, Period)| {
        let (key, start) = (bytes(&key), entry.start(period).0);
        format!("({key}, {start}, '{}', {}, 0)", period.key(), entry.cost)
    };
    let rows: Vec<_> = keys
        .flat_map(|key| Period::ALL.map(|period| (key, period)))
        .map(row)
        .collect();
    format!(
        "INSERT INTO {s}.counters AS c (key, start, period, used, reset_by) VALUES {} \
         ON CONFLICT (key, start, period) DO UPDATE SET used = c.used + excluded.used",
        rows.join(", ")
    )
}

/// Takes back what the entry with the number `id` counted, but for what a reset has forgotten since.
pub(super) fn uncount(s: &str, id: i64, entry: &Entry) -> String {
    let period = |period: Period| format!("('{}', {})", period.key(), entry.start(period).0);
    let (key, global) = (bytes(&entry.key.0), bytes(&KeyHash::GLOBAL.0));
    format!(
        "UPDATE {s}.counters SET used = GREATEST(used - {}, 0) \
         WHERE reset_by < {id} AND key IN ({key}, {global}) AND (period, start) IN ({})",
        entry.cost,
        Period::ALL.map(period).join(", ")
    )
}

/// Sets the counter of a period to 0 and enters that into the ledger.
pub(super) fn reset(s: &str, entry: &Entry, period: Period) -> String {
    format!(
        "WITH entry AS ({} RETURNING id) INSERT INTO {s}.counters (key, start, period, used, reset_by) \
         SELECT {}, {}, '{}', 0, id FROM entry \
         ON CONFLICT (key, start, period) DO UPDATE SET used = 0, reset_by = excluded.reset_by",
        append(s, entry),
        bytes(&entry.key.0),
        entry.start(period).0,
        period.key(),
    )
}

/// Deletes tickets that have expired by now, up to `batch` of each kind, and says which: kind and id.
pub(super) fn sweep(s: &str, batch: Option<u32>) -> [String; 3] {
    let limit = batch.map_or_else(String::new, |batch| format!("LIMIT {batch}"));
    let [uploads, conversions] = TicketKind::ALL.map(|kind| {
        let (name, kind) = (kind.table().name, kind.key());
        format!(
            "DELETE FROM {s}.{name} WHERE id IN (SELECT id FROM {s}.{name} WHERE expires_at <= {NOW} \
             ORDER BY expires_at, id {limit}) RETURNING '{kind}', id"
        )
    });
    let noted = format!("UPDATE {s}.meta SET swept_at = {NOW}");
    [uploads, conversions, noted]
}

/// Reads what [`sweep`] says.
pub(super) fn swept(answer: impl IntoIterator<Item = Rows>) -> Result<Swept, Fault> {
    let ticket = |cells: Vec<Option<String>>| {
        let row = row(&cells, "tt")?;
        let word: String = row.get(0)?;
        let kind = TicketKind::ALL
            .into_iter()
            .find(|kind| kind.key() == word)
            .ok_or_else(damaged)?;
        Ok((kind, row.get(1)?))
    };
    answer.into_iter().flatten().map(ticket).collect()
}

/// Bytes as a literal.
pub(super) fn bytes(bytes: &[u8]) -> String {
    format!("'\\x{}'::bytea", hex(bytes))
}

/// Text as a literal that no character of it can leave.
pub(super) fn text(text: &str) -> String {
    match text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        true => format!("'{text}'"),
        false => format!("convert_from({}, 'UTF8')", bytes(text.as_bytes())),
    }
}

fn literal(value: &Value, kind: char) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(flag) if kind == 'f' => (*flag != 0).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(of) => text(of),
        Value::Blob(of) => bytes(of),
    }
}

fn damaged() -> Fault {
    Fault::Damaged("a row cannot be read".into())
}

/// Reads the cells of a row by their kinds; see [`Table`].
pub(super) fn row(cells: &[Option<String>], kinds: &str) -> Result<Row, Fault> {
    let value = |(cell, kind): (&Option<String>, char)| match (cell, kind) {
        (None, _) => Some(Value::Null),
        (Some(text), 'b') => unhex(text.strip_prefix("\\x")?).map(Value::Blob),
        (Some(text), 'f') => Some((text == "t").into()),
        (Some(text), 'n') => text.parse().ok().map(Value::Integer),
        (Some(text), _) => Some(Value::Text(text.clone())),
    };
    let values: Option<_> = cells.iter().zip(kinds.chars()).map(value).collect();
    values.map(Row).ok_or_else(damaged)
}

/// Reads the only row of a statement.
pub(super) fn one(rows: &Rows, kinds: &str) -> Result<Row, Fault> {
    row(rows.first().map_or(&[], Vec::as_slice), kinds)
}

/// Reads whole rows of a table.
pub(super) fn all<T>(
    table: &Table,
    rows: &Rows,
    of: impl Fn(&Row) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    rows.iter()
        .map(|cells| of(&row(cells, table.kinds)?))
        .collect()
}

/// Reads the last of some entries.
pub(super) fn last_entry(rows: &Rows) -> Result<Option<(i64, Entry)>, Fault> {
    Ok(all(&LEDGER, rows, Entry::of)?.pop())
}
