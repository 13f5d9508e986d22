import shutil
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories import PASSWORD
from tests.kit.pages import browser_of

CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
# What WCAG 2.2 AA asks; best practices beside it are looked at by eye.
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = next(found for name in CHROMIUM if (found := shutil.which(name)))
    return {**browser_type_launch_args, "executable_path": path, "args": QUIET}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser itself complains of: scripts, styles and requests that were refused."""
    heard: list[str] = []
    page.on(
        "console", lambda message: heard.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AA}})
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, site: str, user: User) -> None:
    """With a session that is there already; signing in itself is what the walks are for."""
    browser = browser_of(user)
    cookie = {"name": "session", "value": browser.cookies["session"].value, "url": site}
    page.context.add_cookies([cookie])


def confirm(page: Page, site: str) -> None:
    """Say by password that it is still the same person."""
    page.goto(f"{site}/account/reauthenticate/")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    expect(page).to_have_url(f"{site}/account/")
