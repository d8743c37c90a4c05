//! Old files stay readable: the kept ones of each format version.

use crate::given::{Home, append_all, record_of, records, replay_whole};
use journal::{Position, Record};
use std::fs;
use std::path::Path;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/formats/journal-v1");

/// What the kept files hold: six small records in three batches over two files, and one of 5,000 bytes.
fn kept_records() -> Vec<Record> {
    let mut all = records(0..6);
    all.push(record_of(6, (0..5_000).map(|n| (n % 251) as u8).collect()));
    all
}

#[test]
fn files_of_format_version_1_are_read() {
    let home = Home::new();
    for name in ["00000000000000000000.journal", "00000000000000000004.journal"] {
        fs::copy(Path::new(KEPT).join(name), home.directory.path().join(name)).expect("a kept file");
    }
    let (journal, recovery) = home.open();
    assert_eq!(
        (recovery.end, recovery.files, recovery.torn_bytes),
        (Position(7), 2, 0)
    );
    assert_eq!(replay_whole(&journal), kept_records());
}

/// What this writes is what is kept when the format gets a new version.
#[test]
fn files_written_today_read_as_the_kept_ones() {
    let (home, all) = (Home::new(), kept_records());
    for batches in [&[0..2, 2..4][..], &[4..6, 6..7]] {
        let (journal, _) = home.open();
        append_all(&journal, batches.iter().map(|batch| &all[batch.clone()]));
    }
    assert_eq!(home.files(".journal").len(), 2);
    let (journal, _) = home.open();
    assert_eq!(replay_whole(&journal), all);
}
