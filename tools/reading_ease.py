"""How easily each page for citizens reads in French: the portal's texts, and the sentences of the templates of form, tracking and figures.

`python -m tools.reading_ease` prints the figure of Kandel and Moles for each (from 0, very hard, to 100, very easy) and answers 1 when one
is below its floor. It reads files only: the portal's data, the templates with what they include, and the French catalogue.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache

import polib

from registry.readability import Reading, reading_of
from rights.entitlements.portal import ADDRESSES, pages_in
from tools.environment import ROOT

#: The least that is accepted of each kind of page.
PLAIN, EASY, FORM = 75, 90, 50
#: Rooms whose pages anybody reads; a template whose name begins with “_” is a part of one, letters and staff pages are others' business.
ROOMS = ("asking", "tracking", "measures")
STAFF = re.compile(r"desk|board|dashboard|enter|staff|mail/|document|paper|letter")
#: Fewer words than these are buttons and labels, not a text.
LEAST_WORDS = 40

SENTENCE = re.compile(
    r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')|\{%\s*blocktranslate\b[^%]*%\}(.*?)\{%\s*(?:plural|endblocktranslate)\s*%\}""", re.S
)
INCLUDED = re.compile(r"""\{%\s*include\s+"([^"]+)\"""")


def main() -> int:
    """Print every page with its figure; 1 when one is below its floor."""
    low = False
    for address, reading, floor in pages():
        score = reading.score
        below = score is not None and score < floor
        low |= below
        print(f"{'LOW' if below else 'ok':4}{score if score is not None else '-':>4}  (floor {floor}, {reading.words} words)  {address}")
    return int(low)


def pages() -> Iterator[tuple[str, Reading, int]]:
    """Each page, how it reads, and its floor."""
    for easy in (False, True):
        for code, page in pages_in("fr", easy).items():
            yield f"/droits/{ADDRESSES[code]}{'facile/' if easy else ''}", reading_of(page.text), EASY if easy else PLAIN
    for name in templates():
        reading = reading_of("\n".join(sentences(name)))
        if reading.words >= LEAST_WORDS:
            yield name, reading, FORM


def templates() -> list[str]:
    """The pages of the rooms that citizens visit, by their name."""
    names = [
        path.relative_to(ROOT / "templates").as_posix() for room in ROOMS for path in sorted((ROOT / "templates" / room).glob("*.html"))
    ]
    return [name for name in names if "/_" not in name and not STAFF.search(name)]


def sentences(name: str, above: frozenset[str] = frozenset()) -> Iterator[str]:
    """What a template says in French, with what it includes; a sentence that has no French yet is left out."""
    file = ROOT / "templates" / name
    if name in above or not file.is_file():
        return
    text = file.read_text(encoding="utf-8")
    for found in SENTENCE.finditer(text):
        words = next(part for part in found.groups() if part is not None)
        msgid = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", " ".join(words.split()))
        if said := french().get(msgid):
            yield re.sub(r"%\(\w+\)[sd]", "", said)
    for included in INCLUDED.findall(text):
        yield from sentences(included, above | {name})


@cache
def french() -> dict[str, str]:
    """The French catalogue of the site."""
    catalogue = polib.pofile(str(ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    return {entry.msgid: entry.msgstr or entry.msgstr_plural.get(1, "") for entry in catalogue.translated_entries()}


if __name__ == "__main__":
    sys.exit(main())
