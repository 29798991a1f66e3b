"""My dossiers: what is expected of me, in one look and in a number of queries that does not grow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Prefetch, QuerySet, When

from requests_app.content import DossierSource
from requests_app.models import Dossier
from requests_app.pipeline import Step, mini
from requests_app.running import rule_name
from requests_app.sections import Completeness, completeness_of
from requests_app.slots import Notice, marks_on
from requests_app.states import TURN, State, Turn
from workflow.models import Clock, Outcome


@dataclass(frozen=True)
class Card:
    """One dossier: where it is, whose turn, the next date and, for a draft, how far it is."""

    dossier: Dossier
    clock: Clock | None
    completeness: Completeness | None
    marks: list[Notice] = field(default_factory=list)

    @property
    def period(self) -> str:
        """What the running period is called, in the reader's language."""
        return rule_name(self.clock.rule) if self.clock else ""

    @property
    def steps(self) -> list[Step]:
        """The pipeline in small."""
        return mini(self.dossier)

    @property
    def is_mine(self) -> bool:
        """Is the applicant expected to act? While the project runs, nothing is awaited of anybody."""
        return self.dossier.turn == Turn.APPLICANT and self.dossier.state != State.RUNNING


def dossiers_of(user: Any) -> QuerySet[Dossier]:
    """The dossiers of the person's teams: those on which the applicant is expected first, then those that moved or began last."""
    sources = Prefetch("content__sources", DossierSource.objects.select_related("database").prefetch_related("components"))
    awaited = [state for state, turn in TURN.items() if turn == Turn.APPLICANT and state not in (State.DRAFT, State.RUNNING, State.ENDED)]
    expected = Case(When(state__in=awaited, then=0), default=1)
    keys = Dossier.objects.team_keys(user)  # read first: beside so many joins, it would be last
    mine: QuerySet[Dossier] = Dossier.objects.filter(pk__in=keys).for_page()
    return mine.prefetch_related("content__objectives", "content__domains", sources).order_by(expected, "-moved_at", "-created_at", "-pk")


def cards_of(dossiers: list[Dossier], user: Any) -> list[Card]:
    """One card for each dossier, in the same order; one query for all their clocks, and at most one for each room that marks cards."""
    running = Clock.objects.filter(subject_type=Dossier.subject_type, subject_id__in=[one.pk for one in dossiers], outcome=Outcome.RUNNING)
    first: dict[int, Clock] = {}
    for clock in running.select_related("rule").order_by("due_on"):
        first.setdefault(clock.subject_id, clock)
    marks = marks_on(user, dossiers)
    return [
        Card(one, first.get(one.pk), completeness_of(one) if one.state == State.DRAFT else None, marks.get(one.pk, [])) for one in dossiers
    ]
