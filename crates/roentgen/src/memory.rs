//! How much memory the process may use (`--memory`), and who of it gets how much.
//!
//! The shares are what each part counts of its own; together they leave a quarter for what nobody counts: programs and
//! stacks, the block that is being made, what the allocator keeps. `docs/performance.md` has what processes really took.

use std::fs;

use ingest::IngestConfig;
use journal::FileJournalConfig;
use query::QueryConfig;
use store::StoreConfig;

use crate::refusal::Refusal;

/// All memory that the process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Memory {
    bytes: usize,
}

impl Memory {
    /// A quarter of what the machine, or the control group of the process, has.
    pub(crate) fn quarter_of_machine() -> Memory {
        let machine = fs::read_to_string("/proc/meminfo").ok();
        let machine = machine.as_deref().and_then(total_of).unwrap_or(FALLBACK_BYTES);
        let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
        let group = group.and_then(|limit| limit.trim().parse().ok());
        Memory {
            bytes: (machine.min(group.unwrap_or(usize::MAX)) / 4).max(BYTES_MIN),
        }
    }

    /// What an operator wrote: `512MB`, `2GiB`, or plain bytes.
    pub(crate) fn parse(text: &str) -> Result<Memory, Refusal> {
        let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let unit = text.get(digits.len()..).unwrap_or_default();
        let factor = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, factor)| *factor);
        let bytes = digits.parse::<usize>().ok().zip(factor);
        let bytes = bytes.and_then(|(number, factor)| number.checked_mul(factor));
        let bytes = bytes.ok_or_else(|| {
            Refusal::of_start(format!("`--memory {text}` is no size, such as 512MB or 2GiB"))
        })?;
        if bytes < BYTES_MIN {
            return Err(Refusal::of_start(format!("`--memory {text}` is less than 64MiB")));
        }
        Ok(Memory { bytes })
    }

    /// The write path: a quarter for live traces. LIMIT: 1 GiB, since after a crash all of them are read again.
    pub(crate) fn of_ingest(self, usual: IngestConfig) -> IngestConfig {
        let live_bytes_max = (self.bytes / 4).min(usual.live_bytes_max);
        IngestConfig {
            live_bytes_max,
            block_bytes: (live_bytes_max / 4).min(usual.block_bytes),
            ..usual
        }
    }

    /// The journal: a sixteenth for what waits to be written.
    pub(crate) fn of_journal(self, usual: FileJournalConfig) -> FileJournalConfig {
        FileJournalConfig {
            queue_bytes_max: (self.bytes / 16).min(usual.queue_bytes_max),
            ..usual
        }
    }

    /// Storage: an eighth for columns that scans look at, a sixteenth for pieces of indexes.
    pub(crate) fn of_store(self, usual: StoreConfig) -> StoreConfig {
        StoreConfig {
            time_columns_bytes_max: (self.bytes / 8).min(usual.time_columns_bytes_max),
            index_bytes_max: (self.bytes / 16).min(usual.index_bytes_max),
            ..usual
        }
    }

    /// Questions: a fifth.
    pub(crate) fn of_query(self, usual: QueryConfig) -> QueryConfig {
        QueryConfig {
            memory_bytes_max: (self.bytes / 5).min(usual.memory_bytes_max),
            ..usual
        }
    }

    /// Requests that are being read: a twentieth.
    pub(crate) fn of_requests(self) -> usize {
        self.bytes / 20
    }

    /// Datagrams that wait to be looked at: an eightieth.
    pub(crate) fn of_datagrams(self) -> usize {
        self.bytes / 80
    }
}

/// The first line of `/proc/meminfo`: `MemTotal:       24576000 kB`.
fn total_of(meminfo: &str) -> Option<usize> {
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: usize = total.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// Of a machine that does not say what it has.
const FALLBACK_BYTES: usize = 2 << 30;
/// LIMIT: with less, one request of the largest size would not fit.
const BYTES_MIN: usize = 64 << 20;
const UNITS: [(&str, usize); 7] = [
    ("", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_what_is_none_is_refused() {
        let bytes = |text| Memory::parse(text).map(|memory| memory.bytes).ok();
        assert_eq!(bytes("384MB"), Some(384_000_000));
        assert_eq!(bytes("2GiB"), Some(2 << 30));
        assert_eq!(bytes("67108864"), Some(64 << 20));
        for text in ["", "MB", "much", "1.5GB", "-1", "512mb", "63MiB", "99999999999GB"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn the_shares_leave_a_quarter() {
        for bytes in [64 << 20, 384 << 20, 2 << 30, 64 << 30_usize] {
            let memory = Memory { bytes };
            let ingest = memory.of_ingest(IngestConfig::default());
            let journal = memory.of_journal(FileJournalConfig::in_directory("j"));
            let store = memory.of_store(StoreConfig::new("s".into()));
            let query = memory.of_query(QueryConfig::new(String::new()));
            let shares = [
                ingest.live_bytes_max,
                journal.queue_bytes_max,
                store.time_columns_bytes_max,
                store.index_bytes_max,
                query.memory_bytes_max,
                memory.of_requests(),
                memory.of_datagrams(),
            ];
            let sum: usize = shares.iter().sum();
            assert!(sum <= bytes / 4 * 3 + bytes / 50, "{sum} of {bytes}");
            assert!(ingest.block_bytes <= ingest.live_bytes_max / 4);
        }
    }

    #[test]
    fn the_machine_says_how_much_it_has() {
        let meminfo = "MemTotal:       24576000 kB\nMemFree:        1 kB\n";
        assert_eq!(total_of(meminfo), Some(24_576_000 * 1024));
        assert_eq!(total_of("MemTotal: much"), None);
        assert!(Memory::quarter_of_machine().bytes >= BYTES_MIN);
    }
}
