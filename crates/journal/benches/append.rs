//! How fast batches of documents are appended durably, and read again: `cargo bench -p journal`.

use clock::Timestamp;
use divan::counter::{BytesCount, ItemsCount};
use journal::{FileJournal, FileJournalConfig, Record};
use std::sync::mpsc::sync_channel;

const DOCUMENTS: usize = 46;
const DOCUMENT_BYTES: usize = 1_500;

fn main() {
    divan::main();
}

fn batch() -> Vec<Record> {
    let payload = bytes::Bytes::from(vec![b'x'; DOCUMENT_BYTES]);
    let record = |number: u8| Record {
        key: [number; 16],
        receipt: Timestamp::EPOCH,
        payload: payload.clone(),
    };
    (0..DOCUMENTS as u8).map(record).collect()
}

/// Each thread appends a batch and waits until it is durable.
#[divan::bench(threads = [1, 2, 4, 16, 64], sample_size = 8, sample_count = 200)]
fn durable_batch(bencher: divan::Bencher) {
    // Not the system's directory for temporary files: that one may lie in memory.
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let (journal, _) =
        FileJournal::open(FileJournalConfig::in_directory(directory.path())).expect("a journal");
    bencher
        .counter(ItemsCount::new(DOCUMENTS))
        .counter(BytesCount::new(DOCUMENTS * DOCUMENT_BYTES))
        .with_inputs(batch)
        .bench_values(|batch| {
            let (sender, answered) = sync_channel(1);
            journal
                .submit(batch, Box::new(move |answer| drop(sender.send(answer))))
                .expect("room");
            let position = answered.recv().expect("an answer").expect("durable");
            journal.trim(position).expect("a shorter journal");
        });
}

/// A restart: the journal is opened, which reads its last file, and replayed, which reads all.
#[divan::bench(args = [100, 5_000], sample_size = 1, sample_count = 10)]
fn open_and_replay(bencher: divan::Bencher, batches: usize) {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let config = FileJournalConfig::in_directory(directory.path());
    let (journal, _) = FileJournal::open(config.clone()).expect("a journal");
    for number in 0..batches {
        let (sender, answered) = sync_channel(1);
        let done = Box::new(move |answer| drop(sender.send(answer)));
        journal.submit(batch(), done).expect("room");
        if number % 100 == 99 {
            answered.recv().expect("an answer").expect("durable");
        }
    }
    journal.close();
    bencher
        .counter(ItemsCount::new(batches * DOCUMENTS))
        .counter(BytesCount::new(batches * DOCUMENTS * DOCUMENT_BYTES))
        .bench_local(|| {
            let (journal, _) = FileJournal::open(config.clone()).expect("a journal");
            let report = journal.replay(|_, record| drop(divan::black_box(record)));
            assert_eq!(report.expect("a replay").records, (batches * DOCUMENTS) as u64);
        });
}
