//! What users name and set: groups, sampling rules and their tags, resource policies, the encryption setting, with
//! every rule of `spec/api.md` on them.
//! Knows neither HTTP, nor what a group's graph is, nor which requests a rule is about, nor how records are kept.
//!
//! Requests enter through [`Settings`], which answers in the shapes of `wire` once a change would survive power loss.
//! [`Memberships`] say which traces the groups hold; whoever judges traces watches them.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use std::sync::Arc;
//!
//! let folder = tempfile::tempdir().unwrap();
//! let catalog = catalog::Catalog::open(&folder.path().join("catalog.sqlite")).await.unwrap();
//! let home = settings::Home { region: "us-east-1".to_owned(), account_id: "000000000000".to_owned() };
//! let (clock, chance) = (Arc::new(clock::SystemClock), Arc::new(clock::SystemRandomness));
//! let groups = settings::Memberships::load(catalog, home).await.unwrap();
//! // Groups change at a moment that no receipt shares; where nothing is received any clock will do.
//! let limits = settings::SettingsLimits::default();
//! let settings = settings::Settings::open(groups, clock.clone(), clock, chance, limits).await.unwrap();
//! let groups = settings.groups(&wire::GetGroupsRequest::default()).await.unwrap().groups;
//! assert_eq!(groups[0].group_arn, "arn:aws:xray:us-east-1:000000000000:group/Default");
//! # });
//! ```

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod arn;
mod encryption;
mod error;
mod groups;
mod memberships;
mod policies;
mod sampling_rules;
mod settings;
mod tags;
#[cfg(test)]
mod testkit;

pub use arn::Home;
pub use error::SettingsError;
pub use memberships::Memberships;
pub use sampling_rules::{Changed, RulesNow, record_of};
pub use settings::{Settings, SettingsLimits};
