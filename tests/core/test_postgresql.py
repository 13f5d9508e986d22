import psycopg
import pytest
from django.conf import settings
from django.db import DataError, connection, transaction
from django.db.backends.postgresql import base
from django.db.models import Value

from accounts.models import User
from bookings.models import Booking
from ticketing.core.postgresql.base import QUIET

# --- Numbers that are too large for their column --------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2**31, 2**40, -(2**31) - 1, 2**32 + 5])
def test_a_number_that_no_column_of_its_kind_holds_comes_back_as_it_was(attendee, number):
    with_number = User.objects.annotate(given=Value(number))

    assert with_number.get(pk=attendee.pk).given == number


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2**15, 2**16 + 5, 2**31, 2**40])
def test_a_number_that_does_not_fit_is_refused_and_not_cut_off(number):
    with pytest.raises(DataError, match="out of range"), transaction.atomic():
        Booking.objects.update(token_generation=number)


# --- Whether a connection lives -------------------------------------------------------------------


@pytest.fixture
def asked(db, monkeypatch):
    """How often PostgreSQL itself was asked whether the connection lives."""
    times = []
    really = base.DatabaseWrapper.is_usable
    monkeypatch.setattr(
        base.DatabaseWrapper, "is_usable", lambda self: times.append(1) or really(self)
    )
    connection.ensure_connection()
    connection.lived_at = 0.0
    assert connection.is_usable()
    times.clear()
    return times


def test_a_connection_that_was_used_lately_is_not_asked(asked):
    assert connection.is_usable()
    assert asked == []


def test_a_connection_that_was_quiet_for_long_is_asked(asked):
    connection.lived_at -= QUIET + 1

    assert connection.is_usable()
    assert asked == [1]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_noticed_though_it_was_used_lately(asked):
    connection.ensure_connection()
    assert connection.is_usable()
    pid = connection.connection.info.backend_pid
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])

    assert not connection.is_usable()
    connection.close()


def test_a_connection_whose_transaction_failed_is_not_to_be_used(asked):
    with connection.cursor() as cursor, pytest.raises(DataError):
        cursor.execute("SELECT 1 / 0")

    assert not connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_has_something_to_say_is_asked(asked):
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN something")
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as other:
        other.execute("NOTIFY something")

    while connection.is_silent():
        pass  # until the word has come
    assert connection.is_usable()
    assert asked == [1]
    connection.close()
