"""Every POST of the API takes an Idempotency-Key, and none below /auth keeps an answer."""

from django.urls import URLResolver, get_resolver

from ticketing.core.api import View

API = "api/v1/"


def views_of_the_api(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views_of_the_api(pattern.url_patterns, route)
        elif route.startswith(API) and hasattr(pattern.callback, "view_class"):
            yield route.removeprefix(API), pattern.callback.view_class


POSTS = {route: view for route, view in views_of_the_api() if hasattr(view, "post")}


def test_every_post_outside_auth_takes_keys():
    without = [
        route
        for route, view in POSTS.items()
        if not route.startswith("auth/")
        if not (issubclass(view, View) and view.idempotency)
    ]

    assert without == []


def test_no_post_below_auth_stores_what_it_answered():
    storing = [
        route
        for route, view in POSTS.items()
        if route.startswith("auth/")
        if issubclass(view, View) and view.idempotency
    ]

    assert storing == []
