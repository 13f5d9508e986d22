"""What the demo run shows: people, the texts that the law asks for, and what is on."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ticketing.demo.catalogue import load_events
from ticketing.demo.legal import load_legal_texts
from ticketing.demo.people import PASSWORD, PEOPLE, load_people

__all__ = ["PASSWORD", "PEOPLE", "is_loaded", "load"]


def is_loaded() -> bool:
    return User.objects.filter(email=PEOPLE[0]["email"]).exists()


@transaction.atomic
def load(*, with_events: bool = True, now: datetime) -> None:
    staff, organizer = load_people(now=now)
    load_legal_texts(by=staff, now=now)
    if with_events:
        load_events(by=organizer, now=now)
