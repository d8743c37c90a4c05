//! Import (`settled.md` 25).

use std::sync::Mutex;

use catalog::Catalog;
use clock::{Clock, ManualClock, SeededRandomness};
use ingest::{Ingest, IngestConfig};
use journal::{FileJournal, FileJournalConfig};
use metrics_exporter_prometheus::PrometheusBuilder;
use query::{Query, QueryConfig};
use sampling::RuleBook;
use settings::{Home, Memberships, Settings, SettingsLimits};
use std::sync::Arc;
use store::{Store, StoreConfig};
use tempfile::TempDir;
use wire::{BatchGetTracesRequest, GetTraceSummariesRequest};

use super::*;
use crate::{ApiLimits, Limits};

const START: i64 = 1_767_225_600;
const TRACE: &str = "1-6955b900-000000000000000000000001";

/// Everything that the operations work on, in a new folder.
async fn api() -> (Api, TempDir) {
    let folder = TempDir::new().expect("a folder");
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_seconds(START)));
    let chance = || Arc::new(SeededRandomness::new(1));
    let config = StoreConfig::new(folder.path().join("store"));
    let store = Store::open(config, Arc::clone(&clock), chance()).await;
    let store = store.expect("a store");
    let (journal, _) =
        FileJournal::open(FileJournalConfig::in_directory(folder.path().join("journal"))).expect("a journal");
    let ingest = Ingest::open(
        journal,
        store.clone(),
        Arc::clone(&clock),
        IngestConfig::default(),
    );
    let ingest = ingest.await.expect("a write path");
    let catalog = Catalog::open(&folder.path().join("settings.sqlite")).await;
    let home = Home {
        region: "us-east-1".to_owned(),
        account_id: "000000000000".to_owned(),
    };
    let memberships = Memberships::load(catalog.expect("a catalog"), home).await;
    let memberships = memberships.expect("groups");
    let settings = Settings::open(
        memberships,
        ingest.receipts(),
        Arc::clone(&clock),
        chance(),
        SettingsLimits::default(),
    )
    .await;
    let query = QueryConfig::new("000000000000".to_owned());
    let api = Api {
        query: Query::new(ingest.clone(), store, query),
        ingest,
        settings: settings.expect("settings"),
        rules: Mutex::new(RuleBook::new(Vec::new())),
        limits: Limits::new(&ApiLimits::default()),
        clock,
        chance: chance(),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    };
    (api, folder)
}

/// A call from this address with one segment that came ten seconds before the server's time.
async fn import_from(api: &Api, caller: &str) -> Result<ImportResponse, Fault> {
    let segment = serde_json::json!({ "trace_id": TRACE, "id": "00000000000000a1", "name": "shop",
                                      "start_time": START - 20, "end_time": START - 19 });
    let body = serde_json::json!({
        "Documents": [{ "Receipt": START - 10, "Document": segment.to_string() }]
    });
    let caller = caller.parse().expect("an address");
    import(api, caller, &Bytes::from(body.to_string())).await
}

async fn traces(api: &Api) -> usize {
    let request = BatchGetTracesRequest {
        trace_ids: Some(vec![TRACE.to_owned()]),
        ..BatchGetTracesRequest::default()
    };
    let answer = api.query.batch_get_traces(&request).await;
    answer.expect("an answer").traces.len()
}

#[tokio::test]
async fn settled_25_an_import_from_another_machine_is_refused_and_nothing_of_it_is_kept() {
    let (api, _folder) = api().await;
    for caller in [
        "192.0.2.2:40000",
        "10.0.0.1:2000",
        "0.0.0.0:1",
        "[2001:db8::1]:40000",
        "[fe80::1]:40000",
        "[::ffff:192.0.2.2]:40000",
    ] {
        let fault = import_from(&api, caller).await.expect_err(caller);
        assert_eq!(fault.code, FaultCode::AccessDeniedException, "{caller}");
        assert_eq!(crate::fault::status_of(fault.code).as_u16(), 403);
    }
    assert_eq!(traces(&api).await, 0);
}

#[tokio::test]
async fn settled_25_an_import_from_this_machine_says_when_its_documents_were_received() {
    for caller in [
        "127.0.0.1:40000",
        "127.9.9.9:1",
        "[::1]:40000",
        "[::ffff:127.0.0.1]:40000",
    ] {
        let (api, _folder) = api().await;
        let response = import_from(&api, caller).await.expect(caller);
        assert!(response.unprocessed_trace_segments.is_empty());
        assert_eq!(traces(&api).await, 1, "{caller}");
        let by_receipt = GetTraceSummariesRequest {
            start_time: Some((START - 10) as f64),
            end_time: Some((START - 9) as f64),
            time_range_type: Some("Event".to_owned()),
            ..GetTraceSummariesRequest::default()
        };
        let found = api.query.trace_summaries(&by_receipt).await.expect("an answer");
        assert_eq!(found.trace_summaries.len(), 1, "{caller}");
    }
}
