"""An organizer's own endpoint: what it is told, that it can trust it, and what happens when it fails."""

import json
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.audit.models import Entry
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from bookings.domain import fulfilling
from bookings.domain.cancelling import EVENT_CANCELLED
from bookings.domain.confirming import cancel_booking
from bookings.domain.endpoints import rotate_secret, set_endpoint
from bookings.domain.fulfilling import NoEndpoint, note_post, post, replay_post
from bookings.domain.wishes import Buyer
from bookings.enums import PostState, Told
from bookings.models import FulfillmentEndpoint, FulfillmentPost
from events.domain.lifecycle import cancel_event
from tests.events.factories import NOW
from tests.factories import MembershipFactory
from tests.kit.receiver import receiver
from ticketing.core import outgoing
from ticketing.core.outbox import Retry, deliver_all
from ticketing.core.outgoing import AddressRefused

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).parents[2] / "docs" / "fulfillment.md"


@pytest.fixture
def there():
    with receiver() as there:
        yield there


@pytest.fixture
def secret(choir, organizer, there):
    return set_endpoint(choir, url=there.url, by=organizer, now=NOW)


@pytest.fixture
def is_genuine():
    """The example that receivers are given."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    known = {}
    exec(code, known)
    return known["is_genuine"]


@pytest.fixture
def row(free, book, secret):
    """Wanted, and not tried yet."""
    booking = book(free)
    note_post(booking.pk, Told.CONFIRMED, now=NOW)
    return FulfillmentPost.objects.get()


def try_once(row, now=NOW):
    """As the worker does, whatever comes of it; the reason to come again, if there is one."""
    try:
        post(row.pk, now=now)
    except Retry as retry:
        row.refresh_from_db()
        return retry
    row.refresh_from_db()
    return None


def test_a_confirmed_booking_is_posted_signed_and_once(free, book, there, secret, is_genuine):
    booking = book(free, 2)
    deliver_all(now=NOW)
    note_post(booking.pk, Told.CONFIRMED, now=NOW)
    deliver_all(now=NOW)

    ((headers, body),) = there.got
    row, said = FulfillmentPost.objects.get(), json.loads(body)
    assert (row.state, row.tries, row.answer, row.problem) == ("delivered", 1, 200, "")
    assert (said["type"], said["id"]) == ("booking.confirmed", str(row.pk))
    assert headers["Idempotency-Key"] == headers["Ticketing-Delivery"] == str(row.pk)
    assert said["booking"]["reference"] == booking.reference
    assert said["booking"]["buyer"]["email"] == "ada@example.org"
    assert [one["status"] for one in said["booking"]["tickets"]] == ["valid", "valid"]
    assert is_genuine(headers["Ticketing-Signature"], body, secret, now=NOW.timestamp())


def test_a_forged_or_old_call_is_told_from_a_genuine_one(row, there, secret, is_genuine):
    try_once(row)
    ((headers, body),) = there.got
    header, now = headers["Ticketing-Signature"], NOW.timestamp()

    assert is_genuine(header, body, secret, now=now)
    assert not is_genuine(header, body.replace(b"ada@", b"eve@"), secret, now=now)
    assert not is_genuine(header, body, f"{secret}x", now=now)
    assert not is_genuine(header, body, secret, now=now + 301)
    assert not is_genuine(header.replace("t=1", "t=2"), body, secret, now=now)
    assert not is_genuine("", body, secret, now=now)


def test_changes_and_cancellations_are_told_too(free, book, there, secret):
    booking = book(free, 3)
    deliver_all(now=NOW)
    for ticket in list(booking.tickets.all())[:2]:
        cancel_booking(booking, tickets=[ticket.pk], by=None, now=NOW)
    cancel_booking(booking, by=None, now=NOW)
    deliver_all(now=NOW)

    types = sorted(json.loads(body)["type"] for _, body in there.got)
    assert types == ["booking.cancelled", "booking.changed", "booking.changed", "booking.confirmed"]
    assert json.loads(there.got[-1][1])["booking"]["status"] == "cancelled"


def test_bookings_of_a_cancelled_event_are_told(free, book, there, secret, event, organizer):
    book(free)
    deliver_all(now=NOW)
    cancel_event(event, by=organizer, now=NOW)
    deliver_all(now=NOW)

    told = [json.loads(body) for _, body in there.got]
    assert [one["type"] for one in told] == ["booking.confirmed", "booking.cancelled"]
    assert EVENT_CANCELLED == "event_cancelled"


def test_a_hold_that_is_given_up_is_nobodys_news(paid, book, there, secret):
    cancel_booking(book(paid), by=None, now=NOW)
    deliver_all(now=NOW)

    assert there.got == []


def test_without_an_endpoint_in_use_nothing_is_written(free, book, there, choir, organizer):
    book(free, buyer=Buyer(email="one@example.org"))
    deliver_all(now=NOW)
    set_endpoint(choir, url=there.url, is_active=False, by=organizer, now=NOW)
    book(free, buyer=Buyer(email="two@example.org"))
    deliver_all(now=NOW)

    assert (FulfillmentPost.objects.count(), there.got) == (0, [])


# --- Faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 503, 404, 401, 302])
def test_what_is_not_answered_well_is_tried_again_under_the_same_id(row, there, status):
    there.answers = [(status, {"Location": "http://127.0.0.1:1/"})]

    retry = try_once(row)
    assert (row.state, row.tries, row.answer) == ("waiting", 1, status)
    assert retry is not None
    again = try_once(row)

    assert again is None
    assert (row.state, row.tries, row.answer) == ("delivered", 2, 200)
    assert len({headers["Idempotency-Key"] for headers, _ in there.got}) == 1
    assert len(there.got) == 2


def test_who_asks_for_a_pause_gets_it(row, there):
    there.answers = [(429, {"Retry-After": "120"}), (503, {"Retry-After": "999999999999"})]

    assert try_once(row).after == timedelta(minutes=2)
    assert try_once(row).after == timedelta(hours=6)


def test_a_slow_endpoint_is_hung_up_on_and_asked_again(row, there, monkeypatch):
    monkeypatch.setattr(
        fulfilling, "post_to", lambda *facts: outgoing.post_to(*facts, read=0.1, in_all=0.3)
    )
    there.seconds = 0.5

    retry = try_once(row)

    assert retry is not None
    assert (row.state, row.tries, row.answer) == ("waiting", 1, None)
    assert row.problem.endswith("TimeoutError")


def test_a_dead_endpoint_blows_its_fuse_and_holds_up_no_other(
    row, choir, organizer, there, free, book
):
    with receiver() as gone:
        url = gone.url
    set_endpoint(choir, url=url, by=organizer, now=NOW)
    for _ in range(5):
        try_once(row)
    begun = time.monotonic()
    retry = try_once(row)

    assert "known to be away" in retry.reason
    assert (row.tries, row.state) == (5, "waiting")
    assert time.monotonic() - begun < 0.5
    set_endpoint(choir, url=there.url, by=organizer, now=NOW)
    assert try_once(row) is None
    assert row.state == "delivered"


def test_after_three_days_it_is_given_up_and_can_be_made_again(row, there, organizer):
    later = NOW + timedelta(days=3)
    there.answers = [(500, {})]

    assert try_once(row, now=later) is None
    assert row.state == "failed"

    replay_post(row, by=organizer, now=later)
    deliver_all(now=later)
    row.refresh_from_db()
    assert (row.state, row.tries) == ("delivered", 2)
    assert Entry.objects.filter(action="bookings.posted_again").count() == 1


def test_an_endpoint_that_is_gone_is_not_asked_again(row, there):
    there.answers = [(410, {})]

    assert try_once(row) is None
    assert (row.state, row.answer) == ("failed", 410)


def test_a_name_that_turns_private_is_not_called(row, there, settings, monkeypatch):
    """It was public when it was set; DNS says otherwise now."""
    settings.IS_PRODUCTION = True
    FulfillmentEndpoint.objects.update(url="https://hooks.example.org/")
    found = [(2, 1, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_a, **_k: found)

    assert try_once(row) is None
    assert (row.state, row.answer, there.got) == ("failed", None, [])


# --- The endpoint ------------------------------------------------------------------------------


def test_a_new_secret_signs_beside_the_former_for_a_day(row, there, secret, organizer, is_genuine):
    endpoint = FulfillmentEndpoint.objects.get()
    new = rotate_secret(endpoint, by=organizer, now=NOW)
    try_once(row)
    replay_post(row, by=organizer, now=NOW)
    later = NOW + timedelta(hours=24)
    try_once(row, now=later)

    (first, body), (second, _) = there.got
    signed, now = first["Ticketing-Signature"], NOW.timestamp()
    assert [is_genuine(signed, body, one, now=now) for one in (secret, new)] == [True, True]
    assert second["Ticketing-Signature"].count("v1=") == 1


def test_a_secret_is_told_once_and_kept_sealed(choir, organizer, there, secret):
    again = set_endpoint(choir, url=there.url, by=organizer, now=NOW)

    assert (secret[:4], len(secret), again) == ("tks_", 47, "")
    assert secret not in str(Entry.objects.values_list())


def test_only_owners_say_where_peoples_data_goes(choir, attendee, stranger, there):
    MembershipFactory(organizer=choir, user=attendee, role=Role.MANAGER)

    for by, error in ((attendee, RoleMayNot), (stranger, NoSuchOrganizer)):
        with pytest.raises(error):
            set_endpoint(choir, url=there.url, by=by, now=NOW)
    assert FulfillmentEndpoint.objects.count() == 0


def test_an_address_within_our_own_network_is_refused(choir, organizer, settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(AddressRefused):
        set_endpoint(choir, url="https://169.254.169.254/", by=organizer, now=NOW)


def test_who_may_not_makes_no_delivery_again(row, choir, attendee, stranger, organizer):
    MembershipFactory(organizer=choir, user=attendee, role=Role.VIEWER)

    for by, error in ((attendee, RoleMayNot), (stranger, NoSuchOrganizer)):
        with pytest.raises(error):
            replay_post(row, by=by, now=NOW)
    FulfillmentEndpoint.objects.all().delete()
    with pytest.raises(NoEndpoint):
        replay_post(row, by=organizer, now=NOW)
    assert try_once(row) is None
    assert row.state == PostState.FAILED
