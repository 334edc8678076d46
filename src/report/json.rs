//! The JSON document of `--json`: the summary for programs.
//!
//! The names here are a promise (`schema/summary.schema.json`): fields may be added, never removed
//! or given another meaning; `schema` counts the breaks. Dates are ISO 8601, sizes are bytes.

use serde::Serialize;
use serde_json::{Value, json};

use super::VERSION;
use super::summary::{Summary, Task};

/// Version of the document.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    program: &'static str,
    version: &'static str,
    task: Task,
    outcome: &'static str,
    exit_code: u8,
    #[serde(flatten)]
    summary: &'a Summary,
}

/// Returns the document, indented, ending with a line break.
pub(crate) fn summary_json(summary: &Summary) -> String {
    let text = serde_json::to_string_pretty(&document(summary)).unwrap_or_default();
    text + "\n"
}

/// Returns the document as a value, to be put into a larger one (`--each`).
pub(crate) fn summary_value(summary: &Summary) -> Value {
    serde_json::to_value(document(summary)).unwrap_or_default()
}

/// Whether to try again after an exit code.
pub(crate) fn retry(code: u8) -> &'static str {
    match code {
        69 | 74 => "later",
        75 => "after_reset",
        _ => "no",
    }
}

/// An error as a document: its exit code, what is said, and whether to try again.
#[must_use]
pub fn error_value(code: u8, message: &str) -> Value {
    let retry = retry(code);
    json!({"schema": SCHEMA, "program": "trackersync", "code": code, "message": message, "retry": retry})
}

fn document(summary: &Summary) -> Document<'_> {
    Document {
        schema: SCHEMA,
        program: "trackersync",
        version: VERSION,
        task: summary.task,
        outcome: match summary.account.is_partial() {
            true => "partial",
            false => "complete",
        },
        exit_code: summary.exit_code(),
        summary,
    }
}
