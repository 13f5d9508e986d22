from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from tests.events.admin.conftest import door, other_team, owner, signed_in, viewer
from tests.factories import MembershipFactory

__all__ = ["door", "other_team", "owner", "viewer"]
LISTS = {
    name: f"/admin/bookings/{name}/"
    for name in ("booking", "ticket", "doorentry", "checkinlist", "device")
}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def finance(choir, stranger):
    """Sam, who looks after the money."""
    MembershipFactory(organizer=choir, user=stranger, role=Role.FINANCE)
    return signed_in(stranger)


@pytest.fixture
def booking(free, book, now):
    return book(free, 2, now=now - timedelta(hours=1))


def page(row, name="change"):
    return reverse(f"admin:bookings_{row._meta.model_name}_{name}", args=[row.pk])
