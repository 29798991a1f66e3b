"""A convention expires, is renewed tacitly, is suspended or terminated; then what was delivered is to be destroyed."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.life.models import DestructionCertificate, PaymentWaiver
from contracts.models import Convention
from contracts.rules import require_said
from contracts.signing.models import SignatureRequest
from contracts.signing.services.ending import cancel
from contracts.states import ENDED, OPEN, ConventionState
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
    if convention.tacit_renewal_months and convention.state == ConventionState.IN_FORCE:
        return convention.renew(by=system, at=at, until=renewed_until(until, convention.tacit_renewal_months, day))
    return convention.expire(by=system, at=at)


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


def give_up_of_dossier(dossier: Any, line: JournalLine) -> None:
    """Reaction to the withdrawal of a dossier: what is not signed yet has no object any more."""
    rows = Convention.objects.filter(dossier=dossier, state__in=["draft", "review", "negotiation", "approved", "signing", "signed"])
    for one in rows.order_by("-root_id", "pk"):
        _give_up(one, str(_("The dossier was withdrawn.")), line.at)


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
