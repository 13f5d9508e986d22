"""What the record says about a person goes when the person asks; the chain holds."""

import pytest
from django.db import connection
from django.test import RequestFactory

from accounts.audit.domain.chain import seal_waiting
from accounts.audit.domain.erasure import erase_payloads
from accounts.audit.domain.verification import verify
from accounts.audit.models import Entry, Erasure, Payload
from tests.accounts.audit.conftest import NOW
from tests.factories import LegalTextFactory
from ticketing.core.origin import acts_come_from

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(sealed, staff, attendee):
    """Acts by Ada, on Ada, about Ada, and of others."""
    text = LegalTextFactory(changed_by=staff)
    request = RequestFactory(REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Firefox").get("/")
    with acts_come_from(request):
        return {
            "by": sealed(by=attendee, on=text, after={"body": "Be kind."}),
            "on": sealed(by=staff, on=attendee, before={"name": "Ada"}, after={"name": "Ada L."}),
            "about": sealed(by=staff, on=text, after={"author": "Ada"}, about=[attendee]),
            "others": sealed(by=staff, on=text, after={"body": "Be nice."}),
        }


def parts_of(entry):
    return sorted(Payload.objects.filter(entry=entry).values_list("part", flat=True))


def test_erasure_takes_what_is_about_the_person_and_nothing_else(history, attendee):
    erased = erase_payloads(of=attendee, by=attendee, now=NOW)

    assert erased == 3
    assert parts_of(history["by"]) == ["change"]  # what was done to the text stays
    assert parts_of(history["on"]) == ["origin"]  # who did it stays
    assert parts_of(history["about"]) == ["origin"]
    assert parts_of(history["others"]) == ["change", "origin"]


def test_erasure_keeps_the_chain_whole(history, attendee):
    before = verify()
    erase_payloads(of=attendee, by=None, now=NOW)
    seal_waiting(now=NOW)

    after = verify()

    assert before.is_whole
    assert after.is_whole
    assert (before.erased, after.erased) == (0, 3)


def test_erasure_of_what_is_not_sealed_yet_keeps_the_chain_whole(act, attendee):
    act(by=attendee, on=attendee)
    erase_payloads(of=attendee, by=None, now=NOW)
    seal_waiting(now=NOW)

    assert verify().is_whole


def test_erasure_leaves_nothing_that_names_the_person_or_could_be_guessed(history, attendee):
    erase_payloads(of=attendee, by=attendee, now=NOW)

    left = str(list(Payload.objects.filter(entry__in=[history["on"], history["about"]]).values()))
    assert "Ada" not in left
    own = Payload.objects.get(entry=history["by"])
    assert "192.0.2.7" not in str(own.data)
    assert not Payload.objects.filter(entry__action="audit.payloads_erased", part="origin").exists()


def test_erasure_is_an_act_without_words_about_the_person(history, attendee):
    erase_payloads(of=attendee, by=attendee, now=NOW)

    entry = Entry.objects.get(action="audit.payloads_erased")
    assert (entry.object_type, entry.object_id) == ("accounts.user", str(attendee.pk))
    assert [payload.data for payload in entry.payloads.all()] == [{"after": {"payloads": 3}}]


def test_erasure_twice_finds_nothing_more(history, attendee):
    erase_payloads(of=attendee, by=None, now=NOW)

    assert erase_payloads(of=attendee, by=None, now=NOW) == 0


def test_payload_cannot_go_without_a_trace(history):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_payload WHERE entry_id = %s", [history["others"].pk])

    assert sorted(Erasure.objects.values_list("entry", "part")) == [
        (history["others"].pk, "change"),
        (history["others"].pk, "origin"),
    ]
