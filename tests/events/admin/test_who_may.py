"""Who sees and does what: the owner, who may look, the door, another team."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from events.admin.deeds import DEEDS
from events.enums import EventStatus
from events.models import Category, Event, Rate, TaxRate, TicketType, Venue
from tests.events.admin.conftest import ADD, LIST
from tests.events.factories import (
    CategoryFactory,
    EventFactory,
    RateFactory,
    SeriesFactory,
    TaxRateFactory,
    TicketTypeFactory,
    VenueFactory,
)
from tests.kit.forms import row, sent_from

pytestmark = pytest.mark.django_db
DEED_NAMES = [deed.name for deed in DEEDS]


def pages_of(event, venue):
    """Every page about one row."""
    return [
        *(
            reverse(f"admin:events_event_{name}", args=[event.pk])
            for name in ("change", "history", *DEED_NAMES)
        ),
        *(
            reverse(f"admin:events_venue_{name}", args=[venue.pk])
            for name in ("change", "history", "delete")
        ),
    ]


def statuses(client, addresses):
    return {client.get(address).status_code for address in addresses}


def test_the_owner_opens_every_page(owner, event, hall):
    assert statuses(owner, [LIST, ADD, *pages_of(event, hall)]) == {200}


def test_20_for_another_team_none_of_them_is_there(other_team, event, hall):
    assert statuses(other_team, pages_of(event, hall)) == {404}


def test_20_nor_does_it_change_anything_there(other_team, event, hall):
    answers = {other_team.post(page, {"_do": "1", "post": "yes"}) for page in pages_of(event, hall)}

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert Event.objects.get().status == EventStatus.DRAFT
    assert Venue.objects.filter(pk=hall.pk).exists()


def test_20_a_row_that_does_not_exist_looks_the_same(owner):
    for name in ("event", "venue"):
        for page in ("change", "history"):
            address = reverse(
                f"admin:events_{name}_{page}", args=["01a1fe82-64f2-71b8-9e1a-000000000000"]
            )
            assert owner.get(address).status_code == 404
        assert (
            owner.get(reverse(f"admin:events_{name}_change", args=["nonsense"])).status_code == 404
        )


def test_who_may_look_sees_the_event_and_changes_nothing(viewer, event, hall, its_page):
    shown = viewer.get(its_page)
    deeds = [reverse(f"admin:events_event_{name}", args=[event.pk]) for name in DEED_NAMES]

    assert (shown.status_code, "Quiet songs" in shown.text, "€20.00" in shown.text) == (
        200, True, True,
    )  # fmt: skip
    assert 'name="title"' not in shown.text
    assert 'name="_save"' not in shown.text
    assert statuses(viewer, deeds) == {403}
    assert viewer.post(its_page, {"title": "Mine"}).status_code == 403
    assert viewer.get(ADD).status_code == 403
    assert viewer.get(reverse("admin:events_venue_add")).status_code == 403
    assert viewer.post(deeds[0], {"_do": "1"}).status_code == 403
    assert Event.objects.get().title == "Quiet songs"


def test_who_may_look_has_no_bulk_actions(viewer, event):
    viewer.post(LIST, {"action": "publish_these", "_selected_action": [event.pk]})

    event.refresh_from_db()
    assert event.status == EventStatus.DRAFT


def test_23_the_door_sees_nothing_of_it(door, event, hall):
    assert statuses(door, [LIST, ADD, *pages_of(event, hall)]) == {302}


def test_23_nor_who_works_at_the_door_here_and_owns_another_team(
    other_team, choir, stranger, event
):
    Membership.objects.create(organizer=choir, user=stranger, role="door")

    assert event.title not in other_team.get(LIST).text
    assert other_team.get(reverse("admin:events_event_change", args=[event.pk])).status_code == 404


def test_20_lists_and_their_search_and_filters_show_one_s_own_alone(owner, other_team, event, hall):
    EventFactory(title="Secret songs", organizer__name="Others")
    VenueFactory(name="Secret hall")

    for address in (LIST, f"{LIST}?q=songs", f"{LIST}?status__exact=draft"):
        shown = owner.get(address).text
        assert ("Quiet songs" in shown, "Secret" in shown) == (True, False)
    assert "Secret" not in owner.get("/admin/events/venue/").text
    assert "Quiet songs" not in other_team.get(LIST).text


def test_20_the_search_of_venues_offers_one_s_own_alone(owner, door, hall):
    VenueFactory(name="Secret hall")
    query = "?app_label=events&model_name=event&field_name=venue&term=hall"

    offered = owner.get(f"/admin/autocomplete/{query}").json()["results"]

    assert [one["id"] for one in offered] == [str(hall.pk)]
    assert door.get(f"/admin/autocomplete/{query}").status_code in {302, 403}


def test_20_a_venue_of_another_team_cannot_be_chosen(owner, event, its_page):
    other = VenueFactory()

    answer = owner.post(its_page, sent_from(owner.get(its_page), venue=str(other.pk)))

    assert set(answer.context["adminform"].form.errors) == {"venue"}


def test_20_rows_of_another_event_cannot_be_changed_through_one_s_own(owner, event, its_page):
    other = TicketTypeFactory(name="Theirs")
    form = owner.get(its_page)
    sent = sent_from(form, **{"ticket_types-0-id": str(other.pk), "ticket_types-0-name": "Mine"})

    owner.post(its_page, sent)

    other.refresh_from_db()
    assert other.name == "Theirs"


def test_20_a_pool_of_another_event_cannot_be_chosen(owner, event, its_page):
    other = TicketTypeFactory().pool
    form = owner.get(its_page)

    answer = owner.post(
        its_page,
        sent_from(form, **row(form, "ticket_types", name="New", price="5", pool=str(other.pk))),
    )

    assert answer.status_code == 200
    assert not TicketType.objects.filter(name="New").exists()


def test_20_actions_reach_one_s_own_events_alone(owner, event):
    other = EventFactory()
    TicketTypeFactory(event=other)

    owner.post(
        LIST, {"action": "duplicate_these", "_selected_action": [event.pk, other.pk]}, follow=True
    )

    assert other.organizer.events.count() == 1
    assert event.organizer.events.count() == 2


def test_19_what_belongs_to_the_platform_is_its_staff_s(owner, staff_client):
    category, rate = CategoryFactory(), TaxRateFactory()
    pages = [
        "/admin/events/category/", "/admin/events/taxrate/",
        reverse("admin:events_category_change", args=[category.pk]),
        reverse("admin:events_taxrate_change", args=[rate.pk]),
        "/admin/events/category/add/", "/admin/events/taxrate/add/",
    ]  # fmt: skip

    assert statuses(owner, pages) == {403}
    assert statuses(staff_client, pages) == {200}


def test_staff_name_a_category_in_several_languages(staff_client):
    form = staff_client.get("/admin/events/category/add/")
    sent = sent_from(form, "category_form", slug="puppets")
    sent |= {
        "names-TOTAL_FORMS": "2", "names-0-language": "en", "names-0-name": "Puppets",
        "names-1-language": "fr", "names-1-name": "Marionnettes",
    }  # fmt: skip

    answer = staff_client.post("/admin/events/category/add/", sent)

    assert answer.status_code == 302, answer.context["errors"]
    category = Category.objects.get(slug="puppets")
    assert (category.name_in("en"), category.name_in("fr")) == ("Puppets", "Marionnettes")


def test_staff_set_a_rate_of_tax(staff_client):
    form = staff_client.get("/admin/events/taxrate/add/")

    answer = staff_client.post(
        "/admin/events/taxrate/add/",
        sent_from(
            form, "taxrate_form", country="XY", kind="standard", name="VAT", percent="21",
            valid_from="2030-01-01",
        ),
    )  # fmt: skip

    assert answer.status_code == 302
    assert TaxRate.objects.get(country="XY").percent == 21


def test_staff_enter_an_exchange_rate_and_only_look_at_the_banks(staff_client):
    form = staff_client.get("/admin/events/rate/add/")
    sent = sent_from(form, "rate_form", currency="XOF", day="2026-01-02", rate="655.957")

    answer = staff_client.post("/admin/events/rate/add/", sent)
    entered = Rate.objects.get()
    page = f"/admin/events/rate/{entered.pk}/change/"
    again = staff_client.post(page, {"rate": "656"})
    banks = RateFactory(currency="USD", source="ecb")

    assert (answer.status_code, again.status_code) == (302, 302)
    assert (entered.currency, Rate.objects.get(currency="XOF").rate) == ("XOF", 656)
    page = staff_client.post(f"/admin/events/rate/{banks.pk}/change/", {"rate": "1"})
    assert page.status_code == 403


def test_the_menu_shows_what_one_may_open(owner, viewer, staff_client):
    def menu(client):
        groups = client.get("/admin/").context["sidebar_navigation"]
        return [str(item["title"]) for group in groups for item in group["items"]]

    assert menu(owner)[:3] == ["Overview", "Report", "Events"]
    assert "Categories" not in menu(owner)
    assert menu(viewer)[:3] == ["Overview", "Report", "Events"]
    assert {"Categories", "Tax rates"} <= set(menu(staff_client))


def test_the_front_page_shows_what_is_coming_in_one_s_own_team(owner, other_team, event):
    EventFactory(organizer=event.organizer, title="Winter songs", starts_at="2040-01-01T19:00Z", ends_at="2040-01-01T21:00Z", series=SeriesFactory(organizer=event.organizer))  # fmt: skip

    mine, theirs = owner.get("/admin/").text, other_team.get("/admin/").text

    assert ("Winter songs" in mine, "Winter songs" in theirs) == (True, False)
