//! Writing cut traces.

use std::sync::Arc;

use assembly::CutTrace;
use block::{BlockError, EncodedBlock};
use bytes::Bytes;
use catalog::{BlockId, LinkRecord};
use document::TraceId;

use crate::error::{ContributionError, OpenError, WriteError};
use crate::listing::{Content, Listing};
use crate::objects::Objects;
use crate::plan::Plan;
use crate::quarantine::chain;
use crate::store::{Inner, Store, Writer};
use crate::stored_block::{StoredBlock, Unusable, record_of};

/// What a write stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The new block; `None` where everything was stored already.
    pub block: Option<BlockId>,
    /// Its traces.
    pub traces: usize,
    /// Documents in it that were not stored before.
    pub documents: usize,
    /// Its size.
    pub size_bytes: u64,
    /// Traces that were stored before, and how many documents they have now.
    pub again: Vec<(TraceId, usize)>,
}

/// A block that is to be listed.
struct Prepared {
    written: Written,
    block: EncodedBlock,
    rollups: Bytes,
    superseded: Vec<(BlockId, u32)>,
    links: Vec<LinkRecord>,
    /// What was stored when it was made.
    content: Content,
}

impl Store {
    /// Stores these cut traces as one block. Each is united with what is stored of the same trace and gets the next
    /// writing; the older row is superseded in the transaction that lists the block. Traces whose documents are all
    /// stored are left out, and nothing to write is `Ok`. Once it returns, the documents would survive power loss, and
    /// every later snapshot shows them exactly once. What is stored and damaged does not hinder the rest.
    ///
    /// # Errors
    /// [`WriteError`]. Some of it may be stored then; repeating the call does no harm.
    pub async fn write(&self, cut: Vec<CutTrace>) -> Result<Written, WriteError> {
        let inner = Arc::clone(&self.inner);
        // A caller that goes away must not leave a block half listed, so the work is not the caller's to drop.
        let writing = tokio::spawn(async move {
            let mut writer = inner.writer.lock().await;
            let written = inner.write(&mut writer, &cut).await;
            inner.remove_left(&mut writer).await;
            written
        });
        writing.await.unwrap_or(Err(WriteError::Stopping))
    }
}

impl Inner {
    async fn write(&self, writer: &mut Writer, cut: &[CutTrace]) -> Result<Written, WriteError> {
        self.make_sure(writer).await?;
        loop {
            let Some(prepared) = self.prepare(cut).await? else {
                return Ok(Written::default());
            };
            let written = prepared.written.clone();
            let block = self.list(writer, prepared).await?;
            if block.is_some() {
                tracing::debug!(block_id = ?block, traces = written.traces, documents = written.documents, "wrote a block");
                return Ok(Written { block, ..written });
            }
        }
    }

    /// What is to be written, `None` if it is stored already. A block that turns out damaged on the way is
    /// quarantined, and everything made anew without it.
    async fn prepare(&self, cut: &[CutTrace]) -> Result<Option<Prepared>, WriteError> {
        loop {
            let listing = self.listing();
            match self.encode(cut, &listing).await {
                Ok(prepared) => return Ok(prepared),
                Err(WriteError::Contribution(ContributionError::Block(failure)))
                    if matches!(failure.source, BlockError::Damaged { .. }) =>
                {
                    self.quarantine(failure.block, &failure.source).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn encode(&self, cut: &[CutTrace], listing: &Listing) -> Result<Option<Prepared>, WriteError> {
        let plan = Plan::new(cut, listing).await.map_err(ContributionError::from)?;
        if plan.is_empty() {
            return Ok(None);
        }
        let superseded = plan.superseded();
        let documents = plan.new_documents;
        let (change, times) = plan.timed_change().await.map_err(ContributionError::from)?;
        let groups = self.groups().await?;
        let links = change.links();
        let pairs = change.linked_by(&links, listing.blocks(), &self.catalog).await?;
        let again = change.new.iter().filter(|trace| trace.writing > 1);
        let again = again.map(|trace| (trace.id, trace.documents.len())).collect();
        let rules = self.config.terms;
        let encoded = tokio::task::spawn_blocking(move || change.encode(times, &pairs, &*groups, rules));
        let (block, rollups) = encoded.await.map_err(|_| WriteError::Stopping)??;
        Ok(Some(Prepared {
            written: Written {
                block: None,
                traces: block.statistics.rows as usize,
                documents,
                size_bytes: block.bytes.len() as u64,
                again,
            },
            block,
            rollups,
            superseded,
            links,
            content: listing.content,
        }))
    }

    /// Stores the object, then lists it, then shows it; `None` if meanwhile a block was lost that it may reckon with.
    async fn list(&self, writer: &mut Writer, prepared: Prepared) -> Result<Option<BlockId>, WriteError> {
        let id = BlockId::from_bytes(self.chance.bytes16());
        let path = Objects::path_of(id);
        let record = record_of(id, &prepared.block, self.listing().next_created(self.clock.now()));
        let Prepared {
            block,
            rollups,
            superseded,
            links,
            content,
            ..
        } = prepared;
        let stored = match self.put_both(id, block.bytes, rollups).await {
            Ok(()) => self.open_new(&record).await,
            Err(error) => Err(error),
        };
        let stored = match stored {
            Ok(stored) => Arc::new(stored),
            Err(error) => {
                self.remove_unlisted(&path).await;
                self.remove_unlisted(&Objects::rollups_of(id)).await;
                return Err(error);
            }
        };
        let _changing = self.changing.lock().await;
        if self.listing().content.losses != content.losses {
            self.remove_unlisted(&path).await;
            self.remove_unlisted(&Objects::rollups_of(id)).await;
            return Ok(None);
        }
        // Whether a failed commit took place is only known when the catalog is read again.
        writer.is_unsure = true;
        self.catalog.list_block(&record, &superseded, &links).await?;
        writer.is_unsure = false;
        self.swap(|listing| listing.with(stored, &superseded));
        Ok(Some(id))
    }

    pub(crate) async fn put_both(&self, id: BlockId, block: Bytes, rollups: Bytes) -> Result<(), WriteError> {
        for (path, bytes) in [(Objects::path_of(id), block), (Objects::rollups_of(id), rollups)] {
            let put = self.objects.put(&path, bytes).await;
            put.map_err(|source| WriteError::Object {
                path: self.objects.file_of(&path),
                source,
            })?;
        }
        Ok(())
    }

    /// Reads back what was just written, before anyone relies on it.
    pub(crate) async fn open_new(&self, record: &catalog::BlockRecord) -> Result<StoredBlock, WriteError> {
        StoredBlock::open(record, &self.objects, &self.pieces)
            .await
            .map_err(|unusable| match unusable {
                Unusable::Block(error) => error.into(),
                Unusable::Positions(source) => WriteError::Object {
                    path: record.object_path.clone().into(),
                    source,
                },
            })
    }

    pub(crate) async fn remove_unlisted(&self, path: &object_store::path::Path) {
        if let Err(error) = self.objects.remove(path).await {
            tracing::warn!(object = %path, cause = chain(&error), "could not remove an object that was not listed");
        }
    }

    /// Reads the catalog again after a change failed.
    pub(crate) async fn make_sure(&self, writer: &mut Writer) -> Result<(), OpenError> {
        if writer.is_unsure {
            self.load().await?;
            writer.is_unsure = false;
        }
        Ok(())
    }
}
