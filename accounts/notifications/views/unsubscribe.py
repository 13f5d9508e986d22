from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.notifications.domain.unsubscribing import subscription_of, unsubscribe


@csrf_exempt  # mail programs post here by themselves; the token is what allows it (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Asking changes nothing, since programs follow links to look at them; posting does."""
    is_done = request.method == "POST"
    subscription = unsubscribe(token, now=timezone.now()) if is_done else subscription_of(token)
    context = {"topic": subscription.topic.label, "is_done": is_done}
    return render(request, "accounts/notifications/unsubscribe.html", context)
