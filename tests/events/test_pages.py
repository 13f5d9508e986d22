"""What lists and pages read: how many statements, and in whose words."""

from datetime import timedelta

import pytest

from events.domain.pools import change_capacity
from events.domain.ticket_types import change_ticket_type, create_ticket_type
from events.models import CategoryName, Event, EventText, Place, TicketTypeText
from events.queries.cards import cards
from events.queries.pages import event_page
from tests.events.factories import (
    NOW,
    CategoryFactory,
    EventFactory,
    FeeFactory,
    PoolFactory,
    TaxRateFactory,
    TicketTypeFactory,
    VenueFactory,
)
from tests.kit.queries import queries_of
from ticketing.core.ids import new_id
from ticketing.core.money import Money

pytestmark = pytest.mark.django_db


def page_of(event, language="en"):
    return event_page(Event.objects.all(), slug=event.slug, language=language, now=NOW)


@pytest.mark.parametrize("ticket_types", [1, 50])
def test_an_event_is_read_in_two_statements_however_many_tickets_it_has(
    choir, ticket_types, django_assert_num_queries
):
    event = EventFactory(organizer=choir, category=CategoryFactory())
    TicketTypeFactory.create_batch(ticket_types, event=event)

    with django_assert_num_queries(2):
        page = page_of(event)
        _ = page.event.organizer.name, page.event.venue.name, page.category

    assert len(page.ticket_types) == ticket_types


def test_a_page_that_offers_nothing_counts_no_places(event):
    TicketTypeFactory(event=event)

    queries = queries_of(
        lambda: event_page(
            Event.objects.all(), slug=event.slug, language="en", now=NOW, with_offers=False
        )
    )

    assert [("events_event" in one, "events_place" in one) for one in queries] == [(True, False)]


def test_an_offer_costs_what_a_booking_of_one_costs_with_fees_and_the_day_s_tax(choir):
    event = EventFactory(
        organizer=choir, venue=VenueFactory(organizer=choir, country="XX"), is_tax_included=False
    )
    TaxRateFactory(percent=10)
    TaxRateFactory(percent=99, valid_from=(event.starts_at + timedelta(days=1)).date())
    FeeFactory(event=event, amount=150)
    TicketTypeFactory(event=event, price=2000, tax_kind="standard")

    (offer,) = page_of(event).ticket_types

    assert offer.price == Money(2350, "EUR")


def test_a_page_speaks_the_reader_s_language_and_else_the_event_s(choir):
    category = CategoryFactory()
    CategoryName.objects.create(category=category, language="en", name="Music")
    CategoryName.objects.create(category=category, language="fr", name="Musique")
    event = EventFactory(organizer=choir, title="Quiet songs", category=category)
    ticket_type = TicketTypeFactory(event=event, name="General")
    EventText.objects.create(event=event, language="fr", title="Chansons douces")
    TicketTypeText.objects.create(
        event=event, ticket_type=ticket_type, language="fr", name="Plein tarif"
    )

    said = {
        language: (page.title, page.category, page.ticket_types[0].name)
        for language in ["en", "fr", "fr-ca", "ja"]
        for page in [page_of(event, language)]
    }

    assert said == {
        "en": ("Quiet songs", "Music", "General"),
        "fr": ("Chansons douces", "Musique", "Plein tarif"),
        "fr-ca": ("Chansons douces", "Musique", "Plein tarif"),
        "ja": ("Quiet songs", "Music", "General"),
    }


def test_what_is_free_is_counted_once_for_the_pool(choir):
    event = EventFactory(organizer=choir)
    pool = PoolFactory(event=event, capacity=5)
    TicketTypeFactory.create_batch(2, event=event, pool=pool)
    TicketTypeFactory(event=event, pool=PoolFactory(event=event, capacity=None))
    taken = Place.objects.filter(pool=pool)[:2]
    Place.objects.filter(pk__in=taken).update(holder=new_id())

    assert [offer.pool.free for offer in page_of(event).ticket_types] == [3, 3, None]


def test_an_event_of_another_set_is_not_there(event):
    assert event_page(Event.objects.none(), slug=event.slug, language="en", now=NOW) is None


def test_a_list_is_one_statement_however_long(choir, django_assert_num_queries):
    for _ in range(3):
        TicketTypeFactory(event__organizer=choir, event__category=CategoryFactory())

    with django_assert_num_queries(1):
        listed = cards(Event.objects.order_by("pk"), language="fr")
        _ = [(card.category, card.event.venue.city, card.event.organizer.name) for card in listed]

    assert len(listed) == 3


def test_a_card_s_price_follows_what_is_sold(event, organizer):
    pool = event.pools.get()
    change_capacity(pool, capacity=20, by=organizer, now=NOW)
    facts = {"name": "Patron", "pool": pool, "kind": "paid", "price": 5000}
    dear = create_ticket_type(event, facts, by=organizer, now=NOW)
    create_ticket_type(event, facts | {"price": 1, "is_hidden": True}, by=organizer, now=NOW)

    (card,) = cards(Event.objects.all(), language="en")
    assert (card.price_from, card.price_to) == (Money(2000, "EUR"), Money(5000, "EUR"))

    change_ticket_type(dear, {"price": 2000}, by=organizer, now=NOW)
    (card,) = cards(Event.objects.all(), language="en")
    assert not card.is_from


def test_an_event_without_tickets_has_no_price(choir):
    EventFactory(organizer=choir)

    (card,) = cards(Event.objects.all(), language="en")

    assert card.price_from is None
