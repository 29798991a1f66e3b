"""A clause and a template as values, and their canonical texts: what is approved, hashed and never changed after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import rfc8785

from contracts.text.bodies import placeholders
from contracts.text.document import Negotiable
from contracts.text.errors import BadDocument, BadValue
from contracts.text.facts import FACTS, OWN
from contracts.text.values import Type, read_kept
from fees.tariff.codec import decode, encode
from fees.tariff.conditions import checks_in
from fees.tariff.dto import Check, Condition, Not, TariffError
from fees.tariff.vocabulary import Operator


class Text(NamedTuple):
    """Words in both languages; the French ones prevail."""

    fr: str = ""
    en: str = ""

    def said(self, language: str) -> str:
        """The words in this language; French when there are no others."""
        return self.en if language == "en" and self.en else self.fr


@dataclass(frozen=True)
class Parameter:
    """What may be set of a clause in each convention: `[[parameter.<code>]]`. Values are canonical texts; bounds are empty without any."""

    code: str
    label: Text
    type: Type
    default: str = ""
    minimum: str = ""
    maximum: str = ""


@dataclass(frozen=True)
class ClauseText:
    """One version of a clause. `covers` names the items of the checklists that it answers."""

    code: str
    number: int
    title: Text
    body: Text
    negotiable: Negotiable = Negotiable.LOCKED
    condition: Condition | None = None
    parameters: tuple[Parameter, ...] = ()
    covers: tuple[str, ...] = ()

    def parameter(self, code: str) -> Parameter | None:
        """The parameter of this code, if the clause has it."""
        return next((one for one in self.parameters if one.code == code), None)

    def known(self) -> frozenset[str]:
        """What its words may call: every registered fact, and its own parameters."""
        return frozenset(FACTS) | {f"{OWN}{one.code}" for one in self.parameters}

    def facts_in_words(self) -> tuple[str, ...]:
        """The facts that its title and body call, in either language, its own parameters aside."""
        words = "\n".join((*self.title, *self.body))
        return tuple(code for code in placeholders(words) if not code.startswith(OWN))

    def facts(self) -> tuple[str, ...]:
        """Every fact that it needs: those of its words and those of its condition."""
        return tuple(dict.fromkeys((*self.facts_in_words(), *(check.fact for check in checks_in(self.condition)))))


@dataclass(frozen=True)
class Entry:
    """A place of a template: which version of which clause stands there, and its hash."""

    code: str
    number: int
    sha256: str


@dataclass(frozen=True)
class TemplateText:
    """One version of a template: its clauses in order, the annexes that go with it, the facts without which nothing is made of it."""

    code: str
    number: int
    kind: str
    title: Text
    entries: tuple[Entry, ...] = ()
    annexes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


# ---- writing


def canonical(document: Any) -> str:
    """RFC 8785: the same document is always the same text."""
    return rfc8785.dumps(document).decode()


def sha256(text: str) -> str:
    """The hash of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def clause_content(clause: ClauseText) -> str:
    """What is approved of a clause: everything but its code and number."""
    return canonical(
        {
            "title": _both(clause.title),
            "body": _both(clause.body),
            "negotiable": clause.negotiable.value,
            "condition": None if clause.condition is None else encode(clause.condition),
            "parameters": [_parameter(one) for one in clause.parameters],
            "covers": list(clause.covers),
        }
    )


def template_content(template: TemplateText) -> str:
    """What is approved of a template: everything but its code, kind and number."""
    return canonical(
        {
            "title": _both(template.title),
            "entries": [{"code": one.code, "number": one.number, "sha256": one.sha256} for one in template.entries],
            "annexes": list(template.annexes),
            "required": list(template.required),
        }
    )


def _both(text: Text) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}


def _parameter(one: Parameter) -> dict[str, Any]:
    said = {"code": one.code, "label": _both(one.label), "type": one.type.value, "default": one.default}
    return said | {"minimum": one.minimum, "maximum": one.maximum}


# ---- reading


def read_clause(code: str, number: int, text: str) -> ClauseText:
    """A clause from its canonical text. Raises BadDocument."""
    said = _opened(text)
    try:
        return ClauseText(
            code=code,
            number=number,
            title=Text(**said["title"]),
            body=Text(**said["body"]),
            negotiable=Negotiable(said["negotiable"]),
            condition=condition_from(said["condition"]),
            parameters=tuple(_read_parameter(one) for one in said["parameters"]),
            covers=tuple(said["covers"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadDocument(f"clause {code}", str(error)) from error


def read_template(code: str, number: int, kind: str, text: str) -> TemplateText:
    """A template from its canonical text. Raises BadDocument."""
    said = _opened(text)
    try:
        return TemplateText(
            code=code,
            number=number,
            kind=kind,
            title=Text(**said["title"]),
            entries=tuple(Entry(**one) for one in said["entries"]),
            annexes=tuple(said["annexes"]),
            required=tuple(said["required"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadDocument(f"template {code}", str(error)) from error


def _opened(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError as error:
        raise BadDocument("document", "it is not JSON") from error
    if not isinstance(said, dict):
        raise BadDocument("document", "a mapping is expected")
    return said


def _read_parameter(said: Mapping[str, Any]) -> Parameter:
    return Parameter(**{**said, "label": Text(**said["label"]), "type": Type(said["type"])})


def condition_from(said: Any) -> Condition | None:
    """A condition from its plain form, its values of the types of their facts. Raises BadDocument, BadValue."""
    if said is None:
        return None
    try:
        condition: Condition = decode(Condition, said)
    except TariffError as error:
        raise BadDocument("condition", str(error)) from error
    return _typed(condition)


def _typed(condition: Condition) -> Condition:
    if isinstance(condition, Check):
        return replace(condition, values=tuple(_value(condition.fact, value) for value in condition.values))
    if isinstance(condition, Not):
        return Not(_typed(condition.part))
    return type(condition)(tuple(_typed(part) for part in condition.parts))


def _value(fact: str, value: Any) -> Any:
    kind = FACTS.get(fact)
    if kind is None:
        raise BadValue(fact, "this fact is not registered")
    return read_kept(fact, kind.type, value) if isinstance(value, str) else value


_OF_NUMBERS = frozenset({Operator.EQ, Operator.NE, Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.BETWEEN})
#: The tests that make sense for each type of fact.
OPERATORS_OF: Mapping[Type, frozenset[Operator]] = {
    Type.YES_NO: frozenset({Operator.IS_TRUE, Operator.IS_FALSE}),
    Type.INTEGER: _OF_NUMBERS,
    Type.AMOUNT: _OF_NUMBERS,
    Type.DAY: _OF_NUMBERS,
    Type.TEXT: frozenset({Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN}),
    Type.PASSAGE: frozenset(),
    Type.LIST: frozenset(),
}


def checks_that_make_no_sense(condition: Condition | None) -> Iterator[Check]:
    """The tests of a condition that no value of their fact could pass or fail."""
    for check in checks_in(condition):
        kind = FACTS.get(check.fact)
        if kind is None or check.operator not in OPERATORS_OF[kind.type]:
            yield check


def in_bounds(parameter: Parameter, value: Any) -> bool:
    """Is the value within the bounds of the parameter? Only numbers, amounts and days have some."""
    low, high = (read_kept(parameter.code, parameter.type, told) if told else None for told in (parameter.minimum, parameter.maximum))
    return (low is None or low <= value) and (high is None or value <= high)
