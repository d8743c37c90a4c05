//! One seed from beginning to end: steps are drawn, faults are armed, what must hold is checked.

use std::sync::Arc;

use clock::{Clock, Timestamp};

use crate::chance::Chance;
use crate::fate::{Armed, Counts, Fate};
use crate::groups::GroupsModel;
use crate::history::{Failure, History};
use crate::model::Model;
use crate::pages::Pages;
use crate::seeds::Extent;
use crate::step::{STEPS, Step};
use crate::workload::Workload;
use crate::world::{End, Limits, RETENTION, World, told};

/// One run.
pub(crate) struct Run {
    pub(crate) fate: Arc<Fate>,
    pub(crate) world: World,
    pub(crate) model: Model,
    pub(crate) groups: GroupsModel,
    pub(crate) workload: Workload,
    pub(crate) chance: Chance,
    pub(crate) reader_chance: Chance,
    pub(crate) history: History,
    /// The catalog of a new store.
    pub(crate) catalog: Arc<Vec<u8>>,
    pub(crate) damage: Damage,
    /// A sync failed: nothing may be acknowledged until a restart.
    pub(crate) is_poisoned: bool,
    /// Before it things have expired.
    pub(crate) expired_before: Timestamp,
    /// Readers who have seen some pages and want the next ones.
    pub(crate) pages: Vec<Pages>,
    pace: Pace,
}

/// How time passes: blocks of one slice of time are merged, old ones expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    Minutes,
    Days,
}

/// What was damaged on purpose.
#[derive(Debug, Default)]
pub(crate) struct Damage {
    pub(crate) journal_bits: usize,
    pub(crate) objects: usize,
    /// Positions that lay in damaged blocks.
    pub(crate) in_blocks: std::collections::BTreeSet<u64>,
    /// Positions that damage of the journal cost.
    pub(crate) in_journal: std::collections::BTreeSet<u64>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// All that happened: the same for the same seed.
    pub(crate) history: History,
    /// Faults that took effect, and checks that were made.
    pub(crate) counts: Counts,
}

/// Runs one seed.
///
/// # Errors
/// [`Failure`]: something that must hold did not.
pub(crate) async fn run(seed: u64, extent: Extent, catalog: Arc<Vec<u8>>) -> Result<Outcome, Box<Failure>> {
    let steps = extent.steps;
    let mut run = Run::new(seed, catalog);
    let ended = run.all(steps).await;
    run.world.end(End::Stop).await;
    match ended {
        Ok(()) => Ok(Outcome {
            counts: run.counts(),
            history: run.history,
        }),
        Err(what) => Err(Box::new(run.history.failure(seed, steps, what))),
    }
}

impl Run {
    fn new(seed: u64, catalog: Arc<Vec<u8>>) -> Run {
        let fate = Arc::new(Fate::new(seed, Timestamp::from_seconds(START)));
        let mut chance = Chance::new(seed, 3);
        let file_bytes_max = chance.weighted(&[(5, 3_000), (4, 6_000), (1, 20_000), (1, 200_000)]);
        let limits = Limits {
            file_bytes_max,
            journal_bytes_max: file_bytes_max * chance.between(3, 12),
            spare_files_max: Chance::new(seed, 5).weighted(&[(1, 0), (3, 1), (6, 8)]),
            live_bytes_max: chance.weighted(&[(1, 60_000), (4, 1 << 20)]),
        };
        let pace = chance.weighted(&[(2, Pace::Minutes), (1, Pace::Days)]);
        Run {
            world: World::new(seed, Arc::clone(&fate), &catalog, limits),
            fate,
            model: Model::default(),
            groups: GroupsModel::default(),
            workload: Workload::new(seed),
            chance,
            reader_chance: Chance::new(seed, 4),
            history: History::default(),
            catalog,
            damage: Damage::default(),
            is_poisoned: false,
            expired_before: Timestamp::MIN,
            pages: vec![],
            pace,
        }
    }

    async fn all(&mut self, steps: u64) -> Result<(), String> {
        self.world.start().await?;
        for _ in 0..steps {
            let step = self.chance.weighted(&STEPS);
            self.step(step).await?;
        }
        self.history.begin("end");
        self.restart(End::Stop).await?;
        for _ in 0..2 {
            let cut = self.world.open().ingest.cut_all().await;
            cut.map_err(|error| told("cannot be stored at the end", &error))?;
            self.check().await?;
            while self.compact_once().await? {}
            self.check().await?;
            self.restart(End::PowerLoss).await?;
        }
        Ok(())
    }

    async fn step(&mut self, step: Step) -> Result<(), String> {
        let armed = step.arm(&mut self.chance);
        self.history.begin(step.name());
        self.fate.begin(step.name(), armed.clone());
        // Seconds pass between calls, so that some traces are quiet while others are not.
        let passed = self.chance.below(5_000) as i64;
        self.fate.step_clock(passed * 1_000_000);
        let watch = self.watch(step, &armed).await?;
        let happened = match watch {
            Some(watch) => watch.during(self.act(step)).await?,
            None => self.act(step).await?,
        };
        self.history.note(&happened);
        self.note_changes();
        self.is_poisoned |= self.fate.has_failed_sync();
        if self.fate.is_lost() {
            let end = match self.chance.percent(30) {
                true => End::Kill,
                false => End::PowerLoss,
            };
            return self.restart(end).await;
        }
        self.fate.begin("check", Armed::default());
        if self.is_poisoned && self.chance.percent(25) {
            return self.restart(End::Kill).await;
        }
        self.turn_pages().await
    }

    /// Takes note of what the product changed.
    pub(crate) fn note_changes(&mut self) {
        for change in self.fate.take_changes() {
            self.history.detail(&change);
        }
    }

    async fn act(&mut self, step: Step) -> Result<String, String> {
        match step {
            Step::Put => self.put().await,
            Step::PutTogether => self.put_together().await,
            Step::PutAmongReaders => self.put_among_readers().await,
            Step::Import => self.import().await,
            Step::Offer => self.offer().await,
            Step::CutRipe | Step::CutAll => self.cut(step).await,
            Step::CutOften => self.cut_often().await,
            Step::Compact => self
                .compact_once()
                .await
                .map(|is_merged| format!("merged: {is_merged}")),
            Step::Expire => self.expire().await,
            Step::Groups => self.change_groups().await,
            Step::Clock => Ok(self.step_clock()),
            Step::Look => self.check().await.map(|()| "looked".to_owned()),
            Step::Crash => self.crash().await,
            Step::DamageBlock => self.damage_block().await,
            Step::DamageRollups => Ok(self.damage_rollups()),
            Step::FailCatalog => self.fail_catalog().await,
        }
    }

    pub(crate) async fn cut(&mut self, step: Step) -> Result<String, String> {
        let ingest = &self.world.open().ingest;
        let cut = match step {
            Step::CutRipe => ingest.cut(self.fate.now()).await,
            _ => ingest.cut_all().await,
        };
        match cut {
            Ok(report) => Ok(format!("{} traces stored", report.traces)),
            Err(_) if self.fate.strikes() > 0 => Ok("failed".to_owned()),
            Err(error) => Err(told("a cut failed without a reason", &error)),
        }
    }

    /// So many blocks that some can be merged.
    async fn cut_often(&mut self) -> Result<String, String> {
        for _ in 0..8 {
            self.put().await?;
            self.cut(Step::CutAll).await?;
        }
        Ok("eight calls and cuts".to_owned())
    }

    /// Whether blocks were merged.
    async fn compact_once(&mut self) -> Result<bool, String> {
        let quarantined = self.world.open().store.quarantined();
        let compacted = self.world.open().store.compact().await;
        match compacted {
            Ok(compacted) => {
                if compacted.blocks > 0 {
                    self.fate.count("merges");
                }
                Ok(compacted.blocks > 0)
            }
            Err(_) if self.fate.strikes() > 0 => Ok(false),
            // The next one goes on without the damaged block.
            Err(_) if quarantined < self.world.open().store.quarantined() => Ok(true),
            Err(error) => Err(told("a merge failed without a reason", &error)),
        }
    }

    async fn expire(&mut self) -> Result<String, String> {
        let before = self.fate.now();
        let live = self.world.open().ingest.pin().await.traces;
        let live = live.iter().map(|trace| trace.id).collect();
        let expired = self.world.open().store.expire_but(live).await;
        let limit = before.max(self.fate.now()) - RETENTION;
        self.expired_before = self.expired_before.max(limit);
        self.model.expire(limit);
        match expired {
            Ok(expired) => {
                if expired.blocks > 0 {
                    self.fate.count("expiries");
                }
                Ok(format!("{} blocks expired", expired.blocks))
            }
            Err(_) if self.fate.strikes() > 0 => Ok("failed".to_owned()),
            Err(error) => Err(told("an expiry failed without a reason", &error)),
        }
    }

    fn step_clock(&mut self) -> String {
        let weights = match self.pace {
            Pace::Minutes => [(60, 0), (27, 1), (2, 2), (1, 3), (10, 4)],
            Pace::Days => [(20, 0), (10, 1), (20, 2), (40, 3), (10, 4)],
        };
        let seconds = match self.chance.weighted(&weights) {
            0 => self.chance.below(15),
            1 => self.chance.between(60, 1_200),
            2 => self.chance.between(3_600, 8 * 3_600),
            3 => self.chance.between(86_400, 5 * 86_400),
            _ => {
                let back = self.chance.between(1, 7_200);
                self.fate.step_clock(-(back as i64) * 1_000_000_000);
                self.fate.count("clock steps back");
                return format!("back {back} s");
            }
        };
        self.fate.step_clock(seconds as i64 * 1_000_000_000);
        format!("{seconds} s later")
    }

    async fn crash(&mut self) -> Result<String, String> {
        let end = self
            .chance
            .weighted(&[(4, End::PowerLoss), (3, End::Kill), (2, End::Stop)]);
        if end == End::Stop && self.chance.percent(50) {
            self.cut(Step::CutAll).await?;
        }
        self.fate.count(&format!("{end:?} between steps"));
        self.restart(end).await?;
        Ok(format!("{end:?}"))
    }
}

/// 2026-01-10T00:00:00Z.
pub(crate) const START: i64 = 1_768_003_200;
