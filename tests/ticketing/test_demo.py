import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.models import LegalText, User
from events.models import Event
from ticketing.demo import PASSWORD, PEOPLE

pytestmark = pytest.mark.django_db


def test_demo_when_loaded_twice_is_there_once():
    call_command("load_demo", without_events=True)
    call_command("load_demo")

    assert User.objects.count() == len(PEOPLE)
    assert LegalText.objects.count() == 6


def test_demo_people_can_sign_in():
    call_command("load_demo", without_events=True)

    for person in PEOPLE:
        assert authenticate(email=person["email"], password=PASSWORD) is not None


def test_demo_shows_evenings_in_many_countries_currencies_languages_and_states():
    call_command("load_demo")

    events = Event.objects.all()
    assert events.count() == 37
    assert set(events.values_list("status", flat=True)) == {
        "draft", "published", "cancelled", "finished",
    }  # fmt: skip
    assert events.values("currency").distinct().count() == 11
    assert events.values("language").distinct().count() == 7
    assert events.filter(postponed_at__isnull=False).count() == 1
    assert events.filter(sales_paused_at__isnull=False).count() == 1
    assert events.exclude(visibility="public").count() == 2


def test_demo_in_production_is_refused(settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(CommandError, match="public"):
        call_command("load_demo")
