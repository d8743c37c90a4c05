#!/usr/bin/env bash
# Feeds the fuzz targets with bytes that nobody thought of.
#
#   scripts/fuzz.sh             every target for 60 seconds
#   scripts/fuzz.sh 600         every target for 600 seconds
#   scripts/fuzz.sh 600 accept  this one
#
# The first input that breaks a law ends the run, is kept below fuzz/artifacts, and is named with the command that
# repeats it. What is learnt stays below the target folder, so that the next run goes on from there.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

all=(accept assemble filter service_graph)
seconds=${1:-60}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")
[[ "$seconds" =~ ^[0-9]+$ ]] || fail "scripts/fuzz.sh: \`$seconds\` is no number of seconds"
for target in "${targets[@]}"; do
    [ -f "fuzz/fuzz_targets/$target.rs" ] || fail "there is no target \`$target\`; the targets are: ${all[*]}"
done

need_cargo
use_tools
command -v c++ >/dev/null || fail "a C++ compiler is missing: libFuzzer is built from source; install Debian's g++"

# What fuzzing builds is built in another way, so it has a folder of its own.
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/fuzz"
seeds="$CARGO_TARGET_DIR/seeds"
corpus="$CARGO_TARGET_DIR/corpus"
cargo run --quiet -p laws --bin write-seeds -- "$seeds"

for target in "${targets[@]}"; do
    echo "== $target, $seconds s"
    mkdir -p "$corpus/$target"
    # No sanitizer: those need a nightly compiler, and look for what code without `unsafe` cannot do.
    cargo fuzz run --sanitizer none --debug-assertions --fuzz-dir fuzz "$target" "$corpus/$target" "$seeds/$target" -- \
        -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1
done
