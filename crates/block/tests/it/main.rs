//! A block from outside: what goes in comes out, and nothing else ever does.

mod damage;
mod kept;
mod merge;
mod round_trip;
mod sample;
mod scan;
mod texts;
mod unreadable;
