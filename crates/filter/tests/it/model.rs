//! Generated traces as plain lists, which laws compare with the traces that are assembled from their documents.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use trace::Trace;

use crate::samples::trace;

/// The entities of one trace; the number of an entity is its place and makes its id.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) entities: Vec<Entity>,
}

/// A segment or a subsegment.
#[derive(Debug, Clone)]
pub(crate) struct Entity {
    pub(crate) is_segment: bool,
    pub(crate) parent: Parent,
    pub(crate) name: &'static str,
    pub(crate) start_micros: i64,
    /// `None` while it runs.
    pub(crate) took_micros: Option<i64>,
    pub(crate) flags: Flags,
    pub(crate) call: Call,
    pub(crate) http: Http,
    pub(crate) about: About,
    pub(crate) annotations: Vec<(&'static str, Value)>,
    pub(crate) cause: Cause,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    None,
    Of(usize),
    Lost,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Flags {
    pub(crate) error: bool,
    pub(crate) throttle: bool,
    pub(crate) fault: bool,
}

/// Only of subsegments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    No,
    Remote,
    Sql,
    Aws,
    /// With operation and table.
    Table,
}

#[derive(Debug, Clone)]
pub(crate) struct Http {
    pub(crate) url: Option<&'static str>,
    pub(crate) method: Option<&'static str>,
    pub(crate) agent: Option<&'static str>,
    pub(crate) client: Option<&'static str>,
    pub(crate) status: Option<i64>,
}

/// Only of segments.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) origin: Option<&'static str>,
    pub(crate) account: Option<&'static str>,
    pub(crate) user: Option<&'static str>,
    pub(crate) zone: Option<&'static str>,
    pub(crate) instance: Option<&'static str>,
    pub(crate) arn: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) enum Cause {
    None,
    /// Types and messages.
    Own(Vec<(Option<&'static str>, Option<&'static str>)>),
    /// The first exception of that entity.
    FirstOf(usize),
    /// All exceptions of that entity.
    AllOf(usize),
}

impl Model {
    /// The trace that its documents make.
    pub(crate) fn assembled(&self) -> Trace {
        let documents: Vec<Value> = (0..self.entities.len())
            .map(|number| self.document(number))
            .collect();
        trace(&Value::Array(documents).to_string())
    }

    fn document(&self, number: usize) -> Value {
        let entity = &self.entities[number];
        let mut document = json!({
            "trace_id": "1-68e7780c-5b1f0c6a9d3e82774410ab9f",
            "id": id(number),
            "name": entity.name,
            "start_time": micros(entity.start_micros),
            "error": entity.flags.error,
            "throttle": entity.flags.throttle,
            "fault": entity.flags.fault,
            "http": entity.http.document(),
            "annotations": entity.annotations.iter().cloned().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>(),
        });
        match entity.took_micros {
            None => document["in_progress"] = json!(true),
            Some(took) => document["end_time"] = micros(entity.start_micros + took),
        }
        match entity.parent {
            Parent::None => {}
            Parent::Of(parent) => document["parent_id"] = json!(id(parent)),
            Parent::Lost => document["parent_id"] = json!("00000000000000ff"),
        }
        entity.cause.put(&mut document, number);
        if entity.is_segment {
            entity.about.put(&mut document);
        } else {
            document["type"] = json!("subsegment");
            entity.call.put(&mut document);
        }
        document
    }
}

impl Http {
    fn document(&self) -> Value {
        let mut http = json!({ "request": {}, "response": {} });
        let request = &mut http["request"];
        put(request, "url", self.url);
        put(request, "method", self.method);
        put(request, "user_agent", self.agent);
        put(request, "client_ip", self.client);
        if let Some(status) = self.status {
            http["response"]["status"] = json!(status);
        }
        http
    }
}

impl About {
    fn put(&self, document: &mut Value) {
        put(document, "origin", self.origin);
        put(document, "user", self.user);
        put(document, "resource_arn", self.arn);
        document["aws"] = json!({ "ec2": {} });
        put(&mut document["aws"], "account_id", self.account);
        put(&mut document["aws"]["ec2"], "availability_zone", self.zone);
        put(&mut document["aws"]["ec2"], "instance_id", self.instance);
    }
}

impl Call {
    fn put(self, document: &mut Value) {
        match self {
            Call::No => {}
            Call::Remote => document["namespace"] = json!("remote"),
            Call::Sql => {
                document["namespace"] = json!("remote");
                document["sql"] = json!({ "url": "x" });
            }
            Call::Aws => document["namespace"] = json!("aws"),
            Call::Table => {
                document["namespace"] = json!("aws");
                document["aws"] = json!({ "operation": "GetItem", "table_name": TABLE });
            }
        }
    }
}

impl Cause {
    fn put(&self, document: &mut Value, number: usize) {
        match self {
            Cause::None => {}
            Cause::Own(exceptions) => {
                let exceptions = exceptions.iter().enumerate().map(|(place, (name, message))| {
                    let mut exception = json!({ "id": exception_id(number, place) });
                    put(&mut exception, "type", *name);
                    put(&mut exception, "message", *message);
                    exception
                });
                document["cause"] = json!({ "exceptions": exceptions.collect::<Vec<_>>() });
            }
            Cause::FirstOf(other) => document["cause"] = json!(exception_id(*other, 0)),
            Cause::AllOf(other) => document["cause"] = json!({ "id": id(*other), "exceptions": [] }),
        }
    }
}

fn put(object: &mut Value, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        object[key] = json!(value);
    }
}

fn id(number: usize) -> String {
    format!("{:016x}", number + 1)
}

fn exception_id(number: usize, place: usize) -> String {
    format!("{:016x}", 0xe000 + number * 16 + place)
}

fn micros(micros: i64) -> Value {
    json!(START as f64 + micros as f64 / 1e6)
}

/// The moment from which models count, in epoch seconds.
pub(crate) const START: i64 = 1_767_225_600;

/// A trace of up to nine entities whose values recur.
pub(crate) fn model() -> impl Strategy<Value = Model> {
    prop::collection::vec((entity(), any::<bool>(), 0..10_usize), 1..9).prop_map(|drawn| {
        let mut entities = vec![];
        for (number, (mut entity, is_segment, parent)) in drawn.into_iter().enumerate() {
            entity.is_segment = is_segment || number == 0;
            entity.parent = match parent {
                9 => Parent::Lost,
                8 | 7 if entity.is_segment => Parent::None,
                _ if number == 0 && entity.is_segment => Parent::None,
                _ if number == 0 => Parent::Lost,
                other => Parent::Of(other % number),
            };
            entities.push(entity);
        }
        Model { entities }
    })
}

fn entity() -> impl Strategy<Value = Entity> {
    let times = (
        prop::sample::select(&[0, 500, 1_000, 250_000, 999_500][..]),
        prop::option::weighted(0.9, prop::sample::select(TOOK_MICROS)),
    );
    let call = prop::sample::select(&[Call::No, Call::Remote, Call::Sql, Call::Aws, Call::Table][..]);
    let annotations = prop::collection::vec((prop::sample::select(KEYS), annotation()), 0..3);
    let parts = (flags(), call, http(), about(), annotations, cause());
    (prop::sample::select(NAMES), times, parts).prop_map(|(name, (start, took), parts)| {
        let (flags, call, http, about, mut annotations, cause) = parts;
        annotations.dedup_by_key(|(key, _)| *key);
        if let [(first, _), (second, _), ..] = &annotations[..]
            && first == second
        {
            annotations.truncate(1);
        }
        Entity {
            is_segment: true,
            parent: Parent::None,
            name,
            start_micros: start,
            took_micros: took,
            flags,
            call,
            http,
            about,
            annotations,
            cause,
        }
    })
}

fn flags() -> impl Strategy<Value = Flags> {
    let flag = || prop::bool::weighted(0.4);
    (flag(), flag(), flag()).prop_map(|(error, throttle, fault)| Flags {
        error,
        throttle,
        fault,
    })
}

fn http() -> impl Strategy<Value = Http> {
    let status = prop::option::of(prop::sample::select(&[-1, 0, 99, 200, 404, 500, 599, 1_000][..]));
    (text(TEXTS), text(TEXTS), text(TEXTS), text(TEXTS), status).prop_map(
        |(url, method, agent, client, status)| Http {
            url,
            method,
            agent,
            client,
            status,
        },
    )
}

fn about() -> impl Strategy<Value = About> {
    let other = (text(TEXTS), text(TEXTS), text(TEXTS), text(TEXTS));
    (text(TYPES), text(ACCOUNTS), other).prop_map(|(origin, account, (user, zone, instance, arn))| About {
        origin,
        account,
        user,
        zone,
        instance,
        arn,
    })
}

fn cause() -> impl Strategy<Value = Cause> {
    let exception = (text(TEXTS), text(TEXTS));
    prop_oneof![
        2 => Just(Cause::None),
        4 => prop::collection::vec(exception, 1..3).prop_map(Cause::Own),
        1 => (0..9_usize).prop_map(Cause::FirstOf),
        1 => (0..9_usize).prop_map(Cause::AllOf),
    ]
}

fn annotation() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(&["x", "y", "13", "true", "-0", "1.5"][..]).prop_map(|text| json!(text)),
        prop::sample::select(&[0.0, -0.0, 1.0, 1.5, 13.0][..]).prop_map(|number| json!(number)),
        any::<bool>().prop_map(|boolean| json!(boolean)),
    ]
}

fn text(of: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(of))
}

pub(crate) const NAMES: &[&str] = &["a", "b", "DynamoDB"];
pub(crate) const TABLE: &str = "table";
pub(crate) const TYPES: &[&str] = &["T", "AWS::Lambda::Function", "client"];
pub(crate) const ACCOUNTS: &[&str] = &[crate::samples::HOME, "111111111111"];
pub(crate) const TEXTS: &[&str] = &["x", "xy", "y"];
pub(crate) const KEYS: &[&str] = &["k", "l"];
const TOOK_MICROS: &[i64] = &[
    0, 499, 500, 1_499, 1_500, 250_000, 999_499, 999_500, 1_000_000, 1_000_500, 2_000_000,
];
