"""Every address of the project has an owner here; a new one fails until it has."""

from enum import Enum
from urllib.parse import parse_qs

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.accounts.notifications.factories import (
    MessageFactory,
    SuppressionFactory,
    TemplateOverrideFactory,
)
from tests.bookings.factories import rows_of_bookings
from tests.events.factories import rows_of_events
from tests.factories import (
    DeliveryFactory,
    EntryFactory,
    InvitationFactory,
    LegalTextFactory,
    MembershipFactory,
    OrganizerFactory,
    UserFactory,
)
from tests.kit.queries import assert_cost_is_constant
from tests.payments.factories import rows_of_payments
from ticketing.limits import RATE_LIMITS, UNLIMITED


class For(Enum):
    EVERYBODY = "answers 200 to everybody"
    MACHINES = "answers machines that bring something"
    STAFF = "sends everybody but staff to the log-in"
    SIGNED_IN = "sends who is not signed in to the log-in, and afterwards back"
    SIGNING_IN = "a step of signing in or out: sends who is at another to the log-in"
    KEY_HOLDERS = "is not there for who brings no key that we made"
    CALLERS = "a call of the API for everybody: never more than a problem without its contents"
    OPENERS = "a call of the API for who opens the thing by a token of its own: 404 for others"
    READERS = "a call of the API that everybody may read, as far as it is there; else 401"
    BOOKERS = "a call of the API that everybody may make, and that lists what is somebody's own"
    TOKEN_HOLDERS = "a call of the API: 401 without a token"


SECOND_FACTOR = "account/second-factor"
AUTH = "api/v1/auth"
EVENTS = "api/v1/events"
OWNERS = {
    "health": For.EVERYBODY,
    "health/live": For.EVERYBODY,
    "health/ready": For.EVERYBODY,
    "robots.txt": For.EVERYBODY,
    "metrics": For.MACHINES,
    "csp-report": For.MACHINES,
    "beacon": For.MACHINES,
    "^api/": For.MACHINES,
    "webhooks/mail/ses/": For.MACHINES,
    "webhooks/<slug:gateway>": For.MACHINES,
    "home": For.EVERYBODY,
    "": For.EVERYBODY,
    "gallery/": For.EVERYBODY,
    "gallery/mails/": For.EVERYBODY,
    "gallery/mails/<slug:kind>/": For.EVERYBODY,
    "gallery/mails/<slug:kind>/html": For.EVERYBODY,
    "events/": For.EVERYBODY,
    "events/feed/": For.EVERYBODY,
    "sitemap.xml": For.EVERYBODY,
    "sitemap-pages.xml": For.EVERYBODY,
    # What is on: nothing is there under the name that is asked for (tests/events/views/).
    "sitemap-events-<int:part>.xml": For.KEY_HOLDERS,
    "^events/look-(?P<accent>[0-9a-f]{6})-(?P<digest>[0-9a-f]{8})\\.css$": For.KEY_HOLDERS,
    "events/category/<slug:slug>/": For.KEY_HOLDERS,
    "events/category/<slug:slug>/feed/": For.KEY_HOLDERS,
    "events/<slug:slug>/": For.KEY_HOLDERS,
    "events/<slug:slug>/currency/": For.KEY_HOLDERS,
    "events/<slug:slug>/tickets/": For.KEY_HOLDERS,
    "events/<slug:slug>/open/": For.MACHINES,
    "events/<slug:slug>/inside/": For.KEY_HOLDERS,
    "events/<slug:slug>/preview/": For.KEY_HOLDERS,
    "events/<slug:slug>/picture-<slug:digest>.png": For.KEY_HOLDERS,
    "events/<slug:slug>.ics": For.KEY_HOLDERS,
    "events/<slug:slug>/book/": For.KEY_HOLDERS,
    "bookings/find/": For.EVERYBODY,
    "bookings/<str:reference>/": For.KEY_HOLDERS,
    "bookings/<str:reference>/again/": For.KEY_HOLDERS,
    "bookings/<str:reference>/link.svg": For.KEY_HOLDERS,
    "bookings/<str:reference>/give-up/": For.KEY_HOLDERS,
    "bookings/<str:reference>/names/": For.KEY_HOLDERS,
    "bookings/<str:reference>/pay/": For.KEY_HOLDERS,
    "bookings/<str:reference>/invoice-details/": For.KEY_HOLDERS,
    "bookings/<str:reference>/payment/": For.KEY_HOLDERS,
    "payments/<uuid:payment>/return/": For.KEY_HOLDERS,
    "organizers/<slug:slug>/": For.KEY_HOLDERS,
    "organizers/<slug:slug>/feed/": For.KEY_HOLDERS,
    "imprint/": For.EVERYBODY,
    "terms/": For.EVERYBODY,
    "privacy/": For.EVERYBODY,
    "unsubscribe/<str:token>/": For.KEY_HOLDERS,
    # Signing in, and what mails lead to: the page is for everybody, its button for the key.
    "account/login/": For.EVERYBODY,
    "account/signup/": For.EVERYBODY,
    "account/inactive/": For.EVERYBODY,
    "account/open/": For.EVERYBODY,
    "account/open/sent/": For.EVERYBODY,
    "account/password/forgot/": For.EVERYBODY,
    "account/password/forgot/sent/": For.EVERYBODY,
    "account/password/new/": For.EVERYBODY,
    "account/address/confirm/": For.EVERYBODY,
    "account/logout/": For.SIGNING_IN,
    f"{SECOND_FACTOR}/authenticate/": For.SIGNING_IN,
    f"{SECOND_FACTOR}/webauthn/login/": For.SIGNING_IN,
    "account/social/<str:provider>/": For.KEY_HOLDERS,
    "account/social/<str:provider>/callback/": For.KEY_HOLDERS,
    # One's own account.
    "account/": For.SIGNED_IN,
    "account/address/": For.SIGNED_IN,
    "account/bookings/": For.SIGNED_IN,
    "account/payments/": For.SIGNED_IN,
    "account/connections/": For.SIGNED_IN,
    "account/erase/": For.SIGNED_IN,
    "account/password/": For.SIGNED_IN,
    "account/places/": For.SIGNED_IN,
    "account/preferences/": For.SIGNED_IN,
    "account/profile/": For.SIGNED_IN,
    "account/reauthenticate/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/reauthenticate/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/recovery-codes/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/recovery-codes/download/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/recovery-codes/generate/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/totp/activate/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/totp/deactivate/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/webauthn/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/webauthn/add/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/webauthn/reauthenticate/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/webauthn/keys/<int:pk>/edit/": For.SIGNED_IN,
    f"{SECOND_FACTOR}/webauthn/keys/<int:pk>/remove/": For.SIGNED_IN,
    "invitations/<str:key>/": For.SIGNED_IN,
    "organizers/new/": For.SIGNED_IN,
    # The API.
    "api/v1/docs": For.EVERYBODY,
    "api/v1/schema": For.EVERYBODY,
    f"{AUTH}/jwks": For.CALLERS,
    f"{AUTH}/login": For.CALLERS,
    f"{AUTH}/logout": For.CALLERS,
    f"{AUTH}/mfa": For.CALLERS,
    f"{AUTH}/passkey": For.CALLERS,
    f"{AUTH}/passkey/options": For.CALLERS,
    f"{AUTH}/password/forgot": For.CALLERS,
    f"{AUTH}/password/reset": For.CALLERS,
    f"{AUTH}/refresh": For.CALLERS,
    f"{AUTH}/register": For.CALLERS,
    f"{AUTH}/social/<str:provider>": For.CALLERS,
    f"{AUTH}/verify-email": For.CALLERS,
    f"{AUTH}/password/change": For.TOKEN_HOLDERS,
    "api/v1/invitations/<str:key>/accept": For.TOKEN_HOLDERS,
    "api/v1/me": For.TOKEN_HOLDERS,
    "api/v1/me/devices": For.TOKEN_HOLDERS,
    "api/v1/me/email": For.TOKEN_HOLDERS,
    "api/v1/me/preferences": For.TOKEN_HOLDERS,
    "api/v1/me/sessions": For.TOKEN_HOLDERS,
    "api/v1/me/sessions/<str:place>": For.TOKEN_HOLDERS,
    "api/v1/organizers": For.TOKEN_HOLDERS,
    "api/v1/organizers/<slug:slug>": For.READERS,
    "api/v1/organizers/<slug:slug>/team": For.TOKEN_HOLDERS,
    "api/v1/organizers/<slug:slug>/team/<int:member>": For.TOKEN_HOLDERS,
    # Bookings: for guests with a token and for people who are signed in.
    "api/v1/bookings": For.BOOKERS,
    "api/v1/bookings/<str:reference>": For.OPENERS,
    "api/v1/bookings/<str:reference>/cancel": For.OPENERS,
    "api/v1/bookings/<str:reference>/confirm": For.OPENERS,
    "api/v1/bookings/<str:reference>/extend": For.OPENERS,
    "api/v1/bookings/<str:reference>.ics": For.OPENERS,
    "api/v1/bookings/<str:reference>/payments": For.OPENERS,
    "api/v1/bookings/<str:reference>/payment-methods": For.OPENERS,
    "api/v1/bookings/<str:reference>/invoice": For.OPENERS,
    "api/v1/bookings/<str:reference>/billing": For.OPENERS,
    "api/v1/payments": For.TOKEN_HOLDERS,
    "api/v1/organizers/<slug:slug>/report": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/payments": For.TOKEN_HOLDERS,
    "api/v1/payments/<uuid:payment>": For.OPENERS,
    "api/v1/payments/<uuid:payment>/confirm": For.OPENERS,
    "api/v1/payments/<uuid:payment>/refunds": For.TOKEN_HOLDERS,
    "api/v1/bookings/<str:reference>/pdf": For.OPENERS,
    "api/v1/tickets/<uuid:ticket>": For.OPENERS,
    "api/v1/tickets/<uuid:ticket>/pdf": For.OPENERS,
    "bookings/<str:reference>/tickets.pdf": For.KEY_HOLDERS,
    "bookings/<str:reference>/documents/<uuid:row>.pdf": For.KEY_HOLDERS,
    "bookings/<str:reference>/calendar.ics": For.KEY_HOLDERS,
    "tickets/<uuid:ticket>/ticket.pdf": For.KEY_HOLDERS,
    # The door.
    "door/<slug:slug>/": For.EVERYBODY,
    "door/<slug:slug>/start/": For.SIGNED_IN,
    "door/<slug:slug>/app.webmanifest": For.EVERYBODY,
    "door/worker.js": For.EVERYBODY,
    f"{EVENTS}/<slug:slug>/door": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/door/search": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/checkins": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/checkins/batch": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/checkins/undo": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/attendees": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/attendees.csv": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/attendees.xlsx": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/report": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/devices": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/devices/<uuid:row>": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/check-in-lists": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/check-in-lists/<uuid:row>": For.TOKEN_HOLDERS,
    # What is on, as its organizers make it.
    "api/v1/me/events": For.TOKEN_HOLDERS,
    "api/v1/me/events/<slug:slug>": For.TOKEN_HOLDERS,
    EVENTS: For.READERS,
    f"{EVENTS}/<slug:slug>": For.READERS,
    f"{EVENTS}/<slug:slug>/availability": For.CALLERS,
    "api/v1/categories": For.CALLERS,
    "api/v1/rates": For.CALLERS,
    f"{EVENTS}/<slug:slug>/archive": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/cancel": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/discounts": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/discounts/<uuid:row>": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/duplicate": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/pause-sales": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/pools": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/pools/<uuid:row>": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/pools/<uuid:row>/seats": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/postpone": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/publish": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/questions": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/questions/<uuid:row>": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/resume-sales": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/series": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/ticket-types": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/ticket-types/<uuid:row>": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/unpublish": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/fees": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/fees/<int:number>": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/texts": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/texts/<slug:language>": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/ticket-types/<uuid:row>/texts": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/ticket-types/<uuid:row>/texts/<slug:language>": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/questions/<uuid:row>/texts": For.TOKEN_HOLDERS,
    f"{EVENTS}/<slug:slug>/questions/<uuid:row>/texts/<slug:language>": For.TOKEN_HOLDERS,
    "api/v1/organizers/<slug:slug>/venues": For.TOKEN_HOLDERS,
    "api/v1/organizers/<slug:slug>/venues/<uuid:row>": For.TOKEN_HOLDERS,
    # Files: calls of the team; addresses that we signed; pictures for everybody.
    "api/v1/events/<slug:slug>/media": For.TOKEN_HOLDERS,
    "api/v1/media/batch": For.TOKEN_HOLDERS,
    "api/v1/media/<uuid:file>": For.TOKEN_HOLDERS,
    "api/v1/media/<uuid:file>/complete": For.TOKEN_HOLDERS,
    "api/v1/media/<uuid:file>/cover": For.TOKEN_HOLDERS,
    "media/uploads/<str:token>": For.KEY_HOLDERS,
    "media/private/<str:token>": For.KEY_HOLDERS,
    "media/public/<uuid:folder>/<str:name>": For.KEY_HOLDERS,
}
# What stands in an address where it names something; nothing of it exists unless said here.
NAMED = {
    "<slug:kind>": "verify_email",
    "<slug:slug>": "village-choir",
    "<int:member>": "1",
    "<int:part>": "1",
    "<int:pk>": "1",
    "<slug:digest>": "0",
    "<str:key>": "no-key",
    "<str:token>": "no-token",
    "<str:provider>": "nobody",
    "<str:place>": "nowhere",
    "<str:reference>": "K7Q2M9XA",
    "<int:number>": "1",
    "<slug:language>": "fr",
    "<uuid:payment>": "01890000-0000-7000-8000-000000000002",
    "<slug:gateway>": "simulator",
    "<uuid:ticket>": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d",
    "<uuid:row>": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d",
    "<uuid:file>": "019a9c5e-7d0a-7b61-8f0e-2a4c1f6b9d33",
    "<uuid:folder>": "019a9c5e-7d0a-7b61-8f0e-2a4c1f6b9d33",
    "<str:name>": "nothing.webp",
}
# Django's own, open by nature: the log-in itself and the admin's translated texts.
ADMIN_OPEN = {"admin/login/", "admin/logout/", "admin/jsi18n/"}


def all_routes(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from all_routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


ROUTES = sorted(set(all_routes()))
ADMIN_ROUTES = [route for route in ROUTES if route.startswith("admin/")]
OTHER_ROUTES = [route for route in ROUTES if not route.startswith("admin/")]


def test_every_route_has_an_owner():
    assert [route for route in OTHER_ROUTES if route not in OWNERS] == []


def names_of(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_67_every_public_address_stands_in_the_table_of_limits():
    names = set(names_of(get_resolver().url_patterns))
    public = {name for name in names if not name.startswith("admin:")} | {"admin:login"}

    assert public - set(RATE_LIMITS) == UNLIMITED
    assert set(RATE_LIMITS) <= names


def routes_for(owner):
    return [route for route in OTHER_ROUTES if OWNERS.get(route) is owner]


def address_of(route):
    for part, name in NAMED.items():
        route = route.replace(part, name)
    return f"/{route}"


def has_languages(route):
    return not route.startswith(("health", "robots.txt", "sitemap", "api/", "account/social/"))


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes_for(For.EVERYBODY))
def test_what_is_for_everybody_answers_everybody(client, route):
    for prefix in ("", "/fr") if has_languages(route) else ("",):
        assert client.get(prefix + address_of(route)).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes_for(For.SIGNED_IN))
def test_what_is_for_who_is_signed_in_sends_others_to_the_log_in_and_back(client, route):
    address = address_of(route)

    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 302
        page, _, query = answer["Location"].partition("?")
        assert (page, parse_qs(query)) == ("/account/login/", {"next": [address]})


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes_for(For.SIGNING_IN))
def test_a_step_of_signing_in_sends_who_is_not_at_it_to_the_log_in(client, route):
    assert client.get(address_of(route))["Location"] == "/account/login/"


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes_for(For.KEY_HOLDERS))
def test_what_is_for_who_brings_a_key_is_not_there_for_others(client, route):
    assert client.get(address_of(route)).status_code == 404


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def asked_in_every_way(client, route):
    """The answers of all methods that the call knows, with nothing sent."""
    answers = {
        method: client.generic(method, address_of(route), "{}", content_type="application/json")
        for method in METHODS
    }
    known = {method: answer for method, answer in answers.items() if answer.status_code != 405}
    assert known != {}, route
    return known


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "Bearer", "Bearer no.such.token", "Basic YTpi"])
def test_calls_for_who_has_a_token_refuse_everybody_else(attendee, settings, token):
    settings.RATE_LIMIT_SCALE = 1_000_000
    client = Client(headers={"Authorization": token} if token else {})
    client.force_login(attendee)  # the session of a browser is no token

    assert {
        (method, route): answer.status_code
        for route in routes_for(For.TOKEN_HOLDERS)
        for method, answer in asked_in_every_way(client, route).items()
        if (answer.status_code, answer.get("WWW-Authenticate")) != (401, "Bearer")
    } == {}


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes_for(For.OPENERS))
def test_what_opens_by_a_token_of_its_own_is_not_there_for_others(route):
    for client in (Client(), Client(headers={"X-Booking-Token": "no-token"})):
        for answer in asked_in_every_way(client, route).values():
            assert answer.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes_for(For.READERS))
def test_a_call_that_everybody_reads_is_written_by_who_has_a_token(attendee, client, route):
    client.force_login(attendee)

    for method, answer in asked_in_every_way(client, route).items():
        assert answer.status_code in ({200, 404} if method == "GET" else {401})


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes_for(For.CALLERS))
def test_a_call_for_everybody_without_its_contents_is_a_problem_and_no_error(client, route):
    for method, answer in asked_in_every_way(client, route).items():
        is_read = method == "GET" and "<" not in route
        assert answer.status_code in ({200} if is_read else {400, 404})


@pytest.mark.django_db
@pytest.mark.parametrize("route", routes_for(For.BOOKERS))
def test_a_call_for_everybody_lists_only_what_is_the_callers_own(client, route):
    for method, answer in asked_in_every_way(client, route).items():
        assert answer.status_code in ({401} if method == "GET" else {400, 404})


@pytest.mark.django_db
@pytest.mark.parametrize("person", [None, "attendee", "organizer", "steward", "stranger"])
def test_the_back_office_is_closed_to_who_is_no_staff(request, settings, person):
    settings.RATE_LIMIT_SCALE = 1_000_000
    client = Client()
    if person:
        client.force_login(request.getfixturevalue(person))

    let_in = {}
    for route in set(ADMIN_ROUTES) - ADMIN_OPEN:
        answer = client.get("/" + route.replace("<path:object_id>", "1").replace("<id>", "1"))
        to = answer.get("Location", "")
        if answer.status_code != 404 and not ("/admin/login/" in to or to.endswith("/1/change/")):
            let_in[route] = answer.status_code

    assert let_in == {}


def rows():
    """One row of each model that the admin shows."""
    return {
        "user": UserFactory(name="Zoë"),
        "legaltext": LegalTextFactory(),
        "delivery": DeliveryFactory(),
        "entry": EntryFactory(),
        "organizer": OrganizerFactory(),
        "membership": MembershipFactory(),
        "invitation": InvitationFactory(),
        "message": MessageFactory(),
        "suppression": SuppressionFactory(),
        "templateoverride": TemplateOverrideFactory(),
        **rows_of_events(),
        **(booked := rows_of_bookings()),
        **rows_of_payments(booked["booking"]),
    }


MODELS = [model for model, _ in admin.site._registry.items()]


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_every_page_of_the_admin_opens(staff_client, model):
    name = f"admin:{model._meta.label_lower.replace('.', '_')}"
    row = rows()[model._meta.model_name]

    request = RequestFactory().get("/")
    request.user = User.objects.get(email="staff@example.org")
    can = admin.site._registry[model].get_model_perms(request)

    pages = {
        reverse("admin:index"): True,
        reverse("admin:app_list", args=[model._meta.app_label]): True,
        reverse(f"{name}_changelist"): True,
        reverse(f"{name}_changelist") + "?q=zo": True,
        reverse(f"{name}_add"): can["add"],
        reverse(f"{name}_change", args=[row.pk]): True,
        reverse(f"{name}_delete", args=[row.pk]): can["delete"],
        reverse(f"{name}_history", args=[row.pk]): True,
    }

    assert {page: staff_client.get(page).status_code for page in pages} == {
        page: 200 if is_open else 403 for page, is_open in pages.items()
    }


@pytest.mark.django_db
def test_the_list_of_people_costs_the_same_however_many_there_are(staff_client):
    assert_cost_is_constant(UserFactory, lambda: staff_client.get("/admin/accounts/user/"))


@pytest.mark.django_db
def test_unknown_address_is_404_in_our_dress_and_as_a_problem_in_the_api(client):
    page, call = client.get("/no/such/page"), client.get("/api/v1/no-such-call")

    assert (page.status_code, "<header" in page.text) == (404, True)
    assert (call.status_code, call.json()["code"]) == (404, "not_found")
