"""`make bench`: 100,000 dossiers with all their texts, 10,000 fiches, gunicorn with two workers and production settings, real HTTP."""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench import deposits, fees, oppositions
from tools.postgres import Cluster

MANY_FICHES = 50_000
SERVER = {"max_connections": "60", "random_page_cost": "1.1", "max_wal_size": "8GB", "checkpoint_timeout": "30min"}
SECRET = "a-secret-of-the-bench-that-protects-nothing-but-is-long-enough-for-django"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def database(shared_buffers: str) -> Iterator[None]:
    """A cluster of our own, with the durable settings of production."""
    with tempfile.TemporaryDirectory(prefix="guichet-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "postgres", {**SERVER, "shared_buffers": shared_buffers})
        cluster.start()
        cluster.create_database("guichet")
        os.environ |= {
            "GUICHET_MODE": "production",
            "SECRET_KEY": SECRET,
            "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
            "SECURE_SSL_REDIRECT": "false",
            "DATABASE_URL": cluster.url("guichet"),
            "GUICHET_VAR": str(Path(folder) / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SITE_URL": "http://127.0.0.1",
            "IN_DEPTH_SINCE": "2019-06-01",  # the measured dossiers were begun before the form in depth: they obey it all the same
            "CHECKED_SINCE": "9999-12-31",  # the move is measured, not the check before it
        }
        try:
            yield
        finally:
            cluster.destroy()


@contextlib.contextmanager
def site(port: int) -> Iterator[int]:
    """gunicorn with two workers; the answer is its process."""
    words = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
    server = subprocess.Popen(
        words, env={**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "2"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _attempt in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=2).close()
                break
            time.sleep(0.2)
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def arguments() -> argparse.Namespace:
    """How much of each is made and measured."""
    asked = argparse.ArgumentParser(prog="make bench", description="Response times, query counts and memory.")
    asked.add_argument(
        "--dossiers", type=int, default=100_000, help="how many dossiers, each with ten pieces and thirty messages; 0 for none"
    )
    asked.add_argument(
        "--fiches",
        type=int,
        default=10_000,
        help="how many fiches of the public registry; 0 for none, then only what stands before is measured",
    )
    asked.add_argument("--quotes", type=int, default=4_000, help="how many quotes the pure calculator prices")
    asked.add_argument("--replays", type=int, default=10_000, help="how many accepted quotes are replayed on a draft grid; 0 for none")
    asked.add_argument("--invoices", type=int, default=60, help="how many invoices are issued, to time the lock on their numbers; 0: none")
    asked.add_argument("--deposits", type=int, default=1_000_000, help="how many lines each deposited linkage table has; 0 for none")
    asked.add_argument("--extraction", type=int, default=10_000_000, help="how many lines the filter of oppositions reads; 0 for none")
    asked.add_argument("--oppositions", type=int, default=1_000_000, help="how many tokens its set holds")
    asked.add_argument("--requests", type=int, default=2_000, help="how many citizens' requests are sent; 0 for none")
    return asked.parse_args()


def main() -> None:
    """Prepare, measure, print."""
    wanted = arguments()
    fees.run(wanted.quotes)
    if wanted.deposits:
        deposits.run(wanted.deposits)
    if wanted.extraction:
        oppositions.run(wanted.extraction, wanted.oppositions)
    port = free_port()
    with database("2GB" if wanted.fiches > MANY_FICHES else "512MB"):
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        from bench import citizens, exports, fiches, numbering, replays, searching
        from bench.pages import populate, run

        if wanted.invoices:
            numbering.run(wanted.invoices)
        if wanted.replays:
            replays.run(wanted.replays)
        if wanted.requests:
            with site(port):
                citizens.run(port, wanted.requests)
        if not wanted.fiches:
            return
        people = populate(wanted.dossiers) if wanted.dossiers else None
        began = time.perf_counter()
        fiches.publish_many(wanted.fiches)
        print(f"{wanted.fiches:,} fiches made in {time.perf_counter() - began:.0f} s", flush=True)
        with site(port) as server:  # one of its own: what it holds is what the downloads cost
            exports.run(port, server)
        with site(port) as server:
            if people:
                run(port, people, server)
            searching.run(port, server)


if __name__ == "__main__":
    main()
