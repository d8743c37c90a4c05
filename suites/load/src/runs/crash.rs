//! The server is killed again and again, under load, at its start and shortly after, always over the same files; after
//! each kill what it had acknowledged is compared with what it serves.
//!
//! Acknowledged documents must be there, each once. Documents that were under way when the server went may be there or
//! not, but not now and then: what has shown once is held to be promised. Every second of them is sent once more, as a
//! client would, which must not double it. The counts of the service graph are those of the promises, exactly.

mod ledger;
mod log;
mod sender;

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wire::{BatchGetTracesRequest, BatchGetTracesResponse, GetServiceGraphRequest, TraceEntry};

use super::{Setup, tell};
use crate::chance::Chance;
use crate::connection::{Connection, PUT_PATH, Sent};
use crate::failure::Failure;
use crate::report::Section;
use crate::server::{Place, Server};
use crate::{stopwatch, targets};
use ledger::{Ledger, Request, Wrong};
use log::Life;
use sender::{Outcome, Sender};

/// Kills so many times. The section is there even where something was lost, which is a failure.
pub(crate) fn run(setup: &Setup, kills: u32, sections: &mut Vec<Section>) -> Result<(), Failure> {
    let place = Place {
        flags: RHYTHM.map(str::to_owned).to_vec(),
        ..setup.fresh("crash")?
    };
    tell(&format!("crash: {kills} kills, seed {}", setup.seed));
    let mut run = Run {
        setup,
        place,
        chance: Chance::new(setup.seed ^ KILLING_SEED),
        ledger: Ledger::default(),
        tally: Tally::default(),
        begun_seconds: stopwatch::wall_us() / 1_000_000,
        log_bytes: 0,
    };
    let mut server = run.place.start()?;
    while run.tally.kills < u64::from(kills) {
        server = run.round(server, u64::from(kills))?;
    }
    server.stop()?;
    run.last_comparison()?;
    sections.push(run.section());
    let Wrong {
        absent,
        doubled,
        miscounted,
    } = run.tally.wrong;
    if run.tally.wrong != Wrong::default() {
        return Err(Failure::of(format!(
            "find what was acknowledged, each document once: {absent} absent, {doubled} doubled, {miscounted} miscounted"
        )));
    }
    setup.kept("crash").remove()
}

struct Run<'r> {
    setup: &'r Setup,
    place: Place,
    chance: Chance,
    ledger: Ledger,
    tally: Tally,
    begun_seconds: u64,
    /// How much of the log has been read.
    log_bytes: u64,
}

#[derive(Default)]
struct Tally {
    kills: u64,
    at_start: u64,
    shortly_after: u64,
    rounds: u64,
    lives: Vec<Life>,
    acknowledged: u64,
    in_flight: u64,
    shown_unacknowledged: u64,
    sent_again: u64,
    throttled: u64,
    first_answers: Vec<f64>,
    compared: u64,
    wrong: Wrong,
}

impl Run<'_> {
    /// A kill under load, some during the starts that follow, and a comparison, whose server takes the next load.
    fn round(&mut self, server: Server, kills: u64) -> Result<Server, Failure> {
        let outcome = self.kill_under_load(server)?;
        while self.tally.kills < kills && self.chance.below(100) < START_PERCENT {
            self.kill_at_start()?;
        }
        let first_new = self.ledger.traces().len();
        for head in outcome.acknowledged.iter().flat_map(|request| &request.heads) {
            self.tally.acknowledged += 1;
            self.ledger.promise(head);
        }
        let (server, connection) = self.start_and_ask()?;
        self.settle(&connection, &outcome.in_flight)?;
        let mut asked: Vec<String> = self.ledger.traces().iter().skip(first_new).cloned().collect();
        for _ in 0..OLDER_COMPARED.min(first_new) {
            let older = self.chance.below(first_new as u64) as usize;
            asked.extend(self.ledger.traces().get(older).cloned());
        }
        self.compare(&connection, &asked)?;
        self.tally.rounds += 1;
        self.tally.throttled += outcome.throttled;
        if self.tally.rounds.is_multiple_of(TOLD_EVERY) {
            tell(&format!(
                "crash: {} of {kills} kills, {} documents acknowledged, {:?}",
                self.tally.kills, self.tally.acknowledged, self.tally.wrong
            ));
        }
        Ok(server)
    }

    /// Starts the server and asks for what was acknowledged last.
    fn start_and_ask(&mut self) -> Result<(Server, Connection), Failure> {
        let begin = stopwatch::now();
        let server = self.place.start()?;
        let connection = server.connection();
        let last = self.ledger.traces().last().cloned();
        traces_of(&connection, &[last.unwrap_or_else(|| NO_TRACE.to_owned())])?;
        self.tally.first_answers.push(begin.elapsed().as_secs_f64());
        Ok((server, connection))
    }

    fn kill_under_load(&mut self, mut server: Server) -> Result<Outcome, Failure> {
        let is_short = self.chance.below(100) < SHORT_PERCENT;
        let longest = if is_short { SHORTLY } else { LONG };
        let length = Duration::from_micros(SHORTEST_US + self.chance.below(longest.as_micros() as u64));
        if is_short {
            server.stop()?;
            self.skip_life()?;
            server = self.place.start()?;
        }
        let endpoint = server.endpoint.clone();
        let is_killed = AtomicBool::new(false);
        let first_number = self.tally.kills << NUMBERS_EACH_BITS;
        let outcome = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..SENDERS)
                .map(|number| {
                    let sender = Sender {
                        traces: &self.setup.traces,
                        endpoint: &endpoint,
                        numbers: (first_number + number, SENDERS),
                        is_killed: &is_killed,
                    };
                    scope.spawn(move || sender.run())
                })
                .collect();
            stopwatch::sleep_until(stopwatch::now() + length);
            is_killed.store(true, Ordering::SeqCst);
            let killed = server.kill();
            let mut outcome = Outcome::default();
            for sender in senders {
                outcome.add(sender.join().expect("a sender does not panic")?);
            }
            killed.map(|()| outcome)
        })?;
        self.tally.kills += 1;
        self.tally.shortly_after += u64::from(is_short);
        self.read_life()?;
        Ok(outcome)
    }

    fn kill_at_start(&mut self) -> Result<(), Failure> {
        let starting = self.place.begin()?;
        let usual = self.tally.first_answers.last().copied().unwrap_or(START_SECONDS);
        let length = Duration::from_secs_f64(usual / 1e3 * self.chance.below(1_000) as f64);
        stopwatch::sleep_until(stopwatch::now() + length);
        starting.kill()?;
        self.tally.kills += 1;
        self.tally.at_start += 1;
        self.read_life()
    }

    /// Finds out which documents without an answer are there, and sends half of them again.
    fn settle(&mut self, connection: &Connection, in_flight: &[Request]) -> Result<(), Failure> {
        let heads: Vec<_> = in_flight.iter().flat_map(|request| &request.heads).collect();
        self.tally.in_flight += heads.len() as u64;
        for few in heads.chunks(TRACES_PER_QUESTION) {
            let ids: Vec<String> = few.iter().map(|head| head.trace_id.clone()).collect();
            let found = traces_of(connection, &ids)?;
            let is_there = |trace_id: &str, id: &str| {
                let mut its = found.iter().filter(|trace| trace.id == trace_id);
                its.any(|trace| trace.segments.iter().any(|segment| segment.id == id))
            };
            for head in few.iter().filter(|head| is_there(&head.trace_id, &head.id)) {
                self.tally.shown_unacknowledged += 1;
                self.ledger.promise(head);
            }
        }
        for request in in_flight.iter().step_by(2) {
            if connection.send(PUT_PATH, &request.body)? != (Sent::Acknowledged { refused: 0 }) {
                return Err(Failure::of("send documents again: they were not taken"));
            }
            self.tally.sent_again += request.heads.len() as u64;
            request.heads.iter().for_each(|head| self.ledger.promise(head));
        }
        Ok(())
    }

    /// Compares these traces, and the service graph.
    fn compare(&mut self, connection: &Connection, traces: &[String]) -> Result<(), Failure> {
        for few in traces.chunks(TRACES_PER_QUESTION) {
            let found = traces_of(connection, few)?;
            self.tally.compared += few.len() as u64;
            self.tally.wrong.add(self.ledger.compare(few, &found));
        }
        let question = GetServiceGraphRequest {
            start_time: Some((self.begun_seconds - 1) as f64),
            end_time: Some((stopwatch::wall_us() / 1_000_000 + 1) as f64),
            ..GetServiceGraphRequest::default()
        };
        let graph = connection.ask("/ServiceGraph", &question)?;
        self.tally.wrong.add(self.ledger.compare_graph(&graph));
        Ok(())
    }

    /// Everything there is, and once more after a stop.
    fn last_comparison(&mut self) -> Result<(), Failure> {
        for _ in 0..2 {
            tell(&format!(
                "crash: comparing all {} traces",
                self.ledger.traces().len()
            ));
            let server = self.place.start()?;
            let all = self.ledger.traces().to_vec();
            self.compare(&server.connection(), &all)?;
            self.place.store_all(server)?;
        }
        Ok(())
    }

    fn read_life(&mut self) -> Result<(), Failure> {
        let failed = || Failure::to("read the server's log");
        let mut file = fs::File::open(self.place.log()).map_err(failed())?;
        file.seek(SeekFrom::Start(self.log_bytes)).map_err(failed())?;
        let mut bytes = vec![];
        self.log_bytes += file.read_to_end(&mut bytes).map_err(failed())? as u64;
        self.tally.lives.push(Life::of(&String::from_utf8_lossy(&bytes)));
        Ok(())
    }

    /// A life that ended by itself counts for what it did, not for what it was doing.
    fn skip_life(&mut self) -> Result<(), Failure> {
        self.read_life()?;
        if let Some(life) = self.tally.lives.last_mut() {
            *life = Life {
                was_replaying: false,
                was_cutting: false,
                was_merging: false,
                ..*life
            };
        }
        Ok(())
    }

    fn section(&self) -> Section {
        let tally = &self.tally;
        let mut section = Section::new("Killed again and again");
        let told = targets::Aim::None;
        let mut row = |measure: &str, unit, aim, value: f64| section.row(measure, unit, aim, Some(value));
        row("kills", "", told, tally.kills as f64);
        row("documents acknowledged", "", told, tally.acknowledged as f64);
        row(
            "acknowledged and absent",
            "documents",
            targets::LOST,
            tally.wrong.absent as f64,
        );
        row(
            "there twice",
            "documents",
            targets::LOST,
            tally.wrong.doubled as f64,
        );
        row(
            "too few or too many in the service graph",
            "documents",
            targets::LOST,
            tally.wrong.miscounted as f64,
        );
        let worst = tally.first_answers.iter().copied().fold(0.0, f64::max);
        row("start to first answer, worst", "s", told, worst);
        section.row(
            "start to first answer, median",
            "s",
            told,
            crate::latencies::median(tally.first_answers.clone()),
        );
        let sum = |of: fn(&Life) -> u64| tally.lives.iter().map(of).sum::<u64>();
        section.note(format!(
            "seed {}; {} kills during a start, {} within {} ms of the first request, the others later; {} comparisons",
            self.setup.seed,
            tally.at_start,
            tally.shortly_after,
            SHORTLY.as_millis(),
            tally.rounds + 2
        ));
        section.note(format!(
            "by the log, {} kills fell before the journal was read to its end, {} while a block was made, {} while blocks were merged; \
             {} objects were left without a block and removed, {} writes to the journal were torn",
            sum(|life| u64::from(life.was_replaying)),
            sum(|life| u64::from(life.was_cutting)),
            sum(|life| u64::from(life.was_merging)),
            sum(|life| life.orphans),
            sum(|life| life.torn)
        ));
        section.note(format!(
            "{} blocks were written and {} merges made; {} journal files were left at the end",
            sum(|life| life.blocks),
            sum(|life| life.merges),
            self.place.journal_files()
        ));
        section.note(format!(
            "{} documents were under way at a kill, {} of them showed afterwards, {} were sent again; {} requests throttled",
            tally.in_flight, tally.shown_unacknowledged, tally.sent_again, tally.throttled
        ));
        section.note(format!(
            "{} traces compared in all comparisons; {} documents must be there at the end",
            tally.compared,
            self.ledger.documents()
        ));
        section
    }
}

fn traces_of(connection: &Connection, ids: &[String]) -> Result<Vec<TraceEntry>, Failure> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let request = BatchGetTracesRequest {
        trace_ids: Some(ids),
        ..BatchGetTracesRequest::default()
    };
    let answer: BatchGetTracesResponse = connection.ask("/Traces", &request)?;
    if answer.unprocessed_trace_ids.is_empty() {
        Ok(answer.traces)
    } else {
        Err(Failure::of("ask for traces: some were left out"))
    }
}

/// Cuts and merges come so often that kills fall into them.
const RHYTHM: [&str; 4] = ["--block-interval", "200ms", "--cut-quiet", "300ms"];
const KILLING_SEED: u64 = 0x6b69_6c6c_696e_6721;
const SENDERS: u64 = 4;
/// Traces of one life are numbered apart from those of all others.
const NUMBERS_EACH_BITS: u32 = 32;
const SHORTEST_US: u64 = 3_000;
const SHORTLY: Duration = Duration::from_millis(40);
const LONG: Duration = Duration::from_millis(2_000);
/// About as long as a start takes, as long as none was measured.
const START_SECONDS: f64 = 0.15;
const NO_TRACE: &str = "1-00000001-000000000000000000000001";
/// How often a kill is followed by one during the next start.
const START_PERCENT: u64 = 40;
/// How many of the kills under load come shortly after the first request.
const SHORT_PERCENT: u64 = 20;
/// Traces of earlier rounds that are compared again in each.
const OLDER_COMPARED: usize = 100;
const TRACES_PER_QUESTION: usize = 5;
const TOLD_EVERY: u64 = 5;
