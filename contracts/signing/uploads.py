"""Receiving a file that must never touch the disk: it stays in memory up to a limit, and is dropped beyond it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from contracts.pades.bounded import MOST_BYTES
from files.uploads import Oversized


class InMemory(FileUploadHandler):
    """The only handler of the public check; the limit counts all the files of a request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the bytes as long as they are within the limit."""
        self.received += len(raw_data)
        if self.received <= MOST_BYTES:
            self.content.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """The file in memory; one that is too large has nothing but its size."""
        if self.received > MOST_BYTES:
            self.content = BytesIO()
            return Oversized(self.file_name, file_size)
        self.content.seek(0)
        return InMemoryUploadedFile(self.content, self.field_name, self.file_name or "", self.content_type, file_size, self.charset)
