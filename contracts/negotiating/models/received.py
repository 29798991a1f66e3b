"""A text that a counterparty sent back: its file as it came, and what was read in it."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from accounts.models import Organisation
from contracts.models import Convention, ConventionVersion
from contracts.negotiating.triggers import read_once
from contracts.text.document import Document, read
from files.models import KeptFile


def received_path(received: Any, name: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"conventions/received/{secrets.token_hex(16)}.docx"


class ReceivedText(KeptFile):
    """A file that answers to a version. Nothing is proposed until who sent it has read what was found in it."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="received_texts")
    #: The version that the counterparty started from.
    version = models.ForeignKey(ConventionVersion, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=received_path, max_length=200)
    #: What was read of its articles, as `contracts.text.document` writes it.
    content = models.TextField()
    #: What is not taken over: `added` and `gone` lines outside of articles, and `aside`, the parts of the file beside its text.
    outside = models.JSONField(default=dict)
    #: For whom it was sent; None: for the operator.
    party = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: When its changes were made proposals.
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["-added_at", "-pk"]
        constraints = [*KeptFile.Meta.constraints]
        triggers: ClassVar[list[pgtrigger.Trigger]] = read_once()

    def __str__(self) -> str:
        return f"{self.convention_id}/{self.pk}"

    @cached_property
    def document(self) -> Document:
        """What was read, as a text."""
        return read(self.content)
