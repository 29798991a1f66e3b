"""The same check for a file that comes from anybody: in a process of its own, within limits of size, time and memory, in memory only.

A file that could not be read in time is neither whole nor doubtful: the answer is that it was not read, and to try again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from contracts.pades.elsewhere import Elsewhere
from contracts.pades.verdict import Reason, Verdict, Why, judged, read

MOST_BYTES = 25 * 1024 * 1024
#: Time of the processor that a file may take: a slow machine, or a busy one, is not held against it.
MOST_SECONDS = 20
#: Nobody waits longer than this for an answer, whatever else the machine does, nor for a place among those that are being read.
MOST_WAIT, MOST_WAIT_FOR_PLACE = 40, 10
#: So many files are read at once by one process of the site.
PLACES = threading.BoundedSemaphore(2)
ROOM = Path(__file__).resolve().parents[2]


def check(
    pdf: bytes,
    anchors: Iterable[x509.Certificate],
    at: datetime,
    *,
    sent: bytes | None = None,
    expected: Sequence[str] | None = None,
    elsewhere: Elsewhere | None = None,
    seconds: int = MOST_SECONDS,
) -> Verdict:
    """As `verifying.check`; a file that is too large is unknown, one that goes beyond the limits was not read."""
    if len(pdf) > MOST_BYTES:
        return judged((Reason(Why.TOO_LARGE),))
    begins = () if sent is None or pdf.startswith(sent) else (Reason(Why.NOT_SENT),)
    told = {
        "anchors": [one.public_bytes(Encoding.PEM).decode() for one in anchors],
        "at": at.isoformat(),
        "expected": None if expected is None else list(expected),
        "elsewhere": elsewhere.told() if elsewhere else None,
        "seconds": seconds,
    }
    found = _alone(json.dumps(told).encode() + b"\n" + pdf)
    return judged((*begins, *found.reasons), found.signatures, found.waiting)


def _alone(sent: bytes) -> Verdict:
    """What the process says; that it came to no end when it did not."""
    if not PLACES.acquire(timeout=MOST_WAIT_FOR_PLACE):
        return judged((Reason(Why.BUSY),))
    try:
        command = [sys.executable, "-m", "contracts.pades.alone"]
        done = subprocess.run(command, input=sent, capture_output=True, timeout=MOST_WAIT, cwd=ROOM, env={})
    except subprocess.TimeoutExpired:
        return judged((Reason(Why.BUSY),))
    finally:
        PLACES.release()
    return judged((Reason(Why.TOO_LONG),)) if done.returncode else read(done.stdout.decode())
