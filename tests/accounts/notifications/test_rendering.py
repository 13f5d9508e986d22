"""From words and values to a mail. Whatever people call themselves stays what it is: text."""

from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from accounts.notifications.kinds import kind_named, kinds_by_mail
from accounts.notifications.rendering.mail import Words, write_mail, write_note
from accounts.notifications.rendering.placeholders import LeftOver, Slots
from tests.accounts.notifications.conftest import EVENING_SOON, LINK, PLACES


class Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.words, self.inside = [], [], "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.inside = tag
        self.links += [value for name, value in attrs if name == "href"]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.words += "" if self.inside == "style" else data


def written(words=None, **values):
    return write_mail(EVENING_SOON, {**PLACES, **values}, locale="en", words=words)


def test_mail_has_subject_text_and_html():
    mail = written()

    assert mail.subject == "Quiet songs begins soon"
    assert "Quiet songs begins soon, with 2 places for you." in mail.text
    assert f"See your tickets:\n{LINK}" in mail.text
    assert "<strong>Quiet songs</strong> begins soon" in mail.html
    assert f'<a class="button" href="{LINK}" style=' in mail.html


def test_numbers_choose_the_plural_and_what_is_empty_is_left_out():
    mail = written(places=1, name="")

    assert "with 1 place for you" in mail.text
    assert mail.text.startswith("Hello,\n")


HOSTILE = [
    "[x](javascript:alert(1))",
    "[x](https://evil.example/)",
    "<https://evil.example/>",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "**bold** _it_ `code`",
    "# Heading",
    "{{ link }}",
    "{% include 'base.html' %}",
    "{link}",
    "{event.__init__.__globals__}",
    "%(link)s %s %x",
    "${link}",
    "&lt;b&gt;",
    "q000000000000000000z",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("staff_s", [False, True], ids=["our words", "staff's words"])
def test_32_33_value_is_shown_as_it_was_typed_and_does_nothing(value, staff_s):
    words = Words("{event}", "Hello {name}, **{event}** [tickets]({link})") if staff_s else None
    plain, mail = written(words), written(words, name=value, event=value)

    harmless = Elements(mail.html)
    assert harmless.tags == Elements(plain.html).tags
    assert harmless.links == Elements(plain.html).links
    assert unseen(value) in unseen(harmless.words)
    assert unseen(f"Hello {value},") in unseen(mail.text)
    assert unseen(mail.subject) == (value if staff_s else f"{value} begins soon")


def unseen(text):
    return text.replace("\u200c", "")


def test_what_mail_programs_would_make_a_link_of_is_parted():
    mail = written(name="Win at evil.example or https://evil.example/x")

    assert "evil.example" not in mail.text.replace(LINK, "")
    assert "https://evil" not in mail.text


def test_address_of_a_person_stays_whole():
    kind = kind_named("email_change_notice")

    mail = write_mail(
        kind, {"new_address": "ada@example.org", "link_reset": "", "name": ""}, locale="en"
    )

    assert "ada@example.org" in mail.text
    assert "<strong>ada@example.org</strong>" in mail.html


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](javascript:{name})",
        "[x]({name})",
        "<a href='javascript:x'>x</a>",
        "![x](https://evil.example/x.svg)",
        "<img src=x onerror=alert(1)>",
        "<style>*{display:none}</style>",
        "[x](data:text/html,{name})",
        '[x]({link}"onmouseover="alert(1))',
    ],
)
def test_32_markdown_of_staff_is_sanitised_in_the_mail(body):
    mail = written(Words("x", body), name="javascript:alert(1)")

    found = Elements(mail.html)
    assert {"script", "img", "iframe"} & set(found.tags) == set()
    assert found.tags.count("style") == 1
    assert [link for link in found.links if ":" in link and not link.startswith("http")] == []


@pytest.mark.parametrize(
    "inert",
    [
        "{event.__init__.__globals__}",
        "{event.__class__}",
        "{event!r}",
        "{event:>10}",
        "{0}",
        "{}",
        "{{event}}",
        "{{ event }}",
        "{% if event %}x{% endif %}",
        "{{ settings.SECRET_KEY }}",
        "%(event)s",
        "%s",
        "{unknown}",
        "{__class__}",
    ],
)
def test_33_only_a_known_placeholder_in_single_braces_is_replaced(inert):
    mail = written(Words(inert, f"`{inert}`"))

    assert mail.subject == inert
    assert inert in mail.text


def test_staff_s_words_take_the_place_of_ours():
    words = Words("Soon: {event}", "Dear {name},\n\n{link}\n\n[Go]({link}) {site_name} {places}")

    mail = written(words)

    assert mail.subject == "Soon: Quiet songs"
    assert mail.text.startswith(f"Dear Ada,\n\n{LINK}\n\nGo ({LINK}) Ticketing 2\n")
    assert Elements(mail.html).links.count(LINK) == 2


@pytest.mark.parametrize(
    "value",
    [
        "A\r\nBcc: x@example.org",
        "A\nB",
        "A\x0bB",
        "A\x00B",
        "A\u2028B",
        "A\x85B",
        "\u202eA",
        "A\tB",
    ],
)
def test_45_line_breaks_in_values_never_reach_a_header(value):
    subject = written(event=value).subject

    assert not set(subject) & set("\r\n\x0b\x00\u2028\x85\u202e\t")
    raw = f"Subject: {subject}\r\n\r\n".encode()
    assert message_from_bytes(raw, policy=policy.default).keys() == ["Subject"]


def test_45_line_breaks_in_staff_s_subject_are_folded():
    assert written(Words("Soon\r\nBcc: x@example.org", "x")).subject == "Soon Bcc: x@example.org"


def test_very_long_values_are_cut():
    mail = written(name="x" * 10_000, event="y" * 10_000)

    assert len(mail.subject) == 200
    assert len(mail.text) < 2000


def test_words_that_change_a_placeholder_fail_rather_than_show_it():
    slots = Slots({"name": "Ada"})

    with pytest.raises(LeftOver):
        slots.fill_text(slots.token_of("name").upper())


def test_note_is_one_line_with_the_values():
    assert write_note(EVENING_SOON, PLACES, locale="en") == f"Quiet songs begins soon: {LINK}"


@pytest.mark.parametrize("kind", kinds_by_mail(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_35_every_link_of_every_mail_leads_to_our_own_address(kind, locale, settings):
    settings.ALLOWED_HOSTS = ["*"]

    mail = write_mail(kind, kind.example(), locale=locale, unsubscribe=f"{LINK}u/")

    assert Elements(mail.html).links != []
    assert [x for x in Elements(mail.html).links if not x.startswith("http://testserver")] == []
