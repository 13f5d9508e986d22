"""From the page of an event to a ticket that was paid for, by way of the simulator's page."""

import threading

import pytest
import requests
from playwright.sync_api import expect

from accounts.notifications.models import Message
from bookings.models import Booking
from payments.gateways import configured
from payments.models import Payment
from payments.simulator.server import serve
from tests.e2e.conftest import WIDTHS, press, violations
from tests.e2e.test_booking import fill, is_fine, shoot, songs
from tests.kit.running import until
from tests.payments.till import DECLINED, PAYS, SECURE
from ticketing.core.outbox import deliver_all
from ticketing.local.ports import HOST

pytestmark = [pytest.mark.django_db(transaction=True)]
__all__ = ["songs"]  # a fixture


@pytest.fixture(autouse=True)
def simulator(live_server, settings):
    """One that tells this test's web server what happens, and sends buyers back to it."""
    notices = f"{live_server.url}/webhooks/simulator"
    made = serve(":memory:", host=HOST, port=0, secret="a secret of this test", notices=notices)
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    settings.SIMULATOR_URL = f"http://{HOST}:{made.server_port}"
    settings.SIMULATOR_SECRET = "a secret of this test"
    settings.SITE_URL = live_server.url
    policy = settings.SECURE_CSP
    settings.SECURE_CSP = {
        **policy,
        "form-action": [*policy["form-action"], settings.SIMULATOR_URL],
    }
    configured.cache_clear()
    yield made
    configured.cache_clear()
    made.shutdown()
    made.server_close()


def go_to_pay(page, site):
    """Two screens of ours, and then the gateway's."""
    page.goto(f"{site}/events/quiet-songs/")
    page.get_by_label("How many: Balcony").select_option("1")
    page.get_by_role("button", name="Hold").click()
    fill(page)
    shoot(page, "2-pay-phone")
    assert is_fine(page)
    press(page, "Pay €21.50")
    expect(page.get_by_label("Card number")).to_be_visible()


def pay(page, card=""):
    if card:
        page.get_by_label("Card number").fill(card)
    page.get_by_role("button", name="Pay").click()


def has_ticket(page):
    expect(page.get_by_role("heading", name="Your ticket")).to_be_visible(timeout=15_000)
    assert Booking.objects.get().is_confirmed
    return True


def test_guest_pays_for_a_ticket_in_two_screens_and_the_gateways(
    page, live_server, songs, complaints
):
    page.set_viewport_size(WIDTHS["phone"])
    go_to_pay(page, live_server.url)
    assert violations(page) == []
    pay(page)

    assert has_ticket(page)
    shoot(page, "3-paid-phone")
    assert is_fine(page)
    assert complaints == []


def test_guest_whose_card_is_declined_pays_with_another(page, live_server, songs):
    page.set_viewport_size(WIDTHS["phone"])
    go_to_pay(page, live_server.url)
    pay(page, DECLINED)
    expect(page.get_by_role("alert")).to_contain_text("The card was declined.")
    assert violations(page) == []
    pay(page, "4242 4242 4242 4242")

    assert has_ticket(page)
    assert Payment.objects.get().captured == 2150


def test_guest_confirms_at_the_bank_and_may_first_refuse(page, live_server, songs):
    go_to_pay(page, live_server.url)
    pay(page, SECURE)
    assert violations(page) == []
    press(page, "No")
    expect(page.get_by_role("alert")).to_contain_text("You did not confirm it.")
    pay(page, SECURE)
    press(page, "Yes, pay")

    assert has_ticket(page)


def test_guest_who_goes_back_without_paying_is_told_so_and_goes_on(page, live_server, songs):
    page.set_viewport_size(WIDTHS["phone"])
    go_to_pay(page, live_server.url)
    page.get_by_role("link", name="Back without paying").click()
    expect(page.get_by_text("This is not paid yet")).to_be_visible()
    shoot(page, "3-unpaid-phone")
    assert is_fine(page)
    page.get_by_role("link", name="Go on paying").click()
    pay(page)

    assert has_ticket(page)


def test_guest_who_closes_the_window_after_paying_gets_the_ticket_by_mail(
    browser, live_server, songs
):
    """The gateway takes the money, and nobody follows its way back."""
    context = browser.new_context()
    page = context.new_page()
    go_to_pay(page, live_server.url)
    gateways = page.url
    context.close()
    paid = requests.post(gateways, {"card": PAYS}, allow_redirects=False, timeout=30)
    assert paid.headers["Location"] == Payment.objects.get().return_url

    def is_told():
        deliver_all(raise_errors=False)
        return Message.objects.filter(kind="booking_confirmed").exists()

    until(is_told, 30)
    assert Booking.objects.get().is_confirmed


def test_guest_pays_without_a_script(browser, live_server, songs):
    context = browser.new_context(java_script_enabled=False, viewport=WIDTHS["phone"])
    page = context.new_page()
    page.goto(f"{live_server.url}/events/quiet-songs/")
    page.get_by_label("How many: Balcony").select_option("1")
    press(page, "Hold places")
    fill(page)
    press(page, "Pay €21.50")
    pay(page)

    assert has_ticket(page)
    context.close()
