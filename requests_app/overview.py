"""The first page of a dossier: where it stands, whose turn it is, what comes next, and what this person can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from requests_app.durations import usual
from requests_app.models import Dossier
from requests_app.openings import Opening, expected, next_in_words, openings
from requests_app.pipeline import Step, pipeline
from requests_app.policies import ABOUT_TALK, ABOUT_TEAM, COMMITTEE_WORK, MAY, TEAM_ROLES
from requests_app.reading import roles_for
from requests_app.running import ShownClock, shown_clocks
from requests_app.sections import Completeness, completeness_of
from requests_app.slots import Notice, lead_of
from requests_app.states import EDITABLE, State, Turn
from workflow import clocks
from workflow.models import JournalLine
from workflow.periods import paris_day

#: What the journal notes but the picture does not show.
UNSEEN = ("attach", "assign", "issue_paper", *sorted(ABOUT_TEAM), *sorted(ABOUT_TALK), *sorted(COMMITTEE_WORK - {"ask_applicant"}))
#: The roles that are on turn; others may only record what these did.
ACTING: dict[str, frozenset[str]] = {
    Turn.APPLICANT: TEAM_ROLES,
    Turn.SECRETARIAT: frozenset({Role.OFFICER.value, Role.HEAD_OF_SECRETARIAT.value}),
    Turn.COMMITTEE: frozenset({Role.COMMITTEE_PRESIDENT.value}),
    Turn.CNIL: frozenset({Role.CNIL_LIAISON.value}),
    Turn.PARTIES: frozenset({Role.LEGAL_OFFICER.value}),
    Turn.HOLDERS: frozenset({Role.CNAM_AGENT.value}),
}
TONES = {
    State.AUTHORISED: "success",
    State.RUNNING: "success",
    State.REFUSED: "error",
    State.INCOMPLETE: "warning",
    State.CNIL_INCOMPLETE: "warning",
}
REVISING = ("revise", "ask_signature")
#: The act whose words stand on the first page while a dossier is in this state, and how they are introduced.
WORDS: dict[str, tuple[str, Any]] = {
    State.INCOMPLETE: ("ask_for_complement", _("What the secretariat asks for")),
    State.OPINION_GIVEN: ("record_opinion", _("What the committee says")),
    State.CNIL_INCOMPLETE: ("cnil_finds_incomplete", _("What the CNIL asks for")),
    State.REFUSED: ("refuse", _("What the CNIL says")),
}


@dataclass(frozen=True)
class Words:
    """What an authority wrote, as the applicant must read it."""

    heading: Any
    text: str
    document: Any


@dataclass(frozen=True)
class Fact:
    """One fact of the procedure, with its day or its number."""

    label: Any
    value: Any = ""
    on: date | datetime | None = None


@dataclass(frozen=True)
class Overview:
    """Everything that the first page shows beside the dossier itself."""

    steps: list[Step]
    clocks: list[ShownClock]
    next_in_words: Any
    to_fill: Completeness | None
    lead: Notice | None
    expected: Opening | None
    others: list[Opening]
    may_edit: bool
    is_my_turn: bool
    tone: str
    facts: list[Fact]
    words: Words | None
    #: Has the applicant asked for the CNIL, which the secretariat has still to seize?
    asked_for_cnil: bool = False

    @property
    def ordinary(self) -> list[Opening]:
        """What else can be done and undone or gone on from."""
        return [one for one in self.others if not one.grave and one not in self.revising]

    @property
    def revising(self) -> list[Opening]:
        """What leads to a revised version, once the CNIL was asked for instead: it is not what comes next."""
        return [one for one in self.others if one.name in REVISING] if self.asked_for_cnil else []

    @property
    def grave(self) -> list[Opening]:
        """What cannot be undone: kept apart."""
        return [one for one in self.others if one.grave]


def overview(request: HttpRequest, dossier: Dossier, now: datetime) -> Overview:
    """The first page of a dossier for this reader."""
    running = list(clocks.of(dossier).prefetch_related("pauses"))
    lines = list(journal_of(dossier).exclude(action__in=UNSEEN))
    roles, today = roles_for(request, dossier), paris_day(now)
    found = openings(dossier, request.user, roles, running, now)
    may_edit = dossier.state in EDITABLE and bool(roles & MAY["edit"])
    to_fill = unfinished(dossier) if may_edit else None
    lead = lead_of(request, dossier) if may_edit and not to_fill else None
    main = None if to_fill or lead else expected(found, dossier)
    return Overview(
        steps=pipeline(dossier, running, lines, today=today, usual=usual(dossier.procedure)),
        clocks=shown_clocks(running, today),
        next_in_words=next_in_words(dossier),
        to_fill=to_fill,
        lead=lead,
        expected=main,
        others=[one for one in found if one != main],
        may_edit=may_edit,
        is_my_turn=bool(roles & ACTING.get(dossier.turn, frozenset())),
        tone=TONES.get(dossier.state, ""),
        facts=list(facts_of(dossier)),
        words=words_on(dossier),
        asked_for_cnil=dossier.state == State.OPINION_GIVEN and dossier.cnil_wished_at is not None,
    )


def unfinished(dossier: Dossier) -> Completeness | None:
    """How far the form of a draft is, while it lacks something: then nothing else is expected of who may write in it."""
    found = completeness_of(dossier) if dossier.state == State.DRAFT else None
    return found if found and not found.is_full else None


def words_on(dossier: Dossier) -> Words | None:
    """What was last written to the applicant and is to be answered or known at this stage."""
    if dossier.state not in WORDS:
        return None
    action, heading = WORDS[dossier.state]
    act = dossier.acts.filter(action=action).exclude(text="").select_related("document").order_by("at", "pk").last()
    return Words(heading, act.text, act.document) if act else None


def journal_of(dossier: Dossier) -> Any:
    """The journal of a dossier, in order."""
    return JournalLine.objects.filter(subject_type=Dossier.subject_type, subject_id=dossier.pk).order_by("seq")


def facts_of(dossier: Dossier) -> Iterable[Fact]:
    """The facts that the procedure has established so far."""
    said = [
        Fact(_("Filed"), on=dossier.submitted_at),
        Fact(_("Opinion of the committee"), dossier.get_opinion_display(), dossier.opinion_at),
        Fact(_("Received by the CNIL"), dossier.cnil_request, dossier.cnil_received_on),
        Fact(_("Authorised"), _number(dossier.get_basis_display(), dossier.authorisation_number), dossier.authorised_on),
        Fact(_("Convention"), dossier.convention_reference, dossier.convention_on),
        Fact(_("Data available"), on=dossier.data_opened_on),
        Fact(_("Project ended"), on=dossier.ended_on),
        Fact(_("Results published"), on=dossier.results_on),
        Fact(_("Data destroyed"), on=dossier.destroyed_on),
    ]
    return [fact for fact in said if fact.on]


def _number(basis: Any, number: str) -> str:
    return ", ".join(str(part) for part in (basis, number) if part)
