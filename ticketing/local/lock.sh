#!/bin/sh
# Resolve pyproject.toml into the locks, with hashes and without any registry's address.
set -eu
cd "$(dirname "$0")/../.."
uv=$(command -v uv || echo .uv/bin/uv)
options="--quiet --generate-hashes --universal --no-header --no-emit-index-url --python-version 3.13"
# shellcheck disable=SC2086 # one word, one option
"$uv" pip compile $options pyproject.toml -o requirements.txt "$@"
# shellcheck disable=SC2086
"$uv" pip compile $options pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt "$@"
# For the stand-ins of docker-compose.yml.
# shellcheck disable=SC2086
"$uv" pip compile $options --group local -c requirements.txt -o requirements-local.txt "$@"
