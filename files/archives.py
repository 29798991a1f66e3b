"""Reading an archive that somebody sent: its table of contents bounded before it is loaded, its parts before they are unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO

from files.refused import FileRefused, Reason

MOST_ENTRIES = 2_000
MOST_TABLE = 1_000_000
MOST_UNPACKED = 200_000_000
MOST_RATIO = 200
#: Below this size, in bytes, a high ratio is only a document with much white space.
SMALL = 5_000_000
END = struct.Struct("<4s4H2LH")
END_MARK = b"PK\x05\x06"
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, zlib.error, OSError, RuntimeError, KeyError)


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, once its table of contents is known to be small, whole and alone in the file. Raises FileRefused."""
    count = _check_table(file)
    try:
        archive = zipfile.ZipFile(file)
    except UNREADABLE:
        raise FileRefused(Reason.DAMAGED) from None
    entries = archive.infolist()
    if len(entries) != count or len({entry.filename for entry in entries}) != count:
        raise FileRefused(Reason.DAMAGED)
    _check_entries(entries)
    return archive


def _check_table(file: IO[bytes]) -> int:
    """Read the last record alone: how many entries, how long a table, where; so that a table of a million names is never loaded."""
    length = file.seek(0, 2)
    file.seek(max(0, length - 65_557))
    tail = file.read()
    place = tail.rfind(END_MARK)
    if place < 0 or len(tail) - place < END.size:
        raise FileRefused(Reason.DAMAGED)
    _mark, disk, first_disk, here, count, size, offset, comment = END.unpack_from(tail, place)
    if len(tail) - place - END.size > comment:
        raise FileRefused(Reason.APPENDED)
    if disk or first_disk or here != count or 0xFFFF in (count, comment) or 0xFFFFFFFF in (size, offset):
        raise FileRefused(Reason.DAMAGED)
    if count > MOST_ENTRIES or size > MOST_TABLE:
        raise FileRefused(Reason.BOMB)
    if length - len(tail) + place != offset + size:
        raise FileRefused(Reason.DISGUISED if length - len(tail) + place > offset + size else Reason.DAMAGED)
    return count


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """What the table itself says: parts locked by a password, names that lead out, sizes that make a bomb, parts that overlap."""
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused(Reason.ENCRYPTED)
    if any(_leads_out(entry) for entry in entries):
        raise FileRefused(Reason.PATHS)
    packed, unpacked = sum(entry.compress_size for entry in entries), sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > max(SMALL, packed * MOST_RATIO):
        raise FileRefused(Reason.BOMB)
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise FileRefused(Reason.BOMB)
        end = entry.header_offset + 30 + entry.compress_size


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    parts = PurePosixPath(name.replace("\\", "/"))
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    return is_link or parts.is_absolute() or ".." in parts.parts or "\x00" in name or ":" in name[:2]


def unpacked(archive: zipfile.ZipFile) -> None:
    """Unpack every part once without keeping it: sums that do not match or sizes that lie are found out. Raises FileRefused."""
    try:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                while part.read(1 << 20):
                    pass
    except UNREADABLE:
        raise FileRefused(Reason.DAMAGED) from None


def part(archive: zipfile.ZipFile, name: str, most: int = MOST_UNPACKED) -> bytes:
    """The bytes of one part, as many as `most`; none when there is no such part."""
    try:
        with archive.open(name) as opened_part:
            return opened_part.read(most)
    except UNREADABLE:
        return b""
