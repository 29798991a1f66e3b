"""A committee for tests: members in mandate, a session, dossiers that the committee has received."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from committee.models import Attendance, Examination, Item, Mandate, Member, OfficeHeld, Session
from committee.states import MandateKind, Office, Presence, Quality
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.factories import LONG_AGO, UserFactory
from tests.recordings import recorded
from tests.requests_app.factories import a_dossier
from workflow.periods import PARIS

ROLE_OF_OFFICE = {
    Office.PRESIDENT: Role.COMMITTEE_PRESIDENT,
    Office.DELEGATE: Role.COMMITTEE_DELEGATE,
    Office.VICE_PRESIDENT: Role.COMMITTEE_DELEGATE,
}


def a_member(office: str = "", quality: str = Quality.RESEARCH, *, user: User | None = None, **said: Any) -> Member:
    """Somebody in mandate since last year, with the role and the second factor that go with it."""
    if user or said:
        return _member(office, quality, user, said)
    (number,) = recorded(f"a member {office} {quality}", lambda: (_member(office, quality, None, {}).pk,))
    return Member.objects.select_related("user").get(pk=number)


def _member(office: str, quality: str, user: User | None, said: dict[str, Any]) -> Member:
    roles: list[str] = [Role.EXTERNAL_EXPERT if quality == Quality.EXPERT else Role.COMMITTEE_MEMBER] + (
        [ROLE_OF_OFFICE[office]] if office else []
    )
    user = user or UserFactory(roles=roles)
    member: Member = Member.objects.create(user=user, quality=quality, since=LONG_AGO, **said)
    if quality != Quality.EXPERT:
        started = timezone.localdate() - timedelta(days=365)
        Mandate.objects.create(
            member=member,
            kind=MandateKind.FIRST,
            starts_on=started,
            ends_on=date(started.year + 5, started.month, min(started.day, 28)),
            recorded_at=LONG_AGO,
            recorded_by=user,
        )
    if office:
        OfficeHeld.objects.create(member=member, office=office, since=LONG_AGO, named_by=user)
    declare_interests(member)
    return member


def declare_interests(member: Member, made_on: date | None = None) -> None:
    """An up-to-date public declaration, without a link."""
    member.declarations.create(
        made_on=made_on or timezone.localdate() - timedelta(days=30),
        nothing_to_declare=True,
        address="https://dpi.exemple.fr/declaration",
        recorded_at=timezone.now(),
        recorded_by=member.user,
    )


def a_committee(size: int = 15) -> list[Member]:
    """So many members in mandate, the president first, the delegate second."""
    offices = [{0: Office.PRESIDENT, 1: Office.DELEGATE}.get(place, "") for place in range(size)]
    numbers = recorded(f"a committee of {size}", lambda: tuple(_member(office, Quality.RESEARCH, None, {}).pk for office in offices))
    found = Member.objects.select_related("user").in_bulk(numbers)
    return [found[number] for number in numbers]


def a_session(starts_at: datetime | None = None, *, by: User | None = None, reference: str = "", **said: Any) -> Session:
    """A planned session, in three weeks unless told otherwise; it ends on its day, whenever the test runs."""
    if starts_at or by or reference or said:
        return _session(starts_at, by, reference, said)
    (number,) = recorded("a session", lambda: (_session(None, None, "", {}).pk,))
    return Session.objects.select_related("planned_by").get(pk=number)


def _session(starts_at: datetime | None, by: User | None, reference: str, said: dict[str, Any]) -> Session:
    starts_at = starts_at or (timezone.now() + timedelta(days=21)).astimezone(PARIS).replace(hour=9, minute=30)
    ends_at = min(starts_at + timedelta(hours=4), starts_at.astimezone(PARIS).replace(hour=23, minute=59, second=30))
    by = by or UserFactory(officer=True)
    session: Session = Session.objects.create(
        reference=reference or f"CES-{starts_at.year}-{Session.objects.count() + 1:02d}",
        starts_at=starts_at,
        ends_at=ends_at,
        planned_at=min(timezone.now(), starts_at) - timedelta(days=1),
        planned_by=by,
        **said,
    )
    return session


def an_examination(people: dict[str, Any] | None = None, **changes: Any) -> Examination:
    """A dossier that the committee has received, and its open passage."""
    dossier: Dossier = a_dossier(State.WITH_COMMITTEE, people, **changes)
    found: Examination = Examination.objects.get(dossier=dossier)
    return found


def on_agenda(session: Session, examination: Examination, *, by: User | None = None, **said: Any) -> Item:
    """Put an examination on an agenda, as a row."""
    item: Item = Item.objects.create(
        session=session,
        examination=examination,
        position=session.items.count() + 1,
        added_at=timezone.now(),
        added_by=by or session.planned_by,
        **said,
    )
    return item


def on_its_day(session: Session) -> Session:
    """A session whose hour has come: it may be opened."""
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=3))
    return session


def seat(session: Session, members: list[Member], presence: str = Presence.PRESENT) -> None:
    """Note members as being in a session in this way."""
    for member in members:
        Attendance.objects.update_or_create(session=session, member=member, defaults={"presence": presence, "noted_at": timezone.now()})
