//! The small columns of a block, in memory.

use std::ops::ControlFlow;

use arrow::array::{
    Array, BooleanArray, FixedSizeBinaryArray, Int64Array, RecordBatch, TimestampNanosecondArray, UInt8Array,
    UInt32Array,
};
use clock::Timestamp;
use document::TraceId;
use roaring::RoaringBitmap;
use trace::Facts;

use crate::condition::{self, FactTest, Pruned, Rows};
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

/// Trace ids and writings of a block of version 1: 24 bytes a row.
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
            columns.ids.extend(ids_of(batch)?);
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

/// The small columns of all rows of a block: what a scan looks at. 65 bytes of memory a row.
#[derive(Debug, Default)]
pub struct ScanColumns {
    ids: Vec<TraceId>,
    starts: Vec<i64>,
    /// [`NOTHING`] where nothing has ended.
    ends: Vec<i64>,
    first_receipts: Vec<i64>,
    last_receipts: Vec<i64>,
    facts: Option<FactColumns>,
}

/// What version 1 does not know.
#[derive(Debug, Default)]
struct FactColumns {
    durations: Vec<i64>,
    responses: Vec<i64>,
    /// The bits of the root's flags, and those below.
    roots: Vec<u8>,
}

impl ScanColumns {
    const TIMES: [&str; 5] = [
        schema::TRACE_ID,
        schema::START,
        schema::END,
        schema::FIRST_RECEIPT,
        schema::LAST_RECEIPT,
    ];
    const FACTS: [&str; 4] = [
        schema::DURATION,
        schema::RESPONSE_TIME,
        schema::ROOT_FLAGS,
        schema::PARTIAL,
    ];

    pub(crate) fn names(version: u32) -> Vec<&'static str> {
        let facts = ScanColumns::FACTS.into_iter().filter(|_| version > 1);
        ScanColumns::TIMES.into_iter().chain(facts).collect()
    }

    pub(crate) fn from_batches(batches: &[RecordBatch], version: u32) -> Result<ScanColumns, Damage> {
        let mut columns = ScanColumns {
            facts: (version > 1).then(FactColumns::default),
            ..ScanColumns::default()
        };
        for batch in batches {
            columns.ids.extend(ids_of(batch)?);
            let starts: &Moments = column(batch, schema::START)?;
            let ends: &Moments = column(batch, schema::END)?;
            let first_receipts: &Moments = column(batch, schema::FIRST_RECEIPT)?;
            let last_receipts: &Moments = column(batch, schema::LAST_RECEIPT)?;
            columns.starts.extend(starts.values());
            columns.ends.extend(ends.iter().map(|end| end.unwrap_or(NOTHING)));
            columns.first_receipts.extend(first_receipts.values());
            columns.last_receipts.extend(last_receipts.values());
            if let Some(facts) = &mut columns.facts {
                facts.extend(batch)?;
            }
        }
        let rows = columns.ids.len();
        let is_whole = [
            &columns.starts,
            &columns.ends,
            &columns.first_receipts,
            &columns.last_receipts,
        ]
        .iter()
        .all(|column| column.len() == rows)
            && columns
                .facts
                .as_ref()
                .is_none_or(|facts| facts.len() == Some(rows));
        if is_whole { Ok(columns) } else { Err(UNEQUAL) }
    }

    /// How many bytes they take in memory.
    pub fn size_bytes(&self) -> usize {
        self.ids.len() * if self.facts.is_some() { 65 } else { 48 }
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The facts of a row; `None` where the block does not know them.
    pub fn facts(&self, row: Row) -> Option<Facts> {
        self.facts.as_ref()?.get(row.0 as usize)
    }

    pub(crate) fn id(&self, row: u32) -> Option<TraceId> {
        self.ids.get(row as usize).copied()
    }

    pub(crate) fn times(&self, row: u32) -> Option<Times> {
        let row = row as usize;
        let end = *self.ends.get(row)?;
        Some(Times {
            start: Timestamp::from_nanos(*self.starts.get(row)?),
            end: (end != NOTHING).then(|| Timestamp::from_nanos(end)),
            first_receipt: Timestamp::from_nanos(*self.first_receipts.get(row)?),
            last_receipt: Timestamp::from_nanos(*self.last_receipts.get(row)?),
        })
    }

    /// Those of `within` whose facts pass; all of them where the block does not know the facts.
    pub(crate) fn passing(&self, test: &FactTest, within: Rows) -> Rows {
        let Some(facts) = &self.facts else { return within };
        let passes = |row: &u32| facts.get(*row as usize).is_some_and(|facts| test.passes(&facts));
        let rows: RoaringBitmap = match within {
            Rows::All => self.all_rows().filter(passes).collect(),
            Rows::Some(rows) => rows.iter().filter(passes).collect(),
        };
        Rows::Some(rows)
    }

    /// The rows that the predicate wants, ascending.
    pub(crate) fn scan(&self, predicate: &Predicate, pruned: &Pruned) -> Vec<(Row, TraceId, Times)> {
        let wanted = |row: u32| self.wanted(predicate, row);
        match pruned.rows(self) {
            Rows::All => self.all_rows().filter_map(wanted).collect(),
            Rows::Some(rows) => rows.iter().filter_map(wanted).collect(),
        }
    }

    /// The rows that the predicate wants, descending, until `visit` has seen enough.
    pub(crate) fn visit_newest(
        &self,
        predicate: &Predicate,
        pruned: &Pruned,
        visit: &mut dyn FnMut(Row, TraceId, Times) -> ControlFlow<()>,
    ) {
        let mut visit = |row: u32| match self.wanted(predicate, row) {
            Some((row, id, times)) => visit(row, id, times),
            None => ControlFlow::Continue(()),
        };
        // Whether it ended early is the caller's own doing.
        let _ = match pruned.rows(self) {
            Rows::All => self.all_rows().rev().try_for_each(&mut visit),
            Rows::Some(rows) => rows.iter().rev().try_for_each(&mut visit),
        };
    }

    fn all_rows(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.len()).unwrap_or(u32::MAX)
    }

    fn wanted(&self, predicate: &Predicate, row: u32) -> Option<(Row, TraceId, Times)> {
        let times = self.times(row)?;
        let is_wanted = predicate.wants(&times);
        is_wanted.then_some((Row(row), self.id(row)?, times))
    }
}

impl FactColumns {
    fn extend(&mut self, batch: &RecordBatch) -> Result<(), Damage> {
        let durations: &Int64Array = column(batch, schema::DURATION)?;
        let responses: &Int64Array = column(batch, schema::RESPONSE_TIME)?;
        let roots: &UInt8Array = column(batch, schema::ROOT_FLAGS)?;
        let partials: &BooleanArray = column(batch, schema::PARTIAL)?;
        self.durations
            .extend(durations.iter().map(|nanos| nanos.unwrap_or(NOTHING)));
        self.responses
            .extend(responses.iter().map(|nanos| nanos.unwrap_or(NOTHING)));
        let both = roots.iter().zip(partials).map(|(root, partial)| {
            root.unwrap_or(NO_ROOT) | if partial == Some(true) { IS_PARTIAL } else { 0 }
        });
        self.roots.extend(both);
        Ok(())
    }

    fn len(&self) -> Option<usize> {
        let rows = self.roots.len();
        (self.durations.len() == rows && self.responses.len() == rows).then_some(rows)
    }

    fn get(&self, row: usize) -> Option<Facts> {
        let known = |nanos: i64| (nanos != NOTHING).then_some(nanos);
        let root = *self.roots.get(row)?;
        Some(Facts {
            duration_nanos: known(*self.durations.get(row)?),
            response_nanos: known(*self.responses.get(row)?),
            root: (root & NO_ROOT == 0).then(|| condition::flags(root)),
            is_partial: root & IS_PARTIAL != 0,
        })
    }
}

fn ids_of(batch: &RecordBatch) -> Result<Vec<TraceId>, Damage> {
    let ids: &FixedSizeBinaryArray = column(batch, schema::TRACE_ID)?;
    let ids = ids.iter().flatten().map(|id| {
        let id = id
            .try_into()
            .map_err(|_| Damage::Shape("a trace id has not 16 bytes"))?;
        Ok(TraceId::from_bytes(id))
    });
    ids.collect()
}

/// Stands for an absent time or duration; no document can say it.
const NOTHING: i64 = i64::MIN;
const NO_ROOT: u8 = 0x40;
const IS_PARTIAL: u8 = 0x80;

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

/// What is wrong with columns of unequal length.
pub(crate) const UNEQUAL: Damage = Damage::Shape("columns have unequal lengths");
