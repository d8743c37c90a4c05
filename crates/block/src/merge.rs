//! Several blocks made into one. Pages of documents that are kept whole are copied as they are.

mod union;
mod version_1;

use assembly::AssembledTrace;
use bytes::Bytes;
use parquet::errors::ParquetError;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::block::{Block, Form};
use crate::blocking::blocking;
use crate::columns::{IdColumns, Row, ScanColumns, UNEQUAL};
use crate::encode::{EncodeRow, EncodedBlock, Parts, SmallRow, TermsVersion};
use crate::error::{BlockError, Damage, EncodeError, MergeError};
use crate::index::Index;
use crate::merge::union::Unfinished;
use crate::pages::{self, Document, OpenPage, Page, PageWriter, Unpacker};
use crate::sections::PagePlace;
use crate::terms::Postings;
use crate::texts;

/// Rows of a block that are to be merged with others.
#[derive(Debug)]
pub struct MergeInput<'a> {
    /// The block.
    pub block: &'a Block,
    /// The numbers of its rows that are kept. INVARIANT: among all inputs each trace id is kept once.
    pub rows: RoaringBitmap,
}

/// Makes one block of the kept rows of these. Terms and texts come from the blocks' indexes; rows of version 1, which has
/// none, are handed to `derive`, and documents in them that this program cannot read are lost. Rows of version 2, which
/// has no texts, are noted as such, and no search of texts excludes them. Where the terms of the rows were made by
/// different rules, the new block does not say by which, and terms never exclude a row of it.
///
/// Memory: the new block twice over, 150 bytes a row, 4 for each term of each row, the texts as they are packed, and the
/// pages of one turn of reading (about 4 MB); so whoever merges bounds the sizes of the inputs.
///
/// # Errors
/// [`MergeError`]; which block is damaged, [`BlockError`] says by its path.
pub async fn merge(
    inputs: &[MergeInput<'_>],
    derive: &(dyn Fn(AssembledTrace) -> EncodeRow + Sync),
) -> Result<EncodedBlock, MergeError> {
    let mut merging = Merging::default();
    for (number, input) in inputs.iter().enumerate() {
        merging.input = number;
        match &input.block.form {
            Form::One(_) => merging.add_version_1(input, derive).await?,
            Form::Sections(index) => merging.add(input, index).await?,
        }
    }
    let rows = merging.rows.len();
    let Some(input) = inputs.first() else {
        return Ok(crate::encode(&[])?);
    };
    let encoded = blocking(input.block.object.path(), move || merging.finish()).await?;
    encoded.map_err(|unfinished| match unfinished {
        Unfinished::Encode(source) => EncodeError { traces: rows, source }.into(),
        Unfinished::Texts(number, damage) => {
            let block = inputs.get(number).unwrap_or(input).block;
            block.object.damaged(damage).into()
        }
    })
}

/// A block in the making, its rows in the order in which they came.
#[derive(Default)]
struct Merging {
    rows: Vec<SmallRow>,
    /// Where the row's documents lie.
    places: Vec<Place>,
    /// By the numbers of `rows`.
    terms: Postings,
    terms_version: TermsVersion,
    /// Which input is being gone through.
    input: usize,
    /// The pieces of texts of inputs by their numbers.
    texts: Vec<(usize, Vec<Bytes>)>,
    copied: Vec<Page>,
    copied_slots: u32,
    /// Pages made anew; they come after those that were copied.
    remade: Vec<Page>,
    remade_slots: u32,
    writer: Option<PageWriter>,
    dictionaries: Vec<Bytes>,
    positions: roaring::RoaringTreemap,
}

/// A slot among the copied pages, or among those made anew.
#[derive(Clone, Copy)]
enum Place {
    Copied(u32),
    Remade(u32),
}

/// What is known of an input while its pages are gone through.
struct Source<'a> {
    block: &'a Block,
    index: &'a Index,
    kept: &'a RoaringBitmap,
    columns: ScanColumns,
    ids: IdColumns,
    row_of_slot: Vec<u32>,
    /// For each of its dictionaries that is carried along, the number in the new block.
    dictionaries: FxHashMap<u32, u32>,
    /// For each of its rows that is kept, the number in [`Merging::rows`].
    numbers: FxHashMap<u32, u32>,
}

impl Merging {
    async fn add(&mut self, input: &MergeInput<'_>, index: &Index) -> Result<(), MergeError> {
        let object = &input.block.object;
        if !input.rows.is_empty() {
            self.terms_version.add(input.block.terms_version());
        }
        let reader = input.block.reader().await?;
        let mut source = Source {
            block: input.block,
            index,
            kept: &input.rows,
            columns: input.block.scan_columns().await?,
            ids: reader
                .read(&IdColumns::NAMES, None, IdColumns::from_batches)
                .await?,
            row_of_slot: index.row_of_slot(object).await?,
            dictionaries: FxHashMap::default(),
            numbers: FxHashMap::default(),
        };
        for places in index.directory.pages.chunks(PAGES_AT_ONCE) {
            let wanted: Vec<&PagePlace> = places.iter().filter(|place| source.keeps_any(place)).collect();
            let ranges: Vec<_> = wanted.iter().map(|place| place.range()).collect();
            let read = object.fetch(&ranges).await?;
            for (place, bytes) in wanted.into_iter().zip(read) {
                self.add_page(&mut source, place, bytes).await?;
            }
        }
        for (term, rows) in index.all_terms(object).await? {
            for row in rows {
                if let Some(number) = source.numbers.get(&row) {
                    self.terms.add(term, *number);
                }
            }
        }
        match &index.directory.texts {
            Some(pieces) => {
                let ranges: Vec<_> = pieces.all().map(|(_, range)| range).collect();
                self.texts.push((self.input, object.fetch(&ranges).await?));
            }
            None => {
                let numbers = source.numbers.values();
                numbers.for_each(|number| self.terms.add(texts::unkept_all(), *number));
            }
        }
        Ok(())
    }

    async fn add_page(
        &mut self,
        source: &mut Source<'_>,
        place: &PagePlace,
        bytes: Bytes,
    ) -> Result<(), MergeError> {
        let damaged = |damage: Damage| source.block.object.damaged(damage);
        let page = OpenPage::new(&bytes).map_err(damaged)?;
        let rows = source.rows_of(place).ok_or_else(|| damaged(UNEQUAL))?;
        if rows.len() != page.slots.len() {
            return Err(damaged(UNEQUAL).into());
        }
        let is_whole = rows.iter().all(|row| source.kept.contains(*row));
        let dictionary = if is_whole {
            self.carry(source, place.dictionary).await?
        } else {
            None
        };
        if let Some(dictionary) = dictionary {
            for (slot, row) in page.slots.iter().zip(&rows) {
                let small = source.small(*row, slot.writing).ok_or_else(|| damaged(UNEQUAL))?;
                let number = self.push(small, Place::Copied(self.copied_slots));
                self.copied_slots += 1;
                source.numbers.insert(*row, number);
                self.positions
                    .extend(slot.documents.iter().map(|document| document.position));
            }
            self.copied.push(Page {
                slots: u32::try_from(rows.len()).unwrap_or(u32::MAX),
                dictionary,
                bytes,
            });
            return Ok(());
        }
        let content = source
            .index
            .dictionary(&source.block.object, place.dictionary)
            .await?;
        let mut unpacker = Unpacker::new(&content).map_err(damaged)?;
        let skeletons = page.unpack(&mut unpacker).map_err(damaged)?;
        for (number, (slot, row)) in page.slots.iter().zip(&rows).enumerate() {
            if !source.kept.contains(*row) {
                continue;
            }
            let small = source.small(*row, slot.writing).ok_or_else(|| damaged(UNEQUAL))?;
            let documents = page.documents(number, small.id, &skeletons).map_err(damaged)?;
            let of_merge = self.push(small, Place::Remade(self.remade_slots));
            source.numbers.insert(*row, of_merge);
            self.remake(&small, &documents)
                .map_err(|error| encode_error(&error))?;
        }
        Ok(())
    }

    /// The number in the new block of a dictionary of an input; `None` where there are too many.
    async fn carry(&mut self, source: &mut Source<'_>, number: u32) -> Result<Option<u32>, BlockError> {
        if number == 0 {
            return Ok(Some(0));
        }
        if let Some(carried) = source.dictionaries.get(&number) {
            return Ok(Some(*carried));
        }
        let packed = source
            .index
            .packed_dictionary(&source.block.object, number)
            .await?;
        let known = self
            .dictionaries
            .iter()
            .position(|dictionary| *dictionary == packed);
        let place = match known {
            Some(place) => place,
            None if self.dictionaries.len() < DICTIONARIES_MAX => {
                self.dictionaries.push(packed);
                self.dictionaries.len() - 1
            }
            None => return Ok(None),
        };
        let carried = u32::try_from(place + 1).unwrap_or(u32::MAX);
        source.dictionaries.insert(number, carried);
        Ok(Some(carried))
    }

    fn push(&mut self, small: SmallRow, place: Place) -> u32 {
        self.rows.push(small);
        self.places.push(place);
        u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX)
    }

    fn remake(
        &mut self,
        small: &SmallRow,
        documents: &[Document<impl AsRef<[u8]>>],
    ) -> Result<(), ParquetError> {
        self.remade_slots += 1;
        self.positions
            .extend(documents.iter().map(|document| document.position));
        if self.writer.is_none() {
            let first = self
                .dictionaries
                .first()
                .map(|packed| pages::unpack_dictionary(packed));
            let content = first.and_then(Result::ok).unwrap_or_default();
            self.writer = Some(PageWriter::new(u32::from(!content.is_empty()), &content)?);
        }
        if let Some(writer) = &mut self.writer {
            self.remade
                .extend(writer.add(small.id, small.writing, documents)?);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<EncodedBlock, Unfinished> {
        let texts = self.union_of_texts()?;
        if let Some(mut writer) = self.writer.take() {
            self.remade.extend(writer.finish()?);
        }
        let mut order: Vec<u32> = (0..u32::try_from(self.rows.len()).unwrap_or(u32::MAX)).collect();
        order.sort_unstable_by_key(|number| self.rows.get(*number as usize).map(SmallRow::order));
        let mut row_of = vec![0; order.len()];
        for (number, row) in order.iter().zip(0_u32..) {
            if let Some(place) = row_of.get_mut(*number as usize) {
                *place = row;
            }
        }
        self.terms.renumber(&row_of);
        let copied_slots = self.copied_slots;
        let slots = order
            .iter()
            .filter_map(|number| self.places.get(*number as usize));
        let slots: Vec<u32> = slots
            .map(|place| match place {
                Place::Copied(slot) => *slot,
                Place::Remade(slot) => copied_slots + slot,
            })
            .collect();
        let rows = order
            .iter()
            .filter_map(|number| self.rows.get(*number as usize).copied());
        let rows: Vec<SmallRow> = rows.collect();
        let is_in_order = slots
            .iter()
            .copied()
            .eq(0..u32::try_from(slots.len()).unwrap_or(u32::MAX));
        self.copied.append(&mut self.remade);
        let parts = Parts {
            terms: self.terms.encode(u32::try_from(rows.len()).unwrap_or(u32::MAX)),
            rows,
            pages: self.copied,
            dictionaries: self.dictionaries,
            texts,
            slot_of: (!is_in_order).then_some(slots),
            terms_version: self.terms_version.of_all_rows(),
            positions: self.positions,
        };
        Ok(parts.encode()?)
    }
}

impl Source<'_> {
    fn rows_of(&self, place: &PagePlace) -> Option<Vec<u32>> {
        let first = place.first_slot as usize;
        let rows = self.row_of_slot.get(first..first + place.slots as usize)?;
        Some(rows.to_vec())
    }

    fn keeps_any(&self, place: &PagePlace) -> bool {
        let rows = self.rows_of(place).unwrap_or_default();
        rows.iter().any(|row| self.kept.contains(*row))
    }

    fn small(&self, row: u32, writing: u32) -> Option<SmallRow> {
        let same = self.ids.writing(Row(row)).filter(|column| *column == writing);
        Some(SmallRow {
            id: self.columns.id(row)?,
            writing: same?,
            times: self.columns.times(row)?,
            facts: self.columns.facts(Row(row))?,
        })
    }
}

fn encode_error(source: &ParquetError) -> MergeError {
    MergeError::Encode(EncodeError {
        traces: 1,
        source: ParquetError::General(source.to_string()),
    })
}

// LIMIT: a block carries at most so many dictionaries; pages that need another one are made anew.
const DICTIONARIES_MAX: usize = 32;
/// How many pages are read at a time, each of at most about 30 kB unless one trace is larger.
const PAGES_AT_ONCE: usize = 128;
