//! Documents put together as they are sent: requests of PutTraceSegments, of the import, and datagrams.

use std::collections::{BTreeMap, VecDeque};

use crate::prepared::TRACE_ID_BYTES;
use crate::system::MACHINES;
use crate::traces::Traces;

/// The body of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    pub(crate) body: Vec<u8>,
    pub(crate) documents: u64,
    pub(crate) spans: u64,
    /// The trace of its last document.
    pub(crate) trace_id: Option<[u8; TRACE_ID_BYTES]>,
}

/// Requests of PutTraceSegments, as the daemons of a few machines would send them: what a service sends goes through
/// the daemon of its machine, so that the documents of one trace come in several requests.
#[derive(Debug)]
pub(crate) struct Batches<'t> {
    traces: &'t Traces,
    numbers: Numbers,
    documents_per_batch: u64,
    daemons: [Batch; MACHINES],
    ready: VecDeque<Batch>,
}

/// Which traces of the row somebody makes, so that several can share it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) next: u64,
    pub(crate) step: u64,
}

impl Iterator for Numbers {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let number = self.next;
        self.next += self.step;
        Some(number)
    }
}

impl Batch {
    fn begin(opening: &str) -> Batch {
        let mut body = Vec::with_capacity(BODY_BYTES);
        body.extend_from_slice(opening.as_bytes());
        Batch {
            body,
            ..Batch::default()
        }
    }

    fn separate(&mut self) {
        if self.documents > 0 {
            self.body.push(b',');
        }
    }

    fn end(mut self) -> Batch {
        self.body.extend_from_slice(b"]}");
        self
    }
}

impl<'t> Batches<'t> {
    pub(crate) fn new(traces: &'t Traces, numbers: Numbers, documents_per_batch: u64) -> Batches<'t> {
        Batches {
            traces,
            numbers,
            documents_per_batch,
            daemons: std::array::from_fn(|_| Batch::begin(PUT)),
            ready: VecDeque::new(),
        }
    }

    /// The next full request; its traces end at `now_us` or a little before.
    pub(crate) fn next(&mut self, now_us: u64) -> Batch {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return batch;
            }
            if let Some(number) = self.numbers.next() {
                self.add(number, now_us);
            }
        }
    }

    /// What has not filled a request yet.
    pub(crate) fn rest(self) -> impl Iterator<Item = Batch> {
        let begun = self.daemons.into_iter().filter(|batch| batch.documents > 0);
        self.ready.into_iter().chain(begun.map(Batch::end))
    }

    fn add(&mut self, number: u64, now_us: u64) {
        let drawn = self.traces.ending(number, now_us);
        for document in &drawn.shape.documents {
            let daemon = &mut self.daemons[document.service.machine];
            daemon.separate();
            daemon.body.push(b'"');
            document.escaped.write(&drawn.instance, &mut daemon.body);
            daemon.body.push(b'"');
            daemon.documents += 1;
            daemon.spans += u64::from(document.spans);
            daemon.trace_id = Some(drawn.instance.trace_id);
            if daemon.documents == self.documents_per_batch {
                let full = std::mem::replace(daemon, Batch::begin(PUT));
                self.ready.push_back(full.end());
            }
        }
    }
}

/// A past time that is filled with traces, evenly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Past {
    pub(crate) from_us: u64,
    pub(crate) length_us: u64,
    pub(crate) traces: u64,
}

impl Past {
    /// When the trace with this number begins.
    pub(crate) fn start_us(&self, number: u64) -> u64 {
        self.from_us + (u128::from(self.length_us) * u128::from(number) / u128::from(self.traces)) as u64
    }
}

/// Requests of the import, in the order of receipts: a document is received at its end.
#[derive(Debug)]
pub(crate) struct Imports<'t> {
    traces: &'t Traces,
    past: Past,
    next: u64,
    /// Documents by receipt in microseconds; those of one microsecond in the order of their making.
    waiting: BTreeMap<(u64, u64), (Vec<u8>, u32)>,
    made: u64,
}

impl<'t> Imports<'t> {
    pub(crate) fn new(traces: &'t Traces, past: Past) -> Imports<'t> {
        Imports {
            traces,
            past,
            next: 0,
            waiting: BTreeMap::new(),
            made: 0,
        }
    }

    fn make_one(&mut self) {
        let drawn = self.traces.beginning(self.next, self.past.start_us(self.next));
        self.next += 1;
        for document in &drawn.shape.documents {
            let receipt_us = drawn.instance.moment_us(document.end_us);
            let receipt = format!("{}.{:06}", receipt_us / 1_000_000, receipt_us % 1_000_000);
            let mut text = Vec::with_capacity(2_400);
            text.extend_from_slice(b"{\"Receipt\":");
            text.extend_from_slice(receipt.as_bytes());
            text.extend_from_slice(b",\"Document\":\"");
            document.escaped.write(&drawn.instance, &mut text);
            text.extend_from_slice(b"\"}");
            self.made += 1;
            self.waiting
                .insert((receipt_us, self.made), (text, document.spans));
        }
    }

    /// The document that was received first of those that are left.
    fn take_one(&mut self) -> Option<(Vec<u8>, u32)> {
        while self.next < self.past.traces {
            let horizon = self.past.start_us(self.next);
            if self
                .waiting
                .keys()
                .next()
                .is_some_and(|(receipt_us, _)| *receipt_us < horizon)
            {
                break;
            }
            self.make_one();
        }
        self.waiting.pop_first().map(|(_, document)| document)
    }
}

impl Iterator for Imports<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch::begin(IMPORT);
        while batch.documents < DOCUMENTS_PER_IMPORT
            && let Some((text, spans)) = self.take_one()
        {
            batch.separate();
            batch.body.extend_from_slice(&text);
            batch.documents += 1;
            batch.spans += u64::from(spans);
        }
        (batch.documents > 0).then(|| batch.end())
    }
}

/// Datagrams of the X-Ray daemon's protocol.
#[derive(Debug)]
pub(crate) struct Datagrams<'t> {
    traces: &'t Traces,
    numbers: Numbers,
    ready: VecDeque<(Vec<u8>, u32)>,
}

impl<'t> Datagrams<'t> {
    pub(crate) fn new(traces: &'t Traces, numbers: Numbers) -> Datagrams<'t> {
        Datagrams {
            traces,
            numbers,
            ready: VecDeque::new(),
        }
    }

    /// The next datagram and its spans; its trace ends at `now_us` or a little before.
    pub(crate) fn next(&mut self, now_us: u64) -> (Vec<u8>, u32) {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return ready;
            }
            let drawn = self.traces.ending(self.numbers.next, now_us);
            self.numbers.next += self.numbers.step;
            for document in &drawn.shape.documents {
                let mut datagram = Vec::with_capacity(2_400);
                datagram.extend_from_slice(DATAGRAM_HEADER);
                document.raw.write(&drawn.instance, &mut datagram);
                self.ready.push_back((datagram, document.spans));
            }
        }
    }
}

const PUT: &str = "{\"TraceSegmentDocuments\":[";
const IMPORT: &str = "{\"Documents\":[";
const DATAGRAM_HEADER: &[u8] = b"{\"format\":\"json\",\"version\":1}\n";
const BODY_BYTES: usize = 96 << 10;
const DOCUMENTS_PER_IMPORT: u64 = 1_000;

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use wire::PutTraceSegmentsRequest;

    use super::*;

    const NOW_US: u64 = 1_767_225_600_000_000;
    const ALL: Numbers = Numbers { next: 0, step: 1 };

    #[test]
    fn requests_hold_as_many_documents_as_asked_and_nothing_is_left_out() {
        let traces = Traces::new(1);
        let mut batches = Batches::new(&traces, ALL, 45);
        let mut ids = vec![];
        let mut take = |batch: Batch, documents: Option<usize>| {
            let request: PutTraceSegmentsRequest = serde_json::from_slice(&batch.body).unwrap();
            let sent: Vec<String> = request.trace_segment_documents.into_iter().flatten().collect();
            assert_eq!(sent.len() as u64, batch.documents);
            assert_eq!(sent.len(), documents.unwrap_or(sent.len()));
            for text in sent {
                let document: Value = serde_json::from_str(&text).unwrap();
                ids.push(format!("{}{}", document["trace_id"], document["id"]));
            }
        };
        (0..40).for_each(|_| take(batches.next(NOW_US), Some(45)));
        let made = batches.numbers.next;
        batches.rest().for_each(|batch| take(batch, None));
        let expected: usize = (0..made)
            .map(|number| traces.ending(number, NOW_US).shape.documents.len())
            .sum();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), expected);
    }

    #[test]
    fn several_makers_share_the_row() {
        let odd = Numbers { next: 1, step: 2 };
        assert_eq!(odd.take(3).collect::<Vec<_>>(), [1, 3, 5]);
    }

    #[test]
    fn imports_come_in_the_order_of_receipts_within_their_time() {
        let traces = Traces::new(1);
        let past = Past {
            from_us: NOW_US,
            length_us: 60_000_000,
            traces: 2_000,
        };
        let (mut last, mut documents) = (0.0, 0);
        for batch in Imports::new(&traces, past) {
            let request: Value = serde_json::from_slice(&batch.body).unwrap();
            for imported in request["Documents"].as_array().unwrap() {
                let receipt = imported["Receipt"].as_f64().unwrap();
                assert!(last <= receipt && receipt >= NOW_US as f64 / 1e6);
                last = receipt;
                documents += 1;
            }
        }
        let expected: usize = (0..2_000)
            .map(|number| traces.beginning(number, 0).shape.documents.len())
            .sum();
        assert_eq!(documents, expected);
    }

    #[test]
    fn a_datagram_is_a_header_line_and_a_document() {
        let traces = Traces::new(1);
        let mut datagrams = Datagrams::new(&traces, ALL);
        for _ in 0..20 {
            let (datagram, _) = datagrams.next(NOW_US);
            let document = datagram.strip_prefix(DATAGRAM_HEADER).unwrap();
            assert!(serde_json::from_slice::<Value>(document).unwrap()["trace_id"].is_string());
        }
    }
}
