"""The suite's own PostgreSQL: one throw-away cluster per run, shared by the workers, started before Django reads its settings."""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tools import messages
from tools.postgres import Cluster

PREFIX = "guichet-tests-"
# Nothing of this cluster outlives the run: it may lose everything at a power cut, and it is faster so.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_locks_per_transaction": "256",
    "max_connections": "200",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Set the environment before pytest-django imports the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["GUICHET_VAR"] += f"/{worker}"
    else:
        _furnish()
    (Path(os.environ["GUICHET_VAR"]) / "static").mkdir(parents=True, exist_ok=True)
    yield


def _furnish() -> None:
    messages.compile_catalogues()  # a fresh clone has the sentences, not yet in the form that Django reads
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    folder.chmod(0o711)  # the server may run as another account; each room inside is private to its owner
    (folder / "owner").write_text(str(os.getpid()))
    _sweep()
    os.environ |= {
        "GUICHET_MODE": "test",
        "GUICHET_VAR": str(folder / "var"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # the browser driver runs an event loop in the tests' thread
    }
    cluster = Cluster(folder / "postgres", FAST)
    pid = os.getpid()
    atexit.register(lambda: _clear(cluster, folder) if os.getpid() == pid else None)
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))
    given = os.environ.get("GUICHET_TEST_DATABASE_URL")
    if not given:
        cluster.start()
        cluster.create_database("guichet")
    os.environ["DATABASE_URL"] = given or cluster.url("guichet")


def _clear(cluster: Cluster, folder: Path) -> None:
    cluster.destroy()
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what runs killed with kill -9 have left."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            owner = int((folder / "owner").read_text())
            if folder.stat().st_uid == os.getuid() and not Path(f"/proc/{owner}").exists():
                _clear(Cluster(folder / "postgres"), folder)
