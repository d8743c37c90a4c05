//! Damaged bytes cost the frames they touch, are told and put aside; the rest is read.

use crate::given::{
    FRAME_BYTES_MIN, HEADER_BYTES, Home, append, append_all, record, record_of, records, replay, replay_whole,
};
use journal::{Damage, FileJournal, OpenError, PAYLOAD_BYTES_MAX, Position, Standing};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// A closed journal of one file with records that go by in groups of two.
fn home_with(count: u64) -> Home {
    let home = Home::new();
    let (journal, _) = home.open();
    append_all(&journal, records(0..count).chunks(2));
    journal.close();
    home
}

fn change(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).expect("the file");
    change(&mut bytes);
    fs::write(file, bytes).expect("the file");
}

/// Frames of `record(0)` to `record(9)` are all of this length.
fn frame_bytes() -> u64 {
    FRAME_BYTES_MIN + record(0).payload.len() as u64
}

fn frame_start(position: u64) -> u64 {
    HEADER_BYTES + position * frame_bytes()
}

#[test]
fn a_flipped_byte_costs_at_most_the_frame_it_touches() {
    let whole = home_with(6);
    let length = frame_start(6);
    for byte in 0..length {
        let home = whole.copy();
        change(&home.files(".journal")[0], |bytes| bytes[byte as usize] ^= 0x10);
        let touched = byte
            .checked_sub(HEADER_BYTES)
            .map(|offset| offset / frame_bytes());
        let expected: Vec<_> = (0..6)
            .filter(|n| Some(*n) != touched)
            .map(|n| (n, record(n)))
            .collect();
        let (journal, recovery) = home.open();
        let (replayed, report) = replay(&journal);
        assert_eq!(replayed, expected, "byte {byte}");
        assert!(recovery.end >= Position(6), "byte {byte}");

        // The last frame cannot be told from one that was never finished; any other is reported.
        assert_eq!(
            recovery.torn_bytes,
            if touched == Some(5) { frame_bytes() } else { 0 },
            "byte {byte}"
        );
        let lost: Vec<_> = report
            .damaged
            .iter()
            .flat_map(|damage| damage.lost.start.0..damage.lost.end.0)
            .collect();
        assert_eq!(
            lost,
            touched.filter(|n| *n != 5).into_iter().collect::<Vec<_>>(),
            "byte {byte}"
        );

        if byte % 5 == 0 {
            append(&journal, records(6..8)).unwrap();
            journal.close();
            let (again, _) = replay(&home.open().0);
            assert_eq!(again.len(), expected.len() + 2, "byte {byte}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_bytes_are_overwritten_the_rest_is_right_and_in_order_and_positions_go_on(
        damaged in prop::collection::vec((0..4_usize, 0.0..1.0_f64, prop::collection::vec(any::<u8>(), 1..200)), 1..8),
    ) {
        let home = Home::with(|config| config.file_bytes_max = 1_000);
        let (journal, _) = home.open();
        append_all(&journal, records(0..50).chunks(3));
        journal.close();
        let files = home.files(".journal");
        for (file, place, with) in damaged {
            change(&files[file % files.len()], |bytes| {
                let start = (bytes.len() as f64 * place) as usize;
                bytes[start..].iter_mut().zip(with).for_each(|(byte, with)| *byte = with);
            });
        }
        // Magic and checksum protect the version: a file cannot seem newer by chance.
        let (journal, recovery) = home.open();
        prop_assert!(recovery.end >= Position(50));
        let (replayed, report) = replay(&journal);
        prop_assert!(replayed.iter().all(|(position, read)| *read == record(*position)));
        prop_assert!(replayed.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let lost: u64 = report.damaged.iter().map(|damage| damage.lost.end.0 - damage.lost.start.0).sum();
        let dropped = recovery.end.0 - 50;
        prop_assert!(replayed.len() as u64 + lost <= 50 + dropped, "{report:?}");
        prop_assert!(replayed.len() as u64 + lost + recovery.torn_bytes >= 50, "{report:?}");
        append(&journal, records(50..51)).expect("durable");
        prop_assert_eq!(replay(&journal).0.len(), replayed.len() + 1);
    }
}

#[test]
fn damage_is_told_with_its_place_and_put_aside_once() {
    let home = home_with(8);
    let file = home.files(".journal")[0].clone();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    change(&file, |bytes| {
        for position in [2, 3, 6] {
            bytes[frame_start(position) as usize + 50] ^= 1;
        }
    });
    let expected = [
        Damage {
            file: name.clone(),
            bytes: frame_start(2)..frame_start(4),
            lost: Position(2)..Position(4),
            standing: Standing::Acknowledged,
        },
        Damage {
            file: name,
            bytes: frame_start(6)..frame_start(7),
            lost: Position(6)..Position(7),
            standing: Standing::Uncertain,
        },
    ];
    for _ in 0..2 {
        let (journal, _) = home.open();
        assert_eq!(replay(&journal).1.damaged, expected);
        assert_eq!(home.files(".damaged").len(), 2);
        append(&journal, records(9..10)).unwrap();
    }
    let copy = fs::read(&home.files(".damaged")[0]).unwrap();
    assert_eq!(
        copy,
        fs::read(&file).unwrap()[frame_start(2) as usize..frame_start(4) as usize]
    );
}

#[test]
fn an_inserted_or_missing_stretch_of_bytes_costs_the_frames_around_it() {
    let home = home_with(8);
    change(&home.files(".journal")[0], |bytes| {
        bytes.splice(
            frame_start(2) as usize + 9..frame_start(2) as usize + 9,
            *b"never written",
        );
        let cut = frame_start(5) as usize + 13;
        bytes.drain(cut + 7..cut + 20);
    });
    let (replayed, report) = replay(&home.open().0);
    assert_eq!(
        replayed.iter().map(|(position, _)| *position).collect::<Vec<_>>(),
        [0, 1, 3, 4, 6, 7]
    );
    assert_eq!(report.damaged.len(), 2);
}

#[test]
fn a_finished_file_that_lost_its_end_or_is_gone_is_reported() {
    let home = Home::with(|config| config.file_bytes_max = HEADER_BYTES + 4 * frame_bytes());
    let (journal, _) = home.open();
    append_all(&journal, records(0..10).chunks(2));
    journal.close();

    let shorter = home.copy();
    change(&shorter.files(".journal")[0], |bytes| {
        bytes.truncate(frame_start(3) as usize);
    });
    let (replayed, report) = replay(&shorter.open().0);
    assert_eq!(replayed.len(), 9);
    assert_eq!(report.damaged[0].lost, Position(3)..Position(4));

    fs::remove_file(&home.files(".journal")[1]).unwrap();
    let (replayed, report) = replay(&home.open().0);
    assert_eq!(
        replayed.iter().map(|(position, _)| *position).collect::<Vec<_>>(),
        [0, 1, 2, 3, 8, 9]
    );
    assert_eq!(report.damaged[0].lost, Position(4)..Position(8));
}

#[test]
fn a_length_without_bounds_is_damage_and_nothing_is_allocated_for_it() {
    let home = home_with(4);
    change(&home.files(".journal")[0], |bytes| {
        let start = frame_start(1) as usize;
        bytes[start..start + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        let start = frame_start(2) as usize;
        bytes[start..start + 4].copy_from_slice(&(PAYLOAD_BYTES_MAX as u32).to_le_bytes());
    });
    let (replayed, _) = replay(&home.open().0);
    assert_eq!(replayed, [(0, record(0)), (3, record(3))]);
}

#[test]
fn frames_left_behind_by_an_earlier_use_of_the_space_are_not_read() {
    let old = home_with(6);
    let home = Home::new();
    fs::write(home.directory.path().join(format!("{:020}.journal", 0)), b"").unwrap();
    drop(home.open());
    let (journal, _) = home.open();
    append(&journal, vec![record_of(0, vec![0; 200])]).unwrap();
    journal.close();
    let stale = fs::read(&old.files(".journal")[0]).unwrap();
    // Frame 0 of the old file lies behind frame 0 of the new one: its position has been.
    change(&home.files(".journal")[0], |bytes| {
        bytes.extend(&stale[frame_start(0) as usize..frame_start(1) as usize]);
    });
    let (journal, recovery) = home.open();
    assert_eq!(recovery.torn_bytes, frame_bytes());
    assert_eq!(replay_whole(&journal), [record_of(0, vec![0; 200])]);
}

#[test]
fn a_newer_format_is_refused_and_left_alone() {
    let home = home_with(2);
    let file = home.files(".journal")[0].clone();
    change(&file, |bytes| {
        bytes[8] = 3;
        let crc = crc32c(&bytes[..42]).to_le_bytes();
        bytes[42..46].copy_from_slice(&crc);
    });
    let before = fs::read(&file).unwrap();
    assert!(matches!(
        FileJournal::open(home.config.clone()),
        Err(OpenError::Newer { version: 3, .. })
    ));
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(home.files("").len(), 1);
}

/// CRC-32C bit by bit, so that the format's checksum is proved by a second hand.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0x82F6_3B78
            } else {
                crc >> 1
            }
        })
    })
}
