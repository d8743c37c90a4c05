//! What happens at each limit and with each failure of the disk.

use crate::given::{
    FRAME_BYTES_MIN, HEADER_BYTES, Home, append, record, record_of, records, replay_whole, submit,
};
use crate::trial_disk::{Failing, Trial, TrialDisk};
use journal::{AppendError, FileJournal, FileJournalConfig, OpenError, PAYLOAD_BYTES_MAX, Place, Position};
use std::sync::Arc;

fn on_trial(home: &Home) -> (FileJournal, Arc<Trial>) {
    let (disk, trial) = TrialDisk::in_directory(home.directory.path());
    let (journal, _) = FileJournal::open_on(disk, &home.config).expect("the journal opens");
    (journal, trial)
}

#[test]
fn batches_that_wait_share_one_sync() {
    let home = Home::new();
    let (journal, trial) = on_trial(&home);
    trial.hold_syncs();
    let first = submit(&journal, records(0..1)).unwrap();
    trial.await_held_sync();
    let before = trial.syncs();
    let waiting: Vec<_> = (1..100)
        .map(|number| submit(&journal, records(number..number + 1)).unwrap())
        .collect();
    trial.let_go();
    assert_eq!(first.recv().unwrap().unwrap(), Position(0));
    for (position, answered) in (1..).zip(waiting) {
        assert_eq!(answered.recv().unwrap().unwrap(), Position(position));
    }
    assert_eq!(trial.syncs(), before + 1);
}

#[test]
fn nothing_is_answered_before_the_sync_returns() {
    let home = Home::new();
    let (journal, trial) = on_trial(&home);
    trial.hold_syncs();
    let answered = submit(&journal, records(0..1)).unwrap();
    trial.await_held_sync();
    assert!(answered.try_recv().is_err());
    assert_eq!(journal.end(), Position(0));
    trial.let_go();
    assert_eq!(answered.recv().unwrap().unwrap(), Position(0));
}

#[test]
fn a_failed_sync_poisons_the_journal_until_restart() {
    let home = Home::new();
    let (journal, trial) = on_trial(&home);
    append(&journal, records(0..2)).unwrap();
    trial.hold_syncs();
    let failed = submit(&journal, records(2..3)).unwrap();
    trial.await_held_sync();
    let waiting = submit(&journal, records(3..4)).unwrap();
    trial.fail(Failing::Syncs);
    trial.let_go();
    assert!(matches!(
        failed.recv().unwrap(),
        Err(AppendError::Poisoned { .. })
    ));
    assert!(matches!(
        waiting.recv().unwrap(),
        Err(AppendError::Poisoned { .. })
    ));
    trial.fail(Failing::Nothing);
    assert!(
        matches!(append(&journal, records(4..5)), Err(AppendError::Poisoned { .. })),
        "a good disk changes nothing"
    );
    assert!(matches!(
        append(&journal, Vec::new()),
        Err(AppendError::Poisoned { .. })
    ));
    assert_eq!(journal.end(), Position(2));
    journal.close();

    let (journal, _) = home.open();
    assert_eq!(
        replay_whole(&journal)[..2],
        records(0..2),
        "what was answered is there"
    );
    append(&journal, records(5..6)).unwrap();
}

#[test]
fn a_full_queue_refuses_at_once_and_recovers() {
    let home = Home::with(|config| config.queue_bytes_max = 1_000);
    let (journal, trial) = on_trial(&home);
    trial.hold_syncs();
    let mut answers = vec![submit(&journal, records(0..1)).unwrap()];
    trial.await_held_sync();
    let refused = loop {
        match submit(&journal, records(1..2)) {
            Ok(answered) => answers.push(answered),
            Err(refused) => break refused,
        }
    };
    assert!(
        matches!(
            refused,
            AppendError::Full {
                place: Place::Queue,
                limit: 1_000,
                ..
            }
        ),
        "{refused}"
    );
    assert!((5..20).contains(&answers.len()), "{}", answers.len());
    trial.let_go();
    let kept = answers.len() as u64;
    for (position, answered) in (0..).zip(answers) {
        assert_eq!(answered.recv().unwrap().unwrap(), Position(position));
    }
    assert_eq!(append(&journal, records(2..3)).unwrap(), Position(kept));
}

#[test]
fn empty_batches_fill_the_queue_too() {
    let home = Home::with(|config| config.queue_bytes_max = 10_000);
    let (journal, trial) = on_trial(&home);
    trial.hold_syncs();
    let _first = submit(&journal, records(0..1)).unwrap();
    trial.await_held_sync();
    let accepted = (0..10_000)
        .map_while(|_| submit(&journal, Vec::new()).ok())
        .count();
    trial.let_go();
    assert!(accepted < 1_000, "{accepted}");
}

#[test]
fn full_files_refuse_until_they_are_trimmed() {
    let home = Home::with(|config| (config.file_bytes_max, config.journal_bytes_max) = (500, 1_500));
    let (journal, _) = home.open();
    let mut number = 0;
    let refused = loop {
        match append(&journal, records(number..number + 1)) {
            Ok(_) => number += 1,
            Err(refused) => break refused,
        }
    };
    assert!(
        matches!(
            refused,
            AppendError::Full {
                place: Place::Files,
                limit: 1_500,
                ..
            }
        ),
        "{refused}"
    );
    assert!(journal.bytes() <= 1_500);
    journal.trim(Position(number)).unwrap();
    assert!(journal.bytes() <= 500);
    assert_eq!(append(&journal, vec![record(number)]).unwrap(), Position(number));
}

#[test]
fn a_write_that_fails_is_rolled_back_and_the_next_may_succeed() {
    let home = Home::new();
    let (journal, trial) = on_trial(&home);
    append(&journal, records(0..2)).unwrap();
    trial.limit_files(Some(journal.bytes() + FRAME_BYTES_MIN));
    let failed = append(&journal, records(2..9));
    assert!(matches!(failed, Err(AppendError::Write { .. })), "{failed:?}");
    assert_eq!(journal.end(), Position(2));
    assert_eq!(
        replay_whole(&home.copy().open().0),
        records(0..2),
        "the disk filled up, and then the power failed"
    );

    trial.limit_files(None);
    assert_eq!(append(&journal, records(2..4)).unwrap(), Position(2));
    journal.close();
    assert_eq!(replay_whole(&home.open().0), records(0..4));
}

#[test]
fn a_file_that_cannot_be_begun_is_begun_later() {
    let home = Home::with(|config| config.file_bytes_max = 200);
    let (journal, trial) = on_trial(&home);
    append(&journal, records(0..2)).unwrap();
    trial.limit_files(Some(HEADER_BYTES - 1));
    assert!(matches!(
        append(&journal, records(2..4)),
        Err(AppendError::Write { .. })
    ));
    assert_eq!(replay_whole(&home.copy().open().0), records(0..2));
    trial.limit_files(None);
    assert_eq!(append(&journal, records(2..4)).unwrap(), Position(2));
    journal.close();
    assert_eq!(replay_whole(&home.open().0), records(0..4));
}

#[test]
fn every_failure_of_the_disk_is_an_answer_and_costs_nothing_that_was_answered_before() {
    // Which failure, while a file is begun or not, and whether it passes by itself.
    let cases = [
        (Failing::Writes, 1, true),
        (Failing::Writes, 9, true),
        (Failing::Creations, 9, true),
        (Failing::Renames, 9, false),
        (Failing::Syncs, 1, false),
        (Failing::Syncs, 9, false),
        (Failing::DirectorySyncs, 9, false),
    ];
    for (failing, count, passes) in cases {
        let home = Home::with(|config| config.file_bytes_max = 600);
        let (journal, trial) = on_trial(&home);
        append(&journal, records(0..2)).unwrap();
        trial.fail(failing);
        append(&journal, records(2..2 + count)).expect_err("the disk failed");
        trial.fail(Failing::Nothing);
        assert_eq!(
            append(&journal, records(2..4)).is_ok(),
            passes,
            "{failing:?} {count}"
        );
        assert_eq!(replay_whole(&journal), records(0..if passes { 4 } else { 2 }));
        journal.close();

        let (journal, _) = home.open();
        let after_restart = replay_whole(&journal);
        assert_eq!(after_restart[..2], records(0..2), "{failing:?} {count}");
        append(&journal, records(4..5)).unwrap();
        assert_eq!(replay_whole(&journal).len(), after_restart.len() + 1);
    }
}

#[test]
fn a_write_that_cannot_be_rolled_back_poisons_the_journal() {
    let home = Home::new();
    let (journal, trial) = on_trial(&home);
    append(&journal, records(0..2)).unwrap();
    trial.limit_files(Some(journal.bytes() + FRAME_BYTES_MIN));
    trial.fail(Failing::Truncations);
    assert!(matches!(
        append(&journal, records(2..9)),
        Err(AppendError::Poisoned { .. })
    ));
    trial.limit_files(None);
    assert!(matches!(
        append(&journal, records(2..3)),
        Err(AppendError::Poisoned { .. })
    ));
    journal.close();
    assert_eq!(replay_whole(&home.open().0), records(0..2));
}

#[test]
fn what_is_promised_is_synced_first() {
    let home = Home::with(|config| config.file_bytes_max = 46 + 3 * 56);
    let (journal, trial) = on_trial(&home);
    append(&journal, records(0..3)).unwrap();
    append(&journal, records(3..4)).unwrap();
    journal.trim(Position(3)).unwrap();
    let (first, second) = (format!("{:020}.journal", 0), format!("{:020}.journal", 3));
    let begun = |name: &str| {
        [
            format!("create {name}.new"),
            "write 46 at 0".into(),
            "sync".into(),
            format!("rename {name}.new {name}"),
            "sync directory".into(),
        ]
    };
    let expected = [
        &begun(&first)[..],
        &["write 168 at 46".into(), "sync".into()],
        &begun(&second),
        &["write 56 at 46".into(), "sync".into()],
        &[format!("rename {first} {:020}.spare", 3), "sync directory".into()],
    ];
    assert_eq!(trial.asked(), expected.concat());
}

#[test]
fn what_a_start_finds_is_synced_before_a_successor_says_where_it_ends() {
    let home = Home::new();
    let (journal, _) = home.open();
    append(&journal, records(0..2)).unwrap();
    journal.close();
    let (_journal, trial) = on_trial(&home);
    let successor = format!("create {:020}.journal.new", 2);
    assert_eq!(trial.asked()[..2], ["sync".to_owned(), successor]);
}

#[test]
fn what_can_never_fit_is_told_so() {
    let home = Home::with(|config| config.file_bytes_max = 1_000);
    let (journal, _) = home.open();
    let batches = [
        vec![record_of(0, vec![0; 1_000])],
        records(0..18),
        vec![record_of(0, vec![0; PAYLOAD_BYTES_MAX + 1])],
    ];
    for batch in batches {
        let refused = append(&journal, batch);
        assert!(
            matches!(refused, Err(AppendError::TooLarge { .. })),
            "{refused:?}"
        );
    }
    let largest = 1_000 - HEADER_BYTES - FRAME_BYTES_MIN;
    append(&journal, records(0..1)).unwrap();
    append(&journal, vec![record_of(1, vec![1; largest as usize])]).unwrap();
}

#[test]
fn limits_that_contradict_each_other_are_refused() {
    for (file_bytes_max, journal_bytes_max) in [(89, 1_000), (1_000, 1_999), (0, 0)] {
        let home = Home::with(|config| {
            *config = FileJournalConfig {
                file_bytes_max,
                journal_bytes_max,
                ..config.clone()
            };
        });
        assert!(matches!(
            FileJournal::open(home.config.clone()),
            Err(OpenError::Limits { .. })
        ));
        assert_eq!(home.files("").len(), 0);
    }
}
