//! The sample system from outside: what it sends is right, repeats, and looks like a shop.

mod proportions;
mod repetition;
mod rules;
mod shape;

use clock::Timestamp;
use demo::{Shop, Visit};
use serde_json::Value;

/// 2026-01-01T00:00:00.000123456Z
const MIDNIGHT: i64 = 1_767_225_600_000_123_456;

/// Visits a third of a second apart.
fn visits(seed: u64, count: i64) -> Vec<Visit> {
    let mut shop = Shop::new(seed);
    (0..count).map(|number| shop.visit(begin(number))).collect()
}

fn begin(number: i64) -> Timestamp {
    Timestamp::from_nanos(MIDNIGHT + number * 333_000_000)
}

fn documents(visit: &Visit) -> Vec<Value> {
    visit
        .documents
        .iter()
        .map(|sent| serde_json::from_str(&sent.document).expect("a document is JSON"))
        .collect()
}

/// The document's own entity and everything nested in it.
fn entities(document: &Value) -> Vec<&Value> {
    let mut found = vec![document];
    let mut next = 0;
    while let Some(entity) = found.get(next) {
        found.extend(entity["subsegments"].as_array().into_iter().flatten());
        next += 1;
    }
    found
}

fn text<'a>(entity: &'a Value, field: &str) -> &'a str {
    entity[field].as_str().unwrap_or_default()
}

fn is_set(entity: &Value, flag: &str) -> bool {
    entity[flag] == Value::Bool(true)
}

fn is_segment(document: &Value) -> bool {
    document["type"].is_null()
}
