//! Pages of documents. A page holds whole traces and can be moved to another block as it is.
//!
//! ```text
//! page:  head length | head | numbers length | numbers | raw length | raw | skeleton length | skeleton under zstd
//! head:  count of slots | base time | slot*                                               lengths are varints
//! slot:  writing | count of documents
//!        | (skeleton length, position, receipt)*   each but the length as difference to the one before in the page
//!        | numbers length | raw length
//! ```
//! A slot is a trace: its part of the streams of `tokens.rs`. A dictionary is raw content for zstd, itself under zstd.

use std::collections::HashSet;
use std::io;

use assembly::AssembledTrace;
use bytes::Bytes;
use clock::Timestamp;
use document::TraceId;
use trace::Received;

use crate::documents::received;
use crate::error::Damage;
use crate::fuse::mix;
use crate::tokens::{self, Joiner, Splitter, Streams};
use crate::varint::{self, Cursor};

/// A page as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) bytes: Bytes,
    /// How many traces.
    pub(crate) slots: u32,
    /// Which dictionary of the block it needs, from 1; 0 for none.
    pub(crate) dictionary: u32,
}

/// Makes pages.
pub(crate) struct PageWriter {
    dictionary: u32,
    compressor: zstd::bulk::Compressor<'static>,
    draft: Draft,
}

#[derive(Default)]
struct Draft {
    slots: u32,
    base: u64,
    position: u64,
    receipt: i64,
    text_bytes: usize,
    head: Vec<u8>,
    streams: Streams,
}

impl PageWriter {
    /// Of pages that need this dictionary, which has this number.
    pub(crate) fn new(dictionary: u32, content: &[u8]) -> io::Result<PageWriter> {
        let mut compressor = zstd::bulk::Compressor::with_dictionary(ZSTD_LEVEL, content)?;
        compressor.include_checksum(false)?;
        compressor.include_dictid(false)?;
        Ok(PageWriter {
            dictionary,
            compressor,
            draft: Draft::default(),
        })
    }

    /// Adds one trace; the page so far, when it is full.
    pub(crate) fn add(
        &mut self,
        id: TraceId,
        writing: u32,
        documents: &[Document<impl AsRef<[u8]>>],
    ) -> io::Result<Option<Page>> {
        self.draft.add(id, writing, documents);
        if self.draft.text_bytes >= PAGE_TEXT_BYTES {
            return self.finish();
        }
        Ok(None)
    }

    /// The page so far.
    pub(crate) fn finish(&mut self) -> io::Result<Option<Page>> {
        let draft = &mut self.draft;
        if draft.slots == 0 {
            return Ok(None);
        }
        let Streams {
            skeleton,
            numbers,
            raw,
        } = &draft.streams;
        let packed = self.compressor.compress(skeleton)?;
        let mut head = Vec::with_capacity(draft.head.len() + 12);
        varint::put(&mut head, u64::from(draft.slots));
        varint::put(&mut head, draft.base);
        head.extend(&draft.head);
        let mut bytes = Vec::with_capacity(head.len() + numbers.len() + raw.len() + packed.len() + 20);
        for part in [&head, numbers, raw] {
            varint::put(&mut bytes, part.len() as u64);
            bytes.extend(part);
        }
        varint::put(&mut bytes, skeleton.len() as u64);
        bytes.extend(packed);
        let slots = draft.slots;
        draft.begin_anew();
        Ok(Some(Page {
            bytes: bytes.into(),
            slots,
            dictionary: self.dictionary,
        }))
    }
}

impl Draft {
    /// Empty, but with the memory of the page before.
    fn begin_anew(&mut self) {
        let Draft {
            mut head,
            mut streams,
            ..
        } = std::mem::take(self);
        head.clear();
        for stream in [&mut streams.skeleton, &mut streams.numbers, &mut streams.raw] {
            stream.clear();
        }
        *self = Draft {
            head,
            streams,
            ..Draft::default()
        };
    }

    fn add(&mut self, id: TraceId, writing: u32, documents: &[Document<impl AsRef<[u8]>>]) {
        if self.slots == 0 {
            let mut times = documents
                .iter()
                .filter_map(|document| tokens::first_time(document.text.as_ref()));
            self.base = times.next().unwrap_or(0);
        }
        self.slots += 1;
        varint::put(&mut self.head, u64::from(writing));
        varint::put(&mut self.head, documents.len() as u64);
        let (numbers, raw) = (self.streams.numbers.len(), self.streams.raw.len());
        let trace_id = id.to_string();
        let mut splitter = Splitter::new(&trace_id, self.base, &mut self.streams);
        for document in documents {
            let text = document.text.as_ref();
            let length = splitter.text(text);
            varint::put(&mut self.head, length as u64);
            let ahead = document.position.wrapping_sub(self.position);
            varint::put_signed(&mut self.head, ahead.cast_signed());
            let receipt = document.receipt.as_nanos();
            varint::put_signed(&mut self.head, receipt.wrapping_sub(self.receipt));
            (self.position, self.receipt) = (document.position, receipt);
            self.text_bytes += text.len();
        }
        varint::put(&mut self.head, (self.streams.numbers.len() - numbers) as u64);
        varint::put(&mut self.head, (self.streams.raw.len() - raw) as u64);
    }
}

/// A document as pages hold it: nobody asks whether it can be read.
#[derive(Debug, Clone)]
pub(crate) struct Document<T = Bytes> {
    pub(crate) position: u64,
    pub(crate) receipt: Timestamp,
    pub(crate) text: T,
}

impl Document<&[u8]> {
    pub(crate) fn of(received: &Received) -> Document<&[u8]> {
        Document {
            position: received.position,
            receipt: received.receipt,
            text: &received.segment.text,
        }
    }
}

/// A page, read back.
#[derive(Debug)]
pub(crate) struct OpenPage<'a> {
    base: u64,
    pub(crate) slots: Vec<Slot<'a>>,
    skeleton_bytes: usize,
    packed: &'a [u8],
}

/// A trace in a page.
#[derive(Debug, Clone)]
pub(crate) struct Slot<'a> {
    pub(crate) writing: u32,
    pub(crate) documents: Vec<Place>,
    skeleton: usize,
    numbers: &'a [u8],
    raw: &'a [u8],
}

/// A document in a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) position: u64,
    receipt: i64,
    length: usize,
}

/// Unpacks pages that need the same dictionary. To set one up costs as much as to unpack a page.
pub(crate) struct Unpacker(zstd::bulk::Decompressor<'static>);

impl Unpacker {
    pub(crate) fn new(dictionary: &[u8]) -> Result<Unpacker, Damage> {
        zstd::bulk::Decompressor::with_dictionary(dictionary)
            .map(Unpacker)
            .map_err(|_| UNPACKABLE)
    }
}

impl<'a> OpenPage<'a> {
    /// Reads the head; no text is unpacked.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<OpenPage<'a>, Damage> {
        let mut cursor = Cursor::new(bytes);
        let mut part = || {
            let length = cursor.length()?;
            cursor.take(length)
        };
        let (mut head, mut numbers, mut raw) =
            (Cursor::new(part()?), Cursor::new(part()?), Cursor::new(part()?));
        let skeleton_bytes = cursor.length()?;
        let (slots, base) = (head.length()?, head.number()?);
        let mut page = OpenPage {
            base,
            slots: Vec::new(),
            skeleton_bytes,
            packed: cursor.rest(),
        };
        let (mut position, mut receipt, mut skeleton) = (0_u64, 0_i64, 0_usize);
        for _ in 0..slots {
            let (writing, count) = (head.number32()?, head.length()?);
            let begun = skeleton;
            let mut documents = Vec::new();
            for _ in 0..count {
                let length = head.length()?;
                skeleton = skeleton.saturating_add(length);
                position = position.wrapping_add(head.signed()?.cast_unsigned());
                receipt = receipt.wrapping_add(head.signed()?);
                documents.push(Place {
                    position,
                    receipt,
                    length,
                });
            }
            let numbers_length = head.length()?;
            let raw_length = head.length()?;
            page.slots.push(Slot {
                writing,
                documents,
                skeleton: begun,
                numbers: numbers.take(numbers_length)?,
                raw: raw.take(raw_length)?,
            });
        }
        if skeleton == skeleton_bytes {
            Ok(page)
        } else {
            Err(Damage::Shape("a page's texts are not as long as it says"))
        }
    }

    /// The skeletons of all texts.
    pub(crate) fn unpack(&self, unpacker: &mut Unpacker) -> Result<Vec<u8>, Damage> {
        if self.skeleton_bytes > SKELETON_BYTES_MAX {
            return Err(Damage::Shape("a page is larger than any"));
        }
        match unpacker.0.decompress(self.packed, self.skeleton_bytes) {
            Ok(skeletons) if skeletons.len() == self.skeleton_bytes => Ok(skeletons),
            Ok(_) | Err(_) => Err(UNPACKABLE),
        }
    }

    /// The documents in a slot; `skeletons` are this page's.
    pub(crate) fn documents(
        &self,
        slot: usize,
        id: TraceId,
        skeletons: &[u8],
    ) -> Result<Vec<Document>, Damage> {
        let slot = self
            .slots
            .get(slot)
            .ok_or(Damage::Shape("a page has fewer traces than it should"))?;
        let trace_id = id.to_string();
        let mut joiner = Joiner::new(&trace_id, self.base, slot.numbers, slot.raw);
        let mut rest = Cursor::new(skeletons);
        rest.take(slot.skeleton)?;
        let documents = slot.documents.iter().map(|place| {
            Ok(Document {
                position: place.position,
                receipt: Timestamp::from_nanos(place.receipt),
                text: joiner.text(rest.take(place.length)?)?.into(),
            })
        });
        documents.collect()
    }

    /// The trace in a slot. Documents that this program cannot read are left out.
    pub(crate) fn trace(&self, slot: usize, id: TraceId, skeletons: &[u8]) -> Result<AssembledTrace, Damage> {
        let documents = self.documents(slot, id, skeletons)?;
        let read = documents
            .iter()
            .filter_map(|one| received(one.position, one.receipt, &one.text));
        Ok(AssembledTrace {
            id,
            writing: self.slots.get(slot).map_or(0, |slot| slot.writing),
            documents: read.collect(),
        })
    }
}

/// Content that the texts of these traces have in common with many others; empty where there are so few that it would
/// cost more than it saves.
pub(crate) fn dictionary_of<'a>(traces: impl ExactSizeIterator<Item = &'a AssembledTrace>) -> Vec<u8> {
    let step = (traces.len() / DICTIONARY_SAMPLES).max(1);
    let mut sampled = 0;
    let mut seen = HashSet::new();
    let mut content = Streams::default();
    for trace in traces.step_by(step) {
        let trace_id = trace.id.to_string();
        for received in &trace.documents {
            let text = &received.segment.text;
            sampled += text.len();
            if content.skeleton.len() + text.len() > DICTIONARY_BYTES_MAX || !seen.insert(shape(text)) {
                continue;
            }
            Splitter::new(&trace_id, 0, &mut content).text(text);
        }
    }
    if sampled.saturating_mul(step) < DICTIONARY_WORTH_BYTES {
        return Vec::new();
    }
    content.skeleton
}

/// Nearly the same for documents that differ in numbers only.
fn shape(text: &[u8]) -> u64 {
    let words = text.chunk_by(|a, b| a.is_ascii_alphabetic() == b.is_ascii_alphabetic());
    let letters = words.filter(|word| word.first().is_some_and(u8::is_ascii_alphabetic));
    letters.fold(0, |hash, word| {
        mix(hash ^ word.iter().fold(0, |word, byte| word << 5 ^ u64::from(*byte)))
    })
}

pub(crate) fn pack_dictionary(content: &[u8]) -> io::Result<Bytes> {
    Ok(zstd::bulk::compress(content, DICTIONARY_LEVEL)?.into())
}

pub(crate) fn unpack_dictionary(bytes: &[u8]) -> Result<Vec<u8>, Damage> {
    zstd::bulk::decompress(bytes, 2 * DICTIONARY_BYTES_MAX)
        .map_err(|_| Damage::Shape("a dictionary cannot be unpacked"))
}

const UNPACKABLE: Damage = Damage::Shape("a page cannot be unpacked");
/// A page is full when its texts have so many bytes: what reading one trace must unpack, against what zstd makes of it.
const PAGE_TEXT_BYTES: usize = 96 << 10;
const ZSTD_LEVEL: i32 = 1;
// LIMIT: texts of a page, lest foreign bytes ask for all memory.
const SKELETON_BYTES_MAX: usize = 1 << 30;
const DICTIONARY_BYTES_MAX: usize = 64 << 10;
/// How many traces are looked at for a dictionary.
const DICTIONARY_SAMPLES: usize = 1_000;
/// Texts of fewer bytes get no dictionary.
const DICTIONARY_WORTH_BYTES: usize = 2 << 20;
const DICTIONARY_LEVEL: i32 = 9;
