"""Password rules beside Django's own: long is good, composition is nobody's business."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 1000
# What forms and calls take at all: more than the rule, which says why; nonsense is not hashed.
LONGEST_TAKEN = 4096
# What people take who are asked for a password by a ticket office.
WORDS_OF_TICKET_OFFICES = ("ticket", "password", "passwort", "motdepasse", "billet")
LEAST_BESIDE_A_WORD = 6


class MaximumLengthValidator:
    """Hashing is costly on purpose: what is longer than any pass phrase is an attack."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Please use no more than %(number)s characters.") % {"number": LONGEST}


class WordsOfThisSiteValidator:
    """Refuses passwords that are little more than the site's name or what it sells."""

    def validate(self, password: str, user: Any = None) -> None:
        words = {*WORDS_OF_TICKET_OFFICES, "".join(settings.SITE_NAME.lower().split())}
        left = "".join(password.lower().split())
        for word in sorted(words, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEAST_BESIDE_A_WORD:
            raise ValidationError(self.get_help_text(), code="password_of_this_site")

    def get_help_text(self) -> str:
        return _("It should be more than the name of this site with a number.")
