//! How a block of version 1 is read: ids in memory, documents as a column of Parquet.

use assembly::AssembledTrace;
use document::TraceId;
use parquet::arrow::arrow_reader::RowSelection;
use trace::Received;

use crate::columns::{Found, IdColumns, Row, UNEQUAL};
use crate::documents;
use crate::error::{BlockError, Damage};
use crate::object::Object;
use crate::reader::Reader;

/// An open block of version 1.
#[derive(Debug)]
pub(crate) struct Version1 {
    ids: IdColumns,
}

impl Version1 {
    pub(crate) async fn open(reader: &Reader<'_>) -> Result<Version1, BlockError> {
        let ids = reader
            .read(&IdColumns::NAMES, None, IdColumns::from_batches)
            .await?;
        Ok(Version1 { ids })
    }

    pub(crate) fn rows(&self) -> u32 {
        self.ids.len()
    }

    pub(crate) fn find(&self, id: TraceId) -> Option<Found> {
        self.ids.find(id)
    }

    /// The traces of these ascending rows; `None` where no document of a trace could be read.
    pub(crate) async fn read(
        &self,
        object: &Object,
        reader: &Reader<'_>,
        rows: &[Row],
    ) -> Result<Vec<Option<AssembledTrace>>, BlockError> {
        let places = rows.iter().map(|row| row.0 as usize..row.0 as usize + 1);
        let selection = RowSelection::from_consecutive_ranges(places, self.ids.len() as usize);
        let documents = reader
            .read(&documents::NAMES, Some(selection), documents::from_batches)
            .await?;
        self.traces(rows, documents)
            .map_err(|damage| object.damaged(damage))
    }

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
                Err(documents::OF_ANOTHER)
            }
        });
        traces.collect()
    }
}
