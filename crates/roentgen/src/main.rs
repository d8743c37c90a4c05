//! `roentgen`: a self-hosted tracing system that speaks AWS X-Ray. Configuration, wiring, shutdown; what is done
//! with documents and questions is the other crates' business.

mod cli;
mod config;
mod data_directory;
mod doctor;
mod kept_groups;
mod memory;
mod play;
mod quotas;
mod refusal;
mod serve;
mod shutdown;
mod threads;

use std::process::ExitCode;

use cli::{Command, Doctor};
use mimalloc::MiMalloc;

/// Documents are allocated on one thread and freed on another (docs/adr/0020-an-allocator-of-our-choice.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let command = match cli::parse() {
        Ok(command) => command,
        Err(code) => return code,
    };
    let done = match command {
        Command::Serve(flags) => config::ServeConfig::gather(&flags).and_then(serve::run),
        Command::Demo(flags) => play::run(&flags),
        Command::Doctor(Doctor::Storage(flags)) => doctor::storage(&flags),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => refusal.tell(),
    }
}
