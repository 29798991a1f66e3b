"""A template, its clauses and facts become a document: conditions are judged, placeholders looked up once, nothing is ever evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.text.bodies import PLACEHOLDER, blocks_of, placeholders
from contracts.text.clauses import ClauseText, Parameter, TemplateText, in_bounds
from contracts.text.clean import clean
from contracts.text.document import (
    AnnexText,
    Article,
    Block,
    BlockKind,
    Document,
    PartyText,
    TemplateRef,
    Translation,
    numbered,
)
from contracts.text.errors import BadValue, MissingFacts
from contracts.text.facts import FACTS, OWN, PARTIES_BY_ROLE, checked_facts
from contracts.text.values import Type, Value, checked, is_blank, kept, read_kept, said
from fees.tariff.conditions import holds as judged
from fees.tariff.conditions import keys_in
from fees.tariff.dto import Fact

#: Values of the parameters of clauses, by code of the clause, then of the parameter.
Chosen = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Order:
    """What a document is made from besides the template: its number and language, parties, annexes, facts, chosen parameters."""

    number: str
    language: str
    parties: tuple[PartyText, ...]
    facts: Mapping[str, Any]
    annexes: tuple[AnnexText, ...] = ()
    chosen: Chosen | None = None
    #: Add the other language for information.
    translated: bool = False
    template_sha256: str = ""


def assemble(template: TemplateText, clauses: Mapping[tuple[str, int], ClauseText], order: Order) -> Document:
    """The document. Raises MissingFacts with every fact that is needed and not given, BadValue for a value of a wrong type."""
    facts = everything_known(order)
    standing = standing_clauses(template, clauses, facts)
    own = {clause.code: parameters_of(clause, (order.chosen or {}).get(clause.code, {})) for clause in standing}
    _require(template, standing, facts, own)
    articles = numbered(tuple(article_of(clause, facts, own[clause.code], order.language) for clause in standing))
    return Document(
        kind=template.kind,
        number=clean(order.number),
        language=order.language,
        title=clean(template.title.said(order.language)),
        parties=tuple(_clean_party(one) for one in order.parties),
        articles=articles,
        annexes=tuple(_clean_annex(one) for one in order.annexes),
        facts={code: kept(value) for code, value in sorted(facts.items())},
        template=TemplateRef(template.code, template.number, order.template_sha256),
        translation=_translation(template, standing, facts, own, order) if order.translated else None,
    )


def everything_known(order: Order) -> dict[str, Value]:
    """The facts given, and those that the parties and the number tell by themselves. Raises BadValue."""
    return checked_facts(dict(order.facts) | facts_of_parties(order.parties) | {"convention.number": order.number})


def facts_of_parties(parties: Sequence[PartyText]) -> dict[str, Any]:
    """What the parties tell: names by role, how many they are, whether there is a processor, joint controllers, a funder."""
    named = {code: tuple(one.name for one in parties if role in one.roles) for code, role in PARTIES_BY_ROLE.items()}
    return {
        **named,
        "parties.names": tuple(one.name for one in parties),
        "parties.count": len(parties),
        "parties.have_processor": bool(named["parties.processors"]),
        "parties.have_joint_controllers": bool(named["parties.joint_controllers"]),
        "parties.have_funder": bool(named["parties.funders"]),
        "parties.have_coordinator": bool(named["parties.coordinators"]),
    }


def standing_clauses(template: TemplateText, clauses: Mapping[tuple[str, int], ClauseText], facts: Mapping[str, Value]) -> list[ClauseText]:
    """The clauses of the template whose conditions hold. Raises MissingFacts for a condition that cannot be judged."""
    judge = {code: Fact(value) for code, value in facts.items() if not isinstance(value, tuple)}
    missing: list[tuple[str, str]] = []
    standing = []
    for entry in template.entries:
        clause = clauses[entry.code, entry.number]
        verdict = judged(clause.condition, judge)
        if verdict is None:
            missing += [(clause.code, code) for code in keys_in(clause.condition) if code not in judge]
        elif verdict:
            standing.append(clause)
    if missing:
        raise MissingFacts(tuple(missing))
    return standing


def parameters_of(clause: ClauseText, chosen: Mapping[str, Any]) -> dict[str, Value]:
    """The values of the clause's own parameters: those chosen, else the defaults. Raises BadValue."""
    for code in chosen:
        if clause.parameter(code) is None:
            raise BadValue(f"{clause.code}.{code}", "the clause has no such parameter")
    values = {one.code: _chosen(clause, one, chosen.get(one.code)) for one in clause.parameters}
    return {code: value for code, value in values.items() if value is not None and not is_blank(value)}


def _chosen(clause: ClauseText, parameter: Parameter, value: Any) -> Value | None:
    name = f"{clause.code}.{parameter.code}"
    if value is None:
        return read_kept(name, parameter.type, parameter.default) if parameter.default else None
    found = read_kept(name, parameter.type, value) if isinstance(value, str) else checked(name, parameter.type, value)
    if not is_blank(found) and not in_bounds(parameter, found):
        raise BadValue(name, "the value is out of the bounds of the clause")
    return found


def _require(
    template: TemplateText, standing: Iterable[ClauseText], facts: Mapping[str, Value], own: Mapping[str, Mapping[str, Value]]
) -> None:
    missing = [("", code) for code in template.required if code not in facts]
    for clause in standing:
        missing += [(clause.code, code) for code in clause.facts_in_words() if code not in facts]
        missing += [(clause.code, f"{OWN}{one.code}") for one in clause.parameters if one.code not in own[clause.code]]
    if missing:
        raise MissingFacts(tuple(dict.fromkeys(missing)))


def article_of(clause: ClauseText, facts: Mapping[str, Value], own: Mapping[str, Value], language: str) -> Article:
    """The clause with its placeholders filled in; every fact is known by now."""
    filling = _Filling(clause, facts, own, language)
    return Article(
        code=clause.code,
        version=clause.number,
        number=0,
        title=filling.line(clause.title.said(language)),
        negotiable=clause.negotiable,
        blocks=tuple(part for block in blocks_of(clause.body.said(language)) for part in filling.block(block)),
        parameters={code: kept(value) for code, value in sorted(own.items())},
    )


@dataclass(frozen=True)
class _Filling:
    """What is looked up in the place of a placeholder: text for text, once; a value that holds brackets stays as it is."""

    clause: ClauseText
    facts: Mapping[str, Value]
    own: Mapping[str, Value]
    language: str

    def line(self, text: str) -> str:
        return clean(PLACEHOLDER.sub(lambda found: self._said(found[1]), text))

    def block(self, block: Block) -> list[Block]:
        """The block; a paragraph or an item that is one fact of several entries alone becomes as many."""
        if block.kind is BlockKind.PARAGRAPH:
            return [Block(block.kind, (told,)) for told in self._parts(block.items[0])]
        return [Block(block.kind, tuple(told for item in block.items for told in self._parts(item)))]

    def _parts(self, item: str) -> list[str]:
        [code] = placeholders(item) if PLACEHOLDER.fullmatch(item) else [""]
        value = self._value(code) if code else None
        return list(value) if isinstance(value, tuple) else [self.line(item)]

    def _value(self, code: str) -> Value:
        return self.own[code.removeprefix(OWN)] if code.startswith(OWN) else self.facts[code]

    def _said(self, code: str) -> str:
        return said(self._value(code), self._type(code), self.language)

    def _type(self, code: str) -> Type:
        if not code.startswith(OWN):
            return FACTS[code].type
        parameter = self.clause.parameter(code.removeprefix(OWN))
        return parameter.type if parameter else Type.TEXT


def _translation(
    template: TemplateText, standing: Sequence[ClauseText], facts: Mapping[str, Value], own: Mapping[str, Mapping[str, Value]], order: Order
) -> Translation:
    other = "en" if order.language == "fr" else "fr"
    articles = tuple(article_of(clause, facts, own[clause.code], other) for clause in standing)
    return Translation(other, clean(template.title.said(other)), numbered(articles))


def _clean_party(party: PartyText) -> PartyText:
    words = ("name", "address", "siren", "legal_form", "representative", "function", "delegation")
    told: dict[str, Any] = {name: clean(getattr(party, name)) for name in words}
    return replace(party, **told)


def _clean_annex(annex: AnnexText) -> AnnexText:
    words = {name: clean(getattr(annex, name)) for name in ("title", "source")}
    rows = tuple(tuple(clean(cell) for cell in row) for row in annex.rows)
    return replace(annex, **words, head=tuple(clean(one) for one in annex.head), rows=rows)
