//! Traces and causes in one line each, after the notation of trace-summaries.md 5.5.
//!
//! `root(F) > .sub(F!), @call(E) 3s`: what follows `>` lies below the last one before it. `name` is a segment,
//! `?name` one whose parent never came, `.name` a local subsegment, `@name` a remote call, `$name` an AWS call.
//! `name:x` gives a segment's origin or a call's table. Flags are `F`, `E`, `T`; `!` owns an exception, `!Type text`
//! this one, `=name` names the exception of that entity, `#name` that entity. Each lasts a second if not said
//! otherwise, and starts after the one before it.

use std::sync::Arc;

use clock::Timestamp;
use document::TraceId;
use serde_json::{Value, json};

use crate::{Received, RootCause, Trace};

/// The account of the server that reads the traces.
pub(super) const HOME: &str = "000000000000";

const TRACE: &str = "1-6955b900-000000000000000000000005";

/// The trace of a line; every entity comes in a document of its own.
pub(super) fn trace(line: &str) -> Trace {
    let mut documents = vec![];
    let mut above = None;
    for level in line.split('>') {
        let mut last = None;
        for text in level.split(',') {
            let place = documents.len();
            documents.push(document(text.trim(), place, above));
            last = Some(place);
        }
        above = last;
    }
    resolve_references(&mut documents);
    assembled(documents)
}

/// The trace of these documents.
pub(super) fn assembled(documents: impl IntoIterator<Item = Value>) -> Trace {
    let received = (0..).zip(documents).map(|(position, mut document)| {
        document["trace_id"] = json!(TRACE);
        let segment = document::reread(&document.to_string().into()).expect("a valid document");
        Received {
            segment: Arc::new(segment),
            position,
            receipt: Timestamp::EPOCH,
        }
    });
    let id: TraceId = TRACE.parse().expect("a trace id");
    Trace::assemble(id, received.collect())
}

pub(super) fn id_of(place: usize) -> String {
    format!("{:016x}", place + 1)
}

fn document(text: &str, place: usize, above: Option<usize>) -> Value {
    let (text, seconds) = match text
        .rsplit_once(' ')
        .and_then(|(text, last)| Some((text, last.strip_suffix('s')?)))
    {
        Some((text, seconds)) if seconds.parse::<f64>().is_ok() => (text, seconds.parse().expect("a number")),
        Some(_) | None => (text, 1.0),
    };
    let (named, flags) = text.split_once('(').unwrap_or((text, ")"));
    let start = 100.0 + place as f64;
    let mut document = json!({ "id": id_of(place), "start_time": start, "end_time": start + seconds });
    document["parent_id"] = json!(above.map(id_of));
    put_name(&mut document, named);
    put_flags(&mut document, flags.trim_end_matches(')'));
    document
}

fn put_name(document: &mut Value, named: &str) {
    let name = named.trim_start_matches(['?', '.', '@', '$']);
    let (name, detail) = name.split_once(':').unwrap_or((name, ""));
    document["name"] = json!(name);
    if named.starts_with(['.', '@', '$']) {
        document["type"] = json!("subsegment");
    }
    match named.chars().next() {
        Some('?') => document["parent_id"] = json!("dead00000000dead"),
        Some('@') => document["namespace"] = json!("remote"),
        Some('$') => {
            document["namespace"] = json!("aws");
            document["aws"] = json!({ "operation": "PutItem", "table_name": detail });
        }
        Some('.') => {}
        Some(_) | None => document["origin"] = json!(detail),
    }
}

fn put_flags(document: &mut Value, flags: &str) {
    let (flags, cause) = flags.split_at(flags.find(['!', '=', '#']).unwrap_or(flags.len()));
    for (letter, key) in [('F', "fault"), ('E', "error"), ('T', "throttle")] {
        document[key] = json!(flags.contains(letter));
    }
    if let Some(exception) = cause.strip_prefix('!') {
        let (name, message) = exception.split_once(' ').unwrap_or((exception, ""));
        let id = document["id"].clone();
        document["cause"] = json!({ "exceptions": [{ "id": id, "type": name, "message": message }] });
    } else if !cause.is_empty() {
        document["cause"] = json!(cause);
    }
}

/// The exception of an entity has the entity's id, so that both kinds of reference name the same text.
fn resolve_references(documents: &mut [Value]) {
    let named = documents
        .iter()
        .map(|document| (document["name"].clone(), document["id"].clone()));
    let ids: Vec<(Value, Value)> = named.collect();
    for document in documents {
        let Some(cause) = document["cause"].as_str() else {
            continue;
        };
        let (kind, name) = cause.split_at(1);
        let found = ids
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, id)| id.clone());
        let id = found.unwrap_or_else(|| json!("dead00000000dead"));
        document["cause"] = if kind == "#" {
            json!({ "id": id, "exceptions": [] })
        } else {
            id
        };
    }
}

/// Causes as lines: `root[root, call* !] → ~call[call] CI yes`. `*` is remote, `!` has exceptions, `~` is inferred.
pub(super) fn lines(causes: &[RootCause]) -> Vec<String> {
    causes.iter().map(line).collect()
}

fn line(cause: &RootCause) -> String {
    let services = cause.services.iter().map(|service| {
        let entities = service.path.iter().map(|entity| {
            let remote = if entity.remote { "*" } else { "" };
            let owns = if entity.exceptions.is_empty() { "" } else { " !" };
            let coverage = entity
                .coverage
                .map(|coverage| format!(" {coverage}"))
                .unwrap_or_default();
            format!("{}{remote}{owns}{coverage}", entity.name)
        });
        let inferred = if service.inferred { "~" } else { "" };
        format!(
            "{inferred}{}[{}]",
            service.node.name,
            entities.collect::<Vec<_>>().join(", ")
        )
    });
    let impact = if cause.client_impacting { "yes" } else { "no" };
    format!("{} CI {impact}", services.collect::<Vec<_>>().join(" → "))
}
