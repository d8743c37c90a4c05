//! How large blocks are: `cargo test -p block --test it -- --ignored --nocapture sizes`.

use block::encode;

use crate::sample::shop_traces;

#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stderr, reason = "a measurement for people")]
fn sizes() {
    for visits in [1, 10, 100, 1_000, 10_000] {
        let traces = shop_traces(visits);
        let documents: usize = traces.iter().map(|trace| trace.documents.len()).sum();
        let segments = traces.iter().flat_map(|trace| &trace.documents);
        let (spans, text) = segments.fold((0, 0), |(spans, text), received| {
            (
                spans + received.segment.entities.len(),
                text + received.segment.text.len(),
            )
        });
        let size = encode(&traces).expect("a block").bytes.len();
        eprintln!(
            "{} traces, {documents} documents, {spans} spans, {text} bytes of text: block {size} bytes, {:.1} a span",
            traces.len(),
            size as f64 / spans as f64,
        );
    }
}
