"""The page on which one roll decides the dossiers that are examined without a debate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committee.forms.together import TogetherForm
from committee.models import Decision, Item, Session
from committee.policies import may
from committee.queries.agenda import agenda_of
from committee.services.deliberating import may_lead
from committee.services.voting_together import LeftOut, sorted_out
from committee.session_page import session_for, undebated_in
from committee.states import SessionState
from ui.navigation import stand_under


def together_for(request: HttpRequest, reference: str) -> tuple[Session, list[Item]]:
    """A session under way and its dossiers without a debate, for who may take their votes; 404 for anybody else."""
    session = session_for(request, reference)
    if session.state != SessionState.OPEN or not may(request.user, "take_vote", session):
        raise Http404
    stand_under(request, "committee")
    items = undebated_in(request, session, agenda_of(session, request.user))
    return session, [item for item in items if may_lead(request.user, item)]


def together_context(request: HttpRequest, session: Session, items: list[Item], at: datetime) -> dict[str, Any]:
    """What one roll can decide, with its form; and what it cannot, with the reasons."""
    ready, left_out = sorted_out(items, at)
    sent = request.POST if request.method == "POST" else None
    form = TogetherForm(sent, ready=ready, left_out=left_out, at=at, everybody=request.GET.get("tous", "")) if ready else None
    return {"session": session, "form": form, "ready": ready, "left_out": left_out}


def say_what_was_taken(request: HttpRequest, taken: list[Decision], left_out: list[LeftOut]) -> None:
    """How many votes were taken and carried; each dossier that was left out by its number, with the reasons."""
    carried = sum(one.carried for one in taken)
    told = {"count": len(taken), "carried": carried}
    words = ngettext(
        "%(count)d vote is recorded, %(carried)d carried.",
        "%(count)d votes are recorded, %(carried)d carried.",
        len(taken),
    )
    if taken:
        messages.success(request, words % told)
    for one in left_out:
        reasons = " ".join(str(reason) for reason in one.reasons)
        messages.warning(request, _("No. %(place)s was left out: %(reasons)s") % {"place": one.item.position, "reasons": reasons})
