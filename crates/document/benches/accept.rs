//! How long accepting a document takes: parse, check, keep.

use bytes::Bytes;
use clock::Timestamp;
use demo::Shop;
use divan::Bencher;
use divan::counter::ItemsCount;
use document::{Accepted, Limits, accept};

fn main() {
    divan::main();
}

#[divan::bench]
fn accept_documents_of_the_sample_shop(bencher: Bencher<'_, '_>) {
    let mut shop = Shop::new(1);
    let visits = (0..500).map(|second| shop.visit(Timestamp::from_seconds(1_767_225_600 + second)));
    let documents: Vec<Bytes> = visits
        .flat_map(|visit| visit.documents)
        .map(|sent| sent.document.into())
        .collect();
    bencher.counter(ItemsCount::new(documents.len())).bench(|| {
        let mut accepted = Accepted::default();
        for document in &documents {
            accept(document, &Limits::default(), &mut accepted);
        }
        accepted
    });
}
