#!/usr/bin/env bash
# Kills a server under load again and again, and compares what it had acknowledged with what it serves.
#
#   scripts/crash.sh                200 kills, some minutes
#   scripts/crash.sh 20 --seed 7    so many kills, at the moments of this seed
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

kills=${1:-200}
[ $# -eq 0 ] || shift
[[ "$kills" =~ ^[0-9]+$ ]] || fail "scripts/crash.sh: \`$kills\` is no number of kills"
need_cargo
cargo build --profile quick -p roentgen -p load
exec "$CARGO_TARGET_DIR/quick/load" crash --kills "$kills" \
    --roentgen "$CARGO_TARGET_DIR/quick/roentgen" \
    --folder "$CARGO_TARGET_DIR/load" \
    --commit "$(git describe --always --dirty --exclude '*' 2>/dev/null || echo unknown)" \
    "$@"
