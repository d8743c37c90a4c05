//! A store is looked at without being opened, and nothing of it changes.

use std::fs;
use std::path::{Path, PathBuf};

use store::{CheckedStore, check};

use crate::sample::{World, cut, write};

fn contents(world: &World) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<PathBuf> = ["", "blocks"]
        .iter()
        .flat_map(|folder| fs::read_dir(world.directory().join(folder)).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let read = |file: PathBuf| (file.clone(), fs::read(file).expect("a file"));
    files.into_iter().map(read).collect()
}

async fn checked(world: &World) -> CheckedStore {
    let before = contents(world);
    let mut told = 0;
    let checked = check(&world.directory(), |_, _| told += 1).await;
    let checked = checked.expect("a store that can be read");
    assert_eq!(contents(world), before, "nothing changes");
    assert_eq!(told, checked.blocks.len());
    checked
}

/// Three blocks, one of them with a trace that a later one holds again; closed.
async fn world() -> World {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[10]), cut(2, &[20])]).await;
    write(&store, vec![cut(1, &[30])]).await;
    write(&store, vec![cut(3, &[40])]).await;
    store.close().await;
    world
}

fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).expect("an object");
    bytes[at] ^= 0x10;
    fs::write(file, bytes).expect("a damaged object");
}

fn name_of(file: &Path) -> String {
    format!("blocks/{}", file.file_name().expect("a name").to_string_lossy())
}

#[tokio::test]
async fn a_sound_store_is_told_with_its_blocks_and_superseded_rows() {
    let found = checked(&world().await).await;
    assert_eq!((found.damaged, found.orphans), (vec![], vec![]));
    let rows: Vec<u32> = found.blocks.iter().map(|block| block.rows).collect();
    assert_eq!(
        (rows.iter().sum::<u32>(), rows.len(), found.superseded),
        (4, 3, 1)
    );
    assert!(found.catalog_step >= 5 && found.blocks.iter().all(|block| block.format_version == 3));
}

#[tokio::test]
async fn every_flipped_bit_of_a_block_is_told_with_its_file() {
    let world = world().await;
    let file = world.files()[1].clone();
    let whole = fs::read(&file).expect("a block");
    for at in (0..whole.len()).step_by(7) {
        flip(&file, at);
        let found = checked(&world).await;
        assert_eq!(found.damaged.len(), 1, "byte {at}: {:?}", found.damaged);
        assert_eq!(found.damaged[0].file, name_of(&file), "byte {at}");
        fs::write(&file, &whole).expect("the block again");
    }
}

#[tokio::test]
async fn a_damaged_page_is_told_with_its_place() {
    let world = world().await;
    let file = world.files()[0].clone();
    flip(&file, 50);
    let found = checked(&world).await;
    let cause = &found.damaged[0].cause;
    assert!(
        cause.starts_with("the checksum of bytes ") && cause.ends_with(" is wrong"),
        "{cause}"
    );
    let place: Vec<usize> = cause.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert!(place[0] <= 50 && 50 < place[1], "{cause}");
}

#[tokio::test]
async fn damaged_and_missing_rollups_are_told() {
    let world = world().await;
    let [first, second] = [0, 1].map(|block| world.files()[block].with_extension("rollups"));
    let length = fs::metadata(&first).expect("roll-ups").len() as usize;
    for at in [12, length / 2, length - 5] {
        let whole = fs::read(&first).expect("roll-ups");
        flip(&first, at);
        let found = checked(&world).await;
        assert_eq!(found.damaged.len(), 1, "byte {at}: {:?}", found.damaged);
        assert_eq!(found.damaged[0].file, name_of(&first));
        fs::write(&first, whole).expect("the roll-ups again");
    }
    fs::remove_file(&second).expect("gone");
    let found = checked(&world).await;
    assert_eq!(found.damaged.len(), 1);
    assert_eq!(
        (found.damaged[0].file.as_str(), found.damaged[0].cause.as_str()),
        (name_of(&second).as_str(), "it is missing")
    );
}

#[tokio::test]
async fn a_missing_block_and_an_orphan_are_told_apart() {
    let world = world().await;
    let file = world.files()[2].clone();
    let orphan = world.directory().join("blocks/0123.parquet");
    fs::rename(&file, &orphan).expect("another name");
    let found = checked(&world).await;
    assert_eq!(found.orphans, ["blocks/0123.parquet"]);
    assert_eq!(found.damaged.len(), 1);
    assert_eq!(
        (found.damaged[0].file.as_str(), found.damaged[0].cause.as_str()),
        (name_of(&file).as_str(), "the object is missing")
    );
}

#[tokio::test]
async fn what_a_server_has_put_aside_is_told() {
    let world = world().await;
    let file = world.files()[0].clone();
    let length = fs::metadata(&file).expect("a block").len() as usize;
    flip(&file, length - 20);
    world.open().await.close().await;
    let found = checked(&world).await;
    let quarantined = found.blocks.iter().filter(|block| block.quarantined.is_some());
    assert_eq!((quarantined.count(), found.damaged.len()), (1, 1));
}

#[tokio::test]
async fn a_store_that_is_not_there_yet_is_empty_and_stays_away() {
    let world = World::new();
    let found = check(&world.directory(), |_, _| {}).await;
    assert_eq!(found.expect("nothing to read"), CheckedStore::default());
    assert!(!world.directory().exists());
}
