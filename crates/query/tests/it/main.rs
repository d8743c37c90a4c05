//! The read path as its callers see it, against the sections of the spec: requests and answers are JSON.

mod corpus;
mod counting;
mod graphs;
mod nodes;
mod paging;
mod sampling;
mod selection;
mod series;
mod storage;
mod summaries;
mod traces;
mod windows;
mod world;
