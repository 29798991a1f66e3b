"""The committee as its pages list it: each member with mandate, office and declaration, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from committee.models import InterestDeclaration, Mandate, Member, OfficeHeld
from committee.reference import rules_on
from committee.services.declarations import holds_until, is_stale
from committee.states import Quality

#: How the list is cut: code → words.
VIEWS: dict[str, Any] = {
    "sitting": pgettext_lazy("members", "In mandate"),
    "experts": _("External experts"),
    "former": pgettext_lazy("members", "Without a mandate today"),
}
#: How long before its end a mandate is pointed out.
MONTHS_AHEAD = 6


@dataclass(frozen=True)
class Row:
    """One member on a day."""

    member: Member
    mandate: Mandate | None
    offices: tuple[OfficeHeld, ...]
    declaration: InterestDeclaration | None
    day: date

    @property
    def last_day(self) -> date | None:
        """The last day of the mandate."""
        return self.mandate.last_day if self.mandate else None

    @property
    def ends_soon(self) -> bool:
        """Does the mandate end within six months?"""
        return self.mandate is not None and self.mandate.ends_on <= self.day + relativedelta(months=MONTHS_AHEAD)

    @property
    def is_stale(self) -> bool:
        """Is the declaration of interests missing or out of date?"""
        return is_stale(self.declaration.made_on if self.declaration else None, self.day)

    @property
    def holds_until(self) -> date | None:
        """The last day on which the declaration is up to date."""
        return holds_until(self.declaration.made_on, self.day) if self.declaration else None

    @property
    def is_due_soon(self) -> bool:
        """Must the declaration be updated within the days of the reminder?"""
        until = self.holds_until
        return until is not None and not self.is_stale and until - timedelta(days=rules_on(self.day).interests_reminder_days) <= self.day


def rows_of(members: QuerySet[Member], day: date) -> list[Row]:
    """The members with what a list says of them; four queries, whatever their number."""
    running = Prefetch("mandates", Mandate.objects.covering(day), to_attr="running")
    held = Prefetch("offices", OfficeHeld.objects.filter(ended_at=None), to_attr="held")
    made = Prefetch("declarations", InterestDeclaration.objects.order_by("-made_on", "-pk"), to_attr="made")
    found = members.select_related("user").prefetch_related(running, held, made, "domains")
    return [row_of(one, day) for one in found.order_by(*Member._meta.ordering or ())]


def row_of(member: Any, day: date) -> Row:
    """One member, whose mandates, offices and declarations were prefetched."""
    return Row(member, next(iter(member.running), None), tuple(member.held), next(iter(member.made), None), day)


def viewed(view: str, words: str, day: date) -> QuerySet[Member]:
    """The members of one part of the list whose name, profession or expertise says all these words."""
    sitting = Member.objects.sitting(day)
    found: QuerySet[Member] = {
        "sitting": sitting,
        "experts": Member.objects.filter(quality=Quality.EXPERT),
        "former": Member.objects.exclude(quality=Quality.EXPERT).exclude(pk__in=sitting.values("pk")),
    }[view]
    for word in words.split():
        said = Q(user__last_name__unaccent__icontains=word) | Q(user__first_name__unaccent__icontains=word)
        said |= Q(profession__unaccent__icontains=word) | Q(keywords__unaccent__icontains=word) | Q(institution__unaccent__icontains=word)
        found = found.filter(said | Q(pk__in=Member.objects.filter(domains__label_fr__unaccent__icontains=word).values("pk")))
    return found


#: What several members who sit for the same are called together.
TOGETHER: dict[str, Any] = {
    Quality.HEALTH: _("Qualified persons, health"),
    Quality.RESEARCH: _("Qualified persons, research"),
    Quality.PATIENTS: _("Representatives of patients"),
    Quality.INSTITUTION: _("Members proposed by an institution"),
    Quality.EXPERT: _("External experts"),
}


def composition(day: date) -> list[tuple[Any, list[Row]]]:
    """The members in mandate as the public reads them, by what they sit for; offices come first."""
    rows = sorted(rows_of(Member.objects.sitting(day), day), key=lambda row: not row.offices)
    groups = [(quality, [row for row in rows if row.member.quality == quality]) for quality in Quality]
    return [(TOGETHER[quality] if len(among) > 1 else quality.label, among) for quality, among in groups if among]


def stale_count(rows: Iterable[Row]) -> int:
    """How many declarations of these members are missing or out of date."""
    return sum(row.is_stale for row in rows)
