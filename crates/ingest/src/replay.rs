//! Start: what was acknowledged, is not stored yet and has not expired becomes live again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clock::{Clock, Timestamp, TokenBucket};
use document::TraceId;
use journal::{Damage, FileJournal, Position, Record, ReplayError, Standing};
use rustc_hash::FxHashMap;
use store::{ReadError, Store};
use tokio::sync::{Mutex as AsyncMutex, Notify};
use trace::Received;
use tracing::{error, info};

use crate::admission::Admission;
use crate::receipts::Receipts;
use crate::room::Room;
use crate::{Ingest, IngestConfig, Inner, Live, Metric};

/// Why the write path could not start.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFault {
    /// The journal could not be read.
    #[error("could not read the journal again")]
    Journal(#[source] ReplayError),
    /// What is stored of a trace could not be read, so nobody knows whether what the journal holds of it has expired.
    #[error("could not look up a trace that the journal holds old documents of")]
    Store(#[source] ReadError),
    /// Blocks hold documents from beyond the journal's end: this is not the journal they came from, and new
    /// documents would be taken for stored ones.
    #[error("journal ends at position {end}, but position {stored} is stored; it belongs to other blocks")]
    ForeignJournal {
        /// Where the journal ends.
        end: u64,
        /// A stored position at or beyond it.
        stored: u64,
    },
}

impl Ingest {
    /// Opens the write path over an opened journal and store.
    ///
    /// # Errors
    /// [`ReplayFault`]: nothing was changed.
    pub async fn open(
        journal: FileJournal,
        store: Store,
        clock: Arc<dyn Clock>,
        config: IngestConfig,
    ) -> Result<Ingest, ReplayFault> {
        if let Some(stored) = store.last_position().filter(|stored| *stored >= journal.end().0) {
            return Err(ReplayFault::ForeignJournal {
                end: journal.end().0,
                stored,
            });
        }
        let mut live = Live {
            applied: journal.end().0,
            writes: store.content().writes,
            ..Live::default()
        };
        let mut latest = store.latest_receipt().unwrap_or(Timestamp::MIN);
        let mut unstored: Vec<(Position, Record)> = vec![];
        let mut reach = Reach::of(&store, clock.now());
        let report = journal
            .replay(|position, record| {
                latest = latest.max(record.receipt);
                match store.is_stored(position.0) {
                    true => reach.note_stored(&record),
                    false => {
                        reach.note_unstored(&record);
                        unstored.push((position, record));
                    }
                }
            })
            .map_err(ReplayFault::Journal)?;
        reach.look_up(&store).await.map_err(ReplayFault::Store)?;
        let expired = reach.expired(&unstored, &store);
        let records = unstored.len();
        unstored.retain(|(_, record)| expired.get(&record.key).is_none_or(|last| *last < record.receipt));
        let expired = records - unstored.len();
        let mut replayed = 0;
        for (position, record) in unstored {
            replayed += usize::from(revive(&mut live, position, &record, &*clock));
        }
        tell_damage(&report.damaged);
        info!(
            records = report.records,
            live = replayed,
            expired,
            "journal replayed"
        );
        let inner = Inner {
            documents_rate: TokenBucket::new(config.documents_rate),
            admission: config.traces.clone().map(Admission::new).map(Arc::new),
            config,
            clock,
            journal,
            store,
            live: Arc::new(Mutex::new(live)),
            receipts: Arc::new(Receipts::after(latest)),
            cutting: AsyncMutex::new(()),
            pressure: Notify::new(),
            room: Room::default(),
        };
        Ok(Ingest {
            inner: Arc::new(inner),
        })
    }
}

/// Which documents of the journal have expired. They are stored no longer, but their file may not have been trimmed yet.
///
/// What expires does so with its whole trace, by the receipt of the last change (`settled.md` 20). So a document has
/// expired if after it, or after a later one of its trace, nothing changed the trace for longer than the retention. The
/// journal is trimmed from its beginning, so of what was imported with an earlier receipt it may not tell what had changed
/// the trace before: the store is asked too. A trace of which something is stored has not expired since its last change.
struct Reach {
    now: Timestamp,
    retention: Duration,
    /// The receipts of stored documents, of traces of which one that is not stored may have expired.
    receipts: FxHashMap<[u8; 16], Vec<Timestamp>>,
}

impl Reach {
    fn of(store: &Store, now: Timestamp) -> Reach {
        Reach {
            now,
            retention: store.retention(),
            receipts: FxHashMap::default(),
        }
    }

    fn note_stored(&mut self, record: &Record) {
        if let Some(receipts) = self.receipts.get_mut(&record.key) {
            receipts.push(record.receipt);
        }
    }

    fn note_unstored(&mut self, record: &Record) {
        if record.receipt < self.now - self.retention {
            self.receipts.entry(record.key).or_default();
        }
    }

    /// Adds what is stored of traces of which something may have expired. They are few: the rest of what is so old was
    /// stored long ago.
    async fn look_up(&mut self, store: &Store) -> Result<(), ReadError> {
        let snapshot = store.snapshot();
        for (key, receipts) in &mut self.receipts {
            let stored = snapshot.trace(TraceId::from_bytes(*key)).await?;
            let documents = stored.into_iter().flat_map(|trace| trace.documents);
            receipts.extend(documents.map(|received| received.receipt));
        }
        Ok(())
    }

    /// The last receipt that has expired, of each trace of which one has.
    fn expired(mut self, unstored: &[(Position, Record)], store: &Store) -> FxHashMap<[u8; 16], Timestamp> {
        for (_, record) in unstored {
            if let Some(receipts) = self.receipts.get_mut(&record.key) {
                receipts.push(record.receipt);
            }
        }
        let snapshot = store.snapshot();
        let mut expired = FxHashMap::default();
        for (key, mut receipts) in self.receipts {
            receipts.sort_unstable();
            let last = receipts.last().copied().unwrap_or(self.now);
            let mut next = match snapshot.may_hold(TraceId::from_bytes(key)) {
                true => last,
                false => self.now,
            };
            for receipt in receipts.into_iter().rev() {
                if receipt < next - self.retention {
                    expired.insert(key, receipt);
                    break;
                }
                next = receipt;
            }
        }
        expired
    }
}

/// Both standings are counted, so that both show when there is nothing to tell.
fn tell_damage(damaged: &[Damage]) {
    let (mut acknowledged, mut uncertain) = (0, 0);
    for damage in damaged {
        error!(file = damage.file, lost = ?damage.lost, standing = ?damage.standing, "journal is damaged");
        let lost =
            usize::try_from(damage.lost.end.0.saturating_sub(damage.lost.start.0)).unwrap_or(usize::MAX);
        match damage.standing {
            Standing::Acknowledged => acknowledged += lost,
            Standing::Uncertain => uncertain += lost,
        }
    }
    Metric::JournalFramesDamaged.count_of("standing", "acknowledged", acknowledged);
    Metric::JournalFramesDamaged.count_of("standing", "uncertain", uncertain);
}

fn revive(live: &mut Live, position: Position, record: &Record, clock: &dyn Clock) -> bool {
    match document::reread(&record.payload) {
        Ok(segment) => {
            let received = Received {
                segment: Arc::new(segment),
                position: position.0,
                receipt: record.receipt,
            };
            live.traces.add(received, clock.now());
            true
        }
        Err(unprocessed) => {
            error!(
                position = position.0,
                code = unprocessed.code.name(),
                "journal holds no valid document here"
            );
            false
        }
    }
}
