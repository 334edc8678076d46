//! Findings as a linter prints them: for people, for programs, for GitHub's checks.
//!
//! This is what `validate --format` shows. What was found is decided elsewhere; here it only gets a
//! form, and the form is safe: a name in an export cannot forge a second message.

use super::account::Account;
use super::clean::clean;
use super::found::{Found, stated_parts};
use super::words::{counted, grouped};
use crate::model::Position;

/// Problems shown one by one; the rest are counted.
const SHOWN: usize = 20;
/// Annotations for GitHub, which shows few and stores what it gets.
const ANNOTATIONS: usize = 100;

/// Returns the findings grouped by reason, with examples, each line ended.
///
/// Remarks that are told one by one later are counted only.
pub(crate) fn findings_for_people(account: &Account, are_told: bool) -> String {
    let mut out = String::new();
    let mut left = SHOWN;
    for group in &account.rejected {
        out += &format!("{}: {}\n", group.title(), group.amount());
        let examples = group.examples.iter().take(left);
        left -= examples.len();
        let shown = examples.len() as u64;
        out.extend(examples.map(|example| format!("  {example}\n")));
        let hidden = (group.records + group.entries).saturating_sub(shown);
        if hidden > 0 {
            out += &format!("  and {} more\n", grouped(hidden));
        }
    }
    let remarks = || account.findings.iter().filter(|f| f.reject.is_none());
    let number = remarks().count() as u64;
    if number > 0 {
        out += &format!("{}\n", counted(number, "remark", "remarks"));
        let shown = if are_told { 0 } else { left };
        out.extend(remarks().take(shown).map(|f| format!("  {}\n", f.line())));
        let hidden = number.saturating_sub(shown as u64);
        if hidden > 0 && !are_told {
            out += &format!("  and {} more\n", grouped(hidden));
        }
    }
    out + &format!(
        "{} in {}: {} sound, {} set aside, {} rejected\n",
        counted(account.records, "record", "records"),
        counted(account.entries, "entry", "entries"),
        grouped(account.converted),
        grouped(account.records_skipped()),
        grouped(account.records_rejected()),
    )
}

/// Returns the findings as workflow commands of GitHub Actions.
pub(crate) fn findings_for_github(account: &Account) -> String {
    let shown = account.findings.len().min(ANNOTATIONS);
    let told = account.findings.iter().take(shown);
    let mut out: String = told.map(annotation).collect();
    let more = account.findings_total.saturating_sub(shown as u64);
    if more > 0 {
        out += &format!("::notice::and {} more findings\n", grouped(more));
    }
    out
}

/// One workflow command: `::warning file=…,line=…,title=…::message`.
fn annotation(f: &Found) -> String {
    let (level, title) = f
        .reject
        .map_or(("notice", "remark"), |why| ("warning", why.key()));
    let file = stated_parts([&f.archive, &f.entry]).join("/");
    let file = match file.as_str() {
        "" => String::new(),
        file => format!("file={},", property(file)),
    };
    let (line, message) = match f.position {
        Position::Line(n) => (format!("line={n},"), f.said()),
        Position::Record(n) => (String::new(), format!("record {n}: {}", f.said())),
        Position::Entry => (String::new(), f.said()),
    };
    let message = escaped(&message);
    format!("::{level} {file}{line}title={title}::{message}\n")
}

/// Escapes a message: GitHub reads `%`, CR and LF.
fn escaped(text: &str) -> String {
    let text = clean(text).replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which `:` and `,` would end.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::json::summary_json;
    use super::super::summary::tests::summary;
    use super::*;

    #[test]
    fn people_get_groups_with_examples_and_exact_counts() {
        assert_eq!(
            findings_for_people(&summary().account, false),
            "\
steps: cut off in the middle: 1 unreadable entry
  takeout-001.zip: Fitbit/steps-2024-01-01.json: ends in a \\u{1b}string
weight: a value out of range: 3 records
  takeout-001.zip: Fitbit/weight-2024-01-01.json: record 8: weight is -8 lb, expected 2.2 to 1433 lb
  takeout-001.zip: Fitbit/weight-2024-01-01.json: record 9: weight is -9 lb, expected 2.2 to 1433 lb
  takeout-001.zip: Fitbit/weight-2024-01-01.json: record 10: weight is -10 lb, expected 2.2 to 1433 lb
20,010 records in 3 entries: 7,648 sound, 12,359 set aside, 3 rejected
"
        );
    }

    #[test]
    fn github_gets_one_command_per_finding() {
        let text = findings_for_github(&summary().account);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(
            lines.first().copied(),
            Some(
                "::warning file=takeout-001.zip/Fitbit/weight-2024-01-01.json,title=bad_value\
                 ::record 8: weight is -8 lb, expected 2.2 to 1433 lb"
            )
        );
    }

    #[test]
    fn names_cannot_forge_a_command() {
        let f = Found {
            archive: "a,b:c%.zip".to_owned(),
            entry: "x\n::error::gotcha".to_owned(),
            kind: "weight".to_owned(),
            position: Position::Line(3),
            reject: None,
            what: "100%\r\n::stop-commands::x".to_owned(),
            expected: String::new(),
        };
        assert_eq!(
            annotation(&f),
            "::notice file=a%2Cb%3Ac%25.zip/x\\n%3A%3Aerror%3A%3Agotcha,line=3,title=remark\
             ::100%25\\r\\n::stop-commands::x\n"
        );
    }

    #[test]
    fn a_flood_ends_with_a_count() {
        let mut s = summary();
        s.account.findings = s
            .account
            .findings
            .iter()
            .cycle()
            .take(900)
            .cloned()
            .collect();
        s.account.findings_total = 5_000_000;
        let text = findings_for_github(&s.account);
        assert_eq!(text.lines().count(), 101);
        assert!(text.ends_with("::notice::and 4,999,900 more findings\n"));
    }

    #[test]
    fn programs_get_the_document_of_the_summary() {
        let s = summary();
        let v: serde_json::Value = serde_json::from_str(&summary_json(&s)).unwrap_or_default();
        for (pointer, expected) in [
            ("/schema", "1"),
            ("/outcome", "\"partial\""),
            ("/exit_code", "3"),
            ("/weigh_ins/count", "3"),
            ("/weigh_ins/first", "\"2023-11-14\""),
            ("/activities/first", "null"),
            ("/timezone/zone", "\"Europe/Paris\""),
            ("/timezone/spans/1/offset", "\"-05:00\""),
            ("/outputs/0/garmin_connect", "\"imports\""),
            ("/skipped/0/reason", "\"low_confidence\""),
            ("/rejected/1/type", "\"weight\""),
            ("/findings/0/position", "\"record 8\""),
            ("/findings_total", "4"),
            ("/budget/remaining", "97"),
        ] {
            let found = v.pointer(pointer).map(ToString::to_string);
            assert_eq!(found.as_deref(), Some(expected), "{pointer}");
        }
    }
}
