//! The command: runs seeds, tells which faults struck, and how to replay what failed.

use std::ops::Range;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clock::{Clock, SystemClock};
use sim::{Extent, Ran, run_seeds};

/// Simulates storage that fails, and checks what Roentgen makes of it.
#[derive(Debug, Parser)]
struct Cli {
    /// Seeds from and up to, without the last.
    #[arg(long, value_parser = range, default_value = "0..1000", conflicts_with = "seed")]
    seeds: Range<u64>,
    /// One seed, told step by step as the product logs it.
    #[arg(long)]
    seed: Option<u64>,
    /// Steps of each seed.
    #[arg(long, default_value_t = 60)]
    steps: u64,
    /// Ends after so many minutes, whatever seeds are left.
    #[arg(long)]
    minutes: Option<u64>,
    /// Seeds that run at the same time.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Seeds that this number divides run twice, and must have the same history both times; 0 divides none, as with
    /// `--seed`.
    #[arg(
        long,
        default_value_t = 25,
        default_value_if("seed", clap::builder::ArgPredicate::IsPresent, "0")
    )]
    again_every: u64,
}

#[expect(clippy::print_stdout, reason = "this is the command's answer")]
fn main() -> ExitCode {
    let cli = Cli::parse();
    let began = SystemClock.now();
    let until = cli
        .minutes
        .map(|minutes| began + Duration::from_secs(60 * minutes));
    if cli.seed.is_some() {
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
            .without_time()
            .init();
    }
    let seeds = match (cli.seed, cli.minutes) {
        (Some(seed), _) => seed..seed + 1,
        (None, Some(_)) => cli.seeds.start..u64::MAX,
        (None, None) => cli.seeds,
    };
    println!(
        "seeds {} to {}, {} steps each",
        seeds.start,
        seeds.end - 1,
        cli.steps
    );
    let extent = Extent {
        steps: cli.steps,
        threads: cli.threads,
        until,
        again_every: cli.again_every,
    };
    let ran = run_seeds(seeds, extent);
    tell(&ran);
    println!("{} s", SystemClock.now().nanos_since(began) / 1_000_000_000);
    match ran.failures.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

#[expect(clippy::print_stdout, reason = "this is the command's answer")]
fn tell(ran: &Ran) {
    for (what, times) in &ran.counts {
        println!("{times:>9}  {what}");
    }
    for failure in &ran.failures {
        match ran.seeds + ran.failures.len() as u64 {
            1 => println!("\n{failure:#}"),
            _ => println!("\n{failure}"),
        }
    }
    println!(
        "{} seeds are right, {} are not; hash {:016x}",
        ran.seeds,
        ran.failures.len(),
        ran.hash
    );
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let parse = |part: &str| part.parse::<u64>().map_err(|error| error.to_string());
    let (from, until) = text.split_once("..").ok_or("a range is written A..B")?;
    Ok(parse(from)?..parse(until)?)
}
