//! Documents sent over several connections at a pace, and what came of it.

use std::sync::Mutex;
use std::time::Duration;

use crate::batch::{Batch, Batches, Numbers};
use crate::connection::{Connection, IMPORT_PATH, PUT_PATH, Sent};
use crate::failure::Failure;
use crate::latencies::Latencies;
use crate::pace::{Pace, Turn};
use crate::prepared::TRACE_ID_BYTES;
use crate::stopwatch;
use crate::traces::Traces;

/// Who sends what to whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drive<'d> {
    pub(crate) traces: &'d Traces,
    pub(crate) endpoint: &'d str,
    pub(crate) connections: u64,
    pub(crate) documents_per_request: u64,
    /// The number of the first trace; whoever sends twice to a server begins elsewhere the second time.
    pub(crate) first_number: u64,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Driven {
    /// Acknowledged segments and subsegments.
    pub(crate) spans: u64,
    /// Requests that were told to come again.
    pub(crate) throttled: u64,
    /// Documents that were not acceptable: none, or the generator is wrong.
    pub(crate) refused: u64,
    /// From the moment at which a request was to be sent until it was acknowledged.
    pub(crate) latencies: Latencies,
    /// On each connection the trace of the document acknowledged last.
    pub(crate) last_traces: Vec<String>,
    /// Why it ended early.
    pub(crate) broken: Option<Failure>,
}

impl Driven {
    fn new() -> Driven {
        Driven {
            spans: 0,
            throttled: 0,
            refused: 0,
            latencies: Latencies::new(),
            last_traces: vec![],
            broken: None,
        }
    }

    fn add(&mut self, other: Driven) {
        self.spans += other.spans;
        self.throttled += other.throttled;
        self.refused += other.refused;
        self.latencies.add(&other.latencies);
        self.last_traces.extend(other.last_traces);
        self.broken = self.broken.take().or(other.broken);
    }

    /// All of it, where nothing broke and nothing was refused.
    pub(crate) fn whole(self) -> Result<Driven, Failure> {
        match (self.broken, self.refused) {
            (Some(failure), _) => Err(failure),
            (None, 0) => Ok(Driven { broken: None, ..self }),
            (None, refused) => Err(Failure::of(format!("send documents: {refused} were refused"))),
        }
    }
}

impl Drive<'_> {
    /// Sends until the pace ends, or until the server does.
    pub(crate) fn run(&self, pace: &Pace) -> Driven {
        let mut driven = Driven::new();
        std::thread::scope(|scope| {
            let senders: Vec<_> = (0..self.connections)
                .map(|sender| scope.spawn(move || self.send(sender, pace)))
                .collect();
            for sender in senders {
                driven.add(sender.join().expect("a sender does not panic"));
            }
        });
        driven
    }

    fn send(&self, sender: u64, pace: &Pace) -> Driven {
        let numbers = Numbers {
            next: self.first_number + sender,
            step: self.connections,
        };
        let mut batches = Batches::new(self.traces, numbers, self.documents_per_request);
        let connection = Connection::to(self.endpoint);
        let mut driven = Driven::new();
        let mut last_trace = None;
        // The request is made before its moment comes, so that making it costs no latency.
        loop {
            let batch = batches.next(stopwatch::wall_us());
            let Some(turn) = pace.turn() else { break };
            match one(&connection, (turn, pace), &batch, &mut driven) {
                Ok(true) => last_trace = batch.trace_id.or(last_trace),
                Ok(false) => break,
                Err(failure) => {
                    driven.broken = Some(failure);
                    break;
                }
            }
        }
        // Traces that have been sent in part are completed, unless there is nobody any more.
        if driven.broken.is_none() {
            driven.broken = batches
                .rest()
                .find_map(|batch| acknowledged(&connection, PUT_PATH, &batch, &mut driven).err());
        }
        driven.last_traces.extend(last_trace.map(text_of));
        driven
    }
}

/// Sends one request at its turn. Whether it was acknowledged before the pace ended.
fn one(
    connection: &Connection,
    (turn, pace): (Turn, &Pace),
    batch: &Batch,
    driven: &mut Driven,
) -> Result<bool, Failure> {
    let counts_from = turn.wait();
    loop {
        match connection.send(PUT_PATH, &batch.body)? {
            Sent::Acknowledged { refused } => {
                driven.latencies.record(stopwatch::now() - counts_from);
                driven.refused += refused;
                driven.spans += batch.spans;
                return Ok(true);
            }
            Sent::Throttled if pace.is_over() => return Ok(false),
            Sent::Throttled => driven.throttled += 1,
        }
        std::thread::sleep(RETRY_AFTER);
    }
}

/// Sends until it is acknowledged.
fn acknowledged(
    connection: &Connection,
    path: &str,
    batch: &Batch,
    driven: &mut Driven,
) -> Result<(), Failure> {
    for _ in 0..ATTEMPTS_MAX {
        match connection.send(path, &batch.body)? {
            Sent::Acknowledged { refused } => {
                driven.refused += refused;
                driven.spans += batch.spans;
                return Ok(());
            }
            Sent::Throttled => driven.throttled += 1,
        }
        std::thread::sleep(RETRY_AFTER);
    }
    Err(Failure::of(
        "send documents: the server has no room and does not get any",
    ))
}

/// Sends imports over two connections, so that one is made while the other is taken.
pub(crate) fn import(endpoint: &str, batches: impl Iterator<Item = Batch> + Send) -> Result<Driven, Failure> {
    let batches = Mutex::new(batches);
    let send = || {
        let connection = Connection::to(endpoint);
        let mut driven = Driven::new();
        let next = || batches.lock().expect("making a batch does not panic").next();
        while let Some(batch) = next() {
            if let Err(failure) = acknowledged(&connection, IMPORT_PATH, &batch, &mut driven) {
                driven.broken = Some(failure);
                break;
            }
        }
        driven
    };
    let mut driven = Driven::new();
    std::thread::scope(|scope| {
        let senders = [scope.spawn(send), scope.spawn(send)];
        for sender in senders {
            driven.add(sender.join().expect("a sender does not panic"));
        }
    });
    driven.whole()
}

pub(crate) fn text_of(trace_id: [u8; TRACE_ID_BYTES]) -> String {
    String::from_utf8_lossy(&trace_id).into_owned()
}

const RETRY_AFTER: Duration = Duration::from_millis(20);
const ATTEMPTS_MAX: usize = 6_000;
