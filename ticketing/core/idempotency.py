"""Calls that carry an `Idempotency-Key` are worked once and answered alike (docs/adr/0008).

Two ways: in one transaction with the work, which is right for all that happens in our database;
and by a lease, for work that calls others meanwhile.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from ticketing.core.database import waited_too_long
from ticketing.core.errors import Conflict, InvalidInput, Mismatch
from ticketing.core.failpoints import failpoint
from ticketing.core.models import IdempotencyKey
from ticketing.core.models.idempotency import KEPT_DAYS

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
WELL_FORMED = re.compile(r"[!-~]{1,255}")  # visible ASCII
WAIT = timedelta(seconds=5)
GLANCE = 0.1  # seconds between looks at a call that another runs
# Whether work that is refused half-way is undone together with its key: then it need not pay for a
# savepoint of its own.
undoes_all: ContextVar[bool] = ContextVar("undoes_all", default=False)
KEPT_HEADERS = ("Content-Type", "Location", "Content-Language")

# The first call inserts the row; while its transaction runs, a second waits here for its end, as
# long as the lock_timeout says: it is set in the statement itself, to spare another.
# A row that is too old, or whose call ran out of its lease without an answer, is taken over.
BEGIN = """
INSERT INTO core_idempotencykey (digest, body_digest, begun_at, leased_until, attempt)
SELECT %(digest)s, %(body)s, statement_timestamp(),
    statement_timestamp() + make_interval(secs => %(lease)s), 1
WHERE set_config('lock_timeout', %(wait)s, true) <> ''
ON CONFLICT (digest) DO UPDATE
SET body_digest = EXCLUDED.body_digest, begun_at = EXCLUDED.begun_at,
    leased_until = EXCLUDED.leased_until, attempt = core_idempotencykey.attempt + 1, answer = NULL
WHERE core_idempotencykey.begun_at <= EXCLUDED.begun_at - make_interval(days => %(days)s)
    OR core_idempotencykey.answer IS NULL
        AND core_idempotencykey.leased_until <= EXCLUDED.begun_at
        AND core_idempotencykey.body_digest = EXCLUDED.body_digest
RETURNING attempt
"""
KEEP = "UPDATE core_idempotencykey SET answer = %(answer)s WHERE digest = %(digest)s"
FORGET = """
DELETE FROM core_idempotencykey WHERE id IN (
    SELECT id FROM core_idempotencykey WHERE begun_at <= statement_timestamp() - make_interval(days => %(days)s)
    LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
"""
FORGOTTEN_AT_ONCE = 1000


class KeyMalformed(InvalidInput):
    code = "idempotency_key_malformed"
    message = _("An Idempotency-Key has 1 to 255 visible ASCII characters.")


class KeyReused(Mismatch):
    code = "idempotency_key_reused"
    message = _("This Idempotency-Key came with another body before. Make a new key.")


class InProgress(Conflict):
    code = "in_progress"
    message = _("The first call with this key still runs. Ask again in a moment.")
    retry_after = 1


@dataclass(frozen=True)
class Call:
    """What makes two calls the same, and what must then be the same as well."""

    digest: str
    body_digest: str

    @classmethod
    def of(cls, key: str, *, caller: str, path: str, query: str, body: bytes) -> "Call":
        if not WELL_FORMED.fullmatch(key):
            raise KeyMalformed
        # No secret goes in: a rotated one would let yesterday's calls be worked again.
        digest = sha256(json.dumps([key, caller, path.rstrip("/")]).encode()).hexdigest()
        sent = f"{digest}?{query}\0".encode() + canonical(body)
        return cls(digest, sha256(sent).hexdigest())

    @property
    def rows(self) -> Any:
        return IdempotencyKey.objects.filter(digest=self.digest)


def canonical(body: bytes) -> bytes:
    """JSON in one spelling: a client may write its fields in another order when it repeats."""
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body


Work = Callable[[], HttpResponse]


def in_one_transaction(call: Call, work: Work) -> HttpResponse:
    """Key, work and answer are committed together, or none of them.

    Of two calls at once the second waits for the first, for a bounded time; nor does the work
    wait longer for any lock.
    """
    with transaction.atomic():
        if not begin_in_turn(call):
            return answer_of(call.rows.get(), call)
        failpoint("idempotency.begun")
        with undoing_all():
            answer = work()
        failpoint("idempotency.worked")
        is_undone = transaction.get_rollback()
        if answer.status_code >= 500:
            transaction.set_rollback(True)
        elif not is_undone:
            keep_or_forget(call, answer)
        failpoint("idempotency.stored")
    return refused(call, answer) if is_undone and is_final(answer) else answer


@contextmanager
def undoing_all() -> Iterator[None]:
    token = undoes_all.set(True)
    try:
        yield
    finally:
        undoes_all.reset(token)


def refused(call: Call, answer: HttpResponse) -> HttpResponse:
    """The refusal is the key's answer, unless the same call has got another one since."""
    with transaction.atomic():
        if not begin_in_turn(call):
            return answer_of(call.rows.get(), call)
        keep_or_forget(call, answer)
    return answer


def keep_or_forget(call: Call, answer: HttpResponse) -> None:
    if not is_final(answer):
        call.rows.delete()
        return
    kept = IdempotencyKey._meta.get_field("answer").get_db_prep_save(written(answer), connection)
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"digest": call.digest, "answer": kept})


def begin_in_turn(call: Call) -> bool:
    try:
        return begin(call, lease=timedelta()) is not None
    except OperationalError as error:
        if waited_too_long(error):
            raise InProgress from None
        raise


def by_lease(call: Call, work: Work, *, lease: timedelta) -> HttpResponse:
    """Nobody else works while the lease lasts; after it, another call takes over.

    The work is not in a transaction and may be run again from its beginning: it must find what
    an earlier run has done. Who was overtaken stores nothing.
    """
    attempt, row = wait_for_turn(call, lease)
    if row:
        return answer_of(row, call)
    failpoint("idempotency.begun")
    mine = call.rows.filter(attempt=attempt)
    try:
        answer = work()
    except BaseException:
        mine.delete()
        raise
    failpoint("idempotency.worked")
    if is_final(answer):
        mine.update(answer=written(answer))
    else:
        mine.delete()
    failpoint("idempotency.stored")
    return answer


def wait_for_turn(call: Call, lease: timedelta) -> tuple[int, IdempotencyKey | None]:
    """The number of our attempt, or the row of another's that is no longer to be waited for."""
    deadline = time.monotonic() + WAIT.total_seconds()
    while True:
        if attempt := begin(call, lease=lease):
            return attempt, None
        row = call.rows.first()
        is_running = row is None or (row.answer is None and row.body_digest == call.body_digest)
        if not is_running or time.monotonic() >= deadline:
            return 0, row
        time.sleep(GLANCE)


def begin(call: Call, *, lease: timedelta) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            BEGIN,
            {
                "digest": call.digest,
                "body": call.body_digest,
                "lease": lease.total_seconds(),
                "wait": f"{WAIT.total_seconds()}s",
                "days": KEPT_DAYS,
            },
        )
        row = cursor.fetchone()
    return row[0] if row else None


def is_final(answer: HttpResponse) -> bool:
    """Whether this is what the work came to: it was done, or the state forbade it.

    Not what was wrong with the asking (another time it may be right), and nothing that says
    "try again".
    """
    is_outcome = answer.status_code < 400 or answer.status_code == 409
    return is_outcome and "Retry-After" not in answer.headers


def written(answer: HttpResponse) -> dict[str, Any]:
    kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    # Any bytes go into JSON and come back by this encoding.
    body = answer.content.decode("latin-1")
    return {"status": answer.status_code, "headers": kept, "body": body}


def answer_of(row: IdempotencyKey | None, call: Call) -> HttpResponse:
    if row and row.body_digest != call.body_digest:
        raise KeyReused
    if row is None or row.answer is None:
        raise InProgress
    kept = row.answer
    answer = HttpResponse(
        kept["body"].encode("latin-1"), status=kept["status"], headers=kept["headers"]
    )
    answer.headers[REPLAYED] = "true"
    return answer


def forget_old_answers() -> int:
    """Delete what is older than a day, in batches that others can work between."""
    forgotten = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(FORGET, {"days": KEPT_DAYS, "most": FORGOTTEN_AT_ONCE})
            forgotten += int(cursor.rowcount)
            if cursor.rowcount < FORGOTTEN_AT_ONCE:
                return forgotten
