"""Writing a message down: what is checked, kept and announced."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy

from accounts.notifications.domain.addresses import InvalidAddress
from accounts.notifications.domain.messages import BadContext, KeyOfAnother, notify
from accounts.notifications.enums import FIRST_STATES, MESSAGE_MOVES, Channel, MessageState
from accounts.notifications.kinds import UnknownKind
from accounts.notifications.models import Message
from tests.accounts.notifications.conftest import LINK, NOW, PLACES
from tests.kit.queries import queries_of
from tests.kit.races import race
from ticketing.core.models import AnnouncedEvent


def test_notify_keeps_who_is_to_hear_what_and_announces_it(tell, attendee):
    message = tell(to=attendee, key="evening:1")

    kept = Message.objects.get()
    assert kept == message
    assert (kept.kind, kept.topic, kept.channel) == ("evening_soon", "reminders", "email")
    assert (kept.recipient, kept.address) == (attendee, "attendee@example.org")
    assert (kept.state, kept.queued_at, kept.context) == ("queued", NOW, PLACES)
    assert AnnouncedEvent.objects.get().body == {"message_id": str(message.pk)}


def test_notify_by_address_keeps_it_in_lower_case(tell):
    assert tell(to="Guest@Example.org").address == "guest@example.org"


def test_values_stand_encrypted_in_the_database(tell, attendee):
    tell(to=attendee)

    with connection.cursor() as cursor:
        cursor.execute("SELECT context FROM notifications_message")
        assert "Quiet songs" not in cursor.fetchone()[0]


def test_notify_twice_with_one_key_returns_the_first_message(tell, attendee):
    first = tell(to=attendee)

    second = tell(to="other@example.org", context={**PLACES, "event": "Brass"})

    assert second == first
    assert (second.address, second.context["event"]) == ("attendee@example.org", "Quiet songs")
    assert AnnouncedEvent.objects.count() == 1


def test_notify_with_the_key_of_another_kind_is_refused(tell, attendee):
    tell(to=attendee)

    with pytest.raises(KeyOfAnother):
        tell("offer", to=attendee, context={"name": "Ada"})


@pytest.mark.django_db(transaction=True)
def test_notify_in_a_race_writes_and_announces_once():
    def act(_number):
        with transaction.atomic():
            return notify(
                "evening_soon", to="guest@example.org", key="race", context=PLACES, now=NOW
            ).pk

    results = race(8, act)

    assert len(set(results)) == 1
    assert (Message.objects.count(), AnnouncedEvent.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_notify_goes_with_the_transaction_of_its_caller(attendee):
    with transaction.atomic():
        notify("evening_soon", to=attendee, key="a", context=PLACES, now=NOW)
        transaction.set_rollback(True)

    assert (Message.objects.count(), AnnouncedEvent.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "context",
    [
        {},
        {**PLACES, "more": "x"},
        {key: value for key, value in PLACES.items() if key != "event"},
        {**PLACES, "event": ""},
        {**PLACES, "event": None},
        {**PLACES, "event": ["a"]},
    ],
)
def test_notify_with_values_that_do_not_fit_is_refused(tell, attendee, context):
    with pytest.raises(BadContext):
        tell(to=attendee, context=context)


def test_notify_without_what_is_optional_keeps_it_empty(tell, attendee):
    context = {key: value for key, value in PLACES.items() if key != "name"}

    assert tell(to=attendee, context=context).context["name"] == ""


def test_notify_of_an_unknown_kind_is_refused(tell, attendee):
    with pytest.raises(UnknownKind):
        tell("no_such_kind", to=attendee)


def test_notify_on_a_channel_without_words_is_refused(tell, attendee):
    with pytest.raises(BadContext):
        tell("offer", to=attendee, context={"name": "Ada"}, channel=Channel.PUSH)


@pytest.mark.parametrize(
    "link",
    [
        "http://evil.example/tickets/",
        "http://testserver.evil.example/",
        "http://testserver@evil.example/",
        "//testserver/",
        "/tickets/",
        "javascript:alert(1)",
        "http://testserver",
    ],
)
def test_35_link_that_is_not_below_our_own_address_is_refused(tell, attendee, link):
    with pytest.raises(BadContext, match="SITE_URL"):
        tell(to=attendee, context={**PLACES, "link": link})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b",
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a@example.org\r\n",
        "Ada <a@example.org>",
        f"{'a' * 250}@example.org",
    ],
)
def test_45_notify_refuses_what_is_not_one_address(tell, address):
    with pytest.raises(InvalidAddress):
        tell(to=address)


@pytest.mark.parametrize("number", ["0612345678", "+33 6 12", "+0612345678", "+336\n12345678"])
def test_notify_refuses_what_is_no_phone_number(tell, number):
    with pytest.raises(InvalidAddress):
        tell(to=number, channel=Channel.SMS)


@pytest.mark.parametrize(
    ("asked", "of_user", "kept"),
    [("fr", "en", "fr"), (None, "fr", "fr"), ("fr-CA", "en", "fr"), ("xx", "fr", "en")],
)
def test_language_is_the_one_asked_for_else_the_person_s(tell, attendee, asked, of_user, kept):
    attendee.locale = of_user

    assert tell(to=attendee, locale=asked).locale == kept


def test_lazy_values_are_kept_in_the_language_of_the_reader(tell, attendee):
    context = {**PLACES, "event": gettext_lazy("Terms")}

    assert tell(to=attendee, context=context, locale="fr").context["event"] == "Conditions"


def test_notify_costs_four_statements(tell, attendee):
    statements = [
        sql.split()[0] for sql in queries_of(lambda: tell(to=attendee)) if "SAVEPOINT" not in sql
    ]

    assert statements == ["SELECT", "INSERT", "SELECT", "WITH"]


def in_state(state, number):
    message = Message.objects.create(
        key=f"{state}-{number}", kind="k", topic="bookings", channel="email", address="a@b.org",
        locale="en", state="withheld" if state == "withheld" else "queued", withheld_at=NOW,
        sent_at=NOW, delivered_at=NOW, bounced_at=NOW, complained_at=NOW, failed_at=NOW,
    )  # fmt: skip
    if state != message.state:
        Message.objects.filter(pk=message.pk).update(
            state="sent" if state == "delivered" else state
        )
        Message.objects.filter(pk=message.pk).update(state=state)
    return message


@pytest.mark.django_db
def test_database_allows_exactly_the_moves_of_the_table():
    allowed = {
        state: {to for to in set(MessageState) - {state} if can_move(in_state(state, to), to)}
        for state in MessageState
    }

    assert allowed == MESSAGE_MOVES


def can_move(message, to):
    try:
        with transaction.atomic():
            Message.objects.filter(pk=message.pk).update(state=to)
    except IntegrityError:
        return False
    return True


@pytest.mark.django_db
def test_refused_move_says_what_was_tried():
    message = in_state(MessageState.BOUNCED, 1)

    with pytest.raises(IntegrityError, match="a message that is bounced cannot become sent"):
        Message.objects.filter(pk=message.pk).update(state=MessageState.SENT)


@pytest.mark.django_db
@pytest.mark.parametrize("state", set(MessageState) - FIRST_STATES)
def test_database_lets_no_message_begin_in_the_middle(state):
    with pytest.raises(IntegrityError, match="cannot begin"):
        Message.objects.create(
            key="k", kind="k", topic="bookings", channel="email", address="a@b.org", locale="en",
            state=state, **{f"{state}_at": NOW},
        )  # fmt: skip


@pytest.mark.django_db
def test_database_wants_the_moment_of_a_state():
    with pytest.raises(IntegrityError, match="notifications_message_state_has_moment"):
        Message.objects.create(
            key="k", kind="k", topic="bookings", channel="email", address="a@b.org", locale="en",
            state="withheld",
        )  # fmt: skip


def test_links_may_be_anything_of_ours(tell, attendee):
    assert tell(to=attendee, context={**PLACES, "link": f"{LINK}a?b=c"}).state == "queued"
