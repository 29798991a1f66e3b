"""What a download costs: the whole list as a file over HTTP, how long it takes, and how much memory the server needs for it."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Download:
    """Megabytes received, seconds until the first byte and until the last, and the server's memory before and at its highest, in MB."""

    size: float
    first: float
    last: float
    before: float
    peak: float


def download(port: int, path: str, cookie: str, server: int, *, fair: bool = False) -> Download:
    """Fetch a file to its end, watching the processes of the server; `fair` counts of what they share the part of each."""
    watch = _Watch(server, _fair if fair else _resident)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    began = time.perf_counter()
    line.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "fr"})
    answer = line.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    size = len(answer.read(1))
    first = time.perf_counter() - began
    while piece := answer.read(1 << 16):
        size += len(piece)
    last = time.perf_counter() - began
    return Download(size / 1e6, first, last, *watch.stop())


class _Watch:
    """Reads the memory of the busiest worker of a server ten times a second."""

    def __init__(self, server: int, memory_of: Callable[[int], float]) -> None:
        self._server, self._memory_of, self._over = server, memory_of, threading.Event()
        self.before = self.peak = self._now()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, self._now())

    def _now(self) -> float:
        return max((self._memory_of(pid) for pid in _family(self._server)), default=0.0)

    def stop(self) -> tuple[float, float]:
        """Memory at the beginning and at its highest, in MB."""
        self._over.set()
        self._thread.join()
        return self.before, self.peak


def _family(server: int) -> list[int]:
    """The server and its workers."""
    children = Path(f"/proc/{server}/task/{server}/children")
    return [server, *(int(pid) for pid in children.read_text().split())] if children.exists() else [server]


def _resident(pid: int) -> float:
    """The memory that a process holds, in MB."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def _fair(pid: int) -> float:
    """What a process holds by itself, and its part of what it shares with others."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text().split()
    except OSError:
        return 0.0
    return int(told[told.index("Pss:") + 1]) / 1024 if "Pss:" in told else 0.0
