//! A server is killed while documents come in, and started again: how soon it answers, and whether what it had
//! acknowledged is there.

use std::time::{Duration, Instant};

use wire::{BatchGetTracesRequest, BatchGetTracesResponse};

use super::ingest::STEADY_SPANS;
use super::{Setup, read, requests_per_second, tell};
use crate::connection::Connection;
use crate::drive::Drive;
use crate::failure::Failure;
use crate::pace::Pace;
use crate::report::Section;
use crate::server::Place;
use crate::{stopwatch, targets};

/// Over the stored hour of the reading measurement, which is filled where it is not there.
pub(crate) fn run(setup: &Setup) -> Result<Section, Failure> {
    let mut section = Section::new("Restart after a kill");
    let mut place = setup.kept("read");
    if !place.folder.join("kept").exists() {
        place = read::fill(setup, &mut Section::new("Import"))?.0;
    }
    let rate = requests_per_second(STEADY_SPANS, &setup.size);
    let (mut steady, mut fastest, mut lost, mut sizes) = (vec![], vec![], 0, vec![]);
    for repeat in 0..setup.size.repeats {
        tell(&format!("restart: {} of {}", repeat + 1, setup.size.repeats));
        let kills = [(Some(rate), &mut steady), (None, &mut fastest)];
        for (kind, (rate, seconds)) in kills.into_iter().enumerate() {
            // Each begins beyond what all others may have sent.
            let first_number =
                FIRST_NUMBER + NUMBERS_EACH * u64::from(repeat * 2) + NUMBERS_EACH * kind as u64;
            let killed = kill_once(setup, &place, (rate, first_number))?;
            seconds.push(killed.seconds);
            lost += killed.lost;
            sizes.push(killed.journal_bytes / 1_000_000);
        }
    }
    section.median(
        "start to first answer, killed at 40 000 spans/s",
        "s",
        targets::RESTART_AT_RATE,
        &steady,
    );
    section.median(
        "start to first answer, killed in a closed loop",
        "s",
        targets::RESTART_AT_HIGHEST,
        &fastest,
    );
    section.row(
        "acknowledged and absent",
        "traces",
        targets::LOST,
        Some(lost as f64),
    );
    section.note(format!("MB of journal at each kill, in turns: {sizes:?}"));
    Ok(section)
}

struct Killed {
    /// From the start until the first trace was answered.
    seconds: f64,
    lost: usize,
    journal_bytes: u64,
}

/// A rate of `None` is a closed loop.
fn kill_once(
    setup: &Setup,
    place: &Place,
    (rate, first_number): (Option<f64>, u64),
) -> Result<Killed, Failure> {
    let server = place.start()?;
    let drive = Drive {
        traces: &setup.traces,
        endpoint: &server.endpoint.clone(),
        connections: setup.size.connections,
        documents_per_request: setup.size.documents_per_request,
        first_number,
    };
    let begin = stopwatch::now();
    let pace = match rate {
        Some(rate) => Pace::open(begin, ENDLESS, rate),
        None => Pace::closed(begin, ENDLESS),
    };
    let driven = std::thread::scope(|scope| {
        let driving = scope.spawn(|| drive.run(&pace));
        stopwatch::sleep_until(begin + setup.size.stretch);
        let killed = server.kill();
        pace.stop();
        let driven = driving.join().expect("a drive does not panic");
        killed.map(|()| driven)
    })?;
    let journal_bytes = place.journal_bytes();
    let start = stopwatch::now();
    let server = place.start()?;
    let (seconds, lost) = first_answer(&server.connection(), start, &driven.last_traces)?;
    place.store_all(server)?;
    Ok(Killed {
        seconds,
        lost,
        journal_bytes,
    })
}

/// Asks for what was acknowledged last on each connection.
fn first_answer(connection: &Connection, start: Instant, ids: &[String]) -> Result<(f64, usize), Failure> {
    let (mut seconds, mut lost) = (None, 0);
    for id in ids {
        let request = BatchGetTracesRequest {
            trace_ids: Some(vec![id.clone()]),
            ..BatchGetTracesRequest::default()
        };
        let answer: BatchGetTracesResponse = connection.ask("/Traces", &request)?;
        seconds.get_or_insert_with(|| start.elapsed().as_secs_f64());
        lost += usize::from(answer.traces.is_empty());
    }
    let seconds =
        seconds.ok_or_else(|| Failure::of("measure a restart: nothing was acknowledged before the kill"))?;
    Ok((seconds, lost))
}

const FIRST_NUMBER: u64 = 1 << 40;
const NUMBERS_EACH: u64 = 1 << 32;
/// Longer than any run; the kill ends it.
const ENDLESS: Duration = Duration::from_secs(3_600);
