"""What a text will be before it is written: which clauses stand and why, what is known, what is still to be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts.drafting.facts import USUALLY_NOT, Known, kept_facts, known_facts
from contracts.models import Convention
from contracts.slots import MORE_ARTICLES
from contracts.text.clauses import ClauseText, Parameter
from contracts.text.facts import FACTS
from contracts.text.values import Value, said
from fees.tariff.conditions import holds, keys_in
from fees.tariff.dto import Fact

#: Facts that follow from the parties and the number: nobody types them.
FOLLOWING = ("parties.", "convention.number")


@dataclass(frozen=True)
class Standing:
    """A clause of the template: whether it stands (None: a fact decides that is not known yet), and because of what."""

    clause: ClauseText
    stands: bool | None
    because: str
    #: In the language of the text.
    title: str = ""


@dataclass(frozen=True)
class Plan:
    """The clauses of a template before its text is written."""

    clauses: tuple[Standing, ...]
    known: Mapping[str, Known]
    #: What is asked, and whether no text can be written without it.
    asked: Mapping[str, bool]
    initial: Mapping[str, Value]

    @property
    def parameters(self) -> Iterator[tuple[ClauseText, Parameter]]:
        """The parameters of the clauses that may stand."""
        for one in self.clauses:
            if one.stands is not False:
                yield from ((one.clause, parameter) for parameter in one.clause.parameters)


def plan_of(convention: Convention) -> Plan:
    """What the text of a convention would be, from the template and the facts of today."""
    template, known, kept = convention.template.text, known_facts(convention), kept_facts(convention)
    values = {code: value for code, value in kept.items() if FACTS[code].told} | {code: one.value for code, one in known.items()}
    rows = convention.template.clauses()
    clauses = tuple(_standing(rows[entry.code, entry.number], values, convention.language) for entry in template.entries)
    asked = _asked(clauses, template.required, known)
    more = {code: value for source in MORE_ARTICLES for code, value in source.asked(convention).items() if code not in asked}
    asked |= dict.fromkeys(more, False)
    present = {code: value for code, value in more.items() if value is not None}
    initial = {code: _initial(code, known, present | kept) for code in asked}
    return Plan(clauses, known, asked, {code: value for code, value in initial.items() if value is not None})


def _standing(clause: ClauseText, values: Mapping[str, Value], language: str) -> Standing:
    judge = {code: Fact(value) for code, value in values.items() if not isinstance(value, tuple)}
    title = clause.title.said(language)
    if clause.condition is None:
        return Standing(clause, True, "", title)
    return Standing(clause, holds(clause.condition, judge), _because(keys_in(clause.condition), values), title)


def _because(codes: Any, values: Mapping[str, Value]) -> str:
    """The facts that the condition looks at, each with its value, in the language of who reads."""
    language = get_language() or "fr"
    told = [(FACTS[code], values.get(code)) for code in dict.fromkeys(codes) if code in FACTS]
    words = [(kind.label, _("not known") if value is None else said(value, kind.type, language)) for kind, value in told]
    return ", ".join(_("%(fact)s: %(value)s") % {"fact": label, "value": value} for label, value in words)


def _asked(clauses: tuple[Standing, ...], required: tuple[str, ...], known: Mapping[str, Known]) -> dict[str, bool]:
    """The facts that nobody has said, and those that only a person says; those that a standing clause needs are needed for sure."""
    asked: dict[str, bool] = {}
    for code in required:
        _ask(asked, code, known, needed=True)
    for one in clauses:
        if one.stands is not False:
            for code in one.clause.facts():
                _ask(asked, code, known, needed=one.stands is True)
    return asked


def _ask(asked: dict[str, bool], code: str, known: Mapping[str, Known], *, needed: bool) -> None:
    if code not in FACTS or code.startswith(FOLLOWING):
        return
    if code not in known or FACTS[code].told:
        asked[code] = asked.get(code, False) or needed


def _initial(code: str, known: Mapping[str, Known], kept: Mapping[str, Value]) -> Value | None:
    if code in kept and FACTS[code].told:
        return kept[code]
    if code in known:
        return known[code].value
    return kept.get(code, False if code in USUALLY_NOT else None)
