//! Laws of whole traces, and traces of any size.

mod order;
mod size;
