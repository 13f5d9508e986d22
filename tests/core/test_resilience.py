"""Calls outside: what fails is repeated where it may be, known to be down, and never taken for
something that was not sent."""

import threading

import pytest

from ticketing.core.resilience import MOST_FAILURES, Away, Fuse, Line, NoAnswer


class Service:
    """Fails as often as it is told to, then answers."""

    def __init__(self, *failures):
        self.failures, self.calls = list(failures), 0

    def __call__(self):
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


@pytest.fixture
def line(request):
    return Line(request.node.name)


def test_what_may_be_sent_twice_is_tried_again(line):
    service = Service(OSError(), OSError())

    assert line.call(service, is_safe=True) == "answer"
    assert service.calls == 3


def test_what_may_not_be_sent_twice_is_sent_once(line):
    service = Service(OSError())

    with pytest.raises(NoAnswer):
        line.call(service, is_safe=False)
    assert service.calls == 1


def test_an_answer_that_says_nothing_is_no_answer(line):
    with pytest.raises(NoAnswer):
        line.call(lambda: 500, is_safe=True, is_bad=lambda answer: answer == 500)


def test_an_error_of_ours_is_raised_and_counts_for_nothing(line):
    with pytest.raises(ZeroDivisionError):
        line.call(lambda: 1 // 0, is_safe=True)
    assert line.fuse.failures == []


def test_a_service_that_is_down_is_not_asked_by_anybody(line):
    for _ in range(MOST_FAILURES):
        with pytest.raises(NoAnswer):
            line.call(Service(OSError()), is_safe=False)
    service = Service()

    with pytest.raises(Away):
        line.call(service, is_safe=True)
    with pytest.raises(Away):  # another process, which has seen none of it
        Line(line.name).call(service, is_safe=True)
    assert service.calls == 0


def test_failures_of_several_processes_count_together(line):
    for _ in range(MOST_FAILURES):
        Fuse(line.name).failed()

    assert Fuse(line.name).is_blown()


def test_something_that_worked_makes_good_what_failed_before(line):
    for _ in range(MOST_FAILURES * 2):
        with pytest.raises(NoAnswer):
            line.call(Service(OSError()), is_safe=False)
        line.call(Service(), is_safe=False)

    assert not line.fuse.is_blown()


def test_after_the_pause_one_failure_is_enough(line):
    for _ in range(MOST_FAILURES):
        line.fuse.failed()
    line.fuse.blown_until = 0.0
    rested = line.fuse

    rested.failed()

    assert rested.blown_until > 0


def test_a_fuse_that_blows_between_two_tries_does_not_say_that_nothing_was_sent(line):
    for _ in range(MOST_FAILURES - 1):
        line.fuse.failed()

    with pytest.raises(NoAnswer):
        line.call(Service(OSError(), OSError()), is_safe=True)


def test_a_slow_service_holds_only_so_many(line):
    line.room = threading.BoundedSemaphore(1)
    line.room.acquire()
    service = Service()

    with pytest.raises(Away):
        line.call(service, is_safe=True)
    assert service.calls == 0


def test_without_redis_each_process_knows_for_itself(line, monkeypatch):
    monkeypatch.setattr(
        "ticketing.core.resilience.ask_redis", lambda question, otherwise: otherwise
    )
    for _ in range(MOST_FAILURES):
        line.fuse.failed()

    assert line.fuse.is_blown()
    assert not Fuse(line.name).is_blown()
