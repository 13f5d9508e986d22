from datetime import datetime

from accounts.announcements import ResetAsked
from accounts.domain.passwords import send_reset_link
from ticketing.core.outbox import subscribe


@subscribe(ResetAsked, queue="mail")
def send_asked_reset_link(event: ResetAsked, *, now: datetime) -> None:
    send_reset_link(email=event.email, asked=event.ask, now=now)
