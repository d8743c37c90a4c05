//! Many seeds, on some threads.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use clock::{Clock, SystemClock, Timestamp};
use tokio::runtime::{Builder, Runtime};

use crate::fate::Counts;
use crate::history::Failure;
use crate::run::{Outcome, run};
use crate::world::empty_catalog;

/// What came of some seeds.
#[derive(Debug, Default)]
pub struct Ran {
    /// How many ran to their end.
    pub seeds: u64,
    /// A hash over those of all seeds, whatever their order.
    pub hash: u64,
    /// Faults that took effect and checks that were made.
    pub counts: Counts,
    /// Seeds that failed, each with what was wrong.
    pub failures: Vec<Failure>,
}

/// What is run of each seed, and how.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// How many steps.
    pub steps: u64,
    /// How many seeds at the same time.
    pub threads: usize,
    /// When to end, whatever seeds are left.
    pub until: Option<Timestamp>,
    /// Seeds that this number divides run twice, and must have the same history both times; 0 divides none.
    pub again_every: u64,
}

/// Runs seeds until the range or the time is over or too many have failed.
pub fn run_seeds(seeds: Range<u64>, extent: Extent) -> Ran {
    let catalog = Arc::new(runtime().block_on(empty_catalog()));
    let next = AtomicU64::new(seeds.start);
    let is_over = AtomicBool::new(false);
    let ran = Mutex::new(Ran::default());
    thread::scope(|scope| {
        for _ in 0..extent.threads {
            scope.spawn(|| {
                let runtime = runtime();
                while !is_over.load(Ordering::SeqCst) {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end || extent.until.is_some_and(|until| until <= SystemClock.now()) {
                        break;
                    }
                    let outcome = runtime.block_on(run_and_compare(seed, extent, &catalog));
                    let mut ran = ran.lock().expect("nothing panics while it holds this lock");
                    ran.add(outcome);
                    is_over.fetch_or(ran.failures.len() >= FAILURES_MAX, Ordering::SeqCst);
                }
            });
        }
    });
    ran.into_inner().expect("nothing panics while it holds this lock")
}

async fn run_and_compare(seed: u64, extent: Extent, catalog: &Arc<Vec<u8>>) -> Result<Outcome, Box<Failure>> {
    let mut outcome = run(seed, extent, Arc::clone(catalog)).await?;
    if extent.again_every > 0 && seed.is_multiple_of(extent.again_every) {
        let again = run(seed, extent, Arc::clone(catalog)).await?;
        if let Some(told) = outcome.history.parts_from(&again.history) {
            let what = format!("its history is another one the second time: {told}");
            return Err(Box::new(again.history.failure(seed, extent.steps, what)));
        }
        *outcome
            .counts
            .entry("seeds with the same history twice".to_owned())
            .or_default() += 1;
    }
    Ok(outcome)
}

impl Ran {
    fn add(&mut self, outcome: Result<Outcome, Box<Failure>>) {
        match outcome {
            Ok(outcome) => {
                self.seeds += 1;
                self.hash ^= outcome.history.hash();
                for (what, times) in outcome.counts {
                    *self.counts.entry(what).or_default() += times;
                }
            }
            Err(failure) => self.failures.push(*failure),
        }
    }
}

fn runtime() -> Runtime {
    let built = Builder::new_current_thread().enable_time().build();
    built.expect("a runtime without input and output needs nothing")
}

const FAILURES_MAX: usize = 5;
