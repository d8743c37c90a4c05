//! A stored block, open for reading.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use assembly::AssembledTrace;
use document::TraceId;
use object_store::ObjectStore;
use object_store::path::Path;

use crate::columns::{Found, Row, ScanColumns, UNEQUAL};
use crate::condition::{Condition, Pruned};
use crate::error::BlockError;
use crate::index::Index;
use crate::object::Object;
use crate::pieces::PieceCache;
use crate::predicate::{Predicate, Times};
use crate::reader::Reader;
use crate::version_1::Version1;

/// A block, open for reading. As long as it is open it takes about 2.5 bytes of memory a row and as
/// much a term, 16 for each part that is verified alone, and what the cache keeps; of version 1 24 bytes a row.
#[derive(Debug)]
pub struct Block {
    pub(crate) object: Object,
    pub(crate) form: Form,
    terms_version: Option<u64>,
}

/// How a block is read.
#[derive(Debug)]
pub(crate) enum Form {
    One(Version1),
    Sections(Box<Index>),
}

impl Block {
    /// Opens the block that was stored at `path` with so many bytes.
    ///
    /// # Errors
    /// [`BlockError`]; nothing of the block is believed that its checksums do not confirm.
    pub async fn open(
        objects: Arc<dyn ObjectStore>,
        path: Path,
        size_bytes: u64,
        pieces: &Arc<PieceCache>,
    ) -> Result<Block, BlockError> {
        let (object, footer) = Object::open(objects, path, size_bytes).await?;
        let reader = Reader::new(&object, footer).await?;
        let form = if reader.version() == 1 {
            Form::One(Version1::open(&reader).await?)
        } else {
            Form::Sections(Box::new(
                Index::open(&object, reader.version(), Arc::clone(pieces)).await?,
            ))
        };
        let terms_version = reader.terms_version();
        Ok(Block {
            object,
            form,
            terms_version,
        })
    }

    /// Reads every page, whoever may want it, and compares it with its checksum. Returns the places of those that are
    /// not as they were written.
    ///
    /// # Errors
    /// [`BlockError`] where the object cannot be read.
    pub async fn bad_pages(&self) -> Result<Vec<Range<u64>>, BlockError> {
        self.object.bad_parts().await
    }

    /// Which rules made the terms of its rows; `None` where it does not say, and then terms say nothing of them.
    pub fn terms_version(&self) -> Option<u64> {
        self.terms_version
    }

    /// How many traces it holds.
    pub fn rows(&self) -> u32 {
        match &self.form {
            Form::One(ids) => ids.rows(),
            Form::Sections(index) => index.directory.rows,
        }
    }

    /// How many bytes of memory it takes while it is open, what the cache keeps apart.
    pub fn size_bytes(&self) -> usize {
        let form = match &self.form {
            Form::One(ids) => ids.rows() as usize * 24,
            Form::Sections(index) => index.size_bytes(),
        };
        form + self.object.size_in_memory()
    }

    /// Whether it may hold a trace, without reading anything; a `false` is never wrong.
    pub fn may_hold(&self, id: TraceId) -> bool {
        match &self.form {
            Form::One(ids) => ids.find(id).is_some(),
            Form::Sections(index) => index.may_hold(id),
        }
    }

    /// Every row, ascending.
    pub fn every_row(&self) -> impl Iterator<Item = Row> {
        (0..self.rows()).map(Row)
    }

    /// The row with this number.
    pub fn row(&self, number: u32) -> Option<Row> {
        (number < self.rows()).then_some(Row(number))
    }

    /// Where a trace lies in it.
    ///
    /// # Errors
    /// [`BlockError`].
    pub async fn find(&self, id: TraceId) -> Result<Option<Found>, BlockError> {
        match &self.form {
            Form::One(ids) => Ok(ids.find(id)),
            Form::Sections(index) => index.find(&self.object, id).await,
        }
    }

    /// Reads the columns that scans look at. Whoever keeps them obeys a limit of its own.
    ///
    /// # Errors
    /// [`BlockError`].
    pub async fn scan_columns(&self) -> Result<ScanColumns, BlockError> {
        let columns = self.reader().await?.scan_columns().await?;
        if columns.len() == self.rows() as usize {
            Ok(columns)
        } else {
            Err(self.object.damaged(UNEQUAL))
        }
    }

    /// Looks up the terms of a condition, and searches its texts. A block of version 1 knows neither terms nor facts, and
    /// prunes nothing; one of version 2 has no texts.
    ///
    /// # Errors
    /// [`BlockError`].
    pub async fn prune(&self, condition: &Condition) -> Result<Pruned, BlockError> {
        match &self.form {
            Form::One(_) => Ok(Pruned::new(condition.clone(), None)),
            Form::Sections(index) => index.prune(&self.object, condition).await,
        }
    }

    /// The rows that the window wants and the condition does not exclude, ascending; `columns` and `pruned` are this
    /// block's, `pruned` of the predicate's condition. Facts are found in the columns by row.
    pub fn scan(
        &self,
        columns: &ScanColumns,
        predicate: &Predicate,
        pruned: &Pruned,
    ) -> Vec<(Row, TraceId, Times)> {
        columns.scan(predicate, pruned)
    }

    /// As [`scan`](Block::scan), row by row and descending, until `visit` has seen enough.
    pub fn visit_newest(
        &self,
        columns: &ScanColumns,
        predicate: &Predicate,
        pruned: &Pruned,
        visit: &mut dyn FnMut(Row, TraceId, Times) -> ControlFlow<()>,
    ) {
        columns.visit_newest(predicate, pruned, visit);
    }

    /// The traces of these rows, in the order asked; rows of other blocks, and documents
    /// that this program cannot read, are left out. All their documents are in
    /// memory at once, so whoever asks for many asks in turns.
    ///
    /// # Errors
    /// [`BlockError`].
    pub async fn read(&self, rows: &[Row]) -> Result<Vec<AssembledTrace>, BlockError> {
        let mut distinct = rows.to_vec();
        distinct.retain(|row| row.0 < self.rows());
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.is_empty() {
            return Ok(Vec::new());
        }
        let traces = match &self.form {
            Form::One(ids) => ids.read(&self.object, &self.reader().await?, &distinct).await?,
            Form::Sections(index) => {
                let numbers: Vec<u32> = distinct.iter().map(|row| row.0).collect();
                index.read(&self.object, &numbers).await?
            }
        };
        let trace_of = |row: &Row| traces.get(distinct.binary_search(row).ok()?).cloned().flatten();
        Ok(rows.iter().filter_map(trace_of).collect())
    }

    pub(crate) async fn reader(&self) -> Result<Reader<'_>, BlockError> {
        Reader::new(&self.object, self.object.footer().await?).await
    }
}
