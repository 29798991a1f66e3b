"""The completeness check in the demonstration: one dossier half checked, and one that waits for what was asked point by point."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from requests_app.checking.models import CheckRound, Judgement, ReusableReason, RoundOutcome, Verdict
from requests_app.checking.services import Said, keep_verdict
from requests_app.checking.sheet import Standing, sheet_of
from requests_app.models import Dossier
from requests_app.states import State

#: What is found wanting in the dossier that is half checked: item → a reason that the secretariat reuses.
WANTING = {"field:summary": "resume-technique", "field:dpo": "contact-dpo", "piece:protocol": "protocole-rubriques"}
#: What the demonstration's request for a complement asks, item by item.
ASKED = {
    "field:matching": "Précisez le circuit d’appariement entre la cohorte et la base principale.",
    "piece:information": "Joignez la lettre d’information remise aux participants.",
    "field:information": "Joignez la lettre d’information remise aux participants, et dites quand elle leur est remise.",
}


def furnish(people: dict[str, User], now: datetime) -> None:
    """Check half of one dossier, and tell item by item what another was asked; a second call changes nothing."""
    shown = Dossier.objects.filter(is_demonstration=True, check_rounds=None).select_related("content").order_by("pk")
    if not CheckRound.objects.filter(dossier__is_demonstration=True, closed_at=None).exists():
        for dossier in shown.filter(state=State.SUBMITTED, procedure="mr008")[:1]:
            _check_half(dossier, people["officier"], now)
    for dossier in shown.filter(state=State.INCOMPLETE)[:1]:
        _tell_what_was_asked(dossier)


def _check_half(dossier: Dossier, officer: User, now: datetime) -> None:
    standings = sheet_of(dossier).standings
    for standing in [one for place, one in enumerate(standings) if place % 2 == 0 or one.item.code in WANTING]:
        keep_verdict(dossier, standing.item.code, _found(standing), by=officer, at=now, seen=0)


def _found(standing: Standing) -> Said:
    code = WANTING.get(standing.item.code)
    if code is not None:
        return Said(Judgement.TO_COMPLETE, ReusableReason.objects.filter(code=code))
    if standing.item.is_empty:
        return Said(Judgement.NOT_APPLICABLE, (), "Sans objet pour ce projet.")
    return Said(Judgement.FINE)


def _tell_what_was_asked(dossier: Dossier) -> None:
    """The request was replayed as one text: here it is again, item by item, as the round that led to it."""
    act: Any = dossier.acts.filter(action="ask_for_complement").order_by("at", "pk").last()
    if act is None:
        return
    told = {"begun_at": act.at, "begun_by": act.recorded_by, "closed_at": act.at, "outcome": RoundOutcome.COMPLEMENT}
    check = CheckRound.objects.create(dossier=dossier, version=1, **told)
    for standing in sheet_of(dossier).standings:
        words = ASKED.get(standing.item.code, "")
        found = {"judgement": Judgement.TO_COMPLETE if words else Judgement.FINE, "text": words, "asked": words}
        given = {"digest": standing.item.digest, "given_by": act.recorded_by, "given_at": act.at}
        Verdict.objects.create(round=check, item=standing.item.code, **found, **given)
