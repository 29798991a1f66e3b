"""A need as it is read: its parts in words, where each comes from, and what two versions have not in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from extractions.needs.codes import Code
from extractions.needs.content import Content, Criterion, DatabaseNeed
from extractions.needs.words import NOMENCLATURES, SENSES, general_in_words, period_in_words, whole, years_in_words
from requests_app.choices import PotentialIdentifier
from requests_app.models import Dossier

#: So many codes of a list stand on the page; the whole list is a file.
MOST_ON_PAGE = 200


@dataclass(frozen=True)
class Fact:
    """One thing that a need says, and what became of what the dossier says there."""

    place: str
    label: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class ShownCriterion:
    """A criterion on a page: the first codes of its list, and where the whole of it is."""

    criterion: Criterion
    place: int
    sense: Any
    nomenclature: Any
    period: str
    first: tuple[Code, ...]
    count: str
    more: int
    url: str


@dataclass(frozen=True)
class ShownDatabase:
    """What is asked of one database."""

    slug: str
    name: str
    facts: list[Fact]
    variables: tuple[str, ...]
    identifiers: list[tuple[Any, str]]
    criteria: list[ShownCriterion]


Address = Callable[[str, str], str]


def content_shown(content: Content, dossier: Dossier, address: Address) -> dict[str, Any]:
    """A need as a page shows it; `address` gives the file of a list of codes."""
    said, version = _dossier_says(content, dossier), content.origin.version
    general = [_fact(place, label, value, said.get(place), version) for place, label, value in general_in_words(content)]
    return {
        "general": [fact for fact in general if fact.value],
        "databases": [_database(one, said, version, address) for one in content.databases],
        "origin": content.origin,
        "codes_in_all": content.codes_in_all,
    }


def _dossier_says(content: Content, dossier: Dossier) -> dict[str, str]:
    """What the version of the dossier from which the need was begun says, by the place where the need says it."""
    filed = dossier.versions.filter(number=content.origin.version).values_list("snapshot", flat=True).first()
    snapshot = filed or dossier.content.snapshot()
    said = {name: str(snapshot.get(name) or "").strip() for name in ("population", "targeting")}
    for row in snapshot["sources"]:
        slug = row["database"]
        said[f"{slug}:years"] = years_in_words(*row.get("years", (None, None)))
        said[f"{slug}:history_years"] = str(row.get("history_years") or "")
        said[f"{slug}:criteria_words"] = str(row.get("population_criteria") or "").strip()
        said[f"{slug}:variables_words"] = str(row.get("variables") or "").strip()
    return {place: "\n".join(words.splitlines()) for place, words in said.items()}


def _fact(place: str, label: str, value: str, said: str | None, version: int) -> Fact:
    source = ""
    if said and version:
        source = _("From version %(number)s of the dossier.") if said == value else _("Differs from version %(number)s of the dossier.")
        source = source % {"number": version}
    return Fact(place, label, value, source)


def facts_of(one: DatabaseNeed) -> list[tuple[str, str, str]]:
    """What is said of a database in one value each: the place, its label, its value."""
    return [
        ("components", _("Components"), ", ".join(component.name for component in one.components)),
        ("years", _("Years"), years_in_words(one.year_from, one.year_to)),
        ("history_years", _("Historical depth, in years"), str(one.history_years or "")),
        ("criteria_words", _("Population in this database"), one.criteria_words),
        ("variables_words", _("Families of variables"), one.variables_words),
        ("professionals", _("Identifier of the professionals"), one.professionals),
    ]


def identifiers_of(one: DatabaseNeed) -> list[tuple[Any, str]]:
    """The potential identifiers that the dossier asks for, with their justification."""
    labels = dict(PotentialIdentifier.choices)
    return [(labels.get(it.code, it.code), it.justification) for it in one.identifiers]


def _database(one: DatabaseNeed, said: dict[str, str], version: int, address: Address) -> ShownDatabase:
    facts = [_fact(place, label, value, said.get(f"{one.slug}:{place}"), version) for place, label, value in facts_of(one)]
    criteria = [criterion_shown(it, place, address(one.slug, it.code)) for place, it in enumerate(one.criteria, 1)]
    return ShownDatabase(one.slug, one.name, [it for it in facts if it.value], one.variables, identifiers_of(one), criteria)


def criterion_shown(one: Criterion, place: int, url: str) -> ShownCriterion:
    """A criterion with the first codes of its list."""
    first = one.codes[:MOST_ON_PAGE]
    more = len(one.codes) - len(first)
    return ShownCriterion(
        one, place, SENSES[one.sense], NOMENCLATURES[one.nomenclature], period_in_words(one), first, whole(len(one.codes)), more, url
    )


# ---- what two versions have not in common


@dataclass(frozen=True)
class Change:
    """One thing that two versions say differently; empty where one of them says nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ListChange:
    """The codes that one version has and the other has not; a code whose words alone differ is counted."""

    label: str
    added: tuple[Code, ...]
    removed: tuple[Code, ...]
    relabelled: int


@dataclass(frozen=True)
class Difference:
    """What changed from one version to another, in the order in which a need is read."""

    changes: list[Change]
    lists: list[ListChange]

    @property
    def is_empty(self) -> bool:
        """Do both say the same?"""
        return not (self.changes or self.lists)


def difference(before: Content, after: Content) -> Difference:
    """What changed from one need to another: values, variables, criteria, and the codes of each list."""
    old, new = dict(_said(before)), dict(_said(after))
    changes = [Change(label, old.get(label, ""), new.get(label, "")) for label in [*new, *(one for one in old if one not in new)]]
    return Difference([one for one in changes if one.before != one.after], list(_list_changes(before, after)))


def _said(content: Content) -> Iterator[tuple[str, str]]:
    """Everything that a need says, its lists of codes aside, by its label."""
    for _place, label, value in general_in_words(content):
        yield label, value
    for one in content.databases:
        yield one.name, _("asked for")
        for _place, label, value in facts_of(one):
            yield f"{one.name} – {label}", value
        yield f"{one.name} – {_('Variables')}", "\n".join(one.variables)
        for label, why in identifiers_of(one):
            yield f"{one.name} – {label}", why or _("asked for")
        for criterion in one.criteria:
            yield _criterion_label(one, criterion), _criterion_said(criterion)


def _criterion_label(one: DatabaseNeed, criterion: Criterion) -> str:
    return f"{one.name} – {_('Criterion')} {criterion.code.removeprefix('c')}"


def _criterion_said(criterion: Criterion) -> str:
    told = [str(SENSES[criterion.sense]), str(NOMENCLATURES[criterion.nomenclature]), period_in_words(criterion), criterion.words]
    return "\n".join(filter(None, told))


def _lists(content: Content) -> dict[str, dict[str, str]]:
    return {
        _criterion_label(one, criterion): {code.code: code.label for code in criterion.codes}
        for one in content.databases
        for criterion in one.criteria
    }


def _list_changes(before: Content, after: Content) -> Iterator[ListChange]:
    old, new = _lists(before), _lists(after)
    for label in [*new, *(one for one in old if one not in new)]:
        was, now = old.get(label, {}), new.get(label, {})
        added = tuple(Code(code, words) for code, words in now.items() if code not in was)
        removed = tuple(Code(code, words) for code, words in was.items() if code not in now)
        relabelled = sum(1 for code, words in now.items() if code in was and was[code] != words)
        if added or removed or relabelled:
            yield ListChange(label, added, removed, relabelled)
