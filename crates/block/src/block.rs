//! A stored block, open for reading.

use std::sync::Arc;

use assembly::AssembledTrace;
use document::TraceId;
use object_store::ObjectStore;
use object_store::path::Path;
use parquet::arrow::arrow_reader::RowSelection;
use trace::Received;

use crate::columns::{Found, IdColumns, Row, TimeColumns, UNEQUAL};
use crate::documents;
use crate::error::{BlockError, Damage};
use crate::object::Object;
use crate::predicate::{Predicate, Times};
use crate::reader::Reader;

/// A block, open for reading. As long as it is open it takes 24 bytes of memory a row, 16 a page, and about 500.
#[derive(Debug)]
pub struct Block {
    object: Object,
    ids: IdColumns,
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
    ) -> Result<Block, BlockError> {
        let (object, footer) = Object::open(objects, path, size_bytes).await?;
        let reader = Reader::new(&object, footer).await?;
        let ids = reader
            .read(&IdColumns::NAMES, None, IdColumns::from_batches)
            .await?;
        Ok(Block { object, ids })
    }

    /// How many traces it holds.
    pub fn rows(&self) -> u32 {
        self.ids.len()
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
    pub fn find(&self, id: TraceId) -> Option<Found> {
        self.ids.find(id)
    }

    /// Reads the columns that scans look at. Whoever keeps them obeys a limit of its own.
    ///
    /// # Errors
    /// [`BlockError`].
    pub async fn times(&self) -> Result<TimeColumns, BlockError> {
        let reader = self.reader().await?;
        let times = reader
            .read(&TimeColumns::NAMES, None, TimeColumns::from_batches)
            .await?;
        if times.len() == self.ids.len() as usize {
            Ok(times)
        } else {
            Err(self.object.damaged(UNEQUAL))
        }
    }

    /// The rows that the predicate wants, ascending; `times` are this block's.
    pub fn scan(&self, times: &TimeColumns, predicate: &Predicate) -> Vec<(Row, TraceId, Times)> {
        let ids = self.ids.ids();
        let found = times.scan(predicate);
        found
            .filter_map(|(row, times)| Some((row, *ids.get(row.0 as usize)?, times)))
            .collect()
    }

    /// The traces of these rows, in the order asked; rows of other blocks, and documents
    /// that this program cannot read, are left out. All their documents are in
    /// memory at once, so whoever asks for many asks in turns.
    ///
    /// # Errors
    /// [`BlockError`].
    pub async fn read(&self, rows: &[Row]) -> Result<Vec<AssembledTrace>, BlockError> {
        let mut distinct = rows.to_vec();
        distinct.retain(|row| row.0 < self.ids.len());
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.is_empty() {
            return Ok(Vec::new());
        }
        let places = distinct.iter().map(|row| row.0 as usize..row.0 as usize + 1);
        let selection = RowSelection::from_consecutive_ranges(places, self.ids.len() as usize);
        let reader = self.reader().await?;
        let documents = reader
            .read(&documents::NAMES, Some(selection), documents::from_batches)
            .await?;
        let traces = self
            .traces(&distinct, documents)
            .map_err(|damage| self.object.damaged(damage))?;
        let trace_of = |row: &Row| traces.get(distinct.binary_search(row).ok()?).cloned().flatten();
        Ok(rows.iter().filter_map(trace_of).collect())
    }

    /// The traces of these rows, whose documents were read; `None` where no document of a trace could be.
    fn traces(
        &self,
        rows: &[Row],
        documents: Vec<Vec<Received>>,
    ) -> Result<Vec<Option<AssembledTrace>>, Damage> {
        if documents.len() != rows.len() {
            return Err(UNEQUAL);
        }
        let traces = rows.iter().zip(documents).map(|(row, documents)| {
            let id = *self.ids.ids().get(row.0 as usize).ok_or(UNEQUAL)?;
            let writing = self.ids.writing(*row).ok_or(UNEQUAL)?;
            if documents::are_of(&documents, id) {
                Ok((!documents.is_empty()).then_some(AssembledTrace {
                    id,
                    writing,
                    documents,
                }))
            } else {
                Err(Damage::Shape("a row holds documents of another trace"))
            }
        });
        traces.collect()
    }

    async fn reader(&self) -> Result<Reader<'_>, BlockError> {
        Reader::new(&self.object, self.object.footer().await?).await
    }
}
