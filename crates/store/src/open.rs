//! Opening the store: what the catalog lists is opened, and what it does not list is removed.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use block::{BlockError, PieceCache};
use catalog::{BlockId, BlockRecord, Catalog};
use clock::{Clock, Randomness};
use futures::{StreamExt, stream};
use object_store::ObjectStore;
use rustc_hash::FxHashSet;
use service_graph::{Counting, GraphClock};
use tokio::sync::Mutex;
use trace::Roots;

use crate::error::OpenError;
use crate::listing::{Content, Listing};
use crate::objects::Objects;
use crate::quarantine::chain;
use crate::store::{Inner, Shared, Store, StoreConfig, Writer};
use crate::stored_block::{StoredBlock, Unusable};
use crate::time_cache::TimeCache;

impl Store {
    /// Opens what is stored in the configured directory. Damaged blocks are quarantined and do not keep it shut.
    ///
    /// # Errors
    /// [`OpenError`] where directory or catalog cannot be used, or a newer version wrote them.
    pub async fn open(
        config: StoreConfig,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Randomness>,
    ) -> Result<Store, OpenError> {
        let objects = Objects::open(&config.directory)?;
        Store::open_with(objects, config, clock, chance).await
    }

    /// The same with the blocks' objects in another storage, one that keeps whatever it answered as put; the configured
    /// directory holds only the catalog.
    ///
    /// # Errors
    /// As [`open`](Store::open).
    pub async fn open_on(
        objects: Arc<dyn ObjectStore>,
        config: StoreConfig,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Randomness>,
    ) -> Result<Store, OpenError> {
        let objects = Objects::elsewhere(objects, &config.directory)?;
        Store::open_with(objects, config, clock, chance).await
    }

    async fn open_with(
        objects: Objects,
        config: StoreConfig,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Randomness>,
    ) -> Result<Store, OpenError> {
        let catalog = Catalog::open(&config.directory.join(CATALOG)).await?;
        let time_cache = TimeCache::new(config.time_columns_bytes_max);
        let pieces = Arc::new(PieceCache::new(config.index_bytes_max));
        let shared = RwLock::new(Shared {
            listing: Arc::default(),
            quarantined: 0,
        });
        let writer = Mutex::new(Writer::default());
        let inner = Inner {
            config,
            clock,
            chance,
            objects,
            catalog,
            time_cache,
            pieces,
            writer,
            shared,
        };
        let records = inner.load().await?;
        inner.keep_counting(&records).await?;
        let objects = inner.remove_orphans(&records).await?;
        inner
            .mend_missing(|stored| objects.contains(stored.rollups.path().as_ref()))
            .await?;
        Ok(Store {
            inner: Arc::new(inner),
        })
    }
}

impl Inner {
    /// Notes how traces are counted, unless that is noted. Stores from before there was a choice count in the usual way.
    async fn keep_counting(&self, records: &[BlockRecord]) -> Result<(), OpenError> {
        let asked = name_of(self.config.counting);
        let first = match records.is_empty() {
            true => asked.clone(),
            false => name_of(Counting::default()),
        };
        let kept = self.catalog.meta_or_insert(COUNTING, &first).await?;
        match kept == asked {
            true => Ok(()),
            false => Err(OpenError::Counting { kept, asked }),
        }
    }

    /// Makes the listing what the catalog says. Blocks that are open already stay open.
    pub(crate) async fn load(&self) -> Result<Vec<BlockRecord>, OpenError> {
        let records = self.catalog.blocks().await?;
        let current = self.listing();
        let mut quarantined: FxHashSet<BlockId> = FxHashSet::default();
        let mut blocks = Vec::with_capacity(records.len());
        let opening: Vec<_> = records
            .iter()
            .map(|record| self.open_block(record, &current))
            .collect();
        let mut opened = stream::iter(opening).buffered(OPENED_AT_ONCE);
        while let Some((block, opened)) = opened.next().await {
            match opened? {
                Some(stored) => blocks.push(stored),
                None => {
                    quarantined.insert(block);
                }
            }
        }
        drop(opened);
        let mut marks = self.catalog.superseded().await?;
        marks.retain(|mark| !quarantined.contains(&mark.block));
        let mut listing = Listing::new(blocks, &marks);
        let gone: Vec<BlockId> = quarantined.iter().copied().collect();
        let rows: Vec<_> = gone
            .iter()
            .flat_map(|id| listing.rows_superseded_by(*id))
            .collect();
        listing = gone.iter().fold(listing, |left, id| left.without_damaged(*id));
        listing = self.with_heirs(listing, &rows, &mut quarantined).await?;
        listing.content = Content {
            writes: current.content.writes + 1,
            losses: current.content.losses + 1,
        };
        let listing = Arc::new(listing);
        *self.shared.write().unwrap_or_else(PoisonError::into_inner) = Shared {
            listing,
            quarantined: quarantined.len(),
        };
        Ok(records)
    }

    /// The rows that damaged blocks superseded count again, unless yet another block holds a higher writing.
    async fn with_heirs(
        &self,
        mut listing: Listing,
        rows: &[(BlockId, u32)],
        quarantined: &mut FxHashSet<BlockId>,
    ) -> Result<Listing, BlockError> {
        let mut rows = rows.to_vec();
        loop {
            match listing.heirs(&rows).await {
                Ok(heirs) => return Ok(listing.with_marks(&heirs)),
                Err(failure) if matches!(failure.source, BlockError::Damaged { .. }) => {
                    self.note_quarantine(failure.block, &failure.source).await;
                    quarantined.insert(failure.block);
                    rows.extend(listing.rows_superseded_by(failure.block));
                    listing = listing.without_damaged(failure.block);
                }
                Err(failure) => return Err(failure.source),
            }
        }
    }

    /// A block that is listed; `None` where it is damaged.
    async fn open_block(
        &self,
        record: &BlockRecord,
        current: &Listing,
    ) -> (BlockId, Result<Option<Arc<StoredBlock>>, BlockError>) {
        if record.quarantined.is_some() {
            return (record.id, Ok(None));
        }
        if let Some(open) = current.block(record.id) {
            return (record.id, Ok(Some(Arc::clone(open))));
        }
        let opened = match StoredBlock::open(record, &self.objects, &self.pieces).await {
            Ok(stored) => Ok(Some(Arc::new(stored))),
            Err(Unusable::Block(cause @ BlockError::Damaged { .. })) => {
                self.note_quarantine(record.id, &cause).await;
                Ok(None)
            }
            Err(Unusable::Positions(cause)) => {
                self.note_quarantine(record.id, &cause).await;
                Ok(None)
            }
            Err(Unusable::Block(error)) => Err(error),
        };
        (record.id, opened)
    }

    /// Removes the objects that a crash left behind: written and not listed, or no longer listed and not removed.
    /// The objects that stay.
    async fn remove_orphans(&self, records: &[BlockRecord]) -> Result<HashSet<String>, OpenError> {
        let listed: HashSet<String> = records
            .iter()
            .flat_map(|record| {
                [
                    record.object_path.clone(),
                    Objects::rollups_of(record.id).to_string(),
                ]
            })
            .collect();
        let mut stay = HashSet::new();
        for path in self.objects.list().await? {
            if listed.contains(path.as_ref()) {
                stay.insert(path.to_string());
                continue;
            }
            match self.objects.remove(&path).await {
                Ok(()) => tracing::info!(object = %path, "removed an object that no block owns"),
                Err(error) => {
                    tracing::warn!(object = %path, cause = chain(&error), "could not remove an object that no block owns");
                }
            }
        }
        Ok(stay)
    }
}

/// As the catalog keeps it, and as an operator writes it.
fn name_of(counting: Counting) -> String {
    let clock = match counting.clock {
        GraphClock::Receipt => "receipt",
        GraphClock::Document => "document",
    };
    let promotes = counting.roots == Roots::OrDetached;
    format!("graph-clock {clock} and promote-detached-root {promotes}")
}

/// The catalog's name for how traces are counted.
const COUNTING: &str = "counting";
pub(crate) const CATALOG: &str = "catalog.sqlite";
/// How many blocks are opened at the same time.
const OPENED_AT_ONCE: usize = 8;
