"""Receiving a linkage table: each chunk is checked, encrypted and forgotten; no clear byte is kept, and nothing else may see the file."""

from __future__ import annotations

from collections.abc import Sized
from datetime import date
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

from extractions.deposits.models import DepositRequest
from extractions.deposits.storage import Part
from extractions.linkage.reading import Encoding
from extractions.linkage.sealing import Receipt, Seal, SealBroken

#: The only file of the form.
FIELD = "table"


class SealingHandler(FileUploadHandler):
    """The only upload handler of the page of a deposit; as a context, it leaves no file behind that was not kept."""

    def __init__(self, asked: DepositRequest, encoding: Encoding, *, on: date, most: int) -> None:
        super().__init__()
        self.asked, self._encoding, self._on, self._most = asked, encoding, on, most
        self._received = 0
        self._code = ""
        self._seal: Seal | None = None
        self.part: Part | None = None

    def __repr__(self) -> str:
        return f"<SealingHandler: {self._received} bytes>"

    def __enter__(self) -> SealingHandler:
        return self

    def __exit__(self, *raised: object) -> None:
        """Forget what was not kept; what was kept has its own name by now, and is not touched."""
        if self._seal is not None:
            self._seal.__exit__()
        if self.part is not None:
            self.part.drop()

    def new_file(self, field_name: str, *_told: Any, **_more: Any) -> None:
        """Begin the one file that is awaited; its name, which may say something, is not kept."""
        if self._seal is not None or field_name != FIELD:
            self._stop("one_file")
            return
        try:
            self.part = Part()
        except OSError:
            self._stop("sink_failed")
            return
        self._seal = Seal(self.asked.asked, [self.asked.key.recipient], self.part, on=self._on, encoding=self._encoding)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Check and encrypt the next bytes; once nothing more is wanted, they are read and forgotten."""
        if self._code or self._seal is None:
            return
        self._received += len(raw_data)
        if self._received > self._most:
            self._stop("too_large")
        else:
            self._seal.feed(raw_data)

    def file_complete(self, file_size: int) -> None:
        """There is no file to hand on."""

    def upload_interrupted(self) -> None:
        """The line broke: nothing stands."""
        self._stop("abandoned")

    def receipt(self, others: Sized) -> Receipt:
        """The receipt of the whole; raises SealBroken with why there is none, or when another file was kept anywhere."""
        if len(others):  # the files of the request: asking for them reads the body, if nothing has yet
            self._stop("one_file")
        if self._code or self._seal is None:
            raise SealBroken(self._code or "no_file")
        return self._seal.finish()

    def _stop(self, code: str) -> None:
        self._code = self._code or code
        if self._seal is not None:
            self._seal.abandon()
