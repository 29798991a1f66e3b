"""The receipt: what was sent, to whom and when, without a word on who sent it; its text, and what signs and stamps it. Pure.

The text is for people, and every line of it is signed. Its last lines are for machines: `received` and `part` make the statement
whose hash a time-stamp authority has signed (RFC 3161); the code is not in it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "guichet-rights-receipt/1"
BEGIN = "-----BEGIN SIGNED RECEIPT-----"
SIGNATURE, STAMP = "signature ed25519 ", "-----BEGIN RFC3161 TIME STAMP-----"
END_OF_STAMP = "-----END RFC3161 TIME STAMP-----"
#: What stands in place of a hash where nothing was sealed: the request went by the controller's own page, or by letter.
NOT_SEALED = "-"
#: A line of a receipt whose request did not come through the form: of its instant, only the day is known.
DAY_ONLY = "precision day"
#: More than any receipt.
MOST_LETTERS = 60_000
_STATED = re.compile(r"(?:received \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|part \S+ \S+ (?:[0-9a-f]{64}|-))")


@dataclass(frozen=True)
class Sent:
    """What went to one controller: database, right, number, and the hash of what was sealed."""

    database: str
    right: str
    number: str
    sha256: str


class NotReceipt(ValueError):
    """The text is no receipt, or its signature does not hold."""


@dataclass(frozen=True)
class Read:
    """A receipt whose signature holds: when it was received, what the authority stamped, its token if it bears one."""

    text: str
    received_at: datetime
    statement: bytes
    token: bytes
    #: Only the day was noted: the hour of `received_at` stands for one that nobody knows.
    is_day_only: bool = False


def stated(received_at: datetime, sent: Iterable[Sent]) -> list[str]:
    """The lines that are stamped: an instant to the second, and one hash for each database."""
    told = received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [f"received {told}", *(f"part {one.database} {one.right} {one.sha256 or NOT_SEALED}" for one in sent)]


def statement_of(lines: Iterable[str]) -> bytes:
    """The bytes whose hash goes to the time-stamp authority."""
    return "".join(f"{line}\n" for line in (FORMAT, *lines)).encode()


def imprint_of(statement: bytes) -> str:
    """The hash of a statement, in hexadecimal."""
    return hashlib.sha256(statement).hexdigest()


def text_of(words: Iterable[str], code: str, lines: Iterable[str]) -> str:
    """What is signed: the words for people, then the lines for machines."""
    return "".join(f"{line.rstrip()}\n" for line in (BEGIN, *words, FORMAT, f"code {code}", *lines))


def closed(text: str, signer: str, signature: str, token: bytes) -> str:
    """The whole receipt: its text, the signature of the window, and the word of the time-stamp authority."""
    stamp = [STAMP, *textwrap.wrap(base64.b64encode(token).decode(), 76), END_OF_STAMP] if token else []
    return "".join(f"{line}\n" for line in (text.rstrip("\n"), f"{SIGNATURE}{signer} {signature}", *stamp))


def read(receipt: str, public: Ed25519PublicKey, signer: str) -> Read:
    """A receipt as it was given, whatever stands around it, and whatever a mail program did to its line ends. Raises NotReceipt."""
    lines = [line.rstrip() for line in receipt.lstrip("\ufeff")[:MOST_LETTERS].replace("\r\n", "\n").strip().split("\n")]
    lines = lines[lines.index(BEGIN) :] if BEGIN in lines else [""]
    place = next((place for place, line in enumerate(lines) if line.startswith(SIGNATURE)), 0)
    text = "".join(f"{line}\n" for line in lines[:place])
    name, _space, signature = lines[place].removeprefix(SIGNATURE).partition(" ")
    try:
        if not place or name != signer or FORMAT not in lines[:place]:
            raise NotReceipt
        public.verify(base64.b64decode(signature, validate=True), text.encode())
        stated_lines = lines[lines.index(FORMAT) + 2 : place]
        if not stated_lines or not all(_STATED.fullmatch(line) for line in stated_lines):
            raise NotReceipt
        received_at = datetime.strptime(stated_lines[0], "received %Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        is_day_only = DAY_ONLY in lines[: lines.index(FORMAT)]
        return Read(text, received_at, statement_of(stated_lines), _token(lines[place + 1 :]), is_day_only)
    except (ValueError, InvalidSignature):
        raise NotReceipt from None


def _token(lines: list[str]) -> bytes:
    """The token between its marks; empty without one. Raises ValueError."""
    if STAMP not in lines or END_OF_STAMP not in lines:
        return b""
    return base64.b64decode("".join(lines[lines.index(STAMP) + 1 : lines.index(END_OF_STAMP)]), validate=True)
