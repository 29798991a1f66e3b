"""Files of the form stay in memory: what is too large is read to its end and forgotten, and nothing ever lies on the disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

#: What a browser may send sealed at once, for all controllers together, in bytes.
MOST = 26 * 1024 * 1024


class TooMuch(UploadedFile):
    """A file of which nothing was kept but its name: one more than the limit allows."""

    def __init__(self, name: str | None, size: int) -> None:
        super().__init__(file=BytesIO(), name=name, size=size)


class MemoryHandler(FileUploadHandler):
    """The only upload handler of the form."""

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most, self._received = most, 0
        self._content = BytesIO()
        self._whole = True

    def __repr__(self) -> str:
        return f"<MemoryHandler: {self._received} bytes>"

    def new_file(self, *told: Any, **more: Any) -> None:
        """Begin a file."""
        super().new_file(*told, **more)
        self._content, self._whole = BytesIO(), True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the bytes while the limit of the whole request allows it."""
        self._received += len(raw_data)
        self._whole = self._whole and self._received <= self._most
        if self._whole:
            self._content.write(raw_data)
        else:
            self._content = BytesIO()

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file, from memory."""
        if not self._whole:
            return TooMuch(self.file_name, file_size)
        self._content.seek(0)
        return InMemoryUploadedFile(
            self._content, self.field_name, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )
