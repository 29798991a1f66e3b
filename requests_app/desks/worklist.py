"""The work-list: which dossiers are on somebody's desk, sorted into lists with their counts; a few queries whatever the number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from requests_app.desks.queries import replaced_by
from requests_app.models import Dossier, DossierVersion
from requests_app.policies import may_on_site, site_roles
from requests_app.slots import TASKED
from requests_app.states import FINAL, Procedure, State
from workflow.models import Task
from workflow.periods import is_working_day

#: “Due soon”: within so many working days, today included.
SOON_WORKING_DAYS = 3

MINE, UNASSIGNED, TURN, SOON, OVERDUE, RETURNED, WAITING, PROPOSED, ALL = (
    "mine",
    "unassigned",
    "turn",
    "soon",
    "overdue",
    "returned",
    "waiting",
    "proposed",
    "all",
)
LABELS: dict[str, Any] = {
    MINE: _("Mine"),
    UNASSIGNED: _("Unassigned"),
    TURN: _("My turn"),
    SOON: _("Due soon"),
    OVERDUE: _("Overdue"),
    RETURNED: _("Returned"),
    WAITING: _("Waiting for the applicant"),
    PROPOSED: _("Decision to take"),
    ALL: _("All"),
}
EMPTY: dict[str, Any] = {
    MINE: _("No dossier under way is entrusted to you. Look at the unassigned ones."),
    UNASSIGNED: _("Every dossier under way has an officer."),
    TURN: _("No dossier waits for you."),
    SOON: _("Nothing is due within three working days."),
    OVERDUE: _("Nothing is overdue."),
    RETURNED: _("No completed dossier waits to be checked again."),
    WAITING: _("No applicant is expected to act."),
    PROPOSED: _("No expired period asks for a decision."),
    ALL: _("No dossier has come to your desk yet."),
}
OFFICERS_LISTS = (MINE, UNASSIGNED, SOON, OVERDUE, RETURNED, WAITING, PROPOSED, ALL)
OTHERS_LISTS = (TURN, SOON, OVERDUE, ALL)

#: In which states a role that is not the secretariat's is expected to act.
TURNS: dict[str, frozenset[str]] = {
    Role.COMMITTEE_PRESIDENT: frozenset({State.WITH_COMMITTEE}),
    Role.COMMITTEE_MEMBER: frozenset({State.WITH_COMMITTEE}),
    Role.CNIL_LIAISON: frozenset({State.WITH_CNIL}),
    Role.LEGAL_OFFICER: frozenset({State.CONTRACTING}),
    Role.CNAM_AGENT: frozenset({State.IN_PREPARATION}),
}

SORTS: dict[str, tuple[Any, ...]] = {
    "due": (F("next_due__due_on").asc(nulls_last=True), F("state_since").asc(nulls_last=True)),
    "reference": (F("reference").asc(),),
    "title": (Lower(Func(F("content__title"), function="unaccent")).asc(),),
    "procedure": (F("procedure").asc(),),
    "state": (F("state").asc(),),
    "since": (F("state_since").asc(nulls_last=True),),
    "officer": (F("officer__last_name").asc(nulls_last=True), F("officer__first_name").asc(nulls_last=True)),
}
COLUMNS = (
    "pk",
    "reference",
    "procedure",
    "state",
    "state_since",
    "content__title",
    "content__acronym",
    "amends__reference",
    "officer__first_name",
    "officer__last_name",
    "next_due__code",
    "next_due__due_on",
    "next_due__paused",
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything that is not understood is left out."""

    list: str = ALL
    procedure: str = ""
    state: str = ""
    officer: int | None = None
    words: str = ""
    sort: str = "due"

    @property
    def is_narrowed(self) -> bool:
        """Does a filter narrow the list?"""
        return bool(self.procedure or self.state or self.officer or self.words)

    @property
    def query(self) -> str:
        """The address's query that asks for exactly this, in one spelling; the page left out."""
        query = QueryDict(mutable=True)
        said = {"list": self.list, "procedure": self.procedure, "state": self.state, "officer": self.officer or "", "q": self.words}
        query.update({name: str(value) for name, value in said.items() if value})
        if self.sort != "due":
            query["sort"] = self.sort
        return query.urlencode()


def lists_of(user: Any) -> tuple[str, ...]:
    """The lists that make sense for somebody's roles, the one shown first in front."""
    if may_on_site(user, "instruct"):
        return OFFICERS_LISTS
    return OTHERS_LISTS if turns_of(user) else OTHERS_LISTS[1:]


def first_list(user: Any) -> str:
    """The list that answers “what must I do today?”."""
    lists = lists_of(user)
    return lists[0] if lists[0] in (MINE, TURN) else ALL


def turns_of(user: Any) -> frozenset[str]:
    """The states in which somebody's roles are expected to act."""
    return frozenset().union(*(TURNS.get(role, frozenset()) for role in site_roles(user)))


def asked(user: Any, query: Mapping[str, Any]) -> Asked:
    """What an address asks for."""
    wanted, sort, officer = query.get("list", ""), query.get("sort", "due"), query.get("officer", "")
    return Asked(
        list=wanted if wanted in lists_of(user) else first_list(user),
        procedure=query.get("procedure", "") if query.get("procedure") in Procedure.values else "",
        state=query.get("state", "") if query.get("state") in State.values else "",
        officer=int(officer) if officer.isascii() and officer.isdigit() and len(officer) < 12 else None,
        words=query.get("q", "").replace("\0", "").strip()[:100],
        sort=sort if sort.removeprefix("-") in SORTS else "due",
    )


def asked_in(user: Any, query: str) -> Asked:
    """What the query of an address asks for."""
    return asked(user, QueryDict(query[:2000]))


def soon_until(today: date) -> date:
    """The last day that is “soon”: the third working day counted from tomorrow."""
    day, left = today, SOON_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def conditions(user: Any, today: date) -> dict[str, Q]:
    """What puts a dossier on each of somebody's lists."""
    under_way, runs = ~Q(state__in=FINAL), Q(next_due__paused=False)
    tasks = Task.objects.filter(closed_at=None, audience__in=site_roles(user))
    filed_again = DossierVersion.objects.filter(dossier=OuterRef("pk"), number__gte=2)
    every = {
        MINE: under_way & Q(officer__in=[user.pk, *replaced_by(user, today)]),
        UNASSIGNED: under_way & Q(officer=None),
        TURN: Q(state__in=turns_of(user)),
        SOON: runs & Q(next_due__due_on__gte=today, next_due__due_on__lte=soon_until(today)),
        OVERDUE: runs & Q(next_due__due_on__lt=today),
        RETURNED: Q(Exists(filed_again), state=State.SUBMITTED),
        WAITING: Q(state__in=[State.INCOMPLETE, State.CNIL_INCOMPLETE]) | Q(state=State.OPINION_GIVEN, cnil_wished_at=None),
        PROPOSED: Q(pk__in=_of(tasks, Dossier.subject_type)) | _below(tasks),
        ALL: Q(),
    }
    return {code: every[code] for code in lists_of(user)}


def _of(tasks: Any, subject_type: str) -> Any:
    return tasks.filter(subject_type=subject_type).order_by().values("subject_id")


def _below(tasks: Any) -> Q:
    """The dossiers from which something hangs that one of these tasks asks about."""
    found = Q(pk__in=[])
    for one in TASKED:
        found |= Q(pk__in=one.dossiers(_of(tasks, one.key)))
    return found


def desk_of(user: Any) -> Any:
    """Every filed dossier that has come to somebody's desk."""
    return Dossier.objects.visible_to(user).exclude(state=State.DRAFT)


def listed(user: Any, wanted: Asked, today: date) -> Any:
    """The dossiers of a list, narrowed and sorted; nothing that the order does not need is joined."""
    rows = desk_of(user).filter(conditions(user, today)[wanted.list])
    if wanted.procedure:
        rows = rows.filter(procedure=wanted.procedure)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.officer:
        rows = rows.filter(officer=wanted.officer)
    if wanted.words:
        rows = rows.filter(_found_by(wanted.words))
    return rows.order_by(*_order(wanted.sort))


def with_columns(dossiers: Any) -> Any:
    """What a row shows of each dossier, as plain values, in the same query."""
    tasks = Task.objects.filter(closed_at=None)
    own = tasks.filter(subject_type=Dossier.subject_type, subject_id=OuterRef("pk"))
    return dossiers.values(*COLUMNS, proposed=Exists(own) | _below(tasks))


def in_order(keys: Sequence[int]) -> list[dict[str, Any]]:
    """What a row shows of these dossiers, in the order of the keys: sorting thousands moved only their keys about."""
    found = {row["pk"]: row for row in with_columns(Dossier.objects.filter(pk__in=keys)).order_by()}
    return [found[key] for key in keys if key in found]


def _found_by(words: str) -> Q:
    """Every word stands in the reference, the acronym or the title, accents and letter case ignored."""
    found = Q()
    for word in words.split():
        found &= Q(reference__icontains=word) | Q(content__acronym__unaccent__icontains=word) | Q(content__title__unaccent__icontains=word)
    return found


def _order(sort: str) -> list[Any]:
    keys = [key.copy() for key in SORTS[sort.removeprefix("-")]]
    if sort.startswith("-"):
        for key in keys:
            key.reverse_ordering()
            key.nulls_last, key.nulls_first = (True, None) if key.nulls_first else (key.nulls_last, key.nulls_first)
    return [*keys, "pk"]
