"""Whether an opinion may be put to the vote, and whether it may be recorded: one function, one sentence, one article."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from committee.states import Ending, Position
from requests_app.states import EXPRESS_OPINIONS, OPINIONS_WITH_REASONS, Opinion
from workflow.periods import paris_day
from workflow.refusals import Broken

OPINION_LAW = "décret 2019-536, art. 90"
VOTE_LAW = "décret 2019-536, art. 90 et 92"


def lines_of(text: str) -> list[str]:
    """What was written one a line, without empty lines and without the dash that may stand before each."""
    return [line for raw in text.splitlines() if (line := raw.strip().lstrip("-–•").strip())]


def broken_text(opinion: str, reasons: str, recommendations: str) -> list[Broken]:
    """What a proposed opinion lacks before it is put to the vote."""
    if opinion not in EXPRESS_OPINIONS:
        return [Broken(_("Choose the opinion that is put to the vote."), OPINION_LAW, "opinion")]
    found = []
    if opinion in OPINIONS_WITH_REASONS and not reasons.strip():
        found.append(Broken(_("An opinion that is not plainly favourable must give its reasons."), OPINION_LAW, "reasons"))
    listed = bool(lines_of(recommendations))
    if opinion == Opinion.RECOMMENDATIONS and not listed:
        found.append(Broken(_("Write at least one recommendation, or choose another opinion."), OPINION_LAW, "recommendations"))
    if opinion == Opinion.FAVOURABLE and listed:
        sentence = _("A plainly favourable opinion carries no recommendation: choose “Favourable with recommendations”.")
        found.append(Broken(sentence, OPINION_LAW, "recommendations"))
    return found


def casting_agrees(own: str, casting: str) -> bool:
    """Does a casting vote say what its holder voted? Who abstained may choose."""
    return casting in (Position.FOR, Position.AGAINST) and own in ("", Position.ABSTENTION, casting)


def comes_from_its_vote(dossier: Any) -> Iterable[Broken]:
    """An opinion comes from its signed vote; what reached the committee before the first day may be transcribed from paper,
    unless it stands on an agenda."""
    open_now = dossier.examinations.filter(closed_at=None)
    if open_now.filter(items__decisions__signed_at__isnull=False).exists():
        return []
    if not _began(dossier) and not open_now.filter(items__isnull=False).exclude(items__ending=Ending.STRUCK).exists():
        return []
    sentence = _("The opinion comes from the vote of a session, signed by the president or the delegate; it is not transcribed.")
    return [Broken(sentence, VOTE_LAW, "opinion")]


def _began(dossier: Any) -> bool:
    """Did the committee receive the dossier once it worked here?"""
    first: date | None = settings.COMMITTEE_FROM
    received = dossier.sent_to_committee_at
    return first is not None and received is not None and paris_day(received) >= first
