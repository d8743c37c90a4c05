//! Encoded roll-ups on their way into a sum.

use stats::{Bucket, Counts, Histogram, Tally};
use trace::NodeId;

use super::MINUTE;
use super::directory::{Grain, Part, RollupIndex, checked};
use super::wire::{In, Malformed};
use crate::cell::{Cell, EdgeKey, EdgeSum, NodeSum};
use crate::graph::{AliasOf, EdgeKind};
use crate::names::{AliasNumber, Names, NodeNumber};
use crate::rollups::{CellKey, Rollups};

impl Rollups {
    /// Adds encoded roll-ups second by second: the parts of [`RollupIndex::every_second`], each with its bytes.
    ///
    /// # Errors
    /// [`Malformed`]: some of it may have been added then.
    pub fn add_parts<'b>(
        &mut self,
        index: &RollupIndex,
        parts: impl IntoIterator<Item = (&'b Part, &'b [u8])>,
    ) -> Result<(), Malformed> {
        let renumbering = self.adopt(&index.names);
        for (part, bytes) in parts {
            each_cell(part, bytes, |key, cell| {
                self.cells.entry(key).or_default().add(cell, &renumbering, 1);
            })?;
        }
        Ok(())
    }
}

/// The cells of a part: one that is needed whole under its first minute's first seconds, of seconds each under its own.
pub(crate) fn each_cell(
    part: &Part,
    bytes: &[u8],
    mut take: impl FnMut(CellKey, &Cell),
) -> Result<(), Malformed> {
    let plain = unpacked(checked(bytes, part.checksum)?)?;
    let mut bytes = In(&plain);
    let begin = CellKey {
        counted: part.key.counted.saturating_mul(MINUTE),
        known: part.key.known.saturating_mul(MINUTE),
        ..part.key
    };
    if part.grain == Grain::Whole {
        take(begin, &cell_from(&mut bytes)?);
        return Ok(());
    }
    for _ in 0..bytes.count()? {
        let key = CellKey {
            counted: begin.counted.saturating_add(bytes.number()?),
            known: begin.known.saturating_add(bytes.number()?),
            ..begin
        };
        take(key, &cell_from(&mut bytes)?);
    }
    Ok(())
}

fn unpacked(part: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut part = In(part);
    let length: u64 = part.number()?;
    let length = usize::try_from(length).map_err(|_| Malformed::Shape)?;
    if length > PLAIN_BYTES_MAX {
        return Err(Malformed::Shape);
    }
    zstd::bulk::decompress(part.0, length).map_err(|_| Malformed::Shape)
}

/// LIMIT: no part is larger, so that foreign bytes cannot ask for all memory.
const PLAIN_BYTES_MAX: usize = 1 << 30;

pub(super) fn names_from(bytes: &[u8]) -> Result<Names, Malformed> {
    let mut bytes = In(bytes);
    let mut names = Names::default();
    for _ in 0..bytes.count()? {
        names.node_number(NodeId {
            name: bytes.text()?.into(),
            node_type: bytes.optional()?.map(Into::into),
            account: bytes.optional()?.map(Into::into),
        });
    }
    for _ in 0..bytes.count()? {
        names.alias_number(AliasOf {
            name: bytes.text()?.into(),
            node_type: bytes.text()?.into(),
        });
    }
    Ok(names)
}

fn cell_from(bytes: &mut In<'_>) -> Result<Cell, Malformed> {
    let mut cell = Cell::default();
    for _ in 0..bytes.count()? {
        let number = NodeNumber(bytes.number()?);
        cell.nodes.insert(number, node_from(bytes)?);
    }
    for _ in 0..bytes.count()? {
        let (from, to) = (NodeNumber(bytes.number()?), NodeNumber(bytes.number()?));
        let kind = match bytes.bytes(1)? {
            [0] => EdgeKind::Call,
            [1] => EdgeKind::Link,
            _ => return Err(Malformed::Shape),
        };
        cell.edges.insert(EdgeKey { from, to, kind }, edge_from(bytes)?);
    }
    Ok(cell)
}

fn node_from(bytes: &mut In<'_>) -> Result<NodeSum, Malformed> {
    let mut sum = NodeSum::default();
    let mut second: i64 = 0;
    for _ in 0..bytes.count()? {
        second = second.checked_add(bytes.number()?).ok_or(Malformed::Shape)?;
        sum.seconds.add(second, bytes.number()?);
    }
    for count in &mut sum.states {
        *count = bytes.number()?;
    }
    sum.roots = bytes.number()?;
    sum.tally = tally_from(bytes)?;
    sum.durations = histogram_from(bytes)?;
    Ok(sum)
}

fn edge_from(bytes: &mut In<'_>) -> Result<EdgeSum, Malformed> {
    let mut sum = EdgeSum {
        touches: bytes.number()?,
        tally: tally_from(bytes)?,
        ages: histogram_from(bytes)?,
        ..EdgeSum::default()
    };
    for _ in 0..bytes.count()? {
        sum.see(AliasNumber(bytes.number()?), bytes.number()?);
    }
    Ok(sum)
}

fn tally_from(bytes: &mut In<'_>) -> Result<Tally, Malformed> {
    Ok(Tally {
        counts: Counts {
            ok: bytes.number()?,
            error: bytes.number()?,
            throttle: bytes.number()?,
            fault: bytes.number()?,
        },
        response_nanos: bytes.wide()?,
        responses: histogram_from(bytes)?,
    })
}

fn histogram_from(bytes: &mut In<'_>) -> Result<Histogram, Malformed> {
    let mut histogram = Histogram::default();
    let mut millis: i64 = 0;
    for _ in 0..bytes.count()? {
        millis = millis.checked_add(bytes.number()?).ok_or(Malformed::Shape)?;
        let count = bytes.number()?;
        histogram.add_bucket(Bucket { millis, count });
    }
    Ok(histogram)
}
