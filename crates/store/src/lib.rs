//! All blocks: cut traces are written, found again, expired, and kept out of answers when damaged.
//! Knows no filter language, only whom to ask which groups a trace is in; and nothing of live traces or of the journal
//! but the positions in it.
//!
//! Traces enter through [`Store::write`], which returns when they would survive power loss, and leave through a
//! [`Snapshot`]: by id, or scanned with a [`Predicate`] over the small columns and then read with their documents.
//!
//! The directory holds `catalog.sqlite`, `blocks/ID.parquet` and `blocks/ID.rollups`. A write goes: objects, synced; catalog, one
//! transaction that lists the block and marks the rows that it supersedes; listing in memory, swapped as a whole.
//! INVARIANT: what the catalog does not list is not stored. An object that a crash left unlisted is removed at open.
//! INVARIANT: of each trace exactly one row is unsuperseded, and it holds every stored document of the trace.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use std::sync::Arc;
//!
//! let folder = tempfile::tempdir().unwrap();
//! let config = store::StoreConfig::new(folder.path().join("store"));
//! let (clock, chance) = (Arc::new(clock::SystemClock), Arc::new(clock::SystemRandomness));
//! let store = store::Store::open(config, clock, chance).await.unwrap();
//! let written = store.write(Vec::new()).await.unwrap();
//! assert_eq!(written.block, None);
//! # });
//! ```

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod check;
mod compact;
mod contribution;
mod error;
mod expire;
mod listing;
mod newest;
mod objects;
mod open;
mod plan;
mod quarantine;
mod rollup_object;
mod rollups;
mod snapshot;
mod store;
mod stored_block;
mod time_cache;
mod unstored;
mod write;

pub use block::{Bounds, ClockColumn, Condition, FactTest, Predicate, Row, TextTest, Texts, Times};
pub use catalog::BlockId;
pub use check::{CheckedBlock, CheckedStore, Finding, check};
pub use compact::Compacted;
pub use error::{
    BlockFailure, CompactError, ContributionError, ExpireError, OpenError, ReadError, WriteError,
};
pub use expire::Expired;
pub use listing::Content;
pub use newest::{Spot, Stretch, spot_of};
pub use rollup_object::RollupError;
pub use service_graph::{Counting, GraphClock};
pub use snapshot::{LookedUp, RowKey, Snapshot};
pub use store::{GroupsView, Status, Store, StoreConfig, TermRules};
pub use trace::Roots;
pub use unstored::{Unstored, Update};
pub use write::Written;
