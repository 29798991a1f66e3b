"""Give one's signature to somebody else of the same body, between two days, with the deed that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.policies import organisations_with
from accounts.roles import Role
from contracts.signing import rules
from contracts.signing.models import Delegation, Signatory, SignatureRequest
from contracts.signing.notifications import tell_signatory
from contracts.signing.policies import may
from contracts.signing.services.chaining import note
from contracts.signing.services.signing import held
from contracts.signing.states import NEEDED, Happening, Stage
from files.checks import inspect
from files.quarantine import admit, first_state
from requests_app.pieces import deleted_on_failure
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState


@dataclass(frozen=True)
class Deed:
    """To whom, between which days, and the file that proves it."""

    to: Any
    since: date
    until: date
    file: Any


def may_receive(signatory: Signatory) -> list[Any]:
    """Who may be given a signature: the verified members of the body, without who is asked already."""
    asked = Signatory.objects.filter(request=signatory.request_id, person__isnull=False, stage__in=[*sorted(NEEDED), Stage.SIGNED])
    rows = Membership.objects.verified().filter(organisation=signatory.party.organisation_id).exclude(user=signatory.person_id)
    rows = rows.exclude(user__in=asked.order_by().values("person"))
    return [row.user for row in rows.select_related("user").order_by("user__last_name", "user__first_name", "pk")]


def delegate(signatory: Signatory, deed: Deed, *, by: Any, at: datetime) -> Signatory:
    """Put somebody else in the place of who is asked, under a delegation. Raises NotAllowed, WrongState, RuleBroken."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        request, signatory, at = held(signatory, at)
        rules.require_open(request, at)
        _require_deed(signatory, deed, paris_day(at))
        delegation = Delegation(organisation_id=signatory.party.organisation_id, given_by=signatory.person, given_to=deed.to, added_by=by)
        delegation.since, delegation.until, delegation.added_at, delegation.scan_state = deed.since, deed.until, at, first_state()
        for name, value in inspect(deed.file).columns().items():
            setattr(delegation, name, value)
        delegation.file.save(delegation.storage_name, deed.file, save=False)
        kept.append(delegation)
        delegation.save()
        admit(delegation)
        return _put_in_place(request, signatory, delegation, by=by, at=at)


def _require_deed(signatory: Signatory, deed: Deed, today: date) -> None:
    if signatory.stage not in NEEDED:
        raise WrongState(_("This signature is not awaited any more."))
    if signatory.delegation_id or signatory.person is None:
        raise RuleBroken(Broken(_("A signature that was given to somebody is not given on.")))
    if signatory.party.organisation_id not in organisations_with(signatory.person, Role.SIGNATORY):
        told = {"party": signatory.party.name}
        raise RuleBroken(Broken(_("Your right to commit %(party)s has ended, or was never recorded.") % told, rules.DELEGATION))
    if deed.to not in may_receive(signatory):
        raise RuleBroken(Broken(_("Choose a verified member of the same body."), where="to"))
    if deed.until < deed.since or deed.until < today:
        raise RuleBroken(Broken(_("This delegation ends before it begins, or has ended already."), where="until"))


@transaction.atomic
def end_delegation(signatory: Signatory, *, by: Any, at: datetime) -> Signatory:
    """End the delegation under which somebody is asked: from here nobody signs under it, and whoever gave it is asked again.

    Raises NotAllowed, WrongState, RuleBroken.
    """
    request, signatory, at = held(signatory, at)
    rules.require_open(request, at)
    delegation = signatory.delegation
    if delegation is None or signatory.stage not in NEEDED:
        raise WrongState(_("Nobody is asked to sign under this delegation any more."))
    if delegation.given_by_id != by.pk and not may(by, "add_scan", request):
        raise NotAllowed(_("A delegation is ended by whoever gave it, or by the operator."))
    delegation.ended_at = at
    delegation.save(update_fields=["ended_at"])
    was_invited = signatory.is_their_turn
    signatory.stage = Stage.REVOKED
    signatory.save(update_fields=["stage"])
    back = _take_place(signatory, delegation.given_by, None, at if was_invited else None)
    told = {"delegation": delegation.pk, "to": back.pk}
    record(request, "end_delegation", by=by, at=at, facts={"signatory": signatory.pk} | told)
    note(request, Happening.DELEGATION_ENDED, by=by, at=at, signatory=signatory, **told)
    _invite(request, back, by=by, at=at)
    return back


def _put_in_place(request: SignatureRequest, signatory: Signatory, delegation: Delegation, *, by: Any, at: datetime) -> Signatory:
    was_invited = signatory.is_their_turn
    signatory.stage = Stage.DELEGATED
    signatory.save(update_fields=["stage"])
    taken = _take_place(signatory, delegation.given_to, delegation, at if was_invited else None)
    told = {"delegation": delegation.pk, "deed_sha256": delegation.sha256, "since": delegation.since.isoformat()}
    told |= {"until": delegation.until.isoformat(), "to": taken.pk}
    record(request, "delegate", by=by, at=at, facts={"signatory": signatory.pk} | told)
    note(request, Happening.DELEGATED, by=by, at=at, signatory=signatory, **told)
    _invite(request, taken, by=by, at=at)
    return taken


def _take_place(signatory: Signatory, person: Any, delegation: Delegation | None, invited_at: datetime | None) -> Signatory:
    """Another row in the place of one that is awaited no more: the same party, field and rank."""
    same = {name: getattr(signatory, name) for name in ("request", "party", "order_group", "method", "field")}
    function = "" if delegation or signatory.replaces is None else signatory.replaces.function
    stage = Stage.INVITED if invited_at else Stage.WAITING
    told = {"person": person, "name": person.full_name, "function": function, "delegation": delegation, "stage": stage}
    return Signatory.objects.create(replaces=signatory, invited_at=invited_at, **same, **told)


def _invite(request: SignatureRequest, signatory: Signatory, *, by: Any, at: datetime) -> None:
    if signatory.is_their_turn:
        note(request, Happening.INVITED, by=by, at=at, signatory=signatory)
        tell_signatory(signatory, "invited", at)
