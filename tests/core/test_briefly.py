from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event, Semaphore

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


class Slow:
    """Answers with the next number, when it is let go on; in a thread of its own."""

    def __init__(self):
        self.numbers, self.began, self.may_go_on = count(1), Semaphore(0), Event()
        self.may_go_on.set()
        self.fails = False

    def __call__(self):
        self.began.release()
        assert self.may_go_on.wait(5)
        if self.fails:
            raise ZeroDivisionError
        return next(self.numbers)

    @contextmanager
    def on_its_way(self, ask):
        """While one thread is reading; afterwards it has its answer, which is given here."""
        while self.began.acquire(blocking=False):
            pass
        self.may_go_on.clear()
        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(ask)
            assert self.began.acquire(timeout=5)
            try:
                yield answer
            finally:
                self.may_go_on.set()


def test_while_one_reads_anew_the_others_get_what_was_kept(clock):
    ask = kept_briefly(seconds=1.0)(slow := Slow())
    ask()
    clock[0] += 1.9

    with slow.on_its_way(ask) as answer:
        meanwhile = [ask(), ask()]

    assert (meanwhile, answer.result(), ask()) == ([1, 1], 2, 2)


def test_what_is_twice_as_old_as_it_may_be_is_given_to_nobody(clock):
    ask = kept_briefly(seconds=1.0)(slow := Slow())
    ask()
    clock[0] += 1.0

    with slow.on_its_way(ask) as answer, ThreadPoolExecutor(1) as threads:
        clock[0] += 1.0
        other = threads.submit(ask)
        assert slow.began.acquire(timeout=5)
        slow.may_go_on.set()

    assert {answer.result(), other.result()} == {2, 3}


def test_who_reads_gets_the_error_and_the_next_reads_again(clock):
    ask = kept_briefly(seconds=1.0)(slow := Slow())
    ask()
    clock[0] += 1.0
    slow.fails = True

    with slow.on_its_way(ask) as answer:
        assert ask() == 1
    with pytest.raises(ZeroDivisionError):
        answer.result()
    with pytest.raises(ZeroDivisionError):
        ask()
    slow.fails = False
    assert ask() == 2


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
