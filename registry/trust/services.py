"""Taking a fiche out of the registry and putting it back: the address stays, and says when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.models import Fiche, FicheVersion
from registry.publication import write
from registry.trust.models import Ground, Withdrawal
from requests_app.policies import may_on_site
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

RESTORED = "restored"


def _locked(number: str, by: Any) -> Fiche:
    if not may_on_site(by, "withdraw_fiche"):
        raise NotAllowed(_("Only the head of the secretariat takes a fiche out of the registry or puts it back."))
    fiche: Fiche = Fiche.objects.select_for_update().get(number=number)
    return fiche


@transaction.atomic
def withdraw(number: str, *, ground: str, reason: str, by: Any, at: datetime) -> Withdrawal:
    """Take a fiche out of the registry: nothing that it said is shown any more; the reason is public.

    Raises NotAllowed, WrongState when it is withdrawn already, RuleBroken without a ground of the list or without a reason.
    """
    fiche = _locked(number, by)
    if not fiche.live:
        raise WrongState(_("This fiche is withdrawn already."))
    broken = []
    if ground not in Ground.values:
        broken.append(Broken(_("Choose a ground of the list."), where="ground"))
    if not reason.strip():
        broken.append(Broken(_("Say why, in words for the public."), where="reason"))
    if broken:
        raise RuleBroken(*broken)
    write(fiche, {"live": False}, at=at, because=ground, reason=reason.strip())
    return Withdrawal.objects.create(fiche=fiche, version=_last(fiche), ground=ground, by=by)


@transaction.atomic
def restore(number: str, *, reason: str, shows_earlier: bool, by: Any, at: datetime) -> Withdrawal:
    """Put a withdrawn fiche back, as its dossier now makes it.

    What it had said before stays unshown unless `shows_earlier` says otherwise. Raises NotAllowed, WrongState when it is not withdrawn,
    RuleBroken without a reason.
    """
    fiche = _locked(number, by)
    withdrawal = Withdrawal.objects.in_force().filter(fiche=fiche).first()
    if fiche.live or withdrawal is None:
        raise WrongState(_("This fiche is not withdrawn."))
    if not reason.strip():
        raise RuleBroken(Broken(_("Say why, in words for the public."), where="reason"))
    write(fiche, {"live": True}, at=at, because=RESTORED, reason=reason.strip())
    withdrawal.restored, withdrawal.restored_by, withdrawal.shows_earlier = _last(fiche), by, shows_earlier
    withdrawal.save(update_fields=["restored", "restored_by", "shows_earlier"])
    return withdrawal


def _last(fiche: Fiche) -> FicheVersion:
    return FicheVersion.objects.get(fiche=fiche, number=fiche.version)
