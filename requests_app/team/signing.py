"""The signature of a filing, from the owner's request to the signatory's answer. Signing itself is the move that files."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.models import Dossier
from requests_app.policies import SIGNATORY, team_of
from requests_app.possible import is_possible
from requests_app.signatures import changed_parts, parts_of
from requests_app.slots import signed_elsewhere
from requests_app.team import notifications
from requests_app.team.models import SignatureRequest
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.refusals import Broken, RuleBroken, WrongState
from workflow.seals import text_digest


def last_request(dossier: Dossier) -> SignatureRequest | None:
    """The last request for a signature since the dossier came into its present state, whatever became of it."""
    asked = dossier.signature_requests.filter(state=dossier.state).select_related("asked_by", "closed_by")
    if dossier.state_since is not None:
        asked = asked.filter(asked_at__gte=dossier.state_since)
    found: SignatureRequest | None = asked.order_by("asked_at", "pk").last()
    return found


def signatories_of(dossier: Dossier) -> list[Any]:
    """Who may sign this dossier."""
    return [person for person, roles in team_of(dossier).items() if SIGNATORY in roles]


def changed_since_asked(dossier: Dossier, asked: SignatureRequest) -> list[Any]:
    """The names of the parts that were changed since the signature was asked for."""
    return changed_parts(asked.prepared, parts_of(dossier))


def faults_of(dossier: Dossier) -> list[Broken]:
    """What keeps the dossier from being signed, on the page of a room that has one for it, else where it is filed."""
    elsewhere = signed_elsewhere(dossier)
    return elsewhere.broken if elsewhere else rules.filing_faults(dossier)


@transaction.atomic
def ask(dossier: Dossier, *, by: Any, at: datetime) -> SignatureRequest:
    """Ask the signatories to sign the dossier as it stands: everything required must be there."""
    lock_and_reread(dossier)
    if not is_possible(dossier, "ask_signature"):
        raise WrongState(_("No signature is awaited at this stage."))
    record(dossier, "ask_signature", by=by, at=at)
    if found := faults_of(dossier):
        raise RuleBroken(*found)
    signatories = signatories_of(dossier)
    if not signatories:
        raise RuleBroken(Broken(_("Nobody on the team signs: invite a signatory, or declare that you are entitled to sign.")))
    _close_those_without_object(dossier, at, by)
    if dossier.signature_requests.filter(closed_at=None).exists():
        raise WrongState(_("The signature was asked for already."))
    asked = SignatureRequest.objects.create(dossier=dossier, state=dossier.state, asked_by=by, asked_at=at, prepared=parts_of(dossier))
    notifications.signature_asked(asked, signatories)
    return asked


@transaction.atomic
def withdraw(dossier: Dossier, *, by: Any, at: datetime) -> None:
    """Take the request for a signature back."""
    lock_and_reread(dossier)
    record(dossier, "withdraw_signature_request", by=by, at=at)
    _open(dossier).close(SignatureRequest.Outcome.WITHDRAWN, at, by=by)


@transaction.atomic
def refuse(dossier: Dossier, *, by: Any, at: datetime, word: str) -> None:
    """The signatory does not sign, and says why; the journal keeps the word's fingerprint only."""
    lock_and_reread(dossier)
    if not word.strip():
        raise RuleBroken(Broken(_("Say in a word why you do not sign."), where="word"))
    salt = secrets.token_hex(16)
    asked = _open(dossier)
    record(dossier, "refuse_signature", by=by, at=at, facts={"request": asked.pk, "text_sha256": text_digest(salt, word.strip())})
    asked.word, asked.salt = word.strip(), salt
    asked.close(SignatureRequest.Outcome.REFUSED, at, by=by)
    notifications.signature_answered(asked)


def note_signed(dossier: Dossier, line: JournalLine) -> None:
    """The dossier was signed and filed: close the request and tell whoever asked (a reaction to the moves that sign).

    A complement whose substance is again as it was signed leaves without a signature: the request has lost its object.
    """
    asked = dossier.signature_requests.filter(closed_at=None).select_related("asked_by").first()
    if asked is None:
        return
    if not line.facts.get("second_factor"):
        asked.close(SignatureRequest.Outcome.WITHDRAWN, line.at, by=line.actor)
        return
    asked.close(SignatureRequest.Outcome.SIGNED, line.at, by=line.actor)
    if asked.asked_by_id != line.actor_id:
        notifications.signature_answered(asked)


def _open(dossier: Dossier) -> SignatureRequest:
    found = dossier.signature_requests.filter(closed_at=None, state=dossier.state).select_related("asked_by").first()
    if found is None:
        raise WrongState(_("No signature is asked for any more."))
    return found


def _close_those_without_object(dossier: Dossier, at: datetime, by: Any) -> None:
    """A request that the dossier has left behind by another way is withdrawn."""
    for left in dossier.signature_requests.filter(closed_at=None).exclude(state=dossier.state):
        left.close(SignatureRequest.Outcome.WITHDRAWN, at, by=by)
