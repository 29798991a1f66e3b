"""The roles of the site that go with a mandate, an office or the list of experts: given and taken back by the system, never by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import Q
from guardian.shortcuts import remove_perm

from accounts.models import RoleGrant, User
from accounts.policies import forget
from accounts.roles import Role
from accounts.services import end_role, grant_role
from committee.models import Allocation, Mandate, Member, OfficeHeld
from committee.services.interests import recuse_from_open
from committee.states import Office
from requests_app.policies import RAPPORTEUR
from workflow.engine import record
from workflow.periods import paris_day

ROLE_OF_OFFICE = {
    Office.PRESIDENT.value: Role.COMMITTEE_PRESIDENT.value,
    Office.VICE_PRESIDENT.value: Role.COMMITTEE_DELEGATE.value,
    Office.DELEGATE.value: Role.COMMITTEE_DELEGATE.value,
}
#: Why a report is taken back when nobody said so.
MANDATE_OVER = "mandate"
#: The roles that follow from this list; no other is touched.
FOLLOWING = frozenset({Role.COMMITTEE_MEMBER.value, Role.EXTERNAL_EXPERT.value, *ROLE_OF_OFFICE.values()})


def roles_due(member: Member, at: datetime) -> frozenset[str]:
    """The roles that a member ought to hold at an instant; on the day on which a mandate ends, none of them."""
    if not member.user.is_active:
        return frozenset()
    if member.is_expert:
        return frozenset({Role.EXTERNAL_EXPERT.value}) if member.active else frozenset()
    if not Mandate.objects.covering(paris_day(at)).filter(member=member).exists():
        return frozenset()
    offices = OfficeHeld.objects.filter(member=member, ended_at=None).values_list("office", flat=True)
    return frozenset({Role.COMMITTEE_MEMBER.value} | {ROLE_OF_OFFICE[office] for office in offices})


@cache
def is_due(role: str) -> Callable[[User, datetime], bool]:
    """Whether somebody ought to hold this role of the committee at an instant."""

    def owed(user: User, at: datetime) -> bool:
        member = Member.objects.filter(user=user).select_related("user").first()
        return member is not None and role in roles_due(member, at)

    return owed


@transaction.atomic
def settle_roles(member: Member, *, at: datetime) -> bool:
    """Give and take back what follows from the member's mandate and offices; says whether anything changed."""
    due, system = roles_due(member, at), User.objects.system()
    if Role.COMMITTEE_MEMBER not in due:
        _end_offices(member, at)
    live = RoleGrant.objects.live().filter(user=member.user_id, role__in=FOLLOWING, organisation=None)
    held = {grant.role: grant for grant in live}
    for role in sorted(held.keys() - due):
        end_role(grant=held[role], by=system, at=at)
    for role in sorted(due - held.keys()):
        grant_role(user=member.user, role=role, by=system, at=at)
    forget(member.user)
    if due - held.keys():
        recuse_from_open(member, at)
    if not due:
        _free_of_reports(member, at)
    if due == held.keys():
        return False
    facts = {"given": sorted(due - held.keys()), "taken": sorted(held.keys() - due)}
    record(member, "settle_access", by=system, at=at, facts=facts)
    return True


def _end_offices(member: Member, at: datetime) -> None:
    """Who no longer sits holds no office."""
    for held in OfficeHeld.objects.filter(member=member, ended_at=None):
        record(member, "end_office", by=User.objects.system(), at=at, facts={"office": held.office})
    OfficeHeld.objects.filter(member=member, ended_at=None).update(ended_at=at)


def _free_of_reports(member: Member, at: datetime) -> None:
    """Who no longer sits no longer reports: what was not filed is to be allocated anew."""
    open_ones = Allocation.objects.filter(member=member, ended_at=None, examination__closed_at=None)
    unfiled = open_ones.filter(Q(report=None) | Q(report__filed_at=None)).select_related("examination__dossier")
    for allocation in unfiled:
        dossier = allocation.examination.dossier
        facts = {"member": member.pk, "allocation": allocation.pk}
        record(dossier, "end_allocation", by=User.objects.system(), at=at, facts=facts)
        allocation.ended_at, allocation.ended_because = at, MANDATE_OVER
        allocation.save(update_fields=["ended_at", "ended_because"])
        remove_perm(RAPPORTEUR, member.user, dossier)
