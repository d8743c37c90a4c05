//! Questions about a past hour full of traces, under no load and while more come in.

use std::time::Duration;

use super::ingest::STEADY_SPANS;
use super::{Setup, megabytes, requests_per_second, tell};
use crate::batch::{Imports, Past};
use crate::drive::{self, Drive};
use crate::failure::Failure;
use crate::meter::Meter;
use crate::pace::Pace;
use crate::questions::{Asker, Question, UNPRUNABLE};
use crate::report::Section;
use crate::server::{Place, Server};
use crate::targets::{self, Aim};
use crate::{process, stopwatch};

/// Fills the hour, asks, and asks again under ingest.
pub(crate) fn run(setup: &Setup) -> Result<Vec<Section>, Failure> {
    let mut import = Section::new("Import of the past hour");
    let (place, past) = fill(setup, &mut import)?;
    let server = place.start()?;
    let asker = Asker {
        connection: server.connection(),
        traces: &setup.traces,
        past,
    };
    let title = format!("Questions, {} traces in one hour, no other load", past.traces);
    let mut idle = Section::new(title);
    ask_all(&asker, &mut idle, setup.size.budget)?;
    scan(&asker, &server, &mut idle, setup)?;
    sixteen(setup, &server, past, &mut idle)?;
    let busy = under_ingest(setup, &server, &asker)?;
    server.stop()?;
    Ok(vec![import, idle, busy])
}

/// A server's folder in which the past hour is stored.
pub(crate) fn fill(setup: &Setup, section: &mut Section) -> Result<(Place, Past), Failure> {
    tell(&format!("read: import of {} traces", setup.size.traces));
    let past = Past {
        from_us: stopwatch::wall_us() - HOUR_US - MARGIN_US,
        length_us: HOUR_US,
        traces: setup.size.traces,
    };
    let place = setup.fresh("read")?;
    let server = place.start()?;
    let meter = Meter::begin(server.pid())?;
    let driven = drive::import(&server.endpoint, Imports::new(&setup.traces, past))?;
    let usage = meter.end()?;
    section.row(
        "rate",
        "spans/s",
        Aim::None,
        Some(driven.spans as f64 / usage.seconds),
    );
    let cost = usage.server_cpu_seconds * 1e6 / driven.spans as f64;
    section.row("CPU for a million spans", "s", Aim::None, Some(cost));
    let peak = megabytes(process::peak_memory_bytes(server.pid())?);
    section.row("peak memory", "MB", Aim::None, Some(peak));
    section.disturbed("import", &usage);
    if !place.store_all(server)? {
        section.note("a part stays in the journal even after several stops");
    }
    let (stored, journal) = (place.store_bytes(), place.journal_bytes());
    let per_span = stored as f64 / driven.spans as f64;
    section.row(
        "blocks and catalog after a stop (nothing is compacted yet)",
        "bytes/span",
        targets::DISK_BYTES_PER_SPAN,
        Some(per_span),
    );
    section.note(format!(
        "{} spans; {:.0} MB in blocks and catalog; the journal's last files keep {:.0} MB",
        driven.spans,
        megabytes(stored),
        megabytes(journal)
    ));
    Ok((place, past))
}

fn ask_all(asker: &Asker<'_>, section: &mut Section, budget: Duration) -> Result<(), Failure> {
    for (measure, question, aims) in QUESTIONS {
        tell(&format!("read: {measure}"));
        let latencies = asker.ask(*question, budget)?;
        for (percent, aim) in [50.0, 99.0].into_iter().zip(aims) {
            section.row(
                format!("{measure}, p{percent:.0}"),
                "ms",
                *aim,
                latencies.percentile_ms(percent),
            );
        }
        section.note(format!("{measure}: asked {} times", latencies.count()));
    }
    Ok(())
}

/// What nothing can prune: traces for each second of a core.
fn scan(asker: &Asker<'_>, server: &Server, section: &mut Section, setup: &Setup) -> Result<(), Failure> {
    tell("read: full scan");
    let meter = Meter::begin(server.pid())?;
    let looked_at = asker.scan(setup.size.budget.max(SCAN_MIN))?;
    let usage = meter.end()?;
    section.row(
        format!("full scan, `{UNPRUNABLE}`"),
        "traces/s a core",
        targets::FULL_SCAN,
        Some(looked_at as f64 / usage.server_cpu_seconds.max(f64::EPSILON)),
    );
    section.note(format!(
        "the scan looked at {looked_at} traces in {:.1} s",
        usage.seconds
    ));
    section.disturbed("full scan", &usage);
    Ok(())
}

/// Sixteen full scans at once, one page each, for the memory that they take.
fn sixteen(setup: &Setup, server: &Server, past: Past, section: &mut Section) -> Result<(), Failure> {
    tell("read: sixteen scans at once");
    process::forget_peak_memory(server.pid())?;
    let before = megabytes(process::peak_memory_bytes(server.pid())?);
    let begin = stopwatch::now();
    std::thread::scope(|scope| {
        let scans: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    let asker = Asker {
                        connection: server.connection(),
                        traces: &setup.traces,
                        past,
                    };
                    asker.scan(Duration::ZERO)
                })
            })
            .collect();
        scans
            .into_iter()
            .try_for_each(|scan| scan.join().expect("a scan does not panic").map(drop))
    })?;
    let after = megabytes(process::peak_memory_bytes(server.pid())?);
    section.row(
        "peak memory of 16 scans at once, a page each",
        "MB",
        Aim::None,
        Some(after),
    );
    section.note(format!(
        "16 scans: {before:.0} MB before them; the last answer came after {:.1} s",
        begin.elapsed().as_secs_f64()
    ));
    Ok(())
}

fn under_ingest(setup: &Setup, server: &Server, asker: &Asker<'_>) -> Result<Section, Failure> {
    let mut section = Section::new("The same questions while 40 000 spans/s come in");
    let drive = Drive {
        traces: &setup.traces,
        endpoint: &server.endpoint,
        connections: setup.size.connections,
        documents_per_request: setup.size.documents_per_request,
        first_number: setup.size.traces,
    };
    let pace = Pace::open(
        stopwatch::now(),
        LONGEST,
        requests_per_second(STEADY_SPANS, &setup.size),
    );
    let meter = Meter::begin(server.pid())?;
    let driven = std::thread::scope(|scope| {
        let driving = scope.spawn(|| drive.run(&pace));
        std::thread::sleep(setup.size.stretch / 4);
        let asked = ask_all(asker, &mut section, setup.size.budget / 2);
        pace.stop();
        let driven = driving.join().expect("a drive does not panic").whole();
        asked.and(driven)
    })?;
    let usage = meter.end()?;
    section.row(
        "acknowledgement meanwhile, p99",
        "ms",
        Aim::None,
        driven.latencies.percentile_ms(99.0),
    );
    let rate = driven.spans as f64 / usage.seconds;
    section.note(format!(
        "{rate:.0} spans/s were taken; {} requests throttled",
        driven.throttled
    ));
    section.disturbed("questions under ingest", &usage);
    Ok(section)
}

/// The questions, each with what is wanted of its p50 and its p99.
const QUESTIONS: &[(&str, Question, [Aim; 2])] = &[
    (
        "trace by id",
        Question::ById,
        [targets::BY_ID_P50, targets::BY_ID_P99],
    ),
    ("absent id", Question::AbsentId, [targets::ABSENT_ID, Aim::None]),
    (
        "rare annotation",
        Question::RareAnnotation,
        [targets::RARE_ANNOTATION, Aim::None],
    ),
    (
        "`service(\"orders\") { error }`",
        Question::Filter("service(\"orders\") { error }"),
        [targets::SERVICE_AND_MORE, Aim::None],
    ),
    (
        "`service(\"reports\") { responsetime > 3 }`",
        Question::Filter("service(\"reports\") { responsetime > 3 }"),
        [targets::SERVICE_AND_MORE, Aim::None],
    ),
    (
        "`service(\"orders\") { fault }`",
        Question::Filter("service(\"orders\") { fault }"),
        [targets::SERVICE_FAULT, Aim::None],
    ),
    (
        "`responsetime > 5`",
        Question::Filter("responsetime > 5"),
        [targets::RESPONSE_TIME, Aim::None],
    ),
    (
        "newest traces, no filter",
        Question::Newest,
        [Aim::None, Aim::None],
    ),
    (
        "service graph of an hour",
        Question::Graph(Duration::from_secs(3_600)),
        [targets::GRAPH_OF_AN_HOUR, Aim::None],
    ),
    (
        "service graph of six hours",
        Question::Graph(Duration::from_secs(21_600)),
        [Aim::None, Aim::None],
    ),
];
const HOUR_US: u64 = 3_600_000_000;
/// Between the hour and now, so that no trace of it ends in the future.
const MARGIN_US: u64 = 120_000_000;
const SCAN_MIN: Duration = Duration::from_secs(10);
/// LIMIT: questions under ingest end then.
const LONGEST: Duration = Duration::from_secs(900);
