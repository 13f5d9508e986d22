"""What settings.py needs to read the environment strictly and in one go."""

import binascii
import math
import re
from base64 import b64decode, b64encode
from collections import Counter
from hashlib import sha256
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import EnvValidationError, FileAwareEnv, ValidationError

SHORTEST_SECRET = 50
LEAST_BITS_OF_SECRET = 128
SIZE_OF_FIELD_KEY = 32  # bytes
# Words that only example and demo secrets contain.
DEMO_WORDS = ("insecure", "demo", "example", "change-me", "changeme", "secret")


class Environment(FileAwareEnv):
    """Collects every missing, empty and malformed variable before it complains."""

    def __init__(self) -> None:
        super().__init__(eager=False, strip_whitespace=True)

    def _get_value(self, env_key: str, default: Any) -> Any:
        try:
            value = super()._get_value(env_key, default)
        except ValueError as error:  # X_FILE names a file that cannot be read
            self._errors[env_key].append(str(error))
            return default
        return default if value == "" else value

    def complain(self, name: str, problem: str) -> None:
        """Add what only several variables together show to be wrong."""
        self._errors[name].append(problem)

    def finish(self) -> None:
        try:
            self.seal()
        except EnvValidationError as error:
            problems_of: dict[str, list[str]] = error.error_messages  # type: ignore[assignment] # of several variables
            lines = [
                f"  {name}: {' '.join(problems)}" for name, problems in sorted(problems_of.items())
            ]
            report = ["The environment is not complete:", *lines, "See .env.example."]
            raise ImproperlyConfigured("\n".join(report)) from None


def strong_secret(value: str) -> None:
    """Refuse what somebody copied from an example or typed by hand."""
    if any(word in value.lower() for word in DEMO_WORDS):
        raise ValidationError("is a demo value; make your own with `openssl rand -base64 48`.")
    if len(value) < SHORTEST_SECRET or bits_of(value) < LEAST_BITS_OF_SECRET:
        raise ValidationError(
            f"is too weak; {SHORTEST_SECRET} random characters are needed "
            "(`openssl rand -base64 48`)."
        )


def bits_of(value: str) -> float:
    """How much a text can hide at most, by how its characters are spread."""
    counts = Counter(value).values()
    return sum(-count * math.log2(count / len(value)) for count in counts)


def field_keys(values: list[str]) -> None:
    """Refuse what is no key of 32 bytes, nobody's secret, or there twice."""
    for value in values:
        try:
            size = len(b64decode(value, validate=True))
        except binascii.Error:
            size = 0
        if size != SIZE_OF_FIELD_KEY or bits_of(value) < LEAST_BITS_OF_SECRET:
            raise ValidationError(
                f"has a key that is not {SIZE_OF_FIELD_KEY} random bytes in base64 "
                "(`openssl rand -base64 32`)."
            )
    if len(set(values)) < len(values):
        raise ValidationError("names one key twice.")


def field_key_from(secret: str) -> str:
    """A key for runs whose data nobody needs to keep: as good as their SECRET_KEY."""
    return b64encode(sha256(f"field key\0{secret}".encode()).digest()).decode()


def web_address(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValidationError("is no web address like https://tickets.example.org.")
    if parts.path or parts.query or parts.fragment:
        raise ValidationError("must be a scheme and a host alone, without a path.")


def address_with_scheme(*schemes: str) -> Any:
    def check(value: str) -> None:
        if urlsplit(value).scheme not in schemes:
            raise ValidationError(f"must start with {' or '.join(f'{s}://' for s in schemes)}.")

    return check


def addresses_with_scheme(*schemes: str) -> Any:
    check_one = address_with_scheme(*schemes)

    def check(values: list[str]) -> None:
        for value in values:
            check_one(value)

    return check


def database_address(value: str) -> None:
    address_with_scheme("postgres", "postgresql")(value)
    if not re.fullmatch(r"[^:]+://[^@/]+@.*/[^/]+", value):
        raise ValidationError(
            "must name a user and a database: postgresql://user:password@host/name."
        )


def one_of(*words: str) -> Any:
    def check(value: str) -> None:
        if value not in words:
            raise ValidationError(f"must be one of {', '.join(words)}.")

    return check


def postgresql(address: str, *, connection_age: int) -> dict[str, Any]:
    """The database, with a connection for each thread that is kept so many seconds."""
    found = dj_database_url.parse(
        address or "postgresql://unset@localhost/unset",
        engine="ticketing.core.postgresql",
        conn_max_age=connection_age,
        conn_health_checks=True,
    )
    options = {
        "application_name": "ticketing",
        "connect_timeout": 3,
        "options": "-c statement_timeout=15s -c idle_in_transaction_session_timeout=30s",
        # Values apart from the statement, and prepared when it comes again (docs/adr/0034).
        "server_side_binding": True,
        "prepare_threshold": 5,
    }
    return {**found, "OPTIONS": options}


def mailer(url: str) -> dict[str, Any]:
    """Read smtp://user:password@host:587, smtp+tls:// for STARTTLS, smtps:// for TLS at once,
    ses://region?configuration_set=name for Amazon SES (credentials as AWS's own tools find them).
    """
    parts = urlsplit(url)
    if parts.scheme == "ses":
        return ses_mailer(parts)
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or (465 if parts.scheme == "smtps" else 25),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp+tls",
            "timeout": 10,
        },
    }


def ses_mailer(parts: SplitResult) -> dict[str, Any]:
    given = dict(parse_qsl(parts.query))
    client = {
        "region_name": parts.hostname,
        # The outbox tries again; a worker waits for one answer.
        "config": {"connect_timeout": 5, "read_timeout": 10, "retries": {"total_max_attempts": 1}},
    }
    if "endpoint_url" in given:
        client["endpoint_url"] = given["endpoint_url"]
    options: dict[str, Any] = {"client_params": client}
    if "configuration_set" in given:
        options["configuration_set_name"] = given["configuration_set"]
    return {"BACKEND": "anymail.backends.amazon_ses.EmailBackend", "OPTIONS": options}


def media_address(origin: str, endpoint: str | None, bucket: str, region: str | None) -> str:
    """Where browsers find public files: a CDN, else the bucket itself, else below this site."""
    if not bucket:
        return "/media/"
    if origin:
        return f"{origin}/"
    if endpoint:
        return f"{endpoint}/{bucket}/"
    return f"https://{bucket}.s3.{region or 'us-east-1'}.amazonaws.com/"


def storage(bucket: str, endpoint: str | None, region: str | None) -> dict[str, Any]:
    """A bucket, or the folder MEDIA_ROOT when there is none."""
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint,
            "region_name": region,
            "addressing_style": "path" if endpoint else "auto",
            "querystring_expire": 600,  # seconds
            "signature_version": "s3v4",  # encrypted buckets and newer regions take no other
            "file_overwrite": False,
        },
    }
