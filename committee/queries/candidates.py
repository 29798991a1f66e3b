"""Who could report on a dossier, best first, each with what speaks for and against: in a number of queries that does not grow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.functional import cached_property

from accounts.models import RoleGrant
from committee.allocation_rules import Candidate, obstacles
from committee.models import Allocation, Examination, Member, Recusal
from committee.reference import Rules, rules_on
from committee.services.conflicts import Reason, conflicts_of
from committee.services.declarations import is_stale, last_made
from committee.services.interests import pending_doubts
from requests_app.checking.forbidden import without_accents
from requests_app.models import Content, Dossier
from requests_app.policies import REPORTING
from workflow.periods import PARIS, paris_day

#: The texts of a dossier in which the keywords of an expertise are looked for.
READ = ("title", "acronym", "lay_summary", "aims", "method", "population", "targeting")


@dataclass(frozen=True)
class Proposal:
    """Somebody who could report, or why not."""

    candidate: Candidate
    obstacles: tuple[Any, ...]
    most: int
    #: One of those whom the site would choose.
    is_proposed: bool = False

    @property
    def member(self) -> Member:
        """The person."""
        found: Member = self.candidate.member
        return found

    @property
    def may_be_chosen(self) -> bool:
        """Does nothing stand against it?"""
        return not self.obstacles


def month_of(at: datetime) -> tuple[datetime, datetime]:
    """The calendar month of an instant, in Paris: its first instant, and that of the next month."""
    first = paris_day(at).replace(day=1)
    return tuple(datetime.combine(day, time.min, tzinfo=PARIS) for day in (first, first + relativedelta(months=1)))  # type: ignore[return-value]


def loads_in_month(at: datetime, members: Iterable[int] | None = None) -> dict[int, int]:
    """How many dossiers were allocated to each member in the calendar month; what was taken back does not count. One query."""
    since, until = month_of(at)
    rows = Allocation.objects.filter(allocated_at__gte=since, allocated_at__lt=until, ended_at=None)
    if members is not None:
        rows = rows.filter(member__in=list(members))
    return Counter(rows.order_by("pk").values_list("member_id", flat=True))


def candidates_for(examination: Examination, members: list[Member], at: datetime) -> list[Candidate]:
    """What is known of these people as possible rapporteurs on this dossier; the members bring their domains."""
    known = _Known(examination, members, at)
    return [known.of(member) for member in members]


def everybody() -> list[Member]:
    """Members and experts among whom rapporteurs are chosen, with what a proposal says of them."""
    return list(
        Member.objects.filter(active=True).select_related("user").prefetch_related("domains").order_by(*Member._meta.ordering or ())
    )


def proposals_for(examination: Examination, at: datetime) -> list[Proposal]:
    """Everybody, best first: those who may be chosen, by expertise, then by the fewest dossiers this month, then by name."""
    figures = rules_on(paris_day(at))
    known = [one for one in candidates_for(examination, everybody(), at) if one.may_report and not one.reports_already]
    rated = [(one, tuple(obstacles(one, figures))) for one in known]
    rated.sort(key=lambda pair: (bool(pair[1]), -pair[0].fit, pair[0].load))  # stable: by name last
    lacking = figures.rapporteurs - examination.allocations.filter(ended_at=None).count()
    return [_proposal(place < lacking, *pair, figures) for place, pair in enumerate(rated)]


def _proposal(is_wanted: bool, one: Candidate, against: tuple[Any, ...], figures: Rules) -> Proposal:
    return Proposal(one, against, figures.dossiers_a_month, is_wanted and not against and not one.member.is_expert)


class _Known:
    """What several people's candidatures need, read at once."""

    def __init__(self, examination: Examination, members: list[Member], at: datetime) -> None:
        self.examination, self.members, self.at = examination, members, at
        self.day: date = paris_day(at)
        self.keys = [member.pk for member in members]

    def of(self, member: Member) -> Candidate:
        """One person's candidature."""
        return Candidate(
            member=member,
            may_report=member.pk in self._reporting,
            has_access=member.user_id in self._with_access,
            declared_on=self._declared.get(member.pk),
            is_stale=is_stale(self._declared.get(member.pk), self.day),
            load=self._loads.get(member.pk, 0),
            withdrew=member.pk in self._withdrew,
            in_doubt=member.pk in self._in_doubt,
            reports_already=member.pk in self._rapporteurs,
            conflicts=tuple(reason.words for reason in self._conflicts[member.pk]),
            domains=tuple(term.label for term in member.domains.all() if term.pk in self._domains),
            keywords=tuple(word for word in member.keyword_list if self._speaks_of(word)),
        )

    @cached_property
    def _reporting(self) -> set[int]:
        return set(Member.objects.reporting(self.day).filter(pk__in=self.keys).values_list("pk", flat=True))

    @cached_property
    def _with_access(self) -> set[int]:
        granted = RoleGrant.objects.live().filter(user__committee_member__in=self.keys, role__in=REPORTING, user__is_active=True)
        return set(granted.values_list("user_id", flat=True))

    @cached_property
    def _declared(self) -> dict[int, date]:
        return last_made(self.members)

    @cached_property
    def _loads(self) -> dict[int, int]:
        return loads_in_month(self.at, self.keys)

    @cached_property
    def _withdrew(self) -> set[int]:
        rows = Recusal.objects.filter(dossier=self.examination.dossier_id, lifted_at=None)
        return set(rows.values_list("member_id", flat=True))

    @cached_property
    def _in_doubt(self) -> set[int]:
        return set(pending_doubts(self.examination).values_list("member_id", flat=True))

    @cached_property
    def _rapporteurs(self) -> set[int]:
        return set(self.examination.allocations.filter(ended_at=None).values_list("member_id", flat=True))

    @cached_property
    def _conflicts(self) -> dict[int, list[Reason]]:
        return conflicts_of(self.members, Dossier.objects.for_page().get(pk=self.examination.dossier_id))

    @cached_property
    def _content(self) -> Content:
        return Content.objects.get(dossier=self.examination.dossier_id)

    @cached_property
    def _domains(self) -> set[int]:
        return {term.pk for term in self._content.chosen("domains")}

    @cached_property
    def _words(self) -> str:
        return without_accents(" ".join(str(getattr(self._content, name)) for name in READ))

    def _speaks_of(self, keyword: str) -> bool:
        """Does the dossier use the keyword, from the beginning of a word on (“épilepsie” finds “épilepsies”)?"""
        plain = without_accents(keyword).strip()
        return bool(plain) and re.search(rf"(?<!\w){re.escape(plain)}", self._words) is not None
