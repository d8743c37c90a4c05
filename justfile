# Recipes for daily work. Checks live in scripts/steps.sh; without `just`, scripts/run.sh and scripts/test.sh do.

export CARGO_TARGET_DIR := env("CARGO_TARGET_DIR", env("XDG_CACHE_HOME", env("HOME") / ".cache") / "roentgen" / "target")

# Lists the recipes.
_default:
    @just --list --unsorted

# Everything that CI checks but system packages, conformance and kills.
check:
    scripts/test.sh check

# Unit and integration tests, the laws of the fuzz targets over their seeds, and the examples in the documentation.
test:
    scripts/test.sh tools tests doctests

# Real clients and a browser against the real binary.
conformance:
    scripts/test.sh system conformance

# All of it, as CI runs it.
ci:
    .ci/run

# Builds and starts a server with the demo playing.
run *ARGS:
    scripts/run.sh {{ ARGS }}

# Plays the demo into a server that is already running.
demo *ARGS:
    cargo run --profile quick -p roentgen -- demo {{ ARGS }}

# The console on its own, reloading as you edit, in front of a running server.
console:
    scripts/test.sh console-install
    npm --prefix console run dev

# Formats the Rust code.
fmt:
    cargo fmt --all

# The rules that no compiler knows.
tidy:
    scripts/test.sh tidy

# Writes the files that are generated from Rust.
generate:
    cargo run --quiet -p xtask -- generate

# Micro-benchmarks of the core and the journal, then the short version of the load suite, whose report goes to a file.
bench REPORT="artefacts/load.md" *ARGS:
    cargo bench --profile quick --benches -p document -p trace -p service-graph -p filter -p block -p store -p query -p journal {{ ARGS }}
    scripts/load.sh all --short --report {{ quote(REPORT) }}

# The load suite on its own: `just load read --traces 200000`.
load *ARGS:
    scripts/load.sh {{ ARGS }}

# Kills a server under load so many times (200), and compares what it had acknowledged with what it serves.
crash *ARGS:
    scripts/crash.sh {{ ARGS }}

# Storage that fails, simulated: `just sim 0..1000`, `just sim --seed 7`, `just sim --hours 2`.
sim *ARGS:
    scripts/sim.sh {{ ARGS }}

# Feeds the fuzz targets for so many seconds each (60), or one of them.
fuzz *ARGS:
    scripts/fuzz.sh {{ ARGS }}
