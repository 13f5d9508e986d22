"""Words of staff in the place of ours."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.audit.models import Entry
from accounts.notifications.domain.templates import (
    MayNotChangeWords,
    WrongWords,
    check_words,
    our_own_words,
    preview,
    restore_words,
    save_words,
)
from accounts.notifications.kinds import kind_named, kinds_by_mail
from accounts.notifications.models import TemplateOverride
from accounts.notifications.rendering.mail import Words
from tests.accounts.notifications.conftest import EVENING_SOON, LINK, NOW

GOOD = Words("Soon: {event}", "Hello {name}, [look]({link}).")
LIST = "admin:notifications_templateoverride"


@pytest.fixture
def override(staff):
    row = TemplateOverride(kind="evening_soon", locale="en", subject=GOOD.subject, body=GOOD.body)
    save_words(row, by=staff, now=NOW)
    return row


def test_mail_says_what_staff_wrote_in_that_language_alone(tell, send, attendee, override):
    tell(to=attendee, key="1")
    tell(to=attendee, key="2", locale="fr")

    send()

    assert [sent.subject for sent in mail.outbox] == [
        "Soon: Quiet songs",
        "Quiet songs begins soon",
    ]
    assert f"Hello Ada, look ({LINK})." in mail.outbox[0].body


def test_our_own_words_stand_again_when_staff_s_are_taken_back(
    tell, send, attendee, staff, override
):
    restore_words(override, by=staff, now=NOW)
    tell(to=attendee)

    send()

    assert mail.outbox[0].subject == "Quiet songs begins soon"
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "notifications.words_changed",
        "notifications.words_restored",
    ]


def test_words_are_changed_by_staff_who_may(stranger):
    row = TemplateOverride(kind="evening_soon", locale="en", subject="x", body="{link}")

    with pytest.raises(MayNotChangeWords):
        save_words(row, by=stranger, now=NOW)


@pytest.mark.parametrize(
    ("subject", "body", "field", "said"),
    [
        ("{first_name}", "{link}", "subject", "{first_name} is nothing that this mail knows."),
        ("x", "{event.__init__.__globals__} {link}", "body", "{event.__init__.__globals__} is"),
        ("x", "{event!r} {link}", "body", "{event!r} is nothing"),
        ("x", "{event:>9} {link}", "body", "{event:>9} is nothing"),
        ("x", "{{ event }} {link}", "body", "{{ event }} is nothing"),
        ("x", "{{event}} {link}", "body", "{{event}} is nothing"),
        ("x", "{% load i18n %} {link}", "body", "{% load i18n %} is nothing"),
        ("x", "{} {link}", "body", "{} is nothing"),
        ("x", "{ {link}", "body", "{ is nothing"),
        ("x", "} {link}", "body", "} is nothing"),
        ("x", "Hello {name}", "body", "Without {link} nobody can go on"),
        ("x\ny", "{link}", "subject", "A subject is one line."),
        (" ", "{link}", "subject", "A mail has a subject and a text."),
        ("x", "", "body", "A mail has a subject and a text."),
    ],
)
def test_33_words_with_what_is_no_placeholder_are_refused(subject, body, field, said):
    with pytest.raises(WrongWords) as wrong:
        check_words(EVENING_SOON, Words(subject, body))

    assert wrong.value.field == field
    assert said in str(wrong.value)


def test_error_names_what_the_mail_knows():
    with pytest.raises(WrongWords, match=r"It knows: \{name\}, \{event\}, \{places\}, \{link\}"):
        check_words(EVENING_SOON, Words("{x}", "{link}"))


@pytest.mark.parametrize("text", ["100 % of %s and %(event)s", "$event ${x", "a { b"])
def test_other_signs_of_templates_are_letters(text):
    if "{" in text:
        with pytest.raises(WrongWords):
            check_words(EVENING_SOON, Words("x", f"{text} {{link}}"))
    else:
        check_words(EVENING_SOON, Words("x", f"{text} {{link}}"))
        assert text in preview(EVENING_SOON, "en", Words(text, f"`{text}` {{link}}")).text


@pytest.mark.parametrize("kind", kinds_by_mail(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_what_staff_begin_with_can_be_saved_and_looks_as_before(kind, locale):
    words = our_own_words(kind, locale)

    check_words(kind, words)
    assert preview(kind, locale, words) == preview(kind, locale)


# The back office.


def saved(client, address, **fields):
    page = client.post(address, fields)
    return page.status_code == 302


def test_staff_begin_with_our_words(staff_client):
    assert saved(
        staff_client,
        reverse(f"{LIST}_add"),
        kind="reset_password",
        locale="fr",
        subject="",
        body="",
    )

    row = TemplateOverride.objects.get()
    ours = our_own_words(kind_named("reset_password"), "fr")
    assert (row.subject, row.body.replace("\r\n", "\n").strip()) == (
        ours.subject,
        ours.body.strip(),
    )


def test_staff_change_words_and_are_named(staff_client, staff, override):
    address = reverse(f"{LIST}_change", args=[override.pk])

    assert saved(staff_client, address, subject="New", body="Go: {link}")

    row = TemplateOverride.objects.get()
    assert (row.subject, row.body, row.changed_by) == ("New", "Go: {link}", staff)


def test_33_wrong_words_are_shown_beside_their_field_and_not_saved(staff_client, override):
    address = reverse(f"{LIST}_change", args=[override.pk])

    page = staff_client.post(address, {"subject": "x", "body": "{event.__class__} {link}"})

    assert page.context["adminform"].form.errors.keys() == {"body"}
    assert "{event.__class__} is nothing that this mail knows" in page.text
    assert TemplateOverride.objects.get().body == GOOD.body


def test_deleting_gives_our_words_back(staff_client, override):
    assert saved(staff_client, reverse(f"{LIST}_delete", args=[override.pk]), post="yes")

    assert not TemplateOverride.objects.exists()
    assert Entry.objects.filter(action="notifications.words_restored").count() == 1


def test_page_shows_the_placeholders_and_a_preview(staff_client, override):
    page = staff_client.get(reverse(f"{LIST}_change", args=[override.pk]))

    assert "<code>{event}</code> Quiet songs" in page.text
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert f'src="{preview_address()}"' in page.text


def preview_address(kind="evening_soon", locale="en"):
    return reverse(f"{LIST}_preview", args=[kind, locale])


def test_preview_shows_what_is_saved_and_what_is_typed(staff_client, override):
    as_saved = staff_client.get(preview_address())
    as_typed = staff_client.post(preview_address(), {"subject": "Typed", "body": "**x** {link}"})

    assert "Soon: Quiet songs" in as_saved.text
    assert "Typed" in as_typed.text
    assert "<strong>x</strong>" in as_typed.text
    assert TemplateOverride.objects.get().subject == GOOD.subject


def test_32_preview_can_do_nothing(staff_client, override):
    page = staff_client.post(
        preview_address(), {"subject": "<script>1</script>", "body": "<img src=x> {link}"}
    )

    assert page["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self';"
        " sandbox allow-popups"
    )
    assert "<script" not in page.text
    assert "<img" not in page.text


def test_preview_of_wrong_words_says_what_is_wrong(staff_client, override):
    page = staff_client.post(preview_address(), {"subject": "<b>", "body": "{<b>} {link}"})

    assert "{&lt;b&gt;} is nothing that this mail knows" in page.text


@pytest.mark.parametrize("address", [("no_kind", "en"), ("evening_soon", "xx")])
def test_preview_of_what_is_not_there_is_not_there(staff_client, address):
    assert staff_client.get(preview_address(*address)).status_code == 404


def test_preview_is_for_staff(client, attendee, override):
    client.force_login(attendee)

    assert client.get(preview_address()).status_code == 302
