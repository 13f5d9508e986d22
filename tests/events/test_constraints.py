"""What must never be, tried past the domain: the database refuses each by its name."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from events.enums import CodeKind, QuestionKind, TaxKind, TicketKind
from events.models import (
    Category,
    CodeTicketType,
    CodeUse,
    Event,
    EventText,
    QuestionTicketType,
    TaxRate,
)
from tests.events import factories
from tests.events.factories import (
    NOW,
    CategoryFactory,
    CodeFactory,
    EventFactory,
    FeeFactory,
    PoolFactory,
    QuestionFactory,
    SeriesFactory,
    TaxRateFactory,
    TicketTypeFactory,
    VenueFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

BROKEN = [
    (VenueFactory, {"name": ""}, "events_venue_has_a_name"),
    (VenueFactory, {"city": ""}, "events_venue_has_a_city"),
    (VenueFactory, {"country": "France"[:2].lower()}, "events_venue_country_two_letters"),
    (VenueFactory, {"timezone": ""}, "events_venue_has_a_time_zone"),
    (VenueFactory, {"latitude": 45}, "events_venue_point_whole"),
    (VenueFactory, {"latitude": 91, "longitude": 0}, "events_venue_point_on_earth"),
    (VenueFactory, {"latitude": 0, "longitude": -181}, "events_venue_point_on_earth"),
    (SeriesFactory, {"title": ""}, "events_series_has_a_title"),
    (EventFactory, {"title": ""}, "events_event_has_a_title"),
    (EventFactory, {"slug": ""}, "events_event_has_an_address"),
    (EventFactory, {"ends_at": NOW}, "events_event_ends_after_it_starts"),
    (EventFactory, {"starts_at": None, "ends_at": NOW}, "events_event_no_end_without_start"),
    (EventFactory, {"doors_open_at": NOW + timedelta(days=31)}, "events_event_doors_open_before_it_starts"),
    (EventFactory, {"status": "published", "starts_at": None}, "events_event_published_with_a_time"),
    (EventFactory, {"status": "published", "ends_at": None}, "events_event_published_with_a_time"),
    (EventFactory, {"status": "published", "venue": None}, "events_event_published_with_a_place"),
    (EventFactory, {"online_url": "https://x.example"}, "events_event_one_place"),
    (EventFactory, {"published_at": NOW}, "events_event_published_at_a_moment"),
    (EventFactory, {"cancelled_at": NOW}, "events_event_cancelled_stays_so"),
    (EventFactory, {"sales_paused_at": NOW}, "events_event_draft_is_neither_postponed_nor_paused"),
    (EventFactory, {"status": "published", "postponed_at": NOW}, "events_event_postponed_from_a_date"),
    (EventFactory, {"visibility": "private"}, "events_event_private_by_a_code"),
    (EventFactory, {"access_digest": "0" * 64}, "events_event_private_by_a_code"),
    (EventFactory, {"visibility": "secret"}, "events_event_visibility_known"),
    (EventFactory, {"currency": "eur"}, "events_event_currency_three_letters"),
    (EventFactory, {"language": ""}, "events_event_has_time_zone_and_language"),
    (EventFactory, {"accent": "red"}, "events_event_accent_a_colour"),
    (EventFactory, {"hold_minutes": 4}, "events_event_hold_reasonable"),
    (EventFactory, {"refund_fee_percent": 101}, "events_event_refund_fee_is_a_share"),
    (EventFactory, {"refund_until_days": 366}, "events_event_refund_within_a_year"),
    (EventFactory, {"tax_country": "fr"}, "events_event_tax_country_two_letters"),
    (PoolFactory, {"name": ""}, "events_pool_has_a_name"),
    (PoolFactory, {"capacity": 200_001}, "events_pool_capacity_reasonable"),
    (PoolFactory, {"capacity": -1}, "events_pool_capacity_check"),
    (TicketTypeFactory, {"name": ""}, "events_tickettype_has_a_name"),
    (TicketTypeFactory, {"price": -1}, "events_tickettype_price_"),
    (TicketTypeFactory, {"price": 0}, "events_tickettype_price_fits_kind"),
    (TicketTypeFactory, {"price": 10**12 + 1}, "events_tickettype_price_reasonable"),
    (TicketTypeFactory, {"kind": TicketKind.FREE, "price": 1}, "events_tickettype_price_fits_kind"),
    (TicketTypeFactory, {"min_price": 1}, "events_tickettype_lowest_price_fits"),
    (TicketTypeFactory, {"kind": "own_price", "price": 5, "min_price": 6}, "events_tickettype_lowest_price_fits"),
    (TicketTypeFactory, {"kind": "gift"}, "events_tickettype_kind_known"),
    (TicketTypeFactory, {"tax_kind": "some"}, "events_tickettype_tax_known"),
    (TicketTypeFactory, {"sale_starts_at": NOW, "sale_ends_at": NOW}, "events_tickettype_sale_ends_after_it_starts"),
    (TicketTypeFactory, {"min_per_order": 0}, "events_tickettype_per_order_fits"),
    (TicketTypeFactory, {"min_per_order": 5, "max_per_order": 4}, "events_tickettype_per_order_fits"),
    (TicketTypeFactory, {"max_per_order": 101}, "events_tickettype_per_order_fits"),
    (CodeFactory, {"code": "spring"}, "events_code_upper_case"),
    (CodeFactory, {"code": ""}, "events_code_upper_case"),
    (CodeFactory, {"kind": "gift", "percent": 5}, "events_code_"),
    (CodeFactory, {"percent": 101}, "events_code_percent_is_a_share"),
    (CodeFactory, {"amount": 5}, "events_code_worth_fits_kind"),
    (CodeFactory, {"kind": CodeKind.FIXED}, "events_code_worth_fits_kind"),
    (CodeFactory, {"kind": CodeKind.FIXED, "amount": 0}, "events_code_amount_reasonable"),
    (CodeFactory, {"uses": 100_001}, "events_code_uses_reasonable"),
    (CodeFactory, {"valid_from_at": NOW, "valid_until": NOW}, "events_code_ends_after_it_starts"),
    (QuestionFactory, {"label": ""}, "events_question_has_words"),
    (QuestionFactory, {"scope": "some"}, "events_question_scope_known"),
    (QuestionFactory, {"kind": "some"}, "events_question_kind_known"),
    (QuestionFactory, {"options": ["a", "b"]}, "events_question_options_fit_kind"),
    (QuestionFactory, {"kind": QuestionKind.CHOICE, "options": ["a"]}, "events_question_options_fit_kind"),
    (QuestionFactory, {"shown_if_answer": "yes"}, "events_question_condition_whole"),
    (FeeFactory, {"name": ""}, "events_fee_has_a_name"),
    (FeeFactory, {"percent": 101}, "events_fee_percent_is_a_share"),
    (FeeFactory, {"amount": 0}, "events_fee_is_one"),
    (TaxRateFactory, {"percent": 100}, "events_taxrate_is_a_share"),
    (TaxRateFactory, {"kind": TaxKind.NONE}, "events_taxrate_kind_known"),
    (TaxRateFactory, {"country": "x"}, "events_taxrate_country_two_letters"),
    (TaxRateFactory, {"valid_until": NOW.date()}, "events_taxrate_ends_after_it_starts"),
]  # fmt: skip


def check_constraints():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(("make", "facts", "name"), BROKEN)
def test_the_database_refuses(monkeypatch, make, facts, name):
    # The rows of a pool or a code are another matter here.
    monkeypatch.setattr(factories, "add_places", lambda pool, after: None)
    monkeypatch.setattr(factories, "add_uses", lambda code, count: None)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(**facts)


def test_what_belongs_together_has_one_event_and_one_organizer():
    event, other = EventFactory(), EventFactory()
    pool, code, question = PoolFactory(), CodeFactory(event=event), QuestionFactory(event=event)
    theirs = TicketTypeFactory(event=other)
    ours = TicketTypeFactory(event=event)
    owner = {"event": event, "organizer": event.organizer}
    check_constraints()

    def refused(write):
        def act():
            with transaction.atomic():
                write()
                check_constraints()

        with pytest.raises(IntegrityError, match="_same_"):
            act()

    refused(lambda: Event.objects.filter(pk=event.pk).update(venue=other.venue))
    refused(lambda: Event.objects.filter(pk=event.pk).update(series=SeriesFactory()))
    refused(lambda: Event.objects.filter(pk=event.pk).update(organizer=other.organizer))
    refused(lambda: type(ours).objects.filter(pk=ours.pk).update(pool=pool))
    refused(lambda: type(ours).objects.filter(pk=ours.pk).update(shown_after=theirs))
    refused(lambda: CodeTicketType.objects.create(code=code, ticket_type=theirs, **owner))
    refused(
        lambda: QuestionTicketType.objects.create(question=question, ticket_type=theirs, **owner)
    )
    refused(lambda: CodeUse.objects.filter(pk=use(code).pk).update(organizer=other.organizer))


def use(code):
    return CodeUse.objects.create(code=code, number=1)


def test_what_is_once_is_once():
    event = EventFactory()
    pool = PoolFactory(event=event)
    EventText.objects.create(event=event, language="fr", title="Chants")

    for again in (
        lambda: EventFactory(slug=event.slug),
        lambda: EventFactory(number=event.number),
        lambda: PoolFactory(event=event, name=pool.name),
        lambda: EventText.objects.create(event=event, language="fr", title="Chants"),
        lambda: CodeFactory.create_batch(2, event=event, code="SPRING"),
        lambda: CategoryFactory.create_batch(2, slug="songs"),
        lambda: TaxRateFactory.create_batch(2),
    ):
        with pytest.raises(IntegrityError, match="unique"), transaction.atomic():
            again()


def test_the_currency_stays_once_an_event_was_published():
    event = EventFactory(status="published")

    with pytest.raises(IntegrityError, match="keeps its currency"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(currency="USD")


def test_the_application_s_role_may_take_numbers_and_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_sequence_privilege('events_event_numbers', 'USAGE')")
        assert cursor.fetchone() == (True,)


def test_a_new_installation_begins_with_categories_and_tax_rates():
    Category.objects.all().delete()
    TaxRate.objects.all().delete()
    migration = import_module("events.migrations.0003_categories_and_tax_rates")

    migration.write(apps, None)

    music = Category.objects.get(slug="music")
    assert (music.name_in("fr-CA"), music.name_in("de")) == ("Musique", "Music")
    assert str(TaxRate.objects.get(country="CA", region="QC").percent) == "14.975"
