//! Start: what was acknowledged and is not stored yet becomes live again.

use std::sync::{Arc, Mutex};

use clock::{Clock, Timestamp, TokenBucket};
use journal::{Damage, FileJournal, Position, Record, ReplayError, Standing};
use store::Store;
use tokio::sync::{Mutex as AsyncMutex, Notify};
use trace::Received;
use tracing::{error, info};

use crate::admission::Admission;
use crate::receipts::Receipts;
use crate::{Ingest, IngestConfig, Inner, Live, Metric};

/// Why the write path could not start.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFault {
    /// The journal could not be read.
    #[error("could not read the journal again")]
    Journal(#[source] ReplayError),
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
    pub fn open(
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
        let mut replayed = 0;
        let report = journal
            .replay(|position, record| {
                latest = latest.max(record.receipt);
                if !store.is_stored(position.0) && revive(&mut live, position, &record, &*clock) {
                    replayed += 1;
                }
            })
            .map_err(ReplayFault::Journal)?;
        tell_damage(&report.damaged);
        info!(records = report.records, live = replayed, "journal replayed");
        let inner = Inner {
            documents_rate: TokenBucket::new(config.documents_rate),
            admission: config.traces.clone().map(Admission::new).map(Arc::new),
            config,
            clock,
            journal,
            store,
            live: Arc::new(Mutex::new(live)),
            receipts: Receipts::after(latest),
            cutting: AsyncMutex::new(()),
            pressure: Notify::new(),
        };
        Ok(Ingest {
            inner: Arc::new(inner),
        })
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
