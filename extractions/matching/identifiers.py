"""What looks like a person in a text that is for nobody's identity: long numbers, numbers of registration, dates of birth."""

from __future__ import annotations

import re

from extractions.linkage.nir import ALIKE

#: Digits with what people put between them.
_BETWEEN = re.compile(r"(?<=[0-9ABab])[\s.\u00a0\u202f_-]+(?=[0-9AB])")
_LONG = re.compile(r"[0-9]{13,}")
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_DATE = re.compile(
    rf"(?<![0-9])(?:{_DAY}[/.-]{_MONTH}[/.-]{_YEAR}|{_YEAR}[/.-]{_MONTH}[/.-]{_DAY}"
    r"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2})(?![0-9])"
)


def _joined(text: str) -> str:
    return _BETWEEN.sub("", text)


def holds_registration(text: str) -> bool:
    """Does something in the text look like a number of registration of a person (NIR), whatever stands between its digits?"""
    return bool(ALIKE.search(text.upper()) or ALIKE.search(_joined(text.upper())))


def holds_identity(text: str) -> bool:
    """Does something in the text look like a person: a NIR, a number of thirteen digits or more, a date to the day?"""
    return bool(holds_registration(text) or _LONG.search(_joined(text)) or _DATE.search(text))
