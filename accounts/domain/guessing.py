"""Holding back who guesses: per account, and over all accounts together.

How often one address may call is the table of limits' (ticketing/limits.py). These two see what
it cannot: one account guessed at from many addresses, and one password tried on many accounts.
Without Redis both are stricter, never open (core/limits.py).
"""

import math

from django.utils.translation import ngettext_lazy

from ticketing.core.errors import TooOften
from ticketing.core.limits import Limit

GUESSES_AT_ONE_ACCOUNT = Limit(calls=10, seconds=600)
GUESSES_AT_ALL = Limit(calls=3000, seconds=60)


class TooManyGuesses(TooOften):
    code = "too_many_attempts"
    message = ngettext_lazy(
        "That was tried too often. Please try again in %(minutes)d minute.",
        "That was tried too often. Please try again in %(minutes)d minutes.",
        "minutes",
    )


def password_of(email: str) -> str:
    """How a guess at an account's password is named, by whichever way it comes."""
    return f"account {email.lower()}"


def count_guess(about: str) -> None:
    """Before a secret is compared; `about` names whose secret it is."""
    wait = GUESSES_AT_ONE_ACCOUNT.take("guess", about) or GUESSES_AT_ALL.take("guess", "anybody")
    if wait:
        minutes = math.ceil(wait / 60)
        raise TooManyGuesses(
            TooManyGuesses.message % {"minutes": minutes}, retry_after=math.ceil(wait)
        )


def forget_guesses(about: str) -> None:
    """Who knew the secret was no guesser."""
    GUESSES_AT_ONE_ACCOUNT.fill("guess", about)
