import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.starting import start

BASE_DIR = Path(__file__).resolve().parents[2]
STRONG = "kP3v9ZqX2mN7bR4tY8wL1cJ6hG5fD0sA-uEoIxKjQzVbT2n8WgB7eR1mP4"
FIELD_KEY = "pJq9cYxN0r7m2VZkTfWb3sLhQeUoA5iGd8XvRyMnB1E="
TOKEN_KEY = "t3yWm5Qz8bRkX1nVh7JcLsPd0GfUeA4iTqNoYvB6M2E="
PRODUCTION = {
    "SECRET_KEY": STRONG,
    "FIELD_KEYS": FIELD_KEY,
    "TOKEN_KEYS": TOKEN_KEY,
    "SITE_URL": "https://tickets.example.org",
    "DATABASE_URL": "postgresql://app:pw@db/ticketing",
    "DATABASE_OWNER_URL": "postgresql://owner:pw@db/ticketing",
    "REDIS_URL": "rediss://cache:6379/0",
    "EMAIL_URL": "smtp+tls://user:pw@mail.example.org:587",
    "AUDIT_ANCHORS": "s3://proofs.example.org/audit",
    "MEDIA_BUCKET": "media",
    "AWS_REGION": "eu-west-1",
    "CLAMAV_URL": "tcp://clamav:3310",
}


def read_settings(environment, *command):
    """As a process of production that has nothing but this environment."""
    return start(environment, *(command or ("check",)))


def test_settings_when_all_is_missing_and_malformed_report_every_problem_at_once():
    environment = {
        "AUDIT_ANCHORS": "file:///here,ftp://there",
        "SITE_URL": "tickets",
        "DATABASE_URL": "mysql://x",
        "RATE_LIMIT_SCALE": "many",
    }

    started = read_settings(environment)
    # What the others fork from is what a process of its own would be.
    alone = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=BASE_DIR, env={"PATH": os.environ["PATH"], **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (started.returncode, alone.returncode) == (1, 1)
    assert started.stderr.splitlines()[-12:] == alone.stderr.splitlines()[-12:]
    report = started.stderr.partition("The environment is not complete:")[2]
    named = re.findall(r"^  (\w+): ", report, re.MULTILINE)
    assert named == [
        "AUDIT_ANCHORS",
        "DATABASE_URL",
        "EMAIL_URL",
        "FIELD_KEYS",
        "RATE_LIMIT_SCALE",
        "REDIS_URL",
        "SECRET_KEY",
        "SITE_URL",
        "TOKEN_KEYS",
    ]


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [
        ("", "not set"),
        ("short", "too weak"),
        ("a" * 60, "too weak"),
        ("django-insecure-" + STRONG, "demo value"),
        ("demo-" + STRONG, "demo value"),
        ("change-me-" + STRONG, "demo value"),
    ],
)
def test_61_production_when_the_secret_is_empty_weak_or_a_demo_refuses_to_start(secret, complaint):
    started = read_settings(PRODUCTION | {"SECRET_KEY": secret})

    assert started.returncode == 1
    assert re.search(rf"SECRET_KEY: .*{complaint}", started.stderr)


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ("", "not set"),
        ("short", "not 32 random bytes"),
        ("A" * 43 + "=", "not 32 random bytes"),
        (FIELD_KEY[:-6], "not 32 random bytes"),
        (f"{FIELD_KEY},{FIELD_KEY}", "one key twice"),
        (f"{FIELD_KEY},", "not 32 random bytes"),
    ],
)
@pytest.mark.parametrize("name", ["FIELD_KEYS", "TOKEN_KEYS"])
def test_61_production_when_a_key_is_empty_weak_or_double_refuses_to_start(name, keys, complaint):
    started = read_settings(PRODUCTION | {name: keys})

    assert started.returncode == 1
    assert re.search(rf"{name}: .*{complaint}", started.stderr)


def test_development_without_field_keys_makes_one_from_its_secret():
    environment = PRODUCTION | {"ENVIRONMENT": "development", "FIELD_KEYS": ""}

    shown = [
        read_settings(environment | {"SECRET_KEY": key}, "diffsettings").stdout
        for key in ("one", "one", "other")
    ]

    keys = [re.findall(r"^FIELD_KEYS = \['(.{44})'\]", text, re.MULTILINE) for text in shown]
    assert keys[0] == keys[1] != keys[2]
    assert [len(found) for found in keys] == [1, 1, 1]


def test_61_compose_s_own_secret_is_refused_in_production():
    compose = (BASE_DIR / "docker-compose.yml").read_text()
    secret = re.search(r"SECRET_KEY: (\S+)", compose)
    assert secret is not None

    started = read_settings(PRODUCTION | {"SECRET_KEY": secret[1]})

    assert "SECRET_KEY: is a demo value" in started.stderr


def test_settings_when_a_secret_is_a_file_read_it(tmp_path):
    (tmp_path / "key").write_text(f"{STRONG}\n")
    environment = PRODUCTION | {"SECRET_KEY_FILE": str(tmp_path / "key")}
    del environment["SECRET_KEY"]

    shown = read_settings(environment, "diffsettings")

    assert f"SECRET_KEY = '{STRONG}'\n" in shown.stdout


def test_settings_when_the_file_of_a_secret_is_missing_report_it_with_the_rest():
    environment = PRODUCTION | {"SECRET_KEY_FILE": "/nowhere/key", "SITE_URL": ""}
    del environment["SECRET_KEY"]

    started = read_settings(environment)

    assert "SECRET_KEY: The value of SECRET_KEY_FILE must be a readable file" in started.stderr
    assert "SITE_URL: " in started.stderr


def test_check_deploy_with_production_s_variables_is_clean():
    checked = read_settings(PRODUCTION, "check", "--deploy", "--fail-level", "WARNING")

    assert (checked.returncode, checked.stderr) == (0, "")


def test_check_deploy_when_anchors_stay_on_this_machine_warns():
    alone = PRODUCTION | {"AUDIT_ANCHORS": ""}

    checked = read_settings(alone, "check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 1
    assert re.findall(r"ticketing\.\w\d+", checked.stderr) == ["ticketing.W002"]


@pytest.mark.parametrize(
    ("change", "check_id"),
    [
        ({"DEBUG": "true"}, "ticketing.E001"),
        ({"SITE_URL": "http://tickets.example.org"}, "ticketing.E002"),
        ({"EXTRA_HOSTS": "*"}, "ticketing.E003"),
        ({"EMAIL_URL": "smtp://localhost:1025"}, "ticketing.E004"),
        ({"RATE_LIMIT_SCALE": "1000"}, "ticketing.E005"),
        ({"DATABASE_OWNER_URL": PRODUCTION["DATABASE_URL"]}, "ticketing.E006"),
    ],
)
def test_check_when_settings_are_dangerous_together_says_which(change, check_id):
    checked = read_settings(PRODUCTION | change)

    assert checked.returncode == 1
    assert re.findall(r"ticketing\.E\d+", checked.stderr) == [check_id]


def test_env_example_names_exactly_the_variables_that_are_read():
    example = (BASE_DIR / ".env.example").read_text()
    explained = set(re.findall(r"^([A-Z_0-9]+)=", example, re.MULTILINE))

    read = variables_read(BASE_DIR / "ticketing" / "settings.py", readers={"env"})
    read |= variables_read(BASE_DIR / "deploy" / "gunicorn.conf.py", readers={"environ"})

    assert explained == read


def variables_read(path, *, readers):
    """First arguments of `env.str("NAME")` and `os.environ.get("NAME")`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        is_reading = name in readers and node.func.attr not in {"complain", "finish", "setdefault"}
        if is_reading and node.args and isinstance(node.args[0], ast.Constant):
            names.add(str(node.args[0].value))
    return names
