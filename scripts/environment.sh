# Sourced by the scripts beside it, bash only: where things are, and how programs should talk.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# One folder for what is built, outside the checkout, so that a second clone does not begin from nothing.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/roentgen/target}"

# Cargo tells our own crates apart by their place in the workspace, not by where the workspace lies: what one checkout has
# built there, another would take for its own. So the first run in another checkout builds our crates anew; the
# dependencies stay.
own_the_target_folder() {
    local owner="$CARGO_TARGET_DIR/checkout" crate
    [ "$(cat "$owner" 2>/dev/null)" = "$root" ] && return
    mkdir -p "$CARGO_TARGET_DIR"
    for crate in xtask suites/load suites/sim crates/*; do
        rm -rf "$CARGO_TARGET_DIR"/*/.fingerprint/"$(basename "$crate")"-????????????????
    done
    echo "$root" >"$owner"
}
own_the_target_folder

if [ "${CI:-}" = true ]; then
    # rustfmt asks the terminal's name alone.
    export TERM=dumb NO_COLOR=1 CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never
    unset FORCE_COLOR CLICOLOR_FORCE
fi

fail() {
    echo "$1" >&2
    exit 1
}

need_cargo() {
    command -v cargo >/dev/null ||
        fail "cargo is missing; install Rust, at least the rust-version that Cargo.toml names"
}

# Puts the tools of tools/requirements.txt first on the PATH of this shell.
use_tools() {
    local tools
    tools=$(tools/setup.sh) || exit 1
    PATH="$tools:$PATH"
}
