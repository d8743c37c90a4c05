//! The roll-ups of one block, in an object beside it (docs/adr/0008-rollups-beside-blocks.md).

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use service_graph::{GraphSum, Malformed, Part, RollupIndex, Rollups, TRAILER_BYTES, Trailer, Window};

/// Where a block's roll-ups are read; the index is kept once it was needed.
#[derive(Debug)]
pub(crate) struct RollupObject {
    objects: Arc<dyn ObjectStore>,
    path: Path,
    index: Mutex<Option<Arc<RollupIndex>>>,
}

/// Why roll-ups could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RollupError {
    /// They are damaged.
    #[error("roll-ups `{path}` are damaged")]
    Damaged {
        /// Their object.
        path: String,
        /// What is wrong.
        source: Malformed,
    },
    /// Their bytes are those that were written, and make no sense.
    #[error("roll-ups `{path}` were not written by this program")]
    Malformed {
        /// Their object.
        path: String,
        /// What is wrong.
        source: Malformed,
    },
    /// The storage gives no answer, or they are missing.
    #[error("could not read roll-ups `{path}`")]
    Storage {
        /// Their object.
        path: String,
        /// What the storage said.
        source: object_store::Error,
    },
}

impl RollupObject {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>, path: Path) -> RollupObject {
        RollupObject {
            objects,
            path,
            index: Mutex::default(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds what lies in the window to a sum; nothing of it where it is damaged or cannot be read.
    pub(crate) async fn add_to(&self, sum: &mut GraphSum, window: Window) -> Result<(), RollupError> {
        let index = self.index().await?;
        let parts = sum.parts(&index, window);
        let bytes = self.read(&parts).await?;
        let parts = parts.iter().zip(bytes.iter().map(|bytes| &bytes[..]));
        for (part, bytes) in parts.clone() {
            part.check(bytes).map_err(|malformed| self.damaged(malformed))?;
        }
        // What was written whole cannot be malformed, unless whoever wrote it was.
        let added = sum.add_parts(&index, window, parts);
        added.map_err(|source| RollupError::Malformed {
            path: self.path.to_string(),
            source,
        })
    }

    /// Everything that there is.
    pub(crate) async fn rollups(&self) -> Result<Rollups, RollupError> {
        let index = self.index().await?;
        let parts = index.every_second();
        let bytes = self.read(&parts).await?;
        let mut rollups = Rollups::default();
        let parts = parts.iter().zip(bytes.iter().map(|bytes| &bytes[..]));
        rollups
            .add_parts(&index, parts)
            .map_err(|malformed| self.damaged(malformed))?;
        Ok(rollups)
    }

    /// Reads every part, those of minutes too. Returns the places of those that are not as they were written.
    pub(crate) async fn bad_parts(&self) -> Result<Vec<Range<u64>>, RollupError> {
        let index = self.index().await?;
        let parts = index.every_part();
        let bytes = self.read(&parts).await?;
        let read = parts.iter().zip(&bytes);
        let bad = read.filter(|(part, bytes)| part.check(bytes).is_err());
        Ok(bad.map(|(part, _)| part.range.clone()).collect())
    }

    /// Another object lies there now.
    pub(crate) fn is_replaced(&self) {
        *self.index.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn index(&self) -> Result<Arc<RollupIndex>, RollupError> {
        let known = self.index.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(index) = known {
            return Ok(index);
        }
        let index = Arc::new(self.read_index().await?);
        *self.index.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
        Ok(index)
    }

    async fn read_index(&self) -> Result<RollupIndex, RollupError> {
        let suffix = GetOptions {
            range: Some(GetRange::Suffix(TRAILER_BYTES)),
            ..GetOptions::default()
        };
        let end = self.objects.get_opts(&self.path, suffix).await;
        let end = end.map_err(|source| self.unread(source))?.bytes().await;
        let end = end.map_err(|source| self.unread(source))?;
        let trailer = Trailer::read(&end).map_err(|malformed| self.damaged(malformed))?;
        let index = self.objects.get_range(&self.path, trailer.index_range()).await;
        let index = index.map_err(|source| self.unread(source))?;
        RollupIndex::read(&trailer, &index).map_err(|malformed| self.damaged(malformed))
    }

    async fn read(&self, parts: &[Part]) -> Result<Vec<Bytes>, RollupError> {
        if parts.is_empty() {
            return Ok(vec![]);
        }
        let ranges: Vec<Range<u64>> = parts.iter().map(|part| part.range.clone()).collect();
        let read = self.objects.get_ranges(&self.path, &ranges).await;
        read.map_err(|source| self.unread(source))
    }

    fn damaged(&self, source: Malformed) -> RollupError {
        RollupError::Damaged {
            path: self.path.to_string(),
            source,
        }
    }

    fn unread(&self, source: object_store::Error) -> RollupError {
        RollupError::Storage {
            path: self.path.to_string(),
            source,
        }
    }
}
