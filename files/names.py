"""The name under which a file is shown: cleaned, and never used as a path."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from files.kinds import ACCEPTED

LONGEST = 150
STAND_IN = "document"


def display_name(name: str | None, content_type: str) -> str:
    """The name for people: no folder, no control or direction character, not too long, with the extension of the true type."""
    base = PurePosixPath((name or "").replace("\\", "/")).name
    shown = unicodedata.normalize("NFC", base.encode("utf-8", "replace").decode())
    shown = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in shown.replace("\ufffd", "_"))
    shown = re.sub(r'[<>:"|?*]', "_", re.sub(r"\s+", " ", shown)).strip(" .")
    stem, extension = _stem(shown), ACCEPTED[content_type]
    return (stem[: LONGEST - len(extension)].rstrip(" .") or STAND_IN) + extension


def _stem(shown: str) -> str:
    """The name without its extension, if it bears one of ours; any other stays, before the true one."""
    path = PurePosixPath(shown or STAND_IN)
    return path.stem if path.suffix.lower() in ACCEPTED.values() else shown
