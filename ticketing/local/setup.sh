#!/bin/sh
# Brings a bare machine to where `make run` (setup.sh run) or `make test` (setup.sh test) can
# start: uv, Python, the packages of the lock, system libraries, compiled translations.
# Quick when there is nothing to do. Only this script ever installs anything.
set -eu
cd "$(dirname "$0")/../.."
purpose=${1:-run}

say() { echo "  $*"; }
give_up() { echo "This machine is not ready: $*" >&2; exit 1; }

usable_python() {
    for candidate in "${PYTHON:-}" python3.13 python3.14 python3.12 \
        "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python /opt/homebrew/bin/python3 python3; do
        [ -n "$candidate" ] || continue
        # A shim can exist and still fail, so ask it for what is needed.
        if "$candidate" -c 'import sys, ssl, sqlite3, venv, ensurepip' >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

install_with_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    say "installing with apt: $*"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >.cache/apt.log 2>&1
}

mkdir -p .cache

if command -v uv >/dev/null 2>&1; then
    uv=uv
elif [ -x .uv/bin/uv ]; then
    uv=.uv/bin/uv
else
    python=$(usable_python) || { install_with_apt python3-venv && python=$(usable_python); } ||
        give_up "it has neither uv nor a Python with venv and ssl. Install either one."
    say "installing uv …"
    "$python" -m venv .uv && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv ||
        give_up "uv could not be installed (see above). Install it yourself and try again."
    uv=.uv/bin/uv
fi

# Everybody gets the same environment: what runs, and what tests it.
lock=$(cksum <requirements-dev.txt)
if [ ! -x .venv/bin/python ] || [ "$(cat .venv/made-from 2>/dev/null)" != "$lock" ]; then
    say "installing Python $(cat .python-version) and the packages of the lock …"
    [ -x .venv/bin/python ] || "$uv" venv --quiet .venv ||
        give_up "Python $(cat .python-version) could not be had. Install it and try again."
    # A company's own certificates are known to the system, not to uv.
    export VIRTUAL_ENV=.venv
    "$uv" pip sync --quiet --require-hashes requirements-dev.txt 2>.cache/sync.log ||
        "$uv" pip sync --quiet --require-hashes --system-certs requirements-dev.txt ||
        give_up "the packages could not be installed (see above)."
    printf '%s' "$lock" >.venv/made-from
fi

missing=$(.venv/bin/python -m ticketing.local.system "$purpose")
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # one word, one package
    install_with_apt $missing || true
    missing=$(.venv/bin/python -m ticketing.local.system "$purpose")
    [ -z "$missing" ] || give_up "it lacks these system packages (Debian's names): $missing"
fi

for source in locale/*/LC_MESSAGES/*.po; do
    if [ -e "$source" ] && [ ! "${source%.po}.mo" -nt "$source" ]; then
        .venv/bin/pybabel --quiet compile --input-file "$source" --output-file "${source%.po}.mo"
    fi
done
