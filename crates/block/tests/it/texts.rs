//! Texts are found wherever they are kept, and rows whose texts are not kept are never excluded.

use assembly::AssembledTrace;
use block::{Block, Condition, EncodeRow, MergeInput, Texts, merge};
use document::TraceId;
use trace::TextPart;

use crate::sample::{
    PARTS, URLS, document, encode, open, open_bytes, received, row, second, shop_traces, text, texts,
    trace_id,
};
use crate::scan::EVER;

/// A trace with these texts.
fn with_texts(number: u32, of: &[(u64, &str)]) -> EncodeRow {
    let position = u64::from(number);
    let documents = vec![received(
        document(number, position, 7, Some(8)),
        position,
        second(9),
    )];
    EncodeRow {
        texts: texts(of),
        ..row(&AssembledTrace::new(trace_id(number), 1, documents))
    }
}

async fn block_of(rows: &[EncodeRow]) -> Block {
    open(&block::encode(rows).expect("a block"))
        .await
        .expect("a block")
}

/// The traces that a scan for it gives, ascending.
async fn found(block: &Block, condition: &Condition) -> Vec<TraceId> {
    let columns = block.scan_columns().await.expect("columns");
    let pruned = block.prune(condition).await.expect("texts");
    let found = block.scan(&columns, &EVER, &pruned).into_iter();
    let mut ids: Vec<TraceId> = found.map(|(_, id, _)| id).collect();
    ids.sort_unstable();
    ids
}

fn ids(numbers: &[u32]) -> Vec<TraceId> {
    numbers.iter().map(|number| trace_id(*number)).collect()
}

#[tokio::test]
async fn each_of_many_texts_is_found_with_exactly_its_rows() {
    let url = |number: u32| {
        format!(
            "https://shop.example/{:x}?q={number}",
            number.wrapping_mul(2_654_435_761)
        )
    };
    let rows: Vec<EncodeRow> = (0..9_000)
        .map(|number| {
            let of = [(URLS, url(number)), (PARTS, format!("c-{}", number % 1_000))];
            with_texts(number, &[(of[0].0, &of[0].1), (of[1].0, &of[1].1)])
        })
        .collect();
    let block = block_of(&rows).await;
    for number in (0..9_000).step_by(613) {
        let part = format!("?q={number}");
        assert_eq!(
            found(&block, &text(URLS, TextPart::EndsWith, &part)).await,
            ids(&[number])
        );
        let whole = url(number);
        assert_eq!(
            found(&block, &text(URLS, TextPart::BeginsWith, &whole)).await,
            ids(&[number])
        );
        assert_eq!(
            found(&block, &Condition::Term(Texts::term_of(URLS, &whole))).await,
            ids(&[number])
        );
    }
    for (condition, expected) in [
        (text(URLS, TextPart::Contains, "shop.example"), 9_000),
        (text(URLS, TextPart::Contains, "no-such-text"), 0),
        (text(PARTS, TextPart::Contains, "shop.example"), 0),
        (text(PARTS, TextPart::EndsWith, "-77"), 9),
        (text(PARTS, TextPart::BeginsWith, "c-77"), 99),
        (text(4, TextPart::Contains, "c-77"), 0),
    ] {
        assert_eq!(found(&block, &condition).await.len(), expected, "{condition:?}");
    }
    let either = Condition::Any(vec![
        text(URLS, TextPart::EndsWith, "?q=5"),
        text(URLS, TextPart::EndsWith, "?q=17"),
        text(PARTS, TextPart::EndsWith, "-none"),
    ]);
    assert_eq!(found(&block, &either).await, ids(&[5, 17]));
    let both = Condition::All(vec![
        text(URLS, TextPart::Contains, "?q=10"),
        text(PARTS, TextPart::EndsWith, "c-15"),
    ]);
    assert_eq!(found(&block, &both).await, ids(&[1_015]));
}

#[tokio::test]
async fn a_long_text_is_never_excluded_and_says_nothing_of_other_fields() {
    let (long, longest) = ("m".repeat(1_025), "m".repeat(1_024));
    let rows = [
        with_texts(1, &[(URLS, &long), (PARTS, "one")]),
        with_texts(2, &[(URLS, &longest), (PARTS, "two")]),
        with_texts(3, &[(URLS, ""), (PARTS, "one")]),
    ];
    let block = block_of(&rows).await;
    let everything = [MergeInput {
        block: &block,
        rows: (0..3).collect(),
    }];
    let again = merge(&everything, &|trace| row(&trace));
    let again = open(&again.await.expect("a block")).await.expect("a block");
    for block in [&block, &again] {
        assert_eq!(
            found(block, &text(URLS, TextPart::Contains, "x")).await,
            ids(&[1])
        );
        assert_eq!(
            found(block, &text(URLS, TextPart::EndsWith, "mm")).await,
            ids(&[1, 2])
        );
        assert_eq!(
            found(block, &text(URLS, TextPart::Contains, "")).await,
            ids(&[1, 2, 3])
        );
        assert_eq!(
            found(block, &text(PARTS, TextPart::Contains, "tw")).await,
            ids(&[2])
        );
    }
}

#[tokio::test]
async fn a_text_that_shares_its_term_with_something_else_is_found() {
    let mut rows = vec![with_texts(1, &[]), with_texts(2, &[(URLS, "https://shop")])];
    rows[0].terms = vec![Texts::term_of(URLS, "https://shop")];
    let block = block_of(&rows).await;
    let shops = found(&block, &text(URLS, TextPart::Contains, "shop")).await;
    assert_eq!(shops, ids(&[1, 2]), "one that does not have it may come too");
    assert_eq!(
        found(&block, &text(URLS, TextPart::Contains, "shops")).await,
        ids(&[])
    );
}

#[tokio::test]
async fn rows_of_version_2_are_not_excluded_after_a_merge_either() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept =
        std::fs::read(folder.join("../../fixtures/formats/block-v2/block.parquet")).expect("the kept file");
    let size = kept.len() as u64;
    let old = open_bytes(kept.into(), size).await.expect("a block");
    let none = text(URLS, TextPart::Contains, "no-such-text");
    let of_old = found(&old, &none).await;
    assert_eq!(of_old.len(), 40);
    let new = block_of(&[
        with_texts(901, &[(URLS, "https://a")]),
        with_texts(902, &[(URLS, "https://b")]),
    ])
    .await;
    let inputs = [&old, &new].map(|block| MergeInput {
        block,
        rows: (1..block.rows()).collect(),
    });
    let both = merge(&inputs, &|_| unreachable!("version 2 needs no deriving"));
    let both = open(&both.await.expect("a block")).await.expect("a block");
    assert_eq!(both.rows(), 40);
    assert_eq!(found(&both, &none).await.len(), 39);
    let own = found(&both, &text(URLS, TextPart::EndsWith, "/b")).await;
    assert_eq!(own.len(), 40, "those, and the one that has it");
    // What was dropped leaves nothing behind.
    let columns = both.scan_columns().await.expect("columns");
    let rare = Condition::All(vec![none, Condition::Term(u64::MAX)]);
    let pruned = both.prune(&rare).await.expect("texts");
    assert_eq!(both.scan(&columns, &EVER, &pruned).len(), 39);
}

#[tokio::test]
async fn texts_of_rows_that_are_dropped_are_not_merged() {
    let traces = shop_traces(300);
    let block = open(&encode(&traces).expect("a block")).await.expect("a block");
    let input = MergeInput {
        block: &block,
        rows: (0..1).collect(),
    };
    let merged = merge(&[input], &|trace| row(&trace)).await.expect("a block");
    assert!(merged.bytes.len() < 6_000, "{}", merged.bytes.len());
}
