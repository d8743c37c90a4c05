//! How soon what was acknowledged is found: now and then a trace of its own, asked for by a search over the second in
//! which it says it began, where no other trace lies.

use std::time::Duration;

use wire::{GetTraceSummariesRequest, GetTraceSummariesResponse, PutTraceSegmentsRequest};

use crate::chance::mixed;
use crate::connection::{Connection, PUT_PATH, Sent};
use crate::failure::Failure;
use crate::latencies::Latencies;
use crate::pace::Pace;
use crate::stopwatch;

/// Sends and asks.
#[derive(Debug)]
pub(crate) struct Probe {
    connection: Connection,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Visible {
    /// From the acknowledgement until the answer that shows the trace is there.
    pub(crate) latencies: Latencies,
    /// Probes that the first search found.
    pub(crate) found_at_once: u64,
}

impl Probe {
    pub(crate) fn new(connection: Connection) -> Probe {
        Probe { connection }
    }

    /// Probes until the pace ends.
    pub(crate) fn run(&self, pace: &Pace) -> Result<Visible, Failure> {
        let mut visible = Visible {
            latencies: Latencies::new(),
            found_at_once: 0,
        };
        let long_ago = stopwatch::wall_us() / 1_000_000 - LONG_AGO_SECONDS;
        for number in 0.. {
            if pace.is_over() {
                break;
            }
            self.one(number, long_ago + number, &mut visible)?;
            std::thread::sleep(GAP);
        }
        Ok(visible)
    }

    fn one(&self, number: u64, begin: u64, visible: &mut Visible) -> Result<(), Failure> {
        let request = PutTraceSegmentsRequest {
            trace_segment_documents: Some(vec![document(number, begin)]),
        };
        let body = serde_json::to_vec(&request).map_err(Failure::to("print a probe"))?;
        if self.connection.send(PUT_PATH, &body)? == Sent::Throttled {
            return Ok(());
        }
        let acknowledged = stopwatch::now();
        let question = GetTraceSummariesRequest {
            start_time: Some(begin as f64),
            end_time: Some((begin + 1) as f64),
            ..GetTraceSummariesRequest::default()
        };
        for attempt in 0_u64.. {
            let answer: GetTraceSummariesResponse = self.connection.ask("/TraceSummaries", &question)?;
            if !answer.trace_summaries.is_empty() {
                visible.found_at_once += u64::from(attempt == 0);
                break;
            }
            if acknowledged.elapsed() > FOUND_MAX {
                return Err(Failure::of(
                    "find a trace half a minute after its acknowledgement",
                ));
            }
        }
        visible.latencies.record(acknowledged.elapsed());
        Ok(())
    }
}

fn document(number: u64, begin: u64) -> String {
    let digits = mixed(number + 1);
    format!(
        "{{\"name\":\"probe\",\"id\":\"{digits:016x}\",\"trace_id\":\"1-{begin:08x}-{number:08x}{digits:016x}\",\
         \"start_time\":{begin}.5,\"end_time\":{begin}.6}}"
    )
}

const LONG_AGO_SECONDS: u64 = 86_400;
const GAP: Duration = Duration::from_millis(100);
const FOUND_MAX: Duration = Duration::from_secs(30);
