//! Writing cut traces.

use std::sync::Arc;

use assembly::{AssembledTrace, CutTrace};
use block::{BlockError, EncodedBlock};
use catalog::BlockId;

use crate::error::{OpenError, WriteError};
use crate::merge::{Plan, row_of};
use crate::objects::Objects;
use crate::quarantine::chain;
use crate::store::{Inner, Store, Writer};
use crate::stored_block::{StoredBlock, Unusable, record_of};

/// What a write stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// The new block; `None` where everything was stored already.
    pub block: Option<BlockId>,
    /// Its traces.
    pub traces: usize,
    /// Documents in it that were not stored before.
    pub documents: usize,
    /// Its size.
    pub size_bytes: u64,
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
        let (plan, stored) = self.plan(cut).await?;
        if plan.is_empty() {
            return Ok(Written::default());
        }
        let superseded = plan.superseded();
        let documents = plan.new_documents;
        let encoded = encode(plan.traces(stored)).await?;
        let written = Written {
            block: None,
            traces: encoded.statistics.rows as usize,
            documents,
            size_bytes: encoded.bytes.len() as u64,
        };
        let block = self.list(writer, encoded, &superseded).await?;
        tracing::debug!(block_id = %block, traces = written.traces, documents, "wrote a block");
        Ok(Written {
            block: Some(block),
            ..written
        })
    }

    /// What is to be written, and what is stored of the same traces. A block that turns out damaged is quarantined,
    /// and the plan made anew without it.
    async fn plan(&self, cut: &[CutTrace]) -> Result<(Plan, Vec<AssembledTrace>), WriteError> {
        loop {
            let listing = self.listing();
            let failed = match Plan::new(cut, &listing).await {
                Ok(plan) => match read_older(&plan).await {
                    Ok(stored) => return Ok((plan, stored)),
                    Err(failed) => failed,
                },
                Err(failed) => failed,
            };
            match failed {
                (block, cause @ BlockError::Damaged { .. }) => self.quarantine(block, &cause).await,
                (_, error) => return Err(error.into()),
            }
        }
    }

    /// Stores the object, then lists it, then shows it.
    async fn list(
        &self,
        writer: &mut Writer,
        encoded: EncodedBlock,
        superseded: &[(BlockId, u32)],
    ) -> Result<BlockId, WriteError> {
        let id = BlockId::from_bytes(self.chance.bytes16());
        let path = Objects::path_of(id);
        let record = record_of(id, &encoded, self.clock.now());
        let stored = match self.objects.put(&path, encoded.bytes).await {
            Ok(()) => self.open_new(&record).await,
            Err(source) => Err(WriteError::Object {
                path: self.objects.file_of(&path),
                source,
            }),
        };
        let stored = match stored {
            Ok(stored) => Arc::new(stored),
            Err(error) => {
                self.remove_unlisted(&path).await;
                return Err(error);
            }
        };
        // Whether a failed commit took place is only known when the catalog is read again.
        writer.is_unsure = true;
        self.catalog.list_block(&record, superseded).await?;
        writer.is_unsure = false;
        self.swap(|listing| listing.with(stored, superseded));
        Ok(id)
    }

    /// Reads back what was just written, before anyone relies on it.
    async fn open_new(&self, record: &catalog::BlockRecord) -> Result<StoredBlock, WriteError> {
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

    async fn remove_unlisted(&self, path: &object_store::path::Path) {
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

async fn read_older(plan: &Plan) -> Result<Vec<AssembledTrace>, (BlockId, BlockError)> {
    let mut traces = Vec::new();
    for (id, (stored, rows)) in &plan.older {
        traces.extend(stored.block.read(rows).await.map_err(|error| (*id, error))?);
    }
    Ok(traces)
}

async fn encode(traces: Vec<AssembledTrace>) -> Result<EncodedBlock, WriteError> {
    let encoded = tokio::task::spawn_blocking(move || {
        let rows: Vec<_> = traces.into_iter().map(row_of).collect();
        block::encode(&rows)
    })
    .await;
    Ok(encoded.map_err(|_| WriteError::Stopping)??)
}
