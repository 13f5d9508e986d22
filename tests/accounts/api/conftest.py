import pytest

from accounts.notifications.domain.messages import SENT


@pytest.fixture(autouse=True)
def clean():
    SENT.clear()
