//! Rows with a checksum in a last column: how every table of the state is written and read.
//!
//! SQLite notices broken pages but has no checksum over their content. This one sees to it that a
//! damaged byte cannot change a count unseen. It finds accidents; it does not keep out
//! a user who edits his own file, and is not meant to.

use rusqlite::Params;
use rusqlite::types::Value;
use sha2::{Digest as _, Sha256};

use super::super::error::Fault;
use super::super::row::{Row, Table};
use super::Db;

/// The salt and when tickets were last cleaned up.
pub(super) const META: Table = Table {
    name: "meta",
    columns: "id, salt, created_at, swept_at",
    kinds: "nbnn",
    key: "id",
};
pub(super) const META_COPY: Table = Table {
    name: "meta_copy",
    ..META
};

impl Row {
    /// The first eight bytes of a SHA-256 over salt, table and values, each with its type and length,
    /// so that neighbours cannot flow into each other.
    fn checksum(&self, salt: &[u8], table: &Table) -> [u8; 8] {
        let mut hasher = Sha256::new();
        let mut part = |kind: u8, bytes: &[u8]| {
            hasher.update([kind]);
            hasher.update(bytes.len().to_le_bytes());
            hasher.update(bytes);
        };
        part(0, salt);
        part(0, table.name.as_bytes());
        // A number that SQLite gives is no content: that entries have theirs in a row is looked at
        // where the ledger is counted anew.
        let numbered = usize::from(table.columns.starts_with("id,"));
        for value in self.0.iter().skip(numbered) {
            match value {
                Value::Null => part(1, &[]),
                Value::Integer(number) => part(2, &number.to_le_bytes()),
                Value::Real(number) => part(3, &number.to_le_bytes()),
                Value::Text(text) => part(4, text.as_bytes()),
                Value::Blob(bytes) => part(5, bytes),
            }
        }
        let mut checksum = [0; 8];
        let digest = hasher.finalize();
        checksum
            .iter_mut()
            .zip(digest)
            .for_each(|(to, from)| *to = from);
        checksum
    }

    /// Reads a row of `SELECT` with all columns; `None` if its checksum does not hold.
    pub(super) fn read(
        salt: &[u8],
        table: &Table,
        row: &rusqlite::Row,
    ) -> rusqlite::Result<Option<Self>> {
        let columns = row.as_ref().column_count();
        let mut values = (0..columns)
            .map(|at| row.get(at))
            .collect::<Result<Vec<Value>, _>>()?;
        let checksum = values.pop();
        let read = Self(values);
        let expected = Value::Blob(read.checksum(salt, table).to_vec());
        Ok((checksum == Some(expected)).then_some(read))
    }
}

impl Db<'_> {
    /// Writes a row in place of that with the same key.
    pub(super) fn put(&self, table: &Table, mut row: Row) -> Result<(), Fault> {
        let checksum = row.checksum(&self.meta.salt, table);
        row.0.push(Value::Blob(checksum.to_vec()));
        let places = vec!["?"; row.0.len()].join(", ");
        let Table { name, columns, .. } = table;
        let sql = format!("INSERT OR REPLACE INTO {name} ({columns}, checksum) VALUES ({places})");
        let written = self.connection.prepare_cached(&sql)?;
        { written }.execute(rusqlite::params_from_iter(row.0))?;
        Ok(())
    }

    /// Calls `visit` with every row that `rest` of the statement selects, as read by `of`.
    pub(super) fn each<T>(
        &self,
        (table, rest): (&Table, &str),
        params: impl Params,
        of: impl Fn(&Row) -> Result<T, Fault>,
        mut visit: impl FnMut(T),
    ) -> Result<(), Fault> {
        let Table { name, columns, .. } = table;
        let sql = format!("SELECT {columns}, checksum FROM {name} {rest}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            let broken = || Fault::Damaged(format!("the checksum of a row of {name} is broken"));
            let row = Row::read(&self.meta.salt, table, row)?.ok_or_else(broken)?;
            visit(of(&row)?);
        }
        Ok(())
    }

    /// Returns every row that `rest` of the statement selects.
    pub(super) fn all<T>(
        &self,
        from: (&Table, &str),
        params: impl Params,
        of: impl Fn(&Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut all = Vec::new();
        self.each(from, params, of, |one| all.push(one))?;
        Ok(all)
    }

    /// Returns the only row, or the first, that `rest` of the statement selects.
    pub(super) fn find<T>(
        &self,
        from: (&Table, &str),
        params: impl Params,
        of: impl Fn(&Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.all(from, params, of)?.into_iter().next())
    }

    /// Tells whether a query has any row.
    pub(super) fn exists(&self, query: &str, params: impl Params) -> Result<bool, Fault> {
        Ok(self.connection.prepare_cached(query)?.exists(params)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::row::{ACCOUNTS, COUNTERS};
    use super::*;

    #[test]
    fn neighbouring_values_and_absent_ones_do_not_look_alike() {
        let checksum = |values: &[Value]| Row(values.to_vec()).checksum(b"salt", &ACCOUNTS);
        let text = |text: &str| Value::Text(text.to_owned());
        let all = [
            checksum(&[text("ab"), text("c")]),
            checksum(&[text("a"), text("bc")]),
            checksum(&[text("ab")]),
            checksum(&[Value::Blob(b"ab".to_vec())]),
            checksum(&[Value::Null]),
            checksum(&[Value::Integer(0)]),
            checksum(&[Value::Integer(-1)]),
            checksum(&[]),
            Row(Vec::new()).checksum(b"salt", &COUNTERS),
            Row(Vec::new()).checksum(b"other", &ACCOUNTS),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
