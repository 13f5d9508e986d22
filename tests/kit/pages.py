"""A browser without a screen: signs in by the page, as people do, and reads what the page says."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD


def browser_of(user: User, **headers: str) -> Client:
    """A browser in which the person has signed in with their password."""
    browser = Client(headers=headers)
    sign_in(browser, user)
    return browser


def sign_in(browser: Client, user: User, *, password: str = PASSWORD, **fields: str) -> Any:
    body = {"login": user.email, "password": password, **fields}
    return browser.post(reverse("account_login"), body)


def confirm(browser: Client, *, password: str = PASSWORD) -> Any:
    """Say once more that it is still the same person."""
    return browser.post(reverse("account_reauthenticate"), {"password": password})


def is_signed_in(browser: Client) -> bool:
    return browser.get(reverse("account")).status_code == 200


def text_of(answer: Any) -> str:
    """The words of the page's main part, without tags."""
    main = answer.text.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def errors_of(answer: Any) -> dict[str, list[str]]:
    """What the page's form finds wrong, by field; `__all__` for what is above the fields."""
    return dict(answer.context["form"].errors)
