"""The limit of bookings: Django with one view that does what a free booking cannot do without.

Six statements in one transaction: a place is taken, and booking, line, ticket, the event that tells
of it with its deliveries, and the record of who did it are written. Our settings for PostgreSQL and
gunicorn; tables with the keys of ours and little else (skeleton.sql). `bookings.py` starts it.
"""

import json
import os
import secrets
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from ticketing.core.environment import postgresql

FIRST_HALF = 50_000  # of the places: after each of these there is always one that is free
SUBSCRIBERS = ["audit", "mails", "files", "figures"]
CLAIM = """
WITH free AS (
    SELECT id FROM skeleton.place WHERE holder IS NULL AND number >= %s
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE skeleton.place AS taken SET holder = %s FROM free WHERE taken.id = free.id
RETURNING taken.id
"""
BOOKING = "INSERT INTO skeleton.booking (id, reference, email) VALUES (%s, %s, %s)"
LINE = """
INSERT INTO skeleton.line (booking_id, ticket_type, quantity) VALUES (%s, %s, 1) RETURNING id
"""
TICKET = "INSERT INTO skeleton.ticket (id, booking_id, line_id, place_id) VALUES (%s, %s, %s, %s)"
ANNOUNCE = """
WITH event AS (INSERT INTO skeleton.event (id, name, body) VALUES (%s, 'booked', %s) RETURNING id)
INSERT INTO skeleton.delivery (event_id, subscriber)
SELECT event.id, subscriber FROM event, unnest(%s::text[]) AS subscriber
"""
RECORD = "INSERT INTO skeleton.record (action, object_id, change) VALUES ('booked', %s, %s)"

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": postgresql(os.environ["DATABASE_URL"], connection_age=600)},
    ROOT_URLCONF=__name__,
)


def book(request: HttpRequest) -> HttpResponse:
    asked = json.loads(request.body)
    booking, ticket, reference = uuid4(), uuid4(), secrets.token_hex(6)
    told = json.dumps({"booking": str(booking), "event": asked["event"]})
    with transaction.atomic(), connection.cursor() as cursor:
        place = id_of(cursor, CLAIM, [secrets.randbelow(FIRST_HALF), booking])
        cursor.execute(BOOKING, [booking, reference, asked["buyer"]["email"]])
        line = id_of(cursor, LINE, [booking, asked["lines"][0]["ticket_type"]])
        cursor.execute(TICKET, [ticket, booking, line, place])
        cursor.execute(ANNOUNCE, [uuid4(), told, SUBSCRIBERS])
        cursor.execute(RECORD, [booking, told])
    return JsonResponse({"reference": reference, "tickets": [ticket]}, status=201)


def id_of(cursor: Any, statement: str, values: list[Any]) -> int:
    cursor.execute(statement, values)
    return int(cursor.fetchone()[0])


def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("", live), path("api/v1/bookings", book)]
application = get_wsgi_application()
