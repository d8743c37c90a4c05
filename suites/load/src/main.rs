//! `load`: sends deterministic, realistic traces to a Roentgen server of its own, asks for them, and reports how the
//! server did against what is wanted of it. `docs/performance.md` has the method.
//! Knows the server only from outside: its program, its ports, its folder, and what Linux says of its process.
//!
//! ```text
//! system ─► shape ─► traces ─► batch ─► drive (pace, connection) ─► server ─► meter, latencies ─► report
//! ```
//!
//! Not here yet: OpenTelemetry. Its spans belong beside `batch`, its sender beside `drive`, its run in `runs`.

mod batch;
mod chance;
mod cli;
mod connection;
mod drive;
mod failure;
mod latencies;
mod meter;
mod pace;
mod prepared;
mod process;
mod questions;
mod report;
mod runs;
mod server;
mod shape;
mod stopwatch;
mod system;
mod targets;
mod traces;
mod visibility;

use std::fs;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Flags, Measurement};
use crate::failure::Failure;
use crate::report::{Report, Section};
use crate::runs::Setup;
use crate::traces::Traces;

#[expect(clippy::print_stderr, reason = "this is the command's answer")]
fn main() -> ExitCode {
    match run(&Cli::parse().measurement) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("load: {}", failure.told());
            ExitCode::FAILURE
        }
    }
}

fn run(measurement: &Measurement) -> Result<(), Failure> {
    let flags = measurement.flags();
    let setup = Setup {
        program: flags.roentgen.clone(),
        folder: flags.folder.clone(),
        seed: flags.seed,
        traces: Traces::new(flags.seed),
        memory: flags.memory.clone(),
        size: flags.size(),
    };
    let mut report = Report {
        facts: facts(flags, &setup),
        sections: vec![],
    };
    let result = measure(measurement, &setup, &mut report.sections);
    // What was measured before a failure is worth reading all the same.
    publish(&report, flags)?;
    result
}

fn measure(measurement: &Measurement, setup: &Setup, sections: &mut Vec<Section>) -> Result<(), Failure> {
    let is_asked =
        |wanted: fn(&Measurement) -> bool| wanted(measurement) || matches!(measurement, Measurement::All(_));
    if is_asked(|measurement| matches!(measurement, Measurement::Ingest(_))) {
        sections.push(runs::ingest::run(setup)?);
    }
    if is_asked(|measurement| matches!(measurement, Measurement::Udp(_))) {
        sections.push(runs::udp::run(setup)?);
    }
    if is_asked(|measurement| matches!(measurement, Measurement::Read(_))) {
        sections.extend(runs::read::run(setup)?);
    }
    if is_asked(|measurement| matches!(measurement, Measurement::Restart(_))) {
        sections.push(runs::restart::run(setup)?);
    }
    if let Measurement::Overload(_) = measurement {
        sections.push(runs::overload::run(setup)?);
    }
    if let Measurement::Crash(crash) = measurement {
        runs::crash::run(setup, crash.kills, sections)?;
    }
    // What one measurement stores, another may want; after all of them nobody does.
    if matches!(measurement, Measurement::All(_)) {
        setup.kept("read").remove()?;
    }
    Ok(())
}

fn facts(flags: &Flags, setup: &Setup) -> Vec<String> {
    let size = &setup.size;
    vec![
        format!("commit: {}", flags.commit),
        format!("machine: {}", process::machine()),
        format!("begun: {} s after 1970", stopwatch::wall_us() / 1_000_000),
        format!(
            "seed {}; closed loops of {} spans, {} repeats; open loops of {} s; {} stored traces",
            flags.seed,
            size.spans,
            size.repeats,
            size.stretch.as_secs(),
            size.traces
        ),
    ]
}

#[expect(clippy::print_stdout, reason = "this is the command's answer")]
fn publish(report: &Report, flags: &Flags) -> Result<(), Failure> {
    match &flags.report {
        Some(path) => {
            let folder = path.parent().unwrap_or(path);
            fs::create_dir_all(folder).map_err(Failure::to(format!("make {}", folder.display())))?;
            fs::write(path, report.to_string()).map_err(Failure::to(format!("write {}", path.display())))
        }
        None => {
            println!("{report}");
            Ok(())
        }
    }
}
