"""The letters about a request of correction; they go to an address that has no account and stays in its own row."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.links import absolute
from registry.trust.links import CONFIRMATION, confirmation_token
from registry.trust.models import Correction, State
from workflow import mail
from workflow.models import OutboxMessage
from workflow.outbox import handler, queue, still_there


def to_be_confirmed(correction: Correction) -> None:
    """Ask whoever reads the address to confirm it."""
    queue("correction_confirm", f"correction_confirm:{correction.pk}", correction=correction.pk)


def answered(correction: Correction) -> None:
    """Tell what became of the request, if the address is confirmed; each state once."""
    if correction.email and correction.email_confirmed_at:
        queue("correction_answer", f"correction_answer:{correction.pk}:{correction.state}", correction=correction.pk)


@handler("correction_confirm")
def write_confirmation(message: OutboxMessage) -> None:
    """Write to the address that was given, once; whoever did not ask has nothing to do."""
    correction = _correction(message)
    link = absolute(reverse("trust:confirm", args=[confirmation_token(correction)]))
    _post(message, "mail/correction_confirm", correction, link=link, days=CONFIRMATION.days)


@handler("correction_answer")
def write_answer(message: OutboxMessage) -> None:
    """Write the answer, and where the fiche can be read as it was corrected."""
    correction = _correction(message)
    link = absolute(correction.get_absolute_url())
    _post(message, "mail/correction_answered", correction, link=link, accepted=correction.state != State.REFUSED)


def _correction(message: OutboxMessage) -> Correction:
    found: Correction = still_there(Correction.objects.exclude(email="").select_related("fiche"), pk=message.payload["correction"])
    return found


def _post(message: OutboxMessage, template: str, correction: Correction, **shown: Any) -> None:
    known = {"correction": correction, "fiche": correction.fiche, **shown}
    mail.post(message, template, known, address=correction.email, language=correction.language)
