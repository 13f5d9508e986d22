"""What providers post to us: `POST /webhooks/mail/ses/`."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # a machine posts here; what proves it is in ses.py
def ses_webhook(request: HttpRequest) -> HttpResponse:
    """Not there unless its secret and its topics are set: then nothing could be believed."""
    if not (settings.ANYMAIL["WEBHOOK_SECRET"] and settings.MAIL_WEBHOOK_TOPICS):
        raise Http404
    # It brings Amazon's library along, which most web processes never need.
    from accounts.notifications.views.ses import SESWebhook  # noqa: PLC0415 - just said

    answer: HttpResponse = SESWebhook.as_view()(request)
    return answer
