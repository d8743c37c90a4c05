//! The small records that must change together: which blocks there are, which of their rows are superseded, which
//! groups there are and which expression of them was in force when, the sampling rules, which tags lie on what,
//! the resource policies, the encryption setting.
//! Knows SQL, and nothing of what is inside a block, of objects and where they lie, of traces, or of what an
//! expression says.
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
mod encryption;
mod error;
mod full_traces;
mod group_record;
mod groups;
mod links;
mod listed;
mod meta;
mod policies;
mod sampling_rules;
mod tags;

pub use block_id::{BlockId, NotABlockId};
pub use catalog::Catalog;
pub use encryption::Encryption;
pub use error::CatalogError;
pub use group_record::{GroupKey, GroupRecord, GroupSettings, GroupVersion, NewGroup, Tag};
pub use links::{LinkRecord, TraceKey};
pub use listed::{BlockRecord, SupersededRow};
pub use policies::{PolicyChange, PolicyRow, ResourcePolicies};
pub use sampling_rules::{SamplingRuleChange, SamplingRuleRow, SamplingRules};
pub use tags::Tagged;
