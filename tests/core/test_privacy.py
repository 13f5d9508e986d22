import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command

from accounts.models import LegalText, User
from ticketing.core.privacy import (
    UNTIL_ERASED,
    Basis,
    Kind,
    days,
    declaration_of,
    nothing_personal,
    our_secrets,
    personal,
    years,
)


def test_what_a_model_declares_stands_beside_it_and_of_others_in_the_table():
    fact = declaration_of(LegalText)["changed_by"]

    assert (fact.kind, fact.basis) == (Kind.BEHAVIOUR, Basis.INTEREST)
    assert declaration_of(Permission)["codename"].kind is Kind.NONE


def test_declarations_join_like_sentences():
    privacy = nothing_personal("id") | {
        "phone": personal(Kind.CONTACT, basis=Basis.CONSENT, kept=UNTIL_ERASED)
    }

    assert [name for name, fact in privacy.items() if fact.is_personal] == ["phone"]
    assert our_secrets("key")["key"].is_secret


def test_retention_is_words_for_people_and_time_for_code():
    short, long = days(1, after="seen_at"), years(8, after="issued_at")

    assert (str(short), short.time, short.after) == (
        "1 day after seen_at",
        timedelta(days=1),
        "seen_at",
    )
    assert (str(long), long.time) == ("8 years after issued_at", timedelta(days=2922))


def data_map(form):
    output = StringIO()
    call_command("data_map", format=form, stdout=output)
    return output.getvalue()


def test_data_map_as_json_has_every_field_of_a_person():
    tables = json.loads(data_map("json"))

    assert {row["field"] for row in tables["accounts.User"]} == {
        *(field.name for field in User._meta.concrete_fields),
        "groups",
        "user_permissions",
    }
    assert {
        "field": "password",
        "class": "identity, secret",
        "basis": "contract",
        "kept": "until the person is erased",
    } in tables["accounts.User"]


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("markdown", "| email | contact | contract | until the person is erased |"),
        ("text", "  email                    contact            contract"),
    ],
)
def test_data_map_can_be_read(form, line):
    shown = data_map(form)

    assert "accounts.User\n" in shown
    assert line in shown
