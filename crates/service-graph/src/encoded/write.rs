//! Roll-ups on their way out.

use std::collections::BTreeMap;

use stats::{Histogram, Tally};

use super::wire::Out;
use super::{MAGIC, MINUTE, ROLLUPS_VERSION};
use crate::cell::{Cell, EdgeKey, EdgeSum, NodeSum};
use crate::graph::EdgeKind;
use crate::names::Names;
use crate::rollups::{CellKey, Rollups, Scope};

impl Rollups {
    /// Everything as bytes; what has come to nothing is left out. The same sums give the same bytes only if their names
    /// came in the same order.
    pub fn encode(mut self) -> Vec<u8> {
        self.tidy();
        let mut by_minute: BTreeMap<CellKey, Vec<(CellKey, &Cell)>> = BTreeMap::new();
        for (key, cell) in &self.cells {
            by_minute.entry(minute_of(*key)).or_default().push((*key, cell));
        }
        let (mut object, mut seconds) = (Out(MAGIC.to_vec()), Out::default());
        let mut directory = Out::default();
        let mut wholes: BTreeMap<Scope, Whole> = BTreeMap::new();
        directory.count(by_minute.len());
        let mut before = 0;
        for (minute, cells) in &by_minute {
            let sum = sum_of(cells);
            wholes.entry(minute.scope).or_default().add(*minute, &sum);
            directory.number(minute.scope.0);
            directory.number(minute.counted - before);
            directory.number(minute.known - minute.counted);
            before = minute.counted;
            write_part(&mut object, &mut directory, |out| cell_of(out, &sum));
            write_part(&mut seconds, &mut directory, |out| {
                seconds_of(out, *minute, cells);
            });
        }
        object.0.append(&mut seconds.0);
        wholes.retain(|_, whole| whole.minutes >= WHOLE_MINUTES_MIN);
        directory.count(wholes.len());
        for (scope, whole) in wholes {
            directory.number(scope.0);
            directory.number(whole.first);
            directory.number(whole.last - whole.first);
            directory.number(whole.known - whole.last);
            write_part(&mut object, &mut directory, |out| cell_of(out, &whole.sum));
        }
        let mut trailer = Vec::new();
        for section in [names_of(&self.names), directory.0] {
            trailer.extend_from_slice(&(object.0.len() as u64).to_le_bytes());
            trailer.extend_from_slice(&(section.len() as u64).to_le_bytes());
            trailer.extend_from_slice(&crc32c::crc32c(&section).to_le_bytes());
            object.0.extend_from_slice(&section);
        }
        trailer.extend_from_slice(&ROLLUPS_VERSION.to_le_bytes());
        trailer.extend_from_slice(&crc32c::crc32c(&trailer).to_le_bytes());
        object.0.extend_from_slice(&trailer);
        object.0.extend_from_slice(MAGIC);
        object.0
    }
}

/// All of a scope.
#[derive(Default)]
struct Whole {
    minutes: usize,
    first: i64,
    last: i64,
    known: i64,
    sum: Cell,
}

impl Whole {
    fn add(&mut self, minute: CellKey, sum: &Cell) {
        if self.minutes == 0 {
            (self.first, self.last, self.known) = (minute.counted, minute.counted, minute.known);
        }
        self.minutes += 1;
        self.first = self.first.min(minute.counted);
        self.last = self.last.max(minute.counted);
        self.known = self.known.max(minute.known);
        self.sum.add_same(sum);
    }
}

const ZSTD_LEVEL: i32 = 1;
/// Fewer are as quickly read one by one.
const WHOLE_MINUTES_MIN: usize = 4;

fn minute_of(key: CellKey) -> CellKey {
    CellKey {
        counted: key.counted.div_euclid(MINUTE),
        known: key.known.div_euclid(MINUTE),
        ..key
    }
}

/// A part: its length, and itself compressed.
fn write_part(out: &mut Out, directory: &mut Out, write: impl FnOnce(&mut Out)) {
    let mut plain = Out::default();
    write(&mut plain);
    let packed = zstd::bulk::compress(&plain.0, ZSTD_LEVEL).expect("memory takes any bytes");
    let mut part = Out::default();
    part.count(plain.0.len());
    part.0.extend_from_slice(&packed);
    directory.count(part.0.len());
    directory.number(crc32c::crc32c(&part.0));
    out.0.append(&mut part.0);
}

/// All cells share the names of their roll-ups.
fn sum_of(cells: &[(CellKey, &Cell)]) -> Cell {
    let mut sum = Cell::default();
    cells.iter().for_each(|(_, cell)| sum.add_same(cell));
    sum.tidy();
    sum
}

fn seconds_of(out: &mut Out, minute: CellKey, cells: &[(CellKey, &Cell)]) {
    out.count(cells.len());
    for (key, cell) in cells {
        out.number(key.counted - minute.counted * MINUTE);
        out.number(key.known - minute.known * MINUTE);
        cell_of(out, cell);
    }
}

fn cell_of(out: &mut Out, cell: &Cell) {
    out.count(cell.nodes.len());
    for (number, sum) in &cell.nodes {
        out.number(number.0);
        node_of(out, sum);
    }
    out.count(cell.edges.len());
    for (EdgeKey { from, to, kind }, sum) in &cell.edges {
        out.number(from.0);
        out.number(to.0);
        out.0.push(match kind {
            EdgeKind::Call => 0,
            EdgeKind::Link => 1,
        });
        edge_of(out, sum);
    }
}

fn node_of(out: &mut Out, sum: &NodeSum) {
    out.count(sum.seconds.len());
    let mut before = 0;
    for (second, count) in sum.seconds.iter() {
        out.number(second - before);
        out.number(count);
        before = second;
    }
    sum.states.iter().for_each(|count| out.number(*count));
    out.number(sum.roots);
    tally_of(out, &sum.tally);
    histogram_of(out, &sum.durations);
}

fn edge_of(out: &mut Out, sum: &EdgeSum) {
    out.number(sum.touches);
    tally_of(out, &sum.tally);
    histogram_of(out, &sum.ages);
    out.count(sum.aliases.len());
    for (alias, count) in &sum.aliases {
        out.number(alias.0);
        out.number(*count);
    }
}

fn tally_of(out: &mut Out, tally: &Tally) {
    let counts = tally.counts;
    for count in [counts.ok, counts.error, counts.throttle, counts.fault] {
        out.number(count);
    }
    out.wide(tally.response_nanos);
    histogram_of(out, &tally.responses);
}

fn histogram_of(out: &mut Out, histogram: &Histogram) {
    out.count(histogram.exact().len());
    let mut before = 0;
    for bucket in histogram.exact() {
        out.number(bucket.millis - before);
        out.number(bucket.count);
        before = bucket.millis;
    }
}

fn names_of(names: &Names) -> Vec<u8> {
    let mut out = Out::default();
    out.count(names.nodes().len());
    for node in names.nodes() {
        out.text(&node.name);
        out.optional(node.node_type.as_deref());
        out.optional(node.account.as_deref());
    }
    out.count(names.aliases().len());
    for alias in names.aliases() {
        out.text(&alias.name);
        out.text(&alias.node_type);
    }
    out.0
}
