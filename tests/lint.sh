#!/bin/sh
# Everything that can be said of the code without running it. Stops at nothing, tells all.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=""

check() {
    what=$1
    shift
    if output=$("$@" 2>&1); then
        echo "  well  $what"
    else
        echo "  ill   $what"
        echo "$output" | sed 's/^/        /'
        failed="$failed, $what"
    fi
}

# Settings as in production; nothing below connects anywhere.
export SECRET_KEY="9vX2kQ7mZp4LrT8wYb3NcJ6hGd5sFa1uEoIxKjQzVbWnMtRy0P"
export FIELD_KEYS="pJq9cYxN0r7m2VZkTfWb3sLhQeUoA5iGd8XvRyMnB1E="
export TOKEN_KEYS="t3yWm5Qz8bRkX1nVh7JcLsPd0GfUeA4iTqNoYvB6M2E="
export SITE_URL=https://tickets.example.org
export DATABASE_URL=postgresql://app:none@localhost:1/none
export DATABASE_OWNER_URL=postgresql://owner:none@localhost:1/none
export AUDIT_ANCHORS=s3://proofs/audit
export MEDIA_BUCKET=media AWS_REGION=eu-west-1 CLAMAV_URL=tcp://clamav.example.org:3310
export REDIS_URL=redis://localhost:1 EMAIL_URL=smtp+tls://mail.example.org:587

translations_compile() {
    for source in locale/*/LC_MESSAGES/*.po; do
        msgfmt --check --output-file=/dev/null "$source" || return 1
    done
}

check "style (ruff)" ruff check .
check "format (ruff)" ruff format --check .
check "types (mypy)" mypy
check "direction (import-linter)" lint-imports
check "templates (djlint)" djlint --lint --quiet templates
check "templates' format (djangofmt)" djangofmt --check templates
check "translations (msgfmt)" translations_compile
check "migrations are made" python -W ignore manage.py makemigrations --check --dry-run
check "migrations spare running code" env -u DATABASE_URL python -W ignore -m tests.kit.lint_migrations
check "deployment settings" python manage.py check --deploy --fail-level WARNING
check "Dockerfile (hadolint)" hadolint Dockerfile

[ -z "$failed" ] || { echo "To mend:${failed#,}"; exit 1; }
