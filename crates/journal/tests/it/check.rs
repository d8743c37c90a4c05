//! A journal is looked at without being opened, and nothing of it changes.

use crate::given::{FRAME_BYTES_MIN, HEADER_BYTES, Home, append_all, record, records};
use journal::{Checked, Position, Standing, check};
use std::fs;
use std::path::PathBuf;

/// Two files, of six and four records in groups of two, closed.
fn home() -> Home {
    let home = Home::new();
    for numbers in [0..6, 6..10] {
        let (journal, _) = home.open();
        append_all(&journal, records(numbers).chunks(2));
        journal.close();
    }
    home
}

fn contents(home: &Home) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |file: PathBuf| (file.clone(), fs::read(file).expect("a file"));
    home.files("").into_iter().map(read).collect()
}

fn checked(home: &Home) -> Checked {
    let before = contents(home);
    let mut told = vec![];
    let checked = check(home.directory.path(), |file, bytes| {
        told.push((file.to_owned(), bytes));
    });
    let checked = checked.expect("a journal that can be read");
    assert_eq!(contents(home), before, "nothing changes");
    assert_eq!(told.len(), checked.files);
    assert_eq!(told.iter().map(|(_, bytes)| bytes).sum::<u64>(), checked.bytes);
    checked
}

fn change(home: &Home, file: usize, change: impl FnOnce(&mut Vec<u8>)) {
    let file = &home.files(".journal")[file];
    let mut bytes = fs::read(file).expect("the file");
    change(&mut bytes);
    fs::write(file, bytes).expect("the file");
}

fn frame_bytes() -> u64 {
    FRAME_BYTES_MIN + record(0).payload.len() as u64
}

#[test]
fn a_sound_journal_has_all_its_frames_and_no_damage() {
    let found = checked(&home());
    let bytes = 2 * HEADER_BYTES + 10 * frame_bytes();
    assert_eq!((found.files, found.frames, found.bytes), (2, 10, bytes));
    assert_eq!((found.damaged, found.torn), (vec![], None));
}

#[test]
fn a_flipped_bit_is_told_with_its_file_and_its_place() {
    for (file, in_file, position) in [(0, 1, 1), (0, 5, 5), (1, 1, 7), (1, 2, 8)] {
        let home = home();
        let start = HEADER_BYTES + in_file * frame_bytes();
        change(&home, file, |bytes| bytes[start as usize + 20] ^= 1);
        let found = checked(&home);
        assert_eq!((found.frames, found.torn), (9, None));
        let [damage] = &found.damaged[..] else {
            panic!("one place: {:?}", found.damaged);
        };
        assert!(home.files(".journal")[file].ends_with(&damage.file));
        assert_eq!(damage.bytes, start..start + frame_bytes());
        assert_eq!(damage.lost, Position(position)..Position(position + 1));
        // Records of a file's last group may have been lost before anyone was told of them.
        let standing = match (file, in_file) {
            (0, 5) | (1, 2) => Standing::Uncertain,
            _ => Standing::Acknowledged,
        };
        assert_eq!(damage.standing, standing);
    }
}

#[test]
fn a_damaged_header_is_told() {
    let home = home();
    change(&home, 0, |bytes| bytes[12] ^= 1);
    let found = checked(&home);
    assert_eq!(found.frames, 10);
    assert_eq!(found.damaged.len(), 1);
    assert_eq!(found.damaged[0].bytes, 0..HEADER_BYTES);
}

#[test]
fn a_torn_end_is_told_apart_from_damage() {
    let home = home();
    let length = HEADER_BYTES + 4 * frame_bytes();
    change(&home, 1, |bytes| bytes.truncate(length as usize - 3));
    let found = checked(&home);
    assert_eq!((found.frames, found.damaged), (9, vec![]));
    let torn = found.torn.expect("a torn end");
    assert!(home.files(".journal")[1].ends_with(&torn.file));
    assert_eq!(torn.bytes, length - frame_bytes()..length - 3);
}

#[test]
fn a_journal_that_is_not_there_yet_is_empty_and_stays_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let absent = folder.path().join("journal");
    let found = check(&absent, |_, _| panic!("there is no file"));
    assert_eq!(found.expect("nothing to read"), Checked::default());
    assert!(!absent.exists());
}
