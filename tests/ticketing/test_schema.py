"""The API's description is a file, and says what the code does."""

import re
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import get_resolver

COMMITTED = settings.BASE_DIR / "docs" / "openapi.yaml"
COMMAND = "manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"


@pytest.fixture(scope="module")
def described():
    output = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=output)
    return output.getvalue()


def test_the_committed_description_is_current(described):
    assert COMMITTED.read_text() == described, f"Run `{COMMAND}`."


def test_every_call_is_described(described):
    (calls,) = [
        one.url_patterns for one in get_resolver().url_patterns if str(one.pattern) == "api/v1/"
    ]
    routes = {
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern))
        for app in calls
        for one in getattr(app, "url_patterns", ())
    }

    assert set(re.findall(r"^  (/api/\S+):$", described, re.MULTILINE)) == routes


@pytest.mark.parametrize("address", ["/api/v1/schema/", "/api/v1/docs/"])
def test_the_description_can_be_read_by_everybody(client, address):
    assert client.get(address).status_code == 200
