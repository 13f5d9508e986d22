"""Outside places for anchors: a file, a bucket with object lock, somebody's mailbox."""

import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.audit.domain.anchors import Place, anchor_heads, is_due
from ticketing.core.ids import new_id

logger = logging.getLogger(__name__)

DAYS_LOCKED = 3653  # ten years, as long as books are kept


class FilePlace:
    """file:///path: one line for each head, appended."""

    every = timedelta(hours=1)

    def __init__(self, address: str) -> None:
        self.address = address
        self.path = Path(unquote(urlsplit(address).path))

    def write(self, lines: list[str], *, now: datetime) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())


class BucketPlace:
    """s3://bucket/prefix?days=…: an object for each time, which nobody can change for so long.

    The bucket needs object lock, and better belongs to another account.
    """

    every = timedelta(hours=1)

    def __init__(self, address: str) -> None:
        self.address = address
        parts = urlsplit(address)
        self.bucket, self.prefix = parts.netloc, parts.path.strip("/")
        self.days = int(parse_qs(parts.query).get("days", [DAYS_LOCKED])[0])

    def write(self, lines: list[str], *, now: datetime) -> None:
        key = f"{now:%Y/%m/%d/%H%M%S}-{new_id()}.jsonl"
        self.client().put_object(
            Bucket=self.bucket,
            Key=f"{self.prefix}/{key}" if self.prefix else key,
            Body="\n".join(lines).encode(),
            ContentType="application/jsonl",
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=now + timedelta(days=self.days),
        )

    def client(self) -> Any:
        import boto3  # noqa: PLC0415 - slow to load, and needed where a bucket is configured
        from botocore.config import Config  # noqa: PLC0415 - see above

        patience = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3})
        return boto3.client(
            "s3",
            endpoint_url=settings.S3_ENDPOINT_URL,
            region_name=settings.AWS_REGION,
            config=patience,
        )


class MailPlace:
    """mailto:owner@…: once a day, for somebody to keep."""

    every = timedelta(days=1)

    def __init__(self, address: str) -> None:
        self.address = address
        self.mailbox = unquote(urlsplit(address).path)

    def write(self, lines: list[str], *, now: datetime) -> None:
        EmailMessage(
            subject=_("%(site)s: the audit record on %(day)s")
            % {"site": settings.SITE_NAME, "day": f"{now:%Y-%m-%d}"},
            body=_("Keep this mail: it proves that the audit record was not cut or rewritten.")
            + "\n\n"
            + "\n".join(lines)
            + "\n",
            to=[self.mailbox],
        ).send()


PLACES: dict[str, type[FilePlace | BucketPlace | MailPlace]] = {
    "file": FilePlace,
    "s3": BucketPlace,
    "mailto": MailPlace,
}


def configured_places() -> list[Place]:
    return [PLACES[urlsplit(address).scheme](address) for address in settings.AUDIT_ANCHORS]


def anchor_everywhere(*, now: datetime, even_if_early: bool = False) -> dict[str, int | Exception]:
    """Write the heads down at each place whose time has come; one that fails stops no other."""
    outcomes: dict[str, int | Exception] = {}
    for place in configured_places():
        if not (even_if_early or is_due(place, now=now)):
            continue
        try:
            outcomes[place.address] = anchor_heads(place, now=now)
        except Exception as error:
            # Whatever a place answers with, the others get their turn, and this one the next.
            logger.exception(
                "audit_anchor_failed", extra={"scheme": urlsplit(place.address).scheme}
            )
            outcomes[place.address] = error
    return outcomes


def kept_lines(paths: list[Path]) -> Iterator[str]:
    """The lines of anchors in files and folders, as they were or as fetched from a bucket."""
    for path in paths:
        files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
        for file in files:
            with file.open() as lines:
                yield from (line.strip() for line in lines if line.strip())


def local_files() -> list[Path]:
    """The files that this machine anchors to, where `verify` looks if nobody names others."""
    places = (place for place in configured_places() if isinstance(place, FilePlace))
    return [place.path for place in places if place.path.exists()]
