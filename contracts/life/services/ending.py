"""A convention expires, is renewed tacitly, is suspended or terminated; then what was delivered is to be destroyed."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.life.models import DestructionCertificate, PaymentWaiver
from contracts.models import Convention
from contracts.rules import require_said
from contracts.signing.models import SignatureRequest
from contracts.signing.services.ending import cancel
from contracts.states import ENDED, LIVING, OPEN, ConventionState
from files.checks import inspect
from files.quarantine import admit, first_state
from requests_app.pieces import deleted_on_failure
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState
from workflow.seals import text_digest


@transaction.atomic
def waive_payment(convention: Convention, because: str, *, by: Any, at: datetime) -> PaymentWaiver:
    """Note why the data are made available without a quote. Raises NotAllowed, RuleBroken, WrongState."""
    lock_and_reread(convention)
    if convention.state in OPEN | ENDED:
        raise WrongState(_("“%(move)s” is not possible at this stage.") % {"move": _("Note that nothing is to be paid")})
    said = require_said(because, _("Say why nothing is to be paid."))
    if PaymentWaiver.objects.filter(convention=convention).exists():
        raise WrongState(_("It is noted already why nothing is to be paid."))
    salt = secrets.token_hex(16)
    record(convention, "waive_payment", by=by, at=at, facts={"text_sha256": text_digest(salt, said)})
    return PaymentWaiver.objects.create(convention=convention, because=said, salt=salt, by=by, at=at)


def certify_destruction(convention: Convention, on: date, upload: Any, *, by: Any, at: datetime) -> DestructionCertificate:
    """Keep the certificate that what was delivered is destroyed; the obligation ends with it. Raises NotAllowed, RuleBroken, WrongState."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        lock_and_reread(convention)
        _require_destructible(convention, on, paris_day(at))
        row = DestructionCertificate(convention=convention, destroyed_on=on, added_by=by, added_at=at, scan_state=first_state())
        for name, value in inspect(upload).columns().items():
            setattr(row, name, value)
        row.file.save(row.storage_name, upload, save=False)
        kept.append(row)
        row.save()
        admit(row)
        convention.note_destruction(by=by, at=at, on=on, certificate_sha256=row.sha256)
        return row


def _require_destructible(convention: Convention, on: date, today: date) -> None:
    if convention.ended_on is None:
        raise WrongState(_("This convention has not ended: nothing is to be destroyed under it."))
    if DestructionCertificate.objects.filter(convention=convention).exists():
        raise WrongState(_("The destruction is certified already."))
    if not convention.ended_on <= on <= today:
        sentence = _("The destruction comes after the end of the convention, and not later than today.")
        raise RuleBroken(Broken(sentence, where="destroyed_on"))


def end_due(convention: Convention, at: datetime) -> JournalLine | None:
    """Renew or end a convention whose last day has passed; None where somebody was quicker."""
    system, day = User.objects.system(), paris_day(at)
    until = convention.effective_until
    if until is None or until >= day:
        return None
    renewed = tacitly_until(convention, day)
    return convention.renew(by=system, at=at, until=renewed) if renewed else convention.expire(by=system, at=at)


def tacitly_until(convention: Convention, day: date) -> date | None:
    """Until when it is renewed tacitly once its end has passed: not while it is suspended, and never past what is authorised."""
    until, months = convention.effective_until, convention.tacit_renewal_months
    if until is None or not months or convention.state != ConventionState.IN_FORCE:
        return None
    renewed, last = renewed_until(until, months, day), authorised_until(convention.dossier)
    if last is None or renewed <= last:
        return renewed
    return last if last >= day else None


def authorised_until(dossier: Any) -> date | None:
    """The last day of what is authorised: the end of the project, that of the authorised text or the one that came; None if it has none."""
    if dossier is None:
        return None
    found: date | None = dossier.ended_on or dossier.content.ends_on
    return found


def renewed_until(until: date, months: int, day: date) -> date:
    """The end of the period, counted from the first end, in which a day lies."""
    times = 1
    while until + relativedelta(months=months * times) < day:
        times += 1
    return until + relativedelta(months=months * times)


def close_amendments(convention: Convention, line: JournalLine) -> None:
    """Reaction to its end: its amendments end with it, and those that are not signed are given up."""
    system = User.objects.system()
    for one in convention.amendments.exclude(Q(state__in=["expired", "terminated", "abandoned"])).order_by("sequence"):
        because = _("Convention %(number)s has ended.") % {"number": convention.number}
        if one.state in (ConventionState.IN_FORCE, ConventionState.SUSPENDED):
            one.terminate(by=system, at=line.at, on=_not_before(one, convention, line), because=str(because))
        else:
            _give_up(one, str(because), line.at)


def _not_before(amendment: Convention, root: Convention, line: JournalLine) -> date:
    """The day on which an amendment ends with its convention: not before its own first day."""
    ended = root.ended_on or paris_day(line.at)
    return max(ended, amendment.effective_from or ended)


#: Move of the dossier that closes the gate for good → why its conventions end with it.
CLOSING: dict[str, Any] = {
    "withdraw": _("The dossier was withdrawn."),
    "abandon": _("The dossier was closed as abandoned."),
    "refuse": _("The authorisation was refused."),
    "close_without_action": _("The request was closed without an authorisation."),
}


def end_of_dossier(dossier: Any, line: JournalLine) -> None:
    """Reaction to a move that closes the gate for good: what is not in force is given up, what is in force ends.

    With its end what was delivered under it is to be destroyed.
    """
    with translation.override("fr"):
        because = str(CLOSING[line.action])
    system = User.objects.system()
    rows = Convention.objects.filter(dossier=dossier).exclude(state__in=sorted(ENDED))
    for pk in rows.order_by(F("root").asc(nulls_first=True), "pk").values_list("pk", flat=True):
        one = Convention.objects.get(pk=pk)  # an amendment may have ended with what it amends, a moment ago
        at = max(line.at, one.moved_at or line.at)
        if one.state in LIVING:
            one.terminate(by=system, at=at, on=paris_day(at), because=because)
        elif one.state not in ENDED:
            _give_up(one, because, at)


def _give_up(convention: Convention, because: str, at: datetime) -> None:
    """Abandon what not all have signed; a request for signatures is called back first, and those who were asked are told."""
    system = User.objects.system()
    if convention.state == ConventionState.SIGNING:
        asked = SignatureRequest.objects.awaited().filter(convention=convention).first()
        if asked is None:
            convention.recall(by=system, at=at, because=because)
        else:
            cancel(asked, because, by=system, at=at)
            at = max(at, asked.convention.moved_at or at)
    convention.abandon(by=system, at=at, because=because)
