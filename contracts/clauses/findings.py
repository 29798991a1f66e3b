"""What the check finds in a clause or a template: what keeps it from approval, and what is merely noted, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from contracts.clauses.checklists import Item, items_for
from contracts.text.bodies import blocks_of, faults_in
from contracts.text.clauses import ClauseText, Parameter, TemplateText, checks_that_make_no_sense, in_bounds
from contracts.text.document import Negotiable
from contracts.text.errors import BadValue
from contracts.text.facts import FACTS
from contracts.text.values import read_kept
from fees.tariff.dto import Check
from fees.tariff.vocabulary import Operator

#: Beyond, nobody reads a clause.
LONGEST_BODY = 20_000


class Finding(NamedTuple):
    """A sentence, the field that it is about, and whether it keeps the text from approval."""

    sentence: str
    where: str = ""
    blocks: bool = True


def findings_of_clause(clause: ClauseText) -> list[Finding]:
    """Everything found in a clause."""
    return [*_words(clause), *_placeholders(clause), *_parameters(clause), *_condition(clause)]


def _words(clause: ClauseText) -> Iterator[Finding]:
    if not clause.title.fr.strip():
        yield Finding(_("Give the clause a title in French."), "title_fr")
    if not blocks_of(clause.body.fr):
        yield Finding(_("Write the clause in French: that text prevails."), "body_fr")
    for name, body in (("body_fr", clause.body.fr), ("body_en", clause.body.en)):
        if len(body) > LONGEST_BODY:
            yield Finding(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST_BODY}, name)
    if not clause.body.en.strip() or not clause.title.en.strip():
        yield Finding(_("There is no English text: the French one stands in English documents too."), "body_en", blocks=False)


def _placeholders(clause: ClauseText) -> Iterator[Finding]:
    known = clause.known()
    texts = {"title_fr": clause.title.fr, "title_en": clause.title.en, "body_fr": clause.body.fr, "body_en": clause.body.en}
    for where, text in texts.items():
        for fault in faults_in(text, known):
            sentence = _("“%(typed)s” names no fact that is registered, nor a parameter of this clause.") % {"typed": fault.typed}
            meant = _("Did you mean “[[%(meant)s]]”?") % {"meant": fault.meant} if fault.meant else ""
            yield Finding(f"{sentence} {meant}".strip(), where)


def _parameters(clause: ClauseText) -> Iterator[Finding]:
    words = "\n".join((*clause.title, *clause.body))
    codes = [one.code for one in clause.parameters]
    if len(set(codes)) != len(codes):
        yield Finding(_("Two parameters have the same code."), "parameters")
    if clause.negotiable is Negotiable.PARAMETERS and not codes:
        yield Finding(_("Only the parameters of this clause are negotiated, and it has none."), "negotiable")
    for one in clause.parameters:
        if f"[[parameter.{one.code}]]" not in words:
            yield Finding(_("The parameter “%(code)s” stands nowhere in the text.") % {"code": one.code}, "parameters")
        if not _holds_together(one):
            yield Finding(_("The default of “%(code)s” and its bounds do not go together.") % {"code": one.code}, "parameters")


def _holds_together(parameter: Parameter) -> bool:
    try:
        told = [
            read_kept(parameter.code, parameter.type, text) for text in (parameter.default, parameter.minimum, parameter.maximum) if text
        ]
        return not parameter.default or in_bounds(parameter, told[0])
    except (BadValue, TypeError):
        return False


def _condition(clause: ClauseText) -> Iterator[Finding]:
    for check in checks_that_make_no_sense(clause.condition):
        kind = FACTS.get(check.fact)
        label = kind.label if kind else check.fact
        yield Finding(_("The test of “%(fact)s” makes no sense for a fact of this type.") % {"fact": label}, "condition")


# ---- templates


@dataclass(frozen=True)
class Known:
    """What a template is checked against: its clauses, which of them are approved, and the newest approved number of each."""

    clauses: Mapping[tuple[str, int], ClauseText]
    approved: Mapping[str, int]
    retired: frozenset[tuple[str, int]]


def findings_of_template(template: TemplateText, known: Known) -> list[Finding]:
    """Everything found in a template."""
    found: list[Finding] = []
    for check in _CHECKS:
        found += check(template, known)
    return found


def _named(template: TemplateText, known: Known) -> Iterator[Finding]:
    if not template.title.fr.strip():
        yield Finding(_("Give the template a title in French."), "title_fr")
    if not template.entries:
        yield Finding(_("A template has one clause at least."), "entries")
    codes = [entry.code for entry in template.entries]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Finding(_("The clause “%(code)s” stands twice.") % {"code": code}, "entries")
    for code in template.required:
        if code not in FACTS:
            yield Finding(_("“%(code)s” is not a registered fact.") % {"code": code}, "required")


def _entries(template: TemplateText, known: Known) -> Iterator[Finding]:
    for entry in template.entries:
        key, told = (entry.code, entry.number), {"code": entry.code, "number": entry.number}
        if key in known.retired:
            yield Finding(_("Version %(number)s of the clause “%(code)s” is retired.") % told, "entries")
        elif key not in known.clauses:
            yield Finding(_("Version %(number)s of the clause “%(code)s” is not approved.") % told, "entries")
        elif known.approved.get(entry.code, 0) > entry.number:
            told |= {"newer": known.approved[entry.code]}
            yield Finding(_("The clause “%(code)s” has a newer version: %(newer)s.") % told, "entries", blocks=False)


def _checklist(template: TemplateText, known: Known) -> Iterator[Finding]:
    standing = [known.clauses[key] for entry in template.entries if (key := (entry.code, entry.number)) in known.clauses]
    for item in items_for(template.kind):
        yield from _item(item, [clause for clause in standing if item.code in clause.covers])


def _item(item: Item, clauses: list[ClauseText]) -> Iterator[Finding]:
    told = {"item": item.said, "law": item.law}
    if not clauses:
        yield Finding(_("No clause says this: %(item)s (%(law)s).") % told, "entries")
    elif not _always(clauses):
        yield Finding(_("This is said under a condition only: %(item)s (%(law)s).") % told, "entries", blocks=False)


def _always(clauses: list[ClauseText]) -> bool:
    """Does one of them stand whatever the facts: without a condition, or one if a fact holds and another if it does not?"""
    conditions = [clause.condition for clause in clauses]
    tests = {operator: {one.fact for one in conditions if isinstance(one, Check) and one.operator is operator} for operator in Operator}
    return None in conditions or bool(tests[Operator.IS_TRUE] & tests[Operator.IS_FALSE])


_CHECKS: tuple[Callable[[TemplateText, Known], Iterable[Finding]], ...] = (_named, _entries, _checklist)
