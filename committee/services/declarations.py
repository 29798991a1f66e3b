"""The public declaration of interests of each member: recorded with its links, good for a year, recalled before the year is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from committee.models import DeclaredLink, InterestDeclaration, Member
from committee.policies import may_on_site
from committee.reference import rules_on
from committee.services.interest_letters import tell_stale
from committee.services.interests import recuse_from_open
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken

LAW = "règlement intérieur du CESREES, arrêté du 5 mai 2021, titre 4 ; code de la santé publique, art. L1451-1"


@dataclass(frozen=True)
class Link:
    """One interest as it is declared: with which body, of which kind, from when to when."""

    name: str
    kind: str
    since_year: int
    until_year: int | None = None
    organisation: Organisation | None = None


def holds_until(made_on: date, day: date) -> date:
    """The last day on which a declaration is up to date under the figures of a day: the same day of the next year."""
    return made_on + relativedelta(months=rules_on(day).interests_valid_months)


def is_stale(made_on: date | None, day: date) -> bool:
    """Is there no declaration, or has its year passed?"""
    return made_on is None or day > holds_until(made_on, day)


def last_made(members: Iterable[Member]) -> dict[int, date]:
    """The day of the last declaration of each of these members; who has none is not in it."""
    rows = (
        InterestDeclaration.objects.filter(member__in=[one.pk for one in members]).order_by().values("member").annotate(last=Max("made_on"))
    )
    return {row["member"]: row["last"] for row in rows}


def stale_among(members: Iterable[Member], day: date) -> frozenset[int]:
    """The ids of those whose declaration is missing or out of date: nothing is allocated to them. One query."""
    among = list(members)
    made = last_made(among)
    return frozenset(one.pk for one in among if is_stale(made.get(one.pk), day))


@transaction.atomic
def record_declaration(
    member: Member, *, made_on: date, address: str, nothing_to_declare: bool, links: list[Link], by: User, at: datetime
) -> InterestDeclaration:
    """Record the declaration that a member published; the member does it, or the secretariat for them. Raises NotAllowed, RuleBroken."""
    if by.pk != member.user_id and not may_on_site(by, "keep_members"):
        raise NotAllowed(_("Your role does not allow this."))
    _require_sound(member, made_on, nothing_to_declare, links, paris_day(at))
    told: dict[str, Any] = {"made_on": made_on, "address": address, "nothing_to_declare": nothing_to_declare}
    declaration = InterestDeclaration.objects.create(member=member, recorded_at=at, recorded_by=by, **told)
    for link in links:
        DeclaredLink.objects.create(declaration=declaration, **link.__dict__)
    recuse_from_open(member, at)
    facts = {"declaration": declaration.pk, "made_on": made_on, "links": len(links)}
    record(member, "record_declaration", by=by, at=at, law=LAW, facts=facts)  # last: dossiers are locked before members everywhere
    return declaration


def _require_sound(member: Member, made_on: date, nothing: object, links: list[Link], today: date) -> None:
    before = last_made([member]).get(member.pk)
    broken = []
    if made_on > today:
        broken.append(Broken(_("This date is in the future."), where="made_on"))
    if before is not None and made_on < before:
        broken.append(Broken(_("A later declaration is recorded already."), where="made_on"))
    if bool(nothing) == bool(links):
        broken.append(Broken(_("List the interests, or tick that there is nothing to declare."), LAW, "nothing_to_declare"))
    if broken:
        raise RuleBroken(*broken)


def remind(at: datetime) -> int:
    """Write, once for each stage, to those whose declaration is missing or grows old; the answer is how many are concerned."""
    day = paris_day(at)
    members = list(Member.objects.reporting(day).select_related("user"))
    made, told = last_made(members), 0
    for member in members:
        stage = _stage(made.get(member.pk), day)
        if stage:
            told += 1
            key = f"interests:{stage}:{member.pk}:{made.get(member.pk, '')}"
            tell_stale(member, stage, key)
    return told


def _stage(made_on: date | None, day: date) -> str:
    if made_on is None:
        return "missing"
    if is_stale(made_on, day):
        return "stale"
    ahead = timedelta(days=rules_on(day).interests_reminder_days)
    return "soon" if day >= holds_until(made_on, day) - ahead else ""
