//! Checks a document against a JSON Schema, for tests: the few keywords that ours use.
//!
//! A keyword it does not know is a fault too, so that a schema cannot promise what nothing checks.
//! It depends on nothing of ours.

use serde_json::{Map, Value};

/// What to do with fields that the schema does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// They are fine: fields may be added, as readers of old documents must expect.
    Open,
    /// They are faults: what we write today must be described.
    Closed,
}

/// Returns what is wrong with the document, empty when nothing is.
pub(crate) fn faults(schema: &Value, document: &Value, strictness: Strictness) -> Vec<String> {
    let mut check = Check {
        root: schema,
        strictness,
        faults: Vec::new(),
    };
    check.value("", schema, document);
    check.faults
}

struct Check<'a> {
    root: &'a Value,
    strictness: Strictness,
    faults: Vec<String>,
}

impl Check<'_> {
    fn value(&mut self, at: &str, schema: &Value, value: &Value) {
        let Some(keywords) = schema.as_object() else {
            return self.fault(at, "has a schema that is no object");
        };
        for (keyword, rule) in keywords {
            self.keyword(at, keyword, rule, value);
        }
        if let Some(object) = value.as_object() {
            self.fields(at, keywords, object);
        }
    }

    fn keyword(&mut self, at: &str, keyword: &str, rule: &Value, value: &Value) {
        match keyword {
            "$ref" => self.reference(at, rule, value),
            "type" => self.expect(at, is_of_type(rule, value), "has the wrong type"),
            "const" => self.expect(at, rule == value, "is not the constant"),
            "enum" => {
                let listed = rule.as_array().is_some_and(|all| all.contains(value));
                self.expect(at, listed, "is not one of the listed");
            }
            "minimum" => {
                let low = value
                    .as_f64()
                    .zip(rule.as_f64())
                    .is_some_and(|(v, m)| v < m);
                self.expect(at, !low, "is below the minimum");
            }
            "format" => self.expect(at, is_date(value), "is not a date"),
            "required" => self.required(at, rule, value),
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.value(&format!("{at}/{i}"), rule, item);
                }
            }
            "properties" | "additionalProperties" => {}
            "$schema" | "$defs" | "title" | "description" => {}
            other => self.fault(at, &format!("has the unknown keyword {other}")),
        }
    }

    fn reference(&mut self, at: &str, rule: &Value, value: &Value) {
        let pointer = rule.as_str().and_then(|r| r.strip_prefix('#'));
        match pointer.and_then(|p| self.root.pointer(p)) {
            Some(schema) => self.value(at, &schema.clone(), value),
            None => self.fault(at, "has a reference that leads nowhere"),
        }
    }

    fn required(&mut self, at: &str, rule: &Value, value: &Value) {
        for name in rule
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let there = value.as_object().is_none_or(|o| o.contains_key(name));
            self.expect(at, there, &format!("lacks {name}"));
        }
    }

    fn fields(&mut self, at: &str, keywords: &Map<String, Value>, object: &Map<String, Value>) {
        let properties = keywords.get("properties");
        let additional = keywords.get("additionalProperties");
        for (name, value) in object {
            let place = format!("{at}/{name}");
            match properties.and_then(|p| p.get(name)).or(additional) {
                Some(schema) => self.value(&place, schema, value),
                None if properties.is_some() && self.strictness == Strictness::Closed => {
                    self.fault(&place, "is not in the schema");
                }
                None => {}
            }
        }
    }

    fn expect(&mut self, at: &str, holds: bool, what: &str) {
        if !holds {
            self.fault(at, what);
        }
    }

    fn fault(&mut self, at: &str, what: &str) {
        self.faults.push(format!("{at} {what}"));
    }
}

fn is_of_type(rule: &Value, value: &Value) -> bool {
    let names = match rule {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        one => Vec::from_iter(one.as_str()),
    };
    names.iter().any(|name| match *name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => false,
    })
}

/// `YYYY-MM-DD`, or no string at all: that is the business of "type".
fn is_date(value: &Value) -> bool {
    value.as_str().is_none_or(|text| {
        text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| match i {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            })
    })
}
