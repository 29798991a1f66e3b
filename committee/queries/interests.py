"""Interests as pages show them: where each member stands on a dossier, and what somebody has still to declare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from committee.models import Examination, InterestAnswer, Member, Recusal
from committee.services.interests import last_answers
from committee.services.likeness import folded
from committee.states import Answer
from requests_app.models import Dossier


@dataclass(frozen=True)
class Stand:
    """Where one member stands on one dossier."""

    member: Member
    answer: InterestAnswer | None
    recusal: Recusal | None

    @property
    def is_pending(self) -> bool:
        """Does a declared link wait for a decision?"""
        return self.recusal is None and self.answer is not None and self.answer.answer == Answer.DOUBT and self.answer.settled_at is None

    @property
    def was_cleared(self) -> bool:
        """Was a declared link judged harmless?"""
        return self.recusal is None and self.answer is not None and self.answer.settled_at is not None


def stands_on(examination: Examination, day: date) -> list[Stand]:
    """Everybody who may sit or report, and whoever withdrew, in the order of their names; three queries."""
    answers = {one.member_id: one for one in last_answers(examination)}
    live = Recusal.objects.filter(dossier=examination.dossier_id, lifted_at=None).select_related("member__user")
    recusals = {one.member_id: one for one in live}
    people: dict[int, Any] = {one.pk: one for one in Member.objects.sitting(day).select_related("user")}
    stood: list[Any] = [*answers.values(), *recusals.values()]
    people |= {one.member_id: one.member for one in stood}
    among = sorted(people.values(), key=lambda one: (folded(one.user.last_name), folded(one.user.first_name), one.pk))
    return [Stand(one, answers.get(one.pk), recusals.get(one.pk)) for one in among]


def stand_of(examination: Examination, member: Member) -> Stand:
    """Where one member stands; two queries."""
    recusal = Recusal.objects.filter(dossier=examination.dossier_id, member=member, lifted_at=None).first()
    return Stand(member, last_answers(examination).filter(member=member).first(), recusal)


def to_declare(user: Any, member: Member) -> QuerySet[Examination]:
    """The dossiers under examination that the person sees and on which they have declared nothing yet."""
    answered = InterestAnswer.objects.filter(member=member).values("examination")
    seen = Dossier.objects.visible_to(user).values("pk")
    found: QuerySet[Examination] = Examination.objects.open().filter(dossier__in=seen).exclude(pk__in=answered)
    return found.select_related("dossier__content__controller").order_by("received_at", "pk")


def of_member(user: Any) -> Member | None:
    """The person's place in the committee; None for everybody else."""
    return Member.objects.filter(user=user.pk).select_related("user").first()
