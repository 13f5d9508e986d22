"""What operators get wrong, each with how to mend it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.enums import LegalKind
from accounts.models import LegalText
from ticketing.core.database import application_role_owns, may_use_reserve
from ticketing.core.outbox.figures import current_figures
from ticketing.core.text import UNICODE
from ticketing.health import probes

LARGEST_CLOCK_DIFFERENCE = timedelta(seconds=2)
# One zone from each end of the world: a system without time zone data knows none of them.
SOME_ZONES = ("Europe/Paris", "America/Sao_Paulo", "Pacific/Auckland", "Africa/Porto-Novo")


@dataclass(frozen=True)
class Finding:
    what: str
    problem: str = ""
    mend: str = ""

    @property
    def is_well(self) -> bool:
        return not self.problem


def examine() -> Iterator[Finding]:
    yield settings_are_safe()
    yield database_answers()
    for look in (
        role_is_right,
        reserve_is_there,
        migrations_are_applied,
        clocks_agree,
        database_sorts_text,
    ):
        yield with_database(look)
    yield time_zones_are_known()
    yield redis_answers()
    yield worker_is_alive()
    yield mail_is_taken()
    yield files_can_be_kept()
    yield files_are_scanned()
    for look in (relay_is_at_work, nothing_was_given_up, law_is_served):
        yield with_database(look)


def with_database(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except DatabaseError as error:
        name = look.__name__.replace("_", " ")
        return Finding(name, f"cannot be told: {first_line(error)}", "Mend the database first.")


def settings_are_safe() -> Finding:
    what = "settings are safe together"
    # What fits a laptop is no fault there: the deployment checks are for production.
    messages = run_checks(include_deployment_checks=settings.IS_PRODUCTION)
    if not messages:
        return Finding(what)
    return Finding(
        what,
        "; ".join(str(message.msg) for message in messages),
        "; ".join(str(message.hint) for message in messages if message.hint),
    )


def database_answers() -> Finding:
    what = "database answers"
    try:
        probes.is_database_there()
    except DatabaseError as error:
        return Finding(
            what, first_line(error), "Check DATABASE_URL, and that the server takes connections."
        )
    return Finding(what)


def role_is_right() -> Finding:
    what = "database role owns nothing"
    if owned := application_role_owns():
        return Finding(
            what,
            f"the application's role owns {', '.join(owned)}",
            "Give DATABASE_URL a role of its own; migrate with DATABASE_OWNER_URL.",
        )
    return Finding(what)


def reserve_is_there() -> Finding:
    what = "gateways are heard when connections run out, if there is a reserve"
    mend = "Set reserved_connections of the server, and let `manage.py migrate` admit its role."
    if settings.DATABASE_RESERVED_URL and not may_use_reserve():
        return Finding(what, "DATABASE_RESERVED_URL opens no reserve", mend)
    return Finding(what)


def migrations_are_applied() -> Finding:
    what = "migrations are applied"
    if waiting := probes.waiting_migrations():
        return Finding(what, f"waiting: {', '.join(waiting)}", "Run `manage.py migrate`.")
    return Finding(what)


def clocks_agree() -> Finding:
    what = "clocks agree"
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    difference = abs(timezone.now() - row[0]) if row else timedelta.max
    if difference > LARGEST_CLOCK_DIFFERENCE:
        return Finding(
            what,
            f"this machine and the database differ by {difference.total_seconds():.0f} s",
            "Run a time service (chrony) on both: holds expire and codes are valid by the clock.",
        )
    return Finding(what)


def database_sorts_text() -> Finding:
    what = "database sorts text as every other"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = %s", [UNICODE])
        if cursor.fetchone():
            return Finding(what)
    return Finding(what, f"it has no collation {UNICODE}", "Use PostgreSQL 18 or newer.")


def time_zones_are_known() -> Finding:
    what = "time zones are known"
    for name in SOME_ZONES:
        try:
            ZoneInfo(name)
        except ZoneInfoNotFoundError:
            return Finding(what, f"{name} is not", "Install the system package tzdata.")
    return Finding(what)


def redis_answers() -> Finding:
    what = "Redis answers"
    if probes.is_redis_there():
        return Finding(what)
    return Finding(
        what,
        "no answer: pages are made anew each time and background work waits",
        "Check REDIS_URL, and that the server runs.",
    )


def worker_is_alive() -> Finding:
    what = "worker and beat are at work"
    if probes.is_worker_at_work():
        return Finding(what)
    return Finding(
        what,
        "no sign of life in the last 20 s: mails and tickets wait",
        "Start `celery -A ticketing.core.jobs worker` and `… beat`, and see their logs.",
    )


def relay_is_at_work() -> Finding:
    what = "relay is at work"
    figures = current_figures()
    if figures.is_relay_at_work:
        return Finding(what)
    problem = "nothing has been passed on for a minute" if figures.relays else "there is none"
    return Finding(
        what,
        f"{problem}: what happened has no consequences",
        "Start `manage.py relay`, and see its log.",
    )


def nothing_was_given_up() -> Finding:
    what = "every event was delivered"
    figures = current_figures()
    problems = [f"{count} to {name} were given up" for name, count in figures.dead.items()]
    problems += [f"nobody listens as {name}" for name in figures.left_alone]
    if problems:
        return Finding(
            what,
            "; ".join(sorted(problems)),
            'See why in the back office, under "Deliveries", and try again there.',
        )
    return Finding(what)


def mail_is_taken() -> Finding:
    what = "mail server takes mail"
    if probes.probe("mail", probes.is_mail_taken).is_ok:
        return Finding(what)
    return Finding(what, "no answer", "Check EMAIL_URL: host, port, user, and smtp+tls:// for 587.")


def files_can_be_kept() -> Finding:
    what = "files can be kept"
    if probes.probe("storage", probes.is_storage_there).is_ok:
        return Finding(what)
    return Finding(
        what,
        f"{settings.MEDIA_BUCKET or settings.MEDIA_ROOT} cannot be reached",
        "Check MEDIA_BUCKET and the process's rights on it, or DATA_DIR.",
    )


def files_are_scanned() -> Finding:
    """Whether there should be a scanner, the checks of production say."""
    what = "virus scanner answers, if there is one"
    if probes.scanner().state is not probes.State.DOWN:
        return Finding(what)
    return Finding(
        what,
        f"{settings.CLAMAV_URL} does not answer: files that people send wait, and nobody sees them",
        "Check CLAMAV_URL, and that clamd runs and has loaded its signatures.",
    )


def law_is_served() -> Finding:
    what = "imprint, terms and privacy are written"
    written = set(LegalText.objects.values_list("kind", flat=True))
    if missing := [kind for kind in LegalKind.values if kind not in written]:
        return Finding(
            what,
            f"missing: {', '.join(missing)}",
            'Write them in the back office, under "Legal texts".',
        )
    return Finding(what)


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
