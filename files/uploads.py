"""Receiving a file: what is larger than the limit is read to its end without being kept, so that the rest of the form arrives."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class Oversized(UploadedFile):
    """A file that was too large to be kept: its name, its size, and nothing of its content."""

    def __init__(self, name: str | None, size: int) -> None:
        super().__init__(file=BytesIO(), name=name, size=size)


class LimitedUploadHandler(FileUploadHandler):
    """The first handler of every request: lets the others have a file up to `UPLOAD_MAX_BYTES`, and a request up to three times that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin counting a file."""
        super().new_file(*args, **kwargs)
        self.before = self.received

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Count, and hand the bytes on as long as they are within the limits."""
        self.received += len(raw_data)
        return None if self._is_oversized(start + len(raw_data)) else raw_data

    def file_complete(self, file_size: int) -> Oversized | None:
        """Answer for a file that was not kept; leave the others to the next handler."""
        return Oversized(self.file_name, file_size) if self._is_oversized(file_size) else None

    def _is_oversized(self, size: int) -> bool:
        most: int = settings.UPLOAD_MAX_BYTES
        return size > most or self.before + size > 3 * most
