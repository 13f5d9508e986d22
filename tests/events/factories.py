"""Rows of the catalogue: valid, unremarkable, and only what was asked for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from events.domain.codes import add_uses
from events.domain.pools import add_places
from events.enums import (
    CodeKind,
    EventStatus,
    MediaPurpose,
    MediaState,
    QuestionKind,
    TicketKind,
)
from events.models import (
    Category,
    Code,
    Event,
    Fee,
    Logo,
    MediaFile,
    Pool,
    Question,
    Rate,
    Series,
    TaxRate,
    TicketType,
    Venue,
)
from tests.factories import OrganizerFactory

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    slug = Sequence(lambda number: f"category-{number}")


class VenueFactory(DjangoModelFactory[Venue]):
    class Meta:
        model = Venue

    organizer = SubFactory(OrganizerFactory)
    name = Sequence(lambda number: f"Village hall {number}")
    city = "Lyon"
    country = "FR"
    timezone = "Europe/Paris"


class SeriesFactory(DjangoModelFactory[Series]):
    class Meta:
        model = Series

    organizer = SubFactory(OrganizerFactory)
    title = "Quiet songs"


class EventFactory(DjangoModelFactory[Event]):
    """A draft that lacks nothing but tickets; `status` takes it the way there."""

    class Meta:
        model = Event

    organizer = SubFactory(OrganizerFactory)
    title = Sequence(lambda number: f"Quiet songs {number}")
    slug = Sequence(lambda number: f"quiet-songs-{number}")
    venue = SubFactory(VenueFactory, organizer=SelfAttribute("..organizer"))
    timezone = "Europe/Paris"
    currency = "EUR"
    starts_at = NOW + timedelta(days=30)
    ends_at = LazyAttribute(lambda event: event.starts_at and event.starts_at + timedelta(hours=2))

    @classmethod
    def _create(cls, model_class: type[Event], *args: Any, **kwargs: Any) -> Event:
        status = EventStatus(kwargs.pop("status", EventStatus.DRAFT))
        later = {
            name: kwargs.pop(name)
            for name in ("sales_paused_at", "postponed_at", "postponed_from_at")
            if name in kwargs
        }
        event: Event = super()._create(model_class, *args, **kwargs)
        for step in WAY_TO[status]:
            event.status = step
            event.published_at = event.published_at or NOW
            if step == EventStatus.CANCELLED:
                event.cancelled_at = NOW
            event.save()
        if later:
            Event.objects.filter(pk=event.pk).update(**later)
        event.refresh_from_db()
        return event


S = EventStatus
WAY_TO = {
    S.DRAFT: [],
    S.PUBLISHED: [S.PUBLISHED],
    S.UNPUBLISHED: [S.PUBLISHED, S.UNPUBLISHED],
    S.CANCELLED: [S.PUBLISHED, S.CANCELLED],
    S.FINISHED: [S.PUBLISHED, S.FINISHED],
    S.ARCHIVED: [S.PUBLISHED, S.FINISHED, S.ARCHIVED],
}


class PoolFactory(DjangoModelFactory[Pool]):
    """With its places, as many as the capacity says."""

    class Meta:
        model = Pool

    event = SubFactory(EventFactory)
    name = Sequence(lambda number: f"Hall {number}")
    capacity = 10

    @classmethod
    def _create(cls, model_class: type[Pool], *args: Any, **kwargs: Any) -> Pool:
        with transaction.atomic():
            pool: Pool = super()._create(model_class, *args, **kwargs)
            add_places(pool, after=0)
        return pool


class TicketTypeFactory(DjangoModelFactory[TicketType]):
    class Meta:
        model = TicketType

    event = SubFactory(EventFactory)
    pool = SubFactory(PoolFactory, event=SelfAttribute("..event"))
    name = Sequence(lambda number: f"General {number}")
    kind = TicketKind.PAID
    price = LazyAttribute(lambda one: 2000 if one.kind == TicketKind.PAID else 0)


class CodeFactory(DjangoModelFactory[Code]):
    class Meta:
        model = Code

    event = SubFactory(EventFactory)
    code = Sequence(lambda number: f"SPRING{number}")
    kind = CodeKind.PERCENT
    percent = LazyAttribute(lambda code: 10 if code.kind == CodeKind.PERCENT else None)

    @classmethod
    def _create(cls, model_class: type[Code], *args: Any, **kwargs: Any) -> Code:
        code: Code = super()._create(model_class, *args, **kwargs)
        add_uses(code, count=code.uses or 0)
        return code


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    event = SubFactory(EventFactory)
    kind = QuestionKind.LINE
    label = "What do you eat?"


class FeeFactory(DjangoModelFactory[Fee]):
    class Meta:
        model = Fee

    event = SubFactory(EventFactory)
    name = "Booking fee"
    amount = 100


class RateFactory(DjangoModelFactory[Rate]):
    """By hand, as staff enter it."""

    class Meta:
        model = Rate

    currency = "XOF"
    day = NOW.date()
    rate = Decimal("655.957")
    source = "manual"


class TaxRateFactory(DjangoModelFactory[TaxRate]):
    class Meta:
        model = TaxRate

    country = "XX"
    kind = "standard"
    name = "VAT"
    percent = 20
    valid_from = NOW.date()


class LogoFactory(DjangoModelFactory[Logo]):
    class Meta:
        model = Logo

    organizer = SubFactory(OrganizerFactory)
    picture = b""
    set_by = SelfAttribute("organizer.started_by")


M = MediaState
WAY_OF_A_FILE = {
    M.AWAITING: [],
    M.UPLOADED: [M.UPLOADED],
    M.SCANNING: [M.UPLOADED, M.SCANNING],
    M.QUARANTINED: [M.UPLOADED, M.SCANNING, M.QUARANTINED],
    M.READY: [M.UPLOADED, M.SCANNING, M.READY],
    M.REFUSED: [M.UPLOADED, M.SCANNING, M.REFUSED],
}


class MediaFileFactory(DjangoModelFactory[MediaFile]):
    """A picture, of which nothing is stored; `state` takes it the way there."""

    class Meta:
        model = MediaFile

    event = SubFactory(EventFactory)
    purpose = MediaPurpose.GALLERY
    filename = Sequence(lambda number: f"choir-{number}.jpg")
    content_type = "image/jpeg"
    size = 1000
    requested_at = NOW

    @classmethod
    def _create(cls, model_class: type[MediaFile], *args: Any, **kwargs: Any) -> MediaFile:
        way = WAY_OF_A_FILE[MediaState(kwargs.pop("state", MediaState.AWAITING))]
        file: MediaFile = super()._create(model_class, *args, **kwargs)
        for step in way:
            file.state, file.uploaded_at = step, NOW + timedelta(minutes=1)
            if step in {M.READY, M.REFUSED}:
                file.settled_at = NOW + timedelta(minutes=2)
                file.refusal = "broken" if step == M.REFUSED else ""
            if step == M.READY:
                file.digest, file.variants = "0" * 64, variants_in(file)
                file.width, file.height, file.colour = 960, 540, "#c82814"
            file.save()
        return file


def variants_in(file: MediaFile) -> list[dict[str, Any]]:
    kinds = {"image/avif": "avif", "image/webp": "webp", "image/jpeg": "jpg"}
    return [
        {"type": kind, "width": width, "height": width * 9 // 16, "size": 1,
         "name": f"public/{file.folder}/abc-{width}.{ending}"}
        for width in (480, 960)
        for kind, ending in kinds.items()
    ]  # fmt: skip


def rows_of_events() -> dict[str, Any]:
    """One of each that the back office shows."""
    return {
        "event": EventFactory(),
        "venue": VenueFactory(),
        "category": CategoryFactory(),
        "taxrate": TaxRateFactory(),
        "rate": RateFactory(),
        "logo": LogoFactory(),
    }
