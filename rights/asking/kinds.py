"""The kinds of files that a person may join, told by their ending and by their first bytes; the controller's own tool looks into them."""

from __future__ import annotations

#: Ending → its type, and how such a file begins.
KINDS: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
}
ENDINGS = tuple(KINDS)
#: Files in a request.
MOST_FILES = 5
#: How many bytes tell the kind.
BEGINNING = 8


def type_of(name: str, beginning: bytes) -> str | None:
    """The type of a file whose ending and first bytes agree; None for any other."""
    ending = "." + name.lower().rpartition(".")[2]
    kind, starts = KINDS.get(ending, ("", b""))
    return kind if kind and beginning.startswith(starts) else None
