"""A request leaves the form: sealed parts become routings with their envelopes, all of them in one transaction or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rights import codes, secret_keys
from rights.asking import contacts, passes
from rights.envelopes.choices import SealedBy
from rights.envelopes.models import ControllerKey
from rights.envelopes.services.keeping import Attestation, keep
from rights.models import Request
from rights.services.opening import Choice, Taken, take
from workflow.refusals import Broken, RuleBroken


@dataclass(frozen=True)
class Part:
    """What goes to one controller: the choice, and its envelope."""

    choice: Choice
    key: ControllerKey
    sealed: bytes
    sealed_by: SealedBy
    attestation: Attestation | None = None

    @property
    def asked(self) -> Choice:
        """The choice, at the level that was reached."""
        return replace(self.choice, evidence=self.attestation.level) if self.attestation else self.choice


@transaction.atomic
def send(parts: Iterable[Part], *, token: str, at: datetime, language: str, mailbox: str = "") -> Taken:
    """Take a request with its envelopes; the same form once more changes nothing. Raises RuleBroken."""
    secret = passes.token_of(token)
    if secret is None:
        raise RuleBroken(Broken(_("This page was open for very long. Nothing was sent: read it again, then send.")))
    sealed = list(parts)
    taken = take([part.asked for part in sealed], token=secret, at=at, language=language)
    if taken.again:
        return taken
    for part, routing in zip(sealed, taken.routings, strict=True):
        keep(routing, part.key, part.sealed, sealed_by=part.sealed_by, at=at, attestation=part.attestation)
    if mailbox:
        contacts.keep(taken.request, mailbox, language=language, at=at)
    return taken


def taken_with(token: str) -> Taken | None:
    """What the form of this token made, with its code; None when it made nothing, or too long ago to be shown again."""
    secret = passes.token_of(token)
    request = Request.objects.filter(sending=passes.hash_of(token)).first() if secret else None
    if secret is None or request is None or request.code_digest is None:
        return None
    rows = request.routings.filter(lifts=None).order_by("pk").select_related("database", "organisation", "envelope__key")
    return Taken(request, codes.code_of(secret, secret_keys.pepper()), list(rows), again=True)
