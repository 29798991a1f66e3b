"""A clause or a template tried out: on a dossier, or on nothing but the names of the facts; what is missing stands between brackets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.library.condition_words import in_words
from contracts.models import TemplateVersion
from contracts.slots import DOSSIER_FACTS
from contracts.text.assemble import article_of
from contracts.text.clauses import ClauseText, Parameter
from contracts.text.document import Article, numbered
from contracts.text.errors import BadValue
from contracts.text.facts import FACTS, checked_facts
from contracts.text.values import Type, Value, checked, read_kept
from fees.tariff.conditions import holds
from fees.tariff.dto import Fact
from requests_app.models import Dossier

#: What stands for a value of which nothing but the name is known; the day and the numbers are told as examples on the page.
_EXAMPLES: Mapping[Type, Any] = {Type.DAY: date(2027, 1, 1), Type.AMOUNT: Decimal("1234.50"), Type.INTEGER: 12, Type.YES_NO: True}


@dataclass(frozen=True)
class Tried:
    """A clause as it would stand, the condition under which it does, and the facts that a dossier did not tell."""

    article: Article
    condition: str
    stands: bool | None
    missing: tuple[str, ...]


def example_of(code: str, kind: Type, label: Any) -> Value:
    """What stands for a value that nobody has told."""
    words = f"[{label}]"
    return checked(code, kind, (words,) if kind in (Type.LIST, Type.PASSAGE) else _EXAMPLES.get(kind, words))


def examples() -> dict[str, Value]:
    """An example for every registered fact."""
    return {code: example_of(code, kind.type, kind.label) for code, kind in FACTS.items()}


def told_by(dossier: Dossier | None, language: str) -> dict[str, Value]:
    """The facts that a dossier tells; none without one."""
    if dossier is None:
        return {}
    return checked_facts({code: value for source in DOSSIER_FACTS for code, value in source.told(dossier, language).items()})


def tried(clause: ClauseText, facts: Mapping[str, Value], language: str) -> Tried:
    """A clause with these facts, and with examples for the others."""
    own = {one.code: _default(one) for one in clause.parameters}
    judged = {code: Fact(value) for code, value in facts.items() if not isinstance(value, tuple)}
    missing = tuple(code for code in clause.facts() if code not in facts)
    article = article_of(clause, {**examples(), **facts}, own, language)
    return Tried(article, in_words(clause.condition), holds(clause.condition, judged), missing)


def _default(parameter: Parameter) -> Value:
    try:
        return read_kept(parameter.code, parameter.type, parameter.default)
    except BadValue:
        return example_of(parameter.code, parameter.type, parameter.label.fr)


def tried_template(version: TemplateVersion, dossier: Dossier | None, language: str) -> list[Tried]:
    """Every clause of a template, numbered as they would be; without a dossier, whatever their conditions."""
    facts, clauses = told_by(dossier, language), version.clauses()
    found = [
        tried(clauses[entry.code, entry.number], facts, language) for entry in version.text.entries if (entry.code, entry.number) in clauses
    ]
    if dossier is not None:
        found = [one for one in found if one.stands is not False]
    articles = numbered(tuple(one.article for one in found))
    return [Tried(article, one.condition, one.stands, one.missing) for article, one in zip(articles, found, strict=True)]
