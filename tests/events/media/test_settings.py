"""Where browsers may find pictures, and combinations that are dangerous."""

import re

import pytest

from tests.core.test_environment import PRODUCTION, read_settings

ASK = """
from django.conf import settings
from ticketing.core.security import ADMIN_CSP
print(settings.MEDIA_URL)
for policy in (settings.SECURE_CSP, ADMIN_CSP):
    print(*policy["img-src"])
"""
OURS = "'self' data:"


@pytest.mark.parametrize(
    ("variables", "address", "pictures"),
    [
        ({"MEDIA_BUCKET": ""}, "/media/", OURS),
        (
            {"MEDIA_BUCKET": "pics"},
            "https://pics.s3.eu-west-1.amazonaws.com/",
            f"{OURS} https://pics.s3.eu-west-1.amazonaws.com/public/",
        ),
        (
            {"MEDIA_BUCKET": "pics", "S3_ENDPOINT_URL": "https://s3.example.org"},
            "https://s3.example.org/pics/",
            f"{OURS} https://s3.example.org/pics/public/",
        ),
        (
            {"MEDIA_BUCKET": "pics", "MEDIA_ORIGIN": "https://pics.example.org"},
            "https://pics.example.org/",
            f"{OURS} https://pics.example.org/public/",
        ),
    ],
)
def test_27_pages_may_show_pictures_from_where_they_are_kept(variables, address, pictures):
    asked = read_settings(PRODUCTION | variables, "shell", "--no-imports", "-c", ASK)

    assert asked.stdout.splitlines() == [address, pictures, pictures]


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, []),
        ({"MEDIA_ORIGIN": "https://media.example.org"}, []),
        ({"MEDIA_ORIGIN": "https://tickets.example.org"}, ["ticketing.E007"]),
        ({"MEDIA_ORIGIN": "http://media.example.org"}, ["ticketing.E008"]),
        ({"S3_ENDPOINT_URL": "http://s3.example.org"}, ["ticketing.E008"]),
        ({"MEDIA_BUCKET": ""}, ["ticketing.W003"]),
        ({"CLAMAV_URL": ""}, ["ticketing.W004"]),
    ],
)
def test_what_is_dangerous_is_said_before_it_is_deployed(variables, found):
    checked = read_settings(PRODUCTION | variables, "check", "--deploy", "--fail-level", "WARNING")

    assert re.findall(r"ticketing\.\w\d+", checked.stderr) == found


def test_addresses_that_are_none_are_refused():
    wrong = {"CLAMAV_URL": "clamav:3310", "MEDIA_ORIGIN": "https://media.example.org/files"}

    started = read_settings(PRODUCTION | wrong)

    assert re.findall(r"^  (\w+): ", started.stderr, re.MULTILINE) == sorted(wrong)
