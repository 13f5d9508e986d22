from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client, TransactionTestCase

from accounts.models import User
from tests.factories import PASSWORD, UserFactory
from tests.kit.emptying import empty_tables
from ticketing.core import briefly, limits, pages, redis
from ticketing.core.redis import redis_client
from ticketing.health import probes, views

pytest_plugins = ["tests.kit.catcher", "tests.kit.dying", "tests.kit.logs"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database is there and migrated: tests/kit/servers.py made it, as the owner."""
    TransactionTestCase._fixture_teardown = empty_tables


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """What a process remembers between requests, forgotten between tests."""
    redis_client().flushdb()
    redis._away_until = 0.0
    pages.forget_everything_in_memory()
    briefly.forget_all()
    limits.forget_buckets_in_memory()
    views.examination.made_at = float("-inf")
    probes._complete = False
    yield
    cache.close()


# The people everybody knows.


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(email="staff@example.org", name="Salma", is_staff=True, is_superuser=True)


@pytest.fixture
def organizer(db: None) -> User:
    return UserFactory(email="organizer@example.org", name="Oumar")


@pytest.fixture
def attendee(db: None) -> User:
    return UserFactory(email="attendee@example.org", name="Ada")


@pytest.fixture
def steward(db: None) -> User:
    return UserFactory(email="steward@example.org", name="Stella")


@pytest.fixture
def stranger(db: None) -> User:
    return UserFactory(email="stranger@example.org", name="Sam")


@pytest.fixture
def staff_client(staff: User) -> Client:
    client = Client()
    assert client.login(email=staff.email, password=PASSWORD)
    return client
