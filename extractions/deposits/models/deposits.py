"""What came: counts, hashes and the name of an encrypted file; what was wrong with what was refused, by line and code; never a value."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from extractions.deposits.models.requests import DepositRequest
from extractions.models.tickets import person
from extractions.triggers import kept, settled_once, written_once

_HASH = r"^[0-9a-f]{64}$"


class PurgeReason(models.TextChoices):
    """Why an encrypted table is destroyed."""

    DELIVERED = "delivered", _("the data were delivered and accepted")
    REFUSED = "refused", _("the table could not be used")
    REPLACED = "replaced", _("the table was asked for anew")
    WITHDRAWN = "withdrawn", _("the table is no longer asked for")
    ENDED = "ended", _("the ticket or the project has ended")


class Deposit(models.Model):
    """A table that was checked and encrypted as it came: the receipt, and the file that only the service can open."""

    request = models.ForeignKey(DepositRequest, models.PROTECT, related_name="deposits")
    received_at = models.DateTimeField()
    received_by = person()
    #: Random: it says nothing of what is in the file.
    stored_as = models.CharField(max_length=32, unique=True)
    lines = models.PositiveBigIntegerField(_("lines"))
    bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    sealed_bytes = models.PositiveBigIntegerField()
    sealed_sha256 = models.CharField(max_length=64)
    #: Counts, codes and line numbers of the warnings, fingerprints of the keys.
    receipt = models.JSONField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    fetched_by = person(null=True, blank=True)
    purge_reason = models.CharField(max_length=12, choices=PurgeReason.choices, blank=True)
    purge_asked_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(purge_reason=""), name="deposit_one_stands"),
            models.CheckConstraint(condition=Q(stored_as__regex=r"^[0-9a-f]{32}$"), name="deposit_file_name_says_nothing"),
            models.CheckConstraint(condition=Q(sha256__regex=_HASH, sealed_sha256__regex=_HASH), name="deposit_has_its_hashes"),
            models.CheckConstraint(condition=Q(lines__gte=1), name="deposit_has_lines"),
            models.CheckConstraint(
                condition=Q(fetched_at=None, fetched_by=None) | Q(fetched_at__isnull=False, fetched_by__isnull=False),
                name="deposit_fetched_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(purge_reason="", purge_asked_at=None, purged_at=None)
                | Q(purge_reason__in=PurgeReason.values, purge_asked_at__isnull=False),
                name="deposit_purged_for_a_reason",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("deposit", "deposits_deposit"),
            pgtrigger.ReadOnly(
                name="deposit_stays_what_it_is",
                fields=[
                    *("request", "received_at", "received_by", "stored_as", "receipt"),
                    *("lines", "bytes", "sha256", "sealed_bytes", "sealed_sha256"),
                ],
            ),
            *settled_once("deposit", "deposits_deposit", "purge_reason", "purge_asked_at", by="purge_asked_at"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.pk}"

    @property
    def destroyed(self) -> PurgeCertificate | None:
        """The proof that its file was destroyed; None while it was not."""
        return getattr(self, "certificate", None)


class Outcome(models.TextChoices):
    """Why what was sent was not kept."""

    ERRORS = "errors", pgettext_lazy("deposit", "errors in the table")
    REFUSED = "refused", pgettext_lazy("deposit", "not a table of the expected form")
    BROKEN = "broken", pgettext_lazy("deposit", "interrupted or failed")


class Attempt(models.Model):
    """What was sent and not kept: how many of which error, and where first. A line, a column and a code each; never a value."""

    request = models.ForeignKey(DepositRequest, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = person()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    #: Of what broke: `words.BREAKS`, or the site's own.
    code = models.CharField(max_length=20, blank=True)
    lines = models.PositiveBigIntegerField()
    total = models.PositiveBigIntegerField()
    counts = models.JSONField()
    places = models.JSONField()

    class Meta:
        ordering = ["request", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="deposit_attempt_outcome_is_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z_]*$"), name="deposit_attempt_code_is_a_code"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("deposit_attempt")

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%Y-%m-%d}"


class PurgeCertificate(models.Model):
    """The proof that an encrypted table was destroyed: its words as they were written, and their hash."""

    deposit = models.OneToOneField(Deposit, models.PROTECT, related_name="certificate")
    number = models.CharField(max_length=24, unique=True)
    made_at = models.DateTimeField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["deposit"]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^DES-[0-9]{4}-[0-9]{5,}$"), name="purge_certificate_number_has_its_form"),
            models.CheckConstraint(condition=Q(sha256__regex=_HASH) & ~Q(text=""), name="purge_certificate_has_its_hash"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("purge_certificate")

    def __str__(self) -> str:
        return self.number


def standing_of(ticket: Any) -> Any:
    """The deposits of a ticket whose files are there and needed."""
    return Deposit.objects.filter(request__ticket=ticket, purge_reason="").select_related("request").order_by("pk")
