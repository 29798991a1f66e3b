"""What proves a signature: every state of the file with its hash, and a chain of events in which none can be changed unseen."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

import pgtrigger
import rfc8785
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.conventions import hidden_path, person
from contracts.signing.models.requests import Signatory, SignatureRequest
from contracts.signing.states import Happening
from contracts.signing.triggers import chained
from contracts.triggers import written_once


def revision_path(revision: Any, name: str) -> str:
    """Where a state of a signed document is kept."""
    return hidden_path("signed", "pdf")


class SealedRevision(models.Model):
    """One state of the signed document: sealed, then with each signature. All of them are kept."""

    request = models.ForeignKey(SignatureRequest, models.PROTECT, related_name="revisions")
    #: 0 for the sealed document, then one more with each signature.
    number = models.PositiveSmallIntegerField()
    signatory = models.OneToOneField(Signatory, models.PROTECT, null=True, blank=True, related_name="revision")
    file = models.FileField(upload_to=revision_path, max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="sealed_revision_number_once"),
            models.CheckConstraint(condition=Q(number=0) ^ Q(signatory__isnull=False), name="sealed_revision_is_somebodys"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="sealed_revision_has_its_hash"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("sealed_revision")

    def __str__(self) -> str:
        return f"{self.request_id} r{self.number}"

    def content(self) -> bytes:
        """Its bytes."""
        with self.file.open("rb") as file:
            return bytes(file.read())


class SignatureEvent(models.Model):
    """One link of the chain of a request: what happened, when, by whom, with the hash of the link before."""

    request = models.ForeignKey(SignatureRequest, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(_("what happened"), max_length=16, choices=Happening.choices)
    at = models.DateTimeField()
    actor = person()
    signatory = models.ForeignKey(Signatory, models.PROTECT, null=True, blank=True, related_name="events")
    #: Codes, hashes and dates; never a free text.
    facts = models.JSONField(default=dict, blank=True)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["request", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["request", "seq"], name="signature_event_seq_once"),
            models.CheckConstraint(condition=Q(kind__in=Happening.values), name="signature_event_kind_is_known"),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="signature_event_has_its_hash"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = chained()

    def __str__(self) -> str:
        return f"{self.request_id} #{self.seq} {self.kind}"

    def told(self) -> dict[str, Any]:
        """What its hash is made of."""
        return {
            "request": self.request_id,
            "seq": self.seq,
            "kind": self.kind,
            "at": self.at.isoformat(),
            "actor": self.actor_id,
            "signatory": self.signatory_id,
            "facts": self.facts,
            "prev": self.prev_hash,
        }

    def digest(self) -> str:
        """The hash that it must carry."""
        return hashlib.sha256(rfc8785.dumps(self.told())).hexdigest()
