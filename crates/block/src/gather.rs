//! Traces gathered for a block: whatever is made of a trace is made at once, while the trace is at hand.

use assembly::AssembledTrace;
use document::TraceId;
use parquet::errors::ParquetError;
use roaring::RoaringTreemap;
use rustc_hash::FxHashMap;

use crate::encode::{EncodeRow, EncodedBlock, Parts, SmallRow, TermsVersion, encode_texts};
use crate::error::EncodeError;
use crate::pages::{self, Document, Page, PageWriter};
use crate::predicate::Times;
use crate::terms::{NewTexts, Postings};
use crate::texts::Texts;

/// The traces of a block, their documents in pages, each with what it is found by.
pub struct Gathered {
    traces: Vec<Kept>,
    pages: Vec<Page>,
    dictionary: Vec<u8>,
    positions: RoaringTreemap,
}

/// What is left of a trace once its documents lie in a page.
struct Kept {
    row: SmallRow,
    terms: Vec<u64>,
    texts: Texts,
    terms_version: Option<u64>,
}

/// Gathers traces, each with its times, in any order. What each is found by, one of the two says, each on a thread of its
/// own: traces must not come in faster than they are stored. INVARIANT: each id comes once.
///
/// # Errors
/// [`EncodeError`] where zstd refuses, which it has no reason for.
pub fn gather<F>(mut traces: Vec<(Times, AssembledTrace)>, found_by: [F; 2]) -> Result<Gathered, EncodeError>
where
    F: FnMut(AssembledTrace) -> EncodeRow + Send,
{
    let count = traces.len();
    traces.sort_unstable_by_key(|(times, trace)| (times.start, trace.id));
    gather_sorted(traces, found_by).map_err(|source| EncodeError {
        traces: count,
        source,
    })
}

/// Makes one block of these rows, in any order. INVARIANT: each id comes once.
///
/// # Errors
/// [`EncodeError`] where Parquet or zstd refuses, which well-formed traces give no reason for.
pub fn encode(rows: &[EncodeRow]) -> Result<EncodedBlock, EncodeError> {
    let by_id: FxHashMap<TraceId, &EncodeRow> = rows.iter().map(|row| (row.trace.id, row)).collect();
    let found_by = |trace: AssembledTrace| {
        let row = by_id.get(&trace.id).expect("the traces are those of the rows");
        EncodeRow {
            trace,
            ..(*row).clone()
        }
    };
    let traces = rows.iter().map(|row| (Times::of(&row.trace), row.trace.clone()));
    gather(traces.collect(), [found_by, found_by])?.encode()
}

impl Gathered {
    /// The block.
    ///
    /// # Errors
    /// [`EncodeError`] where Parquet or zstd refuses, which well-formed traces give no reason for.
    pub fn encode(self) -> Result<EncodedBlock, EncodeError> {
        let traces = self.traces.len();
        self.parts()
            .and_then(Parts::encode)
            .map_err(|source| EncodeError { traces, source })
    }

    fn parts(self) -> Result<Parts, ParquetError> {
        let mut parts = Parts {
            pages: self.pages,
            positions: self.positions,
            ..Parts::default()
        };
        if !self.dictionary.is_empty() {
            parts.dictionaries.push(pages::pack_dictionary(&self.dictionary)?);
        }
        let (mut terms, mut texts) = (Postings::default(), NewTexts::new());
        let mut versions = TermsVersion::default();
        for (kept, number) in self.traces.iter().zip(0_u32..) {
            kept.terms.iter().for_each(|term| terms.add(*term, number));
            for text in kept.texts.iter() {
                terms.add_text(text, number, &mut texts);
            }
            versions.add(kept.terms_version);
            parts.rows.push(kept.row);
        }
        parts.texts = encode_texts(texts)?;
        parts.terms_version = versions.of_all_rows();
        parts.terms = terms.encode(u32::try_from(parts.rows.len()).unwrap_or(u32::MAX));
        Ok(parts)
    }

    /// Adds traces that come after those that are there.
    fn extend(&mut self, more: Gathered) {
        self.traces.extend(more.traces);
        self.pages.extend(more.pages);
        self.positions |= more.positions;
    }
}

fn gather_sorted<F>(
    mut traces: Vec<(Times, AssembledTrace)>,
    [mut first_found_by, mut second_found_by]: [F; 2],
) -> Result<Gathered, ParquetError>
where
    F: FnMut(AssembledTrace) -> EncodeRow + Send,
{
    let dictionary = pages::dictionary_of(traces.iter().map(|(_, trace)| trace));
    let second = traces.split_off(match traces.len() {
        few @ ..TRACES_TO_SHARE => few,
        many => many / 2,
    });
    let (first, second) = std::thread::scope(|scope| {
        let beside = (!second.is_empty())
            .then(|| scope.spawn(|| gather_some(second, &dictionary, &mut second_found_by)));
        let first = gather_some(traces, &dictionary, &mut first_found_by);
        let second = beside.map(|beside| match beside.join() {
            Ok(second) => second,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        (first, second)
    });
    let mut gathered = first?;
    if let Some(second) = second {
        gathered.extend(second?);
    }
    gathered.dictionary = dictionary;
    Ok(gathered)
}

/// Gathers traces in their order.
fn gather_some(
    traces: Vec<(Times, AssembledTrace)>,
    dictionary: &[u8],
    found_by: &mut impl FnMut(AssembledTrace) -> EncodeRow,
) -> Result<Gathered, ParquetError> {
    let mut gathered = Gathered {
        traces: Vec::with_capacity(traces.len()),
        pages: Vec::new(),
        dictionary: Vec::new(),
        positions: RoaringTreemap::new(),
    };
    if traces.is_empty() {
        return Ok(gathered);
    }
    let mut writer = PageWriter::new(u32::from(!dictionary.is_empty()), dictionary)?;
    for (times, trace) in traces {
        let row = found_by(trace);
        let documents: Vec<Document<&[u8]>> = row.trace.documents.iter().map(Document::of).collect();
        let page = writer.add(row.trace.id, row.trace.writing, &documents)?;
        gathered.pages.extend(page);
        let positions = documents.iter().map(|document| document.position);
        gathered.positions.extend(positions);
        gathered.traces.push(Kept {
            row: SmallRow::of(&row, times),
            terms: row.terms,
            texts: row.texts,
            terms_version: row.terms_version,
        });
    }
    gathered.pages.extend(writer.finish()?);
    Ok(gathered)
}

/// Fewer are gathered by one thread.
const TRACES_TO_SHARE: usize = 128;
