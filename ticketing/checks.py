"""Combinations of settings that each look harmless and together are not."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError

from ticketing.core.database import application_role_owns

MOST_SENSIBLE_SCALE = 10
HERE = {"localhost", "127.0.0.1", "::1"}


@register(Tags.security)
def production_is_no_rehearsal(**_: Any) -> Sequence[CheckMessage]:
    if not settings.IS_PRODUCTION:
        return []
    dangers = [
        (settings.DEBUG, "E001", "DEBUG shows code and settings to everybody.", "Unset DEBUG."),
        (
            not settings.IS_HTTPS,
            "E002",
            "SITE_URL is not https: passwords and tickets would travel in the clear.",
            "Serve the site over HTTPS and say so in SITE_URL.",
        ),
        (
            "*" in settings.ALLOWED_HOSTS,
            "E003",
            "EXTRA_HOSTS takes any Host header, which forges links in mails.",
            "Name the hosts.",
        ),
        (
            urlsplit(settings.EMAIL_URL or "").hostname in HERE,
            "E004",
            "EMAIL_URL points to this machine: in a container nobody takes mail there.",
            "Name the mail server.",
        ),
        (
            settings.RATE_LIMIT_SCALE > MOST_SENSIBLE_SCALE,
            "E005",
            "RATE_LIMIT_SCALE switches the limits off in all but name.",
            f"Keep it at {MOST_SENSIBLE_SCALE} or below.",
        ),
        (
            is_same_role(settings.DATABASE_URL, settings.DATABASE_OWNER_URL),
            "E006",
            "DATABASE_URL and DATABASE_OWNER_URL name the same role.",
            "Give the application a role of its own, which owns nothing.",
        ),
        (
            bool(settings.MEDIA_BUCKET)
            and urlsplit(settings.MEDIA_URL).hostname == urlsplit(settings.SITE_URL).hostname,
            "E007",
            "MEDIA_ORIGIN is the site's own host: what people send would share its cookies.",
            "Serve files from a host of their own.",
        ),
        (
            urlsplit(settings.MEDIA_URL).scheme == "http",
            "E008",
            "Pictures would travel in the clear, and browsers show none of them on a page of https.",
            "Let MEDIA_ORIGIN and S3_ENDPOINT_URL begin with https://.",
        ),
        (
            bool(settings.SIMULATOR_URL),
            "E009",
            "SIMULATOR_URL is set: people would get tickets for money that nobody paid.",
            "Take it away; the product does not use it in production whatever it says.",
        ),
    ]
    return [
        checks.Error(message, hint=hint, id=f"ticketing.{code}")
        for is_dangerous, code, message, hint in dangers
        if is_dangerous
    ]


@register(Tags.security, deploy=True)
def audit_record_is_anchored_elsewhere(**_: Any) -> Sequence[CheckMessage]:
    if any(urlsplit(address).scheme != "file" for address in settings.AUDIT_ANCHORS):
        return []
    return [
        checks.Warning(
            "AUDIT_ANCHORS names nothing but files of this machine: who owns it can cut the audit "
            "record short, and nobody would see it.",
            hint="Add a bucket with object lock (s3://…) or a mailbox (mailto:…).",
            id="ticketing.W002",
        )
    ]


@register(Tags.security, deploy=True)
def files_are_kept_for_all_machines(**_: Any) -> Sequence[CheckMessage]:
    if settings.MEDIA_BUCKET:
        return []
    return [
        checks.Warning(
            "MEDIA_BUCKET is not set: files lie in a folder of this machine, where no other "
            "machine finds them, and the site's own host gives them to browsers.",
            hint="Name a bucket, unless this is the only machine.",
            id="ticketing.W003",
        )
    ]


@register(Tags.security, deploy=True)
def files_are_scanned(**_: Any) -> Sequence[CheckMessage]:
    if settings.CLAMAV_URL:
        return []
    return [
        checks.Warning(
            "CLAMAV_URL is not set: nobody looks for viruses in what people send.",
            hint="Run ClamAV's daemon and name it.",
            id="ticketing.W004",
        )
    ]


def is_same_role(one: str, other: str) -> bool:
    return bool(other) and urlsplit(one).username == urlsplit(other).username


@register(Tags.database)
def application_owns_nothing(
    databases: Sequence[str] | None = None, **_: Any
) -> Sequence[CheckMessage]:
    if not databases:
        return []
    try:
        owned = application_role_owns()
    except DatabaseError:
        return []  # whether the database is there is for `doctor` and /health to say
    if not owned:
        return []
    return [
        checks.Warning(
            f"The application's database role owns what it should only use: {', '.join(owned)}.",
            hint="Run `manage.py migrate` with DATABASE_OWNER_URL of another role.",
            id="ticketing.W001",
        )
    ]
