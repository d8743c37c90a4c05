//! `roentgen doctor storage`: everything in a data directory is read, and what is damaged is told. The report goes to
//! standard output, progress to standard error. Exit code 0 for a sound directory, 1 where something is damaged, 2
//! where it cannot be looked at, because a server uses it for one.

use journal::Checked;
use store::CheckedStore;

use crate::cli::StorageFlags;
use crate::data_directory::DataDirectory;
use crate::refusal::Refusal;

/// Examines a data directory that nobody uses.
pub(crate) fn storage(flags: &StorageFlags) -> Result<(), Refusal> {
    let directory = DataDirectory::take_to_look(&flags.data_dir)?;
    let journal = journal::check(&directory.join("journal"), told_of("journal"));
    let journal = journal.map_err(|error| Refusal::of_error(&error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| Refusal::of_start(format!("could not start the runtime: {error}")))?;
    let store = runtime.block_on(store::check(&directory.join("store"), told_of("store")));
    let store = store.map_err(|error| Refusal::of_error(&error))?;
    let lines = [
        of_journal(&journal),
        of_store(&store),
        of_damage(&journal, &store),
    ];
    tell(&lines.concat());
    match journal.damaged.len() + store.damaged.len() {
        0 => Ok(()),
        1 => Err(Refusal::of_run("1 place is damaged")),
        places => Err(Refusal::of_run(format!("{places} places are damaged"))),
    }
}

fn of_journal(journal: &Checked) -> Vec<String> {
    let mut lines = vec![format!(
        "journal: {} files, {} bytes, {} good frames, format {}",
        journal.files,
        journal.bytes,
        journal.frames,
        journal::FORMAT_VERSION
    )];
    lines.extend(journal.torn.as_ref().map(|torn| {
        let (from, to) = (torn.bytes.start, torn.bytes.end);
        format!(
            "torn: journal/{}, bytes {from} to {to}: a write that was not finished, nothing of it was acknowledged",
            torn.file
        )
    }));
    lines
}

fn of_store(store: &CheckedStore) -> Vec<String> {
    let mut formats: Vec<u32> = store.blocks.iter().map(|block| block.format_version).collect();
    formats.sort_unstable();
    formats.dedup();
    let formats: Vec<String> = formats.iter().map(u32::to_string).collect();
    let mut lines = vec![
        format!("catalog: tables at step {}", store.catalog_step),
        format!(
            "blocks: {}, {} bytes, {} rows, {} of them superseded, formats {}",
            store.blocks.len(),
            store.blocks.iter().map(|block| block.size_bytes).sum::<u64>(),
            store
                .blocks
                .iter()
                .map(|block| u64::from(block.rows))
                .sum::<u64>(),
            store.superseded,
            if formats.is_empty() {
                "none".to_owned()
            } else {
                formats.join(", ")
            }
        ),
    ];
    let quarantined = store.blocks.iter().filter(|block| block.quarantined.is_some());
    lines.extend(quarantined.map(|block| {
        let file = format!("blocks/{}.parquet", block.id);
        let is_it = |finding: &&store::Finding| finding.file == file;
        let cause = store.damaged.iter().find(is_it);
        let cause = cause.map_or("it reads well now", |finding| finding.cause.as_str());
        format!("quarantined: store/{file}: {cause}")
    }));
    let orphan = |file: &String| format!("orphan: store/{file}: no block owns it, the next start removes it");
    lines.extend(store.orphans.iter().map(orphan));
    lines
}

fn of_damage(journal: &Checked, store: &CheckedStore) -> Vec<String> {
    let of_journal = journal.damaged.iter().map(|damage| {
        let (first, last) = (damage.lost.start.0, damage.lost.end.0);
        let lost = match last.saturating_sub(first) {
            0 => "no record is lost".to_owned(),
            lost => format!("{lost} records from position {first} on are lost"),
        };
        let (from, to) = (damage.bytes.start, damage.bytes.end);
        format!("damaged: journal/{}, bytes {from} to {to}: {lost}", damage.file)
    });
    let of_store = store.damaged.iter().map(|finding| {
        let remedy = if finding.file.ends_with(".rollups") {
            "; the server makes it anew"
        } else {
            ""
        };
        format!("damaged: store/{}: {}{remedy}", finding.file, finding.cause)
    });
    of_journal.chain(of_store).collect()
}

fn told_of(part: &'static str) -> impl FnMut(&str, u64) {
    move |file, bytes| note(&format!("reading {part}/{file}, {bytes} bytes"))
}

#[expect(clippy::print_stderr, reason = "long work shows its progress")]
fn note(line: &str) {
    eprintln!("{line}");
}

#[expect(clippy::print_stdout, reason = "this is the command's answer")]
fn tell(lines: &[String]) {
    for line in lines {
        println!("{line}");
    }
}
