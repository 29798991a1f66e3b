"""The pieces of the system that Python packages cannot bring: which are missing, and the one line that installs them."""

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

#: The first is Chromium without windows, a quarter lighter: a Debian package of its own, and none of Ubuntu's.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Piece:
    """Something of the system: what it is for, the Debian packages that bring it, and how it is recognised."""

    purpose: str
    packages: tuple[str, ...]
    found: Callable[[], bool]


def chromium_path() -> str | None:
    """The browser of the journeys: GUICHET_CHROMIUM, or the system's."""
    return os.environ.get("GUICHET_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def clamd_path() -> str | None:
    """The virus scanner's daemon; Debian keeps it where only root looks by itself."""
    return shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _programs(*names: str) -> bool:
    return all(shutil.which(name) for name in names)


def _libraries(*names: str) -> bool:
    try:
        for name in names:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


PIECES = {
    "chromium": Piece("browser journeys", ("chromium",), lambda: chromium_path() is not None),
    "pango": Piece(
        "PDF documents",
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        lambda: _libraries("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"),
    ),
    "redis": Piece("the worker on Redis", ("redis-server",), lambda: _programs("redis-server")),
    "clamd": Piece("the virus scan", ("clamav-daemon",), lambda: clamd_path() is not None),
    "clamscan": Piece("the scan of a proof on a controller's machine", ("clamav",), lambda: _programs("clamscan")),
    "clamdscan": Piece("the same scan by the daemon", ("clamdscan",), lambda: _programs("clamdscan")),
    "gettext": Piece(
        "extraction of the translations", ("gettext",), lambda: _programs("xgettext", "msgmerge", "msgfmt", "msguniq", "msgattrib")
    ),
}


def missing(names: Iterable[str]) -> list[str]:
    """Those of the named pieces that this machine lacks; raises KeyError for a piece nobody knows."""
    return [name for name in names if not PIECES[name].found()]


def apt_line(names: Iterable[str]) -> str:
    """The one line that installs the named pieces."""
    packages = sorted({package for name in names for package in PIECES[name].packages})
    return f"sudo apt-get install -y {' '.join(packages)}"


def everything_required() -> bool:
    """Whether a missing piece is a failure (CI) and not a skip (a desk)."""
    return os.environ.get("REQUIRE_ALL", "") not in {"", "0"}


def main() -> int:
    """Say what is missing; 1 when something is."""
    lacking = missing(PIECES)
    for name in lacking:
        print(f"missing: {name} ({PIECES[name].purpose})")
    print(apt_line(lacking) if lacking else "Every system piece is here.")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
