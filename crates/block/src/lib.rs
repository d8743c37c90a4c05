//! One immutable block: stored traces as one object, written once, verified whenever it is read.
//! Knows no catalog, no filter language, and nothing of other blocks or of which writing of a trace counts.
//!
//! Traces enter through [`encode`], which gives the object's bytes and what a catalog should say of them. They leave
//! through a [`Block`]: found by id, or scanned by terms, texts and small columns with a [`Predicate`], and only then read
//! with their documents. Several blocks become one through [`merge`]. Every byte from storage is foreign: it is an error, never a panic, and never believed unchecked.
//!
//! ```
//! let block = block::encode(&[]).expect("no traces are well formed");
//! assert_eq!(block.statistics.rows, 0);
//! assert!(block.bytes.starts_with(b"PAR1"));
//! ```

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod block;
mod blocking;
mod checksums;
mod columns;
mod condition;
mod documents;
mod encode;
mod error;
mod footer;
mod fuse;
mod gather;
mod ids;
mod index;
mod merge;
mod object;
mod pages;
mod pieces;
mod predicate;
mod reader;
mod schema;
mod search;
mod sections;
mod terms;
mod text_pieces;
mod texts;
mod tokens;
mod varint;
mod version_1;

pub use block::Block;
pub use columns::{Found, Row, ScanColumns};
pub use condition::{Condition, FactTest, Pruned};
pub use encode::{EncodeRow, EncodedBlock, Statistics};
pub use error::{BlockError, Damage, EncodeError, MergeError};
pub use gather::{Gathered, encode, gather};
pub use merge::{MergeInput, merge};
pub use pieces::PieceCache;
pub use predicate::{Bounds, ClockColumn, Predicate, Times};
pub use schema::VERSION;
pub use texts::{TextTest, Texts};
