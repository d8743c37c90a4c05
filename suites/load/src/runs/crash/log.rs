//! What a server was doing when it was killed, by what its log says.

/// The log of one life, from its start to its kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Life {
    /// It had not read its journal to the end.
    pub(crate) was_replaying: bool,
    /// A block was being made and listed.
    pub(crate) was_cutting: bool,
    /// Blocks were being merged.
    pub(crate) was_merging: bool,
    pub(crate) blocks: u64,
    pub(crate) merges: u64,
    /// Objects without a block, which the life before it had left.
    pub(crate) orphans: u64,
    /// Ends of journal files that the life before it had not written to the end.
    pub(crate) torn: u64,
}

impl Life {
    /// Reads the part of a log that was written in one life.
    pub(crate) fn of(log: &str) -> Life {
        let count = |text: &str| log.lines().filter(|line| line.contains(text)).count() as u64;
        let (blocks, merges) = (count(BLOCK_ENDED), count(MERGE_ENDED));
        Life {
            was_replaying: count(REPLAYED) == 0,
            was_cutting: count(BLOCK_BEGUN) > blocks,
            was_merging: count(MERGE_BEGUN) > merges,
            blocks,
            merges,
            orphans: count(ORPHAN),
            torn: count(TORN),
        }
    }
}

const REPLAYED: &str = " journal replayed";
const BLOCK_BEGUN: &str = " block begun";
const BLOCK_ENDED: &str = " block written";
const MERGE_BEGUN: &str = " merge begun";
const MERGE_ENDED: &str = " blocks merged";
const ORPHAN: &str = " removed an object that no block owns";
const TORN: &str = " dropped a torn write at the end of the journal";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_and_not_ended_is_what_was_cut_short() {
        let log = "DEBUG ingest: block begun traces=1\nDEBUG ingest: block written\nDEBUG store: merge begun blocks=8\n";
        let life = Life::of(log);
        assert_eq!(
            (life.was_replaying, life.was_cutting, life.was_merging),
            (true, false, true)
        );
        assert_eq!((life.blocks, life.merges), (1, 0));
        assert!(!Life::of("INFO ingest: journal replayed records=1\n").was_replaying);
    }
}
