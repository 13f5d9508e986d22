"""What the simulator has on its books. It forbids what a real gateway forbids."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS payment (
    id TEXT PRIMARY KEY, payment TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    facts TEXT NOT NULL, status TEXT NOT NULL, captured INTEGER NOT NULL DEFAULT 0,
    method TEXT NOT NULL DEFAULT '', decline TEXT NOT NULL DEFAULT '', due_at REAL,
    created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS payment_by_payment ON payment (payment);
CREATE TABLE IF NOT EXISTS refund (
    id TEXT PRIMARY KEY, of TEXT NOT NULL REFERENCES payment (id), refund TEXT,
    amount INTEGER NOT NULL, status TEXT NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS dispute (
    id TEXT PRIMARY KEY, of TEXT NOT NULL REFERENCES payment (id), amount INTEGER NOT NULL,
    status TEXT NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS movement (
    id TEXT PRIMARY KEY, of TEXT NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL,
    fee INTEGER NOT NULL, currency TEXT NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, asked TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS notice (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0
);
"""
KEY_LIFETIME = 24 * 3600.0
FEE_SHARE, FEE_EACH = 2, 25  # per cent, and minor units


class Forbidden(Exception):
    """What the state does not allow; `code` is what a client reads."""

    def __init__(self, code: str, detail: str = "", status: int = 409) -> None:
        super().__init__(detail or code)
        self.code, self.status = code, status


class Ledger:
    """One file, one writer at a time. `clock` can be moved by who tests."""

    def __init__(self, path: Path | str) -> None:
        self.books = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.books.row_factory = sqlite3.Row
        self.books.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + TABLES)
        self.lock = threading.RLock()
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    @contextmanager
    def turn(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing."""
        with self.lock:
            self.books.execute("BEGIN IMMEDIATE")
            try:
                yield self.books
            except BaseException:
                self.books.execute("ROLLBACK")
                raise
            self.books.execute("COMMIT")

    # --- Payments -----------------------------------------------------------------------------

    def create(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(asked.get("amount"), int) or asked["amount"] <= 0:
            raise Forbidden("amount_invalid", status=400)
        row = (new_id("sim"), str(asked["payment"]), asked["amount"], str(asked["currency"]))
        with self.turn() as books:
            books.execute(
                "INSERT INTO payment (id, payment, amount, currency, facts, status, created_at)"
                " VALUES (?, ?, ?, ?, ?, 'open', ?)",
                (*row, json.dumps(asked), self.now()),
            )
            return self.shown(row[0])

    def row(self, key: str) -> sqlite3.Row:
        self.mature(key)
        row: sqlite3.Row | None = self.books.execute(
            "SELECT * FROM payment WHERE id = ?", (key,)
        ).fetchone()
        if row is None:
            raise Forbidden("no_such_payment", status=404)
        return row

    def mature(self, key: str) -> None:
        """What was delayed has arrived; what could be paid until now cannot be any more."""
        row = self.books.execute("SELECT * FROM payment WHERE id = ?", (key,)).fetchone()
        if row is None:
            return
        if row["status"] == "processing" and row["due_at"] <= self.now():
            self.take(row, row["method"])
        expires_at = json.loads(row["facts"]).get("expires_at")
        if row["status"] == "open" and expires_at and expires_at <= self.now():
            self.set_status(row, "closed")

    def named(self, payment: str) -> list[str]:
        with self.lock:
            found = self.books.execute("SELECT id FROM payment WHERE payment = ?", (payment,))
            return [row["id"] for row in found]

    def shown(self, key: str) -> dict[str, Any]:
        with self.lock:
            row = self.row(key)
            captured = int(row["captured"])
            return {
                "id": row["id"],
                "payment": row["payment"],
                "status": row["status"],
                "amount": row["amount"],
                "currency": row["currency"],
                "captured": captured,
                "fee": fee_of(captured) if captured else None,
                "method": row["method"],
                "decline": row["decline"],
                "refunds": self.rows("refund", key),
                "disputes": self.rows("dispute", key),
            }

    def rows(self, table: str, key: str) -> list[dict[str, Any]]:
        rows = f"SELECT * FROM {table} WHERE of = ? ORDER BY created_at"  # noqa: S608 - a name of ours
        found = self.books.execute(rows, (key,))
        return [dict(row) for row in found]

    def set_status(self, row: sqlite3.Row, status: str, **facts: Any) -> None:
        names = "".join(f", {name} = ?" for name in facts)
        self.books.execute(
            f"UPDATE payment SET status = ?{names} WHERE id = ?",  # noqa: S608 - names of ours
            (status, *facts.values(), row["id"]),
        )
        self.notify(f"payment.{status}", row["id"], row)

    def take(self, row: sqlite3.Row, method: str) -> None:
        self.set_status(row, "captured", method=method, captured=row["amount"], decline="")
        self.move(row, "payment", row["amount"], fee_of(row["amount"]))

    def pay(self, key: str, card: str, *, is_confirmed: bool = False) -> str:
        """What the buyer's card comes to: captured, authorized, processing, challenge, or why not."""
        with self.turn():
            row = self.row(key)
            if row["status"] != "open":
                return str(row["status"])
            if code := DECLINES.get(card):
                self.books.execute("UPDATE payment SET decline = ? WHERE id = ?", (code, key))
                self.notify("payment.declined", key, row)
                return code
            if card not in CARDS:
                return "card_unknown"
            return self.charge(row, card, is_confirmed=is_confirmed)

    def charge(self, row: sqlite3.Row, card: str, *, is_confirmed: bool) -> str:
        if card == WITH_CHALLENGE and not is_confirmed:
            return "challenge"
        if card == DELAYED:
            self.set_status(row, "processing", method="transfer", due_at=self.now() + 5)
            return "processing"
        if json.loads(row["facts"]).get("captures_later"):
            self.set_status(row, "authorized", method="card")
            return "authorized"
        self.take(row, "card")
        if card == DISPUTED:
            self.dispute(row, "open")
        return "captured"

    def capture(self, key: str, amount: int) -> dict[str, Any]:
        with self.turn():
            row = self.row(key)
            if row["status"] == "captured":
                raise Forbidden("already_captured")
            if row["status"] != "authorized" or amount != row["amount"]:
                raise Forbidden("not_to_be_captured")
            self.take(row, "card")
            return self.shown(key)

    def expire(self, key: str) -> dict[str, Any]:
        """Nobody can pay it any more; what is paid stays so, and the answer says it."""
        with self.turn():
            row = self.row(key)
            if row["status"] in {"open", "authorized"}:
                self.set_status(row, "closed")
            return self.shown(key)

    def refund(self, key: str, amount: int, refund: str | None) -> dict[str, Any]:
        with self.turn() as books:
            row = self.row(key)
            given = sum(
                one["amount"] for one in self.rows("refund", key) if one["status"] != "failed"
            )
            if not row["captured"]:
                raise Forbidden("not_captured")
            if any(one["status"] == "open" for one in self.rows("dispute", key)):
                raise Forbidden("disputed")
            if amount <= 0 or given + amount > row["captured"]:
                raise Forbidden("more_than_captured")
            new = new_id("re")
            books.execute(
                "INSERT INTO refund VALUES (?, ?, ?, ?, 'done', ?)",
                (new, key, refund, amount, self.now()),
            )
            self.move(row, "refund", -amount, 0)
            self.notify("refund.done", key, row)
            return next(one for one in self.rows("refund", key) if one["id"] == new)

    def dispute(self, row: sqlite3.Row, status: str) -> None:
        self.books.execute(
            "INSERT INTO dispute VALUES (?, ?, ?, ?, ?)",
            (new_id("dp"), row["id"], row["amount"], status, self.now()),
        )
        self.move(row, "dispute", -row["amount"], 0)
        self.notify("dispute.opened", row["id"], row)

    def end_dispute(self, key: str, status: str) -> None:
        with self.turn() as books:
            row = self.row(key)
            books.execute("UPDATE dispute SET status = ? WHERE of = ?", (status, key))
            if status == "won":
                self.move(row, "dispute_won", row["amount"], 0)
            self.notify(f"dispute.{status}", key, row)

    # --- What it came to ----------------------------------------------------------------------

    def move(self, row: sqlite3.Row, kind: str, amount: int, fee: int) -> None:
        self.books.execute(
            "INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?)",
            (new_id("mv"), row["id"], kind, amount, fee, row["currency"], self.now()),
        )

    def movements(self, since: float, until: float) -> list[dict[str, Any]]:
        with self.lock:
            found = self.books.execute(
                "SELECT * FROM movement WHERE at >= ? AND at < ? ORDER BY at, id", (since, until)
            )
            return [dict(row) for row in found]

    # --- The same call again --------------------------------------------------------------------

    def answered(self, key: str, asked: str) -> tuple[int, str] | None:
        """What the same key was answered before; another question under it is refused."""
        with self.lock:
            row = self.books.execute(
                "SELECT * FROM answer WHERE key = ? AND at > ?", (key, self.now() - KEY_LIFETIME)
            ).fetchone()
        if row is None:
            return None
        if row["asked"] != asked:
            raise Forbidden("key_reused", status=400)
        return int(row["status"]), str(row["body"])

    def remember(self, key: str, asked: str, status: int, body: str) -> None:
        with self.turn() as books:
            books.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
                (key, asked, status, body, self.now()),
            )

    # --- Notices --------------------------------------------------------------------------------

    def notify(self, kind: str, key: str, row: sqlite3.Row) -> None:
        event = {"id": new_id("ev"), "kind": kind, "reference": key, "payment": row["payment"]}
        self.books.execute(
            "INSERT INTO notice (id, body, due_at) VALUES (?, ?, ?)",
            (event["id"], json.dumps(event), self.now()),
        )

    def due_notices(self) -> list[dict[str, Any]]:
        with self.lock:
            found = self.books.execute(
                "SELECT * FROM notice WHERE due_at <= ? ORDER BY due_at LIMIT 50", (self.now(),)
            )
            return [dict(row) for row in found]

    def notice_done(self, key: str) -> None:
        with self.turn() as books:
            books.execute("DELETE FROM notice WHERE id = ?", (key,))

    def notice_failed(self, key: str, tries: int) -> None:
        with self.turn() as books:
            books.execute(
                "UPDATE notice SET tries = ?, due_at = ? WHERE id = ?",
                (tries + 1, self.now() + min(0.5 * 2**tries, 300), key),
            )

    def mature_all(self) -> None:
        """What was delayed arrives by itself, whether or not somebody asks."""
        with self.turn() as books:
            due = books.execute(
                "SELECT id FROM payment WHERE status = 'processing' AND due_at <= ?", (self.now(),)
            ).fetchall()
            for row in due:
                self.mature(row["id"])


PAYS, WITH_CHALLENGE = "4242424242424242", "4000000000003220"
DELAYED, DISPUTED = "4000002500000077", "4000000000000259"
DECLINES = {"4000000000000002": "declined", "4000000000009995": "insufficient_funds"}
CARDS = {PAYS, WITH_CHALLENGE, DELAYED, DISPUTED}


def fee_of(amount: int) -> int:
    return amount * FEE_SHARE // 100 + FEE_EACH


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"
