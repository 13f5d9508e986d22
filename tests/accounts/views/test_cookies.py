import os
import subprocess
import sys

from tests.core.test_environment import BASE_DIR, PRODUCTION

COOKIES = """
import django; django.setup()
from django.conf import settings as s
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import RequestFactory

def view(request):
    get_token(request)
    messages.info(request, "Done")
    return HttpResponse()

request = RequestFactory().get("/", secure=True, headers={"host": "tickets.example.org"})
request.session = {}
answer = CsrfViewMiddleware(MessageMiddleware(view))(request)
for cookie in answer.cookies.values():
    print(cookie.key, cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"],
          repr(cookie["domain"]))
print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,
      s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_PATH, repr(s.SESSION_COOKIE_DOMAIN or ""))
"""


def test_18_cookies_are_bound_to_the_host_and_out_of_reach_of_scripts():
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COOKIES],
        cwd=BASE_DIR,
        env={
            **PRODUCTION,
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "ticketing.settings",
            "DATA_DIR": os.environ["DATA_DIR"],
            "LOG_LEVEL": "ERROR",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stderr == ""
    assert sorted(answer.stdout.splitlines()) == [
        "__Host-csrf True True Lax / ''",
        "__Host-messages True True Lax / ''",
        "__Host-session True True Lax / ''",
    ]
