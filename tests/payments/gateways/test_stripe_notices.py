"""What Stripe tells by itself: whether it was Stripe, and whom it concerns."""

from datetime import UTC, datetime, timedelta

import pytest

from payments.gateways import stripe_words
from payments.gateways.base import Forged, Report
from payments.gateways.stripe import Stripe
from tests.kit.stripe.telling import signed_header

SECRET, SIGNED_AT = "whsec_test_secret", 1760000000
BODY = b'{"id":"evt_test_1","object":"event","type":"payment_intent.succeeded"}'
SIGNATURE = "5666d5ce449c1e2e1b52a81299c4a304b70f3faaed1157d1a47f3d5a58706296"
MOMENT = datetime.fromtimestamp(SIGNED_AT, UTC)


def verified(header, *, secrets=(SECRET,), body=BODY, now=MOMENT):
    gateway = Stripe("sk_test_none", webhook_secrets=secrets)
    return list(gateway.verify(body, {"Stripe-Signature": header}, now=now))


def test_the_vector_of_the_research_is_signed_as_it_says():
    assert signed_header(SECRET, BODY, SIGNED_AT).startswith(f"t={SIGNED_AT},v1={SIGNATURE}")
    assert verified(f"t={SIGNED_AT},v1={SIGNATURE}") == [
        Report("evt_test_1", "payment_intent.succeeded", "")
    ]


@pytest.mark.parametrize(
    "header",
    [
        f"t={SIGNED_AT},v1={SIGNATURE[:-1]}7",
        f"t={SIGNED_AT},v0={SIGNATURE}",
        f"t={SIGNED_AT + 1},v1={SIGNATURE}",
        f"v1={SIGNATURE}",
        f"t={SIGNED_AT}",
        f"t=+{SIGNED_AT},v1={SIGNATURE}",
        f"t={'9' * 30},v1={SIGNATURE}",
        "",
    ],
)
def test_any_other_signature_is_forged(header):
    with pytest.raises(Forged):
        verified(header)


def test_any_of_our_secrets_and_any_of_its_signatures_will_do():
    header = f"t={SIGNED_AT},v1={'0' * 64},v1={SIGNATURE}"

    assert verified(header, secrets=["whsec_new", SECRET])
    assert verified(f"t={SIGNED_AT}, v1={SIGNATURE}", secrets=[SECRET, "whsec_new"])


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_other",)])
def test_without_the_secret_nothing_is_signed(secrets):
    with pytest.raises(Forged):
        verified(f"t={SIGNED_AT},v1={SIGNATURE}", secrets=secrets)


def test_nothing_is_signed_with_an_empty_secret():
    with pytest.raises(Forged):
        verified(signed_header("", BODY, SIGNED_AT), secrets=[""])


@pytest.mark.parametrize(
    ("off", "is_good"), [(-301, False), (-299, True), (299, True), (301, False)]
)
def test_five_minutes_either_way_are_the_limit(off, is_good):
    now, header = MOMENT + timedelta(seconds=off), f"t={SIGNED_AT},v1={SIGNATURE}"

    if is_good:
        assert verified(header, now=now)
    else:
        with pytest.raises(Forged):
            verified(header, now=now)


# --- Whom an event concerns ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "reference"),
    [
        ({"object": "checkout.session", "id": "cs_1", "payment_intent": "pi_1"}, "cs_1"),
        ({"object": "payment_intent", "id": "pi_1"}, "pi_1"),
        ({"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}, "pi_1"),
        ({"object": "refund", "id": "re_1", "payment_intent": {"id": "pi_1"}}, "pi_1"),
        ({"object": "dispute", "id": "du_1", "payment_intent": "pi_1"}, "pi_1"),
        ({"object": "payout", "id": "po_1"}, ""),
        ({"object": "of a later day", "payment_intent": None}, ""),
        ({}, ""),
    ],
)
def test_an_event_of_any_version_tells_whom_it_concerns(told, reference):
    event = {
        "id": "evt_1", "type": "of.a.later.day", "api_version": "2031-01-01.xanadu",
        "data": {"object": told, "of_a_later_day": 1}, "account": "acct_1",
    }  # fmt: skip

    assert stripe_words.report_in(event) == Report("evt_1", "of.a.later.day", reference, "acct_1")


def test_an_event_that_only_names_things_concerns_none():
    event = {"id": "evt_1", "object": "v2.core.event", "type": "v2.core.account.updated"}

    assert stripe_words.report_in(event) == Report("evt_1", "v2.core.account.updated", "")


@pytest.mark.parametrize(
    ("kind", "channel", "reference"),
    [
        ("payment_intent.succeeded", "web", ""),  # the page tells it
        ("payment_intent.succeeded", "mobile", "pi_1"),
        ("payment_intent.created", "mobile", ""),
        ("charge.succeeded", "mobile", ""),
        ("charge.refunded", "web", "pi_1"),
        ("charge.dispute.created", "web", "pi_1"),
        ("refund.failed", "web", "pi_1"),
    ],
)
def test_what_is_told_of_several_things_is_looked_into_once(kind, channel, reference):
    told = {"metadata": {"channel": channel}, "payment_intent": "pi_1", "object": "other"}
    if kind.startswith("payment_intent"):
        told |= {"id": "pi_1", "object": "payment_intent"}

    event = {"id": "evt_1", "type": kind, "data": {"object": told}}

    assert stripe_words.report_in(event).reference == reference
