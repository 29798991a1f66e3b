"""A session in which votes are taken, for tests: opened by its real moves, with its members in the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from committee.models import Decision, Deliberation, Examination, InterestAnswer, Item, Member, Session
from committee.services.signing import READ, fingerprint_of
from committee.services.voting import Poll, next_round, take_vote, voices_of
from committee.services.voting import fingerprint_of as roll_of
from requests_app.signatures import Signature
from tests.committee.factories import a_session, on_agenda, seat


def an_open_session(members: list[Member], examinations: Iterable[Examination], *, at: datetime | None = None, **said: Any) -> list[Item]:
    """A session that the first member leads, all these in the room, and its dossiers on the agenda."""
    at = at or timezone.now() - timedelta(hours=1)
    session = a_session(at, **said)
    items = [on_agenda(session, one) for one in examinations]
    seat(session, members)
    all_declare(items, members, at=at)
    session.convene(by=session.planned_by, at=at - timedelta(minutes=1))
    session.open_session(by=session.planned_by, at=at, chair=members[0])
    return items


def all_declare(items: Iterable[Item], members: Iterable[Member], *, at: datetime) -> None:
    """Everybody has declared that they have no interest in these dossiers, as rows."""
    among = list(members)
    InterestAnswer.objects.bulk_create(
        InterestAnswer(examination=item.examination, member=member, answer="none", at=at) for item in items for member in among
    )


def propose(item: Item, opinion: str = "favourable", reasons: str = "", recommendations: str = "") -> Deliberation:
    """Write what is put to the vote."""
    said = {"opinion": opinion, "reasons": reasons, "recommendations": recommendations, "revision": 1}
    return Deliberation.objects.update_or_create(item=item, defaults=said)[0]


def poll(item: Item, said: Mapping[int, str], at: datetime, casting: str = "") -> Poll:
    """What a page that was opened now would send."""
    revision = Deliberation.objects.filter(item=item).values_list("revision", flat=True).first() or 0
    return Poll(said, casting, revision, roll_of(voices_of(item, at)), round=next_round(item))


def vote(item: Item, positions: Mapping[Member, str], *, by: Any = None, at: datetime | None = None, casting: str = "") -> Decision:
    """Take the vote with these positions, as the secretariat unless told otherwise."""
    at = at or timezone.now()
    item = Item.objects.get(pk=item.pk)
    said = {member.pk: position for member, position in positions.items()}
    return take_vote(item, poll(item, said, at, casting), by=by or item.session.planned_by, at=at)


def all_for(members: Iterable[Member]) -> dict[Member, str]:
    """Everybody votes for."""
    return dict.fromkeys(members, "for")


def signature_of(decision: Decision, person: Any) -> Signature:
    """What a person brings who has just read the opinion, and given the code of their own device."""
    device = TOTPDevice.objects.filter(user=person).first()
    return Signature(device.persistent_id if device else "", {READ: fingerprint_of(decision)})


__all__ = ["Session", "all_declare", "all_for", "an_open_session", "poll", "propose", "signature_of", "vote"]
