"""The back office's view of deliveries."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import AnnouncedEventFactory, DeliveryFactory, UserFactory
from tests.kit.outbox import own_registry
from tests.kit.queries import assert_cost_is_constant
from ticketing.core.models import Delivery
from ticketing.core.outbox import Event

pytestmark = pytest.mark.django_db
LIST = "/admin/core/delivery/"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def shown(client, query=""):
    """The subscribers of the rows of the list."""
    answer = client.get(f"{LIST}{query}")
    return [delivery.subscriber for delivery in answer.context["cl"].result_list]


def make(subscriber, status="waiting", **fields):
    done_at = NOW if status == "done" else None
    return DeliveryFactory(subscriber=subscriber, status=status, done_at=done_at, **fields)


def test_list_shows_what_is_not_done_and_why(staff_client):
    make("waits")
    make("failed", "dead", last_error="The door is locked.")
    make("done", "done")

    page = staff_client.get(LIST)

    assert shown(staff_client) == ["failed", "waits"]
    assert "The door is locked." in page.text
    assert "house.door_opened.1" in page.text


@pytest.fixture
def _two_events():
    with own_registry():
        for name in ("house.door_opened", "house.left"):
            type("Sample", (Event,), {}, name=name, version=1)
        yield


@pytest.mark.usefixtures("_two_events")
def test_list_is_filtered_by_status_and_event_and_searched(staff_client):
    make("waits")
    make("failed", "dead")
    make("done", "done", event=AnnouncedEventFactory(about="house.door:x", request_id="req-12345"))

    assert shown(staff_client, "?status=dead") == ["failed"]
    assert shown(staff_client, "?status=all") == ["done", "failed", "waits"]
    assert shown(staff_client, "?event=house.left&status=all") == []
    assert shown(staff_client, "?event=house.door_opened&status=done") == ["done"]
    assert shown(staff_client, "?status=all&q=house.door:x") == ["done"]
    assert shown(staff_client, "?status=all&q=req-12345") == ["done"]
    assert shown(staff_client, "?q=wait") == ["waits"]


def test_list_costs_the_same_however_many_there_are(staff_client):
    assert_cost_is_constant(DeliveryFactory, lambda: staff_client.get(LIST))


def test_delivery_s_page_shows_the_event_and_changes_nothing(staff_client):
    delivery = make("failed", "dead", last_error="The door is locked.")
    address = f"{LIST}{delivery.pk}/change/"

    page = staff_client.get(address)
    staff_client.post(address, {"status": "done"})

    assert "01a1fdce-e6ec-7024-b4c2-9799f10ea462" in page.text
    assert "Try again" in page.text
    assert Delivery.objects.get().status == "dead"


def test_try_again_as_an_action_takes_the_chosen_ones(staff_client):
    chosen, other = make("chosen", "dead", failures=5), make("other", "dead")

    answer = staff_client.post(
        LIST, {"action": "try_these_again", "_selected_action": [chosen.pk]}, follow=True
    )

    chosen.refresh_from_db()
    other.refresh_from_db()
    assert (chosen.status, chosen.failures, other.status) == ("waiting", 0, "dead")
    assert "1 delivery is tried again." in answer.text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_try_again_as_a_button_asks_first_and_then_does_it(staff_client, headers):
    delivery = make("failed", "dead")
    address = f"{LIST}{delivery.pk}/try-again/"

    asked = staff_client.get(address, headers=headers)
    assert (asked.status_code, Delivery.objects.get().status) == (200, "dead")
    done = staff_client.post(address, {"_form_submitted": "1"}, headers=headers)

    assert Delivery.objects.get().status == "waiting"
    assert done.headers.get("HX-Redirect" if headers else "Location") == (
        f"{LIST}{delivery.pk}/change/"
    )


def test_try_again_of_what_is_done_or_not_there_says_so(staff_client):
    done = make("done", "done")

    address = f"{LIST}{done.pk}/try-again/"
    answer = staff_client.post(address, {"_form_submitted": "1"}, follow=True)

    assert "Nothing of this waits or was given up." in answer.text
    assert staff_client.post(f"{LIST}0/try-again/", {"_form_submitted": "1"}).status_code == 404


def test_staff_who_may_only_look_cannot_try_again():
    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    delivery = make("failed", "dead")
    client = Client()
    client.force_login(looker)

    page = client.get(f"{LIST}{delivery.pk}/change/")
    refused = client.post(f"{LIST}{delivery.pk}/try-again/", {"_form_submitted": "1"})
    client.post(LIST, {"action": "try_these_again", "_selected_action": [delivery.pk]})

    assert (page.status_code, "Try again" in page.text) == (200, False)
    assert refused.status_code == 403
    assert Delivery.objects.get().status == "dead"


def test_try_again_is_in_the_history_of_the_delivery(staff_client, staff):
    delivery = make("failed", "dead")

    staff_client.post(f"{LIST}{delivery.pk}/try-again/", {"_form_submitted": "1"})

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, str(entry)) == (
        staff,
        str(delivery.pk),
        f"Changed “{delivery}” — Tried again.",
    )
