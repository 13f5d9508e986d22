"""Mails in a real browser, as a webmail would show them."""

import pytest
from playwright.sync_api import expect

from accounts.notifications.domain.templates import preview
from accounts.notifications.kinds import kinds_by_mail
from tests.e2e.conftest import SMALLEST, wrong_in_any_look, wrong_now

pytestmark = [pytest.mark.django_db]  # what asks a server has its rows committed


@pytest.mark.parametrize("kind", kinds_by_mail(), ids=lambda kind: kind.name)
def test_mail_is_accessible_and_fits(page, kind):
    # At its own address a mail may run no script, not even the checker's.
    page.set_content(preview(kind, "fr").html)

    assert wrong_in_any_look(page) == {}


@pytest.mark.parametrize("address", ["", "invitation/"])
def test_gallery_of_mails_is_accessible_and_fits(page, live_server, complaints, address):
    page.set_viewport_size(SMALLEST)

    page.goto(f"{live_server.url}/gallery/mails/{address}")

    assert wrong_now(page) == []
    assert complaints == []


def test_mail_is_shown_in_a_frame_beside_its_text(page, live_server):
    page.goto(f"{live_server.url}/gallery/mails/invitation/")

    link = page.frame_locator("iframe").get_by_role("link", name="See the invitation")
    expect(link).to_be_visible()
