"""The process that reads a stranger's file: `python -m contracts.pades.alone`, one line of JSON and the file on standard input."""

from __future__ import annotations

import json
import logging
import resource
import sys
from datetime import datetime

from cryptography import x509

from contracts.pades.elsewhere import read
from contracts.pades.verifying import check

MOST_MEMORY = 1_500_000_000


def main() -> int:
    """Answer the verdict in JSON."""
    told = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (told["seconds"], told["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable()
    anchors = [x509.load_pem_x509_certificate(one.encode()) for one in told["anchors"]]
    at, elsewhere = datetime.fromisoformat(told["at"]), read(told["elsewhere"])
    verdict = check(sys.stdin.buffer.read(), anchors, at, expected=told["expected"], elsewhere=elsewhere)
    sys.stdout.write(verdict.written())
    return 0


if __name__ == "__main__":
    sys.exit(main())
