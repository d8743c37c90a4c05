//! Power loss: what was answered is there, what was torn is dropped, the rest goes on.

use crate::given::{
    FRAME_BYTES_MIN, HEADER_BYTES, Home, append, append_all, record_of, records, replay, replay_whole,
};
use journal::{Position, Record};
use proptest::prelude::*;
use std::fs::{self, OpenOptions};

/// Cuts the only file that has records to a length.
fn cut(home: &Home, length: u64) {
    let file = home.files(".journal").first().expect("a file").clone();
    OpenOptions::new()
        .write(true)
        .open(file)
        .expect("the file")
        .set_len(length)
        .expect("a shorter file");
}

/// How many frames end within so many bytes.
fn whole_frames(all: &[Record], length: u64) -> usize {
    let mut end = HEADER_BYTES;
    all.iter()
        .map_while(|record| {
            end += FRAME_BYTES_MIN + record.payload.len() as u64;
            (end <= length).then_some(())
        })
        .count()
}

/// A journal of one file that was cut holds the whole frames, takes more, and holds both after another restart.
fn check_cut(home: &Home, all: &[Record], length: u64) {
    cut(home, length);
    let kept = whole_frames(all, length);
    let (journal, recovery) = home.open();
    let replayed: Vec<_> = replay(&journal).0.into_iter().map(|(_, record)| record).collect();
    assert_eq!(replayed, all[..kept], "cut at {length}");
    assert!(recovery.end >= Position(kept as u64));

    let more = records(1_000..1_003);
    let first = append(&journal, more.clone()).expect("durable");
    assert_eq!(first, recovery.end);
    journal.close();
    let (replayed, report) = replay(&home.open().0);
    let lost: Vec<_> = report
        .damaged
        .iter()
        .filter(|damage| !damage.lost.is_empty())
        .collect();
    assert!(lost.is_empty(), "cut at {length}: {lost:?}");
    assert_eq!(
        replayed
            .iter()
            .map(|(_, record)| record.clone())
            .collect::<Vec<_>>(),
        [&all[..kept], &more].concat()
    );
    assert!(replayed.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

#[test]
fn what_was_answered_is_there_after_a_crash() {
    let home = Home::with(|config| config.file_bytes_max = 300);
    let (journal, _) = home.open();
    for number in 0..12 {
        append(&journal, records(number..number + 1)).unwrap();
        let after_crash = home.copy();
        assert_eq!(replay_whole(&after_crash.open().0), records(0..number + 1));
    }
}

#[test]
fn a_torn_last_frame_is_dropped_at_whatever_byte_it_was_cut() {
    let home = Home::new();
    let (journal, _) = home.open();
    append(&journal, records(0..3)).unwrap();
    let length = fs::metadata(&home.files(".journal")[0]).unwrap().len();
    for cut_at in 0..=length {
        check_cut(&home.copy(), &records(0..3), cut_at);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_journal_cut_anywhere_keeps_its_whole_frames_and_goes_on(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3_000), 1..20),
        batch in 1..5_usize,
        place in 0.0..1.0_f64,
    ) {
        let all: Vec<_> = (0..).zip(payloads).map(|(number, payload)| record_of(number, payload)).collect();
        let home = Home::new();
        let (journal, _) = home.open();
        append_all(&journal, all.chunks(batch));
        journal.close();
        let length = fs::metadata(&home.files(".journal")[0]).unwrap().len();
        check_cut(&home, &all, (length as f64 * place) as u64);
    }
}

#[test]
fn a_position_that_was_dropped_is_never_given_again() {
    let home = Home::new();
    let (journal, _) = home.open();
    append(&journal, records(0..5)).unwrap();
    journal.close();
    let length = fs::metadata(&home.files(".journal")[0]).unwrap().len();
    cut(&home, length - 1);
    let (journal, recovery) = home.open();
    assert!(recovery.torn_bytes > 0);
    assert!(
        recovery.end >= Position(5),
        "position 4 may have been answered: {recovery:?}"
    );
    drop(journal);
    let (journal, again) = home.open();
    assert_eq!(
        (again.end, again.torn_bytes),
        (recovery.end, 0),
        "the tear is behind us"
    );
    assert_eq!(replay_whole(&journal), records(0..4));
}

#[test]
fn a_crash_while_a_file_was_begun_leaves_nothing_behind() {
    let home = Home::new();
    let (journal, _) = home.open();
    append(&journal, records(0..2)).unwrap();
    journal.close();
    fs::write(
        home.directory.path().join(format!("{:020}.journal.new", 2)),
        b"RNTG",
    )
    .unwrap();
    let (journal, recovery) = home.open();
    assert_eq!((recovery.end, recovery.torn_bytes), (Position(2), 0));
    assert_eq!(home.files(".new"), [] as [std::path::PathBuf; 0]);
    assert_eq!(replay_whole(&journal), records(0..2));
}
