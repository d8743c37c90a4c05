//! What a block is found by from version 2 on: little of it in memory, the rest read in small pieces.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use assembly::AssembledTrace;
use bytes::Bytes;
use document::TraceId;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::blocking::blocking;
use crate::columns::{Found, Row};
use crate::condition::{Condition, Pruned};
use crate::documents;
use crate::error::{BlockError, Damage};
use crate::fuse::Fuse;
use crate::ids::{self, hash_of, top_half};
use crate::object::Object;
use crate::pages::{self, OpenPage, Unpacker};
use crate::pieces::PieceCache;
use crate::sections::{Directory, PagePlace, SLOT_PIECE_ROWS};
use crate::terms::{self, Listed};
use crate::varint::Cursor;

/// The index of an open block.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) directory: Directory,
    ids: Fuse,
    terms: Fuse,
    number: u64,
    pieces: Arc<PieceCache>,
}

/// A row's place among the pages, and its trace.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    row: u32,
    slot: u32,
    id: TraceId,
}

impl Index {
    pub(crate) async fn open(
        object: &Object,
        version: u32,
        pieces: Arc<PieceCache>,
    ) -> Result<Index, BlockError> {
        let damaged = |damage| object.damaged(damage);
        let directory = Directory::read(&object.last_part().await?, version).map_err(damaged)?;
        let filters = [directory.id_filter.clone(), directory.term_filter.clone()];
        let filters = object.fetch(&filters).await?;
        let [ids, terms] = filters.as_slice() else {
            return Err(damaged(Damage::Shape("a filter is missing")));
        };
        Ok(Index {
            ids: Fuse::from_bytes(ids).map_err(damaged)?,
            terms: Fuse::from_bytes(terms).map_err(damaged)?,
            directory,
            number: pieces.block_number(),
            pieces,
        })
    }

    /// How many bytes of memory it takes, pieces apart.
    pub(crate) fn size_bytes(&self) -> usize {
        self.directory.size_bytes() + self.ids.size_bytes() + self.terms.size_bytes()
    }

    pub(crate) fn may_hold(&self, id: TraceId) -> bool {
        self.ids.may_hold(hash_of(id))
    }

    pub(crate) async fn find(&self, object: &Object, id: TraceId) -> Result<Option<Found>, BlockError> {
        let hash = hash_of(id);
        if !self.ids.may_hold(hash) {
            return Ok(None);
        }
        let wanted = top_half(hash);
        let (firsts, ranges): (Vec<u32>, Vec<_>) = self.directory.id_pieces.of(wanted).unzip();
        let pieces = self.pieces(object, &ranges).await?;
        for (first, piece) in firsts.into_iter().zip(&pieces) {
            let found = ids::find(first, piece, wanted).map_err(|damage| object.damaged(damage))?;
            for (row, writing) in found {
                let wanted = self.wanted(object, &[row]).await?;
                if wanted.first().is_some_and(|wanted| wanted.id == id) {
                    return Ok(Some(Found {
                        row: Row(row),
                        writing,
                    }));
                }
            }
        }
        Ok(None)
    }

    /// The traces of these ascending rows; `None` where no document of a trace could be read.
    pub(crate) async fn read(
        &self,
        object: &Object,
        rows: &[u32],
    ) -> Result<Vec<Option<AssembledTrace>>, BlockError> {
        let mut wanted = self.wanted(object, rows).await?;
        wanted.sort_unstable_by_key(|wanted| wanted.slot);
        let mut places: Vec<(PagePlace, Vec<Wanted>)> = Vec::new();
        for one in wanted {
            let page = self.page_of(one.slot).ok_or_else(|| object.damaged(NO_PAGE))?;
            match places.last_mut() {
                Some((place, wanted)) if place.first_slot == page.first_slot => wanted.push(one),
                _ => places.push((page, vec![one])),
            }
        }
        let ranges: Vec<_> = places.iter().map(|(page, _)| page.range()).collect();
        let bytes = object.fetch(&ranges).await?;
        let numbers: BTreeSet<u32> = places.iter().map(|(page, _)| page.dictionary).collect();
        let mut dictionaries = FxHashMap::default();
        for number in numbers {
            dictionaries.insert(number, self.dictionary(object, number).await?);
        }
        let dictionaries = Arc::new(dictionaries);
        let mut packed: Vec<PackedPage> = places
            .into_iter()
            .zip(bytes)
            .map(|((place, wanted), bytes)| PackedPage { place, wanted, bytes })
            .collect();
        // What many pages take is shared with another thread.
        let rest = packed.split_off(match packed.len() {
            ..PAGES_TO_SHARE => packed.len(),
            many => many / 2,
        });
        let other = Arc::clone(&dictionaries);
        let (first, second) = tokio::join!(
            blocking(object.path(), move || unpack_all(&packed, &dictionaries)),
            blocking(object.path(), move || unpack_all(&rest, &other)),
        );
        let both = [first?, second?].into_iter().collect::<Result<Vec<_>, Damage>>();
        let mut traces = both.map_err(|damage| object.damaged(damage))?.concat();
        traces.sort_unstable_by_key(|(row, _)| *row);
        Ok(traces.into_iter().map(|(_, trace)| trace).collect())
    }

    /// Which rows may fulfil a condition, as far as terms and texts say it.
    pub(crate) async fn prune(&self, object: &Object, condition: &Condition) -> Result<Pruned, BlockError> {
        let mut wanted = Vec::new();
        condition.terms(&mut wanted);
        wanted.sort_unstable();
        wanted.dedup();
        wanted.retain(|term| self.terms.may_hold(*term));
        let places: Vec<(u64, u64, Range<u64>)> = wanted
            .iter()
            .filter_map(|term| {
                let (first, range) = self.directory.term_pieces.of(*term).last()?;
                Some((*term, first, range))
            })
            .collect();
        let ranges: Vec<_> = places.iter().map(|(_, _, range)| range.clone()).collect();
        let pieces = self.pieces(object, &ranges).await?;
        let mut postings = FxHashMap::default();
        for ((term, first, _), piece) in places.iter().zip(&pieces) {
            let listed = terms::read_piece(*first, piece, Some(&[*term]));
            for (term, listed) in listed.map_err(|damage| object.damaged(damage))? {
                postings.insert(term, self.rows_of(object, listed).await?);
            }
        }
        let mut pruned = Pruned::new(condition.clone(), Some(postings));
        self.search_texts(object, &mut pruned).await?;
        Ok(pruned)
    }

    /// Every term with its rows, ascending.
    pub(crate) async fn all_terms(&self, object: &Object) -> Result<Vec<(u64, RoaringBitmap)>, BlockError> {
        let (firsts, ranges): (Vec<u64>, Vec<_>) = self.directory.term_pieces.all().unzip();
        let pieces = object.fetch(&ranges).await?;
        let mut all = Vec::new();
        for (first, piece) in firsts.into_iter().zip(&pieces) {
            let listed = terms::read_piece(first, piece, None).map_err(|damage| object.damaged(damage))?;
            for (term, listed) in listed {
                all.push((term, self.rows_of(object, listed).await?));
            }
        }
        Ok(all)
    }

    pub(crate) async fn rows_of(&self, object: &Object, listed: Listed) -> Result<RoaringBitmap, BlockError> {
        let (offset, length) = match listed {
            Listed::Here(rows) => return terms::bitmap(rows).map_err(|damage| object.damaged(damage)),
            Listed::Elsewhere { offset, length } => (offset, length),
        };
        let wrong = || object.damaged(Damage::Shape("a posting lies outside its section"));
        let (range, within) = self.directory.postings_part(offset, length).ok_or_else(wrong)?;
        let parts = self.pieces(object, std::slice::from_ref(&range)).await?;
        let length = usize::try_from(length).map_err(|_| wrong())?;
        let posting = parts
            .first()
            .and_then(|part| part.get(within..within.checked_add(length)?));
        terms::read_posting(posting.ok_or_else(wrong)?, self.directory.rows)
            .map_err(|damage| object.damaged(damage))
    }

    /// Where these rows lie, and of which traces they are.
    async fn wanted(&self, object: &Object, rows: &[u32]) -> Result<Vec<Wanted>, BlockError> {
        let slot_bytes = usize::from(self.directory.slot_bytes);
        let mut ranges = Vec::new();
        for row in rows {
            let (range, _) = self
                .directory
                .id_run(*row)
                .ok_or_else(|| object.damaged(NO_PAGE))?;
            ranges.push(range);
            if slot_bytes > 0 {
                ranges.push(self.directory.slot_piece(*row).0);
            }
        }
        ranges.sort_unstable_by_key(|range| range.start);
        ranges.dedup();
        let pieces = self.pieces(object, &ranges).await?;
        let piece_at = |range: &Range<u64>| {
            let place = ranges
                .binary_search_by_key(&range.start, |range| range.start)
                .ok()?;
            pieces.get(place)
        };
        let wanted = rows.iter().map(|row| {
            let (range, first) = self.directory.id_run(*row)?;
            let (ids, _) = piece_at(&range)?.as_chunks::<16>();
            let id = TraceId::from_bytes(*ids.get((row - first) as usize)?);
            if slot_bytes == 0 {
                return Some(Wanted {
                    row: *row,
                    slot: *row,
                    id,
                });
            }
            let (range, first) = self.directory.slot_piece(*row);
            let mut numbers = Cursor::new(piece_at(&range)?);
            numbers.take((row - first) as usize * slot_bytes).ok()?;
            let mut slot = [0; 4];
            let bytes = numbers.take(slot_bytes).ok()?;
            slot.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            Some(Wanted {
                row: *row,
                slot: u32::from_le_bytes(slot),
                id,
            })
        });
        let wanted: Option<Vec<Wanted>> = wanted.collect();
        wanted.ok_or_else(|| object.damaged(Damage::Shape("a row lies nowhere")))
    }

    /// The content of a dictionary.
    pub(crate) async fn dictionary(&self, object: &Object, number: u32) -> Result<Bytes, BlockError> {
        if number == 0 {
            return Ok(Bytes::new());
        }
        let key = u64::MAX - u64::from(number);
        if let Some(content) = self.pieces.kept(self.number, key) {
            return Ok(content);
        }
        let content = pages::unpack_dictionary(&self.packed_dictionary(object, number).await?);
        let content = Bytes::from(content.map_err(|damage| object.damaged(damage))?);
        self.pieces.keep(self.number, key, content.clone());
        Ok(content)
    }

    /// A dictionary as it is stored; its number is from 1.
    pub(crate) async fn packed_dictionary(&self, object: &Object, number: u32) -> Result<Bytes, BlockError> {
        let missing = || object.damaged(Damage::Shape("a dictionary is missing"));
        let place = (number as usize).checked_sub(1).ok_or_else(missing)?;
        let range = self.directory.dictionaries.get(place).ok_or_else(missing)?;
        let packed = object.fetch(std::slice::from_ref(range)).await?;
        packed.into_iter().next().ok_or_else(missing)
    }

    /// The row of each slot.
    pub(crate) async fn row_of_slot(&self, object: &Object) -> Result<Vec<u32>, BlockError> {
        let rows = self.directory.rows;
        let slot_bytes = usize::from(self.directory.slot_bytes);
        if slot_bytes == 0 {
            return Ok((0..rows).collect());
        }
        let firsts = (0..rows).step_by(SLOT_PIECE_ROWS);
        let ranges: Vec<_> = firsts.map(|row| self.directory.slot_piece(row).0).collect();
        let numbers = object.fetch(&ranges).await?.concat();
        let mut row_of_slot = vec![u32::MAX; self.directory.slots as usize];
        for (number, row) in numbers.chunks_exact(slot_bytes).zip(0..rows) {
            let mut slot = [0; 4];
            slot.iter_mut().zip(number).for_each(|(to, from)| *to = *from);
            if let Some(place) = row_of_slot.get_mut(u32::from_le_bytes(slot) as usize) {
                *place = row;
            }
        }
        Ok(row_of_slot)
    }

    fn page_of(&self, slot: u32) -> Option<PagePlace> {
        let pages = &self.directory.pages;
        let page = pages
            .partition_point(|page| page.first_slot <= slot)
            .checked_sub(1)?;
        (slot < self.directory.slots).then(|| pages.get(page).copied())?
    }

    pub(crate) async fn pieces(
        &self,
        object: &Object,
        ranges: &[Range<u64>],
    ) -> Result<Vec<Bytes>, BlockError> {
        self.pieces.get(self.number, object, ranges).await
    }
}

impl PagePlace {
    pub(crate) fn range(&self) -> Range<u64> {
        self.offset..self.offset.saturating_add(u64::from(self.length))
    }
}

/// A page as it was read, and what is wanted of it.
struct PackedPage {
    place: PagePlace,
    wanted: Vec<Wanted>,
    bytes: Bytes,
}

/// The wanted traces of some pages, with their rows. What a dictionary needs is set up once for all.
fn unpack_all(
    pages: &[PackedPage],
    dictionaries: &FxHashMap<u32, Bytes>,
) -> Result<Vec<(u32, Option<AssembledTrace>)>, Damage> {
    let mut unpackers: FxHashMap<u32, Unpacker> = FxHashMap::default();
    let mut traces = Vec::new();
    for page in pages {
        let unpacker = match unpackers.entry(page.place.dictionary) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => {
                let dictionary = dictionaries.get(&page.place.dictionary).ok_or(NO_PAGE)?;
                vacant.insert(Unpacker::new(dictionary)?)
            }
        };
        page.unpack(unpacker, &mut traces)?;
    }
    Ok(traces)
}

impl PackedPage {
    fn unpack(
        &self,
        unpacker: &mut Unpacker,
        traces: &mut Vec<(u32, Option<AssembledTrace>)>,
    ) -> Result<(), Damage> {
        let page = OpenPage::new(&self.bytes)?;
        let skeletons = page.unpack(unpacker)?;
        for one in &self.wanted {
            let slot = one.slot.checked_sub(self.place.first_slot).ok_or(NO_PAGE)?;
            let trace = page.trace(slot as usize, one.id, &skeletons)?;
            if !documents::are_of(&trace.documents, one.id) {
                return Err(documents::OF_ANOTHER);
            }
            traces.push((one.row, (!trace.documents.is_empty()).then_some(trace)));
        }
        Ok(())
    }
}

/// So many pages are worth two threads.
const PAGES_TO_SHARE: usize = 4;
const NO_PAGE: Damage = Damage::Shape("a row lies in no page");
