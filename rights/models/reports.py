"""A report that the window signs of what it has deleted: counted, numbered, and holding the hash of the one before it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

HASH = r"^[0-9a-f]{64}$"


class SignedReport(models.Model):
    """One run of what deletes. It says how many, never which person nor which database; each kind adds what it counts."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("made on"))
    #: The canonical document (RFC 8785) that is signed, and its hash; it holds the hash of the one before it.
    document = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    signature = models.CharField(max_length=88)
    signer = models.CharField(max_length=16)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True
        ordering = ["-number"]

    @property
    def file(self) -> dict[str, str]:
        """What is downloaded: the document as it was signed."""
        return {"document": self.document, "sha256": self.sha256, "signature": self.signature, "signer": self.signer}
