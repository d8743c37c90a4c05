//! Ten times what a server can take: it must say so, keep its memory, lose nothing that it acknowledged, and be as before
//! within seconds.

use std::collections::VecDeque;
use std::net::UdpSocket;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wire::{BatchGetTracesRequest, BatchGetTracesResponse};

use super::{SPANS_PER_DOCUMENT, Setup, megabytes, tell};
use crate::batch::{Batch, Batches, Datagrams, Numbers};
use crate::connection::{Connection, PUT_PATH, Sent};
use crate::drive::{Drive, text_of};
use crate::failure::Failure;
use crate::latencies::Latencies;
use crate::meter::{Meter, Usage};
use crate::pace::Pace;
use crate::process::Spinner;
use crate::report::Section;
use crate::server::{Place, Server, Share};
use crate::{process, stopwatch, targets};

/// What it takes in a closed loop, then ten times as much in an open one, then single requests.
pub(crate) fn run(setup: &Setup) -> Result<Section, Failure> {
    let mut section = Section::new("Ten times the sustainable rate");
    let is_kept = process::keep_to(GENERATOR_PROCESSOR);
    let spinner = is_kept.then(|| Spinner::on(SERVER_PROCESSOR)).flatten();
    let share = spinner.as_ref().map(|_| SERVER_SHARE);
    section.note(match share {
        Some(_) => {
            "the server has a small part of one processor, which another program takes most of, the generator has \
             another"
        }
        None => "server and generator share all processors: `taskset` does not give them one each",
    });
    section.note(format!("the server has `--memory {}`", setup.memory));
    let place = Place {
        share,
        ..setup.limited("overload")?
    };
    let server = place.start()?;
    let sustained = sustained(setup, &server)?;
    let before = process::memory_bytes(server.pid())?;
    let told = targets::Aim::None;
    section.row("sustained in a closed loop", "requests/s", told, Some(sustained));
    section.row("memory then", "MB", told, Some(megabytes(before)));
    let (_, calm) = back_to_normal(setup, &server, FIRST_NUMBER * 3)?;
    section.row(
        "single requests before, median",
        "ms",
        told,
        calm.percentile_ms(50.0),
    );
    let flood = flood(setup, &server, sustained, &mut section)?;
    let (normal, calm) = back_to_normal(setup, &server, FIRST_NUMBER * 2)?;
    section.row(
        "until requests are taken at once again",
        "s",
        targets::NORMAL_AGAIN,
        Some(normal),
    );
    section.row(
        "the twenty requests after that, median",
        "ms",
        told,
        calm.percentile_ms(50.0),
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

/// An open loop of requests that were made before: what is throttled is sent again as it is, at a later turn, since making
/// ten times as many would take what the server is to have.
fn flood(setup: &Setup, server: &Server, sustained: f64, section: &mut Section) -> Result<Flood, Failure> {
    let rate = sustained * TIMES;
    tell(&format!("overload: {rate:.0} requests/s"));
    let prepared: Vec<_> = (0..CONNECTIONS).map(|number| prepared(setup, number)).collect();
    let meter = Meter::begin(server.pid())?;
    let pace = Pace::open(stopwatch::now(), setup.size.stretch, rate);
    let (peak, failures) = (AtomicU64::new(0), Mutex::new(vec![]));
    let flood = std::thread::scope(|scope| {
        let datagrams = scope.spawn(|| send_datagrams(setup, server, &pace));
        let senders: Vec<_> = prepared
            .into_iter()
            .map(|prepared| {
                let (pace, failures) = (&pace, &failures);
                scope.spawn(move || {
                    let sent = send(server, prepared, pace);
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
        if let Err(failure) = datagrams.join().expect("a sender does not panic") {
            failures
                .lock()
                .expect("nothing panics while it holds this")
                .push(failure);
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
    let asked = Asked {
        sustained,
        rate,
        peak: peak.into_inner(),
    };
    tell_flood(section, &flood, &asked, &usage);
    section.row(
        "largest memory ever (VmHWM)",
        "MB",
        targets::Aim::None,
        Some(megabytes(process::peak_memory_bytes(server.pid())?)),
    );
    for line in server.metric_lines("roentgen_datagrams_dropped_total")? {
        section.note(format!("datagrams meanwhile: `{line}`"));
    }
    Ok(flood)
}

/// What was asked of a flood, and the memory that it took.
struct Asked {
    sustained: f64,
    rate: f64,
    peak: u64,
}

fn tell_flood(section: &mut Section, flood: &Flood, asked: &Asked, usage: &Usage) {
    let sent = flood.acknowledged.len() as u64 + flood.throttled;
    let told = targets::Aim::None;
    section.row("asked for", "requests/s", told, Some(asked.rate));
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
        Some(megabytes(asked.peak)),
    );
    let times = sent as f64 / usage.seconds / asked.sustained;
    section.row("sent, of what is sustained", "times", told, Some(times));
    section.disturbed("overload", usage);
}

/// What each connection sends, made before.
fn prepared(setup: &Setup, number: u64) -> VecDeque<Batch> {
    let numbers = Numbers {
        next: FIRST_NUMBER + number,
        step: CONNECTIONS,
    };
    let mut batches = Batches::new(&setup.traces, numbers, setup.size.documents_per_request);
    (0..PREPARED)
        .map(|_| batches.next(stopwatch::wall_us()))
        .collect()
}

fn send(server: &Server, mut prepared: VecDeque<Batch>, pace: &Pace) -> Result<Flood, Failure> {
    let connection = server.connection();
    let mut flood = Flood::default();
    while let Some(turn) = pace.turn() {
        // What has been taken comes again when all has: the same bytes, which change nothing.
        prepared.rotate_left(1);
        let Some(batch) = prepared.back() else { break };
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

/// Datagrams beside the flood; what becomes of them the server counts.
fn send_datagrams(setup: &Setup, server: &Server, pace: &Pace) -> Result<(), Failure> {
    let failed = || Failure::to("send datagrams");
    let socket = UdpSocket::bind("127.0.0.1:0").map_err(failed())?;
    socket.connect(&server.udp).map_err(failed())?;
    let numbers = Numbers {
        next: FIRST_NUMBER * 4,
        step: 1,
    };
    let mut datagrams = Datagrams::new(&setup.traces, numbers);
    while !pace.is_over() && !pace.is_used_up() {
        for _ in 0..DATAGRAMS_AT_ONCE {
            let (datagram, _) = datagrams.next(stopwatch::wall_us());
            socket.send(&datagram).map_err(failed())?;
        }
        std::thread::sleep(DATAGRAMS_EVERY);
    }
    Ok(())
}

/// Seconds until a row of requests, one after the other, are all taken, and how long each of them took.
fn back_to_normal(setup: &Setup, server: &Server, first: u64) -> Result<(f64, Latencies), Failure> {
    let begin = stopwatch::now();
    let numbers = Numbers { next: first, step: 1 };
    let mut batches = Batches::new(&setup.traces, numbers, setup.size.documents_per_request);
    let connection = server.connection();
    let (mut taken, mut seconds, mut latencies) = (0, 0.0, Latencies::new());
    while taken < TAKEN_IN_A_ROW {
        if begin.elapsed() > NORMAL_MAX {
            return Err(Failure::of("have requests taken a minute after an overload"));
        }
        let batch = batches.next(stopwatch::wall_us());
        let sent = stopwatch::now();
        match connection.send(PUT_PATH, &batch.body)? {
            Sent::Acknowledged { .. } => {
                taken += 1;
                latencies.record(sent.elapsed());
            }
            Sent::Throttled => {
                taken = 0;
                latencies = Latencies::new();
                seconds = begin.elapsed().as_secs_f64();
            }
        }
        std::thread::sleep(GAP);
    }
    Ok((seconds, latencies))
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

const SERVER_PROCESSOR: u32 = 0;
/// So little that a generator with one processor can send ten times what a server takes.
const SERVER_SHARE: Share = Share {
    processor: SERVER_PROCESSOR,
    nice: 15,
};
const GENERATOR_PROCESSOR: u32 = 1;
/// Requests that each connection has made before.
const PREPARED: usize = 4;
const DATAGRAMS_AT_ONCE: u32 = 50;
const DATAGRAMS_EVERY: Duration = Duration::from_millis(50);
/// Ten times must be sent, and not all that is asked for comes to be sent.
const TIMES: f64 = 11.0;
const CONNECTIONS: u64 = 384;
const FIRST_NUMBER: u64 = 1 << 40;
const SAMPLED_EVERY: Duration = Duration::from_millis(100);
const AFTERWARDS: Duration = Duration::from_secs(5);
const NORMAL_MAX: Duration = Duration::from_secs(60);
const GAP: Duration = Duration::from_millis(50);
const TAKEN_IN_A_ROW: u32 = 20;
const TRACES_PER_QUESTION: usize = 5;
