//! Load whose every request is accounted for, until the server is gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::ledger::Request;
use crate::batch::{Batches, Numbers};
use crate::connection::{Connection, PUT_PATH, Sent};
use crate::failure::Failure;
use crate::stopwatch;
use crate::traces::Traces;

/// Who sends what to whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'s> {
    pub(crate) traces: &'s Traces,
    pub(crate) endpoint: &'s str,
    /// The number of its first trace, and how many there are to the next.
    pub(crate) numbers: (u64, u64),
    /// Set when the server is to be killed; errors are no surprise then.
    pub(crate) is_killed: &'s AtomicBool,
}

/// What became of the requests.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) acknowledged: Vec<Request>,
    /// Sent, and never answered.
    pub(crate) in_flight: Vec<Request>,
    pub(crate) throttled: u64,
}

impl Outcome {
    pub(crate) fn add(&mut self, other: Outcome) {
        self.acknowledged.extend(other.acknowledged);
        self.in_flight.extend(other.in_flight);
        self.throttled += other.throttled;
    }
}

impl Sender<'_> {
    /// Sends until the server is gone.
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let (next, step) = self.numbers;
        let mut batches = Batches::new(self.traces, Numbers { next, step }, DOCUMENTS_PER_REQUEST);
        let connection = Connection::to(self.endpoint);
        let mut outcome = Outcome::default();
        loop {
            let request = Request::of(batches.next(stopwatch::wall_us()).body)?;
            match connection.send(PUT_PATH, &request.body) {
                Ok(Sent::Acknowledged { refused: 0 }) => outcome.acknowledged.push(request),
                Ok(Sent::Acknowledged { refused }) => {
                    return Err(Failure::of(format!("send documents: {refused} were refused")));
                }
                Ok(Sent::Throttled) => outcome.throttled += 1,
                Err(_) if self.is_killed.load(Ordering::SeqCst) => {
                    outcome.in_flight.push(request);
                    return Ok(outcome);
                }
                Err(failure) => return Err(failure),
            }
            std::thread::sleep(GAP);
        }
    }
}

/// So few that a kill finds many requests under way, and documents of one trace in several of them.
const DOCUMENTS_PER_REQUEST: u64 = 10;
/// Keeps a run of 200 kills at a size that can be compared whole.
const GAP: Duration = Duration::from_millis(4);
