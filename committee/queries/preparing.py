"""What is still missing before a session can do its work, as sentences for those who prepare it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from committee.models import Session
from committee.queries.agenda import Line, overruns_by
from committee.queries.sessions import Seat, convocation_due_on, expected_roll, papers_made
from committee.states import TO_COME, PaperKind, SessionState
from ui.words import day_in_words, moment_in_words
from workflow.periods import paris_day


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: a sentence, whether its time has passed, and the page on which it is seen to."""

    sentence: str
    is_late: bool = False
    url: str = ""
    label: str = ""


def missing_in(session: Session, lines: list[Line], seats: list[Seat], at: datetime) -> list[Missing]:
    """What a session to come still lacks, what is late first."""
    if session.state not in TO_COME:
        return []
    found = [*_of_calendar(session, at), *_of_agenda(session, lines), *_of_reports(session, lines, at), *_of_people(session, seats)]
    return sorted(found, key=lambda one: not one.is_late)


def _of_calendar(session: Session, at: datetime) -> Iterator[Missing]:
    if session.published_at is None and not session.urgent:
        yield Missing(_("It is not in the public calendar yet."))
    if session.state == SessionState.PLANNED and not session.urgent:
        due = convocation_due_on(session)
        yield Missing(_("The members are to be convened by %(day)s.") % {"day": day_in_words(due)}, paris_day(at) > due)
    if not session.place and not session.link:
        yield Missing(_("Neither a place nor the address of the video meeting is given."))


def _of_agenda(session: Session, lines: list[Line]) -> Iterator[Missing]:
    pending = [line for line in lines if not line.item.ending]
    if not pending:
        yield Missing(_("No dossier is on the agenda."))
    if minutes := overruns_by(session, lines):
        yield Missing(_("The agenda is %(minutes)d minutes longer than the session.") % {"minutes": minutes})
    for line in pending:
        if line.is_late:
            told = {"number": line.item.position, "day": day_in_words(line.due_on or session.day)}
            yield Missing(_("Dossier no. %(number)d: the committee's period ends on %(day)s, before the session.") % told, is_late=True)
        if line.lacks_quorum:
            yield Missing(_("Dossier no. %(number)d: too few members could examine it.") % {"number": line.item.position}, is_late=True)


def _of_reports(session: Session, lines: list[Line], at: datetime) -> Iterator[Missing]:
    seen = [line for line in lines if line.dossier and not line.item.ending]
    for line in seen:
        yield from _of_reporting(line, session, at)
    if seen and PaperKind.AGENDA not in papers_made(session):
        told = {"moment": moment_in_words(session.papers_due_at)}
        yield Missing(
            _("The agenda is not among the papers yet; they are open to the members by %(moment)s.") % told, at > session.papers_due_at
        )


def _of_reporting(line: Line, session: Session, at: datetime) -> Iterator[Missing]:
    """Who is to report on one dossier and has not filed, by name; or that nobody is to."""
    page = reverse("committee:dossier", args=[line.dossier.reference]) if line.dossier else ""
    told: dict[str, Any] = {"number": line.item.position, "moment": moment_in_words(session.reports_due_at)}
    if not line.reporting.total:
        yield Missing(_("Dossier no. %(number)d has no rapporteur.") % told, True, f"{page}#allocation", _("See the allocation"))
    for member in line.reporting.awaited:
        sentence = _("Dossier no. %(number)d: the report of %(name)s is missing; due %(moment)s.") % (told | {"name": member})
        yield Missing(sentence, at > session.reports_due_at, f"{page}#reports", _("See the reports"))


def _of_people(session: Session, seats: list[Seat]) -> Iterator[Missing]:
    call = expected_roll(session, seats)
    if not call.is_met:
        told: dict[str, Any] = {"expected": call.counted, "quorum": call.quorum}
        yield Missing(_("Quorum at risk: %(expected)d members are expected, %(quorum)d are needed.") % told, is_late=True)
