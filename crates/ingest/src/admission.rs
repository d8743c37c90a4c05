//! Which accepted documents their trace may still take (`spec/segment-documents.md` 1, `settled.md` 15 and 19). It is
//! decided before the journal, so that only what was admitted is ever durable.
//!
//! What a trace holds already is looked up once, in the live traces and in the store, and then counted along.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use assembly::AssembledTrace;
use clock::Timestamp;
use document::{ErrorCode, Kind, Segment, Subject, TraceId, Unprocessed};
use tracing::warn;

use crate::{Ingest, Metric, PutError};

/// What one trace may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceLimits {
    /// LIMIT: bytes of JSON text over all documents of a trace; further ones are refused.
    pub bytes_max: usize,
    /// LIMIT: how long after its first receipt a trace may be changed.
    pub age_max: Duration,
    /// LIMIT: links of one segment that can be followed; a segment with more is refused.
    pub segment_links_max: usize,
    /// LIMIT: such links over all documents of a trace.
    pub links_max: usize,
}

/// Keeps the accounts of the traces that documents came for lately.
#[derive(Debug)]
pub(crate) struct Admission {
    limits: TraceLimits,
    ledger: Mutex<Ledger>,
}

// LIMIT: accounts are let go by halves; a trace that comes again later is looked up anew.
#[derive(Debug, Default)]
struct Ledger {
    recent: HashMap<TraceId, Account>,
    before: HashMap<TraceId, Account>,
}

/// What a trace holds.
#[derive(Debug, Clone, Copy, Default)]
struct Account {
    bytes: usize,
    links: usize,
    first_receipt: Option<Timestamp>,
    /// Whether it is known to have refused a document for its size.
    is_full: bool,
}

/// Accounts that were looked up for one call.
#[derive(Debug, Default)]
pub(crate) struct LookedUp(HashMap<TraceId, Account>);

/// What became of the documents of one call.
#[derive(Debug, Default)]
pub(crate) struct Admitted {
    pub(crate) stamped: Vec<(Timestamp, Segment)>,
    pub(crate) unprocessed: Vec<Unprocessed>,
    pub(crate) reserved: Reserved,
    /// Traces that refused a document for their size, and had not before.
    full: Vec<TraceId>,
}

/// What documents add to the accounts of their traces, to be given back if they do not become durable.
#[derive(Debug, Default, Clone)]
pub(crate) struct Reserved {
    admission: Option<Arc<Admission>>,
    added: Vec<(TraceId, Account)>,
}

impl Ingest {
    /// Looks up the traces of these documents that there is no account of. To be called before a receipt is stamped.
    pub(crate) async fn look_up(&self, segments: &[Segment]) -> Result<LookedUp, PutError> {
        let mut found = LookedUp::default();
        let Some(admission) = &self.inner.admission else {
            return Ok(found);
        };
        for id in segments.iter().map(|segment| segment.trace_id) {
            if !found.0.contains_key(&id) && !admission.ledger().knows(id) {
                found.0.insert(id, self.account_of(id).await?);
            }
        }
        Ok(found)
    }

    /// INVARIANT: live first, blocks second. A trace leaves the live view only after its block is listed.
    async fn account_of(&self, id: TraceId) -> Result<Account, PutError> {
        let mut documents = self.documents(id).to_vec();
        let stored = self.inner.store.snapshot().trace(id).await;
        let stored = stored.map_err(|error| PutError::Lookup(Arc::new(error)))?;
        documents.extend(stored.into_iter().flat_map(|trace| trace.documents));
        let mut account = Account::default();
        for received in AssembledTrace::new(id, 0, documents).documents {
            account.add(&received.segment, received.receipt);
        }
        Ok(account)
    }

    /// Tells the documents that their traces may take from the others.
    pub(crate) fn admit(&self, stamped: Vec<(Timestamp, Segment)>, found: LookedUp) -> Admitted {
        let Some(admission) = &self.inner.admission else {
            return Admitted {
                stamped,
                ..Admitted::default()
            };
        };
        let mut ledger = admission.ledger();
        found
            .0
            .into_iter()
            .for_each(|(id, account)| ledger.keep(id, account));
        let mut admitted = Admitted::default();
        for (receipt, segment) in stamped {
            let account = ledger.account(segment.trace_id);
            match account.refusal_of(&segment, receipt, &admission.limits) {
                None => {
                    account.add(&segment, receipt);
                    let mut added = Account::default();
                    added.add(&segment, receipt);
                    admitted.reserved.added.push((segment.trace_id, added));
                    admitted.stamped.push((receipt, segment));
                }
                Some(code) => {
                    let is_full = code == ErrorCode::TraceTooLarge;
                    if is_full && !std::mem::replace(&mut account.is_full, true) {
                        admitted.full.push(segment.trace_id);
                    }
                    admitted.unprocessed.push(refused(&segment, code));
                }
            }
        }
        drop(ledger);
        for unprocessed in &admitted.unprocessed {
            Metric::DocumentsRefused.count_of("code", unprocessed.code.name(), 1);
        }
        admitted.reserved.admission = Some(Arc::clone(admission));
        admitted
    }
}

impl Ingest {
    /// Keeps which traces are full, so that whoever reads them is told.
    pub(crate) async fn keep_full(&self, admitted: &Admitted) {
        for id in &admitted.full {
            if let Err(error) = self.inner.store.keep_full(*id).await {
                warn!(
                    trace_id = %id,
                    error = &error as &dyn std::error::Error,
                    "could not keep that a trace is full"
                );
            }
        }
    }
}

impl Reserved {
    /// The documents did not become durable.
    pub(crate) fn give_back(&self) {
        let Some(admission) = &self.admission else { return };
        let mut ledger = admission.ledger();
        for (id, added) in &self.added {
            let account = ledger.account(*id);
            account.bytes = account.bytes.saturating_sub(added.bytes);
            account.links = account.links.saturating_sub(added.links);
        }
    }
}

impl Admission {
    pub(crate) fn new(limits: TraceLimits) -> Admission {
        Admission {
            limits,
            ledger: Mutex::default(),
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger
            .lock()
            .expect("nothing panics while it holds the accounts")
    }
}

impl Ledger {
    fn knows(&self, id: TraceId) -> bool {
        self.recent.contains_key(&id) || self.before.contains_key(&id)
    }

    /// Keeps an account unless somebody else has looked it up meanwhile.
    fn keep(&mut self, id: TraceId, account: Account) {
        if !self.knows(id) {
            self.recent.insert(id, account);
        }
    }

    fn account(&mut self, id: TraceId) -> &mut Account {
        if self.recent.len() >= ACCOUNTS_MAX / 2 && !self.recent.contains_key(&id) {
            self.before = std::mem::take(&mut self.recent);
        }
        let known = self.before.remove(&id);
        let account = self.recent.entry(id).or_default();
        match known {
            Some(known) => {
                *account = known;
                account
            }
            None => account,
        }
    }
}

impl Account {
    fn add(&mut self, segment: &Segment, receipt: Timestamp) {
        self.bytes += segment.text.len();
        self.links += links_of(segment);
        self.first_receipt = Some(self.first_receipt.map_or(receipt, |first| first.min(receipt)));
    }

    /// What keeps the trace from taking the document.
    fn refusal_of(&self, segment: &Segment, receipt: Timestamp, limits: &TraceLimits) -> Option<ErrorCode> {
        let links = links_of(segment);
        let is_too_old = |first| first + limits.age_max < receipt;
        if self.first_receipt.is_some_and(is_too_old) {
            Some(ErrorCode::TraceTooOld)
        } else if links > limits.segment_links_max || self.links + links > limits.links_max {
            Some(ErrorCode::TooManyLinks)
        } else if self.bytes + segment.text.len() > limits.bytes_max {
            Some(ErrorCode::TraceTooLarge)
        } else {
            None
        }
    }
}

/// Links that can be followed; those on subsegments are not.
fn links_of(segment: &Segment) -> usize {
    let segments = segment.entities();
    let segments = segments.filter(|entity| entity.kind == Kind::Segment);
    segments.map(|entity| entity.links().len()).sum()
}

fn refused(segment: &Segment, code: ErrorCode) -> Unprocessed {
    let top = segment.top();
    let subject = match top.kind {
        Kind::Subsegment => Subject::Subsegment,
        Kind::Segment => Subject::Segment,
    };
    Unprocessed {
        id: Some(top.id.to_string()),
        code,
        subject,
    }
}

/// LIMIT: accounts that are kept.
const ACCOUNTS_MAX: usize = 200_000;
