"""What a browser or app calls itself, in words that its owner knows it by."""

import re

from django.utils.translation import gettext as _

# The first that matches counts: most browsers also claim to be those further down.
BROWSERS = [
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|OPiOS/|Opera", "Opera"),
    (r"Vivaldi/", "Vivaldi"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"YaBrowser/", "Yandex"),
    (r"DuckDuckGo/|Ddg/", "DuckDuckGo"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"CriOS/|Chrome/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
]
SYSTEMS = [
    (r"Android", "Android"),
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"CrOS", "ChromeOS"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X|Darwin/", "macOS"),
    (r"Linux|X11", "Linux"),
]
LONGEST_NAME = 40


def device_name(user_agent: str) -> str:
    """Such as "Firefox on Linux"; an app's own name if it is no browser; else that we do not know.

    A guess for people, from a text that anybody can write: nothing may be decided by it.
    """
    browser, system = first_match(BROWSERS, user_agent), first_match(SYSTEMS, user_agent)
    name = browser or app_name(user_agent)
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or _("A device that does not say what it is")


def first_match(names: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, user_agent)), "")


def app_name(user_agent: str) -> str:
    """`Box Office/2.1 (iPhone)` is Box Office: apps put their name before their version."""
    name = re.split(r"[/(]", user_agent, maxsplit=1)[0].strip()
    return "" if name == "Mozilla" else name[:LONGEST_NAME]
