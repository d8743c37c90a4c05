//! Ten times what a server can take: it must say so, keep its memory, lose nothing that it acknowledged, and be as before
//! within seconds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wire::{BatchGetTracesRequest, BatchGetTracesResponse};

use super::{SPANS_PER_DOCUMENT, Setup, megabytes, tell};
use crate::batch::{Batches, Numbers};
use crate::connection::{Connection, PUT_PATH, Sent};
use crate::drive::{Drive, text_of};
use crate::failure::Failure;
use crate::meter::Meter;
use crate::pace::Pace;
use crate::report::Section;
use crate::server::{Place, Server};
use crate::{process, stopwatch, targets};

/// What it takes in a closed loop, then ten times as much in an open one, then single requests.
pub(crate) fn run(setup: &Setup) -> Result<Section, Failure> {
    let mut section = Section::new("Ten times the sustainable rate");
    let place = Place {
        flags: &MEMORY,
        ..setup.fresh("overload")?
    };
    let server = place.start()?;
    let sustained = sustained(setup, &server)?;
    let before = process::memory_bytes(server.pid())?;
    let told = targets::Aim::None;
    section.row("sustained in a closed loop", "requests/s", told, Some(sustained));
    section.row("memory then", "MB", told, Some(megabytes(before)));
    let flood = flood(setup, &server, sustained * TIMES, &mut section)?;
    let normal = back_to_normal(setup, &server)?;
    section.row(
        "until requests are taken at once again",
        "s",
        targets::NORMAL_AGAIN,
        Some(normal),
    );
    std::thread::sleep(AFTERWARDS);
    let after = process::memory_bytes(server.pid())?;
    section.row("memory 5 s afterwards", "MB", told, Some(megabytes(after)));
    let lost = absent(&server.connection(), &flood.acknowledged)?;
    section.row(
        "acknowledged and absent",
        "traces",
        targets::LOST,
        Some(lost as f64),
    );
    drop(server);
    match lost {
        0 => place.remove().map(|()| section),
        lost => Err(Failure::of(format!(
            "find {lost} acknowledged traces after an overload"
        ))),
    }
}

/// Requests a second that are acknowledged when each connection waits for its answers.
fn sustained(setup: &Setup, server: &Server) -> Result<f64, Failure> {
    tell("overload: closed loop");
    let drive = Drive {
        traces: &setup.traces,
        endpoint: &server.endpoint,
        connections: setup.size.connections,
        documents_per_request: setup.size.documents_per_request,
        first_number: 0,
    };
    let begin = stopwatch::now();
    let driven = drive.run(&Pace::closed(begin, setup.size.stretch)).whole()?;
    let spans_per_second = driven.spans as f64 / begin.elapsed().as_secs_f64();
    Ok(spans_per_second / (SPANS_PER_DOCUMENT * setup.size.documents_per_request as f64))
}

#[derive(Default)]
struct Flood {
    /// The trace of the last document of each acknowledged request.
    acknowledged: Vec<String>,
    throttled: u64,
}

/// An open loop; whoever is throttled does not come again.
fn flood(setup: &Setup, server: &Server, rate: f64, section: &mut Section) -> Result<Flood, Failure> {
    tell(&format!("overload: {rate:.0} requests/s"));
    let meter = Meter::begin(server.pid())?;
    let pace = Pace::open(stopwatch::now(), setup.size.stretch, rate);
    let (peak, failures) = (AtomicU64::new(0), Mutex::new(vec![]));
    let flood = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                let (pace, failures) = (&pace, &failures);
                scope.spawn(move || {
                    let sent = send(setup, server, number, pace);
                    sent.unwrap_or_else(|failure| {
                        failures
                            .lock()
                            .expect("nothing panics while it holds this")
                            .push(failure);
                        Flood::default()
                    })
                })
            })
            .collect();
        while senders.iter().any(|sender| !sender.is_finished()) {
            let memory = process::memory_bytes(server.pid()).unwrap_or_default();
            peak.fetch_max(memory, Ordering::Relaxed);
            std::thread::sleep(SAMPLED_EVERY);
        }
        let mut flood = Flood::default();
        for sender in senders {
            let one = sender.join().expect("a sender does not panic");
            flood.acknowledged.extend(one.acknowledged);
            flood.throttled += one.throttled;
        }
        flood
    });
    if let Some(failure) = failures.into_inner().unwrap_or_default().pop() {
        return Err(failure);
    }
    let usage = meter.end()?;
    let sent = flood.acknowledged.len() as u64 + flood.throttled;
    let told = targets::Aim::None;
    section.row("asked for", "requests/s", told, Some(rate));
    section.row("sent", "requests/s", told, Some(sent as f64 / usage.seconds));
    section.row(
        "acknowledged",
        "requests",
        told,
        Some(flood.acknowledged.len() as f64),
    );
    section.row("throttled (429)", "requests", told, Some(flood.throttled as f64));
    section.row(
        "largest memory meanwhile",
        "MB",
        told,
        Some(megabytes(peak.into_inner())),
    );
    section.disturbed("overload", &usage);
    Ok(flood)
}

fn send(setup: &Setup, server: &Server, number: u64, pace: &Pace) -> Result<Flood, Failure> {
    let numbers = Numbers {
        next: FIRST_NUMBER + number,
        step: CONNECTIONS,
    };
    let mut batches = Batches::new(&setup.traces, numbers, setup.size.documents_per_request);
    let connection = server.connection();
    let mut flood = Flood::default();
    while let Some(turn) = pace.turn() {
        let batch = batches.next(stopwatch::wall_us());
        turn.wait();
        match connection.send(PUT_PATH, &batch.body)? {
            Sent::Acknowledged { refused: 0 } => flood.acknowledged.extend(batch.trace_id.map(text_of)),
            Sent::Acknowledged { refused } => {
                return Err(Failure::of(format!("send documents: {refused} were refused")));
            }
            Sent::Throttled => flood.throttled += 1,
        }
    }
    Ok(flood)
}

/// Seconds until a row of requests, one after the other, are all taken.
fn back_to_normal(setup: &Setup, server: &Server) -> Result<f64, Failure> {
    let begin = stopwatch::now();
    let numbers = Numbers {
        next: FIRST_NUMBER * 2,
        step: 1,
    };
    let mut batches = Batches::new(&setup.traces, numbers, setup.size.documents_per_request);
    let connection = server.connection();
    let (mut taken, mut seconds) = (0, 0.0);
    while taken < TAKEN_IN_A_ROW {
        if begin.elapsed() > NORMAL_MAX {
            return Err(Failure::of("have requests taken a minute after an overload"));
        }
        match connection.send(PUT_PATH, &batches.next(stopwatch::wall_us()).body)? {
            Sent::Acknowledged { .. } => taken += 1,
            Sent::Throttled => {
                taken = 0;
                seconds = begin.elapsed().as_secs_f64();
            }
        }
        std::thread::sleep(GAP);
    }
    Ok(seconds)
}

fn absent(connection: &Connection, ids: &[String]) -> Result<usize, Failure> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut there = 0;
    for few in ids.chunks(TRACES_PER_QUESTION) {
        let request = BatchGetTracesRequest {
            trace_ids: Some(few.to_vec()),
            ..BatchGetTracesRequest::default()
        };
        let answer: BatchGetTracesResponse = connection.ask("/Traces", &request)?;
        there += answer.traces.len();
    }
    Ok(ids.len() - there)
}

/// Little enough that a flood of seconds fills it.
const MEMORY: [&str; 2] = ["--live-bytes-max", "67108864"];
const TIMES: f64 = 10.0;
const CONNECTIONS: u64 = 64;
const FIRST_NUMBER: u64 = 1 << 40;
const SAMPLED_EVERY: Duration = Duration::from_millis(100);
const AFTERWARDS: Duration = Duration::from_secs(5);
const NORMAL_MAX: Duration = Duration::from_secs(60);
const GAP: Duration = Duration::from_millis(50);
const TAKEN_IN_A_ROW: u32 = 20;
const TRACES_PER_QUESTION: usize = 5;
