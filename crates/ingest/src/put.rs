//! Documents on their way in.

use std::sync::Arc;

use assembly::weight_of;
use bytes::Bytes;
use clock::{Clock, Timestamp};
use document::{Accepted, ErrorCode, Kind, Segment, Subject, Unprocessed};
use journal::{AppendError, Position, Record};
use store::ReadError;
use tokio::sync::oneshot;
use trace::Received;

use crate::admission::LookedUp;
use crate::receipts::Coming;
use crate::{Ingest, Live, Metric, lock};

/// Why a call was not taken. Nothing of it was acknowledged.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PutError {
    /// Memory or disk is full; the caller may try again later.
    #[error("no room for more documents now")]
    Full,
    /// There were too many documents in too short a time; the caller may try again later.
    #[error("too many documents in too short a time")]
    TooFast,
    /// What the traces of the documents hold already could not be read.
    #[error("could not look up the traces of documents")]
    Lookup(#[source] Arc<ReadError>),
    /// The storage does not work; the log says why.
    #[error("could not make documents durable")]
    Storage(#[source] AppendError),
}

/// One document that comes with its own receipt time (`settled.md` 25).
#[derive(Debug, Clone)]
pub struct Imported {
    /// When it counts as received.
    pub receipt: Timestamp,
    /// Its text.
    pub document: Bytes,
}

impl Ingest {
    /// Takes the documents of one call. When this returns `Ok`, every document that is not among the unprocessed
    /// ones is durable and visible.
    ///
    /// # Errors
    /// [`PutError`]: nothing of the call may be relied upon, though parts of it may be there.
    pub async fn put(&self, documents: &[Bytes]) -> Result<Vec<Unprocessed>, PutError> {
        let clock = &*self.inner.clock;
        if !self.inner.documents_rate.take(documents.len(), clock.now()) {
            Metric::DocumentsThrottled.count(documents.len());
            return Err(PutError::TooFast);
        }
        let Accepted {
            segments,
            mut unprocessed,
            ..
        } = self.accept(documents);
        let found = self.look_up(&segments).await?;
        let coming = self.inner.receipts.begin(clock);
        let receipt = coming.receipt;
        let stamped = segments.into_iter().map(|segment| (receipt, segment)).collect();
        unprocessed.extend(self.admit_and_append(stamped, found, Some(coming)).await?);
        Ok(unprocessed)
    }

    /// Takes documents that carry their own receipt times. The caller has made sure who may do this.
    ///
    /// # Errors
    /// As [`put`](Ingest::put).
    pub async fn import(&self, documents: &[Imported]) -> Result<Vec<Unprocessed>, PutError> {
        let (mut unprocessed, mut receipts, mut segments) = (vec![], vec![], vec![]);
        for imported in documents {
            self.inner.receipts.note(imported.receipt);
            let accepted = self.accept(std::slice::from_ref(&imported.document));
            unprocessed.extend(accepted.unprocessed);
            receipts.extend(accepted.segments.iter().map(|_| imported.receipt));
            segments.extend(accepted.segments);
        }
        let found = self.look_up(&segments).await?;
        let stamped = receipts.into_iter().zip(segments).collect();
        unprocessed.extend(self.admit_and_append(stamped, found, None).await?);
        Ok(unprocessed)
    }

    /// Takes the documents of datagrams, each a call of its own, without waiting until they are durable: nobody is
    /// there to be told. What has no room, comes too fast or is refused is dropped and counted.
    pub async fn offer(&self, documents: &[Bytes]) {
        let clock = &*self.inner.clock;
        let in_time = self.inner.documents_rate.take_some(documents.len(), clock.now());
        let drop_some = |cause, count| Metric::DatagramsDropped.count_of("cause", cause, count);
        if in_time < documents.len() {
            drop_some("rate", documents.len() - in_time);
        }
        let segments = self.accept(documents.get(..in_time).unwrap_or_default()).segments;
        let Ok(found) = self.look_up(&segments).await else {
            return drop_some("storage", segments.len());
        };
        let coming = self.inner.receipts.begin(clock);
        let stamp = |segment| (self.inner.receipts.stamp(clock), segment);
        let admitted = self.admit(segments.into_iter().map(stamp).collect(), found);
        self.keep_full(&admitted).await;
        let count = admitted.stamped.len();
        let reserved = admitted.reserved.clone();
        let submitted = self.append(admitted.stamped, move |appended| {
            drop(coming);
            if appended.is_err() {
                reserved.give_back();
                Metric::DatagramsDropped.count_of("cause", "storage", count);
            }
        });
        if submitted.is_err() {
            admitted.reserved.give_back();
            drop_some("full", count);
        }
    }

    fn accept(&self, documents: &[Bytes]) -> Accepted {
        let mut accepted = Accepted::default();
        for document in documents {
            document::accept(document, &self.inner.config.documents, &mut accepted);
        }
        self.refuse_old(&mut accepted);
        for unprocessed in &accepted.unprocessed {
            Metric::DocumentsRefused.count_of("code", unprocessed.code.name(), 1);
        }
        accepted
    }

    /// Refuses what its trace id says to be too old, where anybody wants that.
    fn refuse_old(&self, accepted: &mut Accepted) {
        let Some(age_max) = self.inner.config.trace_id_age_max else {
            return;
        };
        let first = (self.inner.clock.now() - age_max).seconds();
        let is_old = |segment: &mut Segment| i64::from(segment.trace_id.epoch_second()) < first;
        let old = accepted.segments.extract_if(.., is_old);
        let refused = old.map(|segment| {
            let top = segment.top();
            Unprocessed {
                id: Some(top.id.to_string()),
                code: ErrorCode::InvalidTraceId,
                subject: match top.kind {
                    Kind::Segment => Subject::Segment,
                    Kind::Subsegment => Subject::Subsegment,
                },
            }
        });
        accepted.unprocessed.extend(refused);
    }

    /// Appends what is admitted; what is not.
    async fn admit_and_append(
        &self,
        stamped: Vec<(Timestamp, Segment)>,
        found: LookedUp,
        coming: Option<Coming>,
    ) -> Result<Vec<Unprocessed>, PutError> {
        let admitted = self.admit(stamped, found);
        self.keep_full(&admitted).await;
        match self.append_and_wait(admitted.stamped, coming).await {
            Ok(()) => Ok(admitted.unprocessed),
            Err(error) => {
                admitted.reserved.give_back();
                Err(error)
            }
        }
    }

    async fn append_and_wait(
        &self,
        stamped: Vec<(Timestamp, Segment)>,
        coming: Option<Coming>,
    ) -> Result<(), PutError> {
        if stamped.is_empty() {
            return Ok(());
        }
        let (answer, appended) = oneshot::channel();
        let count = stamped.len();
        self.append(stamped, move |appended| {
            drop(coming);
            // The caller may have gone; the documents are there all the same.
            let _ = answer.send(appended);
        })
        .and(
            appended
                .await
                .unwrap_or(Err(PutError::Storage(AppendError::Closed))),
        )
        .inspect_err(|error| match error {
            PutError::Full => Metric::DocumentsThrottled.count(count),
            PutError::TooFast | PutError::Lookup(_) | PutError::Storage(_) => {}
        })
    }

    /// Hands documents to the journal. They are visible before `done` is called with `Ok`.
    fn append(
        &self,
        stamped: Vec<(Timestamp, Segment)>,
        done: impl FnOnce(Result<(), PutError>) + Send + 'static,
    ) -> Result<(), PutError> {
        let bytes = stamped.iter().map(|(_, segment)| weight_of(segment)).sum();
        self.reserve(bytes)?;
        let records = stamped
            .iter()
            .map(|(receipt, segment)| record_of(*receipt, segment))
            .collect();
        let (live, clock) = (Arc::clone(&self.inner.live), Arc::clone(&self.inner.clock));
        let apply = move |appended: Result<Position, AppendError>| {
            let mut live = lock(&live);
            live.coming -= bytes;
            match appended {
                Ok(first) => {
                    Metric::DocumentsAccepted.count(stamped.len());
                    live.apply(first, stamped, &*clock);
                    drop(live);
                    done(Ok(()));
                }
                Err(error) => {
                    drop(live);
                    done(Err(PutError::from(error)));
                }
            }
        };
        let submitted = self.inner.journal.submit(records, Box::new(apply));
        submitted.map_err(|error| {
            self.live().coming -= bytes;
            PutError::from(error)
        })
    }

    /// Takes room for documents that the journal is to be given.
    fn reserve(&self, bytes: usize) -> Result<(), PutError> {
        let mut live = self.live();
        let before = live.bytes();
        let max = self.inner.config.live_bytes_max;
        // One call always fits where there is nothing else.
        if before >= max || (before > 0 && before + bytes > max) {
            self.inner.pressure.notify_one();
            return Err(PutError::Full);
        }
        live.coming += bytes;
        if live.bytes() >= max / 2 {
            self.inner.pressure.notify_one();
        }
        Ok(())
    }
}

impl Live {
    /// What live traces take, with what is on its way to them.
    pub(crate) fn bytes(&self) -> usize {
        self.traces.bytes() + self.coming
    }

    /// INVARIANT: called in the order of positions, since the journal calls back in that order.
    fn apply(&mut self, first: Position, stamped: Vec<(Timestamp, Segment)>, clock: &dyn Clock) {
        let now = clock.now();
        for (position, (receipt, segment)) in (first.0..).zip(stamped) {
            self.traces.add(
                Received {
                    segment: Arc::new(segment),
                    position,
                    receipt,
                },
                now,
            );
            self.applied = position + 1;
        }
    }
}

fn record_of(receipt: Timestamp, segment: &Segment) -> Record {
    Record {
        key: *segment.trace_id.as_bytes(),
        receipt,
        payload: segment.text.clone(),
    }
}

impl From<AppendError> for PutError {
    fn from(error: AppendError) -> PutError {
        match error {
            AppendError::Full { .. } => PutError::Full,
            AppendError::TooLarge { .. }
            | AppendError::Write { .. }
            | AppendError::Poisoned { .. }
            | AppendError::Closed => PutError::Storage(error),
        }
    }
}
