#!/bin/sh
# Gather what is to be translated. No line numbers: they would change with every edit.
set -eu
python=${1:-.venv/bin/python}
DJANGO_SETTINGS_MODULE=ticketing.settings ENVIRONMENT=test SECRET_KEY=messages \
    SITE_URL=http://localhost DATABASE_URL=postgresql://nobody@localhost/none \
    REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost \
    "$python" -W ignore manage.py makemessages --locale fr --extension html,txt,md,py \
    --no-obsolete --no-location --no-wrap --ignore docs --ignore README.md --ignore CHANGELOG.md \
    --ignore ".*" --ignore tests --ignore deploy --verbosity 0
sed -i.bak '/^"POT-Creation-Date:/d' locale/fr/LC_MESSAGES/django.po
rm locale/fr/LC_MESSAGES/django.po.bak
