"""Static files, migrations and demo data in one process, so that a start stays quick."""

import os
import sys
from hashlib import sha256
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError


def main() -> None:
    try:
        django.setup()
        call_command("migrate", verbosity=0)
        is_small = os.environ.get("DEMO") == "people"
        call_command("load_demo", without_events=is_small, verbosity=0)
    except (DatabaseError, ImproperlyConfigured) as error:
        sys.exit(" ".join(str(error).split()))


def collect_static_files() -> None:
    """Compressing takes seconds, so it is done again only when a file or a package changed."""
    stamp = settings.STATIC_ROOT / ".made-from"
    made_from = fingerprint()
    if stamp.exists() and stamp.read_text() == made_from:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(made_from)


def fingerprint() -> str:
    sources = [settings.BASE_DIR / "requirements.txt", *files_below(*settings.STATICFILES_DIRS)]
    facts = [f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in sources]
    return sha256("\n".join(facts).encode()).hexdigest()


def files_below(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    if sys.argv[1:] == ["static"]:
        django.setup()
        collect_static_files()
    else:
        main()
