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
from contracts.signing.services.chaining import note
from contracts.signing.services.signing import held
from contracts.signing.states import NEEDED, Happening, Stage
from files.checks import inspect
from files.quarantine import admit, first_state
from requests_app.pieces import deleted_on_failure
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState


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


def _put_in_place(request: SignatureRequest, signatory: Signatory, delegation: Delegation, *, by: Any, at: datetime) -> Signatory:
    was_invited = signatory.is_their_turn
    signatory.stage = Stage.DELEGATED
    signatory.save(update_fields=["stage"])
    taken = Signatory.objects.create(
        request=request, party=signatory.party, person=delegation.given_to, name=delegation.given_to.full_name, delegation=delegation,
        order_group=signatory.order_group, method=signatory.method, field=signatory.field, replaces=signatory,
        stage=Stage.INVITED if was_invited else Stage.WAITING, invited_at=at if was_invited else None,
    )  # fmt: skip
    told = {"delegation": delegation.pk, "deed_sha256": delegation.sha256, "since": delegation.since.isoformat()}
    told |= {"until": delegation.until.isoformat(), "to": taken.pk}
    record(request, "delegate", by=by, at=at, facts={"signatory": signatory.pk} | told)
    note(request, Happening.DELEGATED, by=by, at=at, signatory=signatory, **told)
    if was_invited:
        note(request, Happening.INVITED, by=by, at=at, signatory=taken)
        tell_signatory(taken, "invited", at)
    return taken
