from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class MessageCookie(CookieStorage):
    """What the next page says once, kept by the browser: guests get no session row for it."""

    cookie_name = settings.MESSAGE_COOKIE_NAME
