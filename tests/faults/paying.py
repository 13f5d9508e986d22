"""Processes around a payment, for fault tests that let them die; beside what
tests.faults.booking does:

python -m tests.faults.paying pay [mobile]          what is held: the attempt at the gateway
python -m tests.faults.paying notice REFERENCE      a signed delivery, as the web service gets it
python -m tests.faults.paying return                the buyer comes back
python -m tests.faults.paying poll                  the poller, a while later
python -m tests.faults.paying close                 whose time to pay is over
python -m tests.faults.paying serve                 as in tests.faults.booking
"""

import sys
from datetime import timedelta

import django

django.setup()

from django.test import Client  # noqa: E402 - once Django is ready

from bookings.domain.expiring import begin_expiring  # noqa: E402 - once Django is ready
from bookings.models import Booking  # noqa: E402 - once Django is ready
from payments.domain.polling import settle_due  # noqa: E402 - once Django is ready
from payments.domain.starting import Wanted, start_payment  # noqa: E402 - once Django is ready
from payments.enums import Channel  # noqa: E402 - once Django is ready
from payments.models import Payment  # noqa: E402 - once Django is ready
from tests.faults import booking as bookings  # noqa: E402 - once Django is ready
from tests.payments.signing import deliver  # noqa: E402 - once Django is ready
from ticketing.core.clock import database_now  # noqa: E402 - once Django is ready


def pay(channel="web"):
    wanted = Wanted(
        channel=Channel(channel), return_url="http://testserver/payments/{payment}/return/"
    )
    start_payment(Booking.objects.get(), wanted, by=None, now=database_now())


def notice(reference):
    assert deliver(reference).status_code == 200


def come_back():
    Client().get(f"/payments/{Payment.objects.get().pk}/return/")


def poll():
    settle_due(now=database_now() + timedelta(minutes=10))


def close():
    begin_expiring(now=database_now() + timedelta(minutes=30))


bookings.ACTS |= {
    "pay": pay,
    "notice": notice,
    "return": come_back,
    "poll": poll,
    "close": close,
}

if __name__ == "__main__":
    bookings.serve() if sys.argv[1] == "serve" else bookings.act(sys.argv[1:], {})
