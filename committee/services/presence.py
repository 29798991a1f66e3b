"""Who is in a session: what members announce beforehand, and what is noted in the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Attendance, Member, Session
from committee.reference import rules_on
from committee.rules import RULES_OF_PROCEDURE, Stand, require_proxies, wrong_proxy
from committee.states import TO_COME, Presence, SessionState
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: What a member may say of themselves before a session.
ANNOUNCED = (Presence.EXPECTED, Presence.EXCUSED, Presence.REPRESENTED)


def stands_of(session: Session) -> dict[int, Stand]:
    """How every member in mandate on the day of the session stands; who said nothing is expected."""
    kept = {row.member_id: Stand(row.presence, row.represented_by_id, row.remote) for row in session.attendances.order_by("member")}
    sitting = Member.objects.sitting(session.day).order_by("pk").values_list("pk", flat=True)
    return {pk: kept.get(pk, Stand(Presence.EXPECTED)) for pk in sitting}


@transaction.atomic
def announce(session: Session, presence: str, *, by: User, at: datetime, represented_by: Member | None = None) -> None:
    """A member says whether they will be there, or who represents them; who counted on them is excused again.

    Raises NotAllowed, RuleBroken, WrongState once the session has begun.
    """
    lock_and_reread(session)
    if session.state not in TO_COME:
        raise WrongState(_("The session has begun, or will not take place: absences are noted in the room."))
    if presence not in ANNOUNCED:
        raise RuleBroken(Broken(_("Say whether you come, are excused or are represented."), where="presence"))
    stands = stands_of(session)
    member = Member.objects.filter(user=by, pk__in=stands).first()
    if member is None:
        raise NotAllowed(_("Only a member in mandate on the day of the session announces an absence."))
    proxy = represented_by.pk if represented_by and presence == Presence.REPRESENTED else None
    stands[member.pk] = Stand(presence, proxy)
    released = _released(stands, member.pk) if presence != Presence.EXPECTED else {}
    if sentence := wrong_proxy(member.pk, stands | released, rules_on(session.day), in_session=False):
        raise RuleBroken(Broken(sentence, RULES_OF_PROCEDURE, "represented_by"))
    facts = {"member": member.pk, "presence": presence, "represented_by": proxy, "released": sorted(released)}
    record(session, "announce_absence", by=by, at=at, law=RULES_OF_PROCEDURE, facts=facts)
    _keep(session, {member.pk: stands[member.pk]} | released, announced_at=at)


def _released(stands: Mapping[int, Stand], proxy: int) -> dict[int, Stand]:
    """Those who had counted on somebody who will not be there: excused, until they name somebody else."""
    return {pk: Stand(Presence.EXCUSED) for pk, stand in stands.items() if stand.represented_by == proxy}


@transaction.atomic
def note_presence(session: Session, noted: Mapping[int, Stand], *, by: User, at: datetime) -> int:
    """Note who is there, on site or remotely, and who represents whom; the answer is for how many something changed.

    Raises NotAllowed, RuleBroken, WrongState before the convocation and after the end.
    """
    lock_and_reread(session)
    if session.state not in (SessionState.CONVENED, SessionState.OPEN):
        raise WrongState(_("Presence is noted from the convocation to the end of the session."))
    stands = stands_of(session)
    if unknown := set(noted) - set(stands):
        raise RuleBroken(Broken(_("Somebody of this list is not in mandate on the day of the session."), where=f"presence_{min(unknown)}"))
    changed = {pk: stand for pk, stand in noted.items() if stand != stands[pk]}
    if not changed:
        return 0
    require_proxies(stands | changed, rules_on(session.day), in_session=session.state == SessionState.OPEN)
    record(session, "note_presence", by=by, at=at, facts=_facts(changed))
    _keep(session, changed, noted_at=at)
    return len(changed)


def _facts(changed: Mapping[int, Stand]) -> dict[str, Any]:
    """Ids by presence, and who speaks for whom."""
    facts: dict[str, Any] = {}
    for pk, stand in sorted(changed.items()):
        facts.setdefault(str(stand.presence), []).append(pk)
    proxies = [[pk, stand.represented_by] for pk, stand in sorted(changed.items()) if stand.represented_by]
    return facts | ({"proxies": proxies} if proxies else {})


def _keep(session: Session, stands: Mapping[int, Stand], **moment: datetime) -> None:
    for pk, stand in stands.items():
        said = {"presence": stand.presence, "represented_by_id": stand.represented_by, "remote": stand.remote}
        Attendance.objects.update_or_create(session=session, member_id=pk, defaults=said | moment)


def forget_announcements(session: Session) -> None:
    """The session was moved to another day: what was announced for the first one says nothing about the second."""
    session.attendances.update(presence=Presence.EXPECTED, represented_by=None, remote=False, announced_at=None)


def expect_sitting(session: Session) -> None:
    """Every member in mandate on the day of the session has a seat in it; who said something already keeps it."""
    sitting = Member.objects.sitting(session.day).order_by("pk")
    Attendance.objects.bulk_create([Attendance(session=session, member=one) for one in sitting], ignore_conflicts=True)


def note_absent(session: Session, line: JournalLine) -> None:
    """Reaction: the session is over, and who was still expected did not come."""
    expect_sitting(session)
    session.attendances.filter(presence=Presence.EXPECTED).update(presence=Presence.ABSENT, noted_at=line.at)


def chairs_of(session: Session) -> Iterable[Member]:
    """Who may take the chair: those present who hold an office, the president first."""
    there = Member.objects.filter(attendances__session=session, attendances__presence=Presence.PRESENT)
    offices = {"president": 0, "vice_president": 1, "delegate": 2}
    found = there.filter(offices__ended_at=None, offices__isnull=False).select_related("user").prefetch_related("offices").distinct()
    return sorted(found, key=lambda one: (min(offices[held.office] for held in one.offices.all() if held.ended_at is None), one.pk))
