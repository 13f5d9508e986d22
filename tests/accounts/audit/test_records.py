"""What an act leaves behind."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from accounts import audit
from accounts.audit.domain.payloads import HIDDEN, digest, plain
from accounts.audit.domain.records import OutsideOfTransaction, record
from accounts.audit.enums import PLATFORM, Part
from accounts.audit.models import Entry, Payload, Waiting
from accounts.enums import LegalKind
from tests.accounts.audit.conftest import NOW
from tests.factories import LegalTextFactory
from tests.kit.queries import queries_of
from ticketing.core.logs import request_id
from ticketing.core.origin import acts_come_from

ORGANIZER = UUID("0198c0de-0000-7000-8000-000000000001")


def words_of(entry):
    return {payload.part: payload.data for payload in Payload.objects.filter(entry=entry)}


@pytest.mark.django_db
def test_record_says_who_what_on_what_before_and_after(staff):
    text = LegalTextFactory(kind=LegalKind.TERMS, changed_by=staff)

    entry = record(
        action="accounts.text_changed",
        by=staff,
        on=text,
        organizer=ORGANIZER,
        before={"body": "Be kind."},
        after={"body": "Be very kind."},
        now=NOW,
    )

    kept = Entry.objects.get()
    assert kept == entry
    assert (kept.action, kept.occurred_at, kept.chain) == ("accounts.text_changed", NOW, ORGANIZER)
    assert (kept.actor_type, kept.actor_id) == ("accounts.user", str(staff.pk))
    assert (kept.object_type, kept.object_id) == ("accounts.legaltext", str(text.pk))
    assert words_of(kept) == {
        "origin": {"name": "Salma"},
        "change": {
            "name": "Terms (English)",
            "before": {"body": "Be kind."},
            "after": {"body": "Be very kind."},
        },
    }


@pytest.mark.django_db
def test_record_in_a_request_says_from_where(staff):
    request = RequestFactory(REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Firefox of Salma").get(
        "/admin/"
    )
    token = request_id.set("request-0001")
    with acts_come_from(request):
        entry = record(action="tests.acted", by=staff, now=NOW)
    request_id.reset(token)

    origin = words_of(entry)["origin"]
    assert entry.request_id == "request-0001"
    assert origin["address"] == "192.0.2.7"
    assert len(origin["user_agent"]) == 16
    assert "Firefox" not in str(origin)


@pytest.mark.django_db
def test_record_of_the_product_s_own_act_names_nobody():
    entry = record(action="tests.expired", by=None, now=NOW)

    assert (entry.actor_type, entry.actor_id, entry.chain) == ("", "", PLATFORM)
    assert words_of(entry) == {}


@pytest.mark.django_db
def test_entry_names_people_by_number_alone(staff):
    entry = record(action="tests.acted", by=staff, on=staff, after={"name": "Salma"}, now=NOW)

    core = str(Entry.objects.filter(pk=entry.pk).values().get())
    assert staff.email not in core
    assert staff.name not in core


@pytest.mark.django_db
def test_digest_is_of_the_words_as_the_database_gives_them_back(staff):
    entry = record(
        action="tests.acted",
        by=staff,
        after={
            "é": "ü\0\ud800",
            "price": Decimal("1.10"),
            "share": 1e22,
            "big": 2**70,
            "at": NOW,
            "tags": {"b", "a"},
            "list": (1, None, True),
            "who": staff,
            "kind": LegalKind.TERMS,
        },
        now=NOW,
    )

    payload = Payload.objects.get(entry=entry, part=Part.CHANGE)
    assert digest(payload.salt, payload.data) == entry.change_digest
    assert payload.data["after"] == {
        "é": "ü�?",
        "price": "1.10",
        "share": "1e+22",
        "big": 2**70,
        "at": "2026-11-21T12:00:00+00:00",
        "tags": ["a", "b"],
        "list": [1, None, True],
        "who": f"accounts.user:{staff.pk}",
        "kind": "terms",
    }


@pytest.mark.parametrize(
    "name", ["password", "new_password1", "client_secret", "refreshToken", "api_key", "totp_seed"]
)
def test_what_has_the_name_of_a_secret_is_never_recorded(name):
    assert plain({"facts": [{name: "x1"}]}) == {"facts": [{name: HIDDEN}]}


@pytest.mark.django_db(transaction=True)
def test_record_outside_of_a_transaction_is_refused():
    with pytest.raises(OutsideOfTransaction, match=r"tests\.acted"):
        record(action="tests.acted", by=None, now=NOW)

    assert Entry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_record_when_the_caller_rolls_back_leaves_nothing(staff):
    with transaction.atomic():
        record(action="tests.acted", by=staff, on=staff, after={"x": 1}, now=NOW)
        transaction.set_rollback(True)

    counts = [model.objects.count() for model in (Entry, Payload, Waiting)]
    assert counts == [0, 0, 0]


@pytest.mark.django_db
def test_record_costs_one_statement(staff):
    statements = queries_of(
        lambda: record(action="tests.acted", by=staff, on=staff, after={"x": 1}, now=NOW)
    )

    assert [statement.split('"')[1] for statement in statements] == ["audit_entry"]


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["acted", "Tests.Acted", "tests acted", ""])
def test_action_that_is_no_dotted_name_is_refused_by_the_database(action):
    with pytest.raises(IntegrityError, match="audit_entry_action_dotted"):
        record(action=action, by=None, now=NOW)


@pytest.mark.django_db
def test_entry_in_the_platform_s_chain_cannot_claim_an_organizer_of_that_number():
    with pytest.raises(IntegrityError, match="audit_entry_platform_is_nobody"):
        record(action="tests.acted", by=None, organizer=PLATFORM, now=NOW)


@pytest.mark.django_db
def test_each_entry_waits_to_be_sealed_whoever_inserts_it():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (id, occurred_at, actor_type, actor_id, action, object_type,"
            " object_id, request_id, origin_digest, change_digest)"
            " VALUES (%s, %s, '', '', 'tests.acted', '', '', '', '', '')",
            [ORGANIZER, datetime(2026, 1, 1, tzinfo=UTC)],
        )

    assert list(Waiting.objects.values_list("chain", "entry")) == [(PLATFORM, ORGANIZER)]


def test_audit_record_is_found_under_the_package_s_own_name():
    assert audit.record is record
    with pytest.raises(AttributeError):
        audit.something_else  # noqa: B018 - reading it is the test
