//! An endless row of traces. Each follows from the seed and its number alone, whoever makes it and in whatever order.

use crate::chance::Chance;
use crate::prepared::{Instance, STRETCH_ONE, TRACE_ID_BYTES, hex};
use crate::shape::{Outcome, TraceShape};
use crate::system::ENDPOINTS;

/// The row. Large, and the same for all threads.
#[derive(Debug)]
pub(crate) struct Traces {
    seed: u64,
    /// By thousandth of the requests, the endpoint.
    shares: Vec<usize>,
    shapes: Vec<OfEndpoint>,
    stretches: Vec<u64>,
}

#[derive(Debug)]
struct OfEndpoint {
    good: Vec<TraceShape>,
    failing: Vec<TraceShape>,
}

/// One trace of the row, not yet written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawn<'t> {
    pub(crate) shape: &'t TraceShape,
    pub(crate) instance: Instance,
}

impl Traces {
    pub(crate) fn new(seed: u64) -> Traces {
        let mut chance = Chance::new(seed);
        let shapes = ENDPOINTS
            .iter()
            .map(|endpoint| {
                let mut draw = |outcome| TraceShape::draw(endpoint, outcome, &mut chance);
                OfEndpoint {
                    good: (0..GOOD_SHAPES).map(|_| draw(Outcome::Ok)).collect(),
                    failing: (0..FAILING_SHAPES)
                        .map(|number| {
                            draw(if number % 4 == 3 {
                                Outcome::Error
                            } else {
                                Outcome::Fault
                            })
                        })
                        .collect(),
                }
            })
            .collect();
        let share =
            |(index, endpoint): (usize, &crate::system::Endpoint)| vec![index; endpoint.share as usize];
        let stretch = |_| chance.log_normal(STRETCH_ONE as f64, STRETCH_SIGMA) as u64;
        Traces {
            seed,
            shares: ENDPOINTS.iter().enumerate().flat_map(share).collect(),
            shapes,
            stretches: (0..STRETCHES).map(stretch).collect(),
        }
    }

    /// The trace with this number, had it begun at `start_us`.
    pub(crate) fn beginning(&self, number: u64, start_us: u64) -> Drawn<'_> {
        self.drawn(number, |_, _| start_us)
    }

    /// The trace with this number, had it ended at `end_us`.
    pub(crate) fn ending(&self, number: u64, end_us: u64) -> Drawn<'_> {
        self.drawn(number, |shape, stretch| {
            end_us - shape.duration_us * stretch / STRETCH_ONE
        })
    }

    fn drawn(&self, number: u64, start_us: impl FnOnce(&TraceShape, u64) -> u64) -> Drawn<'_> {
        let mut chance = Chance::of(self.seed, number);
        let endpoint = self.shares[chance.below(self.shares.len() as u64) as usize];
        let of_endpoint = &self.shapes[endpoint];
        let is_failing = chance.below(100) < FAILING_PERCENT;
        let shapes = if is_failing {
            &of_endpoint.failing
        } else {
            &of_endpoint.good
        };
        let shape = &shapes[chance.below(shapes.len() as u64) as usize];
        let stretch = self.stretches[chance.below(self.stretches.len() as u64) as usize];
        let start_us = start_us(shape, stretch);
        let instance = Instance {
            trace_id: trace_id(start_us, (chance.next(), chance.next())),
            seed: chance.next(),
            start_us,
            stretch,
        };
        Drawn { shape, instance }
    }
}

fn trace_id(start_us: u64, (first, second): (u64, u64)) -> [u8; TRACE_ID_BYTES] {
    let mut id = *b"1-00000000-000000000000000000000000";
    hex(start_us / 1_000_000, &mut id[2..10]);
    hex(first, &mut id[11..27]);
    hex(second, &mut id[27..35]);
    id
}

const GOOD_SHAPES: usize = 40;
const FAILING_SHAPES: usize = 12;
const FAILING_PERCENT: u64 = 3;
const STRETCHES: usize = 1_024;
const STRETCH_SIGMA: f64 = 0.4;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use document::{Accepted, Limits};

    use super::*;

    const START_US: u64 = 1_767_225_600_000_000;

    fn texts(traces: &Traces, number: u64) -> Vec<Vec<u8>> {
        let drawn = traces.beginning(number, START_US + number * 1_000);
        let write = |document: &crate::shape::DocumentShape| {
            let mut out = vec![];
            document.raw.write(&drawn.instance, &mut out);
            out
        };
        drawn.shape.documents.iter().map(write).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_in_whatever_order() {
        let (first, second) = (Traces::new(7), Traces::new(7));
        let forwards: Vec<_> = (0..200).map(|number| texts(&first, number)).collect();
        let mut backwards: Vec<_> = (0..200).rev().map(|number| texts(&second, number)).collect();
        backwards.reverse();
        assert_eq!(forwards, backwards);
        let others = Traces::new(8);
        let other: Vec<_> = (0..200).map(|number| texts(&others, number)).collect();
        assert_ne!(forwards, other);
    }

    #[test]
    fn the_averages_are_those_that_are_stated() {
        let traces = Traces::new(1);
        let (mut spans, mut documents, mut bytes, mut failing) = (0, 0, 0, 0);
        for number in 0..NUMBERS {
            let drawn = traces.beginning(number, START_US);
            spans += drawn.shape.spans() as usize;
            documents += drawn.shape.documents.len();
            let written = texts(&traces, number);
            bytes += written.iter().map(Vec::len).sum::<usize>();
            let is_marked = |text: &Vec<u8>| {
                let text = String::from_utf8_lossy(text);
                text.contains("\"fault\":true") || text.contains("\"error\":true")
            };
            failing += usize::from(written.iter().any(is_marked));
        }
        let per_trace = spans as f64 / NUMBERS as f64;
        let per_document = spans as f64 / documents as f64;
        let size_bytes = bytes as f64 / documents as f64;
        let failing = failing as f64 / NUMBERS as f64;
        assert!((7.9..8.3).contains(&per_trace), "{per_trace} spans a trace");
        assert!(
            (2.7..2.9).contains(&per_document),
            "{per_document} spans a document"
        );
        assert!(
            (1_425.0..1_575.0).contains(&size_bytes),
            "{size_bytes} bytes a document"
        );
        assert!((0.027..0.033).contains(&failing), "{failing} of the traces fail");
    }

    #[test]
    fn durations_are_skewed_as_log_normal_ones_are() {
        let traces = Traces::new(1);
        let duration = |number| {
            let drawn = traces.beginning(number, START_US);
            drawn.instance.moment_us(drawn.shape.duration_us) - START_US
        };
        let mut durations: Vec<u64> = (0..NUMBERS).map(duration).collect();
        durations.sort_unstable();
        let at = |share: f64| durations[(share * NUMBERS as f64) as usize] as f64;
        let mean = durations.iter().sum::<u64>() as f64 / NUMBERS as f64;
        assert!(mean > 1.3 * at(0.5), "mean {mean}, median {}", at(0.5));
        assert!(at(0.99) > 5.0 * at(0.5), "{} {}", at(0.99), at(0.5));
        let slow = durations.iter().filter(|duration| **duration > 5_000_000).count();
        assert!(
            (1..NUMBERS as usize / 500).contains(&slow),
            "{slow} take more than 5 s"
        );
    }

    #[test]
    fn every_document_is_accepted_and_has_as_many_spans_as_it_says() {
        let traces = Traces::new(3);
        for number in 0..500 {
            let drawn = traces.ending(number, START_US);
            for document in &drawn.shape.documents {
                let mut text = vec![];
                document.raw.write(&drawn.instance, &mut text);
                let ids = String::from_utf8_lossy(&text).matches("\"start_time\":").count();
                assert_eq!(ids, document.spans as usize);
                let mut accepted = Accepted::default();
                document::accept(&Bytes::from(text), &Limits::default(), &mut accepted);
                assert_eq!(accepted.unprocessed, [], "trace {number}");
                assert_eq!(accepted.segments.len(), 1);
            }
        }
    }

    #[test]
    fn a_trace_that_is_to_end_at_a_moment_does() {
        let drawn = Traces::new(3).ending(5, START_US).instance.start_us;
        let traces = Traces::new(3);
        let again = traces.beginning(5, drawn);
        let end_us = again.instance.moment_us(again.shape.duration_us);
        assert!(START_US.abs_diff(end_us) <= 1, "{end_us}");
    }

    const NUMBERS: u64 = 20_000;
}
