"""The same check for a file that comes from anybody: in a process of its own, within limits of size, time and memory, in memory only."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from contracts.pades.verdict import Reason, Verdict, Why, judged, read

MOST_BYTES = 25 * 1024 * 1024
MOST_SECONDS = 20
ROOM = Path(__file__).resolve().parents[2]


def check(
    pdf: bytes,
    anchors: Iterable[x509.Certificate],
    at: datetime,
    *,
    sent: bytes | None = None,
    expected: Sequence[str] | None = None,
    seconds: int = MOST_SECONDS,
) -> Verdict:
    """As `verifying.check`; a file that goes beyond the limits, or makes the reader die, is unknown."""
    if len(pdf) > MOST_BYTES:
        return judged((Reason(Why.TOO_LARGE),))
    begins = () if sent is None or pdf.startswith(sent) else (Reason(Why.NOT_SENT),)
    told = {
        "anchors": [one.public_bytes(Encoding.PEM).decode() for one in anchors],
        "at": at.isoformat(),
        "expected": None if expected is None else list(expected),
        "seconds": seconds,
    }
    command = [sys.executable, "-m", "contracts.pades.alone"]
    try:
        done = subprocess.run(
            command, input=json.dumps(told).encode() + b"\n" + pdf, capture_output=True, timeout=seconds + 5, cwd=ROOM, env={}
        )
    except subprocess.TimeoutExpired:
        return judged((Reason(Why.TOO_LONG), *begins))
    if done.returncode:
        return judged((Reason(Why.TOO_LONG), *begins))
    found = read(done.stdout.decode())
    return judged((*begins, *found.reasons), found.signatures, found.waiting)
