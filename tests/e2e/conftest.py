import shutil
from collections.abc import Callable
from typing import Any, Literal

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
# A phone of 320 pixels, and any window of twice that at 200 % zoom.
SMALLEST = {"width": 320, "height": 640}
LOOKS: list[tuple[Literal["light", "dark"], str]] = [
    (scheme, width) for scheme in ("light", "dark") for width in WIDTHS
]
# What WCAG 2.2 AA asks; best practices beside it are looked at by eye.
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NOT_THERE = {"/nowhere", "/fr/nowhere"}
AXE = Axe().axe_script
LOOK = """
async (tags) => {
    for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
    const found = await axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)}`));
}
"""


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
    """What axe finds; of all that it knows only that, since the rest is a megabyte."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(LOOK, AA)
    return found


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def wear(page: Page, scheme: Literal["light", "dark"], width: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(WIDTHS[width])


def wrong_in_any_look(page: Page) -> dict[str, list[str]]:
    """What axe and a ruler find on the page that is open, by look."""
    found = {}
    for scheme, width in LOOKS:
        wear(page, scheme, width)
        if wrong := wrong_now(page):
            found[f"{scheme}, {width}"] = wrong
    return found


def wrong_now(page: Page) -> list[str]:
    return violations(page) + (["too wide"] if overflow(page) > 0 else [])


def in_french(page: Page) -> list[str]:
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    return wrong_now(page)


def troubles(
    page: Page, site: str, addresses: list[str], look: Callable[[Page], Any] = wrong_in_any_look
) -> dict[str, Any]:
    """What is wrong with each page, each opened once."""
    found = {}
    for address in addresses:
        answer = page.goto(f"{site}{address}")
        assert answer is not None
        expected = 404 if address in NOT_THERE else 200
        assert (page.url, answer.status) == (f"{site}{address}", expected)
        if wrong := look(page):
            found[address] = wrong
    return found


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
