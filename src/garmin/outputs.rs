//! The rows of OUTPUTS, in the order in which people read them.

use super::Output;

/// Every kind of file that comes out.
pub const OUTPUTS: &[Output] = &[];
