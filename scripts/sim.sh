#!/usr/bin/env bash
# Simulates storage that fails (docs/adr/0014-storage-is-simulated.md).
#
#   scripts/sim.sh               1,000 seeds, some minutes; every 25th twice, with the same history
#   scripts/sim.sh 5000..9000    these seeds
#   scripts/sim.sh --hours 8     seeds from 1,000,000 on, for so long
#   scripts/sim.sh --seed 7      one seed, told in full; what a failure names to replay it
#   … --steps 200       other arguments go to the program; `--help` lists them
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_cargo
arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
        --hours)
            [[ "${2:-}" =~ ^[0-9]+$ ]] || fail "--hours wants a whole number"
            arguments+=(--seeds 1000000..1000000000 --minutes "$((60 * $2))")
            shift
            ;;
        [0-9]*..[0-9]*) arguments+=(--seeds "$1") ;;
        *) arguments+=("$1") ;;
    esac
    shift
done
cargo build --quiet -p sim
exec "$CARGO_TARGET_DIR/debug/sim" ${arguments[@]+"${arguments[@]}"}
