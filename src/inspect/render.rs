//! The three ways in which decoded messages are shown: a table, JSON, CSV.
//!
//! It knows nothing of FIT. Text from files goes into JSON and the table as it is (whoever prints
//! a table cleans it); in CSV a text that a spreadsheet would run as a formula gets an apostrophe.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::{Value, json as object};

use super::{Cell, Message};

/// Widest column of a table, in characters; what is longer is cut with an ellipsis.
const WIDEST: usize = 60;

/// Returns a table: one line per field, the number and name of a message on its first line.
#[must_use]
pub fn table(messages: &[Message]) -> String {
    let mut lines = vec![["#", "message", "field", "value", "units"].map(str::to_owned)];
    for (i, message) in messages.iter().enumerate() {
        let mut label = [(i + 1).to_string(), message.name.clone()];
        if message.fields.is_empty() {
            let [number, name] = std::mem::take(&mut label);
            lines.push([number, name, String::new(), String::new(), String::new()]);
        }
        for field in &message.fields {
            let [number, name] = std::mem::take(&mut label);
            let value = text(&field.value).into_owned();
            lines.push([number, name, field.name.clone(), value, field.units.clone()]);
        }
    }
    aligned(&lines)
}

/// Lines up the columns; the last one is not filled up.
fn aligned(lines: &[[String; 5]]) -> String {
    let length = |cell: &String| cell.chars().count().min(WIDEST);
    let mut widths = [0; 5];
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(length(cell));
        }
    }
    let mut out = String::new();
    for line in lines {
        let row: Vec<String> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{:<width$}", cut(cell)))
            .collect();
        let _ = writeln!(out, "{}", row.join("  ").trim_end());
    }
    out
}

/// A cell that fits its column.
fn cut(cell: &str) -> Cow<'_, str> {
    if cell.chars().count() <= WIDEST {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(cell.chars().take(WIDEST - 1).chain(['…']).collect())
}

/// Returns an array of messages, each `{"message", "fields": [{"name", "value", "units"}]}`; a
/// value that is not set, inside a list, is `null`.
#[must_use]
pub fn json(messages: &[Message]) -> Value {
    let field =
        |f: &super::Field| object!({ "name": f.name, "value": number(&f.value), "units": f.units });
    let message = |m: &Message| object!({ "message": m.name, "fields": m.fields.iter().map(field).collect::<Vec<_>>() });
    messages.iter().map(message).collect()
}

/// A value in JSON.
fn number(cell: &Cell) -> Value {
    match cell {
        Cell::Whole(n) => serde_json::Number::from_i128(*n).map_or(Value::Null, Value::Number),
        Cell::Real(x) => Value::from(rounded(*x)),
        Cell::Text(text) | Cell::Time(text) => Value::from(text.as_str()),
        Cell::List(items) => items
            .iter()
            .map(|i| i.as_ref().map_or(Value::Null, number))
            .collect(),
    }
}

/// Returns CSV with a header: one line per field.
#[must_use]
pub fn csv(messages: &[Message]) -> String {
    let mut out = "number,message,field,value,units\n".to_owned();
    for (i, message) in messages.iter().enumerate() {
        for field in &message.fields {
            let value = match &field.value {
                Cell::Text(text) => harmless(text),
                other => text(other),
            };
            let (name, units) = (harmless(&field.name), harmless(&field.units));
            let cells = [&message.name, &*name, &*value, &*units].map(quoted);
            let _ = writeln!(out, "{},{}", i + 1, cells.join(","));
        }
    }
    out
}

/// Text of a file that no spreadsheet takes for a formula.
fn harmless(text: &str) -> Cow<'_, str> {
    match text.chars().find(|c| !c.is_whitespace()) {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{text}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// A cell as RFC 4180 wants it.
fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains([',', '"', '\n', '\r']) {
        return Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")));
    }
    Cow::Borrowed(cell)
}

/// A value as text; what is not set in a list is `-`.
pub(super) fn text(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Whole(n) => Cow::Owned(n.to_string()),
        Cell::Real(x) => Cow::Owned(rounded(*x).to_string()),
        Cell::Text(text) | Cell::Time(text) => Cow::Borrowed(text),
        Cell::List(items) => {
            let items: Vec<Cow<'_, str>> = items
                .iter()
                .map(|i| i.as_ref().map_or("-".into(), text))
                .collect();
            Cow::Owned(items.join(" "))
        }
    }
}

/// A scaled number without the dust of its division: 23.6, not 23.600000000000023.
fn rounded(x: f64) -> f64 {
    let fine = x.abs() >= 1e-3 && x.abs() < 1e9;
    if fine { (x * 1e6).round() / 1e6 } else { x }
}
