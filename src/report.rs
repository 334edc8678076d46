//! What a run tells while it works and when it is done: events, the account of what became of every
//! record, the closing summary, and the page.
//!
//! Everything here is plain data and text. This room knows no terminal, no stream, no clock and no
//! disk: `terminal` shows events and lines, the flow writes the page. Of `garmin` it knows only the
//! labels and the names of sports. Foreign text is cleaned on its way in (see [`clean`]).

use serde::Serialize as _;

pub mod account;
pub mod entry;
pub mod format;
pub mod found;
pub mod group;
pub mod json;
pub mod outputs;
pub mod page;
pub mod summary;
pub mod typed;
pub mod words;
pub mod zones;

pub(crate) use crate::model::clean;
pub use account::{Account, Counts, Extent};
pub use entry::EntryReport;
pub use format::{Format, render_findings};
pub use found::Found;
pub use group::Group;
pub use json::{error_value, retry, summary_json, summary_value};
pub use outputs::{OutputKind, files_list, output_kinds};
pub use page::{PageInput, render};
pub use summary::{Summary, Task, summary_lines};
pub use typed::Typed;
pub use zones::Zones;

/// In documents a text that is empty is not there.
fn stated<S: serde::Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    Some(text).filter(|t| !t.is_empty()).serialize(to)
}

/// The two parts of a run that take time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Entries are decompressed and read.
    Reading,
    /// Files are encoded and written.
    Writing,
}

/// Something that happens during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A phase begins; whatever phase was running has ended.
    Begin {
        /// Which.
        phase: Phase,
        /// Bytes it will go through.
        bytes: u64,
    },
    /// The running phase has gone through some more bytes.
    Advance {
        /// How many more.
        bytes: u64,
    },
    /// The running phase has ended.
    End,
    /// Something the user should know although the run goes on.
    Warning(&'a str),
    /// Something for those who ask for details.
    Detail(&'a str),
}

/// Takes events, from any thread. What becomes of them is the business of the implementor.
pub trait Report: Sync {
    /// Takes one event.
    fn event(&self, event: Event<'_>);
}

/// Drops every event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Report for Silent {
    fn event(&self, _: Event<'_>) {}
}
