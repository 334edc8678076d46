//! What `--since` left out: the files that an earlier output handed over, by kind.

use maud::{Markup, html};

use super::checklist::kinds;
use super::{PageInput, card};

/// Returns the card; nothing where no file was handed over before.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let unchanged = &input.account.unchanged;
    if unchanged.is_empty() {
        return html! {};
    }
    let lead = if input.account.outputs.is_empty() {
        "Nothing is new: every file of this export was handed over before, and there is nothing to \
         import."
    } else {
        "These files have the bytes that an earlier output handed over already. They are left out \
         here: only what is new or changed is to be imported."
    };
    let table = kinds("Files that were handed over before", unchanged);
    card("before", "Handed over before", lead, &table)
}
