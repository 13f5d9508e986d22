import json
import logging

import pytest
from django.test import RequestFactory

from tests.kit.logs import PRIVATE
from ticketing.core.logs import JSONFormatter, redact, request_id
from ticketing.core.requests import id_of


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("mail to ada.l+x@mail.example.org bounced", "mail to [email] bounced"),
        ('{"password": "hunter2", "a": 1}', '{"password": "[secret]", "a": 1}'),
        ('"Authorization: Bearer abc.def"', '"Authorization: [secret]"'),
        ("Cookie: sessionid=q8w7e6", "Cookie: [secret]"),
        ("GET /verify?token=abc&next=/", "GET /verify?token=[secret]&next=/"),
        (r"{\"api_key\": \"k1\"}", r"{\"api_key\": \"[secret]\"}"),
        ("postgresql://app:s3cr3t@db/x", "postgresql://app:[secret]@db/x"),
        ("got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln", "got [token]"),
        ("card 4242 4242 4242 4242", "card [card]"),
        ("card 4242424242424242", "card [card]"),
        ("request 01a1fd38720577bd81cb468e564794a8 took 12 ms", None),
        ("Key (email)=(ada@example.org) already exists.", "Key (email)=([email]) already exists."),
    ],
)
def test_62_redact_takes_out_what_is_private_and_leaves_the_rest(line, kept):
    assert redact(line) == (kept or line)


def formatted(message, **extra):
    record = logging.getLogger("test").makeRecord(
        "test", logging.INFO, "file.py", 1, message, (), None, extra=extra
    )
    return JSONFormatter().format(record)


def test_62_a_log_line_is_one_json_object_whatever_is_in_it():
    line = formatted("two\r\nlines", reason='quote " and \u2028')

    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["message"] == "two\r\nlines"


def test_a_log_line_carries_the_request_s_id():
    token = request_id.set("abc-123")

    facts = json.loads(formatted("hello", part="redis"))

    request_id.reset(token)
    assert (facts["request_id"], facts["part"], facts["level"]) == ("abc-123", "redis", "INFO")


def test_the_search_of_the_suite_s_logs_finds_what_it_should():
    assert PRIVATE.search('{"to": "person7@example.org"}')
    assert PRIVATE.search("password a-quiet-village-evening")
    assert not PRIVATE.search('{"to": "[email]"}')


@pytest.mark.parametrize("given", ["short", "x" * 65, "new\nline-12345", "späce 12345", ""])
def test_request_id_when_the_caller_s_is_malformed_is_ours(given):
    request = RequestFactory().get("/", headers={"X-Request-ID": given})

    assert id_of(request.META) != given
    assert len(id_of(request.META)) == 32


def test_request_id_when_the_caller_s_is_well_formed_is_kept():
    request = RequestFactory().get("/", headers={"X-Request-ID": "trace.42_a-b"})

    assert id_of(request.META) == "trace.42_a-b"


def test_62_django_s_own_word_on_a_failed_request_names_no_path():
    django_s = logging.getLogger("django.request")
    record = django_s.makeRecord(
        "django.request", logging.ERROR, "f", 1, "Service Unavailable: %s", ("/verify/key",), None,
        extra={"request": "<WSGIRequest: GET '/verify/key'>"},
    )  # fmt: skip

    assert not django_s.filter(record)
    record.exc_info = (ValueError, ValueError("x"), None)
    assert django_s.filter(record)
    assert "verify" not in JSONFormatter().format(record)
