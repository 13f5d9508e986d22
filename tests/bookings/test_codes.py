"""Codes of tickets: exactly as the vectors say, and nothing but a CodeUnreadable for the rest."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from bookings.domain.codes import (
    CodeUnreadable,
    ReadCode,
    base45,
    codes_of,
    from_base45,
    public_keys,
    read_code,
    signed,
    signing_key,
)
from bookings.domain.confirming import reissue_ticket
from bookings.models import TicketKey
from tests.events.factories import NOW

VECTORS = json.loads((Path(__file__).parent / "vectors/ticket_codes.json").read_text())
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["seed"]))
EVERY_NUMBER = dict.fromkeys(range(256), PRIVATE.public_key())


def told(vector):
    names = ("key", "event_number", "generation", "not_before", "not_after", "flags")
    return ReadCode(ticket=UUID(vector["ticket"]), **{name: vector[name] for name in names})


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda one: one["name"])
def test_a_code_is_the_one_of_the_vector_and_reads_as_it(vector):
    assert signed(told(vector), PRIVATE) == vector["code"]
    assert read_code(vector["code"], EVERY_NUMBER) == told(vector)
    assert len(vector["code"]) == 146


@pytest.mark.parametrize("vector", VECTORS["bad"], ids=lambda one: one["name"])
def test_59_what_is_no_code_of_ours_is_unreadable(vector):
    with pytest.raises(CodeUnreadable):
        read_code(vector["code"], EVERY_NUMBER)


@given(st.text(max_size=400))
def test_59_no_text_whatever_raises_anything_else(text):
    with pytest.raises(CodeUnreadable):
        read_code(text, EVERY_NUMBER)


@given(st.binary(max_size=200))
def test_base_45_comes_back_as_it_was(data):
    assert from_base45(base45(data)) == data


def test_base_45_is_that_of_its_rfc():
    assert [base45(text) for text in (b"AB", b"Hello!!", b"base-45", b"ietf!")] == [
        "BB8", "%69 VD92EX0", "UJCLQE7W581", "QED8WEX0",
    ]  # fmt: skip


@pytest.mark.django_db
def test_an_event_s_codes_are_signed_with_its_own_key(free, book):
    ticket = book(free).tickets.get()

    (code,) = codes_of([ticket]).values()

    read = read_code(code, public_keys(free.event))
    assert (read.ticket, read.event_number, read.generation) == (
        ticket.pk, free.event.number, 1,
    )  # fmt: skip
    assert read.is_in_its_time(NOW)


@pytest.mark.django_db
def test_55_a_reissued_ticket_has_another_code(free, book):
    ticket = book(free).tickets.get()
    (before,) = codes_of([ticket]).values()

    reissue_ticket(ticket, by=None, now=NOW)

    (after,) = codes_of([ticket]).values()
    assert read_code(after, public_keys(free.event)).generation == 2
    assert before != after


@pytest.mark.django_db
def test_61_codes_of_a_revoked_key_are_not_believed_and_new_ones_get_another(free, book):
    ticket = book(free).tickets.get()
    (code,) = codes_of([ticket]).values()
    TicketKey.objects.update(revoked_at=NOW)

    with pytest.raises(CodeUnreadable):
        read_code(code, public_keys(free.event))
    assert signing_key(free.event).number == 2


@pytest.mark.django_db
def test_61_the_private_key_is_not_readable_in_the_database(free, book):

    codes_of(book(free).tickets.all())

    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM bookings_ticketkey")
        (kept,) = cursor.fetchone()
    assert TicketKey.objects.get().private_key not in kept
