//! What a run goes through besides work: damage, ends and starts, and the checks after them.

use clock::Clock;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use store::{BlockId, ClockColumn, Condition, Predicate};

use crate::answers::{Answers, Questions};
use crate::by_hand::{self, Services};
use crate::fate::{Armed, Counts};
use crate::model::Visible;
use crate::reference;
use crate::run::{Run, START};
use crate::series::SeriesQuestion;
use crate::world::{End, RETENTION, told};

impl Run {
    /// Ends the product and starts it again, however often power is lost on the way; then everything is checked.
    pub(crate) async fn restart(&mut self, end: End) -> Result<(), String> {
        let mut end = end;
        let is_disturbed = end != End::Stop && self.chance.percent(25);
        let mut attempts = if is_disturbed {
            self.chance.between(1, 3)
        } else {
            0
        };
        let mut starts = 0;
        self.note_changes();
        self.history.note(&format!("{end:?}"));
        loop {
            self.world.end(end).await;
            self.fate.restore();
            if end != End::Stop && self.chance.percent(12) {
                self.damage_journal();
            }
            let mut armed = Armed::default();
            if attempts > 0 {
                attempts -= 1;
                match self.chance.percent(85) {
                    true => armed.power_after = Some(self.chance.below(8)),
                    false => armed.reads_fail = true,
                }
            }
            let may_fail = armed.reads_fail;
            self.fate.begin("start", armed);
            let started = self.world.start().await;
            starts += 1;
            self.note_changes();
            match started {
                Ok(()) if !self.fate.is_lost() && !may_fail => break,
                Err(error) if !self.fate.is_lost() && !may_fail => return Err(error),
                Ok(()) | Err(_) => end = End::PowerLoss,
            }
        }
        self.fate.begin("check", Armed::default());
        if self.is_poisoned {
            self.model.doubt_unknown();
        }
        self.is_poisoned = false;
        self.account_for_journal(starts)?;
        // A start leaves in the journal what the retention no longer reaches.
        let limit = self.fate.now() - RETENTION;
        self.model.expire(limit);
        self.check().await
    }

    /// Takes note of what the journal reported as lost.
    fn account_for_journal(&mut self, starts: u64) -> Result<(), String> {
        let found = self.world.open().found.clone();
        let reported: Vec<_> = found
            .report
            .damaged
            .iter()
            .filter(|damage| !damage.lost.is_empty())
            .collect();
        if self.damage.journal_bits == 0 {
            let false_report = reported
                .iter()
                .find(|damage| damage.standing == journal::Standing::Acknowledged);
            return match false_report {
                Some(damage) => Err(format!("the journal reports damage that nobody did: {damage:?}")),
                None => Ok(()),
            };
        }
        let lost = reported
            .iter()
            .flat_map(|damage| damage.lost.start.0..damage.lost.end.0);
        let mut lost: Vec<u64> = lost.collect();
        // A damaged last frame looks like a torn one; a start that power loss met saw it perhaps, and sealed the file.
        if found.recovery.torn_bytes > 0 || starts > 1 {
            let last = found.replayed.iter().copied().max();
            lost.extend(
                self.model
                    .positions()
                    .filter(|position| last.is_none_or(|last| last < *position)),
            );
        }
        let store = &self.world.open().store;
        lost.retain(|position| !store.is_stored(*position) && !self.model.is_excused(*position));
        let of_senders = lost
            .iter()
            .copied()
            .filter(|position| self.model.is_acknowledged(*position));
        self.damage.in_journal.extend(of_senders);
        self.model.excuse(lost);
        let (lost, bits) = (self.damage.in_journal.len(), self.damage.journal_bits);
        match lost <= bits {
            true => Ok(()),
            false => Err(format!(
                "{bits} damaged bits of the journal cost {lost} documents"
            )),
        }
    }

    /// Looks at everything, and holds every answer against the reference.
    pub(crate) async fn check(&mut self) -> Result<(), String> {
        for _ in 0..ATTEMPTS {
            let quarantined = self.world.open().store.quarantined();
            let visible = self.model.look(self.world.open()).await?;
            if quarantined != self.world.open().store.quarantined() {
                continue;
            }
            self.model.settle(&visible)?;
            self.check_reported(&visible)?;
            let questions = self.questions(&visible);
            let answers = Answers::of(&self.world.open().query, &questions).await;
            if quarantined != self.world.open().store.quarantined() {
                continue;
            }
            let answers = answers?;
            let now = self.fate.now();
            let groups = self.groups_of_now().await?;
            let wanted = reference::answers(&visible, (now, &groups), &self.catalog, &questions).await?;
            if let Some(difference) = answers.difference(&wanted) {
                return Err(difference);
            }
            if let Some(difference) = answers.difference_of_graphs(&wanted) {
                return Err(difference);
            }
            for (window, graph) in questions.graphs.iter().zip(&answers.graphs) {
                Services::count(*window, &visible, &self.model).check(graph)?;
            }
            for (question, answer) in questions.series.iter().zip(&answers.series) {
                by_hand::check_series(question, answer, (&visible, &self.model))?;
            }
            self.history.note(&format!("{} traces are right", visible.len()));
            for received in visible.values().flatten() {
                self.history.number(received.position);
                self.history.number(received.receipt.as_nanos().unsigned_abs());
            }
            self.fate.count("checks of all answers");
            return Ok(());
        }
        Err("one block after the other is quarantined".to_owned())
    }

    /// What is missing from a damaged block is told.
    fn check_reported(&self, visible: &Visible) -> Result<(), String> {
        let missing = self.model.missing(visible);
        let lost = missing
            .iter()
            .filter(|position| self.damage.in_blocks.contains(position))
            .count();
        if lost > 0
            && self.world.open().store.quarantined() == 0
            && self.expired_before == clock::Timestamp::MIN
        {
            return Err(format!(
                "{lost} documents of a damaged block are missing, and no block is quarantined"
            ));
        }
        Ok(())
    }

    pub(crate) fn questions(&mut self, visible: &Visible) -> Questions {
        let now = self.fate.now();
        let latest = visible.values().flatten().map(|received| received.receipt).max();
        let until = latest.map_or(now, |latest| latest.max(now)).seconds() + 1;
        let floor = (now - RETENTION).max(self.expired_before).seconds() + 1;
        let mut graphs = vec![(floor.max(until - GRAPH_SECONDS_MAX), until)];
        let from = floor + self.chance.below((until - floor).max(1) as u64) as i64;
        let length = self.chance.between(1, GRAPH_SECONDS_MAX as u64) as i64;
        graphs.push((from, until.min(from + length)));
        graphs.retain(|(from, until)| from <= until);
        let series = SeriesQuestion::some((floor, until), &mut self.chance);
        let names: Vec<&String> = self.groups.expressions.keys().collect();
        let group = (!names.is_empty() && self.chance.percent(60))
            .then(|| names[self.chance.place(names.len())].clone());
        Questions {
            series,
            group,
            traces: visible.keys().copied().collect(),
            window: (START - 30 * 86_400, until + 30 * 86_400),
            graphs,
        }
    }

    fn damage_journal(&mut self) {
        if let Some(bit) = self.world.disk.flip_bit() {
            self.damage.journal_bits += 1;
            self.fate.count("damaged bits: journal");
            self.history.detail(&bit);
        }
    }

    pub(crate) async fn damage_block(&mut self) -> Result<String, String> {
        let names = self.world.objects.names(".parquet");
        if names.is_empty() {
            return Ok("no block".to_owned());
        }
        let name = names[self.chance.place(names.len())].clone();
        let id = name
            .rsplit('/')
            .next()
            .and_then(|name| name.strip_suffix(".parquet"));
        let block: BlockId = id
            .and_then(|id| id.parse().ok())
            .ok_or("a block's name is no id")?;
        let snapshot = self.world.open().store.snapshot();
        let scanned = snapshot.scan(&EVERYTHING).await;
        let mut rows = scanned.map_err(|error| told("nothing can be scanned", &error))?;
        rows.retain(|row| row.block == block);
        let traces = snapshot
            .read(&rows)
            .await
            .map_err(|error| told("a block cannot be read", &error))?;
        let positions: Vec<u64> = traces
            .iter()
            .flat_map(|trace| &trace.documents)
            .map(|received| received.position)
            .collect();
        self.damage.in_blocks.extend(positions.iter().copied());
        self.damage.objects += 1;
        self.model.excuse(positions);
        self.world.objects.flip_bit(&name);
        self.fate.count("damaged bits: block");
        Ok(name)
    }

    pub(crate) fn damage_rollups(&mut self) -> String {
        let names = self.world.objects.names(".rollups");
        if names.is_empty() {
            return "no roll-ups".to_owned();
        }
        let name = names[self.chance.place(names.len())].clone();
        self.world.objects.flip_bit(&name);
        self.damage.objects += 1;
        self.fate.count("damaged bits: roll-ups");
        name
    }

    /// A cut whose transaction the catalog refuses.
    pub(crate) async fn fail_catalog(&mut self) -> Result<String, String> {
        self.in_catalog(
            "CREATE TRIGGER fails BEFORE INSERT ON blocks BEGIN SELECT RAISE(ABORT, 'simulated'); END",
        )
        .await?;
        let cut = self.world.open().ingest.cut_all().await;
        self.in_catalog("DROP TRIGGER fails").await?;
        match cut {
            Ok(_) => Ok("nothing to store".to_owned()),
            Err(store::WriteError::Catalog(_)) => {
                self.fate.count("failing catalog");
                Ok("failed".to_owned())
            }
            Err(_) if self.fate.strikes() > 0 => Ok("failed before".to_owned()),
            Err(error) => Err(told("a cut failed for another reason", &error)),
        }
    }

    async fn in_catalog(&self, statement: &'static str) -> Result<(), String> {
        let failed = |error: sqlx::Error| told("the simulation cannot use the catalog", &error);
        let options = SqliteConnectOptions::new().filename(self.world.catalog());
        let mut connection = options.connect().await.map_err(failed)?;
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .map_err(failed)?;
        connection.close().await.map_err(failed)
    }

    /// What is told of a run: faults and checks.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = self.fate.counts();
        counts.insert(
            "documents acknowledged".to_owned(),
            self.model.acknowledged() as u64,
        );
        counts
    }
}

const GRAPH_SECONDS_MAX: i64 = 21_600;
const ATTEMPTS: usize = 8;

pub(crate) const EVERYTHING: Predicate = Predicate {
    clock: ClockColumn::LastReceipt,
    from: clock::Timestamp::MIN,
    until: clock::Timestamp::MAX,
    condition: Condition::Every,
};
