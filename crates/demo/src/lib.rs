//! The sample system of `roentgen demo`: a web shop, told as the segment documents that its services would send.
//! It knows neither network nor clock nor what becomes of a document; the caller says when a visit begins, and sends.
//!
//! ```text
//! client > shop-api/prod > shop-web > catalog > products (DynamoDB)
//!                |             +-----> orders@db.shop.test (SQL)
//!                +-> place-order (Lambda, function) > catalog, orders@db.shop.test, payments.example.com
//!                                                   > order-mails (SQS) - - link - -> mail-worker > SQL, SES
//! client > reports > orders@db.shop.test, shop-reports (S3)
//! ```
//!
//! Every service writes as the tracing library of its language does, quirks included (`dialect.rs`).
//!
//! ```
//! let mut shop = demo::Shop::new(7);
//! let visit = shop.visit(clock::Timestamp::from_nanos(1_767_225_600_000_000_000));
//! assert!(visit.documents.iter().all(|sent| sent.document.starts_with('{')));
//! ```

mod catalog;
mod chance;
mod database;
mod dialect;
mod entity;
mod exception;
mod gateway;
mod mail;
mod order;
mod payment;
mod reports;
mod request;
mod scene;
mod visitor;
mod web;

use clock::Timestamp;

use crate::chance::Chance;
use crate::request::{Request, Route};
use crate::scene::Scene;
use crate::visitor::Visitor;

/// The sample web shop; the same seed and the same calls give the same documents.
#[derive(Debug, Clone)]
pub struct Shop {
    chance: Chance,
}

/// One visit: a request, and what the shop does because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The trace of the request first, then the traces that it set off elsewhere.
    pub trace_ids: Vec<String>,
    /// Every document, in the order of sending.
    pub documents: Vec<Sent>,
}

/// A document and the moment at which its service sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Never before the visit began, and never before what the document says has ended.
    pub at: Timestamp,
    /// One segment document, or one subsegment sent on its own, as JSON.
    pub document: String,
}

impl Shop {
    /// A shop whose visitors and misfortunes all follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed),
        }
    }

    /// Plays one visit that begins at `at`. Visits may overlap; each draws its own luck.
    pub fn visit(&mut self, at: Timestamp) -> Visit {
        let mut chance = self.chance.fork();
        let visitor = Visitor::draw(&mut chance);
        let request = Request::draw(&mut chance);
        let mut scene = Scene::begin(chance, visitor, at);
        match request.route {
            Route::Report => reports::serve(&mut scene, &request, at),
            Route::Home
            | Route::Product
            | Route::Search
            | Route::Cart
            | Route::OrderStatus
            | Route::PlaceOrder => {
                gateway::serve(&mut scene, &request, at);
            }
        }
        mail::deliver(&mut scene);
        scene.into_visit()
    }
}
