import pytest
from django.template.loader import render_to_string

from accounts.notifications.domain.suppressions import suppress_address
from accounts.notifications.enums import SuppressionReason
from accounts.notifications.queries import problems_of_address
from tests.accounts.notifications.conftest import NOW


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (SuppressionReason.HARD_BOUNCE, "Mail to attendee@example.org came back"),
        (SuppressionReason.COMPLAINT, "was marked as spam"),
        (SuppressionReason.MANUAL, "We do not write to attendee@example.org at present"),
    ],
)
def test_person_is_told_why_no_mail_comes(attendee, reason, said):
    suppress_address(attendee.email, reason=reason, now=NOW)
    (problem,) = problems_of_address(attendee)

    html = render_to_string(
        "accounts/notifications/address_problem.html", {"problem": problem, "href": "/account/"}
    )

    assert said in html
    assert '<a href="/account/">Check the address</a>' in html


def test_person_whose_mail_arrives_is_told_nothing(attendee):
    assert problems_of_address(attendee) == []
