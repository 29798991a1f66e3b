"""Plain text and nothing else: composed letters, no direction controls, no invisible signs, no control characters."""

from __future__ import annotations

import re
import unicodedata

#: Categories that no text of a convention holds: controls, formats (direction, zero width, tags), surrogates, private use.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
#: Invisible signs that Unicode files among letters and marks: fillers, the grapheme joiner, variation selectors, vowel inherents.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800") | {chr(one) for one in range(0xFE00, 0xFE10)}
#: A mark that stands on nothing, or dozens of marks on one letter, draw over what stands around them.
_MOST_MARKS = 3
_BLANKS = re.compile(r"[ \t\r\n\v\f\u0085\u2028\u2029\u1680\u2000-\u200a\u205f\u3000]+")
_PILE = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")


def is_shown(sign: str) -> bool:
    """Is it a sign that a reader sees, or a blank?"""
    return sign not in _INVISIBLE and unicodedata.category(sign) not in _REFUSED and not 0xE0100 <= ord(sign) <= 0xE01EF


def clean(text: str) -> str:
    """The text on one line, as it may stand in a convention; cleaning twice changes nothing more.

    No-break spaces (U+00A0, U+202F) stay: French typography needs them.
    """
    on_one_line = _BLANKS.sub(" ", text)
    seen = "".join(sign for sign in on_one_line if is_shown(sign))
    return _BLANKS.sub(" ", _settled(seen)).strip()


def _settled(text: str) -> str:
    """Composed, with no pile of marks: what composing brings together is looked at again, until nothing changes."""
    while True:
        composed = unicodedata.normalize("NFC", text)
        after = "".join(sign for sign in _PILE.sub(lambda pile: pile.group()[:_MOST_MARKS], composed) if is_shown(sign))
        if after == text:
            return text
        text = after


def is_clean(text: str) -> bool:
    """Would cleaning change nothing?"""
    return clean(text) == text


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a free text, set apart by blank lines, each clean; empty ones fall away."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return tuple(told for part in re.split(r"\n[ \t]*\n", lines) if (told := clean(part)))
