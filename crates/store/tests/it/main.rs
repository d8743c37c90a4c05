//! The store from outside, on a real directory.

mod check;
mod compact;
mod crash;
mod damage;
mod exact;
mod expiry;
mod newest;
mod retention;
mod rollups;
mod sample;
mod write;
