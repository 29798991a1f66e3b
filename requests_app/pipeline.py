"""The pipeline as a picture: the steps of a dossier's procedure, what is done, where it stands, what is to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.durations import Usual
from requests_app.journal_words import happened, outcome_in_words, telling_outcome
from requests_app.running import ShownClock, shown_clocks
from requests_app.states import WITH_CNIL, WITH_COMMITTEE, Procedure, State
from workflow.models import JournalLine
from workflow.periods import paris_day

DONE, CURRENT, FUTURE, STOPPED = "done", "current", "future", "stopped"
STATUS = {DONE: _("Done"), CURRENT: _("You are here"), FUTURE: _("To come"), STOPPED: _("Stopped here")}
STOPS = frozenset({State.REFUSED, State.CLOSED_WITHOUT_ACTION, State.WITHDRAWN, State.ABANDONED})
#: A step shows its latest events only: the journal has them all.
MOST_SUBSTEPS = 6


@dataclass(frozen=True)
class Stage:
    """One step of the procedure: the states in which a dossier stands there, and what must happen before it is left."""

    code: str
    title: Any
    states: tuple[str, ...]
    events: tuple[str, ...]
    milestones: tuple[tuple[str, ...], ...]

    @property
    def measured_as(self) -> str:
        """Under which name the durations of past dossiers are kept."""
        return "authority" if self.code in ("cnil", "commitment") else self.code


FILING = Stage("filing", _("Filing"), (State.DRAFT,), ("submit",), (("submit",),))
COMPLETENESS = Stage(
    "completeness",
    _("Completeness"),
    (State.SUBMITTED, State.INCOMPLETE),
    ("revise", "ask_for_complement", "remind", "resubmit", "abandon", "declare_complete"),
    (("declare_complete",),),
)
COMMITTEE = Stage(
    "committee",
    _("Committee"),
    (State.COMPLETE, State.WITH_COMMITTEE),
    ("send_to_committee", "extend_committee", "record_opinion", "deem_favourable"),
    (("send_to_committee",), ("record_opinion", "deem_favourable")),
)
CNIL = Stage(
    "cnil",
    _("CNIL"),
    (State.OPINION_GIVEN, State.WITH_CNIL, State.CNIL_INCOMPLETE, State.REFUSED, State.CLOSED_WITHOUT_ACTION),
    (
        "state_wish",
        "seize_cnil",
        "cnil_finds_incomplete",
        "complete_for_cnil",
        "cnil_extends",
        "authorise",
        "confirm_tacit_authorisation",
        "refuse",
        "close_without_action",
    ),
    (("seize_cnil",), ("authorise", "confirm_tacit_authorisation")),
)
COMMITMENT = Stage("commitment", _("Commitment"), (State.COMPLETE, State.OPINION_GIVEN), ("verify_commitment",), (("verify_commitment",),))
CONVENTION = Stage(
    "convention",
    _("Convention"),
    (State.AUTHORISED, State.CONTRACTING),
    ("begin_contracting", "enter_convention"),
    (("begin_contracting",), ("enter_convention",)),
)
DATA = Stage("data", _("Data"), (State.IN_PREPARATION,), ("open_data",), (("open_data",),))
PROJECT = Stage(
    "project",
    _("Project"),
    (State.RUNNING, State.AUTHORISED),
    ("start_without_extraction", "suspend", "lift_suspension", "end"),
    (("end",),),
)
RESULTS = Stage(
    "results",
    _("Results and retention"),
    (State.ENDED, State.DESTROYED, State.CLOSED),
    ("publish_results", "certify_destruction", "close"),
    (("publish_results",), ("certify_destruction",), ("close",)),
)

#: Where the dossier of an amendment ends: what it asked for is written into the dossier that it amends.
APPLICATION = Stage("application", _("Application"), (State.AUTHORISED, State.CLOSED), ("conclude_amendment",), (("conclude_amendment",),))

#: What goes on in each state, for the place where the dossier stands.
UNDER_WAY: dict[str, Any] = {
    State.DRAFT: _("Writing the dossier"),
    State.SUBMITTED: _("Check by the secretariat"),
    State.INCOMPLETE: _("Complements awaited"),
    State.WITH_COMMITTEE: _("Examination by the committee"),
    State.OPINION_GIVEN: _("Choice of the applicant"),
    State.WITH_CNIL: _("Examination by the CNIL"),
    State.CNIL_INCOMPLETE: _("Complements for the CNIL"),
    State.AUTHORISED: _("Opening of the convention"),
    State.CONTRACTING: _("Signature by the parties"),
    State.IN_PREPARATION: _("Preparation of the data"),
    State.RUNNING: _("Work on the data"),
    State.ENDED: _("Retention of the data"),
    State.DESTROYED: _("Closing of the dossier"),
}
#: What is to come, by the act that will mark it.
TO_COME: dict[str, Any] = {
    "submit": _("Filing"),
    "declare_complete": _("Dossier complete"),
    "send_to_committee": _("Transmission to the committee"),
    "record_opinion": _("Opinion"),
    "seize_cnil": _("Transmission to the CNIL"),
    "authorise": _("Decision"),
    "verify_commitment": _("Check of the commitment"),
    "begin_contracting": _("Opening"),
    "enter_convention": _("Signature"),
    "open_data": _("Access to the data"),
    "end": _("End of the project"),
    "publish_results": _("Publication of the results"),
    "certify_destruction": _("Destruction of the data"),
    "close": _("Closing"),
    "conclude_amendment": _("Change of what is authorised"),
}


@dataclass(frozen=True)
class Substep:
    """One event of a step, with its day once it has happened."""

    label: Any
    status: str
    on: date | None = None
    detail: Any = ""


@dataclass(frozen=True)
class Step:
    """One step as it is shown."""

    code: str
    title: Any
    status: str
    since: date | None = None
    until: date | None = None
    substeps: tuple[Substep, ...] = ()
    clocks: tuple[ShownClock, ...] = ()
    usual: Usual | None = None
    planned: date | None = None

    @property
    def status_label(self) -> Any:
        """The status in words, so that nothing is said by colour alone."""
        return STATUS[self.status]


@dataclass
class Past:
    """What the journal tells of the steps: when each was entered and left, and its events."""

    entered: dict[str, datetime] = field(default_factory=dict)
    left: dict[str, datetime] = field(default_factory=dict)
    events: dict[str, list[Substep]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    stopped_in: str = ""


def stages_of(dossier: Any, *, draws: bool = True) -> list[Stage]:
    """The steps that this dossier goes through; `draws` says whether data must be drawn for it."""
    committee = [COMMITTEE] if dossier.procedure in WITH_COMMITTEE else []
    authority = CNIL if dossier.procedure in WITH_CNIL else COMMITMENT
    if dossier.amends_id:
        return [FILING, COMPLETENESS, *committee, authority, APPLICATION]
    access = [CONVENTION, DATA] if draws else []
    return [FILING, COMPLETENESS, *committee, authority, *access, PROJECT, RESULTS]


def draws_data(dossier: Any) -> bool | None:
    """Does the dossier's history say whether data are drawn for it? None while it says nothing."""
    if dossier.convention_on or dossier.state in (State.CONTRACTING, State.IN_PREPARATION):
        return True
    return False if dossier.data_opened_on else None


def pipeline(
    dossier: Any,
    clocks: Iterable[Any],
    journal_lines: Sequence[JournalLine],
    *,
    today: date,
    usual: Mapping[str, Usual] | None = None,
) -> list[Step]:
    """The steps with dates, clocks and expected durations; what comes after a stop is left out, because it will not come."""
    known = draws_data(dossier)
    stages = stages_of(dossier, draws=_will_draw(dossier) if known is None else known)
    past = _past(dossier, stages, journal_lines)
    here = _place(dossier, stages, past.stopped_in)
    running = tuple(shown_clocks(clocks, today))
    return [
        _step(dossier, stage, _status(dossier, rank, here), past, running, usual or {})
        for rank, stage in enumerate(stages[: here + 1] if dossier.state in STOPS else stages)
    ]


def mini(dossier: Any) -> list[Step]:
    """The steps with nothing but their status, for a card: asks the database nothing, provided the dossier is loaded."""
    stages = stages_of(dossier, draws=draws_data(dossier) is not False)
    here = _place(dossier, stages, "")
    shown = stages[: here + 1] if dossier.state in STOPS else stages
    return [Step(stage.code, stage.title, _status(dossier, rank, here)) for rank, stage in enumerate(shown)]


def _will_draw(dossier: Any) -> bool:
    content = dossier.content
    return not content.uses_some_source() or bool(content.draws_on_national_data())


def _place(dossier: Any, stages: list[Stage], stopped_in: str) -> int:
    """The rank of the step in which the dossier stands, or stopped."""
    state = dossier.state
    if state == State.ABANDONED:
        state = State.INCOMPLETE
    elif state == State.WITHDRAWN:
        state = stopped_in or _last_seen(dossier)
    return next(rank for rank, stage in enumerate(stages) if state in stage.states)


def _last_seen(dossier: Any) -> str:
    """Where a withdrawn dossier stood, as far as its own facts tell."""
    if dossier.cnil_received_on:
        return State.WITH_CNIL
    if dossier.opinion:
        return State.OPINION_GIVEN
    if dossier.sent_to_committee_at:
        return State.WITH_COMMITTEE
    if dossier.completed_at:
        return State.COMPLETE
    return State.SUBMITTED if dossier.submitted_at else State.DRAFT


def _status(dossier: Any, rank: int, here: int) -> str:
    if rank < here or dossier.state == State.CLOSED:
        return DONE
    if rank > here:
        return FUTURE
    return STOPPED if dossier.state in STOPS else CURRENT


def _past(dossier: Any, stages: list[Stage], lines: Sequence[JournalLine]) -> Past:
    past = Past(entered={FILING.code: dossier.created_at})
    by_event = {event: stage.code for stage in stages for event in stage.events}
    for line in lines:
        before, after = _stage_in(stages, line.from_state), _stage_in(stages, line.to_state)
        if line.action == "revise":
            past.met.clear()
        if line.action == "withdraw":
            past.stopped_in = line.from_state
        if before and before != after:
            past.left[before] = line.at
            past.entered.setdefault(after or before, line.at)
        place = by_event.get(line.action) or (before if line.action == "withdraw" else None)
        if place:
            past.met.add(line.action)
            past.events.setdefault(place, []).append(_event(line))
    return past


def _stage_in(stages: list[Stage], state: str) -> str | None:
    return next((stage.code for stage in stages if state in stage.states), None)


def _event(line: JournalLine) -> Substep:
    stopped = line.to_state in STOPS
    shown = telling_outcome(line.action, line.facts.get("outcome", ""))
    return Substep(
        happened(line.action), STOPPED if stopped else DONE, paris_day(line.at), outcome_in_words(line.action, shown) if shown else ""
    )


def _step(dossier: Any, stage: Stage, status: str, past: Past, running: tuple[ShownClock, ...], usual: Mapping[str, Usual]) -> Step:
    step = Step(stage.code, stage.title, status, substeps=tuple(past.events.get(stage.code, ())[-MOST_SUBSTEPS:]))
    if status != FUTURE and (entered := past.entered.get(stage.code)):
        step = replace(step, since=paris_day(entered))
    if status in (DONE, STOPPED) and (left := past.left.get(stage.code)):
        step = replace(step, until=paris_day(left))
    if status in (CURRENT, FUTURE):
        ahead = _ahead(dossier, stage, past, is_current=status == CURRENT)
        planned = dossier.content.ends_on if stage is PROJECT else None
        step = replace(step, substeps=step.substeps + ahead, usual=usual.get(stage.measured_as), planned=planned)
    return replace(step, clocks=running) if status == CURRENT else step


def _ahead(dossier: Any, stage: Stage, past: Past, *, is_current: bool) -> tuple[Substep, ...]:
    """What goes on now, and the milestones that are still to come."""
    left = [acts[0] for acts in stage.milestones if not past.met.intersection(acts)]
    if not is_current:
        return tuple(Substep(TO_COME[act], FUTURE) for act in left)
    now = Substep(_under_way(dossier), CURRENT)
    return (now, *(Substep(TO_COME[act], FUTURE) for act in left if TO_COME[act] != now.label))


def _under_way(dossier: Any) -> Any:
    if dossier.state == State.OPINION_GIVEN and dossier.procedure not in WITH_CNIL:
        return TO_COME["verify_commitment"]
    if dossier.state == State.OPINION_GIVEN and dossier.cnil_wished_at:
        return TO_COME["seize_cnil"]
    if dossier.state == State.COMPLETE and dossier.procedure == Procedure.MR004:
        return TO_COME["verify_commitment"]
    if dossier.state == State.COMPLETE:
        return TO_COME["send_to_committee"]
    return UNDER_WAY[dossier.state]
