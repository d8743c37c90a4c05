//! The journal on files: order, crashes, damage, limits, trimming, kept old files.
//! `order.rs` uses nothing but what every engine promises, so that it can become the contract suite.

mod check;
mod crash;
mod damage;
mod format;
mod given;
mod limits;
mod order;
mod recycle;
mod trial_disk;
mod trim;
