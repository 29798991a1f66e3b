"""A deposit in one pass: checked and encrypted to public keys (age) as its bytes come; the clear bytes are dropped at once.

`feed` never raises, so that no traceback runs through a frame that holds clear bytes; what went wrong is said by `finish`, whose
frames hold none. Encryption runs in a thread of its own because `pyrage.encrypt_io` pulls what it encrypts: it reads 8 KiB at a time
and writes 64 KiB at a time, in constant memory (200 MB: 0.4 s, less than 1 MB of memory). The sink is written from that thread, and
sees ciphertext only.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

import pyrage

from extractions.linkage.checking import Checker
from extractions.linkage.columns import ColumnSet
from extractions.linkage.findings import Place, Summary
from extractions.linkage.pipe import Pipe
from extractions.linkage.reading import PIECE, Encoding, Lines, Reader, Refused

RECIPIENT = re.compile(r"age1[a-z0-9]{58}")
#: Seconds without any progress of the sink, or without any byte of the depositor, after which a deposit is given up.
PATIENCE = 60.0
#: Seconds that an abandoned deposit waits for its thread, which may stand in a write of the sink that nobody can interrupt.
FAREWELL = 2.0


class Sink(Protocol):
    """Where the ciphertext goes."""

    def write(self, some: bytes, /) -> object:
        """Take all of these bytes, or raise."""


class SealBroken(Exception):
    """The deposit could not be encrypted; `code` says why (sink_failed, sink_too_slow, abandoned, broken). No value of the file."""

    def __init__(self, code: str, cause: str = "") -> None:
        super().__init__(code, cause) if cause else super().__init__(code)
        self.code, self.cause = code, cause


class BadRecipient(ValueError):
    """Not a public key of age (X25519)."""


@dataclass(frozen=True)
class Receipt:
    """What a deposit was. A refused one (its reading stopped) is not sealed: throw its ciphertext away; its hashes are empty."""

    column_set: str
    encoding: str
    recipients: tuple[str, ...]
    sealed: bool
    lines: int
    bytes: int
    sha256: str
    ciphertext_bytes: int
    ciphertext_sha256: str
    errors: Summary
    warnings: Summary

    @property
    def is_accepted(self) -> bool:
        """Sealed, and without an error; warnings are for a person to weigh."""
        return self.sealed and not self.errors.total

    def written(self) -> dict[str, Any]:
        """As plain data, for a JSON column."""
        return asdict(self)


def fingerprint(recipient: str) -> str:
    """A short name of a public key: the first 16 hexadecimal digits of the SHA-256 of its text."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:16]


def recipients_from(keys: Sequence[str]) -> list[Any]:
    """The public keys (age1…), read; `BadRecipient` for anything else, a private key first of all."""
    if not keys or not all(RECIPIENT.fullmatch(key) for key in keys):
        raise BadRecipient
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in keys]
    except pyrage.RecipientError:
        pass
    raise BadRecipient


class _Sealed:
    """Hands the ciphertext to the sink, counts and hashes it; keeps the kind of the sink's failure, not its words."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._hash = hashlib.sha256()
        self.bytes = 0
        self.failure = ""

    def write(self, some: bytes) -> int:
        try:
            self._sink.write(some)
        except BaseException as raised:
            self.failure = type(raised).__name__
        if self.failure:
            raise OSError
        self._hash.update(some)
        self.bytes += len(some)
        return len(some)

    def flush(self) -> None:
        """Nothing waits here."""

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class Seal:
    """One deposit: `feed` its bytes, then `finish`; or `abandon` it. As a context, it is abandoned when left before its end."""

    def __init__(
        self,
        asked: ColumnSet,
        recipients: Sequence[str],
        sink: Sink,
        *,
        on: date,
        encoding: Encoding = Encoding.UTF_8,
        patience: float = PATIENCE,
    ) -> None:
        self._asked, self._keys, self._encoding, self._patience = asked, tuple(recipients), encoding, patience
        self._reader, self._checker = Reader(asked, encoding), Checker(asked, on)
        self._sealed, self._pipe = _Sealed(sink), Pipe(patience)
        self._hash = hashlib.sha256()
        self._bytes = 0
        self._refused: tuple[Place, ...] = ()
        self._broken = ""
        self._receipt: Receipt | None = None
        self._encrypted = False
        self._thread = threading.Thread(target=self._encrypt, args=(recipients_from(recipients),), name="seal", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"<Seal: {self._bytes} bytes, {self._checker.lines} lines>"

    def __enter__(self) -> Seal:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._receipt is None:
            self.abandon()

    def feed(self, chunk: bytes) -> bool:
        """Take the next bytes; False once nothing more is wanted (refused or broken): `finish` says why."""
        stopped: type[BaseException] | None = None
        try:
            for start in range(0, len(chunk), PIECE):
                if not self._take(bytes(chunk[start : start + PIECE])):
                    break
        except Exception:
            self._stop("broken")
        except BaseException as raised:  # the process is being stopped
            stopped = type(raised)
        del chunk
        if stopped:
            self._stop("abandoned")
            raise stopped
        return not (self._broken or self._refused)

    def finish(self) -> Receipt:
        """The receipt of the whole deposit; `SealBroken` when it could not be encrypted."""
        if self._receipt:
            return self._receipt
        if not self._broken and not self._refused:
            self._read_the_end()
        errors, warnings = self._summaries()
        if not self._broken and not self._refused:
            self._pipe.end()
            self._await_thread()
        if self._refused or self._broken:
            self._thread.join(min(FAREWELL, self._patience))
        if self._broken:
            raise SealBroken(self._broken, self._sealed.failure)
        self._receipt = self._made(errors, warnings)
        return self._receipt

    def abandon(self) -> None:
        """Give the deposit up; what the sink received cannot be decrypted to its end, and is to be thrown away."""
        self._stop("abandoned")
        self._thread.join(min(FAREWELL, self._patience))

    def _take(self, piece: bytes) -> bool:
        if self._broken or self._refused:
            return False
        if not self._pipe.put(piece):
            self._stop(self._why() if self._pipe.is_cut else "sink_too_slow")
            return False
        self._hash.update(piece)
        self._bytes += len(piece)
        try:
            for lines in self._reader.feed(piece):
                self._check(lines)
        except Refused as refused:
            self._refuse(refused.places)
        return True

    def _check(self, lines: Lines) -> None:
        assert self._reader.layout
        self._checker.take(lines, self._reader.layout)

    def _read_the_end(self) -> None:
        try:
            for lines in self._reader.finish():
                self._check(lines)
        except Refused as refused:
            self._refuse(refused.places)
        except Exception:
            self._stop("broken")

    def _summaries(self) -> tuple[Summary, Summary]:
        if self._refused:
            return self._checker.refuse(*self._refused)
        try:
            return self._checker.finish()
        except Exception:
            self._stop("broken")
        return Summary(), Summary()

    def _refuse(self, places: tuple[Place, ...]) -> None:
        self._refused = places
        self._pipe.cut()
        self._reader.forget()

    def _stop(self, code: str) -> None:
        self._broken = self._broken or code
        self._pipe.cut()
        self._reader.forget()

    def _encrypt(self, recipients: list[Any]) -> None:
        """The thread: from the pipe to the sink. Whatever happens, the other side learns it and nothing is raised."""
        try:
            pyrage.encrypt_io(self._pipe, self._sealed, recipients)
            self._encrypted = True
        except BaseException:  # its words may quote what it read
            pass
        finally:
            if not self._encrypted:
                self._pipe.cut()

    def _await_thread(self) -> None:
        """Wait while the sink makes progress."""
        before, since = self._sealed.bytes, time.monotonic()
        while self._thread.is_alive():
            self._thread.join(min(0.5, self._patience))
            if self._sealed.bytes != before:
                before, since = self._sealed.bytes, time.monotonic()
            elif self._thread.is_alive() and time.monotonic() - since > self._patience:
                return self._stop("sink_too_slow")
        if not self._encrypted:
            self._stop(self._why())
        return None

    def _why(self) -> str:
        """Why the encrypting thread gave up."""
        return "sink_failed" if self._sealed.failure else "abandoned" if self._pipe.fell_silent else "broken"

    def _made(self, errors: Summary, warnings: Summary) -> Receipt:
        sealed = not self._refused
        return Receipt(
            column_set=self._asked.code,
            encoding=self._encoding.value,
            recipients=tuple(fingerprint(key) for key in self._keys),
            sealed=sealed,
            lines=self._checker.lines,
            bytes=self._bytes if sealed else 0,
            sha256=self._hash.hexdigest() if sealed else "",
            ciphertext_bytes=self._sealed.bytes if sealed else 0,
            ciphertext_sha256=self._sealed.sha256 if sealed else "",
            errors=errors,
            warnings=warnings,
        )
