//! The truth to compare answers with: the same documents, with the same receipts and in the same order, are given to a
//! product that never cuts, never stops and never fails.

use std::fs;
use std::sync::Arc;

use clock::{Clock, SeededRandomness, Timestamp};
use ingest::{Imported, Ingest, IngestConfig};
use journal::{FileJournal, FileJournalConfig};
use query::{Query, QueryConfig};
use store::{Store, StoreConfig};

use crate::answers::{Answers, Questions};
use crate::disk::SimDisk;
use crate::fate::Fate;
use crate::groups::GroupsOfNow;
use crate::model::Visible;
use crate::objects::SimObjects;
use crate::world::{RETENTION, folder, told};

/// What a product answers that holds these documents and was never disturbed.
pub(crate) async fn answers(
    visible: &Visible,
    (now, groups): (Timestamp, &GroupsOfNow),
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
        groups: groups.view(),
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
    let ingest = Ingest::open(journal, store.clone(), clock, IngestConfig::default()).await;
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
    let query = query.with_groups(Arc::new(groups.clone()));
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
