"""Who is of the committee, for what, and what they do beside sitting; the roles of the site follow by themselves (`access`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Term
from committee.models import Mandate, Member, OfficeHeld
from committee.policies import may_on_site
from committee.services.access import settle_roles
from committee.states import Office, Quality
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

APPOINTMENT_LAW = "décret 2019-536, art. 92"
#: What is said of a member, the person aside.
SAID = ("quality", "institution", "profession", "keywords", "active")
#: Of these, what the journal repeats; of free texts it says only that they changed.
CODES = ("quality", "active")


def allow(by: Any, action: str) -> None:
    """Raise NotAllowed unless a role of the whole site allows the action."""
    if not may_on_site(by, action):
        raise NotAllowed(_("Your role does not allow this."))


@transaction.atomic
def add_member(*, user: User, by: User, at: datetime, domains: Iterable[Term] = (), **said: Any) -> Member:
    """Enter somebody in the committee or on the list of its experts; a mandate is recorded apart. Raises NotAllowed, RuleBroken."""
    allow(by, "keep_members")
    _require_person(user, by)
    member: Member = Member.objects.create(user=user, since=at, **said)
    member.domains.set(domains)
    record(member, "enter_member", by=by, at=at, law=APPOINTMENT_LAW, facts={"quality": member.quality})
    settle_roles(member, at=at)
    return member


def _require_person(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise RuleBroken(Broken(_("Nobody enters themselves: ask a colleague."), where="email"))
    if not user.is_active or user.is_system or user.email_verified_at is None:
        raise RuleBroken(Broken(_("This person has not confirmed their e-mail address yet."), where="email"))
    if Member.objects.filter(user=user).exists():
        raise RuleBroken(Broken(_("This person is in the committee's list already."), where="email"))


@transaction.atomic
def update_member(member: Member, *, by: User, at: datetime, domains: Iterable[Term], **said: Any) -> Member:
    """Change what is said of a member; who sits cannot become an external expert. Raises NotAllowed, RuleBroken."""
    allow(by, "keep_members")
    held: Member = Member.objects.select_for_update().get(pk=member.pk)
    if said.get("quality") == Quality.EXPERT and Mandate.objects.filter(member=held, ends_on__gt=paris_day(at)).exists():
        raise RuleBroken(Broken(_("This person has a mandate: an external expert does not sit."), APPOINTMENT_LAW, "quality"))
    changed = [name for name in SAID if name in said and getattr(held, name) != said[name]]
    for name in changed:
        setattr(held, name, said[name])
    held.save(update_fields=changed)
    kept = set(domains)
    if kept != set(held.domains.all()):
        held.domains.set(kept)
        changed.append("domains")
    if changed:
        codes = {name: said[name] for name in changed if name in CODES}
        record(held, "change_member", by=by, at=at, facts={"changed": changed, **codes})
    settle_roles(held, at=at)
    return held


@transaction.atomic
def name_to_office(member: Member, *, office: str, by: User, at: datetime) -> OfficeHeld:
    """Name a sitting member to an office: the president names delegates, the order of appointment the two others.

    Raises NotAllowed, RuleBroken.
    """
    allow(by, "name_delegates" if office == Office.DELEGATE else "keep_members")
    list(Member.objects.select_for_update().filter(pk=member.pk))
    _require_free_office(member, office, at)
    held = OfficeHeld.objects.create(member=member, office=office, since=at, named_by=by)
    record(member, "name_to_office", by=by, at=at, law=APPOINTMENT_LAW, facts={"office": office})
    settle_roles(member, at=at)
    return held


def _require_free_office(member: Member, office: str, at: datetime) -> None:
    if not Member.objects.sitting(paris_day(at)).filter(pk=member.pk).exists():
        raise RuleBroken(Broken(_("Only a member in mandate holds an office."), APPOINTMENT_LAW, "office"))
    if OfficeHeld.objects.filter(member=member, ended_at=None).exists():
        raise RuleBroken(Broken(_("This member holds an office already: end it first."), where="office"))
    if office == Office.PRESIDENT and OfficeHeld.objects.filter(office=office, ended_at=None).exists():
        raise RuleBroken(Broken(_("The committee has a president: end that office first."), APPOINTMENT_LAW, "office"))


@transaction.atomic
def end_office(held: OfficeHeld, *, by: Any, at: datetime) -> OfficeHeld:
    """End an office; the member sits on. Raises NotAllowed, WrongState."""
    allow(by, "name_delegates" if held.office == Office.DELEGATE else "keep_members")
    found = OfficeHeld.objects.select_for_update(of=("self",)).select_related("member").get(pk=held.pk)
    if found.ended_at is not None:
        raise WrongState(_("This office has ended already."))
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    record(found.member, "end_office", by=by, at=at, law=APPOINTMENT_LAW, facts={"office": found.office})
    settle_roles(found.member, at=at)
    return found
