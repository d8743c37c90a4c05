//! Every trace comes out as it went in.

use block::{Condition, Row};

use crate::sample::{encode, open, outline, rows_of, shop_traces, trace_id};

#[tokio::test]
async fn traces_come_out_as_they_went_in() {
    let traces = shop_traces(300);
    let encoded = encode(&traces).expect("a block");
    let block = open(&encoded).await.expect("what was written");
    assert_eq!(
        (block.rows() as usize, encoded.statistics.rows as usize),
        (traces.len(), traces.len())
    );
    let rows = rows_of(&block, traces.iter().map(|trace| trace.id)).await;
    let read = block.read(&rows).await.expect("documents");
    assert_eq!(
        read.iter().map(outline).collect::<Vec<_>>(),
        traces.iter().map(outline).collect::<Vec<_>>()
    );
    let documents: usize = traces.iter().map(|trace| trace.documents.len()).sum();
    assert_eq!(encoded.statistics.positions.len(), documents as u64);
    assert!(documents > 2 * traces.len(), "traces with several documents");
}

#[tokio::test]
async fn some_rows_are_read_in_the_order_asked_and_as_often() {
    let traces = shop_traces(100);
    let block = open(&encode(&traces).expect("a block"))
        .await
        .expect("what was written");
    let wanted = [&traces[70], &traces[3], &traces[70], &traces[50]];
    let rows = rows_of(&block, wanted.map(|trace| trace.id)).await;
    let read = block.read(&rows).await.expect("documents");
    assert_eq!(read.iter().map(outline).collect::<Vec<_>>(), wanted.map(outline));
    assert!(block.read(&[]).await.expect("nothing").is_empty());
}

#[tokio::test]
async fn rows_of_a_longer_block_are_left_out() {
    let long = open(&encode(&shop_traces(100)).expect("a block"))
        .await
        .expect("what was written");
    let traces = shop_traces(2);
    let short = open(&encode(&traces).expect("a block"))
        .await
        .expect("what was written");
    let pruned = long.prune(&Condition::Every).await.expect("no terms");
    let columns = long.scan_columns().await.expect("columns");
    let everything = long.scan(&columns, &crate::scan::EVER, &pruned);
    let rows: Vec<Row> = everything.iter().map(|(row, _, _)| *row).collect();
    assert_eq!(short.read(&rows).await.expect("documents").len(), traces.len());
}

#[tokio::test]
async fn an_id_is_found_in_the_block_that_has_it_and_in_no_other() {
    let mut traces = shop_traces(200);
    traces
        .iter_mut()
        .zip(1..)
        .for_each(|(trace, writing)| trace.writing = writing);
    let absent = traces.split_off(100);
    let block = open(&encode(&traces).expect("a block"))
        .await
        .expect("what was written");
    for trace in &traces {
        assert_eq!(
            block
                .find(trace.id)
                .await
                .expect("a table")
                .map(|found| found.writing),
            Some(trace.writing)
        );
    }
    for id in absent
        .iter()
        .map(|trace| trace.id)
        .chain([trace_id(0), trace_id(u32::MAX)])
    {
        assert_eq!(block.find(id).await.expect("a table"), None);
    }
}

#[tokio::test]
async fn a_block_of_several_row_groups_is_whole() {
    let traces: Vec<_> = (0..20_000_u32)
        .map(|number| {
            let position = u64::from(number);
            let text = crate::sample::document(number, position, i64::from(number % 977), None);
            let documents = vec![crate::sample::received(text, position, crate::sample::second(5))];
            assembly::AssembledTrace::new(trace_id(number), 1, documents)
        })
        .collect();
    let block = open(&encode(&traces).expect("a block"))
        .await
        .expect("what was written");
    let wanted = [
        &traces[19_999],
        &traces[0],
        &traces[8_191],
        &traces[8_192],
        &traces[10_000],
    ];
    let rows = rows_of(&block, wanted.map(|trace| trace.id)).await;
    let read = block.read(&rows).await.expect("documents");
    assert_eq!(read.iter().map(outline).collect::<Vec<_>>(), wanted.map(outline));
}

#[tokio::test]
async fn a_block_of_no_traces_is_a_block() {
    let encoded = encode(&[]).expect("a block");
    let block = open(&encoded).await.expect("what was written");
    assert_eq!(
        (block.rows(), block.find(trace_id(1)).await.expect("a table")),
        (0, None)
    );
    let pruned = block.prune(&Condition::Term(1)).await.expect("no terms");
    assert!(pruned.is_empty());
    let pruned = block.prune(&Condition::Every).await.expect("no terms");
    let columns = block.scan_columns().await.expect("columns");
    assert!(block.scan(&columns, &crate::scan::EVER, &pruned).is_empty());
}

#[tokio::test]
async fn each_of_many_terms_is_found_with_exactly_its_rows() {
    let traces = shop_traces(700);
    let block = open(&encode(&traces).expect("a block"))
        .await
        .expect("what was written");
    let columns = block.scan_columns().await.expect("columns");
    for trace in &traces {
        let own = Condition::Term(1 << 40 | trace.documents[0].position);
        let pruned = block.prune(&own).await.expect("terms");
        let found = block.scan(&columns, &crate::scan::EVER, &pruned);
        assert_eq!(found.iter().map(|(_, id, _)| *id).collect::<Vec<_>>(), [trace.id]);
    }
    for (term, step) in (2..20).zip(2..) {
        let wanted = traces
            .iter()
            .filter(|trace| trace.documents[0].position.is_multiple_of(step))
            .count();
        let pruned = block.prune(&Condition::Term(term)).await.expect("terms");
        assert_eq!(
            block.scan(&columns, &crate::scan::EVER, &pruned).len(),
            wanted,
            "{term}"
        );
    }
}
