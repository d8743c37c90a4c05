//! Trimming takes away whole files that nobody needs, and nothing else.

use crate::given::{Home, append, append_all, record, records, replay, replay_whole};
use crate::trial_disk::{Failing, TrialDisk};
use journal::{FileJournal, Position};

/// Files of three records each.
fn home() -> Home {
    Home::with(|config| config.file_bytes_max = 46 + 3 * (44 + 13))
}

fn fill(journal: &FileJournal, count: u64) {
    let numbers: Vec<_> = (0..count).map(|number| record(number % 10)).collect();
    append_all(journal, numbers.chunks(1));
}

fn replayed_positions(journal: &FileJournal) -> Vec<u64> {
    replay(journal)
        .0
        .into_iter()
        .map(|(position, _)| position)
        .collect()
}

#[test]
fn trim_deletes_only_whole_files_before_the_position() {
    for before in 0..=10 {
        let home = home();
        let (journal, _) = home.open();
        fill(&journal, 10);
        assert_eq!(home.files(".journal").len(), 4);
        journal.trim(Position(before)).unwrap();
        let files_left = 4 - (before / 3).min(3);
        assert_eq!(home.files(".journal").len() as u64, files_left, "before {before}");
        assert_eq!(replayed_positions(&journal), (before..10).collect::<Vec<_>>());
        let on_disk: u64 = home
            .files(".journal")
            .iter()
            .map(|file| file.metadata().unwrap().len())
            .sum();
        assert_eq!(journal.bytes(), on_disk);
        journal.close();
        let (journal, _) = home.open();
        assert_eq!(
            replayed_positions(&journal),
            ((before / 3).min(3) * 3..10).collect::<Vec<_>>()
        );
    }
}

#[test]
fn positions_go_on_after_everything_was_trimmed_and_the_journal_restarted() {
    let home = home();
    for round in 0..4 {
        let (journal, recovery) = home.open();
        assert_eq!(recovery.end, Position(round * 7));
        fill(&journal, 7);
        journal.trim(journal.end()).unwrap();
        assert_eq!(home.files(".journal").len(), 1);
    }
}

#[test]
fn trimming_backwards_or_beyond_the_end_is_harmless() {
    let home = home();
    let (journal, _) = home.open();
    fill(&journal, 5);
    journal.trim(Position(4)).unwrap();
    journal.trim(Position(1)).unwrap();
    assert_eq!(replayed_positions(&journal), [4]);
    journal.trim(Position(1_000)).unwrap();
    assert_eq!(home.files(".journal").len(), 1);
    assert_eq!(append(&journal, records(0..1)).unwrap(), Position(5));
}

#[test]
fn a_file_that_cannot_be_deleted_is_deleted_later() {
    let mut home = home();
    home.config.spare_files_max = 1;
    let (disk, trial) = TrialDisk::in_directory(home.directory.path());
    let (journal, _) = FileJournal::open_on(disk, &home.config).unwrap();
    fill(&journal, 9);
    // One is to be written over, the other is too many.
    for failing in [Failing::Renames, Failing::Removals, Failing::DirectorySyncs] {
        trial.fail(failing);
        assert!(journal.trim(Position(6)).is_err());
        assert_eq!(replayed_positions(&journal), [6, 7, 8]);
    }
    trial.fail(Failing::Nothing);
    journal.trim(Position(6)).unwrap();
    assert_eq!(home.files(".journal").len(), 1);
    assert_eq!(home.files(".spare").len(), 1);
    drop(journal);
    assert_eq!(replay_whole(&home.open().0).len(), 3);
}
