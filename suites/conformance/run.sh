#!/usr/bin/env bash
# Runs the conformance suite against a built binary; any arguments go to pytest.
#   ROENTGEN_BIN  the program under test (otherwise the newest build there is)
#   ARTEFACTS     where logs and screenshots go (./artefacts)
#   PYTHON        the Python to use (python3)
set -euo pipefail

suite=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/roentgen

fail() {
    echo "conformance: $1" >&2
    exit 2
}

if [ -z "${ROENTGEN_BIN:-}" ]; then
    builds=("${CARGO_TARGET_DIR:-$cache/target}" "$suite/../../target")
    ROENTGEN_BIN=$(ls -t "${builds[0]}"/{release,quick,debug}/roentgen "${builds[1]}"/{release,quick,debug}/roentgen \
        2>/dev/null | head -n 1 || true)
fi
[ -x "${ROENTGEN_BIN:-}" ] || fail "there is no roentgen binary; run 'cargo build' or set ROENTGEN_BIN"
ROENTGEN_BIN=$(realpath "$ROENTGEN_BIN")
ARTEFACTS=$(realpath -m "${ARTEFACTS:-artefacts}")
export ROENTGEN_BIN ARTEFACTS

python=${PYTHON:-python3}
command -v "$python" >/dev/null || fail "$python is missing; install Python 3.11 or newer"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$python is older than Python 3.11"

# One environment for each set of requirements and Python; it counts only once it is complete.
key=$({ cat "$suite/requirements.txt"; "$python" -c 'import sys; print(sys.version, sys.prefix)'; } | sha256sum)
venv=$cache/conformance/${key:0:16}
mkdir -p "$cache/conformance"
exec 9>"$cache/conformance/lock"
flock 9
if [ ! -e "$venv/complete" ]; then
    echo "conformance: installing the clients into $venv"
    rm -rf "$venv"
    "$python" -m venv "$venv" || fail "could not make a virtual environment; install Debian's python3-venv"
    "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --no-deps \
        --requirement "$suite/requirements.txt"
    "$venv/bin/python" -m pip check --disable-pip-version-check
    touch "$venv/complete"
fi
exec 9>&-

echo "conformance: testing $ROENTGEN_BIN, artefacts in $ARTEFACTS/conformance"
cd "$suite"
status=0
PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" -m pytest -p no:cacheprovider "$@" || status=$?
[ "$status" -eq 0 ] && verdict=passed || verdict="failed, exit code $status"
echo "conformance: $verdict"
exit "$status"
