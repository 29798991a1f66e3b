"""What arrives sealed is kept for a while; what arrives in clear, from a browser without scripts, is sealed in memory first of all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from catalogue.models import Database
from rights.envelopes import sealing
from rights.envelopes.choices import Direction, MessageKind, SealedBy
from rights.envelopes.models import ControllerKey, Envelope, SealedMessage
from rights.envelopes.services.keys import is_taken
from rights.models import Routing
from workflow.models import JournalLine
from workflow.refusals import Broken, RuleBroken

#: Sealed bytes are kept at most this long, and this long once the controller has said that it opened them on its side.
LONGEST, ONCE_OPENED = timedelta(days=60), timedelta(days=15)
#: Sealed bytes of an identity: it travels in hidden fields of the form.
LARGEST_IDENTITY = 16 * 1024 + sealing.OVERHEAD


@dataclass(frozen=True)
class Attestation:
    """Who the person is, as a provider of identities says and signs, sealed to the controller; the window keeps how far and when."""

    level: str
    at: datetime
    sealed: bytes


@sensitive_variables()
def seal_identity_here(content: dict[str, Any], database: Database, key: ControllerKey) -> bytes:
    """Seal in memory what a provider of identities has signed. Raises RuleBroken when it is too large."""
    try:
        sealed = sealing.seal(content, key.raw, sealing.identity_info(database.slug, key.fingerprint))
    except sealing.TooLarge:
        sealed = b""
    if not 0 < len(sealed) <= LARGEST_IDENTITY:
        raise RuleBroken(Broken(_("What FranceConnect said is too large. Nothing was kept.")))
    return sealed


@sensitive_variables()
def seal_here(payload: dict[str, Any], database: Database, key: ControllerKey) -> bytes:
    """Seal a request in memory. The caller keeps no reference to what it sealed. Raises RuleBroken when it is too large."""
    try:
        return sealing.seal(payload, key.raw, sealing.info_of(database.slug, key.fingerprint))
    except sealing.TooLarge:
        raise RuleBroken(Broken(_("The files are too large together: 5 megabytes at most."), where="files")) from None


@transaction.atomic
def keep(
    routing: Routing, key: ControllerKey, sealed: bytes, *, sealed_by: SealedBy, at: datetime, attestation: Attestation | None = None
) -> Envelope:
    """Keep the envelope of a routing; a second one for the same routing changes nothing. Raises RuleBroken."""
    require_sealed(sealed)
    _require_taken(key, routing, at)
    told = {"key": key, "bound_to": routing.database.slug, "sealed_by": sealed_by, **_measured(sealed, at)}
    if attestation is not None:
        require_sealed(attestation.sealed)
        told |= {"attestation": attestation.sealed, "attested_level": attestation.level, "attested_at": attestation.at}
    made: Envelope = Envelope.objects.get_or_create(routing=routing, defaults=told)[0]
    return made


@transaction.atomic
def keep_for_person(routing: Routing, sealed: bytes, *, kind: MessageKind, sealed_to: str, at: datetime) -> SealedMessage:
    """Keep a question or an answer that the controller sealed to the person's key; the same bytes twice are one. Raises RuleBroken."""
    return _keep_message(routing, Direction.TO_PERSON, kind, sealed, sealed_to, at)


@transaction.atomic
def keep_for_controller(routing: Routing, key: ControllerKey, sealed: bytes, *, at: datetime) -> SealedMessage:
    """Keep the complement that a person sealed to the controller's key. The same bytes twice are one message. Raises RuleBroken."""
    _require_taken(key, routing, at)
    return _keep_message(routing, Direction.TO_CONTROLLER, MessageKind.COMPLEMENT, sealed, key.fingerprint, at)


@sensitive_variables()
def seal_complement_here(payload: dict[str, Any], routing: Routing, key: ControllerKey) -> bytes:
    """Seal a complement in memory, for a browser without scripts. Raises RuleBroken when it is too large."""
    info = sealing.message_info(sealing.COMPLEMENT, routing.database.slug, key.fingerprint, routing.number)
    try:
        return sealing.seal(payload, key.raw, info)
    except sealing.TooLarge:
        raise RuleBroken(Broken(_("The files are too large together: 5 megabytes at most."), where="files")) from None


def require_sealed(sealed: bytes) -> None:
    """Nothing is kept that does not look sealed, at one of the sizes. Raises RuleBroken."""
    if not sealing.is_sealed(sealed):
        raise RuleBroken(Broken(_("What arrived is not sealed as it should be. Nothing was kept: please send again.")))


def _require_taken(key: ControllerKey, routing: Routing, at: datetime) -> None:
    if key.organisation_id != routing.organisation_id or not is_taken(key, at):
        told = _("The key of the controller has changed since you opened this page. Nothing was kept: please send again.")
        raise RuleBroken(Broken(told))


def keep_shorter(routing: Any, line: JournalLine) -> None:
    """Reaction: the controller has opened it on its side; the window's copy goes soon."""
    until = line.at + ONCE_OPENED
    Envelope.objects.there().filter(routing=routing.pk).update(kept_until=Least(F("kept_until"), until))


def keep_complements_shorter(routing: Any, line: JournalLine) -> None:
    """Reaction: the controller has answered, so that it has read what completed the request; the window's copy goes soon."""
    rows = SealedMessage.objects.there().filter(routing=routing.pk, direction=Direction.TO_CONTROLLER)
    rows.update(kept_until=Least(F("kept_until"), line.at + ONCE_OPENED))


def let_go(routing: Any, line: JournalLine) -> None:
    """Reaction: the person has given the request up; nothing of it is kept any longer."""
    for rows in (Envelope.objects, SealedMessage.objects):
        rows.there().filter(routing=routing.pk).update(kept_until=line.at)


def _keep_message(routing: Routing, direction: Direction, kind: MessageKind, sealed: bytes, sealed_to: str, at: datetime) -> SealedMessage:
    require_sealed(sealed)
    told = {"direction": direction, "kind": kind, "sealed_to": sealed_to, "bound_to": routing.database.slug, **_measured(sealed, at)}
    sha256 = told.pop("sha256")
    made: SealedMessage = SealedMessage.objects.get_or_create(routing=routing, sha256=sha256, defaults=told)[0]
    return made


def _measured(sealed: bytes, at: datetime) -> dict[str, Any]:
    sha256 = hashlib.sha256(sealed).hexdigest()
    return {"sealed": sealed, "sha256": sha256, "size": len(sealed), "at": at, "kept_until": at + LONGEST}
