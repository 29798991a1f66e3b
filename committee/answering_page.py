"""What the page of the opinion shows: the opinion and its words, the recommendations, and the three ways on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from committee.models import Paper, Recommendation
from committee.papers_page import opinion_papers
from committee.services.answering import decision_of, recommendations_of
from requests_app.models import Act
from requests_app.openings import Opening, openings
from requests_app.policies import MAY, TEAM_ROLES
from requests_app.reading import roles_for
from requests_app.slots import Notice
from requests_app.states import State
from workflow import clocks

#: The ways on that an opinion leaves to the applicant, in the order in which they are taken most often.
WAYS = ("state_wish", "revise", "withdraw")


@dataclass(frozen=True)
class OpinionShown:
    """The opinion as its readers see it."""

    kind: Any
    at: datetime
    words: str
    document: Any
    recommendations: list[Recommendation]
    may_answer: bool
    ways: list[Opening]
    papers: list[Paper]

    @property
    def left(self) -> int:
        """How many recommendations have no answer yet."""
        return sum(not one.reply for one in self.recommendations)


def reads_opinion(request: HttpRequest, dossier: Any) -> bool:
    """Is there an opinion, and is the reader of the team, the secretariat or the committee?"""
    roles = roles_for(request, dossier)
    return bool(dossier.opinion and roles & (TEAM_ROLES | MAY["see_committee_work"]))


def opinion_shown(request: HttpRequest, dossier: Any) -> OpinionShown:
    """What the page shows; raises Http404 when there is no opinion for this reader."""
    if not reads_opinion(request, dossier):
        raise Http404
    roles, now = roles_for(request, dossier), timezone.now()
    act = (
        Act.objects.filter(dossier=dossier, action__in=("record_opinion", "deem_favourable"))
        .select_related("document")
        .order_by("-at")
        .first()
    )
    decision = decision_of(dossier)
    opened = {one.name: one for one in openings(dossier, request.user, roles, list(clocks.of(dossier)), now)}
    may_answer = bool(roles & MAY["answer_recommendation"]) and dossier.state == State.OPINION_GIVEN and dossier.cnil_wished_at is None
    return OpinionShown(
        kind=dossier.get_opinion_display(),
        at=dossier.opinion_at,
        words=decision.reasons if decision else act.text if act else "",
        document=act.document if act else None,
        recommendations=list(decision.recommendations.all()) if decision else [],
        may_answer=may_answer,
        ways=[opened[name] for name in WAYS if name in opened],
        papers=opinion_papers(request, dossier),
    )


def notices(request: HttpRequest, dossier: Any) -> list[Notice]:
    """On the first page, to the team: recommendations await their answers."""
    if dossier.state != State.OPINION_GIVEN or not roles_for(request, dossier) & MAY["answer_recommendation"]:
        return []
    left = sum(not one.reply for one in recommendations_of(dossier))
    if not left or dossier.cnil_wished_at is not None:
        return []

    words = ngettext(
        "%(left)s recommendation of the committee awaits your answer: it must be given before the CNIL is seized.",
        "%(left)s recommendations of the committee await your answers: they must be given before the CNIL is seized.",
        left,
    )
    return [
        Notice(words % {"left": left}, reverse("committee:opinion", args=[dossier.reference]), _("Answer the recommendations"), "warning")
    ]
