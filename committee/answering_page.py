"""What the page of the opinion shows: the opinion and its words, the recommendations, the three ways on, and former opinions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from committee.models import Decision, Paper, Recommendation
from committee.papers_page import opinion_papers
from committee.services.answering import decision_of, recommendations_of
from committee.states import PaperKind
from requests_app.models import Act
from requests_app.openings import Opening, openings
from requests_app.policies import MAY, TEAM_ROLES
from requests_app.reading import roles_for
from requests_app.slots import Notice
from requests_app.states import Opinion, State
from workflow import clocks

#: The ways on that an opinion leaves to the applicant, in the order in which they are taken most often.
WAYS = ("state_wish", "revise", "withdraw")
#: By which the committee's opinion is given, or deemed so.
GIVING = ("record_opinion", "deem_favourable")


@dataclass(frozen=True)
class Told:
    """One opinion as its readers see it, with what the applicant answers to its recommendations."""

    kind: Any
    at: datetime
    words: str
    document: Any
    recommendations: list[Recommendation]
    #: Signed, while its letter is still being made.
    awaits_letter: bool = False
    #: Deemed favourable by silence: nobody gave it.
    is_tacit: bool = False


@dataclass(frozen=True)
class OpinionShown:
    """The present opinion, if one stands; those on former versions, newest first; and what the applicant can do about the present one."""

    present: Told | None
    former: list[Told]
    may_answer: bool
    ways: list[Opening]
    papers: list[Paper]

    @property
    def recommendations(self) -> list[Recommendation]:
        """What the applicant answers now."""
        return self.present.recommendations if self.present else []

    @property
    def left(self) -> int:
        """How many recommendations have no answer yet."""
        return sum(not one.reply for one in self.recommendations)


def reads_opinion(request: HttpRequest, dossier: Any) -> bool:
    """Is there an opinion, if only on a former version, and is the reader of the team, the secretariat or the committee?"""
    if not roles_for(request, dossier) & (TEAM_ROLES | MAY["see_committee_work"]):
        return False
    return bool(dossier.opinion) or _had_opinion(request, dossier)


def _had_opinion(request: HttpRequest, dossier: Any) -> bool:
    """Did the committee give one on a former version? Read once a request."""
    if not dossier.submitted_at:
        return False
    known: dict[int, bool] = request.__dict__.setdefault("_had_opinion", {})
    if dossier.pk not in known:
        known[dossier.pk] = Act.objects.filter(dossier=dossier, action__in=GIVING).exists()
    return known[dossier.pk]


def opinion_shown(request: HttpRequest, dossier: Any) -> OpinionShown:
    """What the page shows; raises Http404 when there is no opinion for this reader."""
    if not reads_opinion(request, dossier):
        raise Http404
    acts = list(Act.objects.filter(dossier=dossier, action__in=GIVING).select_related("document").order_by("-at", "-pk"))
    given = dossier.state == State.OPINION_GIVEN
    may_answer = given and dossier.cnil_wished_at is None and bool(roles_for(request, dossier) & MAY["answer_recommendation"])
    return OpinionShown(
        present=_present(dossier, acts[0] if acts else None) if dossier.opinion else None,
        former=[_former(dossier, act) for act in (acts[1:] if dossier.opinion else acts)],
        may_answer=may_answer,
        ways=_ways(request, dossier) if given else [],
        papers=opinion_papers(request, dossier),
    )


def _ways(request: HttpRequest, dossier: Any) -> list[Opening]:
    found = openings(dossier, request.user, roles_for(request, dossier), list(clocks.of(dossier)), timezone.now())
    opened = {one.name: one for one in found}
    ways = [opened[name] for name in WAYS if name in opened]
    return [] if {one.name for one in ways} == {"withdraw"} else ways  # that alone is no way on: the first page offers it


def _present(dossier: Any, act: Act | None) -> Told:
    decision = decision_of(dossier)
    told = replace(_told(dossier.get_opinion_display(), dossier.opinion_at, act, decision), is_tacit=dossier.opinion == Opinion.TACIT)
    if decision is None:
        return told
    letters = Paper.objects.filter(examination__items__decisions=decision, kind=PaperKind.OPINION)
    return replace(told, awaits_letter=not letters.exists())


def _former(dossier: Any, act: Act) -> Told:
    """The opinion that ended a former passage: what was voted then, or what was recorded of it."""
    voted = Decision.objects.filter(item__examination__dossier=dossier, item__examination__closed_at=act.at, signed_at__isnull=False)
    told = _told(dict(Opinion.choices).get(act.outcome, act.outcome), act.at, act, voted.order_by("-signed_at").first())
    return replace(told, is_tacit=act.outcome == Opinion.TACIT)


def _told(kind: Any, at: datetime, act: Act | None, decision: Decision | None) -> Told:
    words = decision.reasons if decision else act.text if act else ""
    return Told(kind, at, words, act.document if act else None, list(decision.recommendations.all()) if decision else [])


def lead(request: HttpRequest, dossier: Any) -> Notice | None:
    """While recommendations await their answers, that is what the team is asked for on the dossier's first page."""
    if dossier.state != State.OPINION_GIVEN or dossier.cnil_wished_at is not None:
        return None
    if not roles_for(request, dossier) & MAY["answer_recommendation"]:
        return None
    left = sum(not one.reply for one in recommendations_of(dossier))
    if not left:
        return None
    words = ngettext(
        "%(left)s recommendation of the committee awaits your answer: it must be given before the CNIL is seized.",
        "%(left)s recommendations of the committee await your answers: they must be given before the CNIL is seized.",
        left,
    )
    return Notice(words % {"left": left}, reverse("committee:opinion", args=[dossier.reference]), _("Answer the recommendations"))
