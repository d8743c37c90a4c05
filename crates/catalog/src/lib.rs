//! The small records that must change together: which blocks there are, which of their rows are superseded.
//! Knows SQL, and nothing of what is inside a block, of objects and where they lie, or of traces.
//!
//! Records enter and leave through [`Catalog`], one transaction a call: when a call returns, what it wrote survives
//! power loss; when it fails, nothing of it was written. The engine is SQLite in one file, in statements that
//! PostgreSQL reads as well.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let folder = tempfile::tempdir().unwrap();
//! let catalog = catalog::Catalog::open(&folder.path().join("catalog.sqlite")).await.unwrap();
//! assert_eq!(catalog.blocks().await.unwrap(), []);
//! # });
//! ```

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod block_id;
mod blocks;
mod catalog;
mod error;
mod links;
mod listed;
mod meta;

pub use block_id::{BlockId, NotABlockId};
pub use catalog::Catalog;
pub use error::CatalogError;
pub use links::{LinkRecord, TraceKey};
pub use listed::{BlockRecord, SupersededRow};
