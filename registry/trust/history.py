"""A fiche through time: each version as a page can show it, and what changed from one to the next, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.links import absolute
from registry.because import because_in_words
from registry.labels import LABELS
from registry.models import Fiche, FicheVersion, Kind
from registry.presentation import Fact, FichePage
from registry.public_core import columns_of, whole
from registry.trust.published import versions_shown
from registry.words import day, in_language, yes_or_no
from requests_app.differences import Run, word_runs
from workflow.periods import paris_day

TONES = {Kind.PUBLISHED: "success", Kind.CHANGED: "info", Kind.WITHDRAWN: "error", Kind.RESTORED: "new"}
#: Data of a fiche that its page shows elsewhere than in its chapters: those on top, and those of its life.
ON_TOP = ("title", "title_en", "acronym", "lay_summary", "lay_summary_en")
OF_ITS_LIFE = (
    *("filed_on", "opinion_on", "opened_on", "amended_on", "ended_on", "results_due_on", "results_on"),
    *("method", "results", "publications", "rights", "dpo_mailbox"),
)
OWN_LABELS: dict[str, Any] = {
    "filed_on": gettext_lazy("Filed on"),
    "opinion_on": gettext_lazy("Opinion given on"),
    "opened_on": gettext_lazy("Data available from"),
    "amended_on": gettext_lazy("Amended on"),
    "results_due_on": gettext_lazy("Results due on"),
    "suspended": gettext_lazy("Access to the data suspended"),
    "national_number": gettext_lazy("Number in the national register"),
}
#: What says nothing to a reader by itself: how other data came about.
SILENT = frozenset({"kind", "generated", "generated_words", "rewritten", "controller_outside_eu", "retention_months"})


@dataclass(frozen=True)
class Difference:
    """One datum that two versions do not say alike; both values are in words, empty where nothing was said."""

    code: str
    label: str
    before: str
    after: str
    generated: bool = False

    @property
    def runs(self) -> list[Run]:
        """The words that stayed, came and went, in the order in which they are read."""
        return word_runs(self.before, self.after)


@dataclass(frozen=True)
class Step:
    """One version in the history of its fiche, and what it changed since the one before."""

    version: Any
    differences: list[Difference]
    #: Is there an older version to compare with, whose words may be shown?
    compared: bool

    @property
    def because(self) -> str:
        """Why, as a sentence."""
        return because_in_words(self.version.because)

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return TONES[self.version.kind]

    @property
    def url(self) -> str:
        """The permanent address of the version."""
        return reverse("trust:version", args=[self.version.fiche.number, self.version.number])


def page_of_version(version: FicheVersion) -> FichePage:
    """The fiche as it was from this version on, on the day of the version."""
    known = {"number": version.fiche.number, "published_at": version.fiche.published_at, "updated_at": version.at}
    fields: Any = Fiche._meta
    columns = {name: fields.get_field(name).to_python(value) for name, value in columns_of(version.said).items()}
    fiche = Fiche(**known, version=version.number, **columns)
    return FichePage.of(fiche, paris_day(version.at))


def told_by(version: FicheVersion) -> dict[str, Fact]:
    """Everything that a version says, in words: code → label and lines."""
    page = page_of_version(version)
    told = {fact.code: fact for fact in plain_facts(page, ON_TOP)}
    told |= {fact.code: fact for chapter in page.chapters for fact in chapter.facts}
    return told | {fact.code: fact for fact in plain_facts(page, OF_ITS_LIFE)}


def plain_facts(page: FichePage, codes: Iterable[str]) -> Iterator[Fact]:
    """These data of a fiche as their values tell them."""
    for code in codes:
        if text := in_plain_words(page.said.get(code)):
            yield Fact(code, label_of(code), text.split("\n"), isinstance(page.said[code], list), code in page.generated)


def label_of(code: str) -> str:
    """The name of a datum."""
    return str(LABELS.get(code) or OWN_LABELS.get(code) or code)


def in_plain_words(value: Any) -> str:
    """Any value that a fiche may hold, in words: days, yes and no, labels in the reader's language; one line for each of a list."""
    if value is None or isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, list):
        return "\n".join(text for one in value if (text := in_plain_words(one)))
    if isinstance(value, Mapping):
        parts = [in_language(dict(value))] if value.get("fr") else [in_plain_words(one) for one in value.values()]
        return ", ".join(part for part in parts if part)
    try:
        return day(date.fromisoformat(str(value)).isoformat()) if len(str(value)) == 10 else str(value)
    except ValueError:
        return str(value)


def differences(before: FicheVersion, after: FicheVersion) -> list[Difference]:
    """What two versions of a fiche do not say alike, in the order of its page."""
    old, new = told_by(before), told_by(after)
    told = {**old, **new}
    found = [
        Difference(code, told[code].label, _text(old.get(code)), _text(new.get(code)), told[code].generated)
        for code in told
        if _text(old.get(code)) != _text(new.get(code))
    ]
    found += _unseen(before, after, old.keys() | new.keys())
    return sorted(found, key=lambda one: (one.code not in ON_TOP, one.code in OF_ITS_LIFE))


def _text(fact: Fact | None) -> str:
    return "\n".join(fact.lines) if fact else ""


def _unseen(before: FicheVersion, after: FicheVersion, seen: Any) -> Iterator[Difference]:
    """Data that no page of today shows, so that nothing changes in silence."""
    old, new = whole(before.said), whole(after.said)
    for code in sorted((old.keys() | new.keys()) - seen - SILENT):
        words = in_plain_words(old.get(code)), in_plain_words(new.get(code))
        if words[0] != words[1]:
            yield Difference(code, label_of(code), *words)


def history_of(fiche: Fiche) -> Any:
    """The versions of a fiche, the latest first."""
    return versions_shown().filter(fiche=fiche).order_by("-number")


def steps(versions: list[Any], older: Any) -> list[Step]:
    """These versions, the latest first, each compared with the one before; `older` is the one before them all, or None."""
    return [_step(version, before) for version, before in zip(versions, [*versions[1:], older], strict=True)]


def _step(version: Any, before: Any) -> Step:
    shown = before is not None and not (version.withheld or before.withheld or Kind.WITHDRAWN in (version.kind, before.kind))
    return Step(version, differences(before, version) if shown else [], shown)


def citation_of(version: FicheVersion) -> str:
    """How a version is cited: who, what, where, number, version, day, and its permanent address."""
    page = page_of_version(version)
    return page.citation.removesuffix(page.address) + absolute(reverse("trust:version", args=[version.fiche.number, version.number]))
