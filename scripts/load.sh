#!/usr/bin/env bash
# Builds Roentgen and the load suite for speed, and measures.
#
#   scripts/load.sh                        everything, about half an hour
#   scripts/load.sh all --short            the same in a few minutes
#   scripts/load.sh read --traces 200000   one measurement; `scripts/load.sh --help` lists them
#   … --report FILE                        writes the report there and not to standard output
set -euo pipefail

# Arguments may name files relative to where the user stands.
from=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_cargo
cargo build --release -p roentgen -p load
program="$CARGO_TARGET_DIR/release/load"
measurement="${1:-all}"
[ $# -eq 0 ] || shift
cd "$from"
case "$measurement" in
    -*) exec "$program" "$measurement" "$@" ;;
esac
exec "$program" "$measurement" \
    --roentgen "$CARGO_TARGET_DIR/release/roentgen" \
    --folder "$CARGO_TARGET_DIR/load" \
    --commit "$(git -C "$root" describe --always --dirty --exclude '*' 2>/dev/null || echo unknown)" \
    "$@"
