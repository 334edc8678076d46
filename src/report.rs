//! What a run tells when it is done: the account of what became of every record, the closing summary,
//! and the page.
//!
//! Everything here is plain data and text. This room knows no terminal, no stream, no clock and no
//! disk: `terminal` shows the lines, the flow writes the page. Of `garmin` it knows only the
//! labels and the names of sports. Foreign text is cleaned on its way in (see [`clean`]).

use serde::Serialize as _;

mod account;
mod format;
mod found;
mod group;
mod json;
mod outputs;
mod page;
mod summary;
#[cfg(test)]
mod testing;
pub(crate) mod words;
mod zones;

pub(crate) use crate::model::clean;
pub(crate) use account::{Account, Counts, Extent};
pub(crate) use format::{findings_for_github, findings_for_people};
pub(crate) use found::{EntryReport, Found};
pub use json::error_value;
pub(crate) use json::{retry, summary_json, summary_value};
pub(crate) use outputs::{output_kinds, planned_kinds};
pub(crate) use page::{PageInput, render};
pub(crate) use summary::{BudgetNotice, LABEL, Summary, Task, Typed, summary_lines, whole_of};

/// Version of the program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// In documents a text that is empty is not there.
fn stated<S: serde::Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    Some(text).filter(|t| !t.is_empty()).serialize(to)
}
