"""A real clamd for the tests, with one made-up signature: no virus database is needed, and no virus."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from clamav_client.clamd import ClamdError, ClamdUnixSocket

from tools.system import clamd_path

#: What the made-up signature recognises, anywhere in a file.
MARK = b"GUICHET-TEST-SIGNATURE-7f3a9c"
SIGNATURE = "Guichet.Made-up.UNOFFICIAL"


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Run clamd until the block ends; the answer is the path of its socket."""
    program = clamd_path()
    assert program
    with tempfile.TemporaryDirectory(prefix="clamd-", dir="/tmp") as name:  # a socket's path is short
        folder = Path(name)
        (folder / "db").mkdir()
        (folder / "db" / "guichet.ndb").write_text(f"Guichet.Made-up:0:*:{MARK.hex()}\n")
        said = {
            "LocalSocket": folder / "s",
            "DatabaseDirectory": folder / "db",
            "TemporaryDirectory": folder,
            "LogFile": folder / "log",
            "Foreground": "yes",
            "StreamMaxLength": "25M",
        }
        if os.getuid() == 0:
            said["User"] = "root"
        (folder / "conf").write_text("".join(f"{key} {value}\n" for key, value in said.items()))
        process = subprocess.Popen([program, "-c", str(folder / "conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(folder / "s", process)
            yield str(folder / "s")
        finally:
            process.terminate()
            process.wait(10)


def _wait(socket: Path, process: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(ClamdError, OSError):
            if "PONG" in ClamdUnixSocket(str(socket), timeout=5).ping():
                return
        time.sleep(0.05)
    raise RuntimeError(f"clamd did not start: {(socket.parent / 'log').read_text()}")
