"""What bookings does when something happened elsewhere."""

from datetime import datetime

from accounts.announcements import PersonVerified
from accounts.models import User
from bookings.domain.joining import join_guest_bookings
from ticketing.core.outbox import subscribe


@subscribe(PersonVerified, is_atomic=True)
def join_guest_bookings_of_person(event: PersonVerified, *, now: datetime) -> None:
    if person := User.objects.filter(pk=event.person_id).first():
        join_guest_bookings(event.email, person, now=now)
