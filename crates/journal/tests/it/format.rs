//! Old files stay readable: the kept ones of each format version.

use crate::given::{Home, append, append_all, record_of, records, replay, replay_whole};
use journal::{Position, Record, check};
use std::fs;
use std::path::Path;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/formats");

/// What the kept files hold: six small records in three batches over two files, and one of 5,000 bytes.
fn kept_records() -> Vec<Record> {
    let mut all = records(0..6);
    all.push(record_of(6, (0..5_000).map(|n| (n % 251) as u8).collect()));
    all
}

fn home_of(version: &str, names: [&str; 2]) -> Home {
    let home = Home::new();
    for name in names {
        fs::copy(
            Path::new(KEPT).join(version).join(name),
            home.directory.path().join(name),
        )
        .expect("a kept file");
    }
    home
}

#[test]
fn files_of_format_version_1_are_read() {
    let home = home_of(
        "journal-v1",
        ["00000000000000000000.journal", "00000000000000000004.journal"],
    );
    let (journal, recovery) = home.open();
    assert_eq!(
        (recovery.end, recovery.files, recovery.torn_bytes),
        (Position(7), 2, 0)
    );
    assert_eq!(replay_whole(&journal), kept_records());
}

/// What version 2 was begun for: the last file was written over an older one, whose frames lie behind its end mark; its
/// predecessor's, too.
#[test]
fn files_of_format_version_2_are_read_up_to_their_end_marks() {
    let home = home_of(
        "journal-v2",
        ["00000000000000000060.journal", "00000000000000000080.journal"],
    );
    let checked = check(home.directory.path(), |_, _| {}).unwrap();
    assert_eq!(
        (checked.frames, checked.damaged, checked.torn),
        (23, vec![], None)
    );
    let (journal, recovery) = home.open();
    assert_eq!(
        (recovery.end, recovery.files, recovery.torn_bytes),
        (Position(83), 2, 0)
    );
    assert_eq!(replay(&journal).0, kept_in_version_2());
}

fn kept_in_version_2() -> Vec<(u64, Record)> {
    (60..83)
        .map(|position| (position, kept_record(position)))
        .collect()
}

fn kept_record(position: u64) -> Record {
    record_of(
        position,
        vec![b'a' + (position % 26) as u8; 30 + (position % 7) as usize],
    )
}

/// What these write is what is kept when the format gets a new version.
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

#[test]
fn files_written_over_today_read_as_the_kept_ones() {
    let home = Home::with(|config| config.file_bytes_max = 1_600);
    let (journal, _) = home.open();
    for position in 0..83 {
        append(&journal, vec![kept_record(position)]).unwrap();
        journal.trim(Position(position.saturating_sub(20))).unwrap();
    }
    journal.trim(Position(60)).unwrap();
    journal.close();
    let names: Vec<_> = home.files(".journal");
    assert_eq!(names.len(), 2, "{names:?}");
    let (replayed, _) = replay(&home.open().0);
    assert_eq!(replayed, kept_in_version_2());
}
