"""Values to plain documents and back, by their declared types: Decimals as texts, defaults left out, every fault with its path."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from fees.tariff.errors import BadDocument, BadFact, DocumentFault
from fees.tariff.facts import FACTS, parsed
from fees.tariff.money import as_cents, number_in, plain
from fees.tariff.written import AllOf, AnyOf, Check, Not

#: Fields that are amounts: they keep their two decimals.
AMOUNTS = frozenset({"amount", "base", "before_exemption", "net", "vat", "gross", "taxable"})
ABSENT = object()
#: The words of a fault repeat what was written up to here.
LONG = 200
CONDITION = {Check, AllOf, AnyOf, Not}
_FIELDS: dict[type, tuple[Field, ...]] = {}
_WRITER_OF: dict[type, Callable[[Any], Any]] = {}


class Field(NamedTuple):
    """A field of a value: its name, declared type and default."""

    name: str
    type: Any
    default: Any


def fields_of(cls: type) -> tuple[Field, ...]:
    """The fields of a dataclass or a named tuple, found once."""
    if cls not in _FIELDS:
        _FIELDS[cls] = _fields_of(cls)
    return _FIELDS[cls]


def _fields_of(cls: type) -> tuple[Field, ...]:
    hints = get_type_hints(cls)
    if dataclasses.is_dataclass(cls):
        return tuple(Field(one.name, hints[one.name], _default(one)) for one in dataclasses.fields(cls))
    defaults: Mapping[str, Any] = getattr(cls, "_field_defaults", {})
    return tuple(Field(name, hints[name], defaults.get(name, ABSENT)) for name in getattr(cls, "_fields", ()))


def _default(one: dataclasses.Field[Any]) -> Any:
    if one.default_factory is not dataclasses.MISSING:
        return one.default_factory()
    return ABSENT if one.default is dataclasses.MISSING else one.default


# ---- writing


def encode(value: Any) -> Any:
    """The value as a document of texts, booleans, lists and mappings."""
    return _writer(type(value))(value)


def _writer(cls: type) -> Callable[[Any], Any]:
    if cls not in _WRITER_OF:
        _WRITER_OF[cls] = _chosen_writer(cls)
    return _WRITER_OF[cls]


def _chosen_writer(cls: type) -> Callable[[Any], Any]:
    for kinds, write in _WRITERS:
        if issubclass(cls, kinds):
            return write
    if dataclasses.is_dataclass(cls) or hasattr(cls, "_fields"):
        return _record_writer(cls)
    return _list


def _same(value: Any) -> Any:
    return value


def _list(value: Iterable[Any]) -> list[Any]:
    return [encode(one) for one in value]


def _set(value: Iterable[str]) -> list[str]:
    return sorted(value)


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): encode(one) for key, one in value.items()}


_WRITERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (bool, _same),
    (StrEnum, lambda value: value.value),
    (str, _same),
    (Decimal, plain),
    (int, str),
    (date, date.isoformat),
    (type(None), _same),
    (Mapping, _mapping),
    (frozenset, _set),
    (Check, lambda value: _check(value)),
    (AllOf, lambda value: {"all": _list(value.parts)}),
    (AnyOf, lambda value: {"any": _list(value.parts)}),
    (Not, lambda value: {"not": encode(value.part)}),
)


def _check(check: Check) -> dict[str, Any]:
    written = [encode(value) for value in check.values]
    document = {"fact": check.fact, "operator": check.operator.value}
    return {**document, "values": written} if written else document


def _record_writer(cls: type) -> Callable[[Any], dict[str, Any]]:
    plan = [(one.name, one.default, as_cents if one.name in AMOUNTS else None) for one in fields_of(cls)]

    def write(value: Any) -> dict[str, Any]:
        document = {}
        for name, default, amount in plan:
            part = getattr(value, name)
            if part is not default and (part != default or type(part) is not type(default)):
                document[name] = amount(part) if amount and part is not None else _writer(type(part))(part)
        return document

    return write


# ---- reading


class Reader:
    """Reads a document; collects every fault with its path instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[DocumentFault] = []

    def fault(self, path: str, words: str) -> Any:
        """Note a fault; the value is ABSENT."""
        self.faults.append(DocumentFault(path or "document", words if len(words) <= LONG else f"{words[:LONG]}…"))
        return ABSENT

    def read(self, expected: Any, document: Any, path: str = "", key: str = "") -> Any:
        """The value of this type, or ABSENT after noting why not; `key` is the fact that a value belongs to."""
        origin = get_origin(expected)
        if origin in (Union, types.UnionType):
            return self._union(get_args(expected), document, path, key)
        if origin in (tuple, frozenset):
            return self._sequence(origin, get_args(expected), document, path, key)
        if origin is not None:
            return self._mapping(get_args(expected), document, path)
        if expected in _SCALARS:
            return self._scalar(expected, document, path)
        if isinstance(expected, type) and issubclass(expected, StrEnum):
            return self._word(expected, document, path)
        return self._record(expected, document, path, key)

    def _union(self, options: tuple[Any, ...], document: Any, path: str, key: str) -> Any:
        if CONDITION & set(options):
            return None if document is None else self._condition(document, path)
        if type(None) in options:
            rest = [option for option in options if option is not type(None)]
            return None if document is None else self.read(rest[0], document, path, key)
        return self._value(document, path, key)

    def _value(self, document: Any, path: str, key: str) -> Any:
        if key not in FACTS:
            return document if isinstance(document, str | bool) else self.fault(path, f"{document!r} is neither a text nor true or false")
        try:
            return parsed(key, str(document).lower() if isinstance(document, bool) else str(document))
        except BadFact as fault:
            return self.fault(path, str(fault))

    def _sequence(self, origin: Any, inner: tuple[Any, ...], document: Any, path: str, key: str) -> Any:
        if not isinstance(document, list):
            return self.fault(path, "a list is expected")
        if origin is tuple and inner[-1] is not Ellipsis and len(inner) != len(document):
            return self.fault(path, f"{len(inner)} values are expected")
        kinds = inner if origin is tuple and inner[-1] is not Ellipsis else [inner[0]] * len(document)
        read = [self.read(kind, one, f"{path}[{at}]", key) for at, (kind, one) in enumerate(zip(kinds, document, strict=True))]
        return origin(one for one in read if one is not ABSENT)

    def _mapping(self, inner: tuple[Any, Any], document: Any, path: str) -> Any:
        if not isinstance(document, dict):
            return self.fault(path, "a mapping is expected")
        keys = {name: self.read(inner[0], name, f"{path}.{name}") for name in document}
        return {keys[name]: self.read(inner[1], one, f"{path}.{name}", name) for name, one in document.items() if keys[name] is not ABSENT}

    def _scalar(self, expected: Any, document: Any, path: str) -> Any:
        wanted = bool if expected is bool else str
        if not isinstance(document, wanted):
            return self.fault(path, f"{document!r} is not {_SCALARS[expected]}")
        try:
            found = document if isinstance(document, bool) else _PARSERS[expected](document)
        except ValueError:
            return self.fault(path, f"{document!r} is not {_SCALARS[expected]}")
        return found

    def _word(self, expected: type[StrEnum], document: Any, path: str) -> Any:
        words = [one.value for one in expected]
        return expected(document) if document in words else self.fault(path, f"{document!r} is not one of {', '.join(words)}")

    def _record(self, cls: type, document: Any, path: str, key: str) -> Any:
        if not isinstance(document, dict):
            return self.fault(path, "a mapping is expected")
        fields = fields_of(cls)
        for name in sorted(set(document) - {one.name for one in fields}, key=str):
            self.fault(f"{path}.{name}".lstrip("."), "this field is not known here")
        own_key = str(document.get("key") or key)
        read = {one.name: self._field(one, document, path, own_key) for one in fields}
        return ABSENT if ABSENT in read.values() else cls(**read)

    def _field(self, one: Field, document: dict[str, Any], path: str, key: str) -> Any:
        where = f"{path}.{one.name}".lstrip(".")
        if one.name in document:
            found = self.read(one.type, document[one.name], where, key)
            return one.default if found is ABSENT and one.default is not ABSENT else found
        return self.fault(where, "this field is missing") if one.default is ABSENT else one.default

    def _condition(self, document: Any, path: str) -> Any:
        if not isinstance(document, dict):
            return self.fault(path, "a condition is a mapping: fact and operator, all, any or not")
        if set(document) == {"not"}:
            part = self._condition(document["not"], f"{path}.not")
            return ABSENT if part is ABSENT else Not(part)
        for word, cls in (("all", AllOf), ("any", AnyOf)):
            if set(document) == {word}:
                return self._parts(cls, document[word], f"{path}.{word}")
        return self._record(Check, document, path, str(document.get("fact", "")))

    def _parts(self, cls: Any, document: Any, path: str) -> Any:
        if not isinstance(document, list) or not document:
            return self.fault(path, "a list of conditions is expected")
        parts = tuple(self._condition(one, f"{path}[{index}]") for index, one in enumerate(document))
        return ABSENT if ABSENT in parts else cls(parts)


_SCALARS: dict[Any, str] = {
    str: "a text",
    Decimal: "a number",
    bool: "true or false",
    int: "a whole number",
    date: "a day (2026-05-14)",
}


def _whole(text: str) -> int:
    number = number_in(text)
    if number != number.to_integral_value():
        raise ValueError(f"{text!r} is not a whole number")
    return int(number)


_PARSERS: dict[Any, Callable[[str], Any]] = {str: str, Decimal: number_in, int: _whole, date: date.fromisoformat}


def decode(cls: Any, document: Any) -> Any:
    """The value of this type that a document says; BadDocument lists every fault with its path."""
    reader = Reader()
    found = reader.read(cls, document)
    if reader.faults:
        raise BadDocument(tuple(reader.faults))
    return found
