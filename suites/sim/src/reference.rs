//! The truth to compare answers with. The same documents, with the same receipts and in the same order, are given to a
//! product that never cuts, never stops and never fails; and services are counted by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use clock::{Clock, SeededRandomness, Timestamp};
use ingest::{Imported, Ingest, IngestConfig};
use journal::{FileJournal, FileJournalConfig};
use query::{Query, QueryConfig};
use store::{Store, StoreConfig};
use wire::GetServiceGraphResponse;

use crate::answers::{Answers, Questions};
use crate::disk::SimDisk;
use crate::fate::Fate;
use crate::model::{Model, Visible};
use crate::objects::SimObjects;
use crate::workload::SERVICES;
use crate::world::{RETENTION, folder, told};

/// What a product answers that holds these documents and was never disturbed.
pub(crate) async fn answers(
    visible: &Visible,
    now: Timestamp,
    catalog: &[u8],
    questions: &Questions,
) -> Result<Answers, String> {
    let folder = folder();
    fs::write(folder.path().join("catalog.sqlite"), catalog).expect("a temporary file");
    let fate = Arc::new(Fate::new(0, now));
    let clock: Arc<dyn Clock> = Arc::clone(&fate) as Arc<dyn Clock>;
    let config = StoreConfig {
        retention: RETENTION,
        terms: Some(query::term_rules()),
        ..StoreConfig::new(folder.path().to_owned())
    };
    let objects = Arc::new(SimObjects::new(Arc::clone(&fate)));
    let chance = Arc::new(SeededRandomness::new(0));
    let store = Store::open_on(objects, config, Arc::clone(&clock), chance).await;
    let store = store.map_err(|error| told("the reference's store", &error))?;
    let journal = FileJournal::open_on(
        Arc::new(SimDisk::new(fate)),
        &FileJournalConfig::in_directory("journal"),
    );
    let (journal, _) = journal.map_err(|error| told("the reference's journal", &error))?;
    let ingest = Ingest::open(journal, store.clone(), clock, IngestConfig::default());
    let ingest = ingest.map_err(|error| told("the reference's write path", &error))?;
    let unprocessed = ingest.import(&imported(visible)).await;
    let unprocessed = unprocessed.map_err(|error| told("the reference's import", &error))?;
    if !unprocessed.is_empty() {
        return Err(format!(
            "the simulation sends what cannot be processed: {unprocessed:?}"
        ));
    }
    let query = Query::new(
        ingest.clone(),
        store.clone(),
        QueryConfig::new("000000000000".to_owned()),
    );
    let answers = Answers::of(&query, questions).await;
    ingest.close();
    store.close().await;
    answers
}

fn imported(visible: &Visible) -> Vec<Imported> {
    let mut documents: Vec<_> = visible.values().flatten().collect();
    documents.sort_by_key(|received| received.position);
    let imported = documents.into_iter().map(|received| Imported {
        receipt: received.receipt,
        document: received.segment.text.clone(),
    });
    imported.collect()
}

/// Requests, faults and milliseconds of one service.
type Counted = (i64, i64, i64);

/// Services counted one by one from what documents say.
pub(crate) struct Services {
    window: (i64, i64),
    counted: BTreeMap<String, Counted>,
}

impl Services {
    /// The first complete document of a segment counts at its receipt.
    pub(crate) fn count((from, until): (i64, i64), visible: &Visible, model: &Model) -> Services {
        let mut services: BTreeMap<String, Counted> = BTreeMap::new();
        for documents in visible.values() {
            let mut counted = BTreeSet::new();
            for received in documents {
                // What was received later, in an import out of order perhaps, was not known at the window's end.
                let known = model
                    .told(received.position)
                    .filter(|_| received.receipt.seconds() <= until);
                let Some(told) = known else {
                    continue;
                };
                let Some(end_ms) = told.end_ms.filter(|_| counted.insert(told.segment)) else {
                    continue;
                };
                let second = received.receipt.seconds();
                if from <= second && second <= until {
                    let service = services.entry(format!("svc{}", told.service)).or_default();
                    service.0 += 1;
                    service.1 += i64::from(told.is_fault);
                    service.2 += end_ms - told.start_ms;
                }
            }
        }
        Services {
            window: (from, until),
            counted: services,
        }
    }

    /// Compares them with those of a graph.
    pub(crate) fn check(&self, graph: &GetServiceGraphResponse) -> Result<(), String> {
        for service in 0..SERVICES {
            let name = format!("svc{service}");
            let node = graph
                .services
                .iter()
                .find(|node| node.name == name && node.r#type.is_none());
            let statistics = node.and_then(|node| node.summary_statistics.as_ref());
            let answered = statistics.map_or((0, 0, 0), |statistics| {
                (
                    statistics.total_count,
                    statistics.fault_statistics.total_count,
                    (statistics.total_response_time * 1_000.0).round() as i64,
                )
            });
            let wanted = self.counted.get(&name).copied().unwrap_or_default();
            if answered != wanted {
                let (from, until) = self.window;
                return Err(format!(
                    "{name} from {from} to {until} counts {answered:?} (requests, faults, ms), the documents say {wanted:?}"
                ));
            }
        }
        Ok(())
    }
}
