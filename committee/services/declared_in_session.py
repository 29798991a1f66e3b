"""Who takes part in a vote without having declared on the dossier; and what somebody in the room declares there, noted by who leads."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from accounts.models import User
from committee.models import Examination, InterestAnswer, Member
from committee.services.interests import LAW
from committee.states import Answer
from workflow.engine import record


def undeclared_among(examination: Examination, members: Collection[int]) -> list[Member]:
    """Those of these members who have said nothing of their interests in the dossier, by name; one query."""
    answered = InterestAnswer.objects.filter(examination=examination).values("member")
    silent = Member.objects.filter(pk__in=members).exclude(pk__in=answered).select_related("user")
    return list(silent.order_by("user__last_name", "user__first_name", "pk"))


def note_declared(examination: Examination, members: Iterable[Member], *, by: User, at: datetime) -> list[InterestAnswer]:
    """Note of members in the room that they declared no interest in the dossier, which the caller has locked. Raises NotAllowed."""
    found = list(members)
    if not found:
        return []
    facts = {"members": [one.pk for one in found], "answer": Answer.NONE.value}
    record(examination.dossier, "note_interests", by=by, at=at, law=LAW, facts=facts)
    rows = [InterestAnswer(examination=examination, member=one, answer=Answer.NONE, at=at, noted_by=by) for one in found]
    return list(InterestAnswer.objects.bulk_create(rows))
