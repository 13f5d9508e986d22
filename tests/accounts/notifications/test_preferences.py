import pytest
from django.template.loader import render_to_string

from accounts.audit.models import Entry
from accounts.notifications.domain.preferences import (
    CannotSwitchOff,
    UnknownChoice,
    choices_of_data,
    preferences_of,
    set_preferences,
)
from accounts.notifications.enums import Channel, Topic
from accounts.notifications.forms import PreferencesForm
from accounts.notifications.models import Preference
from tests.accounts.notifications.conftest import NOW
from tests.kit.queries import queries_of
from tests.kit.races import race

REMINDERS = (Channel.EMAIL, Topic.REMINDERS)
MARKETING = (Channel.EMAIL, Topic.MARKETING)
AT_FIRST = {
    "email": {"security": True, "bookings": True, "reminders": True, "organizer_news": True},
    "sms": {"security": True, "bookings": False, "reminders": False, "organizer_news": False},
    "push": {"security": True, "bookings": True, "reminders": True, "organizer_news": False},
    "marketing": {"email": False, "sms": False, "push": False},
}


def test_who_said_nothing_gets_mails_and_no_marketing(attendee):
    assert preferences_of(attendee).as_data() == AT_FIRST


def test_what_was_said_is_kept_and_the_rest_stays(attendee, stranger):
    given = set_preferences(attendee, {REMINDERS: False, MARKETING: True}, now=NOW)

    wanted = {**AT_FIRST, "email": {**AT_FIRST["email"], "reminders": False}}
    wanted["marketing"] = {"email": True, "sms": False, "push": False}
    assert given.as_data() == preferences_of(attendee).as_data() == wanted
    assert preferences_of(stranger).as_data() == AT_FIRST
    assert set(Preference.objects.values_list("changed_at", flat=True)) == {NOW}


def test_changing_one_s_mind_keeps_one_row(attendee):
    set_preferences(attendee, {REMINDERS: False}, now=NOW)
    set_preferences(attendee, {REMINDERS: True}, now=NOW)

    assert [row.is_wanted for row in Preference.objects.all()] == [True]
    assert Entry.objects.filter(action="notifications.preferences_changed").count() == 2


def test_saying_what_holds_already_records_nothing(attendee):
    set_preferences(attendee, {REMINDERS: True}, now=NOW)

    assert (Preference.objects.count(), Entry.objects.count()) == (0, 0)


def test_security_cannot_be_switched_off(attendee):
    with pytest.raises(CannotSwitchOff):
        set_preferences(
            attendee, {REMINDERS: False, (Channel.EMAIL, Topic.SECURITY): False}, now=NOW
        )

    assert preferences_of(attendee).as_data() == AT_FIRST


def test_security_may_be_sent_back_as_it_is(attendee):
    set_preferences(attendee, choices_of_data(AT_FIRST), now=NOW)

    assert not Preference.objects.exists()


def test_data_is_read_as_it_is_given():
    choices = choices_of_data({"email": {"reminders": False}, "marketing": {"push": True}})

    assert choices == {REMINDERS: False, (Channel.PUSH, Topic.MARKETING): True}


@pytest.mark.parametrize(
    "data",
    [
        {"fax": {"reminders": True}},
        {"email": {"weather": True}},
        {"email": {"marketing": True}},
        {"email": {"reminders": "yes"}},
        {"email": True},
        {"marketing": {"fax": True}},
    ],
)
def test_data_that_names_what_is_not_there_is_refused(data):
    with pytest.raises(UnknownChoice):
        choices_of_data(data)


@pytest.mark.django_db(transaction=True)
def test_preferences_set_at_once_leave_one_row(attendee):
    results = race(6, lambda n: set_preferences(attendee, {REMINDERS: bool(n % 2)}, now=NOW))

    assert [result for result in results if isinstance(result, Exception)] == []
    assert Preference.objects.count() <= 1


def test_reading_preferences_is_one_statement(attendee):
    assert len(queries_of(lambda: preferences_of(attendee))) == 1


def test_form_shows_what_holds_and_keeps_what_is_ticked(attendee):
    shown = PreferencesForm(user=attendee)
    assert [name for name in shown.fields if shown[name].initial] == [
        "email_bookings", "email_reminders", "email_organizer_news",
    ]  # fmt: skip

    form = PreferencesForm({"email_bookings": "on", "email_marketing": "on"}, user=attendee)
    assert form.is_valid()
    form.save(now=NOW)

    email = preferences_of(attendee).as_data()
    assert email["email"] == {
        "security": True, "bookings": True, "reminders": False, "organizer_news": False,
    }  # fmt: skip
    assert email["marketing"]["email"] is True


def test_form_s_template_names_every_choice(attendee):
    form = PreferencesForm(user=attendee, channels=[Channel.EMAIL, Channel.PUSH])

    html = render_to_string("accounts/notifications/preferences_form.html", {"form": form})

    assert html.count('type="checkbox"') == 8
    assert html.count("<legend>") == 2
