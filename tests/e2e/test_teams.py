"""From an owner's invitation to a steward who sees the door and nothing else."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from tests.e2e.conftest import press, sign_in, violations
from tests.e2e.test_accounts import log_in, mails_of
from tests.factories import MembershipFactory, OrganizerFactory, UserFactory
from ticketing.core.environment import mailer
from ticketing.core.outbox import deliver_all

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_an_invited_steward_accepts_and_sees_only_what_a_steward_may(
    page, browser, live_server, catcher, settings, complaints
):
    smtp, mails = catcher
    site = live_server.url
    settings.MAILERS = {"default": mailer(smtp)}
    settings.SITE_URL = site
    owner = MembershipFactory(
        organizer=OrganizerFactory(name="Village choir"), user=UserFactory(name="Oumar")
    ).user
    steward = UserFactory(email="stella@example.org", name="Stella")

    sign_in(page, site, owner)
    page.goto(f"{site}/admin/accounts/invitation/add/")
    page.locator("[name=email]").fill(steward.email)
    page.locator("[name=role]").select_option(Role.DOOR)
    page.locator("[name=_save]").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    deliver_all(now=timezone.now())
    (mail,) = mails_of(mails)

    phone = browser.new_page()
    phone.goto(re.findall(rf"{site}/\S+", mail["text"])[0])
    log_in(phone, steward)
    expect(phone.get_by_text("Oumar invites you into the team. Your role: Door.")).to_be_visible()
    assert violations(phone) == []
    press(phone, "Join the team")
    expect(phone.get_by_text("You are in the team of Village choir.")).to_be_visible()
    expect(phone.get_by_role("heading", name="Village choir")).to_be_visible()
    assert phone.goto(f"{site}/admin/").status == 403
    assert phone.goto(f"{site}/admin/accounts/membership/").status == 403
    phone.close()
    assert complaints == []
