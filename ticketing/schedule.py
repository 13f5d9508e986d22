"""What Celery beat starts by itself, and how often, in seconds."""

from typing import Any

DAY = 24 * 3600.0

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "core.heartbeat", "schedule": 5.0, "options": {"expires": 10}},
    "audit.seal": {"task": "audit.seal", "schedule": 3.0, "options": {"expires": 10}},
    "audit.anchor": {"task": "audit.anchor", "schedule": 600.0, "options": {"expires": 600}},
    "accounts.sweep": {
        "task": "accounts.sweep",
        "schedule": DAY,
        "options": {"expires": 3600},
    },
    "media.sweep": {"task": "media.sweep", "schedule": DAY, "options": {"expires": 3600}},
    "events.finish": {"task": "events.finish", "schedule": 60.0, "options": {"expires": 60}},
    "events.write_counts": {
        "task": "events.write_counts",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "events.refresh_popularity": {
        "task": "events.refresh_popularity",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "bookings.clear_files": {
        "task": "bookings.clear_files",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "bookings.relate_events": {
        "task": "bookings.relate_events",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "bookings.remind": {"task": "bookings.remind", "schedule": 300.0, "options": {"expires": 300}},
    "payments.reconcile": {
        "task": "payments.reconcile",
        "schedule": 3600.0,
        "kwargs": {"hours": 48},
        "options": {"expires": 3600},
    },
    "payments.reconcile_all": {
        "task": "payments.reconcile",
        "schedule": DAY,
        "kwargs": {"hours": 90 * 24},
        "options": {"expires": 3600},
    },
    "notifications.delete_old_messages": {
        "task": "notifications.delete_old_messages",
        "schedule": DAY,
        "options": {"expires": 3600},
    },
}
# Where RATES_URL is set: four times a day, since one of them may fail and the bank has no fixed
# minute.
RATES_SCHEDULE: dict[str, dict[str, Any]] = {
    "events.fetch_rates": {
        "task": "events.fetch_rates",
        "schedule": DAY / 4,
        "options": {"expires": 3600},
    },
}
