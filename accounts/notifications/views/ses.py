"""What SES reports, by way of SNS. Loaded by webhooks.py, and only where it is set up.

Three things must be right before a word is believed: our secret in the address (basic
authentication, as anymail checks it), Amazon's signature, and the topic's name.
"""

import logging
import re
from typing import Any
from uuid import UUID

from anymail.exceptions import AnymailError
from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBasicAuthMixin
from django.conf import settings
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.notifications.domain.feedback import Told, take_report
from accounts.notifications.enums import MessageState
from accounts.notifications.sns_signatures import (
    CertificateAway,
    Fetch,
    NotFromSNS,
    check_signature,
    fetch_certificate,
)

logger = logging.getLogger(__name__)

OUR_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[^>]+>")
WHAT = {
    EventType.DELIVERED: MessageState.DELIVERED,
    EventType.BOUNCED: MessageState.BOUNCED,
    EventType.COMPLAINED: MessageState.COMPLAINED,
    EventType.REJECTED: MessageState.FAILED,
    EventType.FAILED: MessageState.FAILED,
}
# The reader took it out of the spam folder: the opposite of a complaint.
NO_COMPLAINT = "not-spam"

reported = Signal()


class SESWebhook(AmazonSESTrackingWebhookView):
    signal = reported
    fetch: Fetch = staticmethod(fetch_certificate)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        except CertificateAway as away:
            logger.warning("sns_certificate_away", extra={"reason": str(away)})
            return HttpResponse(status=503)
        except NotFromSNS as lie:
            logger.warning("webhook_refused", extra={"reason": str(lie)})
            return HttpResponse(status=400)
        except AnymailError as error:  # its words can hold what was sent
            logger.warning("webhook_refused", extra={"reason": type(error).__name__})
            return HttpResponse(status=400)
        return answer

    def run_validators(self, request: HttpRequest) -> None:
        """Who does not know the secret makes us fetch no certificate."""
        AnymailBasicAuthMixin.validate_request(self, request)
        notification = self._parse_sns_message(request)
        if not isinstance(notification, dict):
            raise NotFromSNS("It is no object.")
        if notification.get("TopicArn") not in settings.MAIL_WEBHOOK_TOPICS:
            raise NotFromSNS("It is of a topic that is not ours.")
        check_signature(notification, now=timezone.now(), fetch=type(self).fetch)
        AmazonSESTrackingWebhookView.validate_request(self, request)


def take(event: AnymailTrackingEvent, **_: Any) -> None:
    what = WHAT.get(event.event_type)
    if what is None or event.description == NO_COMPLAINT:
        return
    ses = event.esp_event or {}
    told = Told(
        report_id=f"{event.event_id}:{what}",
        what=what,
        provider_id=event.message_id or "",
        message_id=our_id(ses),
        is_permanent=ses.get("bounce", {}).get("bounceType") == "Permanent",
        words=" ".join(filter(None, [event.description, event.mta_response])),
    )
    take_report(told, now=timezone.now())


def our_id(ses: dict[str, Any]) -> UUID | None:
    """SES replaces the Message-ID by its own, and reports ours among the original headers."""
    for header in ses.get("mail", {}).get("headers", []):
        if header.get("name", "").lower() == "message-id":
            found = OUR_MESSAGE_ID.fullmatch(header.get("value", "").strip())
            return UUID(found[1]) if found else None
    return None


reported.connect(take)
