from datetime import datetime, timedelta

from accounts.notifications.announcements import MessageQueued
from accounts.notifications.domain import sending
from ticketing.core.outbox import subscribe

# The message itself says when to give up (after two days, or when its time is over); the outbox
# must not do so before. Its lease is longer than the message's own.
MOST_RETRIES = 500


@subscribe(
    MessageQueued,
    queue="mail",
    lease=sending.LEASE + timedelta(minutes=1),
    most_retries=MOST_RETRIES,
)
def send_queued_message(event: MessageQueued, *, now: datetime) -> None:
    sending.send_message(event.message_id, now=now)
