//! What `status` says of the server: its version, clock, standbys and the rights on the tables.

use super::sql::{self, NOW};
use super::{Fault, Instant, PgStore, StateError};
use crate::budget::row::Row;
use crate::budget::status::Contents;

impl PgStore {
    /// Returns what the store holds and what is to be said of it; `None` where there are no tables.
    pub(super) fn contents(
        &self,
        now: Instant,
    ) -> Result<Option<(Contents, Vec<String>)>, StateError> {
        let s = self.schema();
        let tickets = |table, which| {
            format!("(SELECT count(*) FROM {s}.{table} WHERE expires_at {which} {NOW})")
        };
        let may = |right, table| format!("has_table_privilege('{s}.{table}', '{right}')");
        let questions = |_: &[u8]| {
            [format!(
                "SELECT (SELECT count(*) FROM {s}.ledger), (SELECT count(*) FROM {s}.accounts), {}, {}, {} + {}, \
                 current_setting('server_version'), nullif(current_setting('synchronous_standby_names'), ''), \
                 (SELECT string_agg(coalesce(application_name, 'a standby'), ', ') FROM pg_stat_replication \
                  WHERE sync_state = 'async' OR current_setting('synchronous_standby_names') = ''), \
                 {} AND {} AND {}, current_setting('fsync')",
                tickets("uploads", ">"),
                tickets("conversions", ">"),
                tickets("uploads", "<="),
                tickets("conversions", "<="),
                may("INSERT", "ledger"),
                may("UPDATE", "counters"),
                may("UPDATE", "accounts"),
            )]
        };
        self.read(now, questions, |_, [answer], there| {
            if answer.is_empty() {
                return Ok(None);
            }
            let row = sql::one(&answer, "nnnnntttft")?;
            let contents = Contents {
                schema: sql::VERSION,
                entries: row.units(0)?,
                keys: row.units(1)?.saturating_sub(2),
                uploads: row.units(2)?,
                conversions: row.units(3)?,
                expired: row.units(4)?,
            };
            Ok(Some((
                contents,
                details(&row, now.0.saturating_sub(there.0))?,
            )))
        })
    }
}

/// What is to be said of the server, from the columns behind the counts.
fn details(row: &Row, ahead: i64) -> Result<Vec<String>, Fault> {
    let (synchronous, asynchronous): (Option<String>, Option<String>) = (row.get(6)?, row.get(7)?);
    let mut details = vec![
        format!("server: PostgreSQL {}", row.get::<String>(5)?),
        format!("clock: this machine is {ahead} s ahead of the server"),
    ];
    if synchronous.is_none() && asynchronous.is_none() {
        details.push("standbys: none".to_owned());
    }
    details.extend(synchronous.map(|names| format!("standbys: synchronous ({names})")));
    details.extend(asynchronous.map(|names| format!(
                "warning: standbys that follow asynchronously: {names}; after a failover to one charges may be missing, and more go through than the limit"
            )));
    if !row.get::<bool>(8)? {
        details.push("warning: this user may only read, nothing can be charged".to_owned());
    }
    if row.get::<String>(9)? == "off" {
        details.push(
            "warning: fsync is off: a crash of the server's machine loses charges".to_owned(),
        );
    }
    Ok(details)
}
