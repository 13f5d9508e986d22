"""A Stripe on loopback: it speaks the API that the official library speaks, and forbids what
Stripe forbids. What it cannot prove: real bank pages, how fast notices come, who takes which
method where. For that the contract suite runs against Stripe's test mode, with STRIPE_TEST_KEY."""

from tests.kit.stripe.server import StripeFake

__all__ = ["StripeFake"]
