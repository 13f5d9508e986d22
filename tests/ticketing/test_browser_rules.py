"""Headers, cookies, hosts: statements 27 to 36 of the security list, those that begin here."""

import os
import re
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from tests.core.test_environment import BASE_DIR, PRODUCTION

pytestmark = pytest.mark.django_db
PAGES = ["/", "/fr/", "/imprint/", "/gallery/", "/health", "/nowhere"]


@pytest.mark.parametrize("address", PAGES)
def test_27_pages_allow_only_our_own_scripts_and_styles(client, address):
    policy = client.get(address)["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "report-uri"):
        assert rule in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy


@pytest.mark.parametrize("address", PAGES)
def test_27_pages_have_no_inline_script_or_style(client, address):
    page = client.get(address).text

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page) == []


def test_27_the_admin_s_looser_policy_holds_on_its_path_alone(client):
    policy = client.get(reverse("admin:login"))["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-eval';" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy


def test_27_a_browser_s_report_is_logged_without_what_it_need_not_hold(client, caplog):
    report = {"effective-directive": "script-src", "blocked-uri": "inline", "cookie": "x"}

    answer = client.post("/csp-report", {"csp-report": report}, content_type="application/json")

    assert answer.status_code == 204
    assert caplog.records[-2].report == {
        "effective-directive": "script-src",
        "blocked-uri": "inline",
    }


@pytest.mark.parametrize("body", ["{", "[]", '{"csp-report": 1}', ""])
def test_27_a_report_that_is_none_is_refused(client, body):
    answer = client.post("/csp-report", body, content_type="application/json")

    assert answer.status_code == 400


def test_27_a_report_that_is_too_long_is_dropped_unread(client, caplog):
    answer = client.post("/csp-report", "x" * 9000, content_type="application/json")

    assert answer.status_code == 204
    assert "csp_violation" not in caplog.text


def test_30_a_form_without_its_token_is_refused_in_our_dress(staff):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(reverse("admin:login"), {"username": staff.email, "password": "x"})

    assert answer.status_code == 403
    assert "The form was open for too long." in answer.text


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "", "a b"])
def test_35_unknown_host_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("address", PAGES)
def test_36_every_answer_carries_the_protective_headers(client, address):
    answer = client.get(address)

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


def test_36_what_is_personal_is_stored_nowhere(staff_client):
    caching = staff_client.get(reverse("admin:index"))["Cache-Control"]

    assert "no-store" in caching
    assert "private" in caching


@pytest.mark.parametrize("address", ["/", "/fr/", "/imprint/"])
def test_36_public_pages_set_no_cookie_and_open_no_session(client, address):
    answer = client.get(address)

    assert answer.cookies == {}
    assert answer["Cache-Control"].startswith("public")


PRODUCTION_ANSWER = """
import django; django.setup()
from django.test import Client
plain = Client(headers={"host": "tickets.example.org"})
print(plain.get("/health/live").status_code, plain.get("/")["Location"])
answer = plain.get("/health/live", secure=True)
print(answer["Strict-Transport-Security"])
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,
      s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN)
"""


def test_18_36_production_speaks_https_alone_and_binds_its_cookies_to_the_host():
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PRODUCTION_ANSWER],
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
        check=True,
    )

    assert answer.stdout.splitlines() == [
        "200 https://tickets.example.org/",
        "max-age=31536000; includeSubDomains; preload",
        "__Host-session True True Lax / None",
    ]


def test_25_production_shows_no_gallery(client, settings):
    settings.IS_PRODUCTION = True

    assert client.get("/gallery/").status_code == 404


def test_robots_keep_out_of_the_back_office(client):
    assert "Disallow: /admin/\n" in client.get("/robots.txt").text
