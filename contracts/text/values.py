"""The values that stand in a convention: their types, how they are kept, and how each is said in the language of the text."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from contracts.text.clean import clean, paragraphs
from contracts.text.errors import BadValue

#: A list and a passage are texts, one for each entry or paragraph.
Value = str | Decimal | bool | date | tuple[str, ...]

NO_BREAK, NARROW = "\u00a0", "\u202f"
MONTHS = {
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
}
CENT = Decimal("0.01")
#: What no amount and no count of a convention reaches.
LARGEST = Decimal(10) ** 12


class Type(StrEnum):
    """What values a fact takes. A passage is a text of several paragraphs; an amount is in euros."""

    TEXT = "text"
    PASSAGE = "passage"
    LIST = "list"
    DAY = "day"
    AMOUNT = "amount"
    INTEGER = "integer"
    YES_NO = "yes_no"


#: Types whose values stand as several paragraphs or entries.
SEVERAL = frozenset({Type.PASSAGE, Type.LIST})


def checked(code: str, kind: Type, value: Any) -> Value:
    """The value as this type holds it: texts clean, amounts in cents. Raises BadValue for a value of another type."""
    return _CHECKS[kind](code, value)


def _text(code: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue(code, "a text is expected")
    return clean(value)


def _passage(code: str, value: Any) -> tuple[str, ...]:
    return paragraphs(value) if isinstance(value, str) else _list(code, value)


def _list(code: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise BadValue(code, "a list of texts is expected")
    return tuple(told for one in value if (told := clean(one)))


def _day(code: str, value: Any) -> date:
    if type(value) is not date:
        raise BadValue(code, "a day is expected")
    return value


def _number(code: str, value: Any) -> Decimal:
    if isinstance(value, bool | float) or not isinstance(value, int | Decimal):
        raise BadValue(code, "a whole number or a Decimal is expected")
    number = Decimal(value)
    if not number.is_finite() or not 0 <= number < LARGEST:
        raise BadValue(code, "the number is not of a plausible size")
    return number


def _amount(code: str, value: Any) -> Decimal:
    number = _number(code, value)
    if number != number.quantize(CENT):
        raise BadValue(code, "an amount has two decimals at most")
    return number.quantize(CENT)


def _integer(code: str, value: Any) -> Decimal:
    number = _number(code, value)
    if number != number.to_integral_value():
        raise BadValue(code, "a whole number is expected")
    return number.to_integral_value()


def _yes_no(code: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue(code, "yes or no is expected")
    return value


_CHECKS: dict[Type, Callable[[str, Any], Value]] = {
    Type.TEXT: _text,
    Type.PASSAGE: _passage,
    Type.LIST: _list,
    Type.DAY: _day,
    Type.AMOUNT: _amount,
    Type.INTEGER: _integer,
    Type.YES_NO: _yes_no,
}


def is_blank(value: Value) -> bool:
    """Is there nothing to say? An empty text or list counts as a missing fact."""
    return value in ("", ())


def kept(value: Value) -> str:
    """The value as a document keeps it: one clean text, the same for the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, str) else json.dumps(list(value), ensure_ascii=False)


def read_kept(code: str, kind: Type, text: str) -> Value:
    """The value from the text that is kept. Raises BadValue."""
    try:
        return checked(code, kind, _READERS[kind](text))
    except (InvalidOperation, KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadValue):
            raise
        raise BadValue(code, f"“{text[:60]}” is not of the type “{kind}”") from error


_READERS: dict[Type, Callable[[str], Any]] = {
    Type.TEXT: str,
    Type.PASSAGE: lambda text: tuple(json.loads(text)),
    Type.LIST: lambda text: tuple(json.loads(text)),
    Type.DAY: date.fromisoformat,
    Type.AMOUNT: Decimal,
    Type.INTEGER: Decimal,
    Type.YES_NO: lambda text: {"true": True, "false": False}[text],
}


# ---- in words


def said(value: Value, kind: Type, language: str) -> str:
    """The value as the text of a convention says it."""
    if isinstance(value, bool):
        return {"fr": ("non", "oui"), "en": ("no", "yes")}[language][value]
    if isinstance(value, date):
        return day_said(value, language)
    if isinstance(value, Decimal):
        return amount_said(value, language) if kind is Type.AMOUNT else _grouped(f"{value:f}", language)
    if isinstance(value, str):
        return value
    return " ".join(value) if kind is Type.PASSAGE else joined(value, language)


def day_said(day: date, language: str) -> str:
    """“1er septembre 2026”, “1 September 2026”."""
    first = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{first}{NO_BREAK}{MONTHS[language][day.month - 1]}{NO_BREAK}{day.year}"


def amount_said(amount: Decimal, language: str) -> str:
    """“12 345,60 €”, “€12,345.60”."""
    whole, _point, cents = f"{amount.quantize(CENT):f}".partition(".")
    if language == "fr":
        return f"{_grouped(whole, language)},{cents}{NO_BREAK}€"
    return f"€{_grouped(whole, language)}.{cents}"


def _grouped(digits: str, language: str) -> str:
    return f"{int(digits):,}".replace(",", NARROW if language == "fr" else ",")


def joined(parts: tuple[str, ...], language: str) -> str:
    """“a, b et c”, “a, b and c”."""
    *first, last = parts or ("",)
    return f"{', '.join(first)} {'et' if language == 'fr' else 'and'} {last}" if first else last


# ---- read back from words


def read_said(code: str, kind: Type, words: str, language: str) -> Value:
    """The value that the words of a text say, as `said` writes them or as a person would type them. Raises BadValue."""
    plain = words.strip()
    if kind is Type.TEXT:
        return clean(plain)
    if kind is Type.YES_NO:
        plain = {"oui": "true", "yes": "true", "non": "false", "no": "false"}.get(plain, plain)
    elif kind is Type.DAY:
        plain = _day_read(plain, language)
    elif kind in (Type.INTEGER, Type.AMOUNT):
        plain = _digits(plain, language)
    return read_kept(code, kind, plain)


def _digits(words: str, language: str) -> str:
    bare = words.replace("€", "").replace(NARROW, "").replace(NO_BREAK, "").replace(" ", "")
    return bare.replace(",", ".") if language == "fr" else bare.replace(",", "")


def _day_read(words: str, language: str) -> str:
    parts = words.replace(NO_BREAK, " ").split(" ")
    if len(parts) != 3 or parts[1] not in MONTHS[language]:
        return words
    number = parts[0].removesuffix("er")
    return f"{int(parts[2]):04d}-{MONTHS[language].index(parts[1]) + 1:02d}-{int(number):02d}" if number.isdigit() else words
