"""What a vote left behind: its ballots by standing, who withdrew, and the opinions that await their signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from committee.models import Ballot, Decision, Examination, Item, Recusal
from committee.services.standing_in import office_of, signs_everywhere
from committee.states import Position, Standing
from requests_app.models import Dossier
from requests_app.policies import MAY, site_roles
from requests_app.states import State


@dataclass(frozen=True)
class Group:
    """The members who stood, or voted, in one way: names, with who voted for whom."""

    label: Any
    ballots: list[Ballot]


def decisions_of(item: Item) -> list[Decision]:
    """The rounds of the vote on a dossier in one session, the last one first, with their ballots and recommendations."""
    ballots = Ballot.objects.select_related("member__user", "cast_by__user").order_by(
        "member__user__last_name", "member__user__first_name", "pk"
    )
    rounds = Decision.objects.filter(item=item).select_related("signed_by", "recorded_by").order_by("-round")
    return list(rounds.prefetch_related(Prefetch("ballots", ballots), "recommendations"))


def groups_of(decision: Decision) -> list[Group]:
    """Who voted for, against, abstained; who withdrew, who was not in the room: only the groups that hold somebody."""
    ballots = list(decision.ballots.all())
    voted = [(one.label, [ballot for ballot in ballots if ballot.position == one]) for one in Position]
    absent = [(one.label, [ballot for ballot in ballots if ballot.standing == one]) for one in (Standing.WITHDRAWN, Standing.OUT)]
    return [Group(label, found) for label, found in (*voted, *absent) if found]


def withdrawn_from(dossier: Dossier) -> list[Recusal]:
    """Who has withdrawn from the dossier, by name."""
    held = Recusal.objects.filter(dossier=dossier, lifted_at=None).select_related("member__user")
    return list(held.order_by("member__user__last_name", "member__user__first_name", "pk"))


def votes_on(examination: Examination) -> list[Decision]:
    """Every round of the vote on a dossier in one examination, the first one first."""
    rounds = Decision.objects.filter(item__examination=examination).select_related("item__session", "signed_by")
    return list(rounds.order_by("voted_at", "pk"))


def to_sign(user: Any, at: datetime) -> list[Decision]:
    """The opinions that were carried and await this person's signature; the oldest vote first, nothing for who does not sign."""
    if not site_roles(user) & MAY["sign_opinion"]:
        return []
    waiting = Decision.objects.filter(carried=True, signed_at=None, item__examination__closed_at=None)
    seen = Dossier.objects.visible_to(user).filter(state=State.WITH_COMMITTEE)
    found = waiting.filter(item__examination__dossier__in=seen.values("pk"))
    rows = list(found.select_related("item__session", "item__examination__dossier__content").order_by("voted_at", "pk"))
    if signs_everywhere(user):
        return rows
    return [one for one in rows if office_of(user, one.item.examination.dossier, at)]
