"""The suite's own PostgreSQL: one throw-away cluster per run, shared by the workers, started before Django reads its settings."""

import atexit
import contextlib
import gc
import os
import shutil
import signal
import sys
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
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_locks_per_transaction": "256",
    "max_connections": "200",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Set the environment before pytest-django imports the settings."""
    _keep_bytecode()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["GUICHET_VAR"] += f"/{worker}"
    else:
        _furnish()
    (Path(os.environ["GUICHET_VAR"]) / "static").mkdir(parents=True, exist_ok=True)
    yield


@pytest.hookimpl(tryfirst=True)  # before that of xdist
def pytest_xdist_auto_num_workers() -> int | None:
    """Two workers for each core and one more: often one waits for a browser, a server or a command. A number that is given prevails."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return 2 * (os.cpu_count() or 1) + 1


#: Folders whose files wait longest come first, so that no worker is left alone with one at the end.
SLOWEST_FIRST = ("tools", "journeys", "faults", "config", "requests_app")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest folders first; inside a folder files and tests stand as they are written."""
    place = {name: number for number, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: (place.get(item.path.parent.name, len(place)), str(item.path)))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not walk it again and again (a sixth of the suite's time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _keep_bytecode() -> None:
    """Where the environment forbids bytecode, as containers do, each worker and each command would compile every file anew: ten seconds."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


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
