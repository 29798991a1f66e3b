"""Kinds of question: how an answer is stored, which values it takes, and how it goes over to another kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from ui.forms import word_count

#: A question as a definition holds it: code, kind, label, help, choices, max_words, public; and required, condition where it stands.
Question = Mapping[str, Any]
SHORT_LENGTH = 300
LONGEST_TEXT = 2000  # words, when a question sets no limit of its own
GREATEST = 10**12
DECIMALS = 6


class Kind(models.TextChoices):
    """What is asked for."""

    SHORT = "short_text", _("Short text, on one line")
    LONG = "long_text", _("Long text, with a limit in words")
    WHOLE = "whole", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
    ONE = "one_choice", _("One choice in a list")
    SEVERAL = "several_choices", _("Several choices in a list")
    EMAIL = "email", _("E-mail address")


WITH_CHOICES = frozenset({Kind.ONE.value, Kind.SEVERAL.value})
COMPARED = frozenset({Kind.WHOLE.value, Kind.DECIMAL.value, Kind.DATE.value})


class Unfit(Exception):
    """The question does not take this value; `reason` is a code of `REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


#: Why an answer does not fit, as a sentence that stands by itself.
REASONS: dict[str, Any] = {
    "kind": _("This answer is not of the kind that the question asks for."),
    "choice": _("This choice is not in the list."),
    "long": _("This text is too long."),
    "lines": _("This text must stand on one line."),
    "number": _("This number is too large."),
    "email": _("This is not an e-mail address."),
}


def fit(question: Question, value: Any) -> Any:
    """The value in the form in which it is stored, None for no answer; raises Unfit."""
    return None if is_empty(value) else _FITS[question["kind"]](question, value)


def is_empty(value: Any) -> bool:
    """Is this no answer at all? “No” and zero are answers."""
    return value is None or (isinstance(value, str | list) and not value)


def converted(value: Any, kind: str, question: Question) -> Any:
    """An answer given to a question of one kind, as this question takes it; raises Unfit when it would lose something."""
    if kind == question["kind"] or is_empty(value):
        return fit(question, value)
    bridge = _BRIDGES.get((kind, question["kind"]))
    if bridge is None:
        raise Unfit("kind")
    return fit(question, bridge(value))


def choice_codes(question: Question) -> list[str]:
    """The codes of the choices, in their order."""
    return [choice["code"] for choice in question.get("choices", [])]


def _short(question: Question, value: Any) -> str:
    text = _text(value)
    if "\n" in text:
        raise Unfit("lines")
    if len(text) > SHORT_LENGTH:
        raise Unfit("long")
    return text


def _long(question: Question, value: Any) -> str:
    text = _text(value)
    if word_count(text) > (question.get("max_words") or LONGEST_TEXT):
        raise Unfit("long")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise Unfit("kind")
    return value.replace("\r\n", "\n").strip()


def _whole(question: Question, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit("kind")
    if abs(value) >= GREATEST:
        raise Unfit("number")
    return value


def _decimal(question: Question, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise Unfit("kind")
    if abs(value) >= GREATEST:
        raise Unfit("number")
    return round(float(value), DECIMALS) + 0.0  # no negative zero: the database would give it back without its sign


def _date(question: Question, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Unfit("kind") from None


def _yes_no(question: Question, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("kind")
    return value


def _one(question: Question, value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("kind")
    if value not in choice_codes(question):
        raise Unfit("choice")
    return value


def _several(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Unfit("kind")
    offered = choice_codes(question)
    if not set(value) <= set(offered):
        raise Unfit("choice")
    return [code for code in offered if code in value]


def _email(question: Question, value: Any) -> str:
    address = _short(question, value)
    try:
        validate_email(address)
    except ValidationError:
        raise Unfit("email") from None
    return address


_FITS: dict[str, Callable[[Question, Any], Any]] = {
    Kind.SHORT: _short,
    Kind.LONG: _long,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.ONE: _one,
    Kind.SEVERAL: _several,
    Kind.EMAIL: _email,
}


def _unchanged(value: Any) -> Any:
    return value


def _without_decimals(value: Any) -> int:
    if value != int(value):
        raise Unfit("kind")
    return int(value)


def _alone(value: Any) -> Any:
    if len(value) != 1:
        raise Unfit("kind")
    return value[0]


#: From which kind to which an answer goes over without losing anything.
_BRIDGES: dict[tuple[str, str], Callable[[Any], Any]] = {
    (Kind.SHORT, Kind.LONG): _unchanged,
    (Kind.LONG, Kind.SHORT): _unchanged,
    (Kind.EMAIL, Kind.SHORT): _unchanged,
    (Kind.EMAIL, Kind.LONG): _unchanged,
    (Kind.SHORT, Kind.EMAIL): _unchanged,
    (Kind.WHOLE, Kind.DECIMAL): float,
    (Kind.DECIMAL, Kind.WHOLE): _without_decimals,
    (Kind.ONE, Kind.SEVERAL): lambda value: [value],
    (Kind.SEVERAL, Kind.ONE): _alone,
}
