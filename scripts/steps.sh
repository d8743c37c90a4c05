# Sourced by test.sh, bash only: every step of the checks, once. Recipes of the justfile name these steps.
# A step is a heading and a function; each runs in a shell of its own with `set -e`, at the repository's root.

# What `just check` runs, in this order.
check_steps=(
    tools fmt generated clippy tests doctests sim rustdoc deny typos shear tidy
    console-install console-typecheck console-lint console-tests console-build
)

# What the README's test command and CI run.
all_steps=(system "${check_steps[@]}" conformance crash)

declare -A heading=(
    [system]="system packages: Chromium, PostgreSQL, fonts"
    [tools]="tools: just, nextest, deny, fuzz, shear, insta, typos"
    [fmt]="rustfmt"
    [generated]="generated files unchanged"
    [clippy]="clippy, warnings are errors"
    [tests]="tests"
    [doctests]="examples in the documentation"
    [sim]="simulation of failing storage: 1,000 seeds"
    [rustdoc]="rustdoc, warnings are errors"
    [deny]="licences, bans and sources of dependencies"
    [typos]="typos"
    [shear]="dependencies that nothing uses"
    [tidy]="xtask tidy: sizes, arrows, names, kept files"
    [console-install]="console: packages"
    [console-typecheck]="console: types"
    [console-lint]="console: lint"
    [console-tests]="console: unit tests"
    [console-build]="console: build"
    [conformance]="conformance: real clients and a browser against the real binary"
    [crash]="a few kills under load; what was acknowledged must be there"
)

step_system() {
    tools/system-packages.sh
}

step_tools() {
    tools/setup.sh
}

step_fmt() {
    cargo fmt --all --check
}

step_generated() {
    cargo run --quiet -p xtask -- generate --check
}

step_clippy() {
    cargo clippy --workspace --all-targets -- -D warnings
}

step_tests() {
    use_tools
    cargo nextest run --workspace
}

step_doctests() {
    cargo test --workspace --doc
}

step_sim() {
    scripts/sim.sh 0..1000
}

step_rustdoc() {
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
}

step_deny() {
    use_tools
    cargo deny check --hide-inclusion-graph licenses bans sources
}

step_typos() {
    use_tools
    typos
}

step_shear() {
    use_tools
    cargo shear
}

step_tidy() {
    cargo run --quiet -p xtask -- tidy
}

step_console-install() {
    command -v npm >/dev/null || fail "npm is missing; install Node.js 20 or newer"
    cd console
    # npm leaves this file when it is done, so a newer one means that the same packages are already there.
    [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
}

step_console-typecheck() {
    npm --prefix console run typecheck
}

step_console-lint() {
    npm --prefix console run lint
}

step_console-tests() {
    npm --prefix console run test
}

step_console-build() {
    npm --prefix console run build
}

step_conformance() {
    cargo build -p roentgen
    ROENTGEN_BIN="$CARGO_TARGET_DIR/debug/roentgen" suites/conformance/run.sh
}

# Few kills, and of the program that conformance has built; scripts/crash.sh kills 200 times.
step_crash() {
    cargo build -p roentgen -p load
    "$CARGO_TARGET_DIR/debug/load" crash --kills 10 --seed "${RANDOM}" \
        --roentgen "$CARGO_TARGET_DIR/debug/roentgen" --folder "$CARGO_TARGET_DIR/load"
}
