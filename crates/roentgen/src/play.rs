//! `roentgen demo`: plays the sample web shop into a server, as its programs would send it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::{ImportRequest, ImportResponse, ImportedDocument};
use clock::{Clock, Randomness, SystemClock, SystemRandomness, Timestamp};
use demo::Shop;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::{
    GetTraceSummariesRequest, GetTraceSummariesResponse, PutTraceSegmentsRequest, PutTraceSegmentsResponse,
};

use crate::cli::DemoFlags;
use crate::refusal::Refusal;

/// What to play, where, and until when.
pub(crate) struct Play {
    endpoint: String,
    /// Visits a second.
    rate: f64,
    duration: Option<Duration>,
    backfill: Backfill,
    seed: u64,
    stop: Arc<AtomicBool>,
}

enum Backfill {
    None,
    Always(Duration),
    /// Only where the server has nothing from that time.
    IfEmpty(Duration),
}

/// Documents that are still to be sent, by time; those of one time in the order of their making.
type Waiting = BTreeMap<(Timestamp, usize), String>;

/// How much was sent.
#[derive(Debug, Default)]
struct Played {
    visits: usize,
    documents: usize,
    refused: usize,
}

impl Play {
    /// What `roentgen serve --demo` plays: until stopped, with the past hour filled in on a new server.
    pub(crate) fn beside_server(endpoint: String, stop: Arc<AtomicBool>) -> Play {
        let backfill = Backfill::IfEmpty(Duration::from_secs(3_600));
        Play {
            endpoint,
            rate: 3.0,
            duration: None,
            backfill,
            seed: random_seed(),
            stop,
        }
    }
}

/// Plays what the flags say, and tells how much it was.
#[expect(clippy::print_stdout, reason = "this is the command's answer")]
pub(crate) fn run(flags: &DemoFlags) -> Result<(), Refusal> {
    let play = Play {
        endpoint: flags.endpoint.trim_end_matches('/').to_owned(),
        rate: flags.rate,
        duration: flags.duration,
        backfill: flags.backfill.map_or(Backfill::None, Backfill::Always),
        seed: flags.seed.unwrap_or_else(random_seed),
        stop: Arc::default(),
    };
    println!("playing {} visits a second into {}", play.rate, play.endpoint);
    let played = play_all(&play)?;
    println!(
        "played {} visits, {} documents, {} refused",
        played.visits, played.documents, played.refused
    );
    Ok(())
}

/// Plays until the end or until stopped.
pub(crate) fn play(play: &Play) -> Result<(), Refusal> {
    play_all(play).map(|_| ())
}

fn play_all(play: &Play) -> Result<Played, Refusal> {
    let server = Server {
        endpoint: &play.endpoint,
        agent: ureq::Agent::new_with_defaults(),
    };
    let mut shop = Shop::new(play.seed);
    let mut played = Played::default();
    let mut waiting = Waiting::new();
    let begin = SystemClock.now();
    if let Some(past) = play.backfill.length(&server, begin)? {
        waiting = fill_in(play, &server, &mut shop, (begin - past, begin), &mut played)?;
    }
    let gap = Duration::from_secs_f64(1.0 / play.rate);
    let mut next_visit = begin;
    loop {
        let now = SystemClock.now();
        let is_over = play.duration.is_some_and(|duration| begin + duration <= now);
        if play.stop.load(Ordering::SeqCst) || (is_over && waiting.is_empty()) {
            return Ok(played);
        }
        while next_visit <= now && !is_over {
            let last = play.duration.map(|duration| begin + duration + GRACE);
            queue_visit(&mut shop, (next_visit, last), &mut waiting, &mut played);
            next_visit = next_visit + gap;
        }
        let later = waiting.split_off(&(now, usize::MAX));
        let due: Vec<String> = std::mem::replace(&mut waiting, later).into_values().collect();
        for documents in due.chunks(DOCUMENTS_PER_CALL) {
            server.put(documents, &mut played)?;
        }
        std::thread::sleep(TICK);
    }
}

/// A visit that would go on beyond `last` is not made, so that what is limited ends whole, and in time.
fn queue_visit(
    shop: &mut Shop,
    (at, last): (Timestamp, Option<Timestamp>),
    waiting: &mut Waiting,
    played: &mut Played,
) {
    let documents = shop.visit(at).documents;
    if last.is_some_and(|last| documents.iter().any(|sent| last < sent.at)) {
        return;
    }
    played.visits += 1;
    for sent in documents {
        played.documents += 1;
        waiting.insert((sent.at, played.documents), sent.document);
    }
}

/// Sends what would have been sent between two moments, as if it had been received then; gives back what those
/// visits send later.
fn fill_in(
    play: &Play,
    server: &Server<'_>,
    shop: &mut Shop,
    (from, until): (Timestamp, Timestamp),
    played: &mut Played,
) -> Result<Waiting, Refusal> {
    let gap = Duration::from_secs_f64(1.0 / play.rate);
    let mut waiting = Waiting::new();
    let mut at = from;
    while at < until {
        queue_visit(shop, (at, None), &mut waiting, played);
        at = at + gap;
    }
    let later = waiting.split_off(&(until, 0));
    let documents: Vec<ImportedDocument> = waiting
        .into_iter()
        .map(|((sent_at, _), document)| ImportedDocument {
            receipt: sent_at.as_seconds_f64(),
            document,
        })
        .collect();
    for documents in documents.chunks(DOCUMENTS_PER_IMPORT) {
        if play.stop.load(Ordering::SeqCst) {
            break;
        }
        server.import(documents, played)?;
    }
    Ok(later)
}

impl Backfill {
    fn length(&self, server: &Server<'_>, now: Timestamp) -> Result<Option<Duration>, Refusal> {
        match self {
            Backfill::None => Ok(None),
            Backfill::Always(past) => Ok(Some(*past)),
            Backfill::IfEmpty(past) => Ok(server.is_empty_since(now - *past, now)?.then_some(*past)),
        }
    }
}

/// The server that is played into.
struct Server<'e> {
    endpoint: &'e str,
    agent: ureq::Agent,
}

impl Server<'_> {
    fn put(&self, documents: &[String], played: &mut Played) -> Result<(), Refusal> {
        let request = PutTraceSegmentsRequest {
            trace_segment_documents: Some(documents.to_vec()),
        };
        let answer: PutTraceSegmentsResponse = self.post("/TraceSegments", &request)?;
        played.refused += answer.unprocessed_trace_segments.len();
        Ok(())
    }

    fn import(&self, documents: &[ImportedDocument], played: &mut Played) -> Result<(), Refusal> {
        let request = ImportRequest {
            documents: documents.to_vec(),
        };
        let answer: ImportResponse = self.post("/roentgen/v1/import", &request)?;
        played.refused += answer.unprocessed_trace_segments.len();
        Ok(())
    }

    fn is_empty_since(&self, from: Timestamp, until: Timestamp) -> Result<bool, Refusal> {
        let request = GetTraceSummariesRequest {
            start_time: Some(from.as_seconds_f64()),
            end_time: Some(until.as_seconds_f64()),
            ..GetTraceSummariesRequest::default()
        };
        let answer: GetTraceSummariesResponse = self.post("/TraceSummaries", &request)?;
        Ok(answer.trace_summaries.is_empty() && answer.next_token.is_none())
    }

    /// A server that has no room is asked again for a while.
    fn post<A: DeserializeOwned>(&self, path: &str, request: &impl Serialize) -> Result<A, Refusal> {
        let url = format!("{}{path}", self.endpoint);
        let failed = |error: ureq::Error| Refusal::of_run(format!("could not send to {url}: {error}"));
        let mut attempts = 1;
        loop {
            match self.agent.post(&url).send_json(request) {
                Ok(mut response) => return response.body_mut().read_json().map_err(failed),
                Err(ureq::Error::StatusCode(THROTTLED)) if attempts < ATTEMPTS_MAX => {
                    attempts += 1;
                    std::thread::sleep(RETRY_AFTER);
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

fn random_seed() -> u64 {
    let bytes = SystemRandomness.bytes16();
    bytes
        .iter()
        .take(8)
        .fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// How long after its end a limited play may still send what its visits have begun.
const GRACE: Duration = Duration::from_secs(5);
const TICK: Duration = Duration::from_millis(100);
const DOCUMENTS_PER_CALL: usize = 50;
const DOCUMENTS_PER_IMPORT: usize = 1_000;
const THROTTLED: u16 = 429;
const ATTEMPTS_MAX: usize = 60;
const RETRY_AFTER: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limited_play_makes_only_visits_that_end_in_time() {
        let (at, last) = (Timestamp::from_seconds(1_000), Timestamp::from_seconds(1_008));
        for seed in 0..300 {
            let (mut waiting, mut played) = (Waiting::new(), Played::default());
            queue_visit(&mut Shop::new(seed), (at, Some(last)), &mut waiting, &mut played);
            assert!(waiting.keys().all(|(due, _)| *due <= last), "seed {seed}");
            let is_whole = Shop::new(seed).visit(at).documents.len() == waiting.len();
            assert_eq!(
                is_whole,
                played.visits == 1,
                "seed {seed}: a visit is made whole or not at all"
            );
        }
    }
}
