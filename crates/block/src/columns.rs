//! The small columns of a block, in memory.

use arrow::array::{Array, FixedSizeBinaryArray, RecordBatch, TimestampNanosecondArray, UInt32Array};
use clock::Timestamp;
use document::TraceId;

use crate::error::Damage;
use crate::predicate::{Predicate, Times};
use crate::schema;

/// A row of a block. Only the block itself names its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub(crate) u32);

impl Row {
    /// Its number, from 0.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// A row that holds a wanted trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The row.
    pub row: Row,
    /// Which storing of the trace it is.
    pub writing: u32,
}

/// Trace ids and writings: 24 bytes a row.
#[derive(Debug, Default)]
pub(crate) struct IdColumns {
    ids: Vec<TraceId>,
    writings: Vec<u32>,
    by_id: Vec<u32>,
}

impl IdColumns {
    pub(crate) const NAMES: [&str; 2] = [schema::TRACE_ID, schema::WRITING];

    pub(crate) fn from_batches(batches: &[RecordBatch]) -> Result<IdColumns, Damage> {
        let mut columns = IdColumns::default();
        for batch in batches {
            let ids: &FixedSizeBinaryArray = column(batch, schema::TRACE_ID)?;
            for id in ids.iter().flatten() {
                let id = id
                    .try_into()
                    .map_err(|_| Damage::Shape("a trace id has not 16 bytes"))?;
                columns.ids.push(TraceId::from_bytes(id));
            }
            let writings: &UInt32Array = column(batch, schema::WRITING)?;
            columns.writings.extend(writings.iter().flatten());
        }
        let rows =
            u32::try_from(columns.ids.len()).map_err(|_| Damage::Shape("more rows than 32 bits count"))?;
        if columns.writings.len() != columns.ids.len() {
            return Err(UNEQUAL);
        }
        columns.by_id = (0..rows).collect();
        let ids = &columns.ids;
        columns.by_id.sort_unstable_by_key(|row| ids.get(*row as usize));
        Ok(columns)
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.ids.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn ids(&self) -> &[TraceId] {
        &self.ids
    }

    pub(crate) fn writing(&self, row: Row) -> Option<u32> {
        self.writings.get(row.0 as usize).copied()
    }

    pub(crate) fn find(&self, id: TraceId) -> Option<Found> {
        let found = self
            .by_id
            .binary_search_by_key(&Some(&id), |row| self.ids.get(*row as usize))
            .ok()?;
        let row = Row(*self.by_id.get(found)?);
        Some(Found {
            row,
            writing: self.writing(row)?,
        })
    }
}

/// The times of all rows of a block: what a scan looks at.
#[derive(Debug, Default)]
pub struct TimeColumns {
    times: Vec<Times>,
}

impl TimeColumns {
    pub(crate) const NAMES: [&str; 4] = [
        schema::START,
        schema::END,
        schema::FIRST_RECEIPT,
        schema::LAST_RECEIPT,
    ];

    pub(crate) fn from_batches(batches: &[RecordBatch]) -> Result<TimeColumns, Damage> {
        let mut times = Vec::new();
        for batch in batches {
            let [starts, ends, first_receipts, last_receipts] =
                TimeColumns::NAMES.map(|name| column(batch, name));
            let (starts, ends): (&Moments, &Moments) = (starts?, ends?);
            let (first_receipts, last_receipts): (&Moments, &Moments) = (first_receipts?, last_receipts?);
            let columns = starts.iter().zip(ends).zip(first_receipts).zip(last_receipts);
            for (((start, end), first_receipt), last_receipt) in columns {
                times.push(Times {
                    start: moment(start)?,
                    end: end.map(Timestamp::from_nanos),
                    first_receipt: moment(first_receipt)?,
                    last_receipt: moment(last_receipt)?,
                });
            }
        }
        Ok(TimeColumns { times })
    }

    /// How many bytes they take in memory.
    pub fn size_bytes(&self) -> usize {
        self.times.len() * size_of::<Times>()
    }

    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    pub(crate) fn scan(&self, predicate: &Predicate) -> impl Iterator<Item = (Row, Times)> {
        let rows = (0..).map(Row).zip(self.times.iter().copied());
        rows.filter(|(_, times)| predicate.wants(times))
    }
}

type Moments = TimestampNanosecondArray;

/// A column by its name and type.
pub(crate) fn column<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a A, Damage> {
    let column = batch
        .column_by_name(name)
        .ok_or(Damage::Shape("a column is missing"))?;
    column
        .as_any()
        .downcast_ref()
        .ok_or(Damage::Shape("a column has another type"))
}

fn moment(nanos: Option<i64>) -> Result<Timestamp, Damage> {
    nanos
        .map(Timestamp::from_nanos)
        .ok_or(Damage::Shape("a time is missing"))
}

/// What is wrong with columns of unequal length.
pub(crate) const UNEQUAL: Damage = Damage::Shape("columns have unequal lengths");
