"""Which system packages this machine still lacks, by Debian's names.

Usage: python -m ticketing.local.system PURPOSE   (run, test or bench)
"""

import ctypes
import ctypes.util
import shutil
import sys
from pathlib import Path

# What is loaded, and the package that brings it.
LIBRARIES = {
    "libxml2.so.2": "libxml2",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libreadline.so.8": "libreadline8",
    "libssl.so.3": "libssl3",
    "liblz4.so.1": "liblz4-1",
    "libzstd.so.1": "libzstd1",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
ZONES = Path("/usr/share/zoneinfo/UTC")  # PostgreSQL reads the system's time zones
PROGRAMS = {
    "test": {"chromium": "chromium", "msgfmt": "gettext"},
    "bench": {"wrk": "wrk"},
}


def missing_packages(purpose: str) -> list[str]:
    missing = []
    if sys.platform == "linux":
        missing = [package for name, package in LIBRARIES.items() if not can_load(name)]
        if not ZONES.exists():
            missing.append("tzdata")
    elif ctypes.util.find_library("pango-1.0") is None:
        missing = ["libpango-1.0-0"]
    programs = PROGRAMS.get(purpose, {})
    return missing + [package for name, package in programs.items() if not shutil.which(name)]


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    print(" ".join(missing_packages(sys.argv[1])))  # noqa: T201 - setup.sh reads it
