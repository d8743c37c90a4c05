#!/usr/bin/env bash
# Installs what the tests need from Debian, and only what is missing: a browser, PostgreSQL's server, CJK fonts.
set -euo pipefail

missing=()

has_package() {
    command -v dpkg-query >/dev/null && [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A program or font from elsewhere is as good as Debian's package.
has_chromium() {
    has_package chromium || command -v chromium >/dev/null
}

has_postgres() {
    has_package postgresql || command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

has_fonts() {
    has_package fonts-noto-cjk || { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ko 2>/dev/null)" ]; }
}

has_chromium || missing+=(chromium)
has_postgres || missing+=(postgresql)
has_fonts || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null; then
        as_root=(sudo)
    else
        echo "Please install these packages as root and start again: ${missing[*]}" >&2
        exit 1
    fi
fi
if ! command -v apt-get >/dev/null; then
    echo "Please install these with this system's package manager and start again: ${missing[*]}" >&2
    exit 1
fi

echo "installing ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
