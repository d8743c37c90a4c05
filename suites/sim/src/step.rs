//! What can be done in a step, how often, and what goes wrong in it.

use crate::chance::Chance;
use crate::fate::Armed;

/// What can be done in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Put,
    PutTogether,
    PutAmongReaders,
    Import,
    Offer,
    CutRipe,
    CutAll,
    CutOften,
    Compact,
    Expire,
    Groups,
    Clock,
    Look,
    Crash,
    DamageBlock,
    DamageRollups,
    FailCatalog,
}

impl Step {
    /// Its name in histories and counts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Step::Put => "put",
            Step::PutTogether => "put together",
            Step::PutAmongReaders => "put among readers",
            Step::Import => "import",
            Step::Offer => "offer",
            Step::CutRipe => "cut of ripe traces",
            Step::CutAll => "cut",
            Step::CutOften => "many cuts",
            Step::Compact => "compaction",
            Step::Expire => "expiry",
            Step::Groups => "groups",
            Step::Clock => "clock",
            Step::Look => "look",
            Step::Crash => "crash",
            Step::DamageBlock => "damage to a block",
            Step::DamageRollups => "damage to roll-ups",
            Step::FailCatalog => "cut with a failing catalog",
        }
    }

    /// What goes wrong in it, if anything.
    pub(crate) fn arm(self, chance: &mut Chance) -> Armed {
        let mut armed = Armed::default();
        let changes_max = match self {
            Step::Put | Step::PutTogether | Step::PutAmongReaders | Step::Import | Step::Offer => 3,
            Step::CutRipe | Step::CutAll | Step::FailCatalog => 5,
            Step::Compact => 12,
            Step::Expire => 4,
            _ => return armed,
        };
        // What removes and replaces has the most to lose.
        let cases = match self {
            Step::Compact | Step::Expire => 16,
            _ => 40,
        };
        match chance.below(cases) {
            0..4 => armed.power_after = Some(chance.below(changes_max)),
            4 => armed.sync_fails = true,
            5 => armed.room_bytes = Some(chance.below(3_000)),
            6 => armed.puts_fail = chance.between(1, 4),
            7 if self != Step::PutAmongReaders => armed.reads_fail = true,
            8 => armed.slow_seconds = chance.between(1, 100),
            _ => {}
        }
        armed
    }
}

/// Steps by weight.
pub(crate) const STEPS: [(u64, Step); 17] = [
    (34, Step::Put),
    (3, Step::PutTogether),
    (3, Step::PutAmongReaders),
    (5, Step::Import),
    (4, Step::Offer),
    (10, Step::CutRipe),
    (12, Step::CutAll),
    (3, Step::CutOften),
    (9, Step::Compact),
    (5, Step::Expire),
    (4, Step::Groups),
    (10, Step::Clock),
    (2, Step::Look),
    (5, Step::Crash),
    (1, Step::DamageBlock),
    (1, Step::DamageRollups),
    (1, Step::FailCatalog),
];
