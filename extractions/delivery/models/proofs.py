"""The paper beside a statement of destruction: the certificate of who hosted or erased the data."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models

from extractions.delivery.models.destruction import Destruction
from extractions.delivery.triggers import frozen
from extractions.triggers import kept
from files.models import KeptFile

#: Where such papers are stored.
FOLDER = "destructions"


def proof_path(proof: Any, _name: str) -> str:
    """Where a proof is stored: under a name that says nothing and cannot be guessed."""
    return f"{FOLDER}/{proof.storage_name}"


class DestructionProof(KeptFile):
    """A PDF that came with a statement of destruction, checked and scanned like every file that is sent."""

    destruction = models.OneToOneField(Destruction, models.PROTECT, related_name="proof")
    file = models.FileField(upload_to=proof_path, max_length=200)

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["destruction"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("destruction_proof", "delivery_destructionproof"),
            *frozen("destruction_proof", "delivery_destructionproof", "destruction_id", "file", "name", "content_type", "size", "sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.destruction_id}/{self.pk}"
