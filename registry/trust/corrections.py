"""What the public asks to correct in a fiche, and the answer: accepted and then corrected by a version, or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.utils.translation import gettext as _

from registry.models import Fiche, FicheVersion, Kind
from registry.trust import notifications
from registry.trust.links import CONFIRMATION
from registry.trust.models import Correction, State
from requests_app.policies import may_on_site
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: How long an address is kept once everything was answered.
KEPT = timedelta(days=30)


class Median(Aggregate):
    """The value that half of the rows do not exceed."""

    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@transaction.atomic
def ask(fiche: Fiche, *, field: str, wrong: str, email: str, language: str, at: datetime) -> Correction:
    """Somebody of the public says what is wrong in a fiche; an address, if one is given, is written to once it is confirmed."""
    told = {"field": field, "wrong": wrong.strip(), "email": email, "language": language}
    correction = Correction.objects.create(fiche=fiche, read=fiche.version, asked_at=at, **told)
    if correction.email:
        notifications.to_be_confirmed(correction)
    return correction


@transaction.atomic
def confirm(correction: Correction, *, at: datetime) -> None:
    """The address is read by whoever asked: the answers go there; one that was given meanwhile goes at once."""
    locked = Correction.objects.select_for_update().get(pk=correction.pk)
    if locked.email_confirmed_at is None:
        locked.email_confirmed_at = at
        locked.save(update_fields=["email_confirmed_at"])
        if locked.state != State.RECEIVED:
            notifications.answered(locked)


def _for_decision(pk: int, by: Any, *states: State) -> Correction:
    if not may_on_site(by, "edit_registry"):
        raise NotAllowed(_("Only the secretariat answers requests of correction."))
    correction = Correction.objects.select_for_update(of=("self",)).select_related("fiche").get(pk=pk)
    if correction.state not in states:
        raise WrongState(_("This request was answered meanwhile."))
    return correction


@transaction.atomic
def accept(pk: int, *, answer: str, by: Any, at: datetime) -> Correction:
    """The remark is right: the fiche will be corrected, where its words come from. Raises NotAllowed, WrongState."""
    correction = _for_decision(pk, by, State.RECEIVED)
    correction.state, correction.answer = State.ACCEPTED, answer.strip()
    return _answered(correction, by, at)


@transaction.atomic
def refuse(pk: int, *, answer: str, by: Any, at: datetime) -> Correction:
    """The fiche stays as it is, for a reason that is told. Raises NotAllowed, WrongState, RuleBroken without a reason."""
    correction = _for_decision(pk, by, State.RECEIVED)
    if not answer.strip():
        raise RuleBroken(Broken(_("Say why the fiche stays as it is."), where="answer"))
    correction.state, correction.answer, correction.closed_at = State.REFUSED, answer.strip(), at
    return _answered(correction, by, at)


def _answered(correction: Correction, by: Any, at: datetime) -> Correction:
    correction.answered_by, correction.answered_at = by, at
    correction.save(update_fields=["state", "answer", "answered_by", "answered_at", "closed_at"])
    notifications.answered(correction)
    return correction


def correcting(correction: Correction) -> FicheVersion | None:
    """The latest version of the fiche that came after the answer and may hold the correction."""
    later = correction.fiche.versions.filter(number__gt=correction.read, at__gte=correction.answered_at)
    found: FicheVersion | None = later.exclude(kind=Kind.WITHDRAWN).select_related("fiche").order_by("-number").first()
    return found


@transaction.atomic
def settle(pk: int, *, by: Any, at: datetime) -> Correction:
    """The fiche was corrected by its latest version. Raises NotAllowed, WrongState, RuleBroken while there is no newer version."""
    correction = _for_decision(pk, by, State.ACCEPTED)
    version = correcting(correction)
    if version is None:
        raise RuleBroken(Broken(_("The fiche did not change since you accepted the request: correct it first.")))
    correction.state, correction.corrected, correction.closed_at = State.CORRECTED, version, at
    correction.save(update_fields=["state", "corrected", "closed_at"])
    notifications.answered(correction)
    return correction


def forget_addresses(at: datetime) -> int:
    """Erase the addresses that serve nothing any more; the answer is how many."""
    past = Correction.objects.with_an_address_kept_too_long(at - CONFIRMATION, at - KEPT)
    return past.update(email="", email_confirmed_at=None)


@dataclass(frozen=True)
class Tally:
    """What became of the requests: public figures."""

    asked: int
    answered: int
    accepted: int
    corrected: int
    refused: int
    #: Half of the answers came within this number of days; None while there is none.
    days: int | None


def tally(since: datetime) -> Tally:
    """How many requests came since an instant, what became of them, and how long the answers took."""
    rows = Correction.objects.filter(asked_at__gte=since)
    counted = rows.aggregate(
        asked=Count("pk"),
        answered=Count("pk", filter=~Q(state=State.RECEIVED)),
        accepted=Count("pk", filter=Q(state__in=[State.ACCEPTED, State.CORRECTED])),
        corrected=Count("pk", filter=Q(state=State.CORRECTED)),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
        waited=Median(ExpressionWrapper(F("answered_at") - F("asked_at"), DurationField())),
    )
    half = counted.pop("waited")
    return Tally(**counted, days=None if half is None else max(1, ceil(half / timedelta(days=1))))
