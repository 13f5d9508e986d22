"""The S3 stand-in of docker-compose.yml: moto's server, with the bucket made at the start.

moto remembers objects in memory alone, so each is written to a file as well and put back at the
next start.
"""

import json
import logging
import os
import signal
import sys
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

os.environ["S3_IGNORE_SUBDOMAIN_BUCKETNAME"] = "true"  # the bucket is in the path, never the host

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import run_simple
from werkzeug.test import Client

# moto refuses strangers and checks nobody's signature.
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=demo/20260101/us-east-1/s3/aws4_request"}
KEPT_HEADERS = ("content-type", "content-disposition", "content-encoding", "cache-control")


def public_may_be_read(bucket: str) -> str:
    """What a CDN reads elsewhere; everything else is read by signed addresses."""
    everybody = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/public/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [everybody]})


class Keeper:
    """moto, and beside it one file for each object."""

    def __init__(self, folder: Path, *, bucket: str) -> None:
        self.moto = create_backend_app("s3")
        self.client = Client(self.moto)
        self.folder = folder
        self.bucket = bucket
        self.kept: dict[str, datetime] = {}
        self.lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self.client.put(f"/{bucket}", headers=SIGNED)
        self.client.put(f"/{bucket}?policy", headers=SIGNED, data=public_may_be_read(bucket))
        for file in folder.glob("*.object"):
            self.put_back(file)
        self.kept = self.objects()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self.moto(environ, start_response)
        if environ["REQUEST_METHOD"] in {"PUT", "POST", "DELETE"}:
            with self.lock:
                self.keep_changes()
        return answer

    def keep_changes(self) -> None:
        """All of them, because forms and batches name their objects in the body."""
        objects = self.objects()
        for name in self.kept.keys() - objects.keys():
            self.file_of(name).unlink(missing_ok=True)
        for name, changed_at in objects.items():
            if self.kept.get(name) != changed_at:
                self.keep(name)
        self.kept = objects

    def objects(self) -> dict[str, datetime]:
        keys = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[self.bucket].keys
        return {name: key.last_modified for name, key in list(keys.items())}

    def file_of(self, name: str) -> Path:
        return self.folder / f"{sha256(name.encode()).hexdigest()}.object"

    def keep(self, name: str) -> None:
        found = self.client.get(quote(f"/{self.bucket}/{name}"), headers=SIGNED)
        if found.status_code == HTTPStatus.NOT_FOUND:
            return  # deleted meanwhile, by a call that comes here next
        if found.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{name} cannot be kept: {found.status}")
        headers = {
            header: value
            for header, value in found.headers.items()
            if header.lower() in KEPT_HEADERS or header.lower().startswith("x-amz-meta-")
        }
        head = json.dumps({"name": name, "headers": headers})
        draft = self.file_of(name).with_suffix(".draft")
        draft.write_bytes(head.encode() + b"\n" + found.data)
        draft.rename(self.file_of(name))

    def put_back(self, file: Path) -> None:
        head, _, body = file.read_bytes().partition(b"\n")
        facts = json.loads(head)
        path = quote(f"/{self.bucket}/{facts['name']}")
        self.client.put(path, data=body, headers=SIGNED | facts["headers"])


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # else a line for each request
    keeper = Keeper(Path(os.environ["DATA_DIR"]) / "objects", bucket=os.environ["MEDIA_BUCKET"])
    run_simple(os.environ["HOST"], int(os.environ["S3_PORT"]), keeper, threaded=True)


if __name__ == "__main__":
    main()
