"""The words of a PDF, a DOCX or an ODT, read in a process of its own: `python -m files.reading TYPE < file`, the answer in JSON.

A hostile file may make a reader run or grow without end; the process has a limit for both, and its death harms nobody.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO

from defusedxml.ElementTree import iterparse
from pypdf import PdfReader

from files.kinds import DOCX, ODT, PDF

MOST_PAGES = 500
MOST_CHARACTERS = 1_000_000
MOST_SECONDS = 40.0
MOST_MEMORY = 2_000_000_000


def words_of_pdf(file: BytesIO) -> Iterator[str]:
    """The text of each page."""
    reader = PdfReader(file)
    for page in reader.pages:
        yield page.extract_text()


def words_of_xml(file: BytesIO, part: str, paragraphs: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[str]:
    """The text of each paragraph of an XML part; `texts` are the elements that hold words, all when empty."""
    with zipfile.ZipFile(file) as archive, archive.open(part) as xml:
        for _event, element in iterparse(xml, events=("end",)):
            if element.tag.rpartition("}")[2] in paragraphs:
                held = (
                    element.itertext() if not texts else (one.text or "" for one in element.iter() if one.tag.rpartition("}")[2] in texts)
                )
                yield "".join(held)
                element.clear()


def pieces_of(file: BytesIO, content_type: str) -> Iterator[str]:
    """The text of a file, page by page or paragraph by paragraph."""
    if content_type == PDF:
        return words_of_pdf(file)
    if content_type == DOCX:
        return words_of_xml(file, "word/document.xml", ("p",), ("t",))
    if content_type == ODT:
        return words_of_xml(file, "content.xml", ("p", "h"), ())
    raise ValueError(content_type)


def read(file: BytesIO, content_type: str) -> tuple[str, bool]:
    """The text within the limits, and whether something was left out."""
    until, kept, length = time.monotonic() + MOST_SECONDS, list[str](), 0
    for rank, text in enumerate(pieces_of(file, content_type)):
        length += len(text) + 1
        if (content_type == PDF and rank >= MOST_PAGES) or length > MOST_CHARACTERS or time.monotonic() > until:
            kept.append(text[: max(0, MOST_CHARACTERS - length + len(text) + 1)])
            return "\n".join(kept), True
        kept.append(text)
    return "\n".join(kept), False


def main() -> int:
    """Read standard input; the answer is one JSON object."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(MOST_SECONDS) + 10, int(MOST_SECONDS) + 10))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    text, is_cut = read(BytesIO(sys.stdin.buffer.read()), sys.argv[1])
    sys.stdout.write(json.dumps({"text": text.encode("utf-8", "replace").decode().replace("\x00", ""), "is_cut": is_cut}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
