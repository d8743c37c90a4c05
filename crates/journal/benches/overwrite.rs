//! What writing over trimmed files spares an append, in quiet and beside a thread that writes and syncs files as big as
//! blocks, and what a start pays for the old bytes: `cargo bench -p journal --bench overwrite`.

#![expect(clippy::print_stdout, reason = "the table is the benchmark's answer")]

use clock::{Clock, SystemClock, Timestamp};
use journal::{FileJournal, FileJournalConfig, Position, Record};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

const DOCUMENTS: usize = 46;
const DOCUMENT_BYTES: usize = 1_500;
const FILE_BYTES: u64 = 16 << 20;
const BATCHES: usize = 3_000;
/// Enough for some files to be written and trimmed.
const BATCHES_BEFORE: usize = 1_200;
const BLOCK_BYTES: usize = 25 << 20;
const PAUSE: Duration = Duration::from_millis(200);
const ROUNDS: usize = 4;

fn main() {
    println!("{BATCHES} batches of {DOCUMENTS} documents, one after the other");
    println!("beside    spares   median      p99      max   CPU of the journal's thread a batch");
    for beside in [Beside::Nothing, Beside::Blocks] {
        for _ in 0..ROUNDS {
            for spare_files_max in [0, 8] {
                tell(beside, spare_files_max, &appended(beside, spare_files_max));
            }
        }
    }
    println!("start with 64 MiB of old bytes: {} ms", start_ms(|_, _| {}));
    // As if the last write had been torn: its first bytes are there, and no mark.
    let torn = |file: &mut Vec<u8>, end: usize| file[end..end + 8].copy_from_slice(&[1; 8]);
    println!("the same behind a torn write:   {} ms", start_ms(torn));
}

/// What another thread does meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Blocks,
}

/// Nanoseconds: of each batch, and of the journal's thread in all.
struct Appended {
    latencies: Vec<u64>,
    cpu: u64,
}

fn tell(beside: Beside, spare_files_max: usize, appended: &Appended) {
    let mut sorted = appended.latencies.clone();
    sorted.sort_unstable();
    let at = |thousandth: usize| sorted[(sorted.len() - 1) * thousandth / 1_000] as f64 / 1e6;
    println!(
        "{:<9} {spare_files_max:>6} {:>5.2} ms {:>5.1} ms {:>5.1} ms   {:.0} us",
        format!("{beside:?}"),
        at(500),
        at(990),
        at(1_000),
        appended.cpu as f64 / sorted.len() as f64 / 1e3,
    );
}

fn appended(beside: Beside, spare_files_max: usize) -> Appended {
    let directory = folder();
    let config = FileJournalConfig {
        file_bytes_max: FILE_BYTES,
        spare_files_max,
        ..FileJournalConfig::in_directory(directory.path().join("journal"))
    };
    let (journal, _) = FileJournal::open(config).expect("a journal");
    for _ in 0..BATCHES_BEFORE {
        let position = append(&journal);
        journal.trim(position).expect("a shorter journal");
    }
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        if beside == Beside::Blocks {
            scope.spawn(|| write_blocks(directory.path(), &is_over));
        }
        let cpu_before = cpu_of_journal();
        let latencies = (0..BATCHES).map(|_| {
            let began = SystemClock.now();
            let position = append(&journal);
            let took = SystemClock.now().nanos_since(began);
            journal.trim(position).expect("a shorter journal");
            took.unsigned_abs()
        });
        let latencies = latencies.collect();
        is_over.store(true, Ordering::SeqCst);
        Appended {
            latencies,
            cpu: cpu_of_journal() - cpu_before,
        }
    })
}

fn append(journal: &FileJournal) -> Position {
    let (sender, answered) = sync_channel(1);
    let done = Box::new(move |answer| drop(sender.send(answer)));
    journal.submit(batch(), done).expect("room");
    answered.recv().expect("an answer").expect("durable")
}

fn batch() -> Vec<Record> {
    let payload = bytes::Bytes::from_static(&[b'x'; DOCUMENT_BYTES]);
    let record = |number: u8| Record {
        key: [number; 16],
        receipt: Timestamp::EPOCH,
        payload: payload.clone(),
    };
    (0..DOCUMENTS as u8).map(record).collect()
}

/// One file after the other, each made durable.
fn write_blocks(directory: &Path, is_over: &AtomicBool) {
    let bytes = vec![b'b'; BLOCK_BYTES];
    for name in ["even.block", "odd.block"].iter().cycle() {
        if is_over.load(Ordering::SeqCst) {
            return;
        }
        let mut file = File::create(directory.join(name)).expect("a file");
        file.write_all(&bytes).expect("room");
        file.sync_all().expect("a disk that syncs");
        thread::sleep(PAUSE);
    }
}

/// What the journal's thread has worked, as the system counts it.
fn cpu_of_journal() -> u64 {
    let tasks = fs::read_dir("/proc/self/task").expect("the process's threads");
    let tasks = tasks.map(|task| task.expect("a thread").path());
    let is_journal =
        |task: &PathBuf| fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "journal");
    let worked = |task: PathBuf| {
        let counted = fs::read_to_string(task.join("schedstat")).ok()?;
        counted.split(' ').next()?.parse::<u64>().ok()
    };
    tasks.filter(is_journal).filter_map(worked).sum()
}

/// How long the journal takes to open whose last file begins with one batch, with old bytes behind it.
fn start_ms(damage: impl Fn(&mut Vec<u8>, usize)) -> i64 {
    let directory = folder();
    let config = FileJournalConfig::in_directory(directory.path());
    let (journal, _) = FileJournal::open(config.clone()).expect("a journal");
    // The third file is written over the first.
    let (mut begun, mut last, mut file) = (0, Position(0), PathBuf::new());
    while begun < 3 {
        last = append(&journal);
        file = directory.path().join(format!("{:020}.journal", last.0));
        begun += usize::from(file.exists());
        journal.trim(last).expect("a shorter journal");
    }
    journal.close();
    let mut bytes = fs::read(&file).expect("the last file");
    let end = 46 + DOCUMENTS * (44 + DOCUMENT_BYTES);
    assert!(
        bytes.len() > 60 << 20 && end < bytes.len(),
        "a file with old bytes"
    );
    damage(&mut bytes, end);
    let mut file = File::create(&file).expect("the last file");
    file.write_all(&bytes).expect("room");
    file.sync_all().expect("a disk that syncs");
    let began = SystemClock.now();
    let (journal, recovery) = FileJournal::open(config).expect("a journal");
    let took = SystemClock.now().nanos_since(began);
    println!(
        "({} bytes torn, next position {} after {last})",
        recovery.torn_bytes,
        journal.end()
    );
    took / 1_000_000
}

/// Not the system's directory for temporary files: that one may lie in memory.
fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory")
}
