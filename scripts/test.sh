#!/usr/bin/env bash
# Runs the checks: everything, or what the arguments name.
#
#   scripts/test.sh             everything, as CI does
#   scripts/test.sh check       everything but system packages, conformance and kills
#   scripts/test.sh clippy tidy these steps; scripts/steps.sh lists them
set -euo pipefail

[ "${BASH_VERSINFO[0]}" -ge 4 ] || { echo "scripts/test.sh needs bash 4 or newer" >&2; exit 1; }
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
source scripts/steps.sh

steps=()
[ $# -gt 0 ] || steps=("${all_steps[@]}")
for name in "$@"; do
    case "$name" in
        check) steps+=("${check_steps[@]}") ;;
        *)
            [ -n "${heading[$name]:-}" ] || fail "there is no step \`$name\`; the steps are: ${all_steps[*]}"
            steps+=("$name")
            ;;
    esac
done

need_cargo
# A check asks nobody anything.
exec </dev/null

for name in "${steps[@]}"; do
    echo "== ${heading[$name]}"
    started=$SECONDS
    # Not in an `if`: bash would ignore `set -e` inside the step.
    set +e
    (
        set -e
        "step_$name"
    )
    status=$?
    set -e
    if [ "$status" -ne 0 ]; then
        fail "FAILED after $((SECONDS - started)) s, step \`$name\`: ${heading[$name]}"
    fi
    echo "== done in $((SECONDS - started)) s"
done

echo "${#steps[@]} passed, 0 failed"
