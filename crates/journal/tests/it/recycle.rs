//! Trimmed files are written over: old bytes are never read, wherever a crash or damage falls.

use crate::given::{
    FRAME_BYTES_MIN, HEADER_BYTES, Home, append, append_all, record, record_of, records, replay, replay_whole,
};
use crate::trial_disk::{Failing, Trial, TrialDisk};
use journal::{AppendError, FileJournal, Position, Record, check};
use proptest::prelude::*;
use std::fs;
use std::sync::Arc;

/// Frames of `record(10)` to `record(99)` are all of this length.
const FRAME_BYTES: u64 = FRAME_BYTES_MIN + 13;
const IN_FILE: u64 = 8;

/// Files of eight records each.
fn small_files() -> Home {
    Home::with(|config| config.file_bytes_max = HEADER_BYTES + IN_FILE * FRAME_BYTES)
}

fn on_trial(home: &Home) -> (FileJournal, Arc<Trial>) {
    let (disk, trial) = TrialDisk::in_directory(home.directory.path());
    let (journal, _) = FileJournal::open_on(disk, &home.config).expect("the journal opens");
    (journal, trial)
}

/// Appends records 10 to 26 and trims: position 16 is the first of the second file, and what comes fills it.
fn with_a_spare(home: &Home) -> FileJournal {
    let (journal, _) = home.open();
    append_all(&journal, records(10..10 + IN_FILE + 1).chunks(1));
    journal.trim(journal.end()).expect("trimmed");
    assert_eq!(home.files(".spare").len(), 1);
    journal
}

/// A journal whose last file was written over; `count` of its records are new.
fn written_over(home: &Home, count: u64) -> FileJournal {
    let journal = with_a_spare(home);
    append_all(&journal, records(20..20 + IN_FILE - 1).chunks(1));
    append_all(&journal, records(30..30 + count).chunks(1));
    assert_eq!(home.files(".spare").len(), 0, "it was taken");
    journal.trim(Position(2 * IN_FILE)).expect("trimmed");
    journal
}

fn last_file(home: &Home) -> std::path::PathBuf {
    home.files(".journal").last().expect("a file").clone()
}

fn change(file: &std::path::Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).expect("the file");
    change(&mut bytes);
    fs::write(file, bytes).expect("the file");
}

fn read(journal: &FileJournal) -> Vec<Record> {
    replay(journal).0.into_iter().map(|(_, record)| record).collect()
}

#[test]
fn a_trimmed_file_is_written_over_by_the_next_one() {
    let home = small_files();
    let (journal, trial) = on_trial(&home);
    append_all(&journal, records(10..10 + IN_FILE + 1).chunks(1));
    trial.asked();
    journal.trim(Position(IN_FILE)).unwrap();
    append_all(&journal, records(20..20 + IN_FILE).chunks(1));
    let name = |first: u64, suffix: &str| format!("{first:020}.{suffix}");
    let asked = trial.asked();
    let expected = [
        format!("rename {} {}", name(0, "journal"), name(IN_FILE, "spare")),
        "sync directory".into(),
    ];
    assert_eq!(asked[..2], expected);
    let expected = [
        format!("overwrite {}", name(IN_FILE, "spare")),
        "write 62 at 0".into(),
        "sync".into(),
        format!(
            "rename {} {}",
            name(IN_FILE, "spare"),
            name(2 * IN_FILE, "journal")
        ),
        "sync directory".into(),
        // A frame, and the mark of the end behind it.
        format!("write {} at {HEADER_BYTES}", FRAME_BYTES + 16),
        "sync".into(),
    ];
    assert_eq!(asked[asked.len() - 7..], expected);
}

#[test]
fn of_old_bytes_nothing_is_read_and_nothing_is_told() {
    for count in 1..=IN_FILE {
        let home = small_files();
        let journal = written_over(&home, count);
        let expected = records(30..30 + count);
        assert_eq!(replay_whole(&journal), expected);
        assert_eq!(journal.bytes(), HEADER_BYTES + count * FRAME_BYTES);
        assert_eq!(
            fs::metadata(last_file(&home)).unwrap().len(),
            HEADER_BYTES + IN_FILE * FRAME_BYTES
        );
        let crashed = home.copy();
        let checked = check(crashed.directory.path(), |_, _| {}).unwrap();
        assert_eq!(
            (checked.torn, checked.damaged, checked.frames),
            (None, vec![], count)
        );
        journal.close();

        let (journal, recovery) = crashed.open();
        assert_eq!(
            (recovery.end, recovery.torn_bytes),
            (Position(2 * IN_FILE + count), 0)
        );
        assert_eq!(recovery.bytes, HEADER_BYTES + count * FRAME_BYTES);
        assert_eq!(replay_whole(&journal), expected);
        append(&journal, vec![record(77)]).unwrap();
        journal.close();
        let (journal, _) = crashed.open();
        assert_eq!(replay_whole(&journal).len() as u64, count + 1);
    }
}

#[test]
fn old_bytes_are_not_read_even_where_nothing_says_where_the_file_ends() {
    for count in 1..IN_FILE {
        let home = small_files();
        written_over(&home, count).close();
        let (journal, _) = home.open();
        append(&journal, vec![record(77)]).unwrap();
        journal.close();
        // The successor's header said it.
        change(&last_file(&home), |bytes| bytes[12] ^= 1);
        let (replayed, report) = replay(&home.open().0);
        assert_eq!(replayed.len() as u64, count + 1);
        let [damage] = &report.damaged[..] else {
            panic!("only the header: {:?}", report.damaged);
        };
        assert!(damage.lost.is_empty());
    }
}

/// Any part of a write over old bytes may be there after a crash, as long as sectors are whole.
#[test]
fn a_torn_write_over_old_bytes_is_dropped_at_whatever_byte_it_was_torn() {
    let home = small_files();
    let journal = written_over(&home, 2);
    let before = fs::read(last_file(&home)).unwrap();
    append(&journal, records(32..35)).unwrap();
    let after = fs::read(last_file(&home)).unwrap();
    let begins = (HEADER_BYTES + 2 * FRAME_BYTES) as usize;
    let ends = begins + 3 * FRAME_BYTES as usize + 16;
    assert_eq!(
        (&before[..begins], &before[ends..]),
        (&after[..begins], &after[ends..])
    );
    for torn_at in begins..=ends {
        for is_beginning_there in [true, false] {
            let crashed = home.copy();
            change(&last_file(&crashed), |bytes| {
                if is_beginning_there {
                    bytes[torn_at..].copy_from_slice(&before[torn_at..]);
                } else {
                    bytes[..torn_at].copy_from_slice(&before[..torn_at]);
                }
            });
            check_torn(&crashed, &format!("{torn_at} {is_beginning_there}"));
        }
    }
    journal.close();
}

/// What was acknowledged is there, what is there of the rest is right, and the journal goes on.
fn check_torn(crashed: &Home, case: &str) {
    let (journal, recovery) = crashed.open();
    let (replayed, report) = replay(&journal);
    let numbers: Vec<_> = replayed
        .iter()
        .map(|(position, _)| position - 2 * IN_FILE)
        .collect();
    assert_eq!(numbers[..2], [0, 1], "{case}");
    for (position, read) in &replayed {
        assert_eq!(*read, record(position - 2 * IN_FILE + 30), "{case}");
    }
    let acknowledged = report
        .damaged
        .iter()
        .find(|damage| damage.lost.start < Position(2 * IN_FILE + 2));
    assert_eq!(acknowledged, None, "{case}");
    assert!(
        replayed
            .last()
            .is_some_and(|(last, _)| Position(*last) < recovery.end),
        "{case}"
    );
    let first = append(&journal, vec![record(88)]).expect("durable");
    assert_eq!(first, recovery.end, "{case}");
    journal.close();
    let (journal, _) = crashed.open();
    assert_eq!(read(&journal).len(), replayed.len() + 1, "{case}");
}

#[test]
fn a_flipped_bit_among_old_bytes_costs_the_frame_it_touches_and_no_other() {
    let home = small_files();
    written_over(&home, 5).close();
    let length = HEADER_BYTES + IN_FILE * FRAME_BYTES;
    for byte in 0..length {
        let damaged = home.copy();
        change(&last_file(&damaged), |bytes| bytes[byte as usize] ^= 0x10);
        let touched = byte.checked_sub(HEADER_BYTES).map(|offset| offset / FRAME_BYTES);
        let (journal, recovery) = damaged.open();
        let expected: Vec<_> = (0..5)
            .filter(|n| Some(*n) != touched)
            .map(|n| record(30 + n))
            .collect();
        assert_eq!(read(&journal), expected, "byte {byte}");
        assert!(recovery.end >= Position(2 * IN_FILE + 5), "byte {byte}");
        let is_torn = recovery.torn_bytes > 0;
        let lost: u64 = replay(&journal)
            .1
            .damaged
            .iter()
            .map(|damage| damage.lost.end.0 - damage.lost.start.0)
            .sum();
        match touched {
            Some(0..4) => assert_eq!((is_torn, lost), (false, 1), "byte {byte}"),
            Some(4) => assert!(is_torn && lost == 0, "byte {byte}"),
            _ => assert_eq!(lost, 0, "byte {byte}"),
        }
    }
}

#[test]
fn a_payload_that_looks_like_old_frames_hides_nothing_when_it_is_damaged() {
    let home = Home::new();
    let (journal, _) = home.open();
    append(&journal, records(10..11)).unwrap();
    journal.close();
    let old = fs::read(last_file(&home))
        .unwrap()
        .split_off(HEADER_BYTES as usize);
    let (journal, _) = home.open();
    let payload = [b"junk", &old[..], &old[..], b"junk"].concat();
    append(&journal, vec![record_of(1, payload)]).unwrap();
    append(&journal, records(20..22)).unwrap();
    journal.close();
    change(&last_file(&home), |bytes| bytes[HEADER_BYTES as usize + 20] ^= 1);
    let (replayed, report) = replay(&home.open().0);
    assert_eq!(replayed, [(0, record(10)), (2, record(20)), (3, record(21))]);
    assert_eq!(report.damaged.len(), 1);
    assert_eq!(report.damaged[0].lost, Position(1)..Position(2));
}

#[test]
fn a_crash_before_a_file_has_its_new_name_leaves_a_spare() {
    let begins = [
        // What a crash leaves of the new header, and what of the old one.
        (0, 62),
        (20, 42),
        (62, 0),
    ];
    for (new, old) in begins {
        let home = small_files();
        let journal = with_a_spare(&home);
        let spare = home.files(".spare")[0].clone();
        let (_other, header) = {
            let other = small_files();
            written_over(&other, 1).close();
            let header = fs::read(last_file(&other)).unwrap()[..62].to_vec();
            (other, header)
        };
        let crashed = home.copy();
        journal.close();
        let spare = crashed.directory.path().join(spare.file_name().unwrap());
        change(&spare, |bytes| bytes[..new].copy_from_slice(&header[..new]));
        assert_eq!(new + old, 62);
        let (journal, recovery) = crashed.open();
        assert_eq!((recovery.end, recovery.torn_bytes), (Position(IN_FILE + 1), 0));
        assert_eq!(replay_whole(&journal), records(18..19));
        assert_eq!(crashed.files(".spare").len(), 0, "this start took it");
        append_all(&journal, records(40..40 + IN_FILE).chunks(3));
        journal.close();
        assert_eq!(read(&crashed.open().0).len() as u64, 1 + IN_FILE);
    }
}

#[test]
fn a_file_that_a_start_found_is_not_written_over() {
    let home = small_files();
    let (journal, _) = home.open();
    append_all(&journal, records(10..10 + IN_FILE).chunks(1));
    journal.close();
    let (journal, _) = home.open();
    append(&journal, records(50..51)).unwrap();
    journal.trim(journal.end()).unwrap();
    assert_eq!(
        home.files(".spare").len(),
        0,
        "frames that were dropped may lie in it"
    );
    assert_eq!(home.files("").len(), 1);
}

#[test]
fn a_file_in_which_a_write_failed_is_not_written_over() {
    let home = small_files();
    let (journal, trial) = on_trial(&home);
    append_all(&journal, records(10..17).chunks(1));
    trial.limit_files(Some(journal.bytes() + 9));
    append(&journal, records(17..18)).unwrap_err();
    trial.limit_files(None);
    append_all(&journal, records(18..20).chunks(1));
    journal.trim(journal.end()).unwrap();
    assert_eq!(home.files(".spare").len(), 0);
}

#[test]
fn a_write_over_old_bytes_that_fails_is_cut_off() {
    let home = small_files();
    let (journal, trial) = on_trial(&home);
    append_all(&journal, records(10..10 + IN_FILE + 1).chunks(1));
    journal.trim(journal.end()).unwrap();
    append_all(&journal, records(20..20 + IN_FILE).chunks(1));
    // Of the second file one record was written before the trim, of the third, over the first, there is one now.
    trial.limit_files(Some(HEADER_BYTES + 2 * FRAME_BYTES + 5));
    let failed = append(&journal, records(61..64));
    assert!(matches!(failed, Err(AppendError::Write { .. })), "{failed:?}");
    let crashed = home.copy();
    let (after_crash, recovery) = crashed.open();
    assert_eq!(
        (recovery.torn_bytes, recovery.end),
        (0, Position(2 * IN_FILE + 1))
    );
    assert_eq!(read(&after_crash).last(), Some(&record(27)));
    trial.limit_files(None);
    append(&journal, records(61..63)).unwrap();
    journal.close();
    let (journal, recovery) = home.open();
    assert_eq!(recovery.torn_bytes, 0);
    assert_eq!(read(&journal).last(), Some(&record(62)));
}

#[test]
fn so_many_spares_are_kept_as_the_limit_says_and_of_the_right_size() {
    for spare_files_max in [0, 1, 3] {
        let mut home = small_files();
        home.config.spare_files_max = spare_files_max;
        let (journal, _) = home.open();
        append_all(&journal, records(10..10 + 5 * IN_FILE).chunks(1));
        journal.trim(journal.end()).unwrap();
        assert_eq!(home.files(".spare").len(), spare_files_max);
        assert_eq!(home.files("").len(), spare_files_max + 1);
        journal.close();

        let fewer = home.copy();
        let mut config = fewer.config.clone();
        config.spare_files_max = 2;
        let (journal, _) = FileJournal::open(config.clone()).unwrap();
        // One of them is the file that was begun.
        assert_eq!(
            fewer.files(".spare").len(),
            spare_files_max.min(2).saturating_sub(1)
        );
        journal.close();
        config.file_bytes_max *= 4;
        drop(FileJournal::open(config).unwrap());
        assert_eq!(fewer.files(".spare").len(), 0);
    }
}

#[test]
fn a_spare_that_is_not_older_than_the_journal_is_removed() {
    let home = small_files();
    with_a_spare(&home).close();
    for file in home.files(".journal") {
        fs::remove_file(file).unwrap();
    }
    let (journal, recovery) = home.open();
    assert_eq!(
        recovery.end,
        Position(0),
        "positions begin again, and old ones would be taken for new"
    );
    assert_eq!(home.files(".spare").len(), 0);
    append(&journal, records(10..11)).unwrap();
    journal.close();
    assert_eq!(replay_whole(&home.open().0), records(10..11));
}

#[test]
fn files_that_are_mostly_empty_are_not_kept() {
    let home = small_files();
    let (journal, _) = home.open();
    append(&journal, records(10..12)).unwrap();
    append(&journal, records(20..20 + IN_FILE)).unwrap();
    journal.trim(journal.end()).unwrap();
    assert_eq!(home.files(".spare").len(), 0);
}

#[test]
fn a_spare_that_cannot_be_written_over_costs_nothing_but_itself() {
    for failing in [Failing::Creations, Failing::Writes] {
        let home = small_files();
        with_a_spare(&home).close();
        let (disk, trial) = TrialDisk::in_directory(home.directory.path());
        trial.fail_once(failing);
        let (journal, _) = FileJournal::open_on(disk, &home.config).unwrap();
        assert_eq!(home.files(".spare").len(), 0, "{failing:?}");
        append(&journal, records(50..52)).unwrap();
        journal.close();
        assert_eq!(replay_whole(&home.open().0).len(), 3);
    }
}

#[test]
fn a_trim_that_fails_after_the_renaming_is_made_up_for() {
    let home = small_files();
    let (journal, trial) = on_trial(&home);
    append_all(&journal, records(10..10 + IN_FILE + 1).chunks(1));
    trial.fail(Failing::DirectorySyncs);
    journal.trim(journal.end()).unwrap_err();
    trial.fail(Failing::Nothing);
    journal.trim(journal.end()).unwrap();
    append_all(&journal, records(20..20 + IN_FILE).chunks(1));
    assert_eq!(home.files(".spare").len(), 0, "it was taken");
    assert_eq!(home.files(".journal").len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_was_written_over_what_only_what_is_there_now_is_read(
        rounds in prop::collection::vec((1..40_u64, 0..80_usize, 1..6_usize, any::<bool>()), 1..8),
    ) {
        let home = Home::with(|config| (config.file_bytes_max, config.spare_files_max) = (1_500, 3));
        let (mut journal, _) = home.open();
        let mut there: Vec<(u64, Record)> = vec![];
        for (round, (count, payload, batch, is_killed)) in (0..).zip(rounds) {
            let all: Vec<_> = (0..count).map(|n| record_of(round * 100 + n, vec![b'x'; payload])).collect();
            for batch in all.chunks(batch) {
                let Position(first) = append(&journal, batch.to_vec()).expect("durable");
                there.extend((first..).zip(batch.iter().cloned()));
            }
            if is_killed {
                let before = home.copy();
                journal.close();
                let (after, recovery) = before.open();
                prop_assert_eq!(recovery.torn_bytes, 0);
                prop_assert_eq!(replay(&after).0, kept(&there, &after));
                journal = home.open().0;
            }
            let before = there[there.len() / 2].0;
            journal.trim(Position(before)).expect("trimmed");
            there.retain(|(position, _)| *position >= before);
            prop_assert_eq!(&replay(&journal).0, &there);
        }
    }
}

/// What a restart replays besides: the files that hold the first of them, from their beginning.
fn kept(there: &[(u64, Record)], journal: &FileJournal) -> Vec<(u64, Record)> {
    let older = replay(journal)
        .0
        .into_iter()
        .filter(|(position, _)| *position < there[0].0);
    older.chain(there.iter().cloned()).collect()
}
