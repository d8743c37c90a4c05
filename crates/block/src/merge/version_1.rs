//! Rows of a block of version 1, which has no index: each is made anew.

use assembly::AssembledTrace;

use super::{MergeInput, Merging, Place, encode_error};
use crate::columns::Row;
use crate::encode::{EncodeRow, SmallRow, encode_texts};
use crate::error::MergeError;
use crate::pages::Document;
use crate::predicate::Times;
use crate::terms::NewTexts;

impl Merging {
    pub(super) async fn add_version_1(
        &mut self,
        input: &MergeInput<'_>,
        derive: &(dyn Fn(AssembledTrace) -> EncodeRow + Sync),
    ) -> Result<(), MergeError> {
        let rows: Vec<Row> = input.rows.iter().map(Row).collect();
        for some in rows.chunks(ROWS_AT_ONCE) {
            let mut texts: Vec<(u64, String)> = Vec::new();
            for trace in input.block.read(some).await? {
                let row = derive(trace);
                let small = SmallRow::of(&row, Times::of(&row.trace));
                let number = self.push(small, Place::Remade(self.remade_slots));
                row.terms.iter().for_each(|term| self.terms.add(*term, number));
                let mut new = NewTexts::new();
                for text in row.texts.iter() {
                    self.terms.add_text(text, number, &mut new);
                }
                texts.extend(new.into_iter().map(|(field, text)| (field, text.to_owned())));
                self.terms_version.add(row.terms_version);
                let documents: Vec<Document<&[u8]>> = row.trace.documents.iter().map(Document::of).collect();
                self.remake(&small, &documents)
                    .map_err(|error| encode_error(&error))?;
            }
            let texts = texts.iter().map(|(field, text)| (*field, text.as_str()));
            let pieces = encode_texts(texts.collect()).map_err(|error| encode_error(&error))?;
            let pieces = pieces.into_iter().map(|(_, piece)| piece.into());
            self.texts.push((self.input, pieces.collect()));
        }
        Ok(())
    }
}

/// How many rows are read at a time.
const ROWS_AT_ONCE: usize = 1_000;
