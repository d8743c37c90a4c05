//! What every engine promises: order, positions, answers, and that records come back.

use crate::given::{Home, answer, append, record, records, replay, replay_whole, submit};
use journal::{AppendError, Position};
use std::sync::{Arc, Mutex};
use std::thread;

#[test]
fn records_come_back_in_order_with_their_positions() {
    let home = Home::new();
    let (journal, recovery) = home.open();
    assert_eq!((recovery.end, recovery.torn_bytes), (Position(0), 0));
    assert_eq!(append(&journal, records(0..3)).unwrap(), Position(0));
    assert_eq!(append(&journal, records(3..4)).unwrap(), Position(3));
    assert_eq!(journal.end(), Position(4));
    let expected: Vec<_> = (0..4).map(|number| (number, record(number))).collect();
    assert_eq!(replay(&journal).0, expected);
    journal.close();

    let (journal, recovery) = home.open();
    assert_eq!((recovery.end, recovery.torn_bytes), (Position(4), 0));
    assert_eq!(replay(&journal).0, expected);
    assert_eq!(append(&journal, records(4..6)).unwrap(), Position(4));
    drop(journal);
    assert_eq!(replay_whole(&home.open().0), records(0..6));
}

#[test]
fn opening_often_leaves_one_file_for_each_time_something_was_appended() {
    let home = Home::new();
    for number in 0..20 {
        let (journal, _) = home.open();
        if number % 5 == 0 {
            append(&journal, records(number / 5..number / 5 + 1)).unwrap();
        }
    }
    let (journal, recovery) = home.open();
    assert_eq!((recovery.files, recovery.end), (4, Position(4)));
    assert_eq!(home.files(".journal").len(), 5);
    assert_eq!(replay_whole(&journal), records(0..4));
}

#[test]
fn an_empty_batch_is_answered_in_its_turn() {
    let home = Home::new();
    let (journal, _) = home.open();
    assert_eq!(append(&journal, Vec::new()).unwrap(), Position(0));
    append(&journal, records(0..2)).unwrap();
    assert_eq!(append(&journal, Vec::new()).unwrap(), Position(2));
    assert_eq!(replay_whole(&journal), records(0..2));
}

#[test]
fn records_spread_over_many_files_come_back_in_order() {
    let home = Home::with(|config| config.file_bytes_max = 200);
    let (journal, _) = home.open();
    for number in 0..50 {
        append(&journal, records(number..number + 1)).unwrap();
    }
    drop(journal);
    assert!(home.files(".journal").len() >= 25);
    assert_eq!(replay_whole(&home.open().0), records(0..50));
}

#[test]
fn many_threads_get_each_answer_once_and_in_the_order_of_positions() {
    const THREADS: u64 = 8;
    const BATCHES: u64 = 60;
    let home = Home::with(|config| config.file_bytes_max = 20_000);
    let (journal, _) = home.open();
    let answers = Arc::new(Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for submitter in 0..THREADS {
            let (journal, answers) = (&journal, &answers);
            scope.spawn(move || {
                for batch in 0..BATCHES {
                    let numbers = submitter * 1_000 + batch * 3..submitter * 1_000 + batch * 3 + 3;
                    let (answers, first) = (Arc::clone(answers), numbers.start);
                    let done = move |answer: Result<Position, _>| {
                        answers.lock().unwrap().push((answer.unwrap(), first));
                    };
                    journal.submit(records(numbers), Box::new(done)).unwrap();
                }
            });
        }
    });
    journal.close();

    let answers = Arc::into_inner(answers)
        .expect("every answer was given or dropped")
        .into_inner()
        .unwrap();
    let expected: Vec<_> = (0..THREADS * BATCHES).map(|batch| Position(batch * 3)).collect();
    assert_eq!(
        answers.iter().map(|(position, _)| *position).collect::<Vec<_>>(),
        expected
    );
    let (replayed, _) = replay(&home.open().0);
    let batches = answers
        .iter()
        .flat_map(|&(Position(first), number)| (0..3).map(move |n| (first + n, record(number + n))));
    assert_eq!(replayed, batches.collect::<Vec<_>>());
}

#[test]
fn a_closed_journal_answers_what_it_took_and_takes_no_more() {
    let home = Home::new();
    let (journal, _) = home.open();
    let answered = submit(&journal, records(0..1)).unwrap();
    journal.clone().close();
    assert_eq!(answered.recv().unwrap().unwrap(), Position(0));
    let (done, never) = answer();
    assert!(matches!(
        journal.submit(records(1..2), done),
        Err(AppendError::Closed)
    ));
    assert!(never.recv().is_err(), "a refused batch is not answered");
}

#[test]
fn a_panic_in_an_answer_and_the_last_handle_going_within_one_harm_nobody() {
    let home = Home::new();
    let (journal, _) = home.open();
    journal
        .submit(records(0..1), Box::new(|_| panic!("a caller's mistake")))
        .unwrap();
    append(&journal, records(1..2)).unwrap();
    let (sender, gone) = std::sync::mpsc::sync_channel(1);
    let (hand_over, last) = std::sync::mpsc::sync_channel(1);
    let done = move |_| {
        drop(last.recv());
        sender.send(()).unwrap();
    };
    journal.submit(Vec::new(), Box::new(done)).unwrap();
    hand_over.send(journal).unwrap();
    gone.recv().unwrap();
    assert_eq!(replay_whole(&home.open().0), records(0..2));
}
