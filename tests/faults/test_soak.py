"""The long form: readers keep asking while parts are killed again and again."""

import random
from collections import Counter
from http.client import HTTPException
from threading import Event, Thread

import pytest

from tests.kit.running import until

ROUNDS = 20
READERS = 8
PARTS = ["bin/postgres", "valkey", "celery", "manage.py relay", "gunicorn"]


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_readers_get_a_page_or_a_clear_word_while_parts_die(make_run):
    run = make_run(is_prepared=True, WEB_CONCURRENCY="2", RATE_LIMIT_SCALE="100000")
    run.wait_until_ready()
    answers, is_over = Counter(), Event()

    def read():
        while not is_over.is_set():
            try:
                answers[run.get(random.choice(["/", "/fr/", "/imprint/", "/terms/"])).status] += 1
            except (OSError, HTTPException):
                answers["refused"] += 1  # the web server itself is being started again
                is_over.wait(0.05)

    readers = [Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for number in range(ROUNDS):
        run.kill(PARTS[number % len(PARTS)])
        until(run.is_well, 90)
    is_over.set()
    for reader in readers:
        reader.join()

    assert set(answers) <= {200, 503, "refused"}
    # Only what no process had in its memory is missed, and only until the database is back.
    assert answers[503] < 0.02 * answers[200]
    assert run.stop() == 0
