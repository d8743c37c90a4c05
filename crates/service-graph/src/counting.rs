//! What counting a trace depends on besides its documents and its groups.

use std::borrow::Cow;
use std::sync::Arc;

use clock::Timestamp;
use trace::{Received, Roots, Trace};

use crate::admission::{Admission, GroupNamed, VersionInForce};

/// How traces are counted. INVARIANT: the same for as long as roll-ups are kept, since what was added by one way of
/// counting cannot be taken back by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counting {
    /// Which segments are roots.
    pub roots: Roots,
    /// By which clock a window selects.
    pub clock: GraphClock,
}

/// Which moment of a document counts (`graph_clock` in `spec/service-graph.md` 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GraphClock {
    /// When it was received.
    #[default]
    Receipt,
    /// When its own entity ended, or began where that has not ended: for data that is loaded long after it was made.
    Document,
}

impl GraphClock {
    /// The documents, each as if it had been received at the moment that counts.
    pub(crate) fn told(self, documents: &[Received]) -> Cow<'_, [Received]> {
        match self {
            GraphClock::Receipt => Cow::Borrowed(documents),
            GraphClock::Document => documents
                .iter()
                .map(|received| {
                    let top = received.segment.top();
                    Received {
                        receipt: top.end().unwrap_or(top.start),
                        ..received.clone()
                    }
                })
                .collect(),
        }
    }
}

/// The last receipt of what had been told by a second: groups judge by receipts, whatever the clock.
pub(crate) fn last_receipt(second: i64, told: &[Received], documents: &[Received]) -> Timestamp {
    let known = told.iter().zip(documents);
    let known = known.filter(|(told, _)| told.receipt.seconds() <= second);
    let receipts = known.map(|(_, received)| received.receipt);
    receipts.max().unwrap_or(Timestamp::EPOCH)
}

/// Groups, with a way of counting other than the usual one.
#[derive(Debug)]
pub struct CountedBy {
    /// The groups.
    pub groups: Arc<dyn Admission>,
    /// How their traces are counted.
    pub counting: Counting,
}

impl Admission for CountedBy {
    fn versions(&self) -> &[VersionInForce] {
        self.groups.versions()
    }

    fn admits(&self, number: u32, trace: &Trace) -> bool {
        self.groups.admits(number, trace)
    }

    fn group(&self, named: GroupNamed<'_>) -> Option<u32> {
        self.groups.group(named)
    }

    fn counting(&self) -> Counting {
        self.counting
    }
}
