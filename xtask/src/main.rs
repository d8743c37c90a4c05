//! `cargo run -p xtask -- tidy | generate [--check]`.

use std::{io, process::ExitCode};

use xtask::{
    generate::{self, Generated, TYPESCRIPT},
    tidy,
    tree::{Tree, root_of_this_repository},
};

const USAGE: &str = "usage: cargo run -p xtask -- tidy
       cargo run -p xtask -- generate [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["tidy"] => run_tidy(),
        ["generate"] => run_generate(),
        ["generate", "--check"] => run_generate_check(),
        _ => Ok(complain(USAGE)),
    };
    done.unwrap_or_else(|error| {
        complain(&format!(
            "could not read or write the repository's files: {error}"
        ))
    })
}

fn run_tidy() -> io::Result<ExitCode> {
    let report = tidy::tidy(&Tree::of_this_repository()?);
    say(&report.to_string());
    Ok(if report.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_generate() -> io::Result<ExitCode> {
    match generate::write(&root_of_this_repository())? {
        Generated::Written => say(&format!("wrote {TYPESCRIPT}")),
        Generated::Unchanged => say(&format!("{TYPESCRIPT} is up to date")),
    }
    Ok(ExitCode::SUCCESS)
}

fn run_generate_check() -> io::Result<ExitCode> {
    if generate::is_unchanged(&root_of_this_repository())? {
        return Ok(ExitCode::SUCCESS);
    }
    complain(&format!(
        "{TYPESCRIPT} is not what crate `wire` says; run `cargo run -p xtask -- generate`"
    ));
    Ok(ExitCode::FAILURE)
}

#[expect(clippy::print_stdout, reason = "a chore for people talks to standard output")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(
    clippy::print_stderr,
    reason = "a chore for people says on standard error why it stopped"
)]
fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(2)
}
