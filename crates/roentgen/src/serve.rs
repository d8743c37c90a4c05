//! `roentgen serve`: everything is built, wired, run, and stopped in order.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::{Api, ApiLimits, HttpServer, Limits};
use catalog::Catalog;
use clock::{SystemClock, SystemRandomness};
use ingest::{CutLimits, Ingest, IngestConfig};
use journal::{FileJournal, FileJournalConfig};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use query::{Query, QueryConfig};
use receiver::{Incoming, UdpReceiver};
use sampling::RuleBook;
use settings::{Home, Memberships, Settings};
use store::{Store, StoreConfig};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

use crate::config::ServeConfig;
use crate::data_directory::DataDirectory;
use crate::kept_groups::KeptGroups;
use crate::play::{self, Play};
use crate::quotas::Quotas;
use crate::refusal::{Refusal, with_causes};
use crate::shutdown::Shutdown;
use crate::threads::{Elsewhere, Threads};

/// Serves until it is told to stop.
pub(crate) fn run(config: ServeConfig) -> Result<(), Refusal> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("ROENTGEN_LOG").unwrap_or_else(|_| EnvFilter::new("info")))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    Threads::start()?.run(|elsewhere| serve(config, elsewhere))
}

async fn serve(config: ServeConfig, elsewhere: Elsewhere) -> Result<(), Refusal> {
    let mut shutdown = Shutdown::listen()?;
    let http = HttpServer::bind(config.http)
        .await
        .map_err(|error| Refusal::of_error(&error))?;
    let udp = bind_udp(config.udp, &elsewhere)?;
    let data_directory = DataDirectory::take(&config.data_dir)?;
    let metrics = build_metrics()?;
    let memberships = build_memberships(&data_directory, &config).await?;
    let store = build_store(&data_directory, &config, &memberships).await?;
    let quotas = &config.quotas;
    let ingest = build_ingest(&data_directory, &config, store.clone(), &memberships).await?;
    let settings = build_settings(memberships, &ingest, quotas).await?;
    let rules = build_rules(&settings).await?;
    let query = Query::new(ingest.clone(), store, query_config(&config))
        .with_groups(Arc::new(KeptGroups(settings.clone())));
    let api = Arc::new(Api {
        ingest: ingest.clone(),
        query: query.clone(),
        settings,
        rules: Mutex::new(rules),
        limits: Limits::new(&ApiLimits {
            requests_bytes_max: config.memory.of_requests(),
            ..quotas.api.clone()
        }),
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemRandomness),
        metrics,
    });
    let http_address = address_of(http.address())?;
    let udp_address = address_of(udp.address())?;

    let cutter = elsewhere.storage.spawn({
        let ingest = ingest.clone();
        async move { ingest.run().await }
    });
    let (incoming, waiting) = receiver::queue(config.memory.of_datagrams());
    let datagrams = elsewhere.datagrams.spawn(receive(udp, incoming));
    let offered = tokio::spawn(waiting.offer_to(ingest.clone()));
    let followed = tokio::spawn({
        let query = query.clone();
        async move { query.follow().await }
    });
    let (stop_http, http_stopped) = oneshot::channel::<()>();
    let answers = tokio::spawn(http.run(api, async move {
        // A sender that is gone means the same as one that sent.
        let _ = http_stopped.await;
    }));
    announce(http_address, udp_address);
    let playing = config.demo.then(|| start_demo(http_address));

    shutdown.wait().await;
    info!("stopping");
    if let Some(playing) = playing {
        playing.store(true, Ordering::SeqCst);
    }
    datagrams.abort();
    let _ = stop_http.send(());
    if timeout(DATAGRAMS_STOP_MAX, offered).await.is_err() {
        warn!("some datagrams were not taken");
    }
    if timeout(HTTP_STOP_MAX, answers).await.is_err() {
        warn!("some requests were not finished");
    }
    followed.abort();
    cutter.abort();
    finish(&ingest).await;
    Ok(())
}

/// The socket wakes the threads that read it.
fn bind_udp(address: SocketAddr, elsewhere: &Elsewhere) -> Result<UdpReceiver, Refusal> {
    let _entered = elsewhere.datagrams.enter();
    UdpReceiver::bind(address).map_err(|error| Refusal::of_error(&error))
}

/// Takes datagrams until it is dropped.
async fn receive(udp: UdpReceiver, incoming: Incoming) {
    tokio::join!(udp.run(&incoming), udp.count_kernel_drops());
}

/// What cannot be stored in time stays in the journal and is live again after the next start.
async fn finish(ingest: &Ingest) {
    match timeout(FINAL_CUT_MAX, ingest.cut_all()).await {
        Ok(Ok(report)) => info!(traces = report.traces, "stopped"),
        Ok(Err(error)) => warn!(
            error = with_causes(&error),
            "stopped; live traces stay in the journal"
        ),
        Err(_) => warn!("stopped; live traces stay in the journal"),
    }
    ingest.close();
}

fn build_metrics() -> Result<PrometheusHandle, Refusal> {
    let recorder = PrometheusBuilder::new().install_recorder();
    recorder.map_err(|error| Refusal::of_run(format!("could not set up metrics: {error}")))
}

/// From the store's catalog, and before the store: it may judge traces when it is opened.
async fn build_memberships(directory: &DataDirectory, config: &ServeConfig) -> Result<Memberships, Refusal> {
    let store = directory.join("store");
    std::fs::create_dir_all(&store)
        .map_err(|error| Refusal::of_run(format!("could not make {}: {error}", store.display())))?;
    let catalog = Catalog::open(&store.join(CATALOG)).await;
    let catalog = catalog.map_err(|error| Refusal::of_error(&error))?;
    let home = Home {
        region: config.region.clone(),
        account_id: config.account_id.clone(),
    };
    let loaded = Memberships::load(catalog, home).await;
    loaded.map_err(|error| Refusal::of_error(&error))
}

async fn build_store(
    directory: &DataDirectory,
    config: &ServeConfig,
    memberships: &Memberships,
) -> Result<Store, Refusal> {
    let store = StoreConfig {
        retention: config.retention,
        counting: config.counting,
        terms: Some(query::term_rules()),
        groups: memberships.view(),
        ..config.memory.of_store(StoreConfig::new(directory.join("store")))
    };
    let opened = Store::open(store, Arc::new(SystemClock), Arc::new(SystemRandomness)).await;
    opened.map_err(|error| Refusal::of_error(&error))
}

fn query_config(config: &ServeConfig) -> QueryConfig {
    QueryConfig {
        token_age_max: config.page_token_age,
        batch_ids_max: config.batch_get_max_ids,
        summary_window_max: config.max_summary_window,
        ..config.memory.of_query(config.quotas.query(&config.account_id))
    }
}

async fn build_settings(
    memberships: Memberships,
    ingest: &Ingest,
    quotas: &Quotas,
) -> Result<Settings, Refusal> {
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemRandomness));
    let limits = quotas.settings.clone();
    let opened = Settings::open(memberships, ingest.receipts(), clock, chance, limits).await;
    opened.map_err(|error| Refusal::of_error(&error))
}

async fn build_ingest(
    directory: &DataDirectory,
    config: &ServeConfig,
    store: Store,
    memberships: &Memberships,
) -> Result<Ingest, Refusal> {
    let journal = FileJournalConfig::in_directory(directory.join("journal"));
    let opened = FileJournal::open(config.memory.of_journal(journal));
    let (journal, recovery) = opened.map_err(|error| Refusal::of_error(&error))?;
    info!(
        end = recovery.end.0,
        files = recovery.files,
        torn_bytes = recovery.torn_bytes,
        "journal opened"
    );
    let ingest = Ingest::open(journal, store, Arc::new(SystemClock), ingest_config(config)).await;
    let ingest = ingest.map_err(|error| Refusal::of_error(&error))?;
    if let Some(moment) = memberships.latest_change() {
        ingest.receive_after(moment);
    }
    Ok(ingest)
}

fn ingest_config(config: &ServeConfig) -> IngestConfig {
    let defaults = config.memory.of_ingest(config.quotas.ingest());
    IngestConfig {
        cut: CutLimits {
            quiet: config.cut_quiet,
            ..defaults.cut
        },
        trace_id_age_max: config.max_trace_id_age,
        block_interval: config.block_interval,
        live_bytes_max: config.live_bytes_max.unwrap_or(defaults.live_bytes_max),
        ..defaults
    }
}

async fn build_rules(settings: &Settings) -> Result<RuleBook, Refusal> {
    let kept = settings.sampling_rules().await;
    let kept = kept.map_err(|error| Refusal::of_error(&error))?;
    let mut rules = RuleBook::new(Vec::new());
    rules.replace(kept.rules, kept.as_of);
    Ok(rules)
}

/// One line per listener, for people and for programs that start us with port 0.
#[expect(clippy::print_stdout, reason = "whoever started us reads the addresses here")]
fn announce(http: SocketAddr, udp: SocketAddr) {
    println!("listening http {http}");
    println!("listening udp {udp}");
}

/// Plays the sample shop into our own address, beside everything else. Setting the flag ends it.
fn start_demo(http: SocketAddr) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let play = Play::beside_server(format!("http://{http}"), Arc::clone(&stop));
    std::thread::spawn(move || {
        if let Err(refusal) = play::play(&play) {
            warn!(error = ?refusal, "the demo ended");
        }
    });
    stop
}

fn address_of(address: std::io::Result<SocketAddr>) -> Result<SocketAddr, Refusal> {
    address.map_err(|error| Refusal::of_run(format!("could not read a listener's address: {error}")))
}

/// The store's name for it.
const CATALOG: &str = "catalog.sqlite";
/// A stop takes at most 10 s in all.
const DATAGRAMS_STOP_MAX: Duration = Duration::from_secs(1);
const HTTP_STOP_MAX: Duration = Duration::from_secs(4);
const FINAL_CUT_MAX: Duration = Duration::from_secs(4);
