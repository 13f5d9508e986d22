#!/bin/sh
# Waits for the database, then brings it up to date and loads the demo.
set -eu

answers() {
    python -c "import os, psycopg; psycopg.connect(os.environ['DATABASE_OWNER_URL'], connect_timeout=3)" 2>&1
}

tries=60
until problem=$(answers); do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "The database does not answer: $problem" >&2; exit 1; }
    sleep 1
done
python manage.py migrate --no-input
python manage.py load_demo
