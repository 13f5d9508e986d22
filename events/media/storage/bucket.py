"""A bucket of S3, or of a server that speaks it. It never has to be open: presigned addresses
let one file in or out, and `public/` alone is read by a CDN or by the bucket's own policy."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import IO, Any
from uuid import UUID

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from events.media.storage import (
    FOREVER,
    LINKS_LIVE,
    PLACES,
    UPLOAD_WITHIN,
    LongerThanAllowed,
    NotStored,
    StoreAway,
    Upload,
    attachment,
)

CHUNK = 256 * 1024
MISSING = {"404", "NoSuchKey", "NotFound"}


@cache
def client(endpoint: str | None, region: str | None) -> Any:
    """One for the process: making it takes longer than most calls."""
    patience = Config(
        signature_version="s3v4",  # encrypted buckets and newer regions take no other
        s3={"addressing_style": "path" if endpoint else "virtual"},
        connect_timeout=5,
        read_timeout=20,
        retries={"total_max_attempts": 2},
    )
    return boto3.client("s3", endpoint_url=endpoint, region_name=region, config=patience)


class Bucket:
    def __init__(self) -> None:
        self.name = settings.MEDIA_BUCKET
        self.client = client(settings.S3_ENDPOINT_URL, settings.AWS_REGION)

    def upload(self, name: str, *, content_type: str, size: int) -> Upload:
        fixed = {"Content-Type": content_type}
        made = self.client.generate_presigned_post(
            self.name,
            name,
            Fields=fixed,
            Conditions=[fixed, ["content-length-range", size, size]],
            ExpiresIn=int(UPLOAD_WITHIN.total_seconds()),
        )
        return Upload(made["url"], made["fields"])

    def put(self, name: str, content: IO[bytes] | bytes, *, content_type: str) -> None:
        caching = {"CacheControl": FOREVER} if name.startswith("public/") else {}
        with answering():
            self.client.put_object(
                Bucket=self.name, Key=name, Body=content, ContentType=content_type, **caching
            )

    def fetch(self, name: str, into: IO[bytes], *, most: int) -> int:
        with answering():
            found = self.client.get_object(Bucket=self.name, Key=name)
            size: int = found["ContentLength"]
            with closing(found["Body"]) as body:
                if size > most:
                    raise LongerThanAllowed
                for chunk in body.iter_chunks(CHUNK):
                    into.write(chunk)
        return size

    def link(self, name: str, *, filename: str, content_type: str) -> str:
        asked = {
            "Bucket": self.name,
            "Key": name,
            "ResponseContentDisposition": attachment(filename),
            "ResponseContentType": content_type,
            "ResponseCacheControl": "private, no-store",
        }
        seconds = int(LINKS_LIVE.total_seconds())
        address: str = self.client.generate_presigned_url("get_object", asked, ExpiresIn=seconds)
        return address

    def clear(self, folder: UUID, *, places: tuple[str, ...] = PLACES) -> None:
        for place in places:
            with answering():
                for keys in self.keys(f"{place}/{folder}"):
                    self.client.delete_objects(
                        Bucket=self.name, Delete={"Objects": keys, "Quiet": True}
                    )

    def keys(self, prefix: str) -> Iterator[list[dict[str, str]]]:
        pages = self.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.name, Prefix=prefix):
            if found := page.get("Contents"):
                yield [{"Key": one["Key"]} for one in found]


@contextmanager
def answering() -> Iterator[None]:
    """What the library raises, in our words."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            raise NotStored from None
        raise StoreAway(str(error)) from error
    except BotoCoreError as error:
        raise StoreAway(str(error)) from error
