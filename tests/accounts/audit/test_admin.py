"""The record in the back office: found, read, and left as it is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from unfold.admin import ModelAdmin

from accounts.audit.admin import AuditedAdmin
from accounts.audit.domain.chain import seal_waiting
from accounts.audit.domain.erasure import erase_payloads
from accounts.audit.models import Entry, Payload
from accounts.audit.queries import differences_of, matching, visible_entries
from accounts.models import LegalText, User
from tests.accounts.audit.conftest import NOW
from tests.factories import PASSWORD, EntryFactory, LegalTextFactory, UserFactory
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db
LIST = "/admin/audit/entry/"


def page_of(client, entry):
    return client.get(reverse("admin:audit_entry_change", args=[entry.pk])).text


def found(text):
    return set(matching(Entry.objects.all(), text))


def test_entry_is_found_by_actor_object_action_organizer_and_request(staff, attendee, act):
    act()
    entry = act(action="people.renamed", by=staff, on=attendee, organizer=uuid4())

    for text in (
        "people.ren", "salma@", "staff@example.org", "attendee@", str(staff.pk), str(attendee.pk),
        str(entry.organizer), str(entry.pk), "people. staff@",
    ):  # fmt: skip
        expected = {entry} if "salma" not in text else set()
        assert found(text) == expected, text
    assert found("people.deleted") == set()


def test_list_is_narrowed_by_date_action_and_organizer(staff_client, act):
    organizer = uuid4()
    act(action="tests.early")
    act(action="tests.ours", organizer=organizer)
    EntryFactory(action="tests.late", now=NOW + timedelta(days=30))

    def shown(query):
        text = staff_client.get(f"{LIST}?{query}").text
        return [word for word in ("tests.early", "tests.ours", "tests.late") if f">{word}<" in text]

    assert shown("action=tests.e") == ["tests.early"]
    assert shown(f"organizer={organizer}") == ["tests.ours"]
    assert shown("organizer=nonsense") == []
    assert shown("occurred_at_from=2026-12-21") == ["tests.late"]
    assert shown("occurred_at_from=2026-11-21&occurred_at_to=2026-11-21") == [
        "tests.early",
        "tests.ours",
    ]
    assert shown("occurred_at_to=2026-11-20") == []


def test_list_costs_the_same_however_many_acts_there_are(staff_client):
    assert_cost_is_constant(EntryFactory, lambda: staff_client.get(LIST))


def test_page_shows_who_what_from_where_and_the_difference(staff_client, staff, attendee, act):
    entry = act(
        action="people.renamed", by=staff, on=attendee,
        before={"name": "Ada", "locale": "en"}, after={"name": "Ada L.", "locale": "en"},
    )  # fmt: skip
    seal_waiting(now=NOW)

    page = page_of(staff_client, entry)

    assert "people.renamed" in page
    assert "2026-11-21 12:00:00 UTC" in page
    assert "Salma" in page
    assert "Ada (accounts.user)" in page
    assert '<td class="pr-6">Ada</td>' in page
    assert "<td>Ada L.</td>" in page
    assert "locale" not in page.partition("What changed")[2].partition("From where")[0]
    assert Entry.objects.get().seal.hash in page


def test_page_when_the_words_were_erased_says_so(staff_client, staff, attendee, act):
    entry = act(by=attendee, on=attendee, after={"name": "Ada L."})
    erase_payloads(of=attendee, by=staff, now=NOW)

    page = page_of(staff_client, entry)

    assert "was erased with the person it was about" in page
    assert "Ada L." not in page
    assert str(attendee.pk) in page


def test_difference_of_a_long_text_is_its_lines():
    old = "## Terms\n\nBe kind.\n\nPay in time.\n"
    entry = EntryFactory(before={"body": old}, after={"body": old.replace("kind", "very kind")})

    [difference] = differences_of(visible_entries(None).get(pk=entry.pk))

    assert difference.lines == [" ", "-Be kind.", "+Be very kind.", " "]


def test_difference_names_what_came_what_went_and_what_changed():
    entry = EntryFactory(
        before={"went": 1, "same": "x", "changed": True},
        after={"came": ["a"], "same": "x", "changed": False},
    )

    differences = differences_of(visible_entries(None).get(pk=entry.pk))

    assert [(one.name, one.before, one.after) for one in differences] == [
        ("went", "1", ""),
        ("changed", "true", "false"),
        ("came", "", '["a"]'),
    ]


def test_words_from_people_are_only_words(staff_client):
    entry = EntryFactory(after={"name": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in page_of(staff_client, entry)


def test_staff_without_the_right_to_see_it_do_not(client, act):
    act()
    UserFactory(email="helper@example.org", is_staff=True)
    client.login(email="helper@example.org", password=PASSWORD)

    assert client.get(LIST).status_code == 403


# --- The mixin that records what other admins do ----------------------------------------------


class LegalTextsByHand(AuditedAdmin, ModelAdmin):
    """An admin that saves by itself, as admins do without a domain function."""


class PeopleByHand(AuditedAdmin, ModelAdmin):
    def organizer_of(self, obj):
        return obj.pk


@pytest.fixture
def request_of_staff(staff):
    request = RequestFactory().post("/admin/")
    request.user = staff
    return request


def recorded():
    entry = Entry.objects.get()
    data = Payload.objects.get(entry=entry, part="change").data
    return entry, data.get("before"), data.get("after")


def test_audited_admin_when_a_row_is_added_records_it(request_of_staff, staff):
    text = LegalText(kind="terms", language="en", body="Be kind.", changed_by=staff, changed_at=NOW)

    LegalTextsByHand(LegalText, admin.site).save_model(request_of_staff, text, None, change=False)

    entry, before, after = recorded()
    assert (entry.action, entry.actor_id) == ("accounts.legaltext_added", str(staff.pk))
    assert entry.object_id == str(text.pk)
    assert before is None
    assert after == {
        "kind": "terms",
        "language": "en",
        "body": "Be kind.",
        "changed_at": "2026-11-21T12:00:00+00:00",
        "changed_by": str(staff.pk),
    }


def test_audited_admin_when_a_row_is_changed_records_what_differs(request_of_staff, staff):
    text = LegalTextFactory(body="Be kind.", changed_by=staff)
    text.body = "Be very kind."

    LegalTextsByHand(LegalText, admin.site).save_model(request_of_staff, text, None, change=True)

    entry, before, after = recorded()
    assert entry.action == "accounts.legaltext_changed"
    assert (before, after) == ({"body": "Be kind."}, {"body": "Be very kind."})


def test_audited_admin_when_nothing_differs_records_nothing(request_of_staff, staff):
    text = LegalTextFactory(changed_by=staff)

    LegalTextsByHand(LegalText, admin.site).save_model(request_of_staff, text, None, change=True)

    assert not Entry.objects.exists()


@pytest.mark.parametrize("is_many", [False, True])
def test_audited_admin_when_a_row_is_deleted_records_what_it_was(request_of_staff, staff, is_many):
    text = LegalTextFactory(body="Be kind.", changed_by=staff)
    key, texts = str(text.pk), LegalTextsByHand(LegalText, admin.site)

    if is_many:
        texts.delete_queryset(request_of_staff, LegalText.objects.all())
    else:
        texts.delete_model(request_of_staff, text)

    entry, before, after = recorded()
    assert (entry.action, entry.object_id) == ("accounts.legaltext_deleted", key)
    assert (before["body"], after) == ("Be kind.", None)
    assert not LegalText.objects.exists()


def test_audited_admin_of_a_secret_records_that_it_changed_and_not_how(request_of_staff, attendee):
    attendee.set_password("another-long-evening")
    attendee.name = "Ada L."

    PeopleByHand(User, admin.site).save_model(request_of_staff, attendee, None, change=True)

    entry, before, after = recorded()
    assert before == {"password": "[not recorded]", "name": "Ada"}
    assert after == {"password": "[not recorded]", "name": "Ada L."}
    assert entry.organizer == attendee.pk


def test_audited_admin_records_what_a_row_is_linked_with(request_of_staff, attendee):
    people, group = PeopleByHand(User, admin.site), Group.objects.create(name="Choir")

    class Form:
        instance, changed_data = attendee, ["groups"]

        def save_m2m(self):
            attendee.groups.set([group])

    people.save_related(request_of_staff, Form(), [], change=True)

    _, before, after = recorded()
    assert (before, after) == ({"groups": []}, {"groups": ["Choir"]})


def test_audited_admin_when_deleting_fails_records_nothing(request_of_staff, attendee):
    LegalTextFactory(changed_by=attendee)

    with connection.constraint_checks_disabled(), pytest.raises(Exception, match="protected"):
        PeopleByHand(User, admin.site).delete_model(request_of_staff, attendee)

    assert not Entry.objects.exists()
