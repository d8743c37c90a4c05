//! PutTraceSegments: cost, rate, memory, disk, acknowledgement, and how soon a trace is found.

use std::time::Duration;

use super::{SPANS_PER_DOCUMENT, Setup, megabytes, requests_per_second, tell};
use crate::drive::{Drive, Driven};
use crate::failure::Failure;
use crate::meter::{Meter, Usage};
use crate::pace::Pace;
use crate::report::Section;
use crate::server::Server;
use crate::visibility::Probe;
use crate::{process, stopwatch, targets};

/// Closed loop, then open loops at 40 000 and at 200 000 spans a second.
pub(crate) fn run(setup: &Setup) -> Result<Section, Failure> {
    let mut section = Section::new("Ingest, PutTraceSegments");
    let documents = setup.size.documents_per_request;
    section.note(format!(
        "{documents} documents a request, {} connections; the journal is synced before every acknowledgement",
        setup.size.connections
    ));
    section.note(format!("servers have `--memory {}`", setup.memory));
    closed(setup, &mut section)?;
    steady(setup, &mut section)?;
    found(setup, &mut section)?;
    at_rate(setup, &mut section)?;
    setup.kept("ingest").remove()?;
    Ok(section)
}

/// As fast as answers come.
fn closed(setup: &Setup, section: &mut Section) -> Result<(), Failure> {
    let (mut rates, mut costs, mut peaks, mut sizes) = (vec![], vec![], vec![], vec![]);
    for repeat in 1..=setup.size.repeats {
        tell(&format!(
            "ingest: closed loop, {repeat} of {}",
            setup.size.repeats
        ));
        let place = setup.limited("ingest")?;
        let server = place.start()?;
        let pace = Pace::closed(stopwatch::now(), LONGEST).at_most(turns_for(setup));
        let (driven, usage) = driven_on(setup, &server, &pace)?;
        rates.push(driven.spans as f64 / usage.seconds);
        costs.push(usage.server_cpu_seconds * 1e6 / driven.spans as f64);
        peaks.push(megabytes(process::peak_memory_bytes(server.pid())?));
        section.disturbed(&format!("closed loop {repeat}"), &usage);
        section.note(format!(
            "closed loop {repeat}: acknowledged p50 {:.1} ms, p99 {:.1} ms; {} requests throttled",
            driven.latencies.percentile_ms(50.0).unwrap_or_default(),
            driven.latencies.percentile_ms(99.0).unwrap_or_default(),
            driven.throttled
        ));
        if !place.store_all(server)? {
            section.note(format!(
                "closed loop {repeat}: a part stays in the journal even after several stops"
            ));
        }
        let (stored, journal) = (place.store_bytes(), place.journal_bytes());
        sizes.push(stored as f64 / driven.spans as f64);
        section.note(format!(
            "closed loop {repeat}: {:.0} MB in blocks and catalog after the stop; the journal's last files keep {:.0} MB",
            megabytes(stored),
            megabytes(journal)
        ));
    }
    section.median(
        "CPU for a million spans, closed loop",
        "s",
        targets::CPU_PER_MILLION,
        &costs,
    );
    section.median("rate, closed loop", "spans/s", targets::INGEST_RATE, &rates);
    section.median(
        "peak memory, closed loop",
        "MB",
        targets::MEMORY_AT_HIGHEST,
        &peaks,
    );
    section.median(
        "blocks and catalog after a stop (nothing is compacted yet)",
        "bytes/span",
        targets::DISK_BYTES_PER_SPAN,
        &sizes,
    );
    Ok(())
}

/// 40 000 spans a second, undisturbed.
fn steady(setup: &Setup, section: &mut Section) -> Result<(), Failure> {
    tell("ingest: open loop at 40 000 spans a second");
    let server = setup.limited("ingest")?.start()?;
    let (driven, usage) = driven_on(setup, &server, &steady_pace(setup))?;
    let at = |percent| driven.latencies.percentile_ms(percent);
    section.row(
        "acknowledgement at 40 000 spans/s, p50",
        "ms",
        targets::ACKNOWLEDGED_P50,
        at(50.0),
    );
    section.row(
        "acknowledgement at 40 000 spans/s, p99",
        "ms",
        targets::ACKNOWLEDGED_P99,
        at(99.0),
    );
    told_rate(section, "at 40 000 spans/s", &driven, &usage);
    Ok(())
}

/// 40 000 spans a second, with probes beside them, whose searches cost something themselves.
fn found(setup: &Setup, section: &mut Section) -> Result<(), Failure> {
    tell("ingest: probes at 40 000 spans a second");
    let server = setup.limited("ingest")?.start()?;
    let pace = steady_pace(setup);
    let probe = Probe::new(server.connection());
    let (driven, usage, visible) = std::thread::scope(|scope| {
        let probing = scope.spawn(|| probe.run(&pace));
        let driven = driven_on(setup, &server, &pace);
        pace.stop();
        let visible = probing.join().expect("a probe does not panic");
        driven.and_then(|(driven, usage)| Ok((driven, usage, visible?)))
    })?;
    section.row(
        "acknowledged to found in search at 40 000 spans/s, p99, with the search itself",
        "ms",
        targets::VISIBLE,
        visible.latencies.percentile_ms(99.0),
    );
    section.note(format!(
        "{} of {} probes were found by the first search after their acknowledgement; p50 {:.1} ms",
        visible.found_at_once,
        visible.latencies.count(),
        visible.latencies.percentile_ms(50.0).unwrap_or_default()
    ));
    told_rate(
        section,
        "at 40 000 spans/s with ten searches a second",
        &driven,
        &usage,
    );
    Ok(())
}

fn steady_pace(setup: &Setup) -> Pace {
    let per_second = requests_per_second(STEADY_SPANS, &setup.size);
    Pace::open(stopwatch::now(), setup.size.stretch, per_second)
}

/// 200 000 spans a second, for the memory that it takes.
fn at_rate(setup: &Setup, section: &mut Section) -> Result<(), Failure> {
    tell("ingest: open loop at 200 000 spans a second");
    let place = setup.limited("ingest")?;
    let server = place.start()?;
    let length = Duration::from_secs_f64(setup.size.spans as f64 / FAST_SPANS);
    let pace = Pace::open(
        stopwatch::now(),
        length,
        requests_per_second(FAST_SPANS, &setup.size),
    );
    let (driven, usage) = driven_on(setup, &server, &pace)?;
    let peak = megabytes(process::peak_memory_bytes(server.pid())?);
    let measure = format!(
        "peak memory over {} spans asked for at 200 000/s",
        setup.size.spans
    );
    section.row(measure, "MB", targets::MEMORY_AT_RATE, Some(peak));
    told_rate(section, "at 200 000 spans/s", &driven, &usage);
    Ok(())
}

fn driven_on(setup: &Setup, server: &Server, pace: &Pace) -> Result<(Driven, Usage), Failure> {
    let drive = Drive {
        traces: &setup.traces,
        endpoint: &server.endpoint,
        connections: setup.size.connections,
        documents_per_request: setup.size.documents_per_request,
        first_number: 0,
    };
    let meter = Meter::begin(server.pid())?;
    let driven = drive.run(pace).whole()?;
    Ok((driven, meter.end()?))
}

fn told_rate(section: &mut Section, when: &str, driven: &Driven, usage: &Usage) {
    section.note(format!(
        "{when}: {:.0} spans/s taken, {:.2} CPU s for a million spans, p99 {:.1} ms, p99.9 {:.1} ms, {} requests throttled",
        driven.spans as f64 / usage.seconds,
        usage.server_cpu_seconds * 1e6 / driven.spans as f64,
        driven.latencies.percentile_ms(99.0).unwrap_or_default(),
        driven.latencies.percentile_ms(99.9).unwrap_or_default(),
        driven.throttled
    ));
    section.disturbed(when, usage);
}

fn turns_for(setup: &Setup) -> u64 {
    (setup.size.spans as f64 / SPANS_PER_DOCUMENT) as u64 / setup.size.documents_per_request
}

/// The rate at which acknowledgements are judged.
pub(crate) const STEADY_SPANS: f64 = 40_000.0;
const FAST_SPANS: f64 = 200_000.0;
/// LIMIT: a closed loop ends then, whatever it has sent.
const LONGEST: Duration = Duration::from_secs(600);
