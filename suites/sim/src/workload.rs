//! What programs send: traces in documents that come at once, in parts, late, repeated, in progress, and linked.

use std::fmt::Write as _;

use bytes::Bytes;
use clock::Timestamp;
use document::TraceId;

use crate::chance::Chance;

/// A document that is, or will be, sent.
#[derive(Debug, Clone)]
pub(crate) struct Sendable {
    pub(crate) trace: TraceId,
    pub(crate) text: Bytes,
    /// What it says of its segment, where it is one.
    pub(crate) told: Option<Told>,
}

/// What a document says of its segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) segment: u64,
    pub(crate) service: u64,
    /// Whether it has no parent, so that a client called it.
    pub(crate) is_root: bool,
    /// From when until when, in milliseconds; in progress it has no end.
    pub(crate) start_ms: i64,
    pub(crate) end_ms: Option<i64>,
    pub(crate) is_fault: bool,
}

/// The programs.
pub(crate) struct Workload {
    chance: Chance,
    traces: u64,
    /// Documents that are still to come.
    pending: Vec<Sendable>,
    /// Some that were sent, to be repeated.
    sent: Vec<Sendable>,
    ids: Vec<TraceId>,
}

impl Workload {
    pub(crate) fn new(seed: u64) -> Workload {
        Workload {
            chance: Chance::new(seed, 2),
            traces: 0,
            pending: vec![],
            sent: vec![],
            ids: vec![],
        }
    }

    /// The documents of the next call.
    pub(crate) fn call(&mut self, now: Timestamp) -> Vec<Sendable> {
        let mut call = vec![];
        match self.chance.below(10) {
            // Nothing new: what is late comes.
            0..3 if !self.pending.is_empty() => {}
            3 => (0..self.chance.between(5, 12)).for_each(|_| call.extend(self.tiny(now))),
            _ => {
                let documents = self.trace(now);
                let at_once = self.chance.place(documents.len() + 1).max(1);
                for (place, document) in documents.into_iter().enumerate() {
                    match place < at_once {
                        true => call.push(document),
                        false => self.pending.push(document),
                    }
                }
            }
        }
        for _ in 0..self.chance.below(5).min(self.pending.len() as u64) {
            let place = self.chance.place(self.pending.len());
            call.push(self.pending.swap_remove(place));
        }
        if self.chance.percent(15) && !self.sent.is_empty() {
            let place = self.chance.place(self.sent.len());
            call.push(self.sent[place].clone());
        }
        if call.is_empty() {
            call = self.tiny(now);
        }
        for place in (1..call.len()).rev() {
            call.swap(place, self.chance.place(place + 1));
        }
        call.truncate(CALL_DOCUMENTS_MAX);
        self.sent.extend(call.iter().take(3).cloned());
        call
    }

    /// All documents of a new trace.
    fn trace(&mut self, now: Timestamp) -> Vec<Sendable> {
        match self
            .chance
            .weighted(&[(30, 0), (35, 1), (15, 2), (6, 3), (14, 4)])
        {
            0 => self.tiny(now),
            1 => self.usual(now),
            2 => self.running(now),
            3 => self.long(now),
            _ => self.linked(now),
        }
    }

    fn tiny(&mut self, now: Timestamp) -> Vec<Sendable> {
        let trace = self.begin();
        let told = self.told(now);
        vec![segment(trace, told, "")]
    }

    /// A root that calls, a callee, and a subsegment that comes by itself.
    fn usual(&mut self, now: Timestamp) -> Vec<Sendable> {
        let trace = self.begin();
        let (root, mut callee) = (self.told(now), self.told(now));
        callee.is_root = false;
        let call = self.chance.next();
        let inner = format!(
            r#","subsegments":[{{"id":"{call:016x}","name":"out","namespace":"remote",{}}}]"#,
            times(&root)
        );
        let mut documents = vec![
            segment(trace, root, &inner),
            segment(trace, callee, &format!(r#","parent_id":"{call:016x}""#)),
        ];
        for _ in 0..self.chance.below(3) {
            documents.push(self.subsegment(trace, &root));
        }
        documents
    }

    /// A root in progress, and its completion.
    fn running(&mut self, now: Timestamp) -> Vec<Sendable> {
        let trace = self.begin();
        let whole = self.told(now);
        let running = Told {
            end_ms: None,
            is_fault: false,
            ..whole
        };
        let late = self.subsegment(trace, &whole);
        vec![segment(trace, running, ""), late, segment(trace, whole, "")]
    }

    fn long(&mut self, now: Timestamp) -> Vec<Sendable> {
        let trace = self.begin();
        let root = self.told(now);
        let mut documents = vec![segment(trace, root, "")];
        for _ in 0..self.chance.between(10, 40) {
            documents.push(self.subsegment(trace, &root));
        }
        documents
    }

    /// A trace that names an older one, or one that is still to come.
    fn linked(&mut self, now: Timestamp) -> Vec<Sendable> {
        let trace = self.begin();
        let other = match self.ids.len() {
            1 => trace_id(self.traces + 1),
            others => self.ids[self.chance.place(others - 1)],
        };
        let (told, named) = (self.told(now), self.chance.next());
        let link = format!(
            r#","links":[{{"trace_id":"{other}","id":"{named:016x}","attributes":{{"aws.xray.reserved.reference_type":"parent"}}}}]"#
        );
        vec![segment(trace, told, &link)]
    }

    fn subsegment(&mut self, trace: TraceId, parent: &Told) -> Sendable {
        let (id, parent_id) = (self.chance.next(), parent.segment);
        let name = self.chance.below(3);
        let namespace = match self.chance.percent(50) {
            true => r#""namespace":"remote","#,
            false => "",
        };
        let text = format!(
            r#"{{"trace_id":"{trace}","id":"{id:016x}","parent_id":"{parent_id:016x}","type":"subsegment","name":"part{name}",{namespace}{}}}"#,
            times(parent)
        );
        Sendable {
            trace,
            text: text.into(),
            told: None,
        }
    }

    fn begin(&mut self) -> TraceId {
        self.traces += 1;
        let id = trace_id(self.traces);
        self.ids.push(id);
        id
    }

    fn told(&mut self, now: Timestamp) -> Told {
        let end_ms = now.as_nanos() / 1_000_000 - self.chance.below(3_000) as i64;
        Told {
            segment: self.chance.next(),
            service: self.chance.below(SERVICES),
            is_root: true,
            start_ms: end_ms - self.chance.below(2_000) as i64,
            end_ms: Some(end_ms),
            is_fault: self.chance.percent(20),
        }
    }
}

fn trace_id(number: u64) -> TraceId {
    let text = format!("1-6955b900-{number:024x}");
    text.parse().expect("it is made of hexadecimal digits")
}

fn segment(trace: TraceId, told: Told, more: &str) -> Sendable {
    let Told { segment, service, .. } = told;
    let mut text = format!(
        r#"{{"trace_id":"{trace}","id":"{segment:016x}","name":"svc{service}",{}"#,
        times(&told)
    );
    if told.is_fault {
        text.push_str(r#","fault":true"#);
    }
    write!(text, r#","annotations":{{"number":{}}}{more}}}"#, segment % 100).expect("a text takes all");
    Sendable {
        trace,
        text: text.into(),
        told: Some(told),
    }
}

fn times(told: &Told) -> String {
    let start = seconds(told.start_ms);
    match told.end_ms {
        Some(end) => format!(r#""start_time":{start},"end_time":{}"#, seconds(end)),
        None => format!(r#""start_time":{start},"in_progress":true"#),
    }
}

fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

/// How many services there are: `svc0` and so on.
pub(crate) const SERVICES: u64 = 5;
const CALL_DOCUMENTS_MAX: usize = 24;
