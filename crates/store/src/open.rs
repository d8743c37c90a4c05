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
use crate::listing::{Content, Listing, Summed};
use crate::objects::Objects;
use crate::quarantine::{Damaged, chain};
use crate::rollup_object::RollupObject;
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
            changing: Mutex::default(),
            shared,
        };
        let records = inner.load().await?;
        inner.keep_counting(&records).await?;
        let objects = inner.remove_orphans(&records).await?;
        inner
            .mend_missing(|rollups| objects.contains(rollups.path().as_ref()))
            .await?;
        Ok(Store {
            inner: Arc::new(inner),
        })
    }
}

/// What became of a listed block.
enum Opened {
    Sound(Arc<StoredBlock>),
    Damaged(Damaged),
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
        let _changing = self.changing.lock().await;
        let records = self.catalog.blocks().await?;
        let current = self.listing();
        let (mut blocks, mut damaged) = (Vec::with_capacity(records.len()), vec![]);
        let opening: Vec<_> = records
            .iter()
            .map(|record| self.open_block(record, &current))
            .collect();
        let mut opened = stream::iter(opening).buffered(OPENED_AT_ONCE);
        while let Some(opened) = opened.next().await {
            match opened? {
                Opened::Sound(stored) => blocks.push(stored),
                Opened::Damaged(lost) => damaged.push(lost),
            }
        }
        drop(opened);
        // Of two marks on a row, that of a block that is lost is the one that no longer counts.
        let gone: FxHashSet<BlockId> = damaged.iter().map(|lost| lost.id).collect();
        let mut marks = self.catalog.superseded().await?;
        marks.sort_by_key(|mark| !gone.contains(&mark.by));
        let whole = self.with_listed_rollups(Listing::new(blocks, &marks), &records);
        let left = self.left_of(&whole, damaged).await?;
        let quarantined = left.damaged.len();
        let mut listing = self.noted(left).await;
        listing.content = Content {
            writes: current.content.writes + 1,
            losses: current.content.losses + 1,
        };
        let listing = Arc::new(listing);
        *self.shared.write().unwrap_or_else(PoisonError::into_inner) = Shared { listing, quarantined };
        Ok(records)
    }

    /// Blocks that were open may have their roll-ups elsewhere by now.
    fn with_listed_rollups(&self, mut listing: Listing, records: &[BlockRecord]) -> Listing {
        for record in records {
            let path = Objects::rollups_listed(record);
            let is_other = |stored: &Arc<StoredBlock>| *stored.rollups.path() != path;
            if listing.block(record.id).is_some_and(is_other) {
                let rollups = RollupObject::new(self.objects.store(), path);
                listing = listing.with_rollups(record.id, Summed::At(Arc::new(rollups)));
            }
        }
        listing
    }

    /// A block that is listed.
    async fn open_block(&self, record: &BlockRecord, current: &Listing) -> Result<Opened, BlockError> {
        let damaged = |cause| Opened::Damaged(Damaged::unopened(record.id, record.created, cause));
        if record.quarantined.is_some() {
            return Ok(damaged(None));
        }
        if let Some(open) = current.block(record.id) {
            return Ok(Opened::Sound(Arc::clone(open)));
        }
        match StoredBlock::open(record, &self.objects, &self.pieces).await {
            Ok(stored) => Ok(Opened::Sound(Arc::new(stored))),
            Err(Unusable::Block(cause @ BlockError::Damaged { .. })) => Ok(damaged(Some(chain(&cause)))),
            Err(Unusable::Positions(cause)) => Ok(damaged(Some(chain(&cause)))),
            Err(Unusable::Block(error)) => Err(error),
        }
    }

    /// Removes the objects that a crash left behind: written and not listed, or no longer listed and not removed.
    /// The objects that stay.
    async fn remove_orphans(&self, records: &[BlockRecord]) -> Result<HashSet<String>, OpenError> {
        let listed: HashSet<String> = records
            .iter()
            .flat_map(|record| {
                [
                    record.object_path.clone(),
                    Objects::rollups_listed(record).to_string(),
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
