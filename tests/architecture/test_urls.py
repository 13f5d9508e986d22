"""Every address of the project has an owner here; a new one fails until it has."""

from enum import Enum

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
from tests.factories import (
    DeliveryFactory,
    EntryFactory,
    InvitationFactory,
    LegalTextFactory,
    MembershipFactory,
    OrganizerFactory,
    UserFactory,
)
from ticketing.limits import RATE_LIMITS, UNLIMITED


class For(Enum):
    EVERYBODY = "answers 200 to everybody"
    MACHINES = "answers machines that bring something"
    STAFF = "sends everybody but staff to the log-in"


OWNERS = {
    "health": For.EVERYBODY,
    "health/live": For.EVERYBODY,
    "health/ready": For.EVERYBODY,
    "robots.txt": For.EVERYBODY,
    "metrics": For.MACHINES,
    "csp-report": For.MACHINES,
    "^api/": For.MACHINES,
    "home": For.EVERYBODY,
    "": For.EVERYBODY,
    "gallery/": For.EVERYBODY,
    "imprint/": For.EVERYBODY,
    "terms/": For.EVERYBODY,
    "privacy/": For.EVERYBODY,
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


@pytest.mark.django_db
@pytest.mark.parametrize("route", [r for r in OTHER_ROUTES if OWNERS.get(r) is For.EVERYBODY])
def test_what_is_for_everybody_answers_everybody(client, route):
    for prefix in ("/", "/fr/") if route not in {"health", "robots.txt"} and "/l" not in route and "/r" not in route else ("/",):  # fmt: skip
        assert client.get(f"{prefix}{route}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("person", [None, "attendee", "organizer", "steward", "stranger"])
@pytest.mark.parametrize("route", [r for r in ADMIN_ROUTES if r not in ADMIN_OPEN])
def test_the_back_office_is_closed_to_who_is_no_staff(client, request, route, person):
    if person:
        client.force_login(request.getfixturevalue(person))
    address = "/" + route.replace("<path:object_id>", "1").replace("<id>", "1")

    answer = client.get(address)

    assert answer.status_code in {302, 404}
    if answer.status_code == 302:
        assert "/admin/login/" in answer["Location"] or answer["Location"].endswith("/1/change/")


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
    }


MODELS = [model for model, _ in admin.site._registry.items()]


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_every_page_of_the_admin_opens(staff_client, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
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

    answers = {page: staff_client.get(page).status_code for page in pages}
    assert answers == {page: 200 if is_open else 403 for page, is_open in pages.items()}


@pytest.mark.django_db
def test_the_list_of_people_costs_the_same_however_many_there_are(staff_client):
    from tests.kit.queries import assert_cost_is_constant  # noqa: PLC0415 - only here

    assert_cost_is_constant(UserFactory, lambda: staff_client.get("/admin/accounts/user/"))


@pytest.mark.django_db
def test_unknown_address_is_404_in_our_dress_and_as_a_problem_in_the_api():
    client = Client()

    page, call = client.get("/no/such/page"), client.get("/api/v1/no-such-call")

    assert (page.status_code, "<header" in page.text) == (404, True)
    assert (call.status_code, call.json()["code"]) == (404, "not_found")
