//! Searching a block's texts: they are read and unpacked piece by piece, and lead to the rows of their terms.

use std::ops::Range;

use roaring::RoaringBitmap;

use crate::blocking::blocking;
use crate::condition::Pruned;
use crate::error::{BlockError, Damage};
use crate::index::Index;
use crate::object::Object;
use crate::terms::{self, Listed};
use crate::text_pieces;
use crate::texts::TextTest;

impl Index {
    /// Finds the rows of the texts that the condition tests. A version without texts says nothing of any row.
    pub(crate) async fn search_texts(&self, object: &Object, pruned: &mut Pruned) -> Result<(), BlockError> {
        let Some(pieces) = &self.directory.texts else {
            return Ok(());
        };
        let tests = pruned.wanted_tests(self.directory.rows);
        for tests in tests.chunk_by(|one, other| one.field == other.field) {
            let field = tests.first().map_or(0, |test| test.field);
            let ranges: Vec<Range<u64>> = pieces.of(field).map(|(_, range)| range).collect();
            let found = self.search(object, &ranges, tests).await?;
            for (test, rows) in tests.iter().zip(found) {
                pruned.pass(test.clone(), rows);
            }
        }
        Ok(())
    }

    /// For each of the tests, which are of one field, the rows of the texts that pass. Pieces of texts are not kept: they
    /// are many, and each is looked at once.
    async fn search(
        &self,
        object: &Object,
        ranges: &[Range<u64>],
        tests: &[TextTest],
    ) -> Result<Vec<RoaringBitmap>, BlockError> {
        let mut rows = vec![RoaringBitmap::new(); tests.len()];
        let mut found: Vec<Vec<u64>> = vec![Vec::new(); tests.len()];
        for some in ranges.chunks(PIECES_AT_ONCE) {
            let pieces = object.fetch(some).await?;
            let tests = tests.to_vec();
            let searching = blocking(object.path(), move || {
                let passed = pieces
                    .iter()
                    .try_for_each(|piece| text_pieces::passing(piece, &tests, &mut found));
                passed.map(|()| found)
            });
            found = searching.await?.map_err(|damage| object.damaged(damage))?;
            for (rows, found) in rows.iter_mut().zip(&mut found) {
                if found.len() > TERMS_AT_ONCE {
                    *rows |= self.rows_of_terms(object, std::mem::take(found)).await?;
                }
            }
        }
        for (rows, found) in rows.iter_mut().zip(found) {
            *rows |= self.rows_of_terms(object, found).await?;
        }
        Ok(rows)
    }

    /// The rows that carry any of these terms.
    async fn rows_of_terms(
        &self,
        object: &Object,
        mut wanted: Vec<u64>,
    ) -> Result<RoaringBitmap, BlockError> {
        wanted.sort_unstable();
        let mut places: Vec<(u64, Range<u64>, &[u64])> = Vec::new();
        let mut rest = wanted.as_slice();
        while let Some(term) = rest.first() {
            let Some((first, range, next)) = self.directory.term_pieces.holding(*term) else {
                break;
            };
            let end = next.map_or(rest.len(), |next| rest.partition_point(|term| *term < next));
            let (here, behind) = rest.split_at(end.max(1));
            places.push((first, range, here));
            rest = behind;
        }
        let mut rows = Vec::new();
        let mut found = RoaringBitmap::new();
        for some in places.chunks(PIECES_AT_ONCE) {
            let ranges: Vec<Range<u64>> = some.iter().map(|(_, range, _)| range.clone()).collect();
            // What most of the index is read for would drive everything else out of what is kept.
            let pieces = match places.len() {
                0..=PIECES_AT_ONCE => self.pieces(object, &ranges).await?,
                _ => object.fetch(&ranges).await?,
            };
            for ((first, _, here), piece) in some.iter().zip(&pieces) {
                let listed = terms::read_piece(*first, piece, Some(here));
                for (_, listed) in listed.map_err(|damage| object.damaged(damage))? {
                    match listed {
                        Listed::Here(here) => rows.extend(here),
                        Listed::Elsewhere { .. } => found |= self.rows_of(object, listed).await?,
                    }
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        found |= terms::bitmap(rows).map_err(|damage: Damage| object.damaged(damage))?;
        Ok(found)
    }
}

/// So many pieces are read together, of a few kilobytes each.
const PIECES_AT_ONCE: usize = 32;
// LIMIT: terms of texts that passed and whose rows are still to be looked up.
const TERMS_AT_ONCE: usize = 65_536;
