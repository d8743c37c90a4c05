#!/usr/bin/env bash
# Builds Roentgen and starts it with the demo playing. Arguments go on to `roentgen serve`.
set -euo pipefail

# Arguments may name files relative to where the user stands.
from=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

need_cargo
cargo build --profile quick -p roentgen
cd "$from"
exec "$CARGO_TARGET_DIR/quick/roentgen" serve --demo "$@"
