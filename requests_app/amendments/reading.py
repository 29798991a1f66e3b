"""What the pages of the amendments show: one change field by field, the list, and what is authorised today with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from requests_app.amendments.models import Amendment, Stage
from requests_app.amendments.table import INFORM, Question, table_of
from requests_app.content import completed
from requests_app.differences import (
    ANSWERS,
    SOURCES,
    changed_places,
    label_of_place,
    places_of,
    rank_of_place,
    section_of,
)
from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES
from requests_app.reading import roles_for
from requests_app.sections import BY_CODE
from requests_app.snapshot_words import Names, Snapshot, plain_in_words, source_of_snapshot_in_words, value_in_words
from requests_app.states import Basis
from requests_app.team.signing import signatories_of
from ui.words import day_in_words

TONES = {
    Stage.PREPARING: "",
    Stage.UNDER_WAY: "info",
    Stage.REGISTERED: "success",
    Stage.AUTHORISED: "success",
    Stage.SET_ASIDE: "warning",
    Stage.REFUSED: "error",
    Stage.GIVEN_UP: "",
}


def amendments_of(request: HttpRequest, dossier: Dossier) -> list[Amendment]:
    """The amendments that the reader may see, the latest first: one in preparation is the team's alone, as every draft."""
    found = dossier.amendments.for_list().select_related("replaces").order_by("-number")
    on_team = bool(roles_for(request, dossier) & TEAM_ROLES)
    return [one for one in found if on_team or one.stage != Stage.PREPARING]


def amendment_or_404(request: HttpRequest, dossier: Dossier, number: int) -> Amendment:
    """One amendment that the reader may see; Http404 otherwise."""
    for one in amendments_of(request, dossier):
        if one.number == number:
            one.dossier = dossier
            return one
    raise Http404


def amendment_of_draft(dossier: Dossier) -> Amendment:
    """The amendment that a dossier files; Http404 when it files none."""
    found = Amendment.objects.select_related("dossier", "replaces").filter(draft=dossier).first()
    if found is None:
        raise Http404
    found.draft = dossier
    return found


def signers_of(amendment: Amendment) -> list[Any]:
    """Who may sign an amendment that is only registered: the signatories of the draft who are signatories of the dossier itself."""
    own = {person.pk for person in signatories_of(amendment.dossier)}
    return [person for person in signatories_of(amendment.draft) if person.pk in own] if amendment.draft else []


# --- the qualification ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Answered:
    """One question of the table with what was answered."""

    question: Question
    answer: str
    why: str


@dataclass(frozen=True)
class Qualification:
    """How an amendment was qualified, with the sentences and the text that it rests on."""

    amendment: Amendment
    answered: list[Answered]
    reasons: list[str]
    to_tell: list[str]
    source: str


def qualification_of(amendment: Amendment) -> Qualification | None:
    """The qualification in words; None before."""
    table = table_of(amendment.table_version)
    if amendment.qualified_at is None or table is None:
        return None
    given = amendment.answers
    answered = [Answered(one, given[one.code]["answer"], given[one.code].get("why", "")) for one in table.questions if given.get(one.code)]
    return Qualification(amendment, answered, table.reasons(given), table.reasons(given, INFORM), table.source)


# --- what is authorised today --------------------------------------------------------------------
@dataclass(frozen=True)
class Step:
    """One thing that settled what is authorised: the first authorisation, an amendment, or its setting aside."""

    label: str
    on: date | datetime | None
    snapshot: Snapshot
    url: str = ""


@dataclass(frozen=True)
class Settled:
    """What one step made of one place."""

    step: Step
    value: str


@dataclass
class Standing:
    """One place as it stands today: its value, what settled it, and what it said before."""

    place: str
    label: str
    value: str
    step: Step
    earlier: list[Settled] = field(default_factory=list)

    @property
    def is_settled_later(self) -> bool:
        """Did something change it since the first authorisation?"""
        return bool(self.earlier)


@dataclass(frozen=True)
class StandingChapter:
    """One section of the form, as it stands today."""

    title: Any
    lines: list[Standing]


def steps_of(dossier: Dossier) -> list[Step]:
    """Everything that settled what is authorised, in its order; each step is a filed version of the dossier."""
    causes = dict(_causes(dossier.amendments.applied()))
    versions = [(version.number, completed(version.snapshot)) for version in dossier.versions.order_by("number")]
    first = min(causes, default=None)
    before = [snapshot for number, snapshot in versions if first is None or number < first]
    authorised = before[-1] if before else dossier.content.snapshot()
    initial = Step(_initial(dossier), dossier.authorised_on, authorised, dossier.get_absolute_url())
    return [initial, *(Step(*causes[number][:2], snapshot, causes[number][2]) for number, snapshot in versions if number in causes)]


def _initial(dossier: Dossier) -> str:
    words = {"number": dossier.authorisation_number or dossier.reference, "day": day_in_words(dossier.authorised_on)}  # type: ignore[arg-type]
    if dossier.basis == Basis.COMMITMENT:
        return _("Commitment %(number)s, %(day)s") % words
    return _("First authorisation %(number)s, %(day)s") % words


def _causes(amendments: Iterable[Amendment]) -> Iterable[tuple[int, tuple[str, Any, str]]]:
    """Number of the version → what made it."""
    for one in amendments.select_related("draft", "dossier"):  # type: ignore[attr-defined]
        url = one.get_absolute_url()
        yield one.applied_version, (_applied(one), one.applied_at, url)
        if one.reverted_version:
            words = {"name": one.name, "day": day_in_words(one.contested_at)}
            yield one.reverted_version, (_("%(name)s set aside on %(day)s") % words, one.contested_at, url)


def _applied(amendment: Amendment) -> str:
    words = {"name": amendment.name, "day": day_in_words(amendment.applied_at)}  # type: ignore[arg-type]
    if amendment.registered_at:
        return _("%(name)s, registered on %(day)s") % words
    number = amendment.draft.authorisation_number if amendment.draft else ""
    return _("%(name)s, authorised on %(day)s (%(number)s)") % (words | {"number": number or amendment.draft})


def authorised_today(dossier: Dossier) -> list[StandingChapter]:
    """What is authorised today, place by place, consolidated over the first authorisation and everything that changed it."""
    steps = steps_of(dossier)
    names = Names(*(step.snapshot for step in steps))
    standing: dict[str, Standing] = {}
    for place in places_of(steps[0].snapshot):
        standing[place] = _standing(place, steps[0], names)
    for former, step in pairwise(steps):
        for place in changed_places(former.snapshot, step.snapshot):
            known = standing.get(place) or Standing(place, label_of_place(place, names), "", steps[0])
            earlier = [*known.earlier, Settled(known.step, known.value)]
            standing[place] = _standing(place, step, names)
            standing[place].earlier = earlier
    return _chapters([one for one in standing.values() if one.value or one.earlier])


def _standing(place: str, step: Step, names: Names) -> Standing:
    return Standing(place, label_of_place(place, names), words_at(place, places_of(step.snapshot).get(place), names), step)


def words_at(place: str, value: Any, names: Names) -> str:
    """The value of any place in words."""
    if place.startswith(SOURCES):
        return source_of_snapshot_in_words(value, names) if value else ""
    return plain_in_words(value) if place.startswith(ANSWERS) else value_in_words(place, value, names)


def _chapters(found: list[Standing]) -> list[StandingChapter]:
    by_section: dict[str, list[Standing]] = {}
    for one in sorted(found, key=lambda one: rank_of_place(one.place)):
        by_section.setdefault(section_of(one.place), []).append(one)
    titles: Mapping[str, Any] = {code: section.title for code, section in BY_CODE.items()} | {"questions": _("Questions")}
    return [StandingChapter(titles.get(code, _("Other points")), lines) for code, lines in by_section.items()]
