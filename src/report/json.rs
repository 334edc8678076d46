//! The JSON document of `--json`: the summary for programs.
//!
//! The names here are a promise (`schema/summary.schema.json`): fields may be added, never removed
//! or given another meaning; `schema` counts the breaks. Dates are ISO 8601, sizes are bytes.

use serde::Serialize;
use serde_json::{Value, json};

use super::account::Extent;
use super::found::Found;
use super::group::Group;
use super::outputs::OutputKind;
use super::summary::Summary;
use super::words::position_text;
use super::zones::Zones;
use crate::model::{Offset, Reject};

/// Version of the document.
const SCHEMA: u32 = 1;
/// Findings in the document; all that were kept stand in the manifest.
const FINDINGS: usize = 100;
/// Spans of the time zone in the document.
const SPANS: usize = 500;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    program: &'static str,
    version: &'a str,
    task: &'static str,
    outcome: &'static str,
    exit_code: u8,
    out: Option<&'a str>,
    report: Option<&'a str>,
    activities: Range,
    weigh_ins: Range,
    days: Range,
    nights: Range,
    naps: Range,
    timezone: Zone<'a>,
    outputs: Vec<Output<'a>>,
    unchanged: Vec<Output<'a>>,
    incomplete: &'a [String],
    entries: u64,
    records: u64,
    converted: u64,
    skipped: Vec<LeftOut<'a>>,
    rejected: Vec<LeftOut<'a>>,
    unread: Vec<Unread<'a>>,
    findings: Vec<FindingDocument<'a>>,
    findings_total: u64,
    budget: Option<&'a Value>,
    degraded: Option<&'a str>,
}

#[derive(Serialize)]
struct Range {
    count: u64,
    first: Option<String>,
    last: Option<String>,
}

#[derive(Serialize)]
struct Zone<'a> {
    zone: Option<&'a str>,
    offsets: Vec<String>,
    spans: Vec<SpanDocument>,
}

#[derive(Serialize)]
struct SpanDocument {
    first: String,
    last: String,
    offset: String,
    evidence: &'static str,
}

#[derive(Serialize)]
struct Output<'a> {
    kind: &'a str,
    garmin_connect: &'static str,
    files: u64,
    records: u64,
    bytes: u64,
    first: Option<&'a str>,
    last: Option<&'a str>,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    reason: &'static str,
    r#type: &'a str,
    records: u64,
    entries: u64,
    examples: &'a [String],
}

#[derive(Serialize)]
struct Unread<'a> {
    reason: &'a str,
    entries: u64,
}

#[derive(Serialize)]
struct FindingDocument<'a> {
    archive: Option<&'a str>,
    entry: Option<&'a str>,
    r#type: Option<&'a str>,
    position: Option<String>,
    reason: Option<&'static str>,
    what: &'a str,
    expected: &'a str,
}

/// Returns the document, indented, ending with a line break.
#[must_use]
pub fn summary_json(summary: &Summary) -> String {
    let text = serde_json::to_string_pretty(&document(summary)).unwrap_or_default();
    text + "\n"
}

/// Returns the document as a value, to be put into a larger one (`--each`).
#[must_use]
pub fn summary_value(summary: &Summary) -> Value {
    serde_json::to_value(document(summary)).unwrap_or_default()
}

/// Whether to try again after an exit code.
#[must_use]
pub fn retry(code: u8) -> &'static str {
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
    let a = &summary.account;
    Document {
        schema: SCHEMA,
        program: "trackersync",
        version: &a.version,
        task: summary.task.key(),
        outcome: if a.is_partial() {
            "partial"
        } else {
            "complete"
        },
        exit_code: summary.exit_code,
        out: summary.out.as_deref(),
        report: summary.report.as_deref(),
        activities: range(a.counts.activities),
        weigh_ins: range(a.counts.weigh_ins),
        days: range(a.counts.days),
        nights: range(a.counts.nights),
        naps: range(a.counts.naps),
        timezone: zone(&a.zones),
        outputs: a.outputs.iter().map(output).collect(),
        unchanged: a.unchanged.iter().map(output).collect(),
        incomplete: &a.incomplete,
        entries: a.entries,
        records: a.records,
        converted: a.converted,
        skipped: a.skipped.iter().map(left_out).collect(),
        rejected: a.rejected.iter().map(left_out).collect(),
        unread: a.unread.iter().map(unread).collect(),
        findings: a.findings.iter().take(FINDINGS).map(finding).collect(),
        findings_total: a.findings_total,
        budget: summary.budget.as_ref(),
        degraded: summary.degraded.as_deref(),
    }
}

fn range(extent: Extent) -> Range {
    Range {
        count: extent.count,
        first: extent.dates.map(|(first, _)| first.to_string()),
        last: extent.dates.map(|(_, last)| last.to_string()),
    }
}

fn zone(zones: &Zones) -> Zone<'_> {
    let span = |s: &crate::model::offsets::Span| SpanDocument {
        first: s.first.to_string(),
        last: s.last.to_string(),
        offset: s.offset.to_string(),
        evidence: s.evidence.text(),
    };
    Zone {
        zone: zones.name.as_deref(),
        offsets: zones.home.iter().map(Offset::to_string).collect(),
        spans: zones.runs.iter().take(SPANS).map(span).collect(),
    }
}

fn output(o: &OutputKind) -> Output<'_> {
    Output {
        kind: &o.kind,
        garmin_connect: o.connect.label(),
        files: o.files,
        records: o.records,
        bytes: o.bytes,
        first: stated(&o.first),
        last: stated(&o.last),
    }
}

/// What is empty in the account is absent in the document.
fn stated(text: &str) -> Option<&str> {
    Some(text).filter(|t| !t.is_empty())
}

fn left_out(g: &Group) -> LeftOut<'_> {
    LeftOut {
        reason: g.reason,
        r#type: &g.kind,
        records: g.records,
        entries: g.entries,
        examples: &g.examples,
    }
}

fn unread((reason, entries): &(String, u64)) -> Unread<'_> {
    Unread {
        reason,
        entries: *entries,
    }
}

fn finding(f: &Found) -> FindingDocument<'_> {
    FindingDocument {
        archive: stated(&f.archive),
        entry: stated(&f.entry),
        r#type: stated(&f.kind),
        position: Some(position_text(f.position)).filter(|p| !p.is_empty()),
        reason: f.reject.map(Reject::key),
        what: &f.what,
        expected: &f.expected,
    }
}

#[cfg(test)]
mod check;

#[cfg(test)]
mod tests {
    use super::check::{Strictness, faults};
    use super::*;
    use crate::report::summary::tests::summary;

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_default()
    }

    #[test]
    fn every_field_of_the_document_is_in_its_schema() {
        let schema = parsed(include_str!("../../schema/summary.schema.json"));
        for s in [summary(), Summary::default()] {
            let document = parsed(&summary_json(&s));
            assert_eq!(faults(&schema, &document, Strictness::Closed), [""; 0]);
        }
    }

    #[test]
    fn the_schema_refuses_what_is_not_the_document() {
        let schema = parsed(include_str!("../../schema/summary.schema.json"));
        let good = parsed(&summary_json(&summary()));
        for (pointer, bad) in [
            ("/schema", Value::from(2)),
            ("/outcome", Value::from("perhaps")),
            ("/weigh_ins/first", Value::from("yesterday")),
            ("/records", Value::from(-1)),
            ("/findings/0/what", Value::Null),
        ] {
            let mut document = good.clone();
            if let Some(place) = document.pointer_mut(pointer) {
                *place = bad;
            }
            let found = faults(&schema, &document, Strictness::Open);
            assert_eq!(found.len(), 1, "{pointer}: {found:?}");
        }
    }

    #[test]
    fn the_schema_of_the_manifest_is_sound() {
        let schema = parsed(include_str!("../../schema/manifest.schema.json"));
        let entry = serde_json::json!({
            "archive": "a.zip", "path": "w.json", "type": "weight", "bytes": 9, "records": 2,
            "converted": 1, "skipped": {}, "rejected": {"bad_value": 1}, "error": "x"
        });
        let mut manifest = serde_json::json!({
            "schema": 1, "program": "trackersync", "version": "0.1.0",
            "inputs": [{"name": "a.zip", "bytes": 9}], "options": {}, "outputs": [],
            "timezone": {"zone": null, "spans": []}, "entries": [entry], "findings": [],
            "findings_total": 0, "totals": {}
        });
        assert_eq!(faults(&schema, &manifest, Strictness::Closed), [""; 0]);
        if let Some(n) = manifest.pointer_mut("/entries/0/rejected/bad_value") {
            *n = Value::from("many");
        }
        assert_eq!(faults(&schema, &manifest, Strictness::Closed).len(), 1);
    }
}
