from datetime import UTC, datetime

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.audit.models import Entry
from accounts.domain.legal_texts import publish_legal_text
from accounts.enums import LegalKind
from accounts.models import LegalText
from accounts.queries import legal_text
from tests.factories import LegalTextFactory
from ticketing.core.pages import forget_everything_in_memory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_publish_saves_who_changed_it_and_when(staff):
    text = LegalText(kind=LegalKind.TERMS, language="en", body="Be kind.")

    publish_legal_text(text, by=staff, now=NOW)

    saved = LegalText.objects.get()
    assert (saved.body, saved.changed_by, saved.changed_at) == ("Be kind.", staff, NOW)


def test_publish_is_an_act_on_the_record(staff):
    text = LegalTextFactory(kind=LegalKind.TERMS, body="Be kind.", changed_by=staff)
    text.body = "Be very kind."

    publish_legal_text(text, by=staff, now=NOW)

    entry = Entry.objects.get()
    words = entry.payloads.get(part="change").data
    assert (entry.action, entry.actor_id) == ("legal_texts.published", str(staff.pk))
    assert (words["before"]["body"], words["after"]["body"]) == ("Be kind.", "Be very kind.")


def test_page_when_a_text_is_published_shows_it_at_once(
    client, staff, django_capture_on_commit_callbacks
):
    text = LegalTextFactory(kind=LegalKind.TERMS, body="Be kind.", changed_by=staff)
    assert "Be kind." in client.get("/terms/").text

    text.body = "Be **very** kind."
    with django_capture_on_commit_callbacks(execute=True):
        publish_legal_text(text, by=staff, now=NOW)

    forget_everything_in_memory()  # what a process remembers, it remembers for a second
    assert "Be <strong>very</strong> kind." in Client().get("/terms/").text


def test_page_costs_one_statement_cold_and_none_warm(client, django_assert_num_queries):
    LegalTextFactory()

    with django_assert_num_queries(1):
        client.get("/imprint/")
    with django_assert_num_queries(0):
        client.get("/imprint/")


def test_page_shows_the_reader_s_language_and_else_the_default_with_a_word(client):
    LegalTextFactory(kind=LegalKind.PRIVACY, language="en", body="We keep little.")

    page = client.get("/fr/privacy/")

    assert "We keep little." in page.text
    assert 'lang="en"' in page.text.partition("<main")[2]


def test_page_when_nothing_is_written_says_so(client):
    page = client.get("/imprint/")

    assert page.status_code == 200
    assert "not" in page.text.partition("<main")[2]


def test_text_in_both_languages_prefers_the_reader_s():
    for language in ("en", "fr"):
        LegalTextFactory(kind=LegalKind.IMPRINT, language=language)

    found = legal_text(LegalKind.IMPRINT, language="fr", otherwise="en")

    assert found is not None
    assert found.language == "fr"


def test_text_twice_in_one_language_is_refused_by_the_database():
    LegalTextFactory(kind=LegalKind.TERMS, language="en")

    with pytest.raises(IntegrityError, match="accounts_legaltext_once_per_language"):
        LegalTextFactory(kind=LegalKind.TERMS, language="en")


def test_text_of_an_unknown_kind_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="accounts_legaltext_kind_known"):
        LegalTextFactory(kind="recipes")


def test_admin_saves_through_the_domain(staff_client, staff):
    answer = staff_client.post(
        reverse("admin:accounts_legaltext_add"),
        {"kind": "terms", "language": "en", "body": "Be kind."},
    )

    assert answer.status_code == 302
    assert LegalText.objects.get().changed_by == staff


def test_admin_when_the_text_exists_says_so_and_keeps_what_was_typed(staff_client):
    LegalTextFactory(kind=LegalKind.TERMS, language="en")

    answer = staff_client.post(
        reverse("admin:accounts_legaltext_add"),
        {"kind": "terms", "language": "en", "body": "A long evening's work."},
    )

    assert "This page exists in this language already." in answer.text
    assert "A long evening&#x27;s work." in answer.text
