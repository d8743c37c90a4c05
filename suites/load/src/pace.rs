//! When requests are sent. Open: at moments fixed beforehand, whatever the server does, and what is late counts from
//! its moment, so that a server that stalls cannot hide it (no coordinated omission). Closed: as soon as there is an
//! answer to the one before.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::stopwatch;

/// Hands out turns to several senders.
#[derive(Debug)]
pub(crate) struct Pace {
    begin: Instant,
    end: Instant,
    /// Between two turns; `None` in a closed loop.
    gap: Option<Duration>,
    taken: AtomicU64,
    /// LIMIT: so many turns.
    turns_max: u64,
    stopped: AtomicBool,
}

/// Leave to send one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// When it was to be sent; in a closed loop it is sent now.
    pub(crate) intended: Option<Instant>,
}

impl Pace {
    /// As fast as answers come, for so long.
    pub(crate) fn closed(begin: Instant, length: Duration) -> Pace {
        Pace {
            begin,
            end: begin + length,
            gap: None,
            taken: AtomicU64::new(0),
            turns_max: u64::MAX,
            stopped: AtomicBool::new(false),
        }
    }

    /// So many requests a second, for so long.
    pub(crate) fn open(begin: Instant, length: Duration, per_second: f64) -> Pace {
        Pace {
            begin,
            end: begin + length * OVERTIME,
            gap: Some(Duration::from_secs_f64(1.0 / per_second)),
            taken: AtomicU64::new(0),
            turns_max: (length.as_secs_f64() * per_second) as u64,
            stopped: AtomicBool::new(false),
        }
    }

    /// Not more than so many turns.
    pub(crate) fn at_most(self, turns_max: u64) -> Pace {
        Pace {
            turns_max: self.turns_max.min(turns_max),
            ..self
        }
    }

    /// The next turn; `None` when all are taken, or when the time is over. An open loop may run over by as much again,
    /// so that what came late is counted, but no further.
    pub(crate) fn turn(&self) -> Option<Turn> {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        if number >= self.turns_max || self.is_over() {
            return None;
        }
        let intended = self.gap.map(|gap| self.begin + gap.mul_f64(number as f64));
        Some(Turn { intended })
    }

    /// No further turns, from now on.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether all turns are taken.
    pub(crate) fn is_used_up(&self) -> bool {
        self.taken.load(Ordering::Relaxed) >= self.turns_max
    }

    /// Whether the time is over.
    pub(crate) fn is_over(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) || stopwatch::now() >= self.end
    }
}

impl Turn {
    /// Waits until the request is to be sent. Returns the moment from which its latency counts.
    pub(crate) fn wait(self) -> Instant {
        match self.intended {
            Some(intended) => {
                stopwatch::sleep_until(intended);
                intended
            }
            None => stopwatch::now(),
        }
    }
}

const OVERTIME: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn turns_of_an_open_loop_stand_fixed_however_late_they_are_taken() {
        let begin = stopwatch::now();
        let pace = Pace::open(begin, 3_600 * SECOND, 10.0);
        let intended: Vec<_> = (0..3)
            .map(|_| pace.turn().unwrap().intended.unwrap() - begin)
            .collect();
        assert_eq!(intended, [Duration::ZERO, SECOND / 10, SECOND / 5]);
    }

    #[test]
    fn there_are_as_many_turns_as_the_rate_gives() {
        let pace = Pace::open(stopwatch::now(), 3_600 * SECOND, 0.01);
        assert_eq!(std::iter::from_fn(|| pace.turn()).count(), 36);
        let pace = Pace::closed(stopwatch::now(), 3_600 * SECOND).at_most(5);
        assert_eq!(std::iter::from_fn(|| pace.turn()).count(), 5);
    }

    #[test]
    fn a_late_turn_counts_from_its_moment() {
        let intended = stopwatch::now().checked_sub(SECOND).unwrap();
        let turn = Turn {
            intended: Some(intended),
        };
        assert_eq!(turn.wait(), intended);
    }
}
