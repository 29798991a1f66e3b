"""`make demo`: the database, the worker and the site with real example data, until Ctrl-C; the data stay in var/."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from typing import IO

from tools import messages, system
from tools.environment import ROOT, VAR, django_environment
from tools.postgres import Cluster, PostgresError

FIRST_ANSWER_SECONDS = 60
WORKER = (
    *("celery", "-A", "config", "worker", "-B", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
WEB = ("gunicorn", "--config", "python:config.gunicorn", "config.wsgi")


class Unable(Exception):
    """The demo cannot run; the message says what to do."""


def main() -> int:
    """Run the demo, 0 after Ctrl-C; with `accounts`, only print who may come in and the codes of the moment."""
    if sys.argv[1:] == ["accounts"]:
        manage(django_environment("demo", Cluster(VAR / "postgres").url()), "demo_accounts")
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        port = chosen_port(os.environ.get("PORT", "8000"))
        with only_one():
            refuse_taken(port)
            serve(port)
    except KeyboardInterrupt:
        print("\nStopped. Your data are kept in var/; `make demo` takes them up again.")
        return 0
    except (Unable, PostgresError) as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def chosen_port(text: str) -> int:
    """The port asked for; raises Unable when it is none."""
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise Unable(f"PORT={text} is no port: make demo PORT=8001")
    return int(text)


def refuse_taken(port: int) -> None:
    """Raise Unable when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Unable(f"Port {port} is taken. Choose another one: make demo PORT={port + 1}") from error


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the demo's lock; raises Unable when a demo already runs on these data."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / ".demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unable("The demo already runs on the data in var/: stop it first (Ctrl-C in its terminal).") from error
        yield


def serve(port: int) -> None:
    """Furnish the database, start the children, print where to go, and wait."""
    cluster = Cluster(VAR / "postgres")
    step("Starting the database")
    try:
        cluster.start()
        cluster.create_database("guichet")
        environment = django_environment("demo", cluster.url()) | {"PORT": str(port), "SITE_URL": f"http://localhost:{port}"}
        furnish(environment)
        with children(environment) as running:
            wait_for_answer(port, running)
            print_welcome(port, environment)
            wait_for_an_end(running)
    finally:
        cluster.stop()


def furnish(environment: dict[str, str]) -> None:
    """Tables, translations and example data; all of it may be done again without harm."""
    (VAR / "static").mkdir(exist_ok=True)
    empty_broker()
    step("Compiling the translations")
    messages.compile_catalogues()
    step("Creating the tables")
    run(environment, "-m", "tools.quick_migrations")
    step("Loading the reference data and the example data")
    for command in ("make_keys", "load_reference", "load_demo"):
        manage(environment, command)


def empty_broker() -> None:
    """Forget the nudges of an earlier run: the outbox rows are the truth."""
    for name in ("messages", "control"):
        shutil.rmtree(VAR / "broker" / name, ignore_errors=True)
        (VAR / "broker" / name).mkdir(parents=True)


def manage(environment: dict[str, str], *words: str) -> None:
    """Run a management command; raises Unable when it fails (it has said why)."""
    run(environment, "manage.py", *words)


def run(environment: dict[str, str], *words: str) -> None:
    """Run one of our programs to its end; raises Unable when it fails (it has said why)."""
    if subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode:
        raise Unable(f"`{' '.join(words)}` failed: see above.")


@contextlib.contextmanager
def children(environment: dict[str, str]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """The site and the worker; they end with us, whatever ends us."""
    logs = VAR / "log"
    logs.mkdir(exist_ok=True)
    running: dict[str, subprocess.Popen[bytes]] = {}
    with (logs / "web.log").open("ab") as web_log, (logs / "worker.log").open("ab") as worker_log:
        try:
            running["web"] = child(WEB, environment, web_log)
            running["worker"] = child(WORKER, environment, worker_log)
            yield running
        finally:
            for process in running.values():
                process.terminate()
            for process in running.values():
                end(process)


def child(words: Sequence[str], environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a child in its own session (Ctrl-C is ours to pass on) that the kernel ends if we are killed."""
    binding = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    words = [*binding, sys.executable, "-m", *words]
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def end(process: subprocess.Popen[bytes]) -> None:
    """Let the child finish what it holds, for ten seconds."""
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_answer(port: int, running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Return at the first page; raises Unable when the site ends or stays mute."""
    step("Starting the site")
    deadline = time.monotonic() + FIRST_ANSWER_SECONDS
    while time.monotonic() < deadline:
        refuse_ended(running)
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).close()
            return
        time.sleep(0.2)
    raise Unable("The site does not answer: see var/log/web.log.")


def wait_for_an_end(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Wait until Ctrl-C; raises Unable when a child ends by itself."""
    while True:
        refuse_ended(running)
        time.sleep(0.5)


def refuse_ended(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Raise Unable, with its last words, when a child has ended by itself."""
    for name, process in running.items():
        if process.poll() is not None:
            words = (VAR / "log" / f"{name}.log").read_text(errors="replace").splitlines()[-8:]
            raise Unable("\n".join([*words, f"The {name} process ended by itself: see var/log/{name}.log."]))


def print_welcome(port: int, environment: dict[str, str]) -> None:
    """Where to go, with which account, and what this machine lacks."""
    print(f"\n  Guichet is open: http://localhost:{port}/\n", flush=True)
    manage(environment, "demo_accounts")
    lacking = system.missing(["pango"])
    if lacking:
        print(f"  PDF documents need a system piece: {system.apt_line(lacking)}")
    print("\n  New codes: make accounts. Mail goes to var/mail, logs to var/log. Ctrl-C stops everything.\n", flush=True)


def step(text: str) -> None:
    """Say what is being done."""
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
