from itertools import count

import pytest

from ticketing.core import briefly
from ticketing.core.briefly import kept_briefly


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(briefly.time, "monotonic", lambda: now[0])
    return now


def test_an_answer_is_kept_for_its_time_and_read_again_after_it(clock):
    numbers = count(1)
    ask = kept_briefly(seconds=1.0)(lambda name: (name, next(numbers)))

    assert [ask("a"), ask("a"), ask("b")] == [("a", 1), ("a", 1), ("b", 2)]
    clock[0] += 1.0
    assert ask("a") == ("a", 3)


def test_an_error_is_not_kept(clock):
    answers = iter([ZeroDivisionError, None])

    @kept_briefly(seconds=1.0)
    def ask():
        if (error := next(answers)) is not None:
            raise error

    with pytest.raises(ZeroDivisionError):
        ask()
    assert ask() is None


def test_no_more_is_kept_than_fits(clock, monkeypatch):
    monkeypatch.setattr(briefly, "MOST_KEPT", 2)
    numbers = count(1)
    ask = kept_briefly(seconds=60.0)(lambda name: next(numbers))

    assert [ask("a"), ask("b"), ask("c"), ask("a")] == [1, 2, 3, 4]


def test_everything_is_forgotten_by_a_process_that_has_just_begun(clock):
    numbers = count(1)
    ask = kept_briefly(seconds=60.0)(lambda: next(numbers))
    ask()

    briefly.forget_all()

    assert ask() == 2
