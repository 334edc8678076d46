//! The rows of SOURCES. The first row that owns an entry reads it.

use super::Source;

/// Every type of entry that a Fitbit export can hold and that we know.
pub const SOURCES: &[Source] = &[];
