//! Seals: a digest in every row of the state, so that a damaged byte cannot change a count unseen.
//!
//! SQLite notices broken pages but has no checksum over their content. A seal finds accidents; it
//! does not keep out a user who edits his own file, and is not meant to.

use sha2::{Digest as _, Sha256};

/// The first eight bytes of a salted SHA-256 over the fields of a row.
pub(crate) type Seal = [u8; 8];

/// Collects the fields of one row.
pub(crate) struct Sealer(Sha256);

impl Sealer {
    /// Starts the seal of a row of `table`.
    pub(crate) fn new(salt: &[u8], table: &str) -> Self {
        Self(Sha256::new()).bytes(salt).bytes(table.as_bytes())
    }

    /// Adds a field of bytes, with its length, so that fields cannot flow into each other.
    pub(crate) fn bytes(mut self, field: &[u8]) -> Self {
        self.0
            .update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(field);
        self
    }

    /// Adds a field of bytes that may be absent.
    pub(crate) fn optional(self, field: Option<&[u8]>) -> Self {
        let marked = self.bytes(&[u8::from(field.is_some())]);
        marked.bytes(field.unwrap_or_default())
    }

    /// Adds a whole number.
    pub(crate) fn number(self, field: i64) -> Self {
        self.bytes(&field.to_le_bytes())
    }

    /// Adds a whole number that may be absent.
    pub(crate) fn optional_number(self, field: Option<i64>) -> Self {
        self.optional(
            field
                .map(i64::to_le_bytes)
                .as_ref()
                .map(<[u8; 8]>::as_slice),
        )
    }

    /// Returns the seal.
    pub(crate) fn finish(self) -> Seal {
        let mut seal = Seal::default();
        seal.iter_mut()
            .zip(self.0.finalize())
            .for_each(|(to, from)| *to = from);
        seal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_fields_and_absent_ones_do_not_look_alike() {
        let start = || Sealer::new(b"salt", "t");
        assert_ne!(
            start().bytes(b"ab").bytes(b"c").finish(),
            start().bytes(b"a").bytes(b"bc").finish()
        );
        assert_ne!(
            start().optional_number(None).finish(),
            start().optional_number(Some(0)).finish()
        );
        assert_ne!(start().number(1).finish(), start().number(-1).finish());
        assert_ne!(start().finish(), Sealer::new(b"salt", "u").finish());
    }
}
