"""An amendment hangs from the convention that it changes; it puts clauses of its kinds in the place of those in force, and no others."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.check_codes import new_code
from contracts.drafting.facts import kept_facts, known_facts
from contracts.life.consolidated import Consolidated, Layer, consolidate
from contracts.models import Convention, Party, TemplateVersion
from contracts.negotiating.queries import clauses_of
from contracts.states import BOUND, OPEN, AmendmentKind, ConventionState, Kind
from contracts.text.assemble import article_of, parameters_of
from contracts.text.clauses import ClauseText
from contracts.text.document import Article
from contracts.text.errors import MissingFacts
from contracts.text.facts import FACTS
from contracts.text.values import Value, read_kept
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

SOURCE = Path(__file__).parents[1] / "data" / "amendments.toml"
#: The article of an amendment after which the new wordings stand.
AFTER = "amended_clauses"
#: The first day of an amendment is its own: the convention began when it began.
OF_THE_AMENDMENT = frozenset({"term.from", "convention.number"})
_NAMED = (
    *("position", "organisation_id", "roles", "name", "legal_form", "address", "siren"),
    *("representative_name", "representative_function"),
)


@functools.cache
def unlocked_by() -> dict[str, frozenset[str]]:
    """The clauses that each kind of amendment may change; read once."""
    with SOURCE.open("rb") as source:
        return {kind: frozenset(codes) for kind, codes in tomllib.load(source).items()}


def unlocked(changes: Iterable[str]) -> frozenset[str]:
    """The clauses that an amendment of these kinds may change."""
    return frozenset(code for kind in changes for code in unlocked_by()[kind])


@transaction.atomic
def begin_amendment(root: Convention, changes: Iterable[str], *, by: Any, at: datetime) -> Convention:
    """Begin an amendment of a convention in force, between the same parties. Raises NotAllowed, WrongState, RuleBroken."""
    lock_and_reread(root)
    kinds = [kind for kind in AmendmentKind.values if kind in set(changes)]
    _require_amendable(root, kinds)
    template = TemplateVersion.objects.in_force(paris_day(at)).filter(template__kind=Kind.AMENDMENT).order_by("-number").first()
    if template is None:
        raise RuleBroken(Broken(_("No template of an amendment is in force: a legal officer approves one first.")))
    sequence = root.amendments.count() + 1
    record(root, "amend", by=by, at=at, facts={"sequence": sequence, "changes": kinds})
    told = {"dossier": root.dossier, "language": root.language, "title": root.title, "changes": kinds, "template": template}
    convention: Convention = Convention.objects.create(
        number=f"{root.number}-A{sequence}",
        kind=Kind.AMENDMENT,
        root=root,
        sequence=sequence,
        prepared_at=at,
        prepared_by=by,
        check_code=new_code(),
        **told,
    )
    for party in _last_parties(root):
        Party.objects.create(convention=convention, **{name: getattr(party, name) for name in _NAMED})
    record(convention, "prepare", by=by, at=at, facts={"template": template.pk, "root": root.pk})
    return convention


def _last_parties(root: Convention) -> list[Party]:
    """The parties as the last amendment that changed them left them; those of the convention while none did."""
    changed = root.amendments.filter(state__in=sorted(BOUND), effective_from__isnull=False, changes__contains=[AmendmentKind.PARTIES])
    return (changed.order_by("-sequence").first() or root).parties_read()


def _require_amendable(root: Convention, kinds: list[str]) -> None:
    if root.is_amendment:
        raise WrongState(_("An amendment changes the convention itself, never another amendment."))
    if root.state not in (ConventionState.IN_FORCE, ConventionState.SUSPENDED):
        raise WrongState(_("Only a convention in force is amended."))
    if not kinds:
        raise RuleBroken(Broken(_("Say what the amendment changes."), where="changes"))
    under_way = root.amendments.filter(state__in=[*OPEN, ConventionState.APPROVED, ConventionState.SIGNING, ConventionState.SIGNED]).first()
    if under_way is not None:
        said = {"number": under_way.number}
        raise WrongState(_("Amendment %(number)s is under way: end it or abandon it before the next one.") % said)


def wordings_of(convention: Convention, facts: Mapping[str, Any]) -> tuple[str, tuple[Article, ...]]:
    """The clauses that an amendment may change, worded with the facts of now; those that were negotiated keep their words.

    Raises MissingFacts for what the new wordings need and nobody has said.
    """
    if convention.root is None:
        return AFTER, ()
    may_change = unlocked(convention.changes)
    in_force = [one.article for one in text_in_force(convention.root) if one.code in may_change and one.article is not None]
    told = {code: value for code, value in facts.items() if code not in OF_THE_AMENDMENT and FACTS[code].told}
    before = facts_in_force(convention.root)
    values = before | _known_now(convention) | {code: _value(code, text) for code, text in told.items()}
    clauses = clauses_of(in_force)
    worded = [_reworded(one, clauses.get((one.code, one.version)), convention, before, values) for one in in_force]
    return AFTER, tuple(article for article in worded if article is not None)


def _known_now(convention: Convention) -> dict[str, Value]:
    return {code: held.value for code, held in known_facts(convention).items() if code not in OF_THE_AMENDMENT}


def known_of(convention: Convention) -> dict[str, Value]:
    """The facts that the clauses which an amendment takes over are worded with: those in force, those of now, those of its own text."""
    if convention.root is None:
        return {}
    own = {code: value for code, value in kept_facts(convention).items() if code not in OF_THE_AMENDMENT and FACTS[code].told}
    return facts_in_force(convention.root) | _known_now(convention) | own


def asked_of(convention: Convention) -> dict[str, Value | None]:
    """What only a person says of the clauses that an amendment may change, each with what is in force: it is asked beside the rest."""
    if convention.root is None:
        return {}
    may_change, before = unlocked(convention.changes), facts_in_force(convention.root)
    in_force = [one.article for one in text_in_force(convention.root) if one.code in may_change and one.article is not None]
    clauses = clauses_of(in_force)
    given = [clauses[article.code, article.version] for article in in_force if (article.code, article.version) in clauses]
    codes = [code for clause in given for code in clause.facts()]
    return {code: before.get(code) for code in codes if FACTS[code].told and code not in OF_THE_AMENDMENT}


def _reworded(
    article: Article, clause: ClauseText | None, convention: Convention, before: Mapping[str, Value], values: Mapping[str, Value]
) -> Article | None:
    """A clause with the facts of now; None where it no longer applies. One whose words were negotiated stays as it is."""
    if clause is None or not _is_as_given(article, clause, convention, before):
        return replace(article, number=0)
    lacking = [code for code in clause.facts_in_words() if code not in values]
    if lacking:
        raise MissingFacts(tuple((clause.code, code) for code in lacking))
    return article_of(clause, values, parameters_of(clause, article.parameters), convention.language)


def _is_as_given(article: Article, clause: ClauseText, convention: Convention, values: Mapping[str, Value]) -> bool:
    """Are the words in force those that the library gives with the facts that were in force?"""
    if any(code not in values for code in clause.facts_in_words()):
        return False
    given = article_of(clause, values, parameters_of(clause, article.parameters), convention.language)
    return (given.title, given.blocks) == (article.title, article.blocks)


def layers_of(root: Convention) -> list[Layer]:
    """The convention and its amendments that took effect, in their order; two queries."""
    took_effect = root.amendments.filter(state__in=sorted(BOUND), effective_from__isnull=False)
    rows = [root, *took_effect.select_related("approved_version").order_by("sequence")]
    return [
        Layer(one.number, one.effective_from, one.approved_version.document) for one in rows if one.approved_version and one.effective_from
    ]


def text_in_force(root: Convention) -> list[Consolidated]:
    """The consolidated text: every article as it is in force, with its history."""
    templates = TemplateVersion.objects.filter(pk__in=root.amendments.order_by().values("template")).select_related("template")
    own = frozenset(entry.code for template in templates.order_by("pk") for entry in template.text.entries)
    return consolidate(layers_of(root), own - unlocked(AmendmentKind.values))


def facts_in_force(root: Convention) -> dict[str, Value]:
    """The facts with which the text in force was worded: those of the convention, then those that amendments have changed."""
    found: dict[str, Value] = {}
    for place, layer in enumerate(layers_of(root)):
        said = {code: text for code, text in layer.document.facts.items() if not place or code not in OF_THE_AMENDMENT}
        found |= {code: _value(code, text) for code, text in said.items() if code in FACTS}
    return found


def _value(code: str, text: Any) -> Value:
    return read_kept(code, FACTS[code].type, text)
