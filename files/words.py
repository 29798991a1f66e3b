"""The words of a kept file, for the search: read by `files.reading` in a process that may fail without harm."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import IO

from django.conf import settings

SECONDS = 60


@dataclass(frozen=True)
class Words:
    """The text of a file, and whether something of it was left out."""

    text: str = ""
    is_cut: bool = False


def words_of(file: IO[bytes], content_type: str) -> Words:
    """The words of a file; none, and cut, when it cannot be read within the limits of time and memory."""
    command = [sys.executable, "-m", "files.reading", content_type]
    try:
        done = subprocess.run(
            command, input=file.read(), capture_output=True, timeout=SECONDS, cwd=settings.BASE_DIR, env={"PYTHONIOENCODING": "utf-8"}
        )
    except subprocess.TimeoutExpired:
        return Words(is_cut=True)
    if done.returncode:
        return Words(is_cut=True)
    return Words(**json.loads(done.stdout))
