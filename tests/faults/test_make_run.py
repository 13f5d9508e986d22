"""`make run` as a person meets it: starting, failing to start, losing a part, stopping."""

import json
import os
import shutil
import socket

import psycopg
import pytest

from tests.kit.running import until
from ticketing.local.__main__ import answers
from ticketing.local.ports import HOST, first_free
from ticketing.local.supervisor import Supervisor
from ticketing.local.valkey import Valkey

PAGES = ["/", "/fr/", "/imprint/", "/health", "/health/live", "/health/ready", "/admin/login/"]
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("make run")]


def statuses(run):
    return {page: run.get(page).status for page in PAGES}


def test_run_starts_serves_survives_kill_9_of_everything_and_stops_without_a_trace(make_run):
    run = make_run()
    run.wait_until_ready()
    assert statuses(run) == dict.fromkeys(PAGES, 200)
    assert "Village Hall" in run.get("/imprint/").text
    until(lambda: run.get("/health/ready").json()["parts"]["worker"] == "ok")
    assert run.get("/health/ready").json()["parts"] == dict.fromkeys(
        ["database", "migrations", "relay", "redis", "worker", "storage", "mail"], "ok"
    ) | {"scanner": "not_configured"}
    write_a_text(run, "Written before the crash.")

    run.kill()
    run.wait_until_ended()
    until(lambda: run.processes() == {})
    again = make_run(port=run.port)
    again.wait_until_ready()

    assert "Written before the crash." in again.get("/terms/").text
    assert again.stop() == 0
    assert again.processes() == {}
    assert "Everything has stopped. Your data is kept." in again.said()


def write_a_text(run, body):
    state = json.loads((run.folder / "state.json").read_text())
    address = (
        f"postgresql://ticketing_app:{state['database_password']}@{HOST}:"
        f"{state['ports']['postgres']}/ticketing"
    )
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE accounts_legaltext SET body = %s", [body])


def test_run_when_parts_die_restarts_them_and_pages_go_on(make_run):
    run = make_run(is_prepared=True)
    run.wait_until_ready()
    until(lambda: run.get("/health/ready").json()["parts"]["worker"] == "ok")
    assert statuses(run) == dict.fromkeys(PAGES, 200)

    run.kill("bin/postgres")
    assert run.get("/").status == 200  # the public pages have their copy
    until(lambda: run.get("/imprint/?from=database").status == 200)

    run.kill("valkey")
    assert statuses(run) == dict.fromkeys(PAGES, 200)

    run.kill("celery")
    assert statuses(run) == dict.fromkeys(PAGES, 200)
    until(lambda: run.get("/health/ready").json()["parts"]["worker"] == "ok")

    run.kill("manage.py relay")
    until(lambda: "  relay stopped" in run.said())
    until(lambda: run.get("/health/ready").json()["parts"]["relay"] == "ok")

    run.kill("gunicorn")
    until(lambda: "  web stopped" in run.said())
    until(lambda: answers(f"http://{HOST}:{run.port}/health/live"))
    assert statuses(run) == dict.fromkeys(PAGES, 200)

    for part in ("postgres", "valkey", "worker", "relay", "web"):
        assert f"  {part} stopped (killed by SIGKILL); starting it again in 0.5 s." in run.said()
    assert run.stop() == 0


@pytest.fixture
def own_valkey(tmp_path):
    """A server that the test, not the run, starts and stops."""
    valkey = Valkey(tmp_path / "valkey", port=first_free(30_500 + os.getpid() % 500))
    supervisor = Supervisor(tmp_path / "logs")
    part = valkey.part()
    supervisor.start(part)
    yield valkey, part, supervisor
    supervisor.stop()


def test_run_when_redis_is_emptied_stopped_and_back_goes_on_and_says_what_is_true(
    make_run, own_valkey
):
    valkey, part, supervisor = own_valkey
    run = make_run(is_prepared=True, REDIS_URL=valkey.address)
    run.wait_until_ready()
    until(lambda: run.get("/health/ready").json()["parts"]["worker"] == "ok")

    valkey.client().flushall()
    assert statuses(run) == dict.fromkeys(PAGES, 200)
    until(lambda: run.get("/health/ready").json()["parts"]["worker"] == "ok")

    supervisor.stop()
    until(lambda: run.get("/health/ready").json()["parts"]["redis"] == "down")
    assert statuses(run) == dict.fromkeys(PAGES, 200)
    assert run.get("/health/ready").json()["parts"]["worker"] == "unknown"

    part.start(supervisor.log_of(part))
    until(lambda: run.get("/health/ready").json()["parts"]["redis"] == "ok")
    until(lambda: run.get("/health/ready").json()["parts"]["worker"] == "ok")
    assert statuses(run) == dict.fromkeys(PAGES, 200)


def test_run_when_the_database_is_away_shows_what_it_has_and_says_so_of_the_rest(
    make_run,
):
    run = make_run(is_prepared=True)
    run.wait_until_ready()
    kept = ("/", "/fr/", "/imprint/")
    assert [run.get(page).status for page in kept] == [200, 200, 200]
    hidden = f"{run.folder}/postgres/data/postgresql.conf"
    shutil.move(hidden, f"{hidden}.away")  # it cannot start again until this is back

    run.kill("bin/postgres")

    assert [run.get(page).status for page in kept] == [200, 200, 200]
    until(lambda: run.get("/health/ready").status == 503)
    people = run.get("/health")
    assert (people.status, "<header" in people.text) == (503, True)
    terms = run.get("/terms/")
    assert (terms.status, terms.headers["Retry-After"]) == (503, "5")
    assert "We cannot reach our records just now." in terms.text

    shutil.move(f"{hidden}.away", hidden)
    until(lambda: run.get("/health/ready").status == 200, 60)
    assert run.get("/terms/").status == 200


def ended(run):
    """The exit code and the one sentence."""
    code = run.wait_until_ended()
    sentences = [
        line for line in run.said().splitlines() if line.startswith("This run cannot start.")
    ]
    assert len(sentences) == 1, run.said()
    assert "Traceback" not in run.said()
    assert run.processes() == {}
    return code, sentences[0]


def test_run_when_the_port_is_taken_says_so(make_run):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        code, sentence = ended(make_run(port=port))

    assert code == 1
    assert f"Port {port} is taken" in sentence
    assert f"PORT={port + 1} make run" in sentence


def test_run_when_the_port_is_no_port_says_so(make_run):
    assert ended(make_run(PORT="eighty")) == (
        1,
        "This run cannot start. PORT is 'eighty', which is no port number.",
    )


def test_run_when_the_data_folder_is_a_file_says_so(make_run, tmp_path):
    (tmp_path / "file").write_text("x")

    code, sentence = ended(make_run(DATA_DIR=str(tmp_path / "file")))

    assert code == 1
    assert "cannot be used" in sentence


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("state.json", "{", "cannot be read"),
        ("state.json", '{"format": 99}', "another version of this product"),
        ("postgres/data/PG_VERSION", "15\n", "holds data of PostgreSQL 15"),
        ("postgres/data/PG_VERSION", "18\n", "holds a database but not its password"),
        ("postgres/data/notes.txt", "x", "no PostgreSQL data folder"),
    ],
)
def test_run_when_the_data_folder_is_broken_or_older_says_so(
    make_run, folder, name, content, words
):
    path = folder / "data" / name
    path.parent.mkdir(parents=True)
    path.write_text(content)

    code, sentence = ended(make_run())

    assert code == 1
    assert words in sentence


def test_run_when_another_run_has_the_folder_says_so(make_run):
    first = make_run()
    until((first.folder / "lock").exists)

    second = make_run(port=first_free(first.port + 1))
    code = second.wait_until_ended()

    assert code == 1
    assert "Another run already uses" in second.said()


def test_run_when_the_database_it_was_given_is_away_says_so(make_run):
    nowhere = f"postgresql://a:b@{HOST}:1/none"

    code, sentence = ended(make_run(DATABASE_URL=nowhere))

    assert code == 1
    assert "The database could not be prepared: connection failed" in sentence


def test_run_when_a_setting_is_wrong_names_it(make_run):
    code, sentence = ended(make_run(RATE_LIMIT_SCALE="many"))

    assert code == 1
    assert "RATE_LIMIT_SCALE" in sentence
