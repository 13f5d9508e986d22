"""Every mail in every language, as its reader gets it."""

import re

import pytest
from django.conf import settings as django_settings

from accounts.notifications.domain.templates import preview
from accounts.notifications.kinds import kinds_by_mail

KINDS = kinds_by_mail()
PREFIXES = {"en": "", "fr": "/fr"}
every_mail = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
every_language = pytest.mark.parametrize("locale", PREFIXES)


@pytest.fixture(autouse=True)
def _kinds():
    """The real ones alone."""


def test_languages_of_the_site_are_those_of_these_tests():
    assert [code for code, _ in django_settings.LANGUAGES] == list(PREFIXES)


@every_language
def test_gallery_lists_every_mail(client, locale):
    page = client.get(f"{PREFIXES[locale]}/gallery/mails/")

    assert page.status_code == 200
    assert [kind.name for kind in KINDS if f">{kind.name}</span>" not in page.text] == []


@every_mail
@every_language
def test_gallery_shows_each_mail_as_html_and_text(client, kind, locale):
    page = client.get(f"{PREFIXES[locale]}/gallery/mails/{kind.name}/")
    html = client.get(f"{PREFIXES[locale]}/gallery/mails/{kind.name}/html")

    mail = preview(kind, locale)
    assert (page.status_code, html.status_code) == (200, 200)
    assert html.text == mail.html
    assert f'lang="{locale}"' in html.text
    assert "sandbox" in html["Content-Security-Policy"]
    assert html["X-Frame-Options"] == "SAMEORIGIN"


@every_mail
@every_language
def test_mail_says_all_it_knows_and_leaves_nothing_open(kind, locale):
    mail = preview(kind, locale)

    said = f"{mail.subject}\n{mail.text}"
    shown = {name: str(value) for name, value in kind.example().items()}
    unsaid = [name for name, value in shown.items() if value not in said and locale == "en"]
    assert unsaid == []
    assert re.findall(r"[{}]|q[0-9a-f]{16}|\.invalid|None", said) == []
    assert 10 <= len(mail.subject) <= 90
    assert max(map(len, mail.text.split("\n"))) < 400
    assert "!" not in said


@pytest.mark.parametrize("page", ["", "verify_email/", "verify_email/html"])
def test_gallery_is_not_in_production(client, settings, page):
    settings.IS_PRODUCTION = True

    assert client.get(f"/gallery/mails/{page}").status_code == 404


@pytest.mark.parametrize("page", ["no_such/", "no_such/html"])
def test_mail_that_nobody_writes_is_not_there(client, page):
    assert client.get(f"/gallery/mails/{page}").status_code == 404
